//! What is written at the end of a run from what the catalogue knows: the
//! sums, the list of what is missing, the contact sheet.

use crate::csv::csv_field;
use crate::store::Folder;
use crate::thread::apart;
use silverprint_catalogue::{Catalogue, CatalogueError, Counts, PhotoRow, State};
use silverprint_core::{Account, Layout, Media, Receipt};
use silverprint_sheet::{ContactSheet, Heading, Row, SheetError};
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

/// Writes it all, and completes the receipt with what only the catalogue knows.
pub(crate) async fn close(
    folder: &Arc<Folder>,
    catalogue: Catalogue,
    receipt: &mut Receipt,
    version: &str,
) -> Result<(), ClosingError> {
    let store = Arc::clone(folder);
    let (mut counted, version) = (receipt.clone(), version.to_owned());
    let closed = apart("closing", move || {
        let counts = catalogue.counts()?;
        counted.deleted_upstream = counts.deleted_upstream;
        counted.defective = counts.defective;
        counted.videos = counts.videos;
        write_sums(&store, &catalogue)?;
        write_failures(&store, &catalogue)?;
        write_sheet(&store, &catalogue, &counts, &counted, &version)?;
        Ok::<_, ClosingError>(counted)
    });
    let closed = closed.await;
    // Also where the disk is full: what never became whole is in nobody's way.
    let emptied = folder.empty_incoming().await;
    *receipt = closed?;
    emptied.map_err(|source| ClosingError::Disk { what: Layout::INCOMING.to_owned(), source })
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

/// The contact sheet, page by page.
fn write_sheet(
    folder: &Folder,
    catalogue: &Catalogue,
    counts: &Counts,
    receipt: &Receipt,
    version: &str,
) -> Result<(), ClosingError> {
    let heading = heading(receipt, counts, version);
    let mut sheet = ContactSheet::new(heading, counts.photos);
    let mut rows = Vec::with_capacity(ContactSheet::PER_PAGE);
    let write = |sheet: &mut ContactSheet, rows: &mut Vec<Row>| -> Result<(), ClosingError> {
        let page = sheet.page(rows)?;
        rows.clear();
        folder
            .write_now(&page.path, page.html.as_bytes())
            .map_err(|source| disk(&page.path, source))
    };
    catalogue.for_each_photo(|photo| {
        rows.push(row(photo, &receipt.account));
        if rows.len() == ContactSheet::PER_PAGE { write(&mut sheet, &mut rows) } else { Ok(()) }
    })?;
    if !rows.is_empty() || counts.photos == 0 {
        write(&mut sheet, &mut rows)?;
    }
    remove_surplus(folder, sheet.n_pages())?;
    for asset in ContactSheet::assets() {
        folder.write_now(asset.path, asset.bytes).map_err(|source| disk(asset.path, source))?;
    }
    Ok(())
}

/// Pages of an earlier, longer sheet: nothing links to them any more.
fn remove_surplus(folder: &Folder, n_pages: u64) -> Result<(), ClosingError> {
    let mut number = n_pages + 1;
    loop {
        let path = ContactSheet::path_of(number);
        if !folder.root().join(&path).exists() {
            return Ok(());
        }
        folder.remove_now(&path).map_err(|source| disk(&path, source))?;
        number += 1;
    }
}

fn heading(receipt: &Receipt, counts: &Counts, version: &str) -> Heading {
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
    }
}

fn row(photo: PhotoRow, account: &Account) -> Row {
    let failure = photo.failure.map(|failure| failure.reason);
    let note = match photo.state {
        State::Failed => failure.or(Some("missing".to_owned())),
        State::Pending => Some("not fetched yet".to_owned()),
        State::Done => photo.defect.map(|defect| format!("damaged at the source: {defect}")),
    };
    let deleted = photo.deleted_at.map(|_| "no longer in the photostream".to_owned());
    let thumb = photo.thumbnail;
    Row {
        id: photo.id,
        title: photo.title,
        posted: photo.posted,
        taken: photo.taken.filter(|taken| !taken.unknown).map(|taken| taken.text),
        license: photo.license,
        is_video: photo.media == Media::Video,
        // A click plays a video, where its stream is there.
        picture: photo.video.or(photo.picture).map(|file| file.path),
        thumb_width: thumb.as_ref().map_or(120, |file| file.width),
        thumb_height: thumb.as_ref().map_or(120, |file| file.height),
        thumb: thumb.map(|file| file.path),
        flickr_url: format!("https://www.flickr.com/photos/{}/{}/", account.path_name(), photo.id),
        note: note.or(deleted),
    }
}

fn disk(what: &str, source: io::Error) -> ClosingError {
    ClosingError::Disk { what: what.to_owned(), source }
}
