//! A task that does nothing but look at the clock, and at the run: how late it
//! is woken is how long the event loop was kept from whatever else was due.

use super::Watch;
use silverprint_core::Source;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

/// The distance of two beats. Short against any run, and long against what one
/// takes, some microseconds.
const EVERY: Duration = Duration::from_millis(5);

/// Beats until it is dropped.
#[derive(Debug)]
pub(crate) struct Heartbeat(JoinHandle<()>);

impl Heartbeat {
    pub(crate) fn start(watch: Arc<Watch>, source: Arc<dyn Source>) -> Self {
        Self(tokio::spawn(async move {
            loop {
                let due = Instant::now() + EVERY;
                sleep_until(due).await;
                let now = Instant::now();
                watch.beat(now.into_std(), now - due, source.as_ref());
            }
        }))
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.0.abort();
    }
}
