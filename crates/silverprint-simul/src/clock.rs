//! The exhibition's clock: tokio's virtual one, at two ticks a millisecond. At
//! the first tick boards and masters say what is done; at the second, when all
//! of them have, masters choose where to go. So nothing depends on who of those
//! that are done in the same millisecond is heard first: the clock goes on only
//! when nobody has anything left to do.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Milliseconds since the exhibition began.
pub(crate) type Moment = u64;

const TICKS: u64 = 2;

#[derive(Debug)]
pub(crate) struct Clock {
    began: Instant,
}

impl Clock {
    /// From now on. The runtime's clock must be a paused one.
    pub(crate) fn start() -> Self {
        Self { began: Instant::now() }
    }

    pub(crate) fn now(&self) -> Moment {
        self.ticks() / TICKS
    }

    /// Waits for so long from now.
    pub(crate) async fn pass(&self, time: Moment) {
        self.tick((self.now() + time) * TICKS).await;
    }

    /// Waits until everybody who has something to say at this moment has said it.
    pub(crate) async fn all_said(&self) {
        self.tick(self.now() * TICKS + 1).await;
    }

    fn ticks(&self) -> u64 {
        let ticks = self.began.elapsed().as_millis();
        u64::try_from(ticks).expect("no exhibition lasts that long")
    }

    async fn tick(&self, tick: u64) {
        sleep_until(self.began + Duration::from_millis(tick)).await;
    }
}

/// A time as the clock counts it.
pub(crate) fn moment(time: Duration) -> Moment {
    u64::try_from(time.as_millis()).expect("no time in an exhibition is that long")
}
