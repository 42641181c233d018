//! The entropy-coded bytes of one scan, without their stuffing.

use crate::marker::{cut, is_restart, read_byte};
use crate::{DecodeError, Unsupported};
use memchr::memchr;
use std::io::BufRead;

/// Ones behind each segment. No code is all ones, so that whoever reads on past
/// the end of a segment finds no symbol there, and stops.
const PADDING: [u8; 8] = [0xFF; 8];
/// The most that is held of one scan. Its positions, counted in bits, are less
/// than 2³¹, too, which is as far as vectors compare them.
const MOST_BYTES: usize = 64 << 20;
/// The most memory that is kept for the next scan.
const KEPT_BYTES: usize = 16 << 20;

/// The entropy-coded segments of a scan (T.81, B.1.1.5), unstuffed, each
/// followed by ones: whoever counts bits need not look out for markers.
#[derive(Debug, Default)]
pub(crate) struct Segments {
    /// All of them, one behind the other.
    pub(crate) bytes: Vec<u8>,
    /// Where each begins and ends in `bytes`, in bits. More than one only
    /// where there are restart markers.
    pub(crate) bounds: Vec<(u32, u32)>,
    /// Whether more followed than the scan has use for.
    has_surplus: bool,
}

impl Segments {
    /// Lets go of the memory of a large scan.
    pub(crate) fn trim(&mut self) {
        let n_kept = self.bytes.capacity() + self.bounds.capacity() * size_of::<(u32, u32)>();
        if n_kept > KEPT_BYTES {
            *self = Self::default();
        }
    }

    /// Refuses a scan of fewer segments, and leaves out what is too many. One restart
    /// marker more may stand behind the last MCU: some encoders count so, and libjpeg
    /// passes over it.
    pub(crate) fn check_number(&mut self, n_segments: usize) -> Result<(), DecodeError> {
        if self.bounds.len() > n_segments {
            self.bounds.pop_if(|(begin, end)| begin == end);
        }
        self.has_surplus = self.bounds.len() > n_segments;
        self.bounds.truncate(n_segments);
        if self.bounds.len() < n_segments {
            return Err(DecodeError::Damaged("fewer restart markers than announced"));
        }
        Ok(())
    }

    /// Leaves a scan of more segments to others: to be asked when its blocks are found to be there.
    pub(crate) fn check_surplus(&self) -> Result<(), DecodeError> {
        if self.has_surplus {
            return Err(DecodeError::Unsupported(Unsupported::Surplus));
        }
        Ok(())
    }

    /// Reads a scan whose header has been read, and returns the marker behind it.
    pub(crate) fn read<R: BufRead>(&mut self, jpeg: &mut R) -> Result<u8, DecodeError> {
        self.bytes.clear();
        self.bounds.clear();
        let mut start = 0;
        loop {
            let marker = self.read_segment(jpeg)?;
            if self.bytes.len() > MOST_BYTES {
                return Err(DecodeError::Unsupported(Unsupported::Length));
            }
            self.bounds.push((in_bits(start), in_bits(self.bytes.len())));
            self.bytes.extend(PADDING);
            start = self.bytes.len();
            if !is_restart(marker) {
                return Ok(marker);
            }
            // They count up to seven and begin anew.
            if usize::from(marker & 7) != (self.bounds.len() - 1) % 8 {
                return Err(DecodeError::Damaged("a restart marker out of order"));
            }
        }
    }

    /// Appends the bytes up to the next marker, and returns that.
    fn read_segment<R: BufRead>(&mut self, jpeg: &mut R) -> Result<u8, DecodeError> {
        loop {
            let mut rest = jpeg.fill_buf()?;
            let n_buffered = rest.len();
            if n_buffered == 0 {
                return Err(cut());
            }
            let marker = loop {
                let Some(n_plain) = memchr(0xFF, rest) else {
                    self.bytes.extend_from_slice(rest);
                    break None;
                };
                let (plain, behind) = rest.split_at(n_plain);
                self.bytes.extend_from_slice(plain);
                match behind {
                    [_, 0, after @ ..] => {
                        self.bytes.push(0xFF);
                        rest = after;
                    }
                    _ => break Some(n_buffered - behind.len()),
                }
            };
            jpeg.consume(marker.unwrap_or(n_buffered));
            if marker.is_some()
                && let Some(marker) = self.read_marker(jpeg)?
            {
                return Ok(marker);
            }
            if self.bytes.len() > MOST_BYTES {
                return Err(DecodeError::Unsupported(Unsupported::Length));
            }
        }
    }

    /// What an FF that has not been consumed yet begins: a marker, or the one
    /// byte FF, stuffed, whose second half was not in the buffer yet.
    fn read_marker<R: BufRead>(&mut self, jpeg: &mut R) -> Result<Option<u8>, DecodeError> {
        let mut code = read_byte(jpeg)?;
        while code == 0xFF {
            code = read_byte(jpeg)?;
        }
        if code == 0 {
            self.bytes.push(0xFF);
            return Ok(None);
        }
        Ok(Some(code))
    }
}

fn in_bits(n_bytes: usize) -> u32 {
    u32::try_from(8 * n_bytes).expect("refused when longer")
}
