//! Addresses that may stand in a page: files of the archive's own folder, and
//! pages on the web. Everything else is left out.

use std::fmt::Write;
use url::Url;

/// The address of a file in the archive's folder, for a page that lies under
/// it by `root` (empty, or `../`). None for a path that leads out of the
/// folder: no row of ours has one, but a damaged or forged catalogue may.
pub(crate) fn to_file(root: &str, path: &str) -> Option<String> {
    // A browser on Windows takes a decoded `\` for a separator.
    let leads_out = |part: &str| part.is_empty() || part == "." || part == "..";
    if path.split(['/', '\\']).any(leads_out) || path.contains('\0') {
        return None;
    }
    let mut href = String::with_capacity(root.len() + path.len());
    href.push_str(root);
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            href.push(char::from(byte));
        } else {
            let _ = write!(href, "%{byte:02X}");
        }
    }
    Some(href)
}

/// A reference to a picture that may lie anywhere on the disk, for a page that
/// lies under the sheet's folder by `root`: relative to that folder, or
/// `file:///`. None for whatever else a browser could take it for.
pub(crate) fn to_picture(root: &str, reference: &str) -> Option<String> {
    let (root, path) = match reference.strip_prefix("file:///") {
        // A drive of Windows has a colon, and there it leads nowhere else.
        Some(path) => ("file:///", path.split_once(":/").map_or(path, |(_, path)| path)),
        None => (root, reference),
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte);
    let is_path = path.bytes().all(is_plain) && !path.split('/').any(str::is_empty);
    let rest = reference.strip_prefix("file:///").unwrap_or(reference);
    is_path.then(|| format!("{root}{rest}"))
}

/// The address of a web page, normalised; none unless it is http(s) and
/// carries no user name, which would only mislead.
pub(crate) fn to_web(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let is_plain = url.username().is_empty() && url.password().is_none();
    (is_web && is_plain).then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_encoded_and_stay_in_the_folder() {
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(to_file("../", path).as_deref(), expected, "{path:?}");
        };
        check("photos/1.jpg", Some("../photos/1.jpg"));
        check("photos/a b#1?.jpg", Some("../photos/a%20b%231%3F.jpg"));
        check("photos/100%.jpg", Some("../photos/100%25.jpg"));
        check("photos/été.jpg", Some("../photos/%C3%A9t%C3%A9.jpg"));
        check("javascript:alert(1)", Some("../javascript%3Aalert%281%29"));
        check("photos/\"><b>.jpg", Some("../photos/%22%3E%3Cb%3E.jpg"));
        for bad in
            ["", "/etc/passwd", "//host/x", "../x", "photos/../../x", "..\\x", "a\0b", "photos/"]
        {
            check(bad, None);
        }
    }

    #[test]
    fn pictures_may_lie_anywhere_on_the_disk_and_nowhere_else() {
        let check = |reference: &str, expected: Option<&str>| {
            assert_eq!(to_picture("../", reference).as_deref(), expected, "{reference:?}");
        };
        check("../Pictures/a%20b.jpg", Some("../../Pictures/a%20b.jpg"));
        check("caf%E9.jpg", Some("../caf%E9.jpg"));
        check("file:///home/me/a.jpg", Some("file:///home/me/a.jpg"));
        check("file:///D:/me/a.jpg", Some("file:///D:/me/a.jpg"));
        for bad in [
            "",
            "/etc/passwd",
            "//evil.example/x",
            "javascript:alert(1)",
            "https://evil.example/",
            "file://evil.example/x",
            "file:////evil.example/x",
            "a\"b",
            "a?b",
            "a#b",
            "a b",
            "..\\x",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn only_the_web_is_linked_to() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(to_web(address).as_deref(), expected, "{address:?}");
        };
        let page = "https://www.flickr.com/photos/confoo/1/";
        check(page, Some(page));
        check("http://127.0.0.1:8080/photos/x/1", Some("http://127.0.0.1:8080/photos/x/1"));
        check("https://example.com/\"><script>", Some("https://example.com/%22%3E%3Cscript%3E"));
        for bad in [
            "",
            "photos/1",
            "//evil.example/",
            "javascript:alert(1)",
            "java\tscript:alert(1)",
            " JAVASCRIPT:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "file:///etc/passwd",
            "vbscript:x",
            "https://www.flickr.com@evil.example/",
        ] {
            check(bad, None);
        }
    }
}
