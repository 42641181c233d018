//! The receipt while it is being written.

use crate::plan::{Keep, Wanted};
use silverprint_core::{Account, Failure, Media, Photo, PhotoId, Receipt, Rendition, Size};
use std::collections::HashMap;
use std::sync::Mutex;

/// Counts what becomes of photos. `std` mutexes: nothing is awaited inside.
#[derive(Debug)]
pub(crate) struct Tally {
    receipt: Mutex<Receipt>,
    /// What each failed photo counts as.
    failed: Mutex<HashMap<PhotoId, String>>,
}

/// What became of a photo that is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Saved,
    Replaced,
    Adopted,
    Remade,
}

impl Tally {
    pub(crate) fn new(account: Account) -> Self {
        Self { receipt: Mutex::new(Receipt::new(account)), failed: Mutex::default() }
    }

    /// Changes the receipt, or reads it.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut Receipt) -> T) -> T {
        change(&mut self.receipt.lock().expect("no panic while held"))
    }

    /// A photo came by in the listing.
    pub(crate) fn listed(&self, photo: &Photo) {
        self.with(|receipt| receipt.videos += u64::from(photo.media == Media::Video));
    }

    pub(crate) fn saved(
        &self,
        photo: &Photo,
        kind: Kind,
        rendition: &Rendition,
        is_defective: bool,
        wanted: &Wanted,
    ) {
        self.with(|receipt| {
            match kind {
                Kind::Saved => receipt.saved += 1,
                Kind::Replaced => {
                    receipt.saved += 1;
                    receipt.replaced += 1;
                }
                Kind::Adopted => receipt.adopted += 1,
                Kind::Remade => receipt.remade += 1,
            }
            receipt.defective += u64::from(is_defective);
            let is_smaller = rendition.size != Size::Original && photo.media == Media::Photo;
            let is_meant = wanted.keep == Keep::Pictures && wanted.size == Size::Original;
            receipt.not_original += u64::from(is_smaller && is_meant);
        });
    }

    pub(crate) fn failed(&self, id: PhotoId, failure: &Failure) {
        self.with(|receipt| *receipt.failed.entry(failure.kind.clone()).or_default() += 1);
        let mut failed = self.failed.lock().expect("no panic while held");
        failed.insert(id, failure.kind.clone());
    }

    /// A photo was deleted while the stream was listed: that it could not be
    /// fetched is no failure, for nobody announces it any more.
    pub(crate) fn vanished(&self, id: PhotoId) {
        let kind = self.failed.lock().expect("no panic while held").remove(&id);
        let Some(kind) = kind else { return };
        self.with(|receipt| {
            let count = receipt.failed.remove(&kind).unwrap_or(0).saturating_sub(1);
            if count > 0 {
                receipt.failed.insert(kind, count);
            }
        });
    }
}
