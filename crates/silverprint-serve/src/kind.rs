//! What a browser is told that a file is: by its extension, and by where it
//! lies. Pages and scripts are only what the sheet has; among the pictures they
//! are just bytes.

use std::path::Path;

/// The content type of a file of the folder.
pub(crate) fn kind(path: &Path) -> &'static str {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let is_of_sheet = !["photos", "thumbs"].iter().any(|part| path.starts_with(part));
    match extension.to_ascii_lowercase().as_str() {
        "html" if is_of_sheet => "text/html; charset=utf-8",
        "css" if is_of_sheet => "text/css; charset=utf-8",
        "js" if is_of_sheet => "text/javascript; charset=utf-8",
        "json" if is_of_sheet => "application/json",
        "woff2" if is_of_sheet => "font/woff2",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "gif" => "image/gif",
        "heic" => "image/heic",
        "jpeg" | "jpg" => "image/jpeg",
        "png" => "image/png",
        "tif" | "tiff" => "image/tiff",
        "webp" => "image/webp",
        "3gp" => "video/3gpp",
        "avi" => "video/x-msvideo",
        "m4v" | "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "mpeg" | "mpg" => "video/mpeg",
        "webm" => "video/webm",
        "wmv" => "video/x-ms-wmv",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_scripts_are_the_sheets_alone() {
        let check = |path: &str, expected| assert_eq!(kind(Path::new(path)), expected, "{path}");
        check("index.html", "text/html; charset=utf-8");
        check("sheet/plain/00001.html", "text/html; charset=utf-8");
        check("sheet/head.js", "text/javascript; charset=utf-8");
        check("sheet/strips/00040.jpg", "image/jpeg");
        check("photos/7.JPG", "image/jpeg");
        check("photos/7.mp4", "video/mp4");
        for active in ["html", "js", "css", "svg", "xml", "xhtml", "pdf", "json", ""] {
            check(&format!("photos/7.{active}"), "application/octet-stream");
            check(&format!("thumbs/7.{active}"), "application/octet-stream");
        }
        check("photos/7", "application/octet-stream");
    }
}
