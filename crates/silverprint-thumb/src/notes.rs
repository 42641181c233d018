//! What the segments before a JPEG's first scan say of how to show it: the way up, and
//! what its colors mean.

use std::io::{self, BufRead, Read, Seek};

use image::metadata::Orientation;

use crate::icc::Pieces;
use crate::marker::{self, APP1, APP2, EOI, SOI, SOS};
use crate::profile::Profile;
use crate::{PictureFormat, ThumbError, exif};

/// What a JPEG says of how to show it.
#[derive(Debug)]
pub(crate) struct Notes {
    pub(crate) orientation: Orientation,
    pub(crate) profile: Profile,
}

impl Notes {
    /// Reads them from a JPEG that starts where `picture` starts. Metadata that makes
    /// no sense says nothing; the picture may be as good as any.
    pub(crate) fn read<R: BufRead + Seek>(picture: &mut R) -> Result<Self, ThumbError> {
        let mut segments = Segments::default();
        match segments.read(picture) {
            // The decoder says better what is wrong with the picture.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {}
            read => read.map_err(|error| ThumbError::from_io(PictureFormat::Jpeg, error))?,
        }
        let Segments { exif, pieces } = segments;
        let profile = match pieces.whole() {
            Some(icc) => Profile::Icc(icc),
            None if exif.as_deref().is_some_and(exif::says_adobe_rgb) => Profile::AdobeRgb,
            None => Profile::None,
        };
        let orientation = exif.as_deref().and_then(Orientation::from_exif_chunk);
        Ok(Self { orientation: orientation.unwrap_or(Orientation::NoTransforms), profile })
    }
}

#[derive(Debug, Default)]
struct Segments {
    /// The first block of EXIF, without its name.
    exif: Option<Vec<u8>>,
    pieces: Pieces,
}

impl Segments {
    fn read<R: BufRead + Seek>(&mut self, picture: &mut R) -> io::Result<()> {
        const EXIF: &[u8] = b"Exif\0\0";
        while let Some(found) = marker::next_marker(picture)? {
            match found {
                SOS | EOI => break,
                SOI => {}
                APP1 if self.exif.is_none() => self.exif = read_named(picture, EXIF)?,
                APP2 => {
                    if let Some(piece) = read_named(picture, Pieces::MAGIC)? {
                        self.pieces.add(&piece);
                    }
                }
                found if marker::has_segment(found) => marker::skip_segment(picture)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// A segment's content behind its name, or `None`, passed over, where it has another.
fn read_named<R: Read + Seek>(picture: &mut R, name: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let len = usize::from(marker::segment_len(picture)?);
    let mut start = [0; 16];
    let start = &mut start[..name.len().min(len)];
    picture.read_exact(start)?;
    let left = len - start.len();
    if start != name {
        #[expect(clippy::cast_possible_wrap, reason = "a segment has at most 65,533 bytes")]
        picture.seek_relative(left as i64)?;
        return Ok(None);
    }
    let mut content = vec![0; left];
    picture.read_exact(&mut content)?;
    Ok(Some(content))
}
