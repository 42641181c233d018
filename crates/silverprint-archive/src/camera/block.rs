//! Where in a picture its Exif lies. Goes from header to header and over the
//! rest by seeking, so that of a large file on disk some kilobytes are read.
//!
//! In JPEG, PNG and WebP the block is one piece. A TIFF is its own block, and
//! its directories may lie at the end of a large file: of it an excerpt is
//! made, a small TIFF with the few entries that are wanted.

use silverprint_core::Format;
use std::io::{self, Read, Seek, SeekFrom};

/// A JPEG's segment holds no more, and no camera writes more elsewhere.
const LARGEST_BLOCK: u32 = 64 << 10;
/// Segments or chunks that are looked at: a file that consists of more of them
/// has its Exif before them, or none that is worth the way.
const MOST_PARTS: usize = 4096;
/// What some writers put before the block, all in JPEG and a few in WebP.
const PREFIX: &[u8] = b"Exif\0\0";

/// The block, as a TIFF of its own; none where the picture has none.
pub(super) fn find<R: Read + Seek>(picture: &mut R, format: Format) -> io::Result<Option<Vec<u8>>> {
    picture.rewind()?;
    match format {
        Format::Jpeg => in_jpeg(picture),
        Format::Png => in_png(picture),
        Format::Webp => in_webp(picture),
        Format::Tiff => excerpt(picture),
        Format::Gif => Ok(None),
    }
}

fn in_jpeg<R: Read + Seek>(picture: &mut R) -> io::Result<Option<Vec<u8>>> {
    const APP1: u8 = 0xE1;
    const START_OF_SCAN: u8 = 0xDA;
    let [_, _] = array(picture)?;
    for _ in 0..MOST_PARTS {
        let [0xFF, marker] = array(picture)? else { return Ok(None) };
        match marker {
            START_OF_SCAN | 0xD9 => return Ok(None),
            // A fill byte: the marker is yet to come.
            0xFF => picture.seek_relative(-1)?,
            // Markers that stand alone.
            0x01 | 0xD0..=0xD7 => {}
            _ => {
                let length = u32::from(u16::from_be_bytes(array(picture)?));
                let Some(length) = length.checked_sub(2) else { return Ok(None) };
                if marker != APP1 {
                    picture.seek_relative(length.into())?;
                    continue;
                }
                // Another APP1 is XMP.
                let segment = bytes(picture, length)?;
                if let Some(block) = segment.strip_prefix(PREFIX) {
                    return Ok(Some(block.to_owned()));
                }
            }
        }
    }
    Ok(None)
}

fn in_png<R: Read + Seek>(picture: &mut R) -> io::Result<Option<Vec<u8>>> {
    const CHECKSUM: i64 = 4;
    picture.seek_relative(8)?;
    for _ in 0..MOST_PARTS {
        let length = u32::from_be_bytes(array(picture)?);
        match &array(picture)? {
            b"IEND" => return Ok(None),
            b"eXIf" => return block(picture, length),
            _ => picture.seek_relative(i64::from(length) + CHECKSUM)?,
        }
    }
    Ok(None)
}

fn in_webp<R: Read + Seek>(picture: &mut R) -> io::Result<Option<Vec<u8>>> {
    picture.seek_relative(12)?;
    for _ in 0..MOST_PARTS {
        let name: [u8; 4] = array(picture)?;
        let length = u32::from_le_bytes(array(picture)?);
        if &name == b"EXIF" {
            return block(picture, length);
        }
        // Chunks begin at even places.
        picture.seek_relative(i64::from(length) + i64::from(length % 2))?;
    }
    Ok(None)
}

fn block<R: Read>(picture: &mut R, length: u32) -> io::Result<Option<Vec<u8>>> {
    if length > LARGEST_BLOCK {
        return Ok(None);
    }
    let mut block = bytes(picture, length)?;
    if block.starts_with(PREFIX) {
        block.drain(..PREFIX.len());
    }
    Ok(Some(block))
}

/// Entries of a directory that are looked at; the wanted ones have low numbers,
/// and directories are sorted.
const MOST_ENTRIES: u16 = 512;
/// A value that is longer is no text of a camera's.
const LONGEST_VALUE: u64 = 1 << 10;
const EXIF_DIRECTORY: u16 = 0x8769;
/// Make, model, software.
const WANTED: [u16; 3] = [0x010F, 0x0110, 0x0131];
/// Exposure, aperture, the three of the sensitivity, moment, offset, flash,
/// focal length, the same on 35 mm film, lens.
const WANTED_OF_EXIF: [u16; 11] =
    [0x829A, 0x829D, 0x8827, 0x8832, 0x8833, 0x9003, 0x9011, 0x9209, 0x920A, 0xA405, 0xA434];

/// An entry of a directory: its twelve bytes, and its value where that does not
/// fit into them.
struct Entry {
    bytes: [u8; 12],
    value: Vec<u8>,
}

fn excerpt<R: Read + Seek>(picture: &mut R) -> io::Result<Option<Vec<u8>>> {
    let order = match &array(picture)? {
        b"II" => Order::Little,
        b"MM" => Order::Big,
        _ => return Ok(None),
    };
    picture.seek_relative(2)?;
    let first = order.long(array(picture)?);
    let mut main = directory(picture, order, first, &[&WANTED[..], &[EXIF_DIRECTORY]].concat())?;
    let is_pointer =
        |entry: &Entry| order.short([entry.bytes[0], entry.bytes[1]]) == EXIF_DIRECTORY;
    let pointer = main.iter().position(is_pointer).map(|place| main.remove(place));
    let exif = match pointer {
        Some(pointer) => {
            let place = order.long(tail(&pointer));
            // A pointer that leads nowhere leaves what there is.
            directory(picture, order, place, &WANTED_OF_EXIF).unwrap_or_default()
        }
        None => Vec::new(),
    };
    Ok(Some(small_tiff(order, &main, &exif)))
}

/// The wanted entries of a directory, with their values.
fn directory<R: Read + Seek>(
    picture: &mut R,
    order: Order,
    place: u32,
    wanted: &[u16],
) -> io::Result<Vec<Entry>> {
    picture.seek(SeekFrom::Start(place.into()))?;
    let count = order.short(array(picture)?).min(MOST_ENTRIES);
    let mut found = Vec::new();
    for _ in 0..count {
        let bytes: [u8; 12] = array(picture)?;
        if wanted.contains(&order.short([bytes[0], bytes[1]])) && found.len() < wanted.len() {
            found.push(Entry { bytes, value: Vec::new() });
        }
    }
    for entry in &mut found {
        let [_, _, t0, t1, c0, c1, c2, c3, ..] = entry.bytes;
        let unit = match order.short([t0, t1]) {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 => 4,
            5 | 10 | 12 => 8,
            _ => 0,
        };
        let length = unit * u64::from(order.long([c0, c1, c2, c3]));
        if length > 4 && length <= LONGEST_VALUE {
            picture.seek(SeekFrom::Start(order.long(tail(entry)).into()))?;
            picture.by_ref().take(length).read_to_end(&mut entry.value)?;
        }
    }
    Ok(found)
}

/// A TIFF of these entries, its second directory the first one's Exif.
fn small_tiff(order: Order, main: &[Entry], exif: &[Entry]) -> Vec<u8> {
    const HEADER: usize = 8;
    let length = |entries: usize| 2 + 12 * entries + 4;
    let second = HEADER + length(main.len() + 1);
    let mut values_at = second + length(exif.len());
    let mut tiff = match order {
        Order::Little => b"II*\0".to_vec(),
        Order::Big => b"MM\0*".to_vec(),
    };
    let long = |number: usize| order.of_long(u32::try_from(number).unwrap_or(u32::MAX));
    tiff.extend(long(HEADER));
    let mut values = Vec::new();
    let pointer = (EXIF_DIRECTORY, second);
    for (entries, pointer) in [(main, Some(pointer)), (exif, None)] {
        let count = entries.len() + usize::from(pointer.is_some());
        tiff.extend(order.of_short(u16::try_from(count).unwrap_or(0)));
        for Entry { bytes, value } in entries {
            tiff.extend(&bytes[..8]);
            if value.is_empty() {
                tiff.extend(&bytes[8..]);
            } else {
                tiff.extend(long(values_at));
                values_at += value.len();
                values.extend_from_slice(value);
            }
        }
        if let Some((tag, place)) = pointer {
            const LONG: u16 = 4;
            tiff.extend([order.of_short(tag), order.of_short(LONG)].concat());
            tiff.extend([order.of_long(1), long(place)].concat());
        }
        tiff.extend(order.of_long(0));
    }
    tiff.extend(values);
    tiff
}

/// Where the value is, or the value itself.
fn tail(entry: &Entry) -> [u8; 4] {
    let [.., v0, v1, v2, v3] = entry.bytes;
    [v0, v1, v2, v3]
}

/// In which order a TIFF's numbers have their bytes.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn short(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    fn long(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    fn of_short(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn of_long(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

fn array<const N: usize, R: Read>(picture: &mut R) -> io::Result<[u8; N]> {
    let mut array = [0; N];
    picture.read_exact(&mut array)?;
    Ok(array)
}

/// So many bytes, or as many as there are: a block that ends early is read as
/// far as it goes.
fn bytes<R: Read>(picture: &mut R, length: u32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    picture.by_ref().take(length.into()).read_to_end(&mut bytes)?;
    Ok(bytes)
}
