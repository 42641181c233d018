//! Fifty prints one under another in one picture: a wall loads one file for
//! them, and not fifty.
//!
//! Nothing is decoded for it. Grey JPEGs that were written by one encoder, in
//! one size, differ in nothing but their scans; and in a picture as wide as a
//! print every scan is a restart interval of its own, in which nothing refers to
//! another (ITU-T T.81, E.1.4). So a strip is the header of the first with
//! another height, an interval's length, and the scans with a restart marker
//! after each. What was written otherwise (in color, as PNG, in a height that is
//! no multiple of a block's, by another encoder) is not joined and stays a file
//! of its own.

mod header;

use header::Header;

/// JPEG's own limit is 65,535 lines; decoded, a strip of fifty is 3 MB.
pub(crate) const PER_STRIP: usize = 50;

/// A strip that is made.
pub(crate) struct Strip {
    /// A JPEG; none where no print was joined.
    pub(crate) jpeg: Option<Vec<u8>>,
    /// For each print whether it is in it.
    pub(crate) holds: Vec<bool>,
}

/// Joins the prints that can be; the others' places stay grey.
pub(crate) fn join(prints: &[Option<Vec<u8>>], size: (u32, u32)) -> Strip {
    let mut header: Option<Header<'_>> = None;
    let scans: Vec<Option<&[u8]>> = prints
        .iter()
        .map(|print| {
            let (found, scan) = Header::split(print.as_deref()?)?;
            let first = header.get_or_insert(found);
            (*first == found && found.size() == size).then_some(scan)
        })
        .collect();
    let holds: Vec<bool> = scans.iter().map(Option::is_some).collect();
    let jpeg = header.filter(|_| holds.contains(&true)).and_then(|header| write(header, &scans));
    if jpeg.is_none() {
        return Strip { jpeg: None, holds: vec![false; prints.len()] };
    }
    Strip { jpeg, holds }
}

fn write(header: Header<'_>, scans: &[Option<&[u8]>]) -> Option<Vec<u8>> {
    let blank = header.blank()?;
    let mut jpeg = header.of_strip(scans.len())?;
    for (idx, scan) in scans.iter().enumerate() {
        if idx > 0 {
            // RST0 to RST7, in turn.
            jpeg.extend([0xff, 0xd0 + u8::try_from((idx - 1) % 8).expect("less than 8")]);
        }
        jpeg.extend_from_slice(scan.unwrap_or(&blank));
    }
    jpeg.extend([0xff, 0xd9]);
    Some(jpeg)
}
