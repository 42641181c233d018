//! The ids of a photostream, in eight bytes each: of a million photos a hash set
//! would take nineteen megabytes, and twice that while it grows.

use silverprint_core::PhotoId;
use std::collections::BTreeSet;
use std::mem;

/// So many are waiting to be sorted in, or a sixteenth of all.
const FEWEST_WAITING: usize = 4096;

/// A set that only grows.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    sorted: Vec<PhotoId>,
    /// The latest, which are not among the sorted yet.
    waiting: BTreeSet<PhotoId>,
}

impl Seen {
    pub(crate) fn len(&self) -> usize {
        self.sorted.len() + self.waiting.len()
    }

    pub(crate) fn contains(&self, id: PhotoId) -> bool {
        self.waiting.contains(&id) || self.sorted.binary_search(&id).is_ok()
    }

    /// Adds an id; says whether it is new.
    pub(crate) fn insert(&mut self, id: PhotoId) -> bool {
        let is_new = !self.contains(id) && self.waiting.insert(id);
        if self.waiting.len() >= FEWEST_WAITING.max(self.sorted.len() / 16) {
            self.sort_in();
        }
        is_new
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = PhotoId> {
        self.sorted.iter().chain(&self.waiting).copied()
    }

    /// Merges from the back, so that no second list is needed.
    fn sort_in(&mut self) {
        let waiting = mem::take(&mut self.waiting);
        let mut from = self.sorted.len();
        let mut to = from + waiting.len();
        self.sorted.reserve_exact(waiting.len());
        self.sorted.extend(&waiting);
        for id in waiting.into_iter().rev() {
            while from > 0 && self.sorted[from - 1] > id {
                (from, to) = (from - 1, to - 1);
                self.sorted[to] = self.sorted[from];
            }
            to -= 1;
            self.sorted[to] = id;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn it_is_a_set(ids in proptest::collection::vec(0_u64..3_000, 0..9_000), ahead in 0_u64..9_000) {
            let (mut seen, mut set) = (Seen::default(), HashSet::new());
            // As streams come: downwards, with others in between.
            let stream = (0..ahead).rev().map(|id| id * 2);
            for id in stream.chain(ids).map(PhotoId::new) {
                prop_assert_eq!(seen.insert(id), set.insert(id));
            }
            prop_assert_eq!(seen.len(), set.len());
            prop_assert_eq!(seen.iter().collect::<HashSet<_>>(), set);
            prop_assert!(seen.sorted.is_sorted());
        }
    }
}
