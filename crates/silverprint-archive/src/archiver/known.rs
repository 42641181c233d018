//! What is known before anything is asked for, and whether it is enough: the
//! catalogue, the files that no row names, the last listing.

use super::ArchiveError;
use crate::listing::Listed;
use crate::orphans::{Named, Orphans};
use crate::plan::{Step, Wanted, plan};
use crate::store::{Folder, FolderError};
use serde_json::value::RawValue;
use silverprint_catalogue::{Catalogue, CatalogueError, Known, Opened, Snapshot, State};
use silverprint_core::{Account, Layout, Page, Photo, PhotoId, Receipt};
use std::path::Path;
use std::sync::Arc;

/// After so many days everything is listed again: metadata changes without
/// any sign on the first page.
const FULL_LISTING_EVERY: i64 = 7 * 24 * 60 * 60;
/// More unfinished photos than this are read from the listing again, not from
/// the catalogue: all at once they would take too much memory.
const MOST_UNFINISHED: usize = 5000;

/// A folder that is open, and what is known of it.
pub(super) struct Open {
    pub(super) folder: Arc<Folder>,
    pub(super) catalogue: Catalogue,
    pub(super) snapshot: Snapshot,
    pub(super) orphans: Orphans,
    pub(super) opened: Opened,
    /// Nobody has touched the catalogue since a run came to its end: so it was not looked
    /// through.
    pub(super) is_untouched: bool,
}

/// Opens the folder and reads what is known. Blocks.
pub(super) fn open(root: &Path, account: &Account) -> Result<Open, ArchiveError> {
    let folder = Arc::new(Folder::open(root)?);
    if folder.left().is_some_and(|left| left.has_catalogue(root)) {
        match open_untouched(&folder, account) {
            // A disk can forget without being written: then it is mended.
            Err(ArchiveError::Catalogue(error)) if error.is_damaged() => {}
            opened => return opened,
        }
    }
    look_through(folder, account)
}

/// The catalogue as the last run has left it: enough to see that nothing is new, and for
/// nothing else.
fn open_untouched(folder: &Arc<Folder>, account: &Account) -> Result<Open, ArchiveError> {
    let (folder, root) = (Arc::clone(folder), folder.root());
    let catalogue = Catalogue::open_untouched(root)?;
    check_owner(&catalogue, root, account)?;
    let (snapshot, orphans) = (catalogue.snapshot()?, Orphans::default());
    let opened = Opened::Existing;
    Ok(Open { folder, catalogue, snapshot, orphans, opened, is_untouched: true })
}

/// Mends the catalogue where it must be, and looks for files that it does not know.
fn look_through(folder: Arc<Folder>, account: &Account) -> Result<Open, ArchiveError> {
    let root = folder.root();
    let (catalogue, opened) = Catalogue::open(root)?;
    check_owner(&catalogue, root, account)?;
    let snapshot = catalogue.snapshot()?;
    let named = named(&catalogue, &snapshot)?;
    let path = root.to_owned();
    let orphans = Orphans::find(root, &named).map_err(|source| FolderError::Io { path, source })?;
    Ok(Open { folder, catalogue, snapshot, orphans, opened, is_untouched: false })
}

impl Open {
    /// The same, all of it: before anything is done. Blocks.
    pub(super) fn looked_through(self, account: &Account) -> Result<Self, ArchiveError> {
        let Self { folder, catalogue, .. } = self;
        drop(catalogue);
        look_through(folder, account)
    }
}

fn check_owner(catalogue: &Catalogue, root: &Path, account: &Account) -> Result<(), ArchiveError> {
    if let Some(holds) = catalogue.owner()?.filter(|owner| *owner != account.nsid) {
        let (folder, asked) = (root.to_owned(), account.nsid.clone());
        return Err(FolderError::OtherAccount { folder, holds, asked }.into());
    }
    Ok(())
}

/// The files whose rows can be trusted: of photos that are done. Blocks.
fn named(catalogue: &Catalogue, snapshot: &Snapshot) -> Result<Named, CatalogueError> {
    let mut named = Named::default();
    catalogue.for_each_file(|file| {
        let known = snapshot.photos.get(&file.photo);
        let is_trusted = known.is_some_and(|it| it.picture.is_some() && it.state == State::Done);
        if is_trusted && file.path.starts_with(Layout::PHOTOS) {
            named.insert(&file.path);
        }
        Ok::<_, CatalogueError>(())
    })?;
    Ok(named)
}

/// The listings of unfinished photos, unless they are too many. Blocks.
pub(super) fn unfinished(
    catalogue: &Catalogue,
    snapshot: &Snapshot,
) -> Result<Option<Vec<Box<RawValue>>>, CatalogueError> {
    let unfinished = || snapshot.photos.values().filter(|known| known.state != State::Done);
    if unfinished().all(|known| known.deleted_upstream) {
        return Ok(Some(Vec::new()));
    }
    if unfinished().count() > MOST_UNFINISHED {
        return Ok(None);
    }
    let unfinished = catalogue.unfinished()?;
    Ok(Some(unfinished.into_iter().map(|(_, listing)| listing).collect()))
}

/// Photos that are in the folder, and not in what was listed.
pub(super) fn unseen(snapshot: &Snapshot, listed: &Listed) -> u64 {
    let is_unseen = |(id, known): &(&PhotoId, &Known)| {
        known.state == State::Done && !known.deleted_upstream && !listed.seen.contains(**id)
    };
    snapshot.photos.iter().filter(is_unseen).count() as u64
}

/// Whether a first page shows nothing that the catalogue does not know.
pub(super) fn agrees(snapshot: &Snapshot, first: &Page, wanted: &Wanted, now: i64) -> bool {
    let Some(last) = &snapshot.listing else { return false };
    let is_known = |photo: &Photo| {
        let known = snapshot.photos.get(&photo.id);
        known.is_some_and(|known| {
            known.fingerprint == photo.fingerprint()
                && !known.deleted_upstream
                && (known.state != State::Done || is_settled(&plan(photo, snapshot, wanted)))
        })
    };
    last.complete
        && last.total == first.total
        && last.wanted == wanted.summary()
        && (0..FULL_LISTING_EVERY).contains(&(now - last.at))
        && first.rejects.is_empty()
        && first.photos.iter().all(is_known)
}

/// A stream that was not to be had from a source that has others is none that a
/// listing brings; see [`wish`].
fn is_settled(step: &Step) -> bool {
    matches!(step, Step::Nothing | Step::Stream)
}

/// What was wanted, as the next run compares it. Where streams were wanted and
/// the source knew of none at all, or shows none, another source may: so the
/// next run must not lean on this listing.
pub(super) fn wish(wanted: &Wanted, receipt: &Receipt, snapshot: &Snapshot) -> String {
    let knows_streams = || receipt.streams > 0 || snapshot.photos.values().any(|it| it.has_video);
    let is_unmet = receipt.streams_not_shown > 0 || (receipt.only_stills > 0 && !knows_streams());
    let unmet = if is_unmet { ", unmet" } else { "" };
    format!("{}{unmet}", wanted.summary())
}
