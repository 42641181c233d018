//! Which format a picture has, and how large it is: from its first bytes only.

use std::fmt;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

use crate::ThumbError;
use crate::frame::Frame;

/// The formats that thumbnails are made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureFormat {
    /// JPEG, baseline or progressive, 8 bits a sample.
    Jpeg,
    /// PNG.
    Png,
    /// GIF; of an animation, its first frame.
    Gif,
    /// WebP; of an animation, its first frame.
    WebP,
    /// TIFF; of several pages, the first.
    Tiff,
}

/// What a picture says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its format, from the magic bytes: never from a name.
    pub format: PictureFormat,
    /// Columns as stored, before any orientation is applied.
    pub width: u32,
    /// Rows as stored, before any orientation is applied.
    pub height: u32,
}

/// Reads format and size from the header, decoding nothing.
///
/// Like every function here it takes the reader's first byte as the picture's,
/// wherever the reader stands.
pub fn read_header<R: BufRead + Seek>(mut picture: R) -> Result<Header, ThumbError> {
    let format = sniff(&mut picture)?;
    let size = match format {
        PictureFormat::Jpeg => {
            let frame = Frame::read(&mut picture)?;
            Ok((u32::from(frame.width), u32::from(frame.height)))
        }
        PictureFormat::Png => png_size(&mut picture),
        PictureFormat::Gif => gif_size(&mut picture),
        PictureFormat::WebP => webp_size(&mut picture),
        PictureFormat::Tiff => tiff_size(&mut picture),
    };
    let (width, height) = size.map_err(|error| ThumbError::from_io(format, error))?;
    // A JPEG may announce its height after the scan; the decoder refuses that by its name.
    if width == 0 || (height == 0 && format != PictureFormat::Jpeg) {
        return Err(ThumbError::damaged(format, "it has no pixels"));
    }
    Ok(Header { format, width, height })
}

impl PictureFormat {
    /// The format whose magic bytes these are: the first 12 bytes of a picture decide.
    pub fn sniff(start: &[u8]) -> Option<Self> {
        match start {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            _ => None,
        }
    }
}

impl fmt::Display for PictureFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
        })
    }
}

/// Tells the format and leaves the reader at the picture's first byte.
pub(crate) fn sniff<R: Read + Seek>(picture: &mut R) -> Result<PictureFormat, ThumbError> {
    const START_LEN: u64 = 16;
    picture.rewind()?;
    let mut start = Vec::new();
    picture.by_ref().take(START_LEN).read_to_end(&mut start)?;
    picture.rewind()?;
    PictureFormat::sniff(&start).ok_or(ThumbError::NotAPicture { start })
}

fn png_size<R: Read>(picture: &mut R) -> io::Result<(u32, u32)> {
    let start = read_array::<24, _>(picture)?;
    if start[12..16] != *b"IHDR" {
        return Err(invalid("it does not start with IHDR"));
    }
    Ok((be_u32(&start[16..]), be_u32(&start[20..])))
}

fn gif_size<R: Read>(picture: &mut R) -> io::Result<(u32, u32)> {
    let start = read_array::<10, _>(picture)?;
    Ok((le_u16(&start[6..]), le_u16(&start[8..])))
}

fn webp_size<R: Read>(picture: &mut R) -> io::Result<(u32, u32)> {
    let start = read_array::<30, _>(picture)?;
    let data = &start[20..];
    match &start[12..16] {
        // Lossy: the start code, then 14 bits each, with 2 bits of upscaling above them.
        b"VP8 " if data[3..6] == [0x9D, 0x01, 0x2A] => {
            Ok((le_u16(&data[6..]) & 0x3FFF, le_u16(&data[8..]) & 0x3FFF))
        }
        // Lossless: the signature, then 14 bits each, less one.
        b"VP8L" if data[0] == 0x2F => {
            let bits = u32::from_le_bytes([data[1], data[2], data[3], data[4]]);
            Ok(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        // Extended: the canvas, 24 bits each, less one.
        b"VP8X" => {
            let side = |at: usize| u32::from_le_bytes([data[at], data[at + 1], data[at + 2], 0]);
            Ok((side(4) + 1, side(7) + 1))
        }
        _ => Err(invalid("it does not start with a picture chunk")),
    }
}

/// The first directory's `ImageWidth` and `ImageLength`.
fn tiff_size<R: Read + Seek>(picture: &mut R) -> io::Result<(u32, u32)> {
    const IMAGE_WIDTH: u32 = 256;
    const IMAGE_LENGTH: u32 = 257;
    const SHORT: u32 = 3;
    let start = read_array::<8, _>(picture)?;
    let big_endian = start[0] == b'M';
    let short = |at: &[u8]| {
        u32::from(if big_endian {
            u16::from_be_bytes([at[0], at[1]])
        } else {
            u16::from_le_bytes([at[0], at[1]])
        })
    };
    let long = |at: &[u8]| if big_endian { be_u32(at) } else { be_u32(at).swap_bytes() };
    picture.seek(SeekFrom::Start(u64::from(long(&start[4..]))))?;
    let (mut width, mut height) = (0, 0);
    for _ in 0..short(&read_array::<2, _>(picture)?) {
        let entry = read_array::<12, _>(picture)?;
        let value =
            if short(&entry[2..]) == SHORT { short(&entry[8..]) } else { long(&entry[8..]) };
        match short(&entry) {
            IMAGE_WIDTH => width = value,
            IMAGE_LENGTH => height = value,
            _ => {}
        }
    }
    Ok((width, height))
}

fn read_array<const N: usize, R: Read>(picture: &mut R) -> io::Result<[u8; N]> {
    let mut array = [0; N];
    picture.read_exact(&mut array)?;
    Ok(array)
}

fn be_u32(at: &[u8]) -> u32 {
    u32::from_be_bytes([at[0], at[1], at[2], at[3]])
}

fn le_u16(at: &[u8]) -> u32 {
    u32::from(u16::from_le_bytes([at[0], at[1]]))
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
