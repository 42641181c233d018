//! What a picture's own bytes say of how it was taken: its Exif, found without
//! reading the pixels ([`block`]), read by kamadak-exif. Not one call to the
//! site is spent on it.
//!
//! It is a bonus and never fails a photo: what cannot be read is not there.
//! kamadak-exif, since it is small (one dependency, no unsafe parsing), looked
//! after, and reads a value only when it is asked for, so that a hostile block
//! costs no more than its 64 KiB.

mod block;

use crate::content::Content;
use exif::{DateTime, Exif, In, Reader, Tag, Value};
use silverprint_core::{Camera, Format, one_line};
use std::panic::catch_unwind;

/// No name of a camera or lens is longer.
const LONGEST_TEXT: usize = 100;

/// What is known of the camera, if anything is. Blocks; for the threads of the
/// pool.
pub(crate) fn camera(content: &Content, format: Format) -> Option<Camera> {
    // What a disk has to say to this, it says to the decoder as well.
    let block = block::find(&mut content.open().ok()?, format).ok()??;
    // A bug in a parser costs the camera's name, not the picture.
    let camera = catch_unwind(|| read(block)).ok()??;
    (!camera.is_empty()).then_some(camera)
}

fn read(block: Vec<u8>) -> Option<Camera> {
    let read = Reader::new().continue_on_error(true).read_raw(block);
    let exif = read.or_else(|error| error.distill_partial_result(|_| {})).ok()?;
    let text = |tag| text(&exif, tag);
    let ratio = |tag, most| ratio(&exif, tag, most);
    Some(Camera {
        make: text(Tag::Make),
        model: text(Tag::Model),
        lens: text(Tag::LensModel),
        software: text(Tag::Software),
        exposure: ratio(Tag::ExposureTime, 1e6),
        aperture: ratio(Tag::FNumber, 1e3),
        iso: iso(&exif),
        focal_length: ratio(Tag::FocalLength, 1e5),
        focal_length_35mm: number(&exif, Tag::FocalLengthIn35mmFilm),
        flash: uint(&exif, Tag::Flash).map(|bits| bits & 1 == 1),
        taken: taken(&exif),
    })
}

/// A text on one line; cameras fill theirs up with blanks and NULs.
fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let text = one_line(&String::from_utf8_lossy(ascii(exif, tag)?), LONGEST_TEXT);
    (!text.is_empty()).then_some(text)
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => texts.iter().map(Vec::as_slice).find(|text| !text.is_empty()),
        _ => None,
    }
}

/// A fraction that is a sensible number: over nothing, up to `most`.
fn ratio(exif: &Exif, tag: Tag, most: f64) -> Option<f64> {
    let Value::Rational(ratios) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let ratio = ratios.first().filter(|ratio| ratio.num > 0 && ratio.denom > 0)?;
    Some(ratio.to_f64()).filter(|ratio| *ratio <= most)
}

fn uint(exif: &Exif, tag: Tag) -> Option<u32> {
    exif.get_field(tag, In::PRIMARY)?.value.get_uint(0)
}

/// Zero stands for what is not known.
fn number(exif: &Exif, tag: Tag) -> Option<u32> {
    uint(exif, tag).filter(|number| *number > 0)
}

/// The first tag has 16 bits; full of ones, it sends the reader to the others.
fn iso(exif: &Exif) -> Option<u32> {
    let number = |tag| number(exif, tag);
    number(Tag::PhotographicSensitivity)
        .filter(|iso| *iso < u32::from(u16::MAX))
        .or_else(|| number(Tag::ISOSpeed))
        .or_else(|| number(Tag::RecommendedExposureIndex))
}

/// Only a moment that a calendar has: cameras whose clock was never set write
/// zeros.
fn taken(exif: &Exif) -> Option<String> {
    let mut read = DateTime::from_ascii(ascii(exif, Tag::DateTimeOriginal)?).ok()?;
    let small = |number: u8| i8::try_from(number).ok();
    let moment = jiff::civil::DateTime::new(
        i16::try_from(read.year).ok().filter(|year| *year > 0)?,
        small(read.month)?,
        small(read.day)?,
        small(read.hour)?,
        small(read.minute)?,
        small(read.second)?,
        0,
    );
    let moment = moment.ok()?.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let offset = ascii(exif, Tag::OffsetTimeOriginal).and_then(|text| {
        read.parse_offset(text).ok()?;
        read.offset.filter(|minutes| minutes.abs() <= 14 * 60)
    });
    Some(match offset {
        Some(minutes) => {
            let (sign, apart) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
            format!("{moment}{sign}{:02}:{:02}", apart / 60, apart % 60)
        }
        None => moment,
    })
}

#[cfg(test)]
mod tests;
