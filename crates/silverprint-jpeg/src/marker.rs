//! Walking from marker to marker, and the segments between them (T.81, B.1.1).

use crate::DecodeError;
use memchr::memchr;
use std::io::{self, BufRead, Read};

pub(crate) const DHT: u8 = 0xC4;
pub(crate) const DAC: u8 = 0xCC;
pub(crate) const SOI: u8 = 0xD8;
pub(crate) const EOI: u8 = 0xD9;
pub(crate) const SOS: u8 = 0xDA;
pub(crate) const DQT: u8 = 0xDB;
pub(crate) const DRI: u8 = 0xDD;
pub(crate) const APP0: u8 = 0xE0;
pub(crate) const APP14: u8 = 0xEE;
const COM: u8 = 0xFE;
const TEM: u8 = 0x01;

/// Is it a start of frame? SOF0 to SOF15 without DHT, JPG and DAC, which share the range.
pub(crate) const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, DHT | 0xC8 | DAC)
}

/// Is it one of RST0 to RST7?
pub(crate) const fn is_restart(marker: u8) -> bool {
    matches!(marker, 0xD0..=0xD7)
}

/// Is it one that may stand in a JPEG, apart from a scan's own? Others are reserved.
pub(crate) const fn is_known(marker: u8) -> bool {
    is_frame(marker) || matches!(marker, TEM | DHT | DAC | SOI..=DRI | APP0..=0xEF | COM)
}

/// Does a length follow the marker?
pub(crate) const fn has_segment(marker: u8) -> bool {
    !matches!(marker, SOI | EOI | TEM)
}

/// The next marker. Stuffed bytes, restart markers and garbage between
/// segments, which libjpeg accepts too, are passed over.
pub(crate) fn next_marker<R: BufRead>(jpeg: &mut R) -> Result<u8, DecodeError> {
    loop {
        skip_past_ff(jpeg)?;
        let code = loop {
            match read_byte(jpeg)? {
                0xFF => {} // Any number of fill bytes may stand before a marker.
                code => break code,
            }
        };
        if code != 0 && !is_restart(code) {
            return Ok(code);
        }
    }
}

/// Reads a segment whose marker has been read, without its length field.
pub(crate) fn read_segment<'a, R: BufRead>(
    jpeg: &mut R,
    segment: &'a mut Vec<u8>,
) -> Result<&'a [u8], DecodeError> {
    let len = segment_len(jpeg)?;
    segment.clear();
    let n_read = jpeg.by_ref().take(len).read_to_end(segment)?;
    if (n_read as u64) < len {
        return Err(cut());
    }
    Ok(segment)
}

/// Passes over a segment whose marker has been read.
pub(crate) fn skip_segment<R: BufRead>(jpeg: &mut R) -> Result<(), DecodeError> {
    let len = segment_len(jpeg)?;
    if io::copy(&mut jpeg.by_ref().take(len), &mut io::sink())? < len {
        return Err(cut());
    }
    Ok(())
}

/// The next byte, which must be there.
pub(crate) fn read_byte<R: BufRead>(jpeg: &mut R) -> Result<u8, DecodeError> {
    let byte = *jpeg.fill_buf()?.first().ok_or_else(cut)?;
    jpeg.consume(1);
    Ok(byte)
}

/// What is said of bytes that end before the JPEG does.
pub(crate) fn cut() -> DecodeError {
    DecodeError::Damaged("it is cut: the end marker is missing")
}

fn segment_len<R: BufRead>(jpeg: &mut R) -> Result<u64, DecodeError> {
    let len = u16::from_be_bytes([read_byte(jpeg)?, read_byte(jpeg)?]);
    let short = DecodeError::Damaged("a segment shorter than its own length field");
    len.checked_sub(2).map(u64::from).ok_or(short)
}

fn skip_past_ff<R: BufRead>(jpeg: &mut R) -> Result<(), DecodeError> {
    loop {
        let buffered = jpeg.fill_buf()?;
        if buffered.is_empty() {
            return Err(cut());
        }
        let found = memchr(0xFF, buffered);
        let skipped = found.map_or(buffered.len(), |idx| idx + 1);
        jpeg.consume(skipped);
        if found.is_some() {
            return Ok(());
        }
    }
}
