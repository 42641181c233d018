//! The sheet as a whole: rows go in, the oldest first, and files come out, part
//! by part, each of which is left as it is where nothing of it has changed.

use crate::asset::Asset;
use crate::columns::{Columns, PER_COLUMNS, Tags};
use crate::head::{self, Census, Head};
use crate::heading::Heading;
use crate::ledger::Ledger;
use crate::navigation::{Navigation, Where};
use crate::page::Index;
use crate::part::{PER_PART, Part};
use crate::row::Row;
use crate::shelf::Shelf;
use crate::subject::Subject;
use silverprint_core::Layout;

/// A print where no thumbnail says how large one is.
const USUAL_PRINT: (u32, u32) = (120, 120);
/// Larger thumbnails are shown smaller.
const LARGEST_PRINT: u32 = 320;

/// A contact sheet that is being made. Memory holds a part of five hundred rows,
/// the columns of fifty thousand, and each different tag once.
#[derive(Debug)]
pub struct ContactSheet<'a, S> {
    shelf: &'a mut S,
    subject: Subject,
    heading: Heading,
    /// The number of the last frame, and of the first that has a row.
    frames: u64,
    first: u64,
    /// Frames that are in a part or about to be.
    given: u64,
    before: Ledger,
    now: Ledger,
    rows: Vec<Option<Row>>,
    /// The part that is looked at first, which `index.html` shows without scripts.
    shown: Vec<Option<Row>>,
    census: Census,
    columns: Columns,
    n_columns: u64,
    tags: Tags,
    print: Option<(u32, u32)>,
}

/// Why a sheet cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The rows do not add up to the frames that the sheet was begun with.
    #[error("the contact sheet has {expected} frames and was given {given}")]
    WrongNumberOfRows {
        /// How many it was begun with.
        expected: u64,
        /// How many there are.
        given: u64,
    },
    /// The template failed.
    #[error("{page} of the contact sheet could not be made: {source}")]
    Template {
        /// Which page.
        page: &'static str,
        /// Why.
        source: askama::Error,
    },
}

impl<'a, S: Shelf> ContactSheet<'a, S> {
    /// A sheet of so many photos of a photostream.
    pub fn new(heading: Heading, frames: u64, shelf: &'a mut S) -> Self {
        Self::about(Subject::Photostream, heading, frames, shelf)
    }

    /// A sheet of so many pictures of a disk, which come in the order of their
    /// paths. A row's picture is a reference as it stands in a page: percent-encoded,
    /// relative to the sheet's folder, out of which it may lead, or `file:///`.
    pub fn of_files(heading: Heading, frames: u64, shelf: &'a mut S) -> Self {
        Self::about(Subject::Files, heading, frames, shelf)
    }

    fn about(subject: Subject, heading: Heading, frames: u64, shelf: &'a mut S) -> Self {
        let before = shelf.read(Layout::SHEET_LEDGER).unwrap_or_default();
        Self {
            before: Ledger::read(&String::from_utf8_lossy(&before)),
            shelf,
            subject,
            heading: heading.cleaned(),
            frames,
            first: 1,
            given: 0,
            now: Ledger::default(),
            rows: Vec::with_capacity(PER_PART),
            shown: Vec::new(),
            census: Census::default(),
            columns: Columns::default(),
            n_columns: 0,
            tags: Tags::default(),
            print: None,
        }
    }

    /// The same, of a stream that is still listed, from its newest photo on: the
    /// frames before `first` have no row yet.
    pub fn starting_at(mut self, first: u64) -> Result<Self, S::Error> {
        self.first = first.clamp(1, self.frames.max(1));
        while self.given + 1 < self.first {
            self.push(None)?;
        }
        Ok(self)
    }

    /// Adds a row; the oldest comes first, or the first path.
    pub fn add(&mut self, row: Row) -> Result<(), S::Error> {
        self.push(Some(row))
    }

    fn push(&mut self, row: Option<Row>) -> Result<(), S::Error> {
        self.given += 1;
        if self.given > self.frames {
            return Err(self.wrong_number().into());
        }
        match &row {
            Some(row) => {
                self.census.count(self.given, row);
                self.columns.push(row, &mut self.tags);
            }
            None => self.columns.skip(),
        }
        self.rows.push(row);
        if self.columns.len() == PER_COLUMNS {
            self.end_columns()?;
        }
        if self.rows.len() == PER_PART { self.end_part() } else { Ok(()) }
    }

    /// Writes what is left, and what makes it a sheet.
    pub fn finish(mut self) -> Result<(), S::Error> {
        if self.given != self.frames {
            return Err(self.wrong_number().into());
        }
        if !self.rows.is_empty() {
            self.end_part()?;
        }
        if self.columns.len() > 0 {
            self.end_columns()?;
        }
        let tags = self.tags.script();
        self.put(TAGS, &tags)?;
        for asset in Asset::ALL {
            self.put(asset.path, asset.bytes)?;
        }
        let head = self.head();
        self.put(HEAD, &head)?;
        let index = self.index().map_err(S::Error::from)?;
        self.put(Layout::INDEX, index.as_bytes())?;
        self.remove_surplus()?;
        let ledger = self.now.write();
        self.put(Layout::SHEET_LEDGER, ledger.as_bytes())
    }

    fn wrong_number(&self) -> SheetError {
        SheetError::WrongNumberOfRows { expected: self.frames, given: self.given }
    }

    fn n_parts(&self) -> u64 {
        self.frames.div_ceil(PER_PART as u64)
    }

    /// The part of the rows that are gathered, unless it lies there already.
    fn end_part(&mut self) -> Result<(), S::Error> {
        let rows = std::mem::take(&mut self.rows);
        let number = (self.given - 1) / PER_PART as u64;
        if rows.iter().any(Option::is_some) {
            self.put_part(number, &rows)?;
        }
        let is_shown = match self.subject {
            Subject::Photostream => number + 1 == self.n_parts(),
            Subject::Files => number == 0,
        };
        if is_shown {
            self.shown = rows;
        }
        self.rows.reserve(PER_PART);
        Ok(())
    }

    fn put_part(&mut self, number: u64, rows: &[Option<Row>]) -> Result<(), S::Error> {
        let print = *self.print.get_or_insert_with(|| print_of(rows));
        let navigation = Navigation::new(Where::Plain, number, self.n_parts(), self.subject);
        let part = Part {
            number,
            rows,
            subject: self.subject,
            name: self.heading.display_name(),
            print,
            navigation: &navigation,
        };
        let entries = part.entries();
        let from = part.made_from(&entries);
        let made = self.before.part(number).filter(|made| made.lies_on(&from, self.shelf));
        let made = match made {
            Some(made) => made.clone(),
            None => part.make(entries, from, self.shelf)?,
        };
        self.now.add(number, made);
        Ok(())
    }

    fn end_columns(&mut self) -> Result<(), S::Error> {
        let columns = std::mem::take(&mut self.columns).script(self.n_columns);
        self.put(&columns_path(self.n_columns), &columns)?;
        self.n_columns += 1;
        Ok(())
    }

    fn head(&self) -> Vec<u8> {
        let about = head::About {
            subject: self.subject,
            heading: &self.heading,
            frames: self.frames,
            first: self.first,
            print: self.print.unwrap_or(USUAL_PRINT),
            has_strips: self.now.has_strips(),
        };
        Head::new(&about, &self.census).script()
    }

    fn index(&self) -> Result<String, SheetError> {
        let number = match self.subject {
            Subject::Photostream => self.n_parts().saturating_sub(1),
            Subject::Files => 0,
        };
        let navigation = Navigation::new(Where::Index, number, self.n_parts(), self.subject);
        Index::new(self.subject, &self.heading, (number, &self.shown), &navigation).html()
    }

    /// What an earlier, longer sheet had: nothing links to it any more.
    fn remove_surplus(&mut self) -> Result<(), S::Error> {
        for path in self.before.surplus(&self.now) {
            self.shelf.remove(path)?;
        }
        let mut surplus = self.n_columns;
        while self.shelf.remove(&columns_path(surplus))? {
            surplus += 1;
        }
        // Of versions before this one.
        let mut page = 2;
        while self.shelf.remove(&format!("{}/page-{page}.html", Layout::SHEET))? {
            page += 1;
        }
        Ok(())
    }

    /// Writes a file, if it is not there as it should be.
    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), S::Error> {
        let is_there = self.shelf.length(path) == Some(bytes.len() as u64)
            && self.shelf.read(path).is_some_and(|found| found == bytes);
        if is_there { Ok(()) } else { self.shelf.write(path, bytes) }
    }
}

const HEAD: &str = "sheet/head.js";
const TAGS: &str = "sheet/tags.js";

fn columns_path(number: u64) -> String {
    format!("{}/columns/{number:03}.js", Layout::SHEET)
}

/// How large a print is: as the largest of the thumbnails.
fn print_of(rows: &[Option<Row>]) -> (u32, u32) {
    let thumbs = || rows.iter().flatten().filter_map(|row| row.thumb.as_ref());
    let side = |sides: &mut dyn Iterator<Item = u32>, usual| {
        sides.max().filter(|&side| side > 0).map_or(usual, |side| side.min(LARGEST_PRINT))
    };
    let width = side(&mut thumbs().map(|thumb| thumb.width), USUAL_PRINT.0);
    (width, side(&mut thumbs().map(|thumb| thumb.height), USUAL_PRINT.1))
}
