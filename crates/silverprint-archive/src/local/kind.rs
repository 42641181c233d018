//! What a file is, by its first bytes.

use silverprint_thumb::PictureFormat;

/// So many first bytes tell.
pub(super) const START: usize = 16;

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A picture that thumbnails are made of.
    Picture,
    /// A picture all the same, of a format that is not decoded here.
    Foreign(&'static str),
    /// None that is known.
    Other,
    /// There are none.
    Empty,
}

impl Kind {
    pub(super) fn of(start: &[u8]) -> Self {
        match start {
            [] => Self::Empty,
            _ if PictureFormat::sniff(start).is_some() => Self::Picture,
            [_, _, _, _, b'f', b't', b'y', b'p', a, b, c, d, ..] => match &[*a, *b, *c, *d] {
                b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1" => Self::Foreign("HEIF"),
                b"avif" | b"avis" => Self::Foreign("AVIF"),
                _ => Self::Other,
            },
            [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Self::Foreign("JPEG XL"),
            [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => Self::Foreign("JPEG 2000"),
            [b'8', b'B', b'P', b'S', 0, 1 | 2, ..] => Self::Foreign("Photoshop"),
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        let check = |start: &[u8], kind| assert_eq!(Kind::of(start), kind, "{start:?}");
        check(b"", Kind::Empty);
        check(b"\xFF\xD8\xFF\xE0\0\x10JFIF", Kind::Picture);
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Kind::Picture);
        check(b"\0\0\0\x18ftypheic\0\0\0\0", Kind::Foreign("HEIF"));
        check(b"\0\0\0\x1cftypavif\0\0\0\0", Kind::Foreign("AVIF"));
        check(b"\0\0\0\x18ftypmp42\0\0\0\0", Kind::Other);
        check(b"\0\0\0\x0cJXL \r\n\x87\n", Kind::Foreign("JPEG XL"));
        check(b"8BPS\0\x01", Kind::Foreign("Photoshop"));
        check(b"Dear diary", Kind::Other);
        check(b"\xFF", Kind::Other);
    }
}
