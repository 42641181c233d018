//! What an address stands for: the one list of what is served.

use crate::refusal::Refusal;
use silverprint_core::Layout;
use std::path::{Path, PathBuf};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The contact sheet's first page.
    Index,
    /// Something of the folder, by its path in it.
    File(PathBuf),
    /// How far a running sync is, as it goes on.
    Progress,
}

/// Below these everything is served that is a file with a plain name.
const OPEN: [&str; 3] = [Layout::SHEET, Layout::PHOTOS, Layout::THUMBS];

impl Place {
    /// By the path of an address, as it was sent. What is not served is not
    /// found, whether it is there or not.
    pub(crate) fn of(path: &str) -> Result<Self, Refusal> {
        let path = decoded(path).ok_or(Refusal::Malformed)?;
        match path.strip_prefix('/').ok_or(Refusal::Malformed)? {
            "" | Layout::INDEX => Ok(Self::Index),
            "progress" => Ok(Self::Progress),
            path if is_open(path) => Ok(Self::File(path.split('/').collect())),
            _ => Err(Refusal::NotFound),
        }
    }

    /// Where in the folder that is.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Index => Some(Path::new(Layout::INDEX)),
            Self::File(path) => Some(path),
            Self::Progress => None,
        }
    }
}

fn is_open(path: &str) -> bool {
    let Some((first, rest)) = path.split_once('/') else { return false };
    OPEN.contains(&first) && rest.split('/').all(is_plain)
}

/// Whether a part of a path means itself on every system: neither hidden nor
/// the folder above, no second separator, no device, no stream of a file.
fn is_plain(part: &str) -> bool {
    let is_odd = |letter: char| matches!(letter, '\\' | ':') || letter.is_control();
    !part.is_empty() && !part.starts_with('.') && !part.contains(is_odd)
}

/// Takes `%XX` for what it stands for, once. `None` where that is malformed, or
/// no text.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Component;

    fn file(path: &str) -> Place {
        Place::File(path.split('/').collect())
    }

    #[test]
    fn the_sheet_and_the_pictures_are_served() {
        assert_eq!(Place::of("/"), Ok(Place::Index));
        assert_eq!(Place::of("/index.html"), Ok(Place::Index));
        assert_eq!(Place::of("/%69ndex.html"), Ok(Place::Index));
        assert_eq!(Place::of("/progress"), Ok(Place::Progress));
        assert_eq!(Place::of("/sheet/parts/00012.js"), Ok(file("sheet/parts/00012.js")));
        assert_eq!(Place::of("/photos/7.jpg"), Ok(file("photos/7.jpg")));
        assert_eq!(Place::of("/photos/2014/%C3%A4%20b.jpg"), Ok(file("photos/2014/ä b.jpg")));
        assert_eq!(Place::of("/photos%2F7.jpg"), Ok(file("photos/7.jpg")));
        assert_eq!(Place::of("/thumbs/7..jpg"), Ok(file("thumbs/7..jpg")));
    }

    #[test]
    fn nothing_else_is() {
        for path in [
            "//",
            "/.",
            "/..",
            "/photos",
            "/photos/",
            "/photos//7.jpg",
            "/photos/2014/",
            "/sheet",
            "/photos.jsonl",
            "/SHA256SUMS",
            "/failed.csv",
            "/Photos/7.jpg",
            "/.silverprint/catalogue.db",
            "/.silverprint/progress.json",
            "/.silverprint/lock",
            "/photos/../photos.jsonl",
            "/photos/../.silverprint/lock",
            "/photos/%2e%2e/photos.jsonl",
            "/photos/%2E./photos.jsonl",
            "/photos/..%2fphotos.jsonl",
            "/photos%2f..%2fphotos.jsonl",
            "/photos/./7.jpg",
            "/photos/.hidden",
            "/photos/2014/.hidden/7.jpg",
            "/photos/..\\photos.jsonl",
            "/photos/%5c..%5cphotos.jsonl",
            "/photos/7.jpg%00.html",
            "/photos/%0d%0a",
            "/photos/C:/Windows/win.ini",
            "/photos/7.jpg::$DATA",
            // Decoded once, and not a second time.
            "/photos/%252e%252e/photos.jsonl%2f",
            "/index.html/",
            "/progress/",
        ] {
            assert_eq!(Place::of(path), Err(Refusal::NotFound), "{path}");
        }
        for path in ["", "*", "photos/7.jpg", "/photos/%", "/photos/%2", "/%zz", "/photos/%ff.jpg"]
        {
            assert_eq!(Place::of(path), Err(Refusal::Malformed), "{path}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_address_leads_out_of_what_is_served(path in hostile()) {
            let Ok(place) = Place::of(&path) else { return Ok(()) };
            let Some(path) = place.path() else { return Ok(()) };
            let mut parts = path.components().map(|part| match part {
                Component::Normal(part) => part.to_str().unwrap(),
                other => panic!("{other:?} in {}", path.display()),
            });
            let first = parts.next().unwrap();
            prop_assert!(path == Path::new("index.html") || OPEN.contains(&first), "{path:?}");
            prop_assert!(parts.all(|part| !part.starts_with('.') && !part.contains(['\0', '\\'])));
        }

        #[test]
        fn what_is_encoded_is_decoded_once(name in "[a-zA-Z0-9%äö ]{1,12}") {
            let encoded = name.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
            prop_assert_eq!(Place::of(&format!("/photos/{encoded}")), Ok(file(&format!("photos/{name}"))));
        }
    }

    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "/",
                "%2f",
                "..",
                ".",
                "%2e",
                "%2E%2e",
                "\\",
                "%5c",
                "%00",
                "%",
                "%25",
                "photos",
                "sheet",
                "thumbs",
                ".silverprint",
                "photos.jsonl",
                "index.html",
                "progress",
                "7.jpg",
                "%c0%ae",
                ":",
            ])
            .prop_map(str::to_owned),
            any::<String>(),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| format!("/{}", pieces.concat()))
    }
}
