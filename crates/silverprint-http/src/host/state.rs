//! What a gate knows of its host, and what it makes of what happens: no
//! waiting, and no clock but the moments that it is told.

use crate::level::{Level, Meant};
use crate::policy::{Backoff, Policy};
use crate::rate::Rate;
use crate::trouble::Refusal;
use crate::usual::Usual;
use std::time::Duration;
use tokio::time::Instant;

/// The retry budget, after the AWS SDKs' own: the bucket is full at first, a
/// retry costs five, a success brings one back.
const BUDGET: u32 = 500;
const RETRY_COST: u32 = 5;
/// A probe that is not answered for so long holds nobody up any more: another
/// one goes. It may have met a stall of its own.
const PROBE_WITHIN: Duration = Duration::from_secs(1);

/// What a gate knows of its host.
#[derive(Debug)]
pub(super) struct State {
    backoff: Backoff,
    patience: Duration,
    pub(super) level: Level,
    pub(super) rate: Rate,
    pub(super) usual: Usual,
    /// Places there are, taken and free: the level's limit, or more while
    /// those who hold a place too many have not ended.
    pub(super) n_places: usize,
    /// Requests that were sent and have not ended.
    pub(super) under_way: usize,
    /// Nothing is sent before.
    pub(super) not_before: Option<Instant>,
    /// Why, as it was last told.
    pub(super) why_paused: String,
    after_pause: AfterPause,
    /// The host itself said for how long.
    is_pause_asked: bool,
    /// How often the host was paused; tells who was sent before a pause.
    pub(super) pauses: u64,
    /// Something was served that was asked for since the last pause.
    has_served: bool,
    /// Pauses in a row; a good answer ends the row.
    pub(super) refusals: u32,
    /// Since when there was no good answer; moved on by what it asked for that is
    /// longer than any pause of our own.
    refusing_since: Option<Instant>,
    /// Since when there was no answer at all, nor a connection.
    pub(super) unreachable_since: Option<Instant>,
    /// Why the host is given up.
    pub(super) verdict: Option<String>,
    pub(super) n_good: u64,
    budget: u32,
}

/// What the next one finds when no pause goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AfterPause {
    /// The host answers.
    Open,
    /// Nobody was sent since the pause.
    Unknown,
    /// One was sent then, and is not answered yet.
    Probed(Instant),
}

/// What one finds at the gate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Door {
    Open { pauses: u64 },
    Shut { until: Instant },
    Closed { verdict: String },
}

impl State {
    pub(super) fn new(policy: &Policy) -> Self {
        let level = Level::new(policy.connections);
        let n_places = level.limit();
        Self {
            backoff: policy.backoff,
            patience: policy.patience,
            level,
            rate: Rate::new(),
            usual: Usual::default(),
            n_places,
            under_way: 0,
            not_before: None,
            why_paused: String::new(),
            after_pause: AfterPause::Open,
            is_pause_asked: false,
            pauses: 0,
            has_served: true,
            refusals: 0,
            refusing_since: None,
            unreachable_since: None,
            verdict: None,
            n_good: 0,
            budget: BUDGET,
        }
    }

    /// What one finds who wants to pass. Who comes first after a pause is the
    /// probe by that.
    pub(super) fn door(&mut self, now: Instant) -> Door {
        let until = match (self.not_before, self.after_pause) {
            (Some(until), _) if until > now => until,
            (_, AfterPause::Probed(at)) if at + PROBE_WITHIN > now => at + PROBE_WITHIN,
            (_, AfterPause::Open) => return Door::Open { pauses: self.pauses },
            (_, AfterPause::Unknown | AfterPause::Probed(_)) => {
                self.after_pause = AfterPause::Probed(now);
                return Door::Open { pauses: self.pauses };
            }
        };
        match &self.verdict {
            Some(verdict) => Door::Closed { verdict: verdict.clone() },
            None => Door::Shut { until },
        }
    }

    /// Whether a pause goes on, or what it led to is not known yet.
    pub(super) fn is_shut(&self, now: Instant) -> bool {
        self.not_before.is_some_and(|until| until > now) || self.after_pause != AfterPause::Open
    }

    /// A request is sent.
    pub(super) fn begin(&mut self, now: Instant) {
        self.under_way += 1;
        self.level.began(now, self.under_way);
        self.rate.began(now);
    }

    /// A request was answered that was sent after so many pauses. Says whether
    /// that opens the gate.
    pub(super) fn answered(&mut self, pauses: u64) -> bool {
        let opens = pauses == self.pauses && self.after_pause != AfterPause::Open;
        if opens {
            self.after_pause = AfterPause::Open;
        }
        opens
    }

    /// A request ended well. Says whether that ends the pause: the others that
    /// were under way with the one that was refused are served, so it was that
    /// address's own affair, and the host asked for no pause.
    pub(super) fn succeeded(&mut self, now: Instant, bytes: u64, pauses: u64) -> bool {
        let before_pause = pauses < self.pauses;
        self.has_served |= !before_pause;
        self.rate.succeeded(now);
        let is_lifted = self.level.succeeded(now, bytes, before_pause) && !self.is_pause_asked;
        if is_lifted {
            self.not_before = None;
            self.after_pause = AfterPause::Open;
        }
        is_lifted
    }

    /// The host refused a request that was sent after so many pauses. Says how
    /// long it is paused from now on, unless it was so already.
    pub(super) fn refused(
        &mut self,
        now: Instant,
        pauses: u64,
        (why, asked): (Refusal, Option<Duration>),
        of: (&str, &str),
    ) -> Option<Duration> {
        let is_first = pauses == self.pauses;
        if why == Refusal::Unreachable {
            self.unreachable_since.get_or_insert(now);
        }
        if is_first {
            // Who is refused alone waits alone, unless the host says how long.
            let asked = asked.filter(|asked| !asked.is_zero());
            if self.blame(now, why, asked) == Meant::One {
                return None;
            }
            self.begin_pause(now, of);
            self.is_pause_asked = false;
        } else if self.level.refused_again() && why == Refusal::TooMany {
            self.rate.learn();
        }
        self.is_pause_asked |= asked.is_some_and(|asked| !asked.is_zero());
        // A host that names no time, or none to speak of, is given a longer
        // and longer one. Those who are refused with the first lengthen the
        // pause only where the host itself named a time.
        let pause = match asked {
            Some(asked) if !is_first => asked,
            None if !is_first => return None,
            asked => asked.unwrap_or_default().max(self.backoff.delay(self.refusals)),
        };
        self.pause(now, pause)
    }

    /// What the host refuses for: too many at once, or too many a second where
    /// that is known. While it serves nothing at all it is neither.
    fn blame(&mut self, now: Instant, why: Refusal, asked: Option<Duration>) -> Meant {
        let is_too_many = why == Refusal::TooMany;
        if self.has_served && self.rate.is_known() && is_too_many {
            self.has_served = false;
            self.rate.refused(now);
            return Meant::All;
        }
        if !self.has_served {
            self.rate.paused(now);
            return Meant::All;
        }
        let meant = self.level.refused(now, self.under_way.saturating_sub(1), asked);
        if meant != Meant::One {
            self.has_served = false;
            self.rate.paused(now);
        }
        if meant == Meant::All && is_too_many {
            self.rate.learn();
        }
        meant
    }

    /// The gate's own pause, where a retry is not to be paid for.
    pub(super) fn pause_itself(
        &mut self,
        now: Instant,
        host: &str,
        reason: &str,
    ) -> Option<Duration> {
        // It waits already: that is enough for all.
        if self.not_before.is_some_and(|until| until > now) {
            return None;
        }
        self.rate.paused(now);
        self.begin_pause(now, (host, reason));
        self.is_pause_asked = true;
        let pause = self.backoff.delay(self.refusals);
        self.pause(now, pause)
    }

    fn begin_pause(&mut self, now: Instant, (host, reason): (&str, &str)) {
        self.pauses += 1;
        self.refusals += 1;
        self.after_pause = AfterPause::Unknown;
        let since = *self.refusing_since.get_or_insert(now);
        let refusing = now.saturating_duration_since(since);
        if refusing > self.patience {
            let minutes = refusing.as_secs_f32() / 60.0;
            let verdict =
                format!("{host} is given up: {reason}, no good answer in {minutes:.1} minutes");
            self.verdict = Some(verdict);
        }
    }

    fn pause(&mut self, now: Instant, pause: Duration) -> Option<Duration> {
        let until = now + pause;
        let is_longer = self.not_before.is_none_or(|other| until > other);
        is_longer.then(|| {
            // A host that asks for an hour, and gets it, has not refused for an
            // hour: no pause counts for more than the longest of our own.
            let counts = (now + self.backoff.longest).max(self.not_before.unwrap_or(now));
            if let Some(since) = &mut self.refusing_since {
                *since += until.saturating_duration_since(counts);
            }
            self.not_before = Some(until);
            pause
        })
    }

    /// A request ended that was sent after so many pauses, well or not. Says
    /// whether those who wait are to look: a probe that ended without an answer
    /// makes room for another.
    pub(super) fn ended(&mut self, now: Instant, pauses: u64) -> bool {
        self.under_way -= 1;
        self.level.ended(now, self.under_way);
        let is_probe = pauses == self.pauses && matches!(self.after_pause, AfterPause::Probed(_));
        if is_probe {
            self.after_pause = AfterPause::Unknown;
        }
        is_probe
    }

    pub(super) fn has_budget(&self) -> bool {
        self.budget >= RETRY_COST
    }

    pub(super) fn pay_for_retry(&mut self) -> bool {
        let left = self.budget.checked_sub(RETRY_COST);
        self.budget = left.unwrap_or(self.budget);
        left.is_some()
    }

    pub(super) fn credit(&mut self) {
        self.refusals = 0;
        self.refusing_since = None;
        self.verdict = None;
        self.n_good += 1;
        self.budget = (self.budget + 1).min(BUDGET);
    }
}
