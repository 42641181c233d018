//! The contact sheet on paper: a PDF of all of it, or a picture of a page. The
//! archive is only read, at one moment of it; what is made lies where the user
//! says, and appears whole or not at all.

use super::row::row;
use super::shelf::SHEETS_LONGEST;
use super::whole::WholeFile;
use crate::beneath;
use crate::closing::receipt_of;
use crate::stop::Stop;
use crate::thread::apart;
use silverprint_catalogue::{Catalogue, CatalogueError, PhotoRow};
use silverprint_core::Account;
use silverprint_print::{
    Columns, Fonts, Frame, Heading, Lack, Order, PageSheet, Paper, PdfSheet, Printed, Thumb,
};
use silverprint_sheet::Row;
use std::io::{self, Write as _};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

/// What is to be printed, and where to.
#[derive(Debug, Clone)]
pub struct PaperOrder {
    /// The archive's folder.
    pub folder: PathBuf,
    /// The file that is made.
    pub file: PathBuf,
    /// What it is.
    pub kind: PaperKind,
    /// How large a page is.
    pub paper: Paper,
    /// How many prints stand side by side.
    pub columns: Columns,
    /// The version of the program.
    pub version: String,
}

/// What is made of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperKind {
    /// A PDF of all of them.
    Pdf,
    /// A PNG of this one.
    Png(NonZeroU64),
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The catalogue could not be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Something lies at the file's place that is no sheet of an earlier time.
    #[error("{file} is there and is no {kind}: it is not written over")]
    Occupied {
        /// Where.
        file: PathBuf,
        /// What it would have to be.
        kind: &'static str,
    },
    /// The file would lie among those of the archive.
    #[error("{file} lies where the archive keeps its own files")]
    AmongOurs {
        /// Where.
        file: PathBuf,
    },
    /// There is no such page.
    #[error("there is no page {page}: the sheet has {pages}")]
    NoSuchPage {
        /// The one that was asked for.
        page: u64,
        /// How many there are.
        pages: u64,
    },
    /// The file could not be written.
    #[error("cannot write {file}: {source}")]
    Disk {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The user stopped it.
    #[error("interrupted")]
    Interrupted,
}

/// Prints the contact sheet of an archive.
pub async fn print(order: PaperOrder, stop: Stop) -> Result<Printed, PaperError> {
    apart("paper", move || {
        let catalogue = Catalogue::open_read_only(&order.folder)?;
        // A run may go on: what is counted is what is read, for the price that the
        // write-ahead log of that run is not emptied meanwhile.
        catalogue.at_one_moment(|catalogue| Press { order: &order, catalogue, stop: &stop }.print())
    })
    .await
}

/// What a print needs.
struct Press<'a> {
    order: &'a PaperOrder,
    catalogue: &'a Catalogue,
    stop: &'a Stop,
}

impl Press<'_> {
    fn print(&self) -> Result<Printed, PaperError> {
        match self.order.kind {
            PaperKind::Pdf => self.pdf(),
            PaperKind::Png(page) => self.png(page),
        }
    }

    fn pdf(&self) -> Result<Printed, PaperError> {
        let failed = |source| self.failed(source);
        let (account, order) = self.begin()?;
        let out = WholeFile::begin(&self.order.folder, &self.order.file, b"%PDF-", "PDF")?;
        let mut sheet =
            PdfSheet::new(order, Fonts::OfSystem, self.thumbs(), out).map_err(failed)?;
        self.for_each_frame(account.as_ref(), |frame| sheet.add(frame).map_err(failed))?;
        let (printed, out) = sheet.finish().map_err(failed)?;
        out.finish().map_err(failed)?;
        Ok(printed)
    }

    fn png(&self, page: NonZeroU64) -> Result<Printed, PaperError> {
        let failed = |source| self.failed(source);
        let (account, order) = self.begin()?;
        let mut sheet = PageSheet::new(order, Fonts::OfSystem, page, self.thumbs());
        self.for_each_frame(account.as_ref(), |frame| {
            sheet.add(frame);
            Ok(())
        })?;
        let (printed, png) = sheet.finish().map_err(|error| failed(io::Error::other(error)))?;
        let missing = PaperError::NoSuchPage { page: page.get(), pages: printed.pages };
        let png = png.ok_or(missing)?;
        let mut out =
            WholeFile::begin(&self.order.folder, &self.order.file, b"\x89PNG\r\n", "PNG")?;
        out.write_all(&png).and_then(|()| out.finish()).map_err(failed)?;
        Ok(printed)
    }

    fn failed(&self, source: io::Error) -> PaperError {
        PaperError::Disk { file: self.order.file.clone(), source }
    }

    /// Whose photos they are, and what stands over them.
    fn begin(&self) -> Result<(Option<Account>, Order), PaperError> {
        let account = receipt_of(self.catalogue)?.map(|receipt| receipt.account);
        let heading = Heading {
            name: account.as_ref().map(|it| it.username.clone()).unwrap_or_default(),
            address: account.as_ref().map(address).unwrap_or_default(),
            producer: format!("silverprint {}", self.order.version),
        };
        let frames = self.catalogue.counts()?.photos;
        let (paper, columns) = (self.order.paper, self.order.columns);
        Ok((account, Order { heading, frames, paper, columns }))
    }

    fn for_each_frame(
        &self,
        account: Option<&Account>,
        mut add: impl FnMut(Frame) -> Result<(), PaperError>,
    ) -> Result<(), PaperError> {
        // Where there is a photo there is an account.
        let Some(account) = account else { return Ok(()) };
        self.catalogue.for_each_photo_from_oldest(|photo: PhotoRow| {
            if self.stop.is_asked() {
                return Err(PaperError::Interrupted);
            }
            add(frame(&row(photo, account)))
        })
    }

    /// Reads thumbnails.
    fn thumbs(&self) -> impl FnMut(&Thumb) -> Option<Vec<u8>> {
        let root: &Path = &self.order.folder;
        move |thumb| beneath::read(root, &thumb.path, SHEETS_LONGEST).ok()
    }
}

fn address(account: &Account) -> String {
    format!("https://www.flickr.com/photos/{}/", account.path_name())
}

fn frame(row: &Row) -> Frame {
    let caption = row.caption();
    let thumb = row.thumb.as_ref();
    let thumb = thumb.map(|it| Thumb { path: it.path.clone(), width: it.width, height: it.height });
    Frame {
        title: caption.title,
        day: caption.day,
        posted: row.posted,
        is_video: row.is_video,
        thumb,
        lack: if row.picture.is_some() { Lack::NoThumbnail } else { Lack::Missing },
        reason: caption.note,
    }
}
