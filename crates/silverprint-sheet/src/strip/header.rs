//! What stands before the scan of a grey baseline JPEG of one component.

/// Longer sides would not fit a strip, nor be a thumbnail.
const LONGEST_SIDE: u32 = 1000;

/// Everything from the start to the first byte of the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header<'a> {
    bytes: &'a [u8],
    /// Where the height stands in the frame header; the width follows it.
    height_at: usize,
    /// Where the scan header begins: a restart interval is defined before it.
    scan_at: usize,
    /// The DC table of Huffman codes and the AC table: 16 counts, then symbols.
    dc: &'a [u8],
    ac: &'a [u8],
}

impl<'a> Header<'a> {
    /// The header and the scan of a JPEG that can be joined to others; none for
    /// everything else.
    pub(super) fn split(jpeg: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut at = 2;
        let (mut height_at, mut dc, mut ac) = (None, None, None);
        if !jpeg.starts_with(&[0xff, 0xd8]) {
            return None;
        }
        loop {
            let marker = *jpeg.get(at + 1).filter(|_| jpeg[at] == 0xff)?;
            let length =
                usize::from(u16::from_be_bytes(jpeg.get(at + 2..at + 4)?.try_into().ok()?));
            let body = jpeg.get(at + 4..at + 2 + length)?;
            match marker {
                // Baseline: 8 bits, one component, which fills whole units by itself.
                0xc0 if body.len() == 9 && body[0] == 8 && body[5] == 1 && body[7] == 0x11 => {
                    height_at = Some(at + 5);
                }
                0xc4 => tables(body, &mut dc, &mut ac)?,
                // What an encoder says of itself, and how it quantised.
                0xdb | 0xe0..=0xef | 0xfe => {}
                // The whole of one component, by the tables 0.
                0xda if body.len() == 6 && body[0] == 1 && body[2..] == [0, 0, 63, 0] => break,
                _ => return None,
            }
            at += 2 + length;
        }
        let scan = at + 10;
        let header =
            Self { bytes: &jpeg[..scan], height_at: height_at?, scan_at: at, dc: dc?, ac: ac? };
        let (scan, end) = jpeg[scan..].split_at_checked(jpeg.len().checked_sub(scan + 2)?)?;
        let is_one_scan = end == [0xff, 0xd9] && !scan.is_empty() && !has_marker(scan);
        let (width, height) = header.size();
        let fits = |side: u32| (1..=LONGEST_SIDE).contains(&side);
        let is_joinable = fits(width) && fits(height) && height.is_multiple_of(8);
        (is_one_scan && is_joinable).then_some((header, scan))
    }

    /// Width and height.
    pub(super) fn size(&self) -> (u32, u32) {
        let at = |at: usize| u32::from(u16::from_be_bytes([self.bytes[at], self.bytes[at + 1]]));
        (at(self.height_at + 2), at(self.height_at))
    }

    fn blocks(&self) -> u32 {
        let (width, height) = self.size();
        width.div_ceil(8) * (height / 8)
    }

    /// The header of so many prints one under another.
    pub(super) fn of_strip(&self, prints: usize) -> Option<Vec<u8>> {
        let height = u16::try_from(prints as u64 * u64::from(self.size().1)).ok()?;
        let interval = u16::try_from(self.blocks()).ok()?;
        let mut header = self.bytes[..self.scan_at].to_vec();
        header[self.height_at..self.height_at + 2].copy_from_slice(&height.to_be_bytes());
        header.extend([0xff, 0xdd, 0, 4]);
        header.extend(interval.to_be_bytes());
        header.extend_from_slice(&self.bytes[self.scan_at..]);
        Some(header)
    }

    /// The scan of a print that is all grey: no block differs from the one
    /// before it, and none has any detail.
    pub(super) fn blank(&self) -> Option<Vec<u8>> {
        let (same, end) = (code_of(0, self.dc)?, code_of(0, self.ac)?);
        let (mut scan, mut bits, mut n_bits) = (Vec::new(), 0_u64, 0);
        for (code, length) in (0..self.blocks()).flat_map(|_| [same, end]) {
            bits = bits << length | u64::from(code);
            n_bits += length;
            while n_bits >= 8 {
                n_bits -= 8;
                push_stuffed(&mut scan, (bits >> n_bits & 0xff).try_into().ok()?);
            }
        }
        if n_bits > 0 {
            // Filled up with ones, as an encoder does.
            let last = bits << (8 - n_bits) | ((1 << (8 - n_bits)) - 1);
            push_stuffed(&mut scan, (last & 0xff).try_into().ok()?);
        }
        Some(scan)
    }
}

/// A 0xff within a scan is followed by a 0.
fn push_stuffed(scan: &mut Vec<u8>, byte: u8) {
    scan.push(byte);
    if byte == 0xff {
        scan.push(0);
    }
}

/// Whether anything stands in a scan but coded bits.
fn has_marker(scan: &[u8]) -> bool {
    scan.last() == Some(&0xff) || scan.windows(2).any(|pair| pair[0] == 0xff && pair[1] != 0)
}

/// Takes the tables 0 out of a segment, which may define several.
fn tables<'a>(
    mut body: &'a [u8],
    dc: &mut Option<&'a [u8]>,
    ac: &mut Option<&'a [u8]>,
) -> Option<()> {
    while let Some((&what, rest)) = body.split_first() {
        let symbols: usize = rest.get(..16)?.iter().map(|&count| usize::from(count)).sum();
        let (table, rest) = rest.split_at_checked(16 + symbols)?;
        match what {
            0x00 => *dc = Some(table),
            0x10 => *ac = Some(table),
            _ => {}
        }
        body = rest;
    }
    Some(())
}

/// The code of a symbol, and its length in bits (T.81, C.2).
fn code_of(symbol: u8, table: &[u8]) -> Option<(u16, u32)> {
    let (counts, mut symbols) = table.split_at_checked(16)?;
    let mut code = 0_u32;
    for (length, &count) in (1..).zip(counts) {
        let (these, rest) = symbols.split_at_checked(usize::from(count))?;
        if let Some(at) = these.iter().position(|&it| it == symbol) {
            return Some((u16::try_from(code + u32::try_from(at).ok()?).ok()?, length));
        }
        code = (code + u32::from(count)) << 1;
        symbols = rest;
    }
    None
}
