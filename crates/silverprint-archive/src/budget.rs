//! Memory for bodies is bounded: bytes carry the permit that allows them, and
//! dropping them frees it. So a run needs as much memory for a million photos
//! as for a thousand.
//!
//! Large buffers are kept for the next bodies: each page of a new one costs a
//! fault and is filled with zeros, which takes longer than to copy the body.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What the pictures of all downloads may take together: room for a dozen
/// large originals or hundreds of web copies, and a quarter of the 200 MiB that
/// a run may take in all.
pub(crate) const BUDGET: usize = 48 << 20;

/// A semaphore counts at most `u32::MAX`: so it counts in KiB.
const UNIT: usize = 1 << 10;
/// What is smaller the allocator has at hand itself.
const WORTH_KEEPING: usize = 128 << 10;

/// All the memory that bodies may take.
#[derive(Debug, Clone)]
pub(crate) struct ByteBudget {
    units: Arc<Semaphore>,
    shelf: Arc<Mutex<Shelf>>,
}

impl ByteBudget {
    pub(crate) fn new(bytes: usize) -> Self {
        let shelf = Shelf { kept: Vec::new(), allocated: 0, most: largest_for(bytes) };
        Self { units: Arc::new(Semaphore::new(bytes / UNIT)), shelf: Arc::new(Mutex::new(shelf)) }
    }

    /// Waits until there is room for so many bytes.
    pub(crate) async fn reserve(&self, bytes: usize) -> Held {
        let units = Arc::clone(&self.units).acquire_many_owned(units(bytes)).await;
        let permit = units.expect("the budget is never closed");
        Held { bytes: self.shelf().take(bytes), permit, budget: self.clone() }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A kept buffer serves a body if it is no larger than this: so all buffers
/// together are at most a quarter more than the budget.
const fn largest_for(bytes: usize) -> usize {
    bytes + bytes / 4
}

/// Buffers that wait for the next body.
#[derive(Debug)]
struct Shelf {
    /// The last is the one that was in use last: the processor may have it still.
    kept: Vec<Vec<u8>>,
    /// What the buffers in use and those kept have room for.
    allocated: usize,
    /// Before it is more, what is kept is given up.
    most: usize,
}

impl Shelf {
    fn take(&mut self, bytes: usize) -> Vec<u8> {
        let fits = bytes..=largest_for(bytes);
        match self.kept.iter().rposition(|kept| fits.contains(&kept.capacity())) {
            Some(place) => self.kept.remove(place),
            None => {
                self.allow(bytes);
                Vec::with_capacity(bytes)
            }
        }
    }

    /// Counts so many bytes more, and makes room for them.
    fn allow(&mut self, bytes: usize) {
        self.allocated += bytes;
        while self.allocated > self.most && !self.kept.is_empty() {
            self.allocated -= self.kept.remove(0).capacity();
        }
    }

    fn put_back(&mut self, mut buffer: Vec<u8>) {
        if buffer.capacity() < WORTH_KEEPING {
            self.allocated -= buffer.capacity();
        } else {
            buffer.clear();
            self.kept.push(buffer);
        }
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).expect("a body in memory is at most 32 MiB")
}

/// Bytes, and the right to hold them.
#[derive(Debug)]
pub(crate) struct Held {
    bytes: Vec<u8>,
    permit: OwnedSemaphorePermit,
    budget: ByteBudget,
}

impl Held {
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// Appends, if there is room without waiting. Who holds memory never waits
    /// for more: downloads would wait for each other for ever.
    pub(crate) fn try_extend(&mut self, more: &[u8]) -> bool {
        let needed = self.bytes.len() + more.len();
        if needed > self.bytes.capacity() {
            let target = needed.max(self.bytes.capacity() * 2);
            let extra = units(target).saturating_sub(self.n_units());
            let Ok(room) = Arc::clone(&self.budget.units).try_acquire_many_owned(extra) else {
                return false;
            };
            self.permit.merge(room);
            self.budget.shelf().allow(target - self.bytes.capacity());
            self.bytes.reserve_exact(target - self.bytes.len());
        }
        self.bytes.extend_from_slice(more);
        true
    }

    fn n_units(&self) -> u32 {
        u32::try_from(self.permit.num_permits()).expect("it was acquired as a u32")
    }
}

impl Drop for Held {
    /// The buffer first: who waits for the permit takes it from there.
    fn drop(&mut self) {
        self.budget.shelf().put_back(std::mem::take(&mut self.bytes));
    }
}

/// So that a `Bytes` can be made of them without a copy.
impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use proptest::prelude::*;

    #[tokio::test]
    async fn bytes_are_bounded_and_given_back() {
        let budget = ByteBudget::new(8 * UNIT);
        let mut held = budget.reserve(2 * UNIT).await;
        assert!(held.try_extend(&[1; 2 * UNIT]));
        assert!(held.try_extend(&[2; UNIT]), "grows to twice its size");
        assert_eq!(budget.units.available_permits(), 4);
        assert!(!held.try_extend(&[3; 6 * UNIT]), "no room, and no waiting");
        assert_eq!(held.as_slice().len(), 3 * UNIT);
        drop(held);
        assert_eq!(budget.units.available_permits(), 8);
    }

    #[derive(Debug, Clone, Copy)]
    enum Move {
        Reserve(usize),
        Extend(usize, usize),
        Drop(usize),
    }

    fn some_move() -> impl Strategy<Value = Move> {
        prop_oneof![
            (0..20 * UNIT).prop_map(Move::Reserve),
            (0..8_usize, 0..9 * UNIT).prop_map(|(which, more)| Move::Extend(which, more)),
            (0..8_usize).prop_map(Move::Drop),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_unit_is_lost_or_invented(moves in proptest::collection::vec(some_move(), 0..60)) {
            const ALL: usize = 64;
            let budget = ByteBudget::new(ALL * UNIT);
            let mut held: Vec<Held> = Vec::new();
            for step in moves {
                match step {
                    // One that would have to wait is given up, which must cost nothing.
                    Move::Reserve(bytes) => held.extend(budget.reserve(bytes).now_or_never()),
                    Move::Extend(which, more) => {
                        if let Some(one) = held.get_mut(which) {
                            let before = one.as_slice().len();
                            let grew = one.try_extend(&vec![7; more]);
                            let expected = before + if grew { more } else { 0 };
                            prop_assert_eq!(one.as_slice().len(), expected);
                        }
                    }
                    Move::Drop(which) if which < held.len() => drop(held.swap_remove(which)),
                    Move::Drop(_) => {}
                }
                let taken: usize = held.iter().map(|one| one.n_units() as usize).sum();
                prop_assert_eq!(taken + budget.units.available_permits(), ALL);
                for one in &held {
                    prop_assert!(one.as_slice().len() <= one.n_units() as usize * UNIT);
                }
            }
            drop(held);
            prop_assert_eq!(budget.units.available_permits(), ALL);
        }
    }
}
