//! How a run is asked to end before its end.

use std::time::Duration;
use tokio::sync::watch;

/// What is in flight when a run is asked to end has this long to arrive.
const GRACE: Duration = Duration::from_secs(4);

/// How far the wish to end has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    GoOn,
    Drain,
    AtOnce,
}

/// Asks a run to end: gently, then at once.
#[derive(Debug)]
pub struct Stopper {
    wish: watch::Sender<Wish>,
}

/// The run's ear for it.
#[derive(Debug, Clone)]
pub struct Stop {
    wish: watch::Receiver<Wish>,
}

impl Stopper {
    /// A stopper, and what it stops.
    pub fn new() -> (Self, Stop) {
        let (tx, rx) = watch::channel(Wish::GoOn);
        (Self { wish: tx }, Stop { wish: rx })
    }

    /// The first call lets what is in flight arrive; the second does not.
    /// Says whether it was the first.
    pub fn stop(&self) -> bool {
        let mut first = false;
        self.wish.send_modify(|wish| {
            first = *wish == Wish::GoOn;
            *wish = if first { Wish::Drain } else { Wish::AtOnce };
        });
        first
    }
}

impl Stop {
    /// Whether the run was asked to end.
    pub(crate) fn is_asked(&self) -> bool {
        *self.wish.borrow() > Wish::GoOn
    }

    /// Waits until the run is asked to end.
    pub async fn asked(&mut self) {
        if self.wish.wait_for(|wish| *wish > Wish::GoOn).await.is_err() {
            // Nobody can ask any more.
            std::future::pending::<()>().await;
        }
    }

    /// Waits until what is in flight shall be given up: at once on the second
    /// wish, after a grace on the first.
    pub(crate) async fn grace_over(&mut self) {
        self.asked().await;
        let at_once = self.wish.wait_for(|wish| *wish == Wish::AtOnce);
        let _ = tokio::time::timeout(GRACE, at_once).await;
    }
}
