//! The sheet as a whole: counts its pages and gives them in order.

use crate::frame::Frame;
use crate::heading::Heading;
use crate::navigation::{self, Navigation};
use crate::page::Page;
use crate::row::Row;
use crate::subject::Subject;
use askama::Template;

/// A contact sheet, page after page.
#[derive(Debug)]
pub struct ContactSheet {
    subject: Subject,
    heading: Heading,
    n_photos: u64,
    /// Rows that are on a page already.
    n_given: u64,
    /// Pages that are made already.
    n_made: u64,
}

/// A page to be written whole, at a path relative to the archive's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFile {
    /// `index.html`, then `sheet/page-2.html` and so on.
    pub path: String,
    /// The page.
    pub html: String,
}

/// A file that every page needs, at a path relative to the archive's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// Where it lies.
    pub path: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

/// Why a page cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The rows do not add up to the photos that the sheet was begun with:
    /// pages would be linked to that are not there, or the other way round.
    #[error("page {page} of the contact sheet takes {expected} rows and was given {given}")]
    WrongNumberOfRows {
        /// Which page, from 1 on.
        page: u64,
        /// How many rows belong on it.
        expected: u64,
        /// How many came.
        given: u64,
    },
    /// A page after the last.
    #[error("the contact sheet has {last} pages and was asked for one more")]
    NoMorePages {
        /// How many there are.
        last: u64,
    },
    /// The template failed.
    #[error("page {page} of the contact sheet could not be made: {source}")]
    Template {
        /// Which page, from 1 on; an overview is a single one.
        page: u64,
        /// Why.
        source: askama::Error,
    },
}

impl ContactSheet {
    /// Photos on a page: more would scroll for ever, fewer would click for
    /// ever, and a phone still lays this many out at once.
    pub const PER_PAGE: usize = 500;

    /// The stylesheet of every page, and of an overview.
    pub const STYLESHEET: Asset =
        Asset { path: "sheet/sheet.css", bytes: include_bytes!("../templates/sheet.css") };

    /// A sheet of so many photos; none of them is on a page yet.
    pub fn new(heading: Heading, n_photos: u64) -> Self {
        Self::about(Subject::Photostream, heading, n_photos)
    }

    /// A sheet of so many pictures of a disk, which come in the order of their
    /// paths. A row's picture is a reference as it stands in a page: percent-encoded,
    /// relative to the sheet's folder, out of which it may lead, or `file:///`.
    pub fn of_files(heading: Heading, n_pictures: u64) -> Self {
        Self::about(Subject::Files, heading, n_pictures)
    }

    fn about(subject: Subject, heading: Heading, n_photos: u64) -> Self {
        Self { subject, heading: heading.cleaned(), n_photos, n_given: 0, n_made: 0 }
    }

    /// How many pages there will be; an empty photostream has one as well.
    pub fn n_pages(&self) -> u64 {
        self.n_photos.div_ceil(Self::PER_PAGE as u64).max(1)
    }

    /// Where the page with that number lies, from 1 on.
    pub fn path_of(number: u64) -> String {
        navigation::path_of(number)
    }

    /// The next page. Rows come newest first, or by their paths; every page but the last takes
    /// exactly [`Self::PER_PAGE`].
    pub fn page(&mut self, rows: &[Row]) -> Result<PageFile, SheetError> {
        let number = self.next_page(rows.len() as u64)?;
        let root = navigation::root_of(number);
        let subject = self.subject;
        let numbered = (self.n_given..).map(|given| subject.number(given, self.n_photos)).zip(rows);
        let frames = numbered.map(|(number, row)| Frame::new(number, row, root, subject));
        let frames: Vec<Frame> = frames.collect();
        let navigation = Navigation::new(number, self.n_pages());
        let html = Page::new(subject, &self.heading, &frames, &navigation, root)
            .render()
            .map_err(|source| SheetError::Template { page: number, source })?;
        self.n_given += rows.len() as u64;
        self.n_made = number;
        Ok(PageFile { path: navigation::path_of(number), html })
    }

    /// What pages need besides their pictures.
    pub fn assets() -> &'static [Asset] {
        &[Self::STYLESHEET]
    }

    /// The number of the next page, if so many rows are what belongs on it.
    fn next_page(&self, given: u64) -> Result<u64, SheetError> {
        if self.n_made == self.n_pages() {
            return Err(SheetError::NoMorePages { last: self.n_made });
        }
        let page = self.n_made + 1;
        let expected = (self.n_photos - self.n_given).min(Self::PER_PAGE as u64);
        if given == expected {
            Ok(page)
        } else {
            Err(SheetError::WrongNumberOfRows { page, expected, given })
        }
    }
}
