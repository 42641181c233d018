//! Flickr as a visitor without a key sees it: a [`Source`] that reads the
//! photostream's pages. A page may stand for 100 photos and show 25; the rest is
//! loaded by a script that is not run here, and is announced all the same.

use crate::attempt::Attempt;
use crate::key::NoKey;
use crate::leaf::{Leaf, LeafError};
use crate::picture::open;
use crate::progress::Progress;
use crate::site::Site;
use crate::{Base, read_photo};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use serde_json::value::RawValue;
use silverprint_core::{
    Account, AccountRef, FetchError, Gate, Nsid, Page, Photo, Reject, Shows, Sink, Source,
    SourceError, Stream, Waiting, Window,
};
use silverprint_http::Client;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::Mutex;
use url::Url;

/// Flickr's pages, read without a key.
pub struct Visitor {
    base: Base,
    client: Client,
    site: Site,
    /// The page that told who an account is: the first of its photostream.
    first: Mutex<Option<(Nsid, Leaf)>>,
    progress: Progress,
}

impl Visitor {
    /// The pages at `base`.
    pub fn new(base: Base, client: Client) -> Self {
        let site = Site::new(base.clone(), client.clone());
        Self { base, client, site, first: Mutex::default(), progress: Progress::default() }
    }

    async fn resolve(&self, asked: &AccountRef) -> Result<Account, SourceError> {
        let name = asked.to_string();
        let attempt = attempt(format!("look up {name}"), &name);
        let leaf = self.leaf(&format!("photos/{name}/"), &attempt).await?;
        let leaf = leaf.ok_or_else(|| attempt.no_such_account("there is no such page"))?;
        let account = leaf.account(asked);
        let account = account.ok_or_else(|| {
            attempt.no_such_account("its page says that it was deleted, or is somebody else's")
        })?;
        *self.first.lock().expect("no panic while held") = Some((account.nsid.clone(), leaf));
        Ok(account)
    }

    async fn page(
        &self,
        account: &Account,
        window: Window,
        number: u32,
    ) -> Result<Page, SourceError> {
        let name = account.path_name();
        let attempt = attempt(format!("list page {number} of {name}"), name);
        let path = match number {
            1 => format!("photos/{name}/"),
            _ => format!("photos/{name}/page{number}"),
        };
        let leaf = match self.kept(account, number) {
            Some(leaf) => Some(leaf),
            None => self.leaf(&path, &attempt).await?,
        };
        if number == 1 && leaf.is_none() {
            return Err(attempt.no_such_account("there is no such page any more"));
        }
        Ok(within(self.progress.page(&account.nsid, number, leaf), window))
    }

    /// The first page, if it was read already. Given once: who lists again wants
    /// to know what is there by then.
    fn kept(&self, account: &Account, number: u32) -> Option<Leaf> {
        let mut first = self.first.lock().expect("no panic while held");
        let is_it = first.as_ref().is_some_and(|(nsid, _)| number == 1 && *nsid == account.nsid);
        first.take_if(|_| is_it).map(|(_, leaf)| leaf)
    }

    async fn leaf(&self, path: &str, attempt: &Attempt<'_>) -> Result<Option<Leaf>, SourceError> {
        let Some(html) = self.site.page(path, attempt).await? else { return Ok(None) };
        match Leaf::read(&html, self.site.scheme()).await {
            Ok(leaf) => Ok(Some(leaf)),
            Err(error @ LeafError::Nobody) => Err(attempt.no_such_account(&error.to_string())),
            Err(error) => Err(attempt.malformed(&error.to_string())),
        }
    }
}

fn attempt(what: String, account: &str) -> Attempt<'_> {
    Attempt { what, account, key: &NoKey }
}

/// What of a page is in a window. A page does not say how many photos of the
/// whole are; only those that it shows are known to be outside. One that does not
/// say when it was posted is kept.
fn within(mut page: Page, window: Window) -> Page {
    let n_shown = page.photos.len();
    page.photos.retain(|photo| {
        let Some(posted) = photo.posted else { return true };
        window.since.is_none_or(|since| posted >= since)
            && window.until.is_none_or(|until| posted <= until)
    });
    page.outside = (n_shown - page.photos.len()) as u64;
    page
}

impl Source for Visitor {
    fn resolve<'a>(
        &'a self,
        account: &'a AccountRef,
    ) -> BoxFuture<'a, Result<Account, SourceError>> {
        self.resolve(account).boxed()
    }

    fn page<'a>(
        &'a self,
        account: &'a Account,
        window: Window,
        number: u32,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        self.page(account, window, number).boxed()
    }

    fn shows(&self) -> Shows {
        Shows::FirstGlance
    }

    fn reread(&self, listing: &RawValue) -> Result<Photo, Reject> {
        read_photo(listing, None)
    }

    /// A photostream's pages say nothing of streams.
    fn streams<'a>(&'a self, _: &'a Photo) -> BoxFuture<'a, Result<Vec<Stream>, FetchError>> {
        ready(Ok(Vec::new())).boxed()
    }

    fn open<'a>(
        &'a self,
        url: &'a Url,
        sink: &'a mut dyn Sink,
    ) -> BoxFuture<'a, Result<u32, FetchError>> {
        open(&self.base, &self.client, url, sink).boxed()
    }

    fn waiting(&self) -> Option<Waiting> {
        self.client.waiting()
    }

    fn gates(&self, show: &mut dyn FnMut(&Gate<'_>)) {
        self.client.gates(show);
    }

    fn bandwidth(&self) -> Option<NonZeroU64> {
        self.client.bandwidth()
    }
}

impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor").field("base", &self.base).finish_non_exhaustive()
    }
}
