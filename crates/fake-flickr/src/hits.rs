//! What was asked for: counts that tests compare with what they expect.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use crate::rendition::Label;

/// What a server was asked for since it started, or since the counts were reset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// API calls by method; calls without one under the empty name.
    pub api: BTreeMap<String, u64>,
    /// Requests for pages of the site, failed ones too; not those for `/robots.txt`.
    pub pages: u64,
    /// Requests for pictures, refused and failed ones too.
    pub images: u64,
    /// Requests for streams of videos at their signed addresses, failed ones too.
    pub videos: u64,
    /// Signed addresses that were given out.
    pub plays: u64,
    /// Pages of a listing that lacked some of their photos.
    pub short_pages: u64,
    /// Pages of a listing that repeated a photo of the page before.
    pub repeating_pages: u64,
    /// Pages of a listing past the last one, which was listed in their place.
    pub clamped_pages: u64,
    /// Requests for pictures by photo and rendition.
    pub by_rendition: HashMap<(u64, Label), u32>,
    /// Requests answered with 429 by a cap, a storm or a fault.
    pub refused: u64,
    /// Requests that met a fault.
    pub faults: u64,
    /// Bytes of bodies that were sent.
    pub bytes: u64,
    /// The most connections that were open at a time.
    pub connections: u64,
    /// The most requests that waited for the head of their answer at a time.
    pub at_once: u64,
    /// Where tunnels were asked for that lead to none of the site's hosts.
    pub strangers: Vec<String>,
}

impl Hits {
    /// API calls, all methods together.
    pub fn api_total(&self) -> u64 {
        self.api.values().sum()
    }

    /// How often pictures of this photo were asked for.
    pub fn of_photo(&self, id: u64) -> u32 {
        let of = |((photo, _), n): (&(u64, Label), &u32)| if *photo == id { *n } else { 0 };
        self.by_rendition.iter().map(of).sum()
    }
}

/// The counts that have names.
#[derive(Debug, Default)]
struct Named {
    api: BTreeMap<String, u64>,
    by_rendition: HashMap<(u64, Label), u32>,
    strangers: Vec<String>,
}

/// The counters behind [`Hits`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    named: Mutex<Named>,
    pages: AtomicU64,
    images: AtomicU64,
    videos: AtomicU64,
    plays: AtomicU64,
    short_pages: AtomicU64,
    repeating_pages: AtomicU64,
    clamped_pages: AtomicU64,
    refused: AtomicU64,
    faults: AtomicU64,
    bytes: AtomicU64,
    open: AtomicU64,
    most: AtomicU64,
    under_way: AtomicU64,
    at_once: AtomicU64,
}

/// A request that is being answered, until it is dropped.
pub(crate) struct UnderWay<'a>(&'a Counters);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Relaxed);
    }
}

impl Counters {
    pub(crate) fn api(&self, method: &str) {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        // The names come from outside: what nobody knows is counted together.
        let name = if method.len() > 64 || named.api.len() > 256 { "other" } else { method };
        *named.api.entry(name.to_owned()).or_default() += 1;
    }

    pub(crate) fn page(&self) -> u64 {
        self.pages.fetch_add(1, Relaxed)
    }

    pub(crate) fn image(&self) -> u64 {
        self.images.fetch_add(1, Relaxed)
    }

    pub(crate) fn video(&self) {
        self.videos.fetch_add(1, Relaxed);
    }

    pub(crate) fn play(&self) {
        self.plays.fetch_add(1, Relaxed);
    }

    pub(crate) fn short_page(&self) {
        self.short_pages.fetch_add(1, Relaxed);
    }

    pub(crate) fn repeating_page(&self) {
        self.repeating_pages.fetch_add(1, Relaxed);
    }

    pub(crate) fn clamped_page(&self) {
        self.clamped_pages.fetch_add(1, Relaxed);
    }

    pub(crate) fn rendition(&self, id: u64, label: Label) {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        *named.by_rendition.entry((id, label)).or_default() += 1;
    }

    #[cfg(feature = "proxy")]
    pub(crate) fn stranger(&self, target: &str) {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if named.strangers.len() < 1000 {
            named.strangers.push(target.to_owned());
        }
    }

    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub(crate) fn fault(&self) {
        self.faults.fetch_add(1, Relaxed);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn opened(&self) {
        let open = self.open.fetch_add(1, Relaxed) + 1;
        self.most.fetch_max(open, Relaxed);
    }

    pub(crate) fn closed(&self) {
        self.open.fetch_sub(1, Relaxed);
    }

    pub(crate) fn begin(&self) -> UnderWay<'_> {
        let under_way = self.under_way.fetch_add(1, Relaxed) + 1;
        self.at_once.fetch_max(under_way, Relaxed);
        UnderWay(self)
    }

    pub(crate) fn hits(&self) -> Hits {
        let named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        Hits {
            api: named.api.clone(),
            pages: self.pages.load(Relaxed),
            images: self.images.load(Relaxed),
            videos: self.videos.load(Relaxed),
            plays: self.plays.load(Relaxed),
            short_pages: self.short_pages.load(Relaxed),
            repeating_pages: self.repeating_pages.load(Relaxed),
            clamped_pages: self.clamped_pages.load(Relaxed),
            by_rendition: named.by_rendition.clone(),
            refused: self.refused.load(Relaxed),
            faults: self.faults.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            connections: self.most.load(Relaxed),
            at_once: self.at_once.load(Relaxed),
            strangers: named.strangers.clone(),
        }
    }

    pub(crate) fn reset(&self) {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        named.api.clear();
        named.by_rendition.clear();
        named.strangers.clear();
        for count in [
            &self.pages,
            &self.images,
            &self.videos,
            &self.plays,
            &self.short_pages,
            &self.repeating_pages,
            &self.clamped_pages,
            &self.refused,
            &self.faults,
            &self.bytes,
        ] {
            count.store(0, Relaxed);
        }
        self.at_once.store(self.under_way.load(Relaxed), Relaxed);
        self.most.store(self.open.load(Relaxed), Relaxed);
    }
}
