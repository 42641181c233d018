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

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use futures_util::task::noop_waker_ref;
    use serde_json::json;
    use std::pin::pin;
    use std::task::Context;

    /// A page that says `says` of its number and stands for `size` photos.
    fn leaf(says: Option<u32>, size: Option<u32>, ids: &[u32], total: u64) -> Leaf {
        let photos: Vec<_> = ids.iter().map(|id| json!({ "id": id.to_string() })).collect();
        let list = json!({ "_data": photos, "totalItems": total });
        let stream = json!({ "owner": { "id": "1@N0" }, "photoPageList": list });
        let export = json!({ "legend": [], "main": { "photostream-models": [stream] } });
        let place = json!({ "page": says, "viewPageSize": size });
        let html = format!("init({{\"pageParams\":{place}, modelExport: {export} }})");
        // Too few photos to need the runtime for more than one turn.
        let mut reading = pin!(Leaf::read(&html, "https"));
        let mut context = Context::from_waker(noop_waker_ref());
        assert!(reading.poll_unpin(&mut context).is_pending());
        reading.now_or_never().unwrap().unwrap()
    }

    fn owner() -> Nsid {
        "1@N0".parse().unwrap()
    }

    /// How many photos of a page are news, and how many pages there are by then.
    fn shown(progress: &Progress, number: u32, leaf: Option<Leaf>) -> (usize, u32) {
        let page = progress.page(&owner(), number, leaf);
        (page.photos.len(), page.pages)
    }

    #[test]
    fn pages_go_on_as_far_as_they_say_and_then_as_far_as_they_bring_something() {
        let progress = Progress::default();
        let page = |n: u32, ids: &[u32]| Some(leaf(Some(n), Some(3), ids, 9));
        // By their size they are three; they stand for two photos each, though.
        assert_eq!(shown(&progress, 1, page(1, &[1, 2])), (2, 3));
        assert_eq!(shown(&progress, 2, page(2, &[3, 4])), (2, 3));
        assert_eq!(shown(&progress, 3, page(3, &[5, 6])), (2, 4));
        assert_eq!(shown(&progress, 4, page(4, &[7, 8])), (2, 5));
        assert_eq!(shown(&progress, 5, page(5, &[9])), (1, 5));
    }

    #[test]
    fn pages_may_come_in_any_order() {
        let progress = Progress::default();
        let page = |ids: &[u32]| Some(leaf(None, None, ids, 9));
        assert_eq!(shown(&progress, 1, page(&[1, 2])), (2, 2));
        // What stands past the end came first; its twin brings nothing new then.
        assert_eq!(shown(&progress, 3, page(&[3, 4])), (2, 4));
        assert_eq!(shown(&progress, 2, page(&[3, 4])), (0, 2));
        assert_eq!(shown(&progress, 4, None), (0, 4));
    }

    #[test]
    fn another_page_in_the_place_of_one_is_empty() {
        let progress = Progress::default();
        assert_eq!(shown(&progress, 1, Some(leaf(Some(1), None, &[1], 9))), (1, 2));
        // New on the first page by now, and still not the third.
        assert_eq!(shown(&progress, 3, Some(leaf(Some(1), None, &[7, 1], 9))), (0, 3));
        assert_eq!(progress.page(&owner(), 4, None).total, 9);
    }

    #[test]
    fn a_first_page_begins_anew_and_owners_are_apart() {
        let progress = Progress::default();
        let page = || Some(leaf(None, None, &[1, 2], 2));
        for _ in 0..2 {
            assert_eq!(shown(&progress, 1, page()), (2, 1));
            assert_eq!(shown(&progress, 2, page()), (0, 2));
        }
        let other = progress.page(&"2@N0".parse().unwrap(), 2, page());
        assert_eq!(other.photos.len(), 2);
    }

    #[test]
    fn hostile_numbers_end() {
        let progress = Progress::default();
        let huge = leaf(Some(1), Some(1), &[1], u64::MAX);
        assert_eq!(shown(&progress, 1, Some(huge)), (1, u32::MAX));
        let last = leaf(Some(u32::MAX), None, &[2], u64::MAX);
        assert_eq!(shown(&progress, u32::MAX, Some(last)), (1, u32::MAX));
    }
}
