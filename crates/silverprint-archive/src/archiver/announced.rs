//! What the site announced, against what it listed and what is known: whatever
//! is between them is a number in the receipt.

use super::Run;
use super::error::{ArchiveError, fatal};
use super::known::{unseen, wish};
use crate::listing::Listed;
use crate::pipeline::{Pipeline, now};
use silverprint_catalogue::{Entry, LastListing, Snapshot};
use silverprint_core::{ListingKind, Receipt, Shows};

impl Run {
    /// Holds what was listed against what was announced and what is known.
    pub(super) async fn account_for(
        &self,
        pipeline: &Pipeline,
        listed: Listed,
    ) -> Result<(), ArchiveError> {
        let (kind, is_complete, wanted) = pipeline.tally.with(|receipt| {
            self.enter(receipt, &listed, &pipeline.snapshot);
            let wanted = wish(&self.order.wanted, receipt, &pipeline.snapshot);
            (receipt.listing, !receipt.lacks_entries(), wanted)
        });
        self.reporter.listing_done(kind, listed.seen.len() as u64);
        if kind != ListingKind::Full {
            return Ok(());
        }
        let record =
            |entry| async { pipeline.recorder.record(entry).await.map_err(|e| fatal(e.into())) };
        // What a visitor is not shown may be there all the same.
        if listed.clean && self.source.shows() == Shows::All {
            let known = pipeline.snapshot.photos.iter();
            let gone = known.filter(|(id, it)| !it.deleted_upstream && !listed.seen.contains(**id));
            let mut ids: Vec<_> = gone.map(|(id, _)| *id).collect();
            ids.extend(&listed.vanished);
            listed.vanished.iter().for_each(|id| pipeline.tally.vanished(*id));
            if !ids.is_empty() {
                record(Entry::DeletedUpstream { ids, at: now() }).await?;
            }
        }
        let last =
            LastListing { at: now(), total: listed.announced, complete: is_complete, wanted };
        record(Entry::Listing(last)).await
    }

    /// Enters what the listing came to.
    pub(super) fn enter(&self, receipt: &mut Receipt, listed: &Listed, snapshot: &Snapshot) {
        let is_full = self.order.is_whole() && listed.ended;
        receipt.listing = if is_full { ListingKind::Full } else { ListingKind::Part };
        // What is known to be outside of a window was not announced for it.
        receipt.announced = listed.announced.saturating_sub(listed.outside);
        receipt.listed = listed.seen.len() as u64;
        receipt.unreadable = listed.unreadable;
        receipt.not_public = if is_full { not_public(receipt) } else { 0 };
        // A limit leaves photos out on purpose; a window announces its own total.
        let beyond = self.order.limit.map_or(0, |limit| receipt.announced.saturating_sub(limit));
        let lacking = if listed.ended { listed.unexplained().saturating_sub(beyond) } else { 0 };
        match self.source.shows() {
            Shows::All => receipt.unexplained = lacking,
            Shows::FirstGlance => {
                // An earlier run, through another door, may have fetched them.
                let there = if is_full { unseen(snapshot, listed).min(lacking) } else { 0 };
                receipt.already += there;
                receipt.not_shown = lacking - there;
            }
        }
    }
}

/// What the profile counts beyond what is announced to who is not signed in.
pub(super) fn not_public(receipt: &Receipt) -> u64 {
    receipt.account.counted.map_or(0, |counted| counted.saturating_sub(receipt.announced))
}
