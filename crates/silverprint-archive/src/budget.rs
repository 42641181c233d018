//! Memory for bodies is bounded: bytes carry the permit that allows them, and
//! dropping them frees it. So a run needs as much memory for a million photos
//! as for a thousand.

use crate::buffer::{Buffer, Buffers};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What the pictures of all downloads may take together: room for a dozen
/// large originals or hundreds of web copies, and a quarter of the 200 MiB that
/// a run may take in all.
pub(crate) const BUDGET: usize = 48 << 20;

/// A semaphore counts at most `u32::MAX`: so it counts in KiB.
const UNIT: usize = 1 << 10;

/// All the memory that bodies may take.
#[derive(Debug, Clone)]
pub(crate) struct ByteBudget {
    units: Arc<Semaphore>,
    buffers: Arc<Mutex<Buffers>>,
}

impl ByteBudget {
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            units: Arc::new(Semaphore::new(bytes / UNIT)),
            buffers: Arc::new(Mutex::new(Buffers::new(bytes))),
        }
    }

    /// Waits until there is room for so many bytes.
    pub(crate) async fn reserve(&self, bytes: usize) -> Held {
        let units = units(bytes);
        let permit = Arc::clone(&self.units).acquire_many_owned(units).await;
        let permit = permit.expect("the budget is never closed");
        Held { buffer: self.buffers().take(room(units)), permit, budget: self.clone() }
    }

    fn buffers(&self) -> MutexGuard<'_, Buffers> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).expect("a body in memory is at most 32 MiB")
}

fn room(units: u32) -> usize {
    units as usize * UNIT
}

/// Bytes, and the right to hold them.
#[derive(Debug)]
pub(crate) struct Held {
    buffer: Buffer,
    permit: OwnedSemaphorePermit,
    budget: ByteBudget,
}

impl Held {
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.buffer.as_slice()
    }

    /// Appends, if there is room without waiting. Who holds memory never waits
    /// for more: downloads would wait for each other for ever.
    pub(crate) fn try_extend(&mut self, more: &[u8]) -> bool {
        let length = self.as_slice().len();
        let needed = length + more.len();
        if needed > room(self.n_units()) {
            let target = units(needed.max(length * 2));
            let extra = target - self.n_units();
            let Ok(extra) = Arc::clone(&self.budget.units).try_acquire_many_owned(extra) else {
                return false;
            };
            self.permit.merge(extra);
            let mut buffers = self.budget.buffers();
            let mut larger = buffers.take(room(target));
            larger.extend(self.buffer.as_slice());
            buffers.put_back(std::mem::replace(&mut self.buffer, larger));
        }
        self.buffer.extend(more);
        true
    }

    fn n_units(&self) -> u32 {
        u32::try_from(self.permit.num_permits()).expect("it was acquired as a u32")
    }
}

impl Drop for Held {
    /// The buffer first: who waits for the permit takes it from there.
    fn drop(&mut self) {
        self.budget.buffers().put_back(std::mem::take(&mut self.buffer));
    }
}

/// So that a `Bytes` can be made of them without a copy.
impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
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
