//! The kinds of file that a video's stream comes in, told by its first bytes.
//! Flickr's own encodings are MP4; an original is whatever was uploaded.

use std::io::{self, Read, Seek, SeekFrom};

/// So many first bytes tell each of them.
pub(crate) const START: usize = 64;

/// A video in fragments of half a second has 30,000 parts after two hours. Who
/// sends a gigabyte of empty ones keeps no thread busy for them.
const MOST_PARTS: u32 = 100_000;

/// A kind of video file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Mp4,
    M4v,
    QuickTime,
    Mobile,
    Webm,
    Matroska,
    Avi,
    WindowsMedia,
    Mpeg,
    Ogg,
    Flash,
}

impl Container {
    const ALL: [Self; 11] = [
        Self::Mp4,
        Self::M4v,
        Self::QuickTime,
        Self::Mobile,
        Self::Webm,
        Self::Matroska,
        Self::Avi,
        Self::WindowsMedia,
        Self::Mpeg,
        Self::Ogg,
        Self::Flash,
    ];

    /// The extensions of all of them, the most frequent first.
    pub(crate) const EXTENSIONS: [&str; 11] = {
        let mut extensions = [""; 11];
        let mut n = 0;
        while n < extensions.len() {
            extensions[n] = Self::ALL[n].extension();
            n += 1;
        }
        extensions
    };

    /// The kind of a file by its first [`START`] bytes, or as many as it has.
    pub(crate) fn sniff(start: &[u8]) -> Option<Self> {
        match start {
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => Some(match brand {
                [b'q', b't', b' ', b' ', ..] => Self::QuickTime,
                [b'3', b'g', ..] => Self::Mobile,
                [b'M', b'4', b'V', ..] => Self::M4v,
                _ => Self::Mp4,
            }),
            // QuickTime before it had brands.
            [_, _, _, _, kind @ ..] if is_old_quicktime(kind) => Some(Self::QuickTime),
            [0x1A, 0x45, 0xDF, 0xA3, ..] => {
                let is_webm = start.windows(4).any(|word| word == b"webm");
                Some(if is_webm { Self::Webm } else { Self::Matroska })
            }
            [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => Some(Self::Avi),
            [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => Some(Self::WindowsMedia),
            [0, 0, 1, 0xBA | 0xB3, ..] => Some(Self::Mpeg),
            [b'O', b'g', b'g', b'S', ..] => Some(Self::Ogg),
            [b'F', b'L', b'V', 1, ..] => Some(Self::Flash),
            _ => None,
        }
    }

    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::M4v => "m4v",
            Self::QuickTime => "mov",
            Self::Mobile => "3gp",
            Self::Webm => "webm",
            Self::Matroska => "mkv",
            Self::Avi => "avi",
            Self::WindowsMedia => "wmv",
            Self::Mpeg => "mpg",
            Self::Ogg => "ogv",
            Self::Flash => "flv",
        }
    }

    /// Whether the file's own parts come out at its end. For bodies whose
    /// length HTTP did not tell; `false` where the kind cannot say, or says it
    /// in more parts than a video has.
    pub(crate) fn ends_whole(self, mut file: impl Read + Seek) -> io::Result<bool> {
        let length = file.seek(SeekFrom::End(0))?;
        let (mut at, mut stands) = (0, file.seek(SeekFrom::Start(0))?);
        for _ in 0..MOST_PARTS {
            if at >= length {
                break;
            }
            // From where it stands, so that what is buffered is not read again.
            let Some(step) = at.checked_signed_diff(stands) else { return Ok(false) };
            file.seek_relative(step)?;
            let mut head = Vec::with_capacity(16);
            stands = at + file.by_ref().take(16).read_to_end(&mut head)? as u64;
            let Some(end) = self.end_of_part(&head, at) else { return Ok(false) };
            at = end;
        }
        Ok(at == length && length > 0)
    }

    /// Where the part that begins at `at` ends, if its head says so.
    fn end_of_part(self, head: &[u8], at: u64) -> Option<u64> {
        let (first, rest) = head.split_first_chunk::<4>()?;
        let (second, long) = rest.split_first_chunk::<4>()?;
        let size = match self {
            Self::Mp4 | Self::M4v | Self::QuickTime | Self::Mobile => {
                match (u32::from_be_bytes(*first), long.first_chunk::<8>()) {
                    // The length follows the name.
                    (1, Some(size)) => Some(u64::from_be_bytes(*size)).filter(|size| *size >= 16),
                    // 0 is "to the end", wherever that is.
                    (size, _) => Some(u64::from(size)).filter(|size| *size >= 8),
                }
            }
            Self::Avi => {
                let size = u64::from(u32::from_le_bytes(*second));
                Some(8 + size.next_multiple_of(2))
            }
            _ => None,
        };
        size.and_then(|size| at.checked_add(size))
    }
}

fn is_old_quicktime(kind: &[u8]) -> bool {
    [b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"].iter().any(|old| kind.starts_with(*old))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn boxes(parts: &[(&str, usize)]) -> Vec<u8> {
        let mut file = Vec::new();
        for (kind, length) in parts {
            file.extend(u32::try_from(8 + length).unwrap().to_be_bytes());
            file.extend(kind.as_bytes());
            file.resize(file.len() + length, 7);
        }
        file
    }

    #[test]
    fn kinds_are_told_and_pages_are_none() {
        let check = |start: &[u8], expected: Option<&str>| {
            assert_eq!(Container::sniff(start).map(Container::extension), expected);
        };
        check(b"\0\0\0\x18ftypmp42\0\0\0\0", Some("mp4"));
        check(b"\0\0\0\x18ftypisom", Some("mp4"));
        check(b"\0\0\0\x14ftypqt  ", Some("mov"));
        check(b"\0\0\0\x14ftyp3gp4", Some("3gp"));
        check(b"\0\0\0\x14ftypM4V ", Some("m4v"));
        check(b"\0\0\x0f\x14moov\0\0", Some("mov"));
        check(b"\x1A\x45\xDF\xA3\x01\0\0\0\0\0\0\x1fB\x86\x81\x01B\x82\x84webm", Some("webm"));
        check(b"\x1A\x45\xDF\xA3\x01\0\0\0\0\0\0\x1fB\x82\x88matroska", Some("mkv"));
        check(b"RIFF\x10\0\0\0AVI LIST", Some("avi"));
        check(b"RIFF\x10\0\0\0WEBPVP8 ", None);
        check(b"<!DOCTYPE html><html>", None);
        check(b"\xFF\xD8\xFF\xE0\0\x10JFIF", None);
        check(b"GIF89a\x10\0\x10\0", None);
        check(b"", None);
        assert!(Container::EXTENSIONS.contains(&"flv") && Container::EXTENSIONS[0] == "mp4");
    }

    #[test]
    fn a_file_is_whole_where_its_last_part_ends() {
        let whole = boxes(&[("ftyp", 16), ("free", 0), ("mdat", 5000), ("moov", 300)]);
        let is_whole = |kind: Container, file: &[u8]| kind.ends_whole(Cursor::new(file)).unwrap();
        assert!(is_whole(Container::Mp4, &whole));
        for cut in [0, 1, 7, 8, 23, 24, 40, 5000, whole.len() - 1] {
            // 24 and 32 bytes are the ends of parts: whole as far as can be seen.
            assert_eq!(is_whole(Container::Mp4, &whole[..cut]), cut == 24, "{cut}");
        }
        let endless = [&0_u32.to_be_bytes(), b"mdat".as_slice(), &[7; 100]].concat();
        assert!(!is_whole(Container::Mp4, &endless));
        let long =
            [&1_u32.to_be_bytes(), b"mdat".as_slice(), &20_u64.to_be_bytes(), &[7; 4]].concat();
        assert!(is_whole(Container::Mp4, &long));
        let avi = [b"RIFF".as_slice(), &5_u32.to_le_bytes(), b"AVI x\0"].concat();
        assert!(is_whole(Container::Avi, &avi) && !is_whole(Container::Avi, &avi[..13]));
        assert!(!is_whole(Container::Webm, b"\x1A\x45\xDF\xA3 and more of it"));
        // A length that no file has, and no step can reach.
        let beyond = [&1_u32.to_be_bytes(), b"mdat".as_slice(), &[0xFF; 8]].concat();
        assert!(!is_whole(Container::Mp4, &beyond));
    }

    /// Counts how often it is asked.
    struct Asked<'a>(Cursor<Vec<u8>>, &'a std::cell::Cell<usize>);

    impl Read for Asked<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1.set(self.1.get() + 1);
            self.0.read(buffer)
        }
    }

    impl Seek for Asked<'_> {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.1.set(self.1.get() + 1);
            self.0.seek(to)
        }
    }

    #[test]
    fn endlessly_many_parts_are_given_up_and_few_are_read_in_blocks() {
        let asked = std::cell::Cell::new(0);
        let is_whole = |parts: usize| {
            asked.set(0);
            let file = Asked(Cursor::new(b"\0\0\0\x08free".repeat(parts)), &asked);
            Container::Mp4.ends_whole(io::BufReader::new(file)).unwrap()
        };
        assert!(is_whole(MOST_PARTS as usize));
        assert!(asked.get() < 1000, "{} reads and seeks", asked.get());
        assert!(!is_whole(MOST_PARTS as usize + 1));
        assert!(!is_whole(MOST_PARTS as usize * 3));
        assert!(asked.get() < 1000, "it does not go on to the end: {}", asked.get());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Container::sniff(&bytes);
            for kind in [Container::Mp4, Container::Avi, Container::Ogg] {
                kind.ends_whole(Cursor::new(&bytes)).unwrap();
            }
        }
    }
}
