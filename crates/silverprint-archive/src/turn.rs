//! Whether photos are on their way together, or each waits for its turn.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How photos follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// As many at once as hosts, memory, cores and disk bear.
    #[default]
    Together,
    /// Each begins when the one before is fetched, stored and committed; and so
    /// with the pages of the listing. To see what that costs.
    OneByOne,
}

/// Whoever has it has the turn. Where all go together everybody has it.
#[derive(Debug, Clone)]
pub(crate) struct Baton(Option<Arc<Semaphore>>);

impl Baton {
    pub(crate) fn of(turn: Turn) -> Self {
        Self(match turn {
            Turn::Together => None,
            Turn::OneByOne => Some(Arc::new(Semaphore::new(1))),
        })
    }

    /// Waits for the turn, which ends when the value is dropped.
    pub(crate) async fn take(&self) -> Option<OwnedSemaphorePermit> {
        let baton = Arc::clone(self.0.as_ref()?);
        Some(baton.acquire_owned().await.expect("a baton is never closed"))
    }

    pub(crate) fn turn(&self) -> Turn {
        if self.0.is_some() { Turn::OneByOne } else { Turn::Together }
    }
}
