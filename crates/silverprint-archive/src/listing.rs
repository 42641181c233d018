//! Reads a photostream to its end: pages ahead, every photo once, and an
//! account of what was announced.
//!
//! A stream moves while it is read: an upload pushes photos over page borders,
//! a deletion pulls one past the reader. Both show in the total, or in a photo
//! that comes twice; then the stream is read again, until a pass shows neither.

use crate::seen::Seen;
use crate::turn::{Baton, Turn};
use crate::watch::Watch;
use silverprint_core::{
    Account, Page, Photo, PhotoId, Reporter, Shows, Source, SourceError, Window,
};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The most pages that are asked for before they are needed: four let a bare
/// listing run at four times the pace of one call after the other. Flickr
/// counts calls by the hour, not at once.
pub const PAGES_AHEAD: u32 = 4;
/// Pages ahead at first; then as many as the latency asks for. A page takes
/// megabytes, and where downloads are what takes time one ahead is enough.
const AHEAD_AT_FIRST: u32 = 2;
/// A stream that never holds still is left as it is after so many passes.
const MOST_PASSES: u32 = 4;
/// A stream whose pages are empty one after the other has ended, however many
/// more it announces.
const MOST_EMPTY: u32 = 4;

/// How to list.
#[derive(Clone)]
pub(crate) struct Listing {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) account: Arc<Account>,
    pub(crate) window: Window,
    pub(crate) limit: Option<u64>,
    pub(crate) reporter: Arc<dyn Reporter>,
    pub(crate) watch: Arc<Watch>,
    pub(crate) baton: Baton,
}

/// What a listing came to.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// What the site announced last.
    pub(crate) announced: u64,
    /// Every photo that was in it.
    pub(crate) seen: Seen,
    /// Of these, the ones that a later, clean pass did not show any more.
    pub(crate) vanished: Vec<PhotoId>,
    /// Entries that could not be read.
    pub(crate) unreadable: u64,
    /// Photos that were announced and shown, and are not in the window.
    pub(crate) outside: u64,
    /// The stream was read to its end, and nobody stopped us.
    pub(crate) ended: bool,
    /// A whole pass showed no movement and nothing missing: what is not in it
    /// is not in the photostream.
    pub(crate) clean: bool,
}

impl Listed {
    /// Announced, and in no page.
    pub(crate) fn unexplained(&self) -> u64 {
        self.announced.saturating_sub(self.seen.len() as u64 + self.unreadable + self.outside)
    }

    /// What is there now; the rest was deleted while it was listed.
    fn keep_only(&mut self, there: Seen) {
        self.vanished = self.seen.iter().filter(|id| !there.contains(*id)).collect();
        self.seen = there;
    }
}

/// What one pass over the pages showed.
#[derive(Debug, Default)]
struct Pass {
    total: u64,
    moved: bool,
    new: u64,
    /// Different photos.
    shown: u64,
    /// Which they are; of the first pass, all that were ever listed.
    seen: Option<Seen>,
    rejects: u64,
    outside: u64,
    /// Pages without an entry, up to the last one.
    empty: u32,
}

impl Listing {
    /// Lists into `out`, beginning with a first page that is there already.
    /// Ends early, without an error, when nobody takes photos any more.
    pub(crate) async fn run(
        &self,
        first: Page,
        out: &mpsc::Sender<Photo>,
    ) -> Result<Listed, SourceError> {
        let mut listed = Listed::default();
        // How many there are is known before the first of them is done.
        self.reporter.listed(0, first.total);
        let mut first = Some(first);
        for pass_number in 1..=MOST_PASSES {
            let first = match first.take() {
                Some(page) => page,
                None => self.page(1).await?,
            };
            let before = listed.announced;
            let seen = (pass_number > 1).then(Seen::default);
            let pass = Pass { total: first.total, seen, ..Pass::default() };
            let pass = self.pass(pass, first, &mut listed, out).await?;
            let Some(pass) = pass else { return Ok(listed) };
            let same_as_before = pass_number > 1 && pass.new == 0 && pass.total == before;
            let missing = pass.total > pass.shown + pass.rejects + pass.outside;
            // A short page hides nothing where nothing is missing.
            listed.clean = !pass.moved && !missing;
            if listed.clean
                && let Some(there) = pass.seen
            {
                listed.keep_only(there);
            }
            // What a source never shows does not come by asking again.
            let is_all_it_shows = self.source.shows() == Shows::FirstGlance;
            if listed.clean || (!pass.moved && (same_as_before || is_all_it_shows)) {
                break;
            }
            self.reporter.note(if pass.moved {
                "the photostream changed while it was listed: listing again"
            } else {
                "the listing was shorter than announced: listing again"
            });
        }
        listed.ended = true;
        Ok(listed)
    }

    /// Asks for a page, when it is its turn.
    async fn page(&self, number: u32) -> Result<Page, SourceError> {
        let _turn = self.baton.take().await;
        let _asked = self.watch.ask(number);
        self.source.page(&self.account, self.window, number).await
    }

    /// Reads every page once. `None` if it was stopped, or the limit reached.
    async fn pass(
        &self,
        mut pass: Pass,
        first: Page,
        listed: &mut Listed,
        out: &mpsc::Sender<Photo>,
    ) -> Result<Option<Pass>, SourceError> {
        let mut pages = first.pages;
        let mut ahead = Ahead::new(self);
        let (mut page, mut number) = (first, 1);
        loop {
            ahead.fill(number, pages);
            let is_last = number >= pages;
            let entries = (page.photos.len() + page.rejects.len()) as u64 + page.outside;
            pass.empty = if entries == 0 { pass.empty + 1 } else { 0 };
            pass.outside += page.outside;
            pass.moved |= page.total != pass.total;
            pass.total = page.total;
            pages = page.pages.max(number);
            listed.announced = page.total;
            if !self.hand_on(page, &mut pass, listed, out).await {
                return Ok(None);
            }
            if (is_last && number >= pages) || pass.empty >= MOST_EMPTY {
                listed.unreadable = pass.rejects;
                listed.outside = pass.outside;
                return Ok(Some(pass));
            }
            number += 1;
            page = ahead.next(number).await?;
        }
    }

    /// Passes the new photos of a page on. Says whether anybody wants more.
    async fn hand_on(
        &self,
        page: Page,
        pass: &mut Pass,
        listed: &mut Listed,
        out: &mpsc::Sender<Photo>,
    ) -> bool {
        for reject in page.rejects {
            pass.rejects += 1;
            let id = reject.id.map_or("an entry without an id".to_owned(), |id| id.to_string());
            self.reporter.note(&format!("unreadable in the listing: {id}: {}", reject.reason));
        }
        for photo in page.photos {
            let is_new = listed.seen.insert(photo.id);
            let is_first = pass.seen.as_mut().map_or(is_new, |seen| seen.insert(photo.id));
            pass.moved |= !is_first;
            pass.shown += u64::from(is_first);
            if !is_new {
                continue;
            }
            pass.new += 1;
            if out.send(photo).await.is_err() {
                return false;
            }
            if self.limit.is_some_and(|limit| listed.seen.len() as u64 >= limit) {
                listed.ended = true;
                self.reporter.listed(listed.seen.len() as u64, listed.announced);
                return false;
            }
        }
        self.reporter.listed(listed.seen.len() as u64, listed.announced);
        true
    }
}

/// Pages on their way. Tasks of their own: they are read from the socket also
/// while the pipeline is full and nobody asks for the next page.
struct Ahead {
    listing: Listing,
    pages: VecDeque<JoinHandle<Result<Page, SourceError>>>,
    next: u32,
    depth: u32,
}

impl Ahead {
    fn new(listing: &Listing) -> Self {
        let depth = match listing.baton.turn() {
            Turn::Together => AHEAD_AT_FIRST,
            Turn::OneByOne => 0,
        };
        Self { listing: listing.clone(), pages: VecDeque::new(), next: 2, depth }
    }

    /// Asks for the pages after the one in hand.
    fn fill(&mut self, in_hand: u32, pages: u32) {
        self.ask_up_to(pages.min(in_hand.saturating_add(self.depth)));
    }

    fn ask_up_to(&mut self, last: u32) {
        while self.next <= last {
            let (listing, number) = (self.listing.clone(), self.next);
            self.pages.push_back(tokio::spawn(async move { listing.page(number).await }));
            self.next += 1;
        }
    }

    async fn next(&mut self, number: u32) -> Result<Page, SourceError> {
        self.fill(number - 1, number.max(self.next - 1));
        // Where nothing is asked for ahead, it is asked for now.
        self.ask_up_to(number);
        self.depth = self.fitting_depth();
        let page = self.pages.pop_front().expect("it was filled up to this page");
        page.await.expect("listing a page does not panic and is not cancelled")
    }

    /// One more where the next page is still under way, for then the network
    /// is what is waited for; one less where all that were asked for are there.
    fn fitting_depth(&self) -> u32 {
        let is_waited_for = self.pages.front().is_some_and(|page| !page.is_finished());
        let all_are_there = self.pages.iter().all(JoinHandle::is_finished);
        match self.depth {
            0 => 0,
            depth if is_waited_for => (depth + 1).min(PAGES_AHEAD),
            depth if all_are_there => (depth - 1).max(1),
            depth => depth,
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.pages.iter().for_each(JoinHandle::abort);
    }
}

#[cfg(test)]
mod tests;
