//! The way from the sheet's folder to a picture, as a page writes it.

use std::fmt::Write as _;
use std::path::{Component, Path};
use url::Url;

/// The reference to a file from a page in `folder`; both absolute, and without
/// links. Relative, so that both can move together; where there is no such way
/// (another drive), the address of the file.
pub(super) fn reference(folder: &Path, file: &Path) -> Option<String> {
    let (from, to) = (folder.components(), file.components());
    let shared = from.clone().zip(to.clone()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return Url::from_file_path(file).ok().map(Into::into);
    }
    let mut text = "../".repeat(from.skip(shared).count());
    for (n, component) in to.skip(shared).enumerate() {
        if n > 0 {
            text.push('/');
        }
        let Component::Normal(name) = component else { return None };
        encode(&mut text, name.as_encoded_bytes());
    }
    Some(text)
}

fn encode(text: &mut String, bytes: &[u8]) {
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    #[test]
    fn references_are_relative_and_encoded() {
        let check = |folder: &str, file: &str, expected: &str| {
            let found = reference(Path::new(folder), Path::new(file));
            assert_eq!(found.as_deref(), Some(expected));
        };
        check("/home/me/out", "/home/me/Pictures/a b.jpg", "../Pictures/a%20b.jpg");
        check("/home/me/out", "/media/disk/é?#%.jpg", "../../../media/disk/%C3%A9%3F%23%25.jpg");
        check("/site", "/site/photos/a:b.jpg", "photos/a%3Ab.jpg");
        let bytes = Path::new(OsStr::from_bytes(b"/p/caf\xE9.jpg"));
        assert_eq!(reference(Path::new("/p/out"), bytes).as_deref(), Some("../caf%E9.jpg"));
    }
}
