//! What EXIF says of a picture's colors, by a word in place of a profile.
//!
//! Cameras that write Adobe RGB embed no profile, but say so as DCF 2.0 has it: the
//! color space is "uncalibrated" and the interoperability index is "R03". Browsers do
//! not look; darktable and Photoshop do, and the photographer meant it. Some write a
//! color space of 2 instead, which EXIF does not know, but everybody who reads it does.

/// TIFF directories: 12 bytes an entry, after their number.
struct Directories<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

const EXIF_DIRECTORY: u16 = 0x8769;
const INTEROP_DIRECTORY: u16 = 0xA005;
const COLOR_SPACE: u16 = 0xA001;
const INTEROP_INDEX: u16 = 0x0001;

/// Does this block of EXIF (a TIFF, as it stands behind `Exif\0\0`) say that the colors
/// are Adobe RGB's?
pub(crate) fn says_adobe_rgb(tiff: &[u8]) -> bool {
    look(tiff).unwrap_or(false)
}

fn look(tiff: &[u8]) -> Option<bool> {
    const ADOBE_RGB: u16 = 2;
    const UNCALIBRATED: u16 = 0xFFFF;
    let big_endian = match tiff.get(..4)? {
        b"MM\0\x2A" => true,
        b"II\x2A\0" => false,
        _ => return None,
    };
    let tiff = Directories { bytes: tiff, big_endian };
    let exif = tiff.pointer(tiff.u32_at(4)?, EXIF_DIRECTORY)?;
    match tiff.short(exif, COLOR_SPACE)? {
        ADOBE_RGB => Some(true),
        UNCALIBRATED => {
            let interop = tiff.pointer(exif, INTEROP_DIRECTORY)?;
            let at = tiff.value(interop, INTEROP_INDEX)?;
            Some(tiff.bytes.get(at..at + 3)? == b"R03")
        }
        _ => Some(false),
    }
}

impl Directories<'_> {
    /// Where the value field of a tag in the directory at `directory` stands.
    fn value(&self, directory: u32, tag: u16) -> Option<usize> {
        const ENTRY_BYTES: usize = 12;
        let directory = usize::try_from(directory).ok()?;
        let first = directory.checked_add(2)?;
        (0..usize::from(self.u16_at(directory)?))
            .map(|idx| first + idx * ENTRY_BYTES)
            .find(|&entry| self.u16_at(entry) == Some(tag))
            .map(|entry| entry + 8)
    }

    fn short(&self, directory: u32, tag: u16) -> Option<u16> {
        self.u16_at(self.value(directory, tag)?)
    }

    fn pointer(&self, directory: u32, tag: u16) -> Option<u32> {
        self.u32_at(self.value(directory, tag)?)
    }

    fn u16_at(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u16::from_be_bytes(*bytes) } else { u16::from_le_bytes(*bytes) })
    }

    fn u32_at(&self, at: impl TryInto<usize>) -> Option<u32> {
        let bytes = self.bytes.get(at.try_into().ok()?..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// EXIF with this color space and interoperability index.
    fn exif(color_space: u16, index: [u8; 4]) -> Vec<u8> {
        let short = |tag: u16, value: u16| {
            [tag.to_be_bytes(), [0, 3], [0, 0], [0, 1], value.to_be_bytes(), [0, 0]].concat()
        };
        let long = |tag: u16, value: u8| {
            [&tag.to_be_bytes()[..], &[0, 4, 0, 0, 0, 1, 0, 0, 0, value]].concat()
        };
        [
            b"MM\0\x2A\0\0\0\x08".to_vec(),
            [vec![0, 2], short(0x0112, 1), long(EXIF_DIRECTORY, 38), vec![0; 4]].concat(),
            [vec![0, 2], short(COLOR_SPACE, color_space), long(INTEROP_DIRECTORY, 68)].concat(),
            vec![0; 4],
            [vec![0, 1], [&[0, 1, 0, 2, 0, 0, 0, 4][..], &index].concat(), vec![0; 4]].concat(),
        ]
        .concat()
    }

    #[test]
    fn adobe_rgb_is_what_cameras_call_it() {
        assert!(says_adobe_rgb(&exif(0xFFFF, *b"R03\0")));
        assert!(says_adobe_rgb(&exif(2, *b"R98\0")));
        for other in
            [exif(0xFFFF, *b"R98\0"), exif(1, *b"R03\0"), exif(1, *b"R98\0"), exif(7, *b"R03\0")]
        {
            assert!(!says_adobe_rgb(&other));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
            len in any::<prop::sample::Index>(),
        ) {
            let mut exif = exif(0xFFFF, *b"R03\0");
            for (at, byte) in changes {
                let at = at.index(exif.len());
                exif[at] = byte;
            }
            says_adobe_rgb(&exif[..len.index(exif.len())]);
        }
    }
}
