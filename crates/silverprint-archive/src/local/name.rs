//! What a thumbnail is called: as its picture, with the thumbnail's extension
//! behind it, in folders like the picture's. So `a.jpg` and `a.png` both have
//! theirs (`a.jpg.jpg`, `a.png.jpg`), and a name is the same in every run.
//!
//! Names that cannot stay as they are begin with `%`: no Unicode,
//! or with a `\` (`%x…`, byte by byte) or too long for a file system (`%h…`, with a hash). So
//! that these are nobody else's, a picture's own leading `%` is doubled.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Component, Path};

/// Names of files are at most so long, in bytes, on the usual file systems.
const LONGEST: usize = 255;
/// What is kept of one that is longer.
const KEPT: usize = 160;

/// The path of a picture's thumbnail, relative and with `/`: `root` is the name
/// of what was walked, `below` the picture's path in it; empty where the root
/// is the picture. `extension` without a dot.
pub(super) fn thumbnail(root: &OsStr, below: &Path, extension: &str) -> String {
    let mut components = below.components().map(Component::as_os_str).peekable();
    if components.peek().is_none() {
        return component(root, extension).into_owned();
    }
    let mut path = component(root, "").into_owned();
    while let Some(name) = components.next() {
        let extension = if components.peek().is_none() { extension } else { "" };
        path.push('/');
        path.push_str(&component(name, extension));
    }
    path
}

/// One name of a path, with an extension where it is the last.
fn component<'a>(name: &'a OsStr, extension: &str) -> Cow<'a, str> {
    let plain = match name.to_str() {
        Some(name) if name.starts_with('%') => Cow::Owned(format!("%{name}")),
        // A browser takes `\` for a separator, and so does Windows.
        Some(name) if !name.contains('\\') => Cow::Borrowed(name),
        _ => Cow::Owned(in_hex(name.as_encoded_bytes())),
    };
    let behind = if extension.is_empty() { 0 } else { 1 + extension.len() };
    let fitting =
        if plain.len() + behind > LONGEST { Cow::Owned(shortened(&plain)) } else { plain };
    if behind == 0 { fitting } else { Cow::Owned(format!("{fitting}.{extension}")) }
}

/// Bytes of no encoding that is known: what is ASCII stays readable.
fn in_hex(bytes: &[u8]) -> String {
    let mut text = String::from("%x");
    for &byte in bytes {
        if byte.is_ascii() && !b"%\\".contains(&byte) && !byte.is_ascii_control() {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn shortened(name: &str) -> String {
    let kept = name.floor_char_boundary(KEPT);
    format!("%h{:016x}-{}", fnv(name.as_bytes()), &name[..kept])
}

/// FNV-1a, 64 bits: the same in every version of the program and of Rust.
pub(super) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::PathBuf;

    fn named(below: impl Into<PathBuf>) -> String {
        thumbnail(OsStr::new("Pictures"), &below.into(), "jpg")
    }

    #[test]
    fn thumbnails_are_called_like_their_pictures() {
        assert_eq!(named("2020/a.png"), "Pictures/2020/a.png.jpg");
        assert_eq!(named("2020/a.jpg"), "Pictures/2020/a.jpg.jpg");
        assert_eq!(thumbnail(OsStr::new("a.jpg"), Path::new(""), "webp"), "a.jpg.webp");
        assert_eq!(named("100%/%xa"), "Pictures/100%/%%xa.jpg");
    }

    #[test]
    fn a_long_name_is_shortened_and_stays_its_own() {
        let (first, second) = (named("ä".repeat(127) + "1"), named("ä".repeat(127) + "2"));
        assert_ne!(first, second);
        for name in [first, second] {
            let name = name.strip_prefix("Pictures/%h").unwrap();
            assert!(name.len() < LONGEST && name.contains(&"ä".repeat(80)), "{name}");
        }
        assert_eq!(named("a".repeat(251)).len(), "Pictures/".len() + 255);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_unicode_has_one_that_is() {
        use std::os::unix::ffi::OsStrExt as _;
        let bytes = |bytes: &[u8]| named(OsStr::from_bytes(bytes));
        assert_eq!(bytes(b"caf\xE9 %.jpg"), "Pictures/%xcaf%E9 %25.jpg.jpg");
        assert_ne!(bytes(b"\xE9"), bytes(b"\xE8"));
        assert_eq!(bytes(br"a\\b"), "Pictures/%xa%5C%5Cb.jpg");
        // What looks like one of those names is none.
        assert_eq!(named("%xcaf%E9.jpg"), "Pictures/%%xcaf%E9.jpg.jpg");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn two_pictures_never_share_a_name(
            first in "[a%./xh-]{1,8}", second in "[a%./xh-]{1,8}",
        ) {
            let plain = |text: &str| !text.split('/').any(|part| matches!(part, "" | "." | ".."));
            prop_assume!(plain(&first) && plain(&second) && first != second);
            prop_assert_ne!(named(&first), named(&second));
        }

        #[test]
        fn a_name_fits_and_stays_below(below in ".{1,400}") {
            let name = named(below.replace(['/', '\0', '\\'], "_") + "x");
            let parts: Vec<_> = name.split('/').collect();
            prop_assert_eq!(parts.len(), 2);
            prop_assert!(parts.iter().all(|part| part.len() <= LONGEST && !part.is_empty()));
        }
    }
}
