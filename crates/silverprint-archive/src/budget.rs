//! Memory for bodies is bounded: bytes carry the permit that allows them, and
//! dropping them frees it; their buffer serves the next ones. So a run needs as
//! much memory for a million photos as for a thousand.

use crate::buffer::{Buffer, Buffers};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What the pictures of all downloads may take together: room for a dozen
/// large originals or hundreds of web copies. With the buffers that are kept it
/// is less than a third of the 200 MiB that a run may take in all.
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
            // The others are not to wait while it is copied.
            let mut larger = self.budget.buffers().take(room(target));
            larger.extend(self.buffer.as_slice());
            let outgrown = std::mem::replace(&mut self.buffer, larger);
            self.budget.buffers().put_back(outgrown);
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

    /// In pieces that are large enough for their buffers to be kept.
    const PIECE: usize = 64 * UNIT;

    #[tokio::test]
    async fn what_a_body_has_outgrown_is_kept_only_within_the_bound() {
        const ALL: usize = 64 * PIECE;
        let budget = ByteBudget::new(ALL);
        let _other = budget.reserve(16 * PIECE).await;
        let mut grows = budget.reserve(24 * PIECE).await;
        assert!(grows.try_extend(&vec![1; 24 * PIECE]));
        assert!(grows.try_extend(&[2]), "there is room for twice as much");
        assert!(budget.buffers().are_within(ALL));
        assert_eq!(grows.as_slice().len(), 24 * PIECE + 1);
    }

    #[derive(Debug, Clone, Copy)]
    enum Move {
        Reserve(usize),
        Extend(usize, usize),
        Drop(usize),
    }

    fn some_move() -> impl Strategy<Value = Move> {
        prop_oneof![
            (0..20 * PIECE).prop_map(Move::Reserve),
            (0..8_usize, 0..9 * PIECE).prop_map(|(which, more)| Move::Extend(which, more)),
            (0..8_usize).prop_map(Move::Drop),
        ]
    }

    fn is_all(bytes: &[u8], body: u8) -> bool {
        bytes.iter().all(|byte| *byte == body)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_unit_is_lost_or_invented_and_no_body_is_in_anothers_memory(
            moves in proptest::collection::vec(some_move(), 0..60),
        ) {
            const ALL: usize = 64 * PIECE;
            let budget = ByteBudget::new(ALL);
            let mut held: Vec<(u8, Held)> = Vec::new();
            for (body, step) in (0_u8..).zip(moves) {
                match step {
                    // One that would have to wait is given up, which must cost nothing.
                    Move::Reserve(bytes) => {
                        held.extend(budget.reserve(bytes).now_or_never().map(|one| (body, one)));
                    }
                    Move::Extend(which, more) => {
                        if let Some((body, one)) = held.get_mut(which) {
                            let before = one.as_slice().len();
                            let grew = one.try_extend(&vec![*body; more]);
                            let expected = before + if grew { more } else { 0 };
                            prop_assert_eq!(one.as_slice().len(), expected);
                        }
                    }
                    Move::Drop(which) if which < held.len() => {
                        let (body, one) = held.swap_remove(which);
                        prop_assert!(is_all(one.as_slice(), body));
                    }
                    Move::Drop(_) => {}
                }
                let taken: usize = held.iter().map(|(_, one)| room(one.n_units())).sum();
                prop_assert_eq!(taken + budget.units.available_permits() * UNIT, ALL);
                for (_, one) in &held {
                    prop_assert!(one.as_slice().len() <= room(one.n_units()));
                }
                prop_assert!(budget.buffers().are_within(ALL));
            }
            for (body, one) in held {
                prop_assert!(is_all(one.as_slice(), body));
            }
            prop_assert_eq!(budget.units.available_permits() * UNIT, ALL);
            prop_assert!(budget.buffers().are_within(ALL));
        }
    }
}
