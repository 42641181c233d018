//! Memory for bodies is bounded: bytes carry the permit that allows them, and
//! dropping them frees it. So a run needs as much memory for a million photos
//! as for a thousand.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What the pictures of all downloads may take together: room for a dozen
/// large originals or hundreds of web copies, and a third of the 200 MiB that
/// a run may take in all.
pub(crate) const BUDGET: usize = 64 << 20;

/// A semaphore counts at most `u32::MAX`: so it counts in KiB.
const UNIT: usize = 1 << 10;

/// All the memory that bodies may take.
#[derive(Debug, Clone)]
pub(crate) struct ByteBudget {
    units: Arc<Semaphore>,
}

impl ByteBudget {
    pub(crate) fn new(bytes: usize) -> Self {
        Self { units: Arc::new(Semaphore::new(bytes / UNIT)) }
    }

    /// Waits until there is room for so many bytes.
    pub(crate) async fn reserve(&self, bytes: usize) -> Held {
        let units = Arc::clone(&self.units).acquire_many_owned(units(bytes)).await;
        let permit = units.expect("the budget is never closed");
        Held { bytes: Vec::with_capacity(bytes), permit, budget: self.clone() }
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
            self.bytes.reserve_exact(target - self.bytes.len());
        }
        self.bytes.extend_from_slice(more);
        true
    }

    fn n_units(&self) -> u32 {
        u32::try_from(self.permit.num_permits()).expect("it was acquired as a u32")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
