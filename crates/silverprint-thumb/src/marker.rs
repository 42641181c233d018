//! Walking a JPEG from marker to marker without decoding it.

use std::io::{self, BufRead, Read, Seek};

pub(crate) const SOI: u8 = 0xD8;
pub(crate) const EOI: u8 = 0xD9;
pub(crate) const SOS: u8 = 0xDA;
pub(crate) const APP0: u8 = 0xE0;
pub(crate) const APP1: u8 = 0xE1;
pub(crate) const APP2: u8 = 0xE2;
pub(crate) const APP14: u8 = 0xEE;
const TEM: u8 = 0x01;

/// Is it a start of frame? SOF0 to SOF15 without DHT, JPG and DAC, which share the range.
pub(crate) const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

/// Does a length follow the marker?
pub(crate) const fn has_segment(marker: u8) -> bool {
    !matches!(marker, SOI | EOI | TEM)
}

/// The next marker, or `None` at the end of the bytes.
///
/// Entropy-coded data, stuffed bytes (FF 00), restart markers and garbage
/// between segments, which libjpeg accepts too, are passed over.
pub(crate) fn next_marker<R: BufRead>(picture: &mut R) -> io::Result<Option<u8>> {
    loop {
        if !skip_past_ff(picture)? {
            return Ok(None);
        }
        let code = loop {
            match read_byte(picture)? {
                Some(0xFF) => {} // Any number of fill bytes may stand before a marker.
                Some(code) => break code,
                None => return Ok(None),
            }
        };
        if !matches!(code, 0x00 | 0xD0..=0xD7) {
            return Ok(Some(code));
        }
    }
}

/// The length of what follows in the segment, without the length field itself.
pub(crate) fn segment_len<R: Read>(picture: &mut R) -> io::Result<u16> {
    let mut len = [0; 2];
    picture.read_exact(&mut len)?;
    let short = || io::Error::new(io::ErrorKind::InvalidData, "a segment shorter than its length");
    u16::from_be_bytes(len).checked_sub(2).ok_or_else(short)
}

/// Passes over a segment whose marker has been read.
pub(crate) fn skip_segment<R: Read + Seek>(picture: &mut R) -> io::Result<()> {
    let len = segment_len(picture)?;
    picture.seek_relative(i64::from(len))
}

fn skip_past_ff<R: BufRead>(picture: &mut R) -> io::Result<bool> {
    loop {
        let buffered = picture.fill_buf()?;
        if buffered.is_empty() {
            return Ok(false);
        }
        let found = memchr::memchr(0xFF, buffered);
        let skipped = found.map_or(buffered.len(), |idx| idx + 1);
        picture.consume(skipped);
        if found.is_some() {
            return Ok(true);
        }
    }
}

fn read_byte<R: BufRead>(picture: &mut R) -> io::Result<Option<u8>> {
    let byte = picture.fill_buf()?.first().copied();
    if byte.is_some() {
        picture.consume(1);
    }
    Ok(byte)
}
