//! The frame header of a JPEG: how it is coded, and how large.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use crate::marker::{self, APP0, APP14, EOI, SOI, SOS};
use crate::{PictureFormat, ThumbError};

/// What the segments up to the frame header say.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The second byte of the SOF marker: C0 baseline, C2 progressive, …
    process: u8,
    precision: u8,
    pub(crate) width: u16,
    pub(crate) height: u16,
    components: Vec<Component>,
    jfif: bool,
    adobe_transform: Option<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Component {
    id: u8,
    across: u8,
    down: u8,
}

/// The colors that a JPEG's components stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Components {
    Grey,
    Rgb,
    YCbCr,
    Cmyk,
    Ycck,
}

impl Frame {
    /// Reads the frame header of a JPEG that starts where `picture` starts.
    pub(crate) fn read<R: BufRead + Seek>(picture: &mut R) -> Result<Self, ThumbError> {
        Self::find(picture).map_err(|error| ThumbError::from_io(PictureFormat::Jpeg, error))
    }

    /// Refuses what no decoder here can do, before it is tried.
    pub(crate) fn check_supported(&self) -> Result<(), ThumbError> {
        let unsupported = |what: &str| Err(ThumbError::unsupported(PictureFormat::Jpeg, what));
        match self.process {
            0xC0..=0xC2 => {}
            0xC3 => return unsupported("lossless coding"),
            0xC5..=0xC7 => return unsupported("hierarchical coding"),
            _ => return unsupported("arithmetic coding"),
        }
        // libjpeg's limit too: up to here, the decoder's 16-bit counts of lines cannot overflow.
        if self.width.max(self.height) > 65_500 {
            return unsupported("a side of more than 65,500 pixels");
        }
        match (self.precision, self.height, self.components.len()) {
            (8, 1.., 1 | 3 | 4) => Ok(()),
            (8, 0, _) => unsupported("a height given only after the scan (DNL)"),
            (8, _, n) => unsupported(&format!("{n} components")),
            (bits, _, _) => unsupported(&format!("{bits} bits a sample")),
        }
    }

    /// Bytes of the coefficients that a progressive decoder keeps until the last scan.
    pub(crate) fn coefficient_bytes(&self) -> u64 {
        const BYTES_PER_BLOCK: u64 = 64 * 2;
        if self.process != 0xC2 {
            return 0;
        }
        let largest = |factor: fn(&Component) -> u8| {
            u64::from(self.components.iter().map(factor).max().unwrap_or(1).max(1))
        };
        let mcus_across = u64::from(self.width).div_ceil(8 * largest(|c| c.across));
        let mcus_down = u64::from(self.height).div_ceil(8 * largest(|c| c.down));
        let blocks_per_mcu: u64 =
            self.components.iter().map(|c| u64::from(c.across) * u64::from(c.down)).sum();
        mcus_across * mcus_down * blocks_per_mcu * BYTES_PER_BLOCK
    }

    pub(crate) fn n_components(&self) -> u64 {
        self.components.len() as u64
    }

    /// What the components mean: libjpeg's rules, which are the ones files are written for.
    pub(crate) fn components(&self) -> Components {
        match (self.components.len(), self.adobe_transform) {
            (..=2, _) => Components::Grey,
            (3, _) if self.jfif => Components::YCbCr,
            (3, Some(0)) => Components::Rgb,
            (3, None) if self.ids_are(b"RGB") => Components::Rgb,
            (3, _) => Components::YCbCr,
            (_, Some(0) | None) => Components::Cmyk,
            (_, Some(_)) => Components::Ycck,
        }
    }

    fn ids_are(&self, ids: &[u8]) -> bool {
        self.components.iter().map(|component| component.id).eq(ids.iter().copied())
    }

    fn find<R: BufRead + Seek>(picture: &mut R) -> io::Result<Self> {
        let (mut jfif, mut adobe_transform) = (false, None);
        loop {
            match marker::next_marker(picture)? {
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
                Some(SOS | EOI) => return Err(invalid("no frame header before the scan")),
                Some(SOI) => {}
                Some(APP0) => jfif |= read_start(picture)? == Some(*b"JFIF\0"),
                Some(APP14) => {
                    if let Some([b'A', b'd', b'o', b'b', b'e', .., transform]) =
                        read_start::<12, _>(picture)?
                    {
                        adobe_transform = Some(transform);
                    }
                }
                Some(found) if marker::is_frame(found) => {
                    return Self::parse(picture, found, jfif, adobe_transform);
                }
                Some(found) if marker::has_segment(found) => marker::skip_segment(picture)?,
                Some(_) => {}
            }
        }
    }

    fn parse<R: Read>(
        picture: &mut R,
        process: u8,
        jfif: bool,
        adobe_transform: Option<u8>,
    ) -> io::Result<Self> {
        marker::segment_len(picture)?;
        let mut start = [0; 6];
        picture.read_exact(&mut start)?;
        let [precision, h1, h0, w1, w0, n_components] = start;
        let mut components = Vec::with_capacity(usize::from(n_components));
        for _ in 0..n_components {
            let mut component = [0; 3];
            picture.read_exact(&mut component)?;
            let [id, sampling, _table] = component;
            components.push(Component { id, across: sampling >> 4, down: sampling & 0x0F });
        }
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        if width == 0 || components.is_empty() {
            return Err(invalid("a frame without columns or components"));
        }
        Ok(Self { process, precision, width, height, components, jfif, adobe_transform })
    }
}

/// The first bytes of a segment that has so many; the rest is passed over.
fn read_start<const N: usize, R: Read + Seek>(picture: &mut R) -> io::Result<Option<[u8; N]>> {
    let len = usize::from(marker::segment_len(picture)?);
    let mut start = [0; N];
    let n_read = len.min(N);
    picture.read_exact(&mut start[..n_read])?;
    #[expect(clippy::cast_possible_wrap, reason = "a segment has at most 65,533 bytes")]
    picture.seek(SeekFrom::Current((len - n_read) as i64))?;
    Ok((n_read == N).then_some(start))
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
