//! The receipt while it is being written.

use crate::plan::{Keep, Wanted};
use silverprint_core::{
    Account, Failure, Media, Photo, PhotoId, Receipt, Rendition, Size, Withheld,
};
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
    /// Nothing more could be had of it than there was.
    Already,
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

    /// A photo is done.
    pub(crate) fn done(&self, kind: Kind) {
        self.with(|receipt| match kind {
            Kind::Saved => receipt.saved += 1,
            Kind::Replaced => {
                receipt.saved += 1;
                receipt.replaced += 1;
            }
            Kind::Adopted => receipt.adopted += 1,
            Kind::Remade => receipt.remade += 1,
            Kind::Already => receipt.already += 1,
        });
    }

    /// What was kept of a photo that is done.
    pub(crate) fn kept(
        &self,
        photo: &Photo,
        rendition: &Rendition,
        is_defective: bool,
        wanted: &Wanted,
    ) {
        self.with(|receipt| {
            receipt.defective += u64::from(is_defective);
            let is_smaller = rendition.size != Size::Original && photo.media == Media::Photo;
            let is_meant = wanted.keep == Keep::Pictures && wanted.size == Size::Original;
            if is_smaller && is_meant {
                receipt.not_original += 1;
                let why = withheld(photo, rendition, &receipt.account);
                *receipt.not_original_because.entry(why).or_default() += 1;
            }
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

/// Why there is no original, as far as it is told.
/// <https://www.flickr.com/services/api/> says of no size that it is withheld:
/// it is simply not listed.
fn withheld(photo: &Photo, largest: &Rendition, account: &Account) -> Withheld {
    if photo.can_download == Some(false) {
        return Withheld::NoDownload;
    }
    // Of free accounts nothing above 1024 pixels is shown, but what anybody may
    // use: Creative Commons, its marks for the public domain, and the Commons.
    let is_free_to_use = matches!(photo.license, Some(1..=7 | 9..=16));
    // A picture that was smaller to begin with is not withheld for that.
    let is_the_most = largest.size == Size::Large1024;
    if account.is_pro == Some(false) && !is_free_to_use && is_the_most {
        Withheld::FreeAccount
    } else {
        Withheld::Unsaid
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{account, photo, rendition};
    use Withheld::{FreeAccount, NoDownload, Unsaid};

    #[test]
    fn why_there_is_no_original_is_told_as_far_as_it_is_known() {
        let check = |can_download, is_pro, license, edge: u32, expected| {
            let size = if edge > 1024 { Size::Large2048 } else { Size::Large1024 };
            let largest = rendition(size, edge, edge / 2, "a");
            let photo = Photo { can_download, license, ..photo(7, vec![largest.clone()]) };
            let account = Account { is_pro, ..account() };
            assert_eq!(withheld(&photo, &largest, &account), expected, "{license:?} {edge}");
        };
        check(Some(false), Some(true), Some(0), 2048, NoDownload);
        check(Some(false), Some(false), Some(0), 1024, NoDownload);
        check(None, Some(false), Some(0), 1024, FreeAccount);
        check(Some(true), Some(false), None, 1024, FreeAccount);
        check(None, Some(false), Some(8), 1024, FreeAccount);
        for free in [1, 4, 7, 9, 10, 16] {
            check(None, Some(false), Some(free), 1024, Unsaid);
        }
        check(None, Some(false), Some(0), 2048, Unsaid);
        check(None, Some(true), Some(0), 1024, Unsaid);
        check(Some(true), None, Some(0), 1024, Unsaid);
    }
}
