//! The contact sheet of an archive: what the catalogue knows becomes rows, and
//! the folder the shelf that the sheet's files lie on. [`live()`] makes it again
//! and again while a run goes on, and [`paper`] prints it.

mod live;
pub(crate) mod paper;
mod row;
mod shelf;
mod whole;

use crate::archiver::ArchiveError;
use crate::closing::{ClosingError, disk, receipt_of};
use crate::store::Folder;
use crate::thread::apart;
pub(crate) use live::{Subject, live};
use row::row;
use shelf::OnDisk;
pub(crate) use shelf::SHEETS_LONGEST;
use silverprint_catalogue::{Catalogue, CatalogueError, Counts};
use silverprint_core::{Account, Layout, Receipt};
use silverprint_sheet::{ContactSheet, Heading, Row};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Rows that are read before the sheet is made of them: enough that neither waits
/// for the other at every row.
const ROWS_AHEAD: usize = 64;

/// A sheet that was made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetMade {
    /// Where it is.
    pub index: PathBuf,
    /// How many frames it has.
    pub frames: u64,
}

/// Makes the contact sheet of an archive again, from its catalogue and its
/// thumbnails. The folder is locked meanwhile: a run keeps its own sheet.
pub async fn sheet(root: &Path, version: &str) -> Result<SheetMade, ArchiveError> {
    let (root, version) = (root.to_owned(), version.to_owned());
    let make = move || -> Result<_, ArchiveError> {
        // Nothing is made in a folder that is no archive.
        drop(Catalogue::open_read_only(&root)?);
        let folder = Folder::open(&root)?;
        let catalogue = Catalogue::open_read_only(&root)?;
        let counts = catalogue.counts()?;
        if let Some(receipt) = receipt_of(&catalogue)? {
            let heading = heading(&receipt, &counts, &version);
            write(&folder, &catalogue, &counts, &receipt.account, heading)?;
        }
        Ok(SheetMade { index: root.join(Layout::INDEX), frames: counts.photos })
    };
    apart("sheet", make).await
}

/// The sheet of a run that is over. One thread reads the catalogue, another makes the
/// sheet of what was read: either is about half of the work.
pub(crate) fn write(
    folder: &Folder,
    catalogue: &Catalogue,
    counts: &Counts,
    account: &Account,
    heading: Heading,
) -> Result<(), ClosingError> {
    let mut shelf = OnDisk::new(folder);
    let sheet = ContactSheet::new(heading, counts.photos, &mut shelf);
    let (rows, coming) = sync_channel(ROWS_AHEAD);
    thread::scope(|scope| {
        let maker = thread::Builder::new().name("sheet-maker".to_owned());
        let making = maker.spawn_scoped(scope, || made_of(sheet, coming));
        let making = making.map_err(|source| disk(Layout::SHEET, source))?;
        // Who makes the sheet goes before its time only where it has failed.
        let give = |photo| rows.send(row(photo, account)).map_err(|_| None);
        let read = catalogue.for_each_photo_from_oldest::<Option<CatalogueError>>(give);
        drop(rows);
        let made = making.join().unwrap_or_else(|panic| resume_unwind(panic));
        match read {
            Err(Some(error)) => Err(error.into()),
            Err(None) | Ok(()) => made,
        }
    })
}

fn made_of(
    mut sheet: ContactSheet<'_, OnDisk<'_>>,
    rows: Receiver<Row>,
) -> Result<(), ClosingError> {
    for row in rows {
        sheet.add(row)?;
    }
    sheet.finish()
}

/// What the sheet of a run says at its head.
pub(crate) fn heading(receipt: &Receipt, counts: &Counts, version: &str) -> Heading {
    let account = &receipt.account;
    let mut remarks = Vec::new();
    let mut remark = |count: u64, what: &str| {
        if count > 0 {
            remarks.push(format!("{count} {what}"));
        }
    };
    remark(counts.deleted_upstream, "no longer in the photostream, kept here");
    remark(counts.defective, "damaged at the source, kept as they are");
    remark(receipt.unexplained, "announced by Flickr but not in its listing");
    remark(receipt.not_shown, "announced by Flickr but not shown to visitors");
    remark(counts.pending, "left for the next run");
    Heading {
        name: account.path_name().to_owned(),
        screen_name: account.username.clone(),
        photostream_url: format!("https://www.flickr.com/photos/{}/", account.path_name()),
        announced: receipt.announced,
        saved: counts.done,
        missing: counts.failed + receipt.lacking_entries(),
        videos: counts.videos,
        remarks,
        made_on: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        version: version.to_owned(),
        is_running: false,
    }
}
