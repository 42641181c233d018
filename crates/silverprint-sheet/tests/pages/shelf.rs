//! A shelf in memory that tells what was done to it, and rows to put on it.

use serde_json::Value;
use silverprint_core::PhotoId;
use silverprint_sheet::{ContactSheet, Heading, Picture, Row, SheetError, Shelf, Thumb};
use std::collections::BTreeMap;
use std::mem;

#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// What was written or removed since it was last asked.
    touched: Vec<String>,
}

impl Memory {
    pub(crate) fn touched(&mut self) -> Vec<String> {
        let mut touched = mem::take(&mut self.touched);
        touched.sort();
        touched
    }

    pub(crate) fn text(&self, path: &str) -> &str {
        let file = self.files.get(path).unwrap_or_else(|| panic!("no {path}"));
        str::from_utf8(file).unwrap()
    }

    /// The arguments of the call that a script consists of.
    pub(crate) fn call(&self, path: &str, name: &str) -> Vec<Value> {
        let script = self.text(path);
        let arguments = script.strip_prefix(&format!("silverprint.{name}(")).unwrap();
        let arguments = arguments.strip_suffix(");\n").unwrap();
        serde_json::from_str(&format!("[{arguments}]")).unwrap()
    }
}

impl Shelf for Memory {
    type Error = SheetError;

    fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.get(path).cloned()
    }

    fn length(&mut self, path: &str) -> Option<u64> {
        Some(self.files.get(path)?.len() as u64)
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), SheetError> {
        self.files.insert(path.to_owned(), bytes.to_vec());
        self.touched.push(path.to_owned());
        Ok(())
    }

    fn remove(&mut self, path: &str) -> Result<bool, SheetError> {
        let was_there = self.files.remove(path).is_some();
        if was_there {
            self.touched.push(path.to_owned());
        }
        Ok(was_there)
    }
}

pub(crate) fn heading() -> Heading {
    Heading {
        name: "confoo".to_owned(),
        screen_name: "ConFoo".to_owned(),
        photostream_url: "https://www.flickr.com/photos/confoo/".to_owned(),
        announced: 7_845,
        saved: 7_840,
        missing: 5,
        videos: 1,
        remarks: vec!["2 pictures are not the original.".to_owned()],
        made_on: "2026-03-01".to_owned(),
        version: "0.1.0".to_owned(),
        is_running: false,
    }
}

/// The photo of frame `number`, a day after the one before it.
pub(crate) fn row(number: u64) -> Row {
    Row {
        title: format!("Photo number {number}"),
        posted: i64::try_from(1_383_386_400 + (number - 1) * 86_400).ok(),
        taken: Some("2013-11-01 18:03:11".to_owned()),
        license: Some(4),
        picture: Some(Picture {
            path: format!("photos/{number}.jpg"),
            is_original: true,
            ..Picture::default()
        }),
        thumb: Some(Thumb {
            path: format!("thumbs/{number}.jpg"),
            width: 120,
            height: 120,
            stamp: "1".to_owned(),
        }),
        flickr_url: format!("https://www.flickr.com/photos/confoo/{number}/"),
        ..Row::bare(PhotoId::new(number))
    }
}

/// A sheet of such rows.
pub(crate) fn make(shelf: &mut Memory, heading: Heading, rows: impl IntoIterator<Item = Row>) {
    let rows: Vec<Row> = rows.into_iter().collect();
    let mut sheet = ContactSheet::new(heading, rows.len() as u64, shelf);
    for row in rows {
        sheet.add(row).unwrap();
    }
    sheet.finish().unwrap();
}
