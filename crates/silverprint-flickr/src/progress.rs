//! How far the pages of a photostream have been read: what tells a page past the
//! end, and how much further it makes sense to go.
//!
//! The end of a photostream does not show in its pages: past it the site
//! redirects to the first page or repeats the last one, and how many photos a
//! page stands for has changed over the years.

use crate::leaf::Leaf;
use silverprint_core::{Nsid, Page, PhotoId};
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

/// What was read of each photostream since its first page.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    by_owner: Mutex<HashMap<Nsid, Read>>,
}

#[derive(Debug, Default)]
struct Read {
    ids: HashSet<PhotoId>,
    /// As announced last.
    total: u64,
}

impl Progress {
    /// The page of a listing that the leaf with that number is. Where there is
    /// none, or one that brings nothing new, the page is empty and the last.
    pub(crate) fn page(&self, owner: &Nsid, number: u32, leaf: Option<Leaf>) -> Page {
        let mut by_owner = self.by_owner.lock().expect("no panic while held");
        let read = by_owner.entry(owner.clone()).or_default();
        if number == 1 {
            *read = Read::default();
        }
        match leaf {
            Some(leaf) if number == 1 || read.is_news(number, &leaf) => read.enter(number, leaf),
            Some(leaf) => read.end(number, leaf.total),
            None => read.end(number, read.total),
        }
    }
}

impl Read {
    /// Whether a page is the one that was asked for, as far as that shows. A
    /// page of which all is known already is another one in its place.
    fn is_news(&self, number: u32, leaf: &Leaf) -> bool {
        let is_another = leaf.place.number.is_some_and(|says| says != number);
        let is_known = leaf.photos.iter().all(|photo| self.ids.contains(&photo.id));
        !is_another && (!is_known || (leaf.photos.is_empty() && !leaf.rejects.is_empty()))
    }

    fn enter(&mut self, number: u32, leaf: Leaf) -> Page {
        self.total = leaf.total;
        self.ids.extend(leaf.photos.iter().map(|photo| photo.id));
        let by_size = leaf.place.size.map_or(0, |size| leaf.total.div_ceil(u64::from(size)));
        // Pages may stand for fewer photos than they say; so one more, until the
        // end is told or seen.
        let is_through = leaf.ended || self.ids.len() as u64 >= leaf.total;
        let further = if is_through { number } else { number.saturating_add(1) };
        let pages = u32::try_from(by_size).unwrap_or(u32::MAX).max(further);
        let Leaf { photos, rejects, total, .. } = leaf;
        Page { photos, rejects, pages, total, ..Page::default() }
    }

    fn end(&mut self, number: u32, total: u64) -> Page {
        self.total = total;
        Page { pages: number, total, ..Page::default() }
    }
}
