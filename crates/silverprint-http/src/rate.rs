//! How many requests a second does a host take that refuses what is too much
//! and tells nobody where that begins? Like `level`, one controller's decision
//! with no clock of its own and no I/O, so that it can be tested by numbers.
//!
//! Fewer connections are no answer to such a host: one connection to a near
//! host sends a thousand requests a second. So the rate itself is learned:
//!
//! ```text
//! Unknown ─refused, surely─→ Opening ─refused─→ Known ─refused─→ Known, a bit lower
//!    ↑                          │                 │
//!    └── served as before, ─────┘                 │
//!    │   and nothing refused                      │
//!    └── twice what was refused is served, or ────┘
//!        going slower does not help
//! ```
//!
//! * **Opening**: from half of what was served, doubling each second;
//! * **Known**: a cubic curve, after TCP CUBIC and the AWS SDKs' adaptive mode:
//!   from a step under the rate that was refused it soon comes near, creeps
//!   past, and only then looks further and further up.

use std::time::Duration;
use tokio::time::Instant;

/// What was served is counted over this long.
const WINDOW: Duration = Duration::from_millis(500);
/// A host that has just begun is taken to have served for at least so long.
const LEAST_WINDOW: Duration = Duration::from_millis(100);
/// Doubling is told late: a host with a tenth of a second in hand refuses when
/// this part of the rate is about what it takes.
const OVERSHOT: f64 = 0.75;
/// Or else no more was asked of it than could be sent: then what was served is
/// about what it takes, give or take as much; and never less than this part of
/// the rate.
const UNSURE: f64 = 1.25;
const LEAST_OF: f64 = 0.25;
/// No host is taken to be slower than this many a second.
const SLOWEST: f64 = 0.5;
/// So far below what was refused it goes on.
const STEP: f64 = 0.15;
/// After so long it is back there.
const BACK_AFTER: Duration = Duration::from_secs(20);
/// From here on it is "there", and a refusal says nothing new.
const THERE: f64 = 0.97;
/// Refused so much more often before it was there: it is not the rate.
const STRIKES: u32 = 5;
/// Doubling ends here, as a multiple of what was served: far enough that a host
/// with a second in hand has refused by then.
const OPENED: f64 = 4.0;
/// No rate is wanted that goes further beyond what was refused.
const BEYOND: f64 = 2.0;
/// So much more served than was ever refused: the limit has gone.
const NO_LIMIT: f64 = 1.5;

/// The requests a second that a host takes, as far as it is known.
#[derive(Debug)]
pub(crate) struct Rate {
    phase: Phase,
    /// When the window began: with the first request after a pause, unless the
    /// pause came so soon that it is a part of it.
    opened: Option<Instant>,
    served: u32,
    /// Served a second, in the last window.
    seen: f64,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Unknown,
    /// Doubling from half of what was `seen`.
    Opening {
        seen: f64,
        since: Option<Instant>,
    },
    /// What was refused, as requests a second; since when it goes on; how much
    /// more often it was refused below that than there.
    Known {
        refused: f64,
        since: Option<Instant>,
        strikes: u32,
    },
}

impl Rate {
    pub(crate) fn new() -> Self {
        Self { phase: Phase::Unknown, opened: None, served: 0, seen: 0.0 }
    }

    /// Requests a second that may be sent now; none where no limit is known.
    pub(crate) fn per_second(&self, now: Instant) -> Option<f64> {
        let elapsed = |since: Option<Instant>| since.map_or(Duration::ZERO, |since| now - since);
        match self.phase {
            Phase::Unknown => None,
            Phase::Opening { seen, since } => {
                let doubled = elapsed(since).as_secs_f64().exp2() / 2.0;
                Some(seen * doubled.min(OPENED))
            }
            Phase::Known { refused, since, .. } => {
                let way = elapsed(since).div_duration_f64(BACK_AFTER) - 1.0;
                Some(refused * (1.0 + STEP * way.powi(3)).min(BEYOND))
            }
        }
    }

    /// Whether a limit was met: then it is to blame when the host refuses.
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.phase, Phase::Unknown)
    }

    /// A request is sent.
    pub(crate) fn began(&mut self, now: Instant) {
        self.opened.get_or_insert(now);
        let is_at = |rate: &Self, end: f64| {
            rate.per_second(now).is_some_and(|per_second| per_second >= end)
        };
        match &mut self.phase {
            Phase::Unknown => {}
            Phase::Opening { since, .. } | Phase::Known { since, .. } => {
                since.get_or_insert(now);
            }
        }
        let has_no_limit = match self.phase {
            Phase::Unknown => false,
            Phase::Opening { seen, .. } => is_at(self, seen * OPENED) && self.seen >= seen,
            Phase::Known { refused, .. } => {
                is_at(self, refused * BEYOND) && self.seen >= refused * NO_LIMIT
            }
        };
        if has_no_limit {
            self.phase = Phase::Unknown;
        }
    }

    /// A request ended well.
    pub(crate) fn succeeded(&mut self, now: Instant) {
        self.served += 1;
        self.close_window(now, WINDOW);
    }

    /// The host is paused. What it has served up to now is looked at, if there
    /// is enough of it.
    pub(crate) fn paused(&mut self, now: Instant) {
        let least = if self.seen > 0.0 { WINDOW / 2 } else { Duration::ZERO };
        if self.close_window(now, least) {
            self.opened = None;
        }
    }

    /// The host refused, and surely not for the address's sake: what it served
    /// is all that is known.
    pub(crate) fn learn(&mut self) {
        if self.seen > 0.0 {
            self.phase = Phase::Opening { seen: self.seen.max(SLOWEST), since: None };
        }
    }

    /// It turned out that single addresses are refused: it is not the rate.
    pub(crate) fn forget(&mut self) {
        self.phase = Phase::Unknown;
    }

    /// It refused though the rate is known: a bit lower.
    pub(crate) fn refused(&mut self, now: Instant) {
        self.paused(now);
        let Some(per_second) = self.per_second(now) else { return };
        let known = |refused, strikes| Phase::Known { refused, since: None, strikes };
        self.phase = match self.phase {
            Phase::Unknown => return,
            Phase::Opening { .. } => {
                let (least, most) = (per_second * LEAST_OF, per_second * OVERSHOT);
                known((self.seen * UNSURE).clamp(least, most), 0)
            }
            Phase::Known { refused, strikes, .. } if per_second >= refused * THERE => {
                known(refused.max(per_second), strikes.saturating_sub(1))
            }
            // Going slower does not help: single addresses are refused, or it
            // has become another host.
            Phase::Known { strikes, .. } if strikes + 1 >= STRIKES => Phase::Unknown,
            Phase::Known { strikes, .. } => known(per_second, strikes + 1),
        };
    }

    /// Ends the window, if it was at least so long; says whether it was.
    fn close_window(&mut self, now: Instant, least: Duration) -> bool {
        let Some(opened) = self.opened else { return false };
        let elapsed = now - opened;
        let is_over = elapsed >= least;
        if is_over {
            self.seen = f64::from(self.served) / elapsed.max(LEAST_WINDOW).as_secs_f64();
            self.opened = Some(now);
            self.served = 0;
        }
        is_over
    }
}

#[cfg(test)]
mod tests;
