//! What is written at the end of a run from what the catalogue knows: the
//! sums, the list of what is missing, the contact sheet.

use crate::csv::csv_field;
use crate::left::Left;
use crate::sheet;
use crate::store::Folder;
use crate::thread::apart;
use silverprint_catalogue::{Catalogue, CatalogueError};
use silverprint_core::{Account, Layout, Receipt};
use silverprint_sheet::SheetError;
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

/// Why something at the end could not be made. The photos are safe.
#[derive(Debug, thiserror::Error)]
pub enum ClosingError {
    /// The catalogue could not be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A page could not be made.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A file could not be written.
    #[error("cannot write {what}: {source}")]
    Disk {
        /// Which.
        what: String,
        /// Why.
        source: io::Error,
    },
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Before it had done everything.
    CutShort,
    /// It came to its end.
    Whole,
    /// There was nothing to do in a folder that nobody had touched.
    NothingNew,
}

/// Writes what is not there already, and completes the receipt with what only the
/// catalogue knows.
pub(crate) async fn close(
    folder: &Arc<Folder>,
    catalogue: Catalogue,
    receipt: &mut Receipt,
    version: &str,
    end: End,
) -> Result<(), ClosingError> {
    let store = Arc::clone(folder);
    let (mut counted, version) = (receipt.clone(), version.to_owned());
    let closed = apart("closing", move || {
        let counts = catalogue.counts()?;
        counted.deleted_upstream = counts.deleted_upstream;
        counted.defective = counts.defective;
        counted.videos = counts.videos;
        let heading = sheet::heading(&counted, &counts, &version);
        let head = heading.but_the_date();
        if end != End::NothingNew || !is_as_left(&store, &head) {
            write_sums(&store, &catalogue)?;
            write_failures(&store, &catalogue)?;
            sheet::write(&store, &catalogue, &counts, &counted.account, heading)?;
        }
        // As it is left, it is closed.
        drop(catalogue);
        if let (End::Whole | End::NothingNew, Ok(now)) = (end, Left::now(store.root(), &head)) {
            store.leave(&now);
        }
        Ok::<_, ClosingError>(counted)
    });
    let closed = closed.await;
    // Also where the disk is full: what never became whole is in nobody's way.
    let emptied = folder.empty_incoming().await;
    *receipt = closed?;
    emptied.map_err(|source| ClosingError::Disk { what: Layout::INCOMING.to_owned(), source })
}

/// Whether all that is made lies there as the last run has left it, and would say the
/// same if it were made again.
fn is_as_left(folder: &Folder, head: &str) -> bool {
    let now = || Left::now(folder.root(), head).ok();
    folder.left().is_some_and(|left| now().is_some_and(|now| left.has_all_of(&now)))
}

/// What the last run came to; or what can be said of the account where no run's
/// receipt is kept, since the catalogue was built again.
pub(crate) fn receipt_of(catalogue: &Catalogue) -> Result<Option<Receipt>, CatalogueError> {
    if let Some(receipt) = catalogue.last_receipt()? {
        return Ok(Some(receipt));
    }
    let Some(nsid) = catalogue.owner()? else { return Ok(None) };
    let counts = catalogue.counts()?;
    let username = catalogue.owner_name()?.unwrap_or_else(|| nsid.to_string());
    let account = Account { nsid, alias: None, username, is_pro: None, counted: None };
    let announced = counts.photos - counts.deleted_upstream;
    Ok(Some(Receipt { announced, listed: announced, ..Receipt::new(account) }))
}

/// SHA256SUMS, in the form that `sha256sum -c` reads.
fn write_sums(folder: &Folder, catalogue: &Catalogue) -> Result<(), ClosingError> {
    let fail = |source| disk(Layout::SUMS, source);
    folder.rewrite(Layout::SUMS, fail, |out| {
        catalogue
            .for_each_file(|file| writeln!(out, "{}  {}", file.sha256, file.path).map_err(fail))
    })
}

/// failed.csv; only where something is missing.
fn write_failures(folder: &Folder, catalogue: &Catalogue) -> Result<(), ClosingError> {
    let mut csv = String::from("id,url,reason,attempts\n");
    let header = csv.len();
    catalogue.for_each_failure(|row| {
        let failure = &row.failure;
        let (url, reason) = (csv_field(&failure.url), csv_field(&failure.reason));
        let _ = writeln!(csv, "{},{url},{reason},{}", row.id, failure.attempts);
        Ok::<_, ClosingError>(())
    })?;
    if csv.len() == header {
        return folder.remove_now(Layout::FAILED).map_err(|source| disk(Layout::FAILED, source));
    }
    let fail = |source| disk(Layout::FAILED, source);
    folder.rewrite(Layout::FAILED, fail, |out| out.write_all(csv.as_bytes()).map_err(fail))
}

pub(crate) fn disk(what: &str, source: io::Error) -> ClosingError {
    ClosingError::Disk { what: what.to_owned(), source }
}
