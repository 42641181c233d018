//! Does a picture reach its format's own end marker?
//!
//! For pictures that came without a length. It tells a cut from a whole one,
//! walking over the content without decoding it; a flipped byte it cannot see.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use crate::header::sniff;
use crate::marker::{self, EOI, SOS};
use crate::{PictureFormat, ThumbError, read_header};

/// Whether the picture reaches its format's own end marker.
///
/// Bytes behind the marker are fine: cameras append videos and second pictures.
/// A TIFF has no end marker; it counts as whole when its first directory is there.
pub fn ends_whole<R: BufRead + Seek>(mut picture: R) -> Result<bool, ThumbError> {
    let walked = match sniff(&mut picture)? {
        PictureFormat::Jpeg => jpeg(&mut picture),
        PictureFormat::Png => png(&mut picture),
        PictureFormat::Gif => gif(&mut picture),
        PictureFormat::WebP => webp(&mut picture),
        PictureFormat::Tiff => {
            return match read_header(&mut picture) {
                Err(error @ ThumbError::Io(_)) => Err(error),
                header => Ok(header.is_ok()),
            };
        }
    };
    match walked {
        // Running off the end, or into nonsense, is the answer no.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
            ) =>
        {
            Ok(false)
        }
        walked => Ok(walked?),
    }
}

/// Walks segments and scans to the EOI; one in an embedded EXIF thumbnail lies inside a segment.
fn jpeg<R: BufRead + Seek>(picture: &mut R) -> io::Result<bool> {
    let mut scanned = false;
    while let Some(found) = marker::next_marker(picture)? {
        if found == EOI {
            return Ok(scanned);
        }
        if marker::has_segment(found) {
            marker::skip_segment(picture)?;
        }
        scanned |= found == SOS;
    }
    Ok(false)
}

/// Walks the chunks to IEND, which has no content, so its check sum is always the same.
fn png<R: Read + Seek>(picture: &mut R) -> io::Result<bool> {
    const IEND_CRC: [u8; 4] = [0xAE, 0x42, 0x60, 0x82];
    picture.seek(SeekFrom::Start(8))?;
    loop {
        let mut head = [0; 8];
        picture.read_exact(&mut head)?;
        let [l3, l2, l1, l0, name @ ..] = head;
        let len = u32::from_be_bytes([l3, l2, l1, l0]);
        if name == *b"IEND" {
            let mut crc = [0; 4];
            picture.read_exact(&mut crc)?;
            return Ok(len == 0 && crc == IEND_CRC);
        }
        picture.seek_relative(i64::from(len) + 4)?;
    }
}

/// Walks the blocks to the trailer.
fn gif<R: Read + Seek>(picture: &mut R) -> io::Result<bool> {
    const EXTENSION: u8 = 0x21;
    const IMAGE: u8 = 0x2C;
    const TRAILER: u8 = 0x3B;
    let mut screen = [0; 13];
    picture.read_exact(&mut screen)?;
    skip_color_table(picture, screen[10])?;
    loop {
        match read_byte(picture)? {
            TRAILER => return Ok(true),
            EXTENSION => {
                let _label = read_byte(picture)?;
                skip_sub_blocks(picture)?;
            }
            IMAGE => {
                let mut descriptor = [0; 9];
                picture.read_exact(&mut descriptor)?;
                skip_color_table(picture, descriptor[8])?;
                let _min_code_size = read_byte(picture)?;
                skip_sub_blocks(picture)?;
            }
            // Some writers leave a spare terminator between blocks; browsers pass over it.
            0 => {}
            _ => return Ok(false),
        }
    }
}

fn skip_color_table<R: Seek>(picture: &mut R, flags: u8) -> io::Result<()> {
    if flags & 0x80 != 0 {
        picture.seek_relative(3 << ((flags & 0x07) + 1))?;
    }
    Ok(())
}

fn skip_sub_blocks<R: Read + Seek>(picture: &mut R) -> io::Result<()> {
    loop {
        match read_byte(picture)? {
            0 => return Ok(()),
            len => picture.seek_relative(i64::from(len))?,
        }
    }
}

/// The RIFF header gives the length of all that follows it.
fn webp<R: Read + Seek>(picture: &mut R) -> io::Result<bool> {
    let mut start = [0; 8];
    picture.read_exact(&mut start)?;
    let announced = 8 + u64::from(u32::from_le_bytes([start[4], start[5], start[6], start[7]]));
    Ok(picture.seek(SeekFrom::End(0))? >= announced)
}

fn read_byte<R: Read>(picture: &mut R) -> io::Result<u8> {
    let mut byte = [0];
    picture.read_exact(&mut byte)?;
    Ok(byte[0])
}
