//! What filters and sorts look at, a column each, for so many frames in a file:
//! loaded when it is first needed, far smaller than the texts.

use crate::entry;
use crate::row::Row;
use crate::script::Call;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::Serialize;
use std::collections::HashMap;

/// Frames in a file of columns.
pub(crate) const PER_COLUMNS: usize = 50_000;

pub(crate) const VIDEO: u8 = 1;
pub(crate) const ORIGINAL: u8 = 2;
pub(crate) const MISSING: u8 = 4;
pub(crate) const MARKED: u8 = 8;

/// Columns of some frames, in their order.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Columns {
    posted: Vec<Option<i64>>,
    taken: Vec<Option<i64>>,
    views: Vec<Option<u64>>,
    license: Vec<i16>,
    kind: Vec<u8>,
    tags: Vec<Vec<u32>>,
}

impl Columns {
    pub(crate) fn len(&self) -> usize {
        self.kind.len()
    }

    /// A frame without a row.
    pub(crate) fn skip(&mut self) {
        self.posted.push(None);
        self.taken.push(None);
        self.views.push(None);
        self.license.push(-1);
        self.kind.push(0);
        self.tags.push(Vec::new());
    }

    pub(crate) fn push(&mut self, row: &Row, tags: &mut Tags) {
        self.posted.push(row.posted);
        self.taken.push(row.taken.as_deref().and_then(seconds));
        self.views.push(row.views);
        self.license.push(row.license.map_or(-1, i16::from));
        self.kind.push(kind(row));
        self.tags.push(entry::tags(row).map(|tag| tags.count(tag)).collect());
    }

    /// The file with that number.
    pub(crate) fn script(&self, number: u64) -> Vec<u8> {
        Call::to("columns").with(&number).with(self).into_bytes()
    }
}

/// All tags, in the order in which they came up: a new photo changes no older
/// one's numbers.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    numbers: HashMap<String, u32>,
    counted: Vec<(String, u64)>,
}

impl Tags {
    /// Counts a tag; its number.
    fn count(&mut self, tag: &str) -> u32 {
        if let Some(&number) = self.numbers.get(tag) {
            self.counted[number as usize].1 += 1;
            return number;
        }
        let number = u32::try_from(self.counted.len()).expect("fewer tags than fit in memory");
        self.numbers.insert(tag.to_owned(), number);
        self.counted.push((tag.to_owned(), 1));
        number
    }

    pub(crate) fn script(&self) -> Vec<u8> {
        Call::to("tags").with(&self.counted).into_bytes()
    }
}

pub(crate) fn kind(row: &Row) -> u8 {
    let picture = row.picture.as_ref();
    let bit = |is: bool, bit| if is { bit } else { 0 };
    bit(row.is_video, VIDEO)
        | bit(picture.is_some_and(|picture| picture.is_original), ORIGINAL)
        | bit(picture.is_none(), MISSING)
        | bit(picture.is_some() && row.note.is_some(), MARKED)
}

/// The seconds of a date as Flickr writes it, read as UTC: of what nobody knows,
/// which it writes as `00`, the first.
fn seconds(taken: &str) -> Option<i64> {
    let known = taken.get(..10).filter(|date| !date.starts_with("0000"))?.replace("-00", "-01");
    let time = taken.get(10..19).unwrap_or(" 00:00:00");
    let moment: DateTime = format!("{known}{time}").parse().ok()?;
    Some(Offset::UTC.to_timestamp(moment).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_seconds_or_nothing() {
        assert_eq!(seconds("1970-01-02 00:00:01"), Some(86_401));
        assert_eq!(seconds("1904-00-00 00:00:00"), seconds("1904-01-01 00:00:00"));
        assert!(seconds("1904-00-00 00:00:00").unwrap() < 0);
        assert_eq!(seconds("2013-11-02"), seconds("2013-11-02 00:00:00"));
        for bad in ["", "2013", "0000-00-00 00:00:00", "ünïcödé text that is long"] {
            assert_eq!(seconds(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn tags_keep_their_numbers() {
        let mut tags = Tags::default();
        assert_eq!([tags.count("a"), tags.count("b"), tags.count("a")], [0, 1, 0]);
        assert_eq!(tags.script(), b"silverprint.tags([[\"a\",2],[\"b\",1]]);\n");
    }
}
