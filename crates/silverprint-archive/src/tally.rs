//! The receipt while it is being written.

use crate::plan::Keep;
use silverprint_core::{Account, Failure, Media, Photo, Receipt, Rendition, Size};
use std::sync::Mutex;

/// Counts what becomes of photos. A `std` mutex: nothing is awaited inside.
#[derive(Debug)]
pub(crate) struct Tally(Mutex<Receipt>);

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
        Self(Mutex::new(Receipt::new(account)))
    }

    /// Changes the receipt, or reads it.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut Receipt) -> T) -> T {
        change(&mut self.0.lock().expect("no panic while held"))
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
        keep: Keep,
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
            receipt.not_original += u64::from(is_smaller && keep == Keep::Pictures);
        });
    }

    pub(crate) fn failed(&self, failure: &Failure) {
        self.with(|receipt| *receipt.failed.entry(failure.kind.clone()).or_default() += 1);
    }
}
