//! What a WebP's frames ask for, before its decoder believes them.

use std::io::{self, BufRead, Read, Seek};

use memchr::memmem;

use crate::Header;

/// A lossy frame's chunk up to its dimensions: name, length, tag, start code (RFC 6386, 9.1).
const HEAD: usize = 18;
const START_CODE: [u8; 3] = [0x9D, 0x01, 0x2A];
const AT_ONCE: u64 = 64 << 10;

/// Is some lossy frame larger than the canvas? Its decoder would take memory for it before
/// it compares the two. Frames are looked for in all the bytes, wherever chunks claim to end.
pub(crate) fn outgrows<R: BufRead + Seek>(picture: &mut R, header: Header) -> io::Result<bool> {
    picture.rewind()?;
    let mut seen = Vec::new();
    loop {
        // What may be the beginning of a head comes again before the next bytes.
        seen.drain(..seen.len().saturating_sub(HEAD - 1));
        if picture.by_ref().take(AT_ONCE).read_to_end(&mut seen)? == 0 {
            return Ok(false);
        }
        let mut frames = memmem::find_iter(&seen, b"VP8 ").filter_map(|at| dimensions(&seen[at..]));
        if frames.any(|(width, height)| width > header.width || height > header.height) {
            return Ok(true);
        }
    }
}

/// The dimensions in a frame's head; the two highest bits of each are a scale for display.
fn dimensions(frame: &[u8]) -> Option<(u32, u32)> {
    let head = frame.first_chunk::<HEAD>()?;
    let side = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3FFF);
    (head[11..14] == START_CODE).then(|| (side(14), side(16)))
}
