//! How many requests at once? One controller's decision, made from what came
//! through: no clock of its own, no I/O, so that it can be tested by numbers.
//!
//! It opens by doubling while throughput follows, goes back where a doubling
//! brought nothing, then holds, and now and then tries a few more; a host that
//! refuses halves it, unless it refused few addresses only, and served the others.

use std::num::NonZeroUsize;
use std::time::Duration;
use tokio::time::Instant;

/// Where a host starts: more than a browser's six, far from the usual ceiling. Who allows
/// more than that one has a third of it opened at once…
const START: usize = 8;
const STARTS_AT_A: usize = 3;
/// …but not any number.
const MOST_AT_START: usize = 32;
/// A window is judged after at least this long…
const WINDOW: Duration = Duration::from_millis(250);
/// …and at least this many finished requests for each allowed one.
const PER_PERMIT: usize = 2;
/// While it opens, each allowed one need only have come through once: over a
/// long line the doublings are most of a short run.
const OPENING_WINDOW: Duration = Duration::from_millis(40);
/// A request counts like this many bytes, so that a host of small answers is
/// judged by its requests and one of pictures by its bytes.
const REQUEST_WEIGHT: u64 = 8 << 10;
/// Doubling goes on while it brings at least this much more.
const WORTH_DOUBLING: f64 = 1.15;
/// A step up is kept where it brings at least this much more.
const WORTH_A_STEP: f64 = 1.03;
/// Windows to hold after a step that brought nothing, and after a refusal.
const HOLD: u32 = 8;
/// With fewer others under way, a refusal cannot be told from one address's own.
const LEAST_OTHERS: usize = 4;
/// Addresses that are refused for their own sake are fewer than one in so many
/// of the last answers…
const FEW_OF: u32 = 8;
/// …of which so many are remembered…
const REMEMBERED: u32 = u64::BITS;
/// …and so many good ones are taken for granted before the first.
const GRANTED: u32 = 32;

/// Whom a refusal is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    /// The one address: nothing changes for others.
    One,
    /// Nobody knows yet: the others under way will show it.
    Unsure,
    /// All.
    All,
}

/// The number of requests allowed at once, and why it may change.
#[derive(Debug)]
pub(crate) struct Level {
    limit: usize,
    ceiling: usize,
    phase: Phase,
    /// Weighted bytes a second of the last window, the measure to beat.
    best: f64,
    /// When the window began; moved on by whatever time nothing was under way.
    opened: Option<Instant>,
    idle_since: Option<Instant>,
    finished: usize,
    weight: u64,
    /// Whether all permits were out at some time in this window; if not, more
    /// of them would change nothing.
    saturated: bool,
    doubt: Option<Doubt>,
    /// The last answers, the newest in the lowest bit: 1 for a refusal.
    answers: u64,
    n_answers: u32,
}

/// A refusal that may be one address's affair: what was before it, and what
/// became of the others that were under way.
#[derive(Debug)]
struct Doubt {
    limit: usize,
    phase: Phase,
    best: f64,
    others: usize,
    /// Of the others.
    served: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Doubling; the limit before the last one.
    Opening(usize),
    /// The last doubling seems to have brought nothing: windows are short, and new
    /// connections are slow at first, so it is looked at once more. The limit to go back to.
    Doubting(usize),
    /// Holding for so many windows more.
    Holding(u32),
    /// A step up is under trial; the limit to go back to.
    Trying(usize),
}

impl Level {
    pub(crate) fn new(ceiling: NonZeroUsize) -> Self {
        let ceiling = ceiling.get();
        let start = (ceiling / STARTS_AT_A).clamp(START, MOST_AT_START).min(ceiling);
        Self {
            limit: start,
            ceiling,
            phase: Phase::Opening(start),
            best: 0.0,
            opened: None,
            idle_since: None,
            finished: 0,
            weight: 0,
            saturated: false,
            doubt: None,
            answers: 0,
            n_answers: GRANTED,
        }
    }

    /// How many requests may be under way now.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Whether that is as many as may ever be.
    pub(crate) fn is_at_ceiling(&self) -> bool {
        self.limit >= self.ceiling
    }

    /// A request begins; `under_way` counts it.
    pub(crate) fn began(&mut self, now: Instant, under_way: usize) {
        let opened = self.opened.get_or_insert(now);
        // Pauses, and times without work, say nothing about the host.
        if let Some(idle_since) = self.idle_since.take() {
            *opened += now - idle_since.max(*opened);
        }
        self.saturated |= under_way >= self.limit;
    }

    /// A request ended, well or not; `under_way` are left.
    pub(crate) fn ended(&mut self, now: Instant, under_way: usize) {
        if under_way == 0 {
            self.idle_since = Some(now);
        }
    }

    /// A request ended well with a body of so many bytes; `before_pause` if it
    /// was under way when the host last refused. Says whether that refusal has
    /// turned out by this to be an address's own affair.
    pub(crate) fn succeeded(&mut self, now: Instant, bytes: u64, before_pause: bool) -> bool {
        self.remember(0);
        let is_forgiven = before_pause && self.others_served();
        self.finished += 1;
        self.weight += bytes + REQUEST_WEIGHT;
        let Some(opened) = self.opened else { return is_forgiven };
        let elapsed = now - opened;
        let (window, per_permit) = self.phase.window();
        // Requests that began together end together: only whole rounds of them
        // say how fast they come.
        let is_whole = self.finished.is_multiple_of(self.limit);
        if is_whole && elapsed >= window && self.finished >= per_permit * self.limit {
            #[expect(clippy::cast_precision_loss, reason = "a rate needs no 53 bits")]
            let rate = self.weight as f64 / elapsed.as_secs_f64();
            self.judge(rate);
            self.restart_window(now);
        }
        is_forgiven
    }

    /// The host refused (429, 503) while so many others were under way: half as
    /// many, and no more for a while, unless it was but one address. A host that
    /// `asked` to be left alone for a time speaks of itself.
    pub(crate) fn refused(
        &mut self,
        now: Instant,
        others: usize,
        asked: Option<Duration>,
    ) -> Meant {
        self.remember(1);
        let meant = match (self.are_few(others), others >= LEAST_OTHERS, asked) {
            (true, true, _) => Meant::Unsure,
            (true, false, None) => return Meant::One,
            _ => Meant::All,
        };
        let Self { limit, phase, best, .. } = *self;
        let doubt = Doubt { limit, phase, best, others, served: 0 };
        self.doubt = (meant == Meant::Unsure).then_some(doubt);
        self.limit = (limit / 2).max(1);
        self.phase = Phase::Holding(self.hold());
        self.best = 0.0;
        self.restart_window(now);
        meant
    }

    /// It refused another of those. If it does so to more than one in
    /// [`FEW_OF`], it means all; says whether that has become sure by this.
    pub(crate) fn refused_again(&mut self) -> bool {
        self.remember(1);
        let Some(others) = self.doubt.as_ref().map(|doubt| doubt.others) else { return false };
        let means_all = !self.are_few(others);
        if means_all {
            self.doubt = None;
        }
        means_all
    }

    fn remember(&mut self, refusal: u64) {
        self.answers = self.answers << 1 | refusal;
        self.n_answers = (self.n_answers + 1).min(REMEMBERED);
    }

    /// Whether so few of the last answers, and of the others under way, are
    /// refusals that each is its address's own.
    fn are_few(&self, others: usize) -> bool {
        let of = self.n_answers + u32::try_from(others).unwrap_or(u32::MAX / 2);
        self.answers.count_ones() * FEW_OF <= of
    }

    /// It served one of those. Once that is true of most, it was the address.
    fn others_served(&mut self) -> bool {
        let Some(doubt) = &mut self.doubt else { return false };
        doubt.served += 1;
        if doubt.served <= doubt.others / 2 {
            return false;
        }
        let (limit, phase, best) = (doubt.limit, doubt.phase, doubt.best);
        let others = doubt.others - doubt.served;
        self.doubt = None;
        let was_address = self.are_few(others);
        if was_address {
            (self.limit, self.phase, self.best) = (limit, phase, best);
        }
        was_address
    }

    /// So few connections cannot be what a host suffers from: they are soon more.
    fn hold(&self) -> u32 {
        if self.limit <= LEAST_OTHERS { 0 } else { HOLD }
    }

    fn restart_window(&mut self, now: Instant) {
        self.opened = Some(now);
        self.finished = 0;
        self.weight = 0;
        self.saturated = false;
    }

    fn judge(&mut self, rate: f64) {
        if !self.saturated {
            return;
        }
        match self.phase {
            Phase::Opening(before) if rate < self.best * WORTH_DOUBLING => {
                self.phase = Phase::Doubting(before);
                return;
            }
            Phase::Doubting(before) if rate < self.best * WORTH_A_STEP => {
                self.set(before);
                self.phase = Phase::Holding(self.hold());
                return;
            }
            // Too little to double again, and too much to go back.
            Phase::Doubting(_) if rate < self.best * WORTH_DOUBLING => {
                self.phase = Phase::Holding(self.hold());
            }
            Phase::Opening(_) | Phase::Doubting(_) => {
                self.phase = Phase::Opening(self.limit);
                self.set(self.limit * 2);
            }
            Phase::Holding(0) => {
                self.phase = Phase::Trying(self.limit);
                self.set(self.limit + (self.limit / 4).max(1));
            }
            Phase::Holding(windows) => self.phase = Phase::Holding(windows - 1),
            Phase::Trying(before) if rate < self.best * WORTH_A_STEP => {
                self.set(before);
                self.phase = Phase::Holding(self.hold());
            }
            // The step paid: try the next one at once.
            Phase::Trying(_) => self.phase = Phase::Holding(0),
        }
        self.best = rate;
    }

    fn set(&mut self, limit: usize) {
        self.limit = limit.clamp(1, self.ceiling);
    }
}

impl Phase {
    /// How long a window is, and how many requests for each allowed one.
    fn window(self) -> (Duration, usize) {
        match self {
            Self::Opening(_) | Self::Doubting(_) => (OPENING_WINDOW, 1),
            Self::Holding(_) | Self::Trying(_) => (WINDOW, PER_PERMIT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a host that serves `capacity` requests at once, each in 50 ms, for
    /// so many seconds, and says where the level stands.
    fn settle(level: &mut Level, capacity: usize, seconds: u64, now: &mut Instant) -> usize {
        let end = *now + Duration::from_secs(seconds);
        while *now < end {
            let allowed = level.limit();
            for under_way in 1..=allowed {
                level.began(*now, under_way);
            }
            // What exceeds the capacity queues: the round takes longer.
            let rounds = allowed.div_ceil(capacity).max(1);
            *now += Duration::from_millis(50) * u32::try_from(rounds).unwrap();
            for _ in 0..allowed {
                level.succeeded(*now, 20_000, false);
            }
        }
        level.limit()
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_to_what_brings_more_and_stops_there() {
        let mut now = Instant::now();
        let mut level = Level::new(NonZeroUsize::new(64).unwrap());
        assert_eq!(settle(&mut level, 1000, 10, &mut now), 64, "a wide host: the ceiling");

        let mut level = Level::new(NonZeroUsize::new(24).unwrap());
        let settled = settle(&mut level, 16, 30, &mut now);
        assert_eq!(settled, 16, "a host that serves 16 at once");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wide_host_is_open_after_few_rounds_and_one_slow_round_does_not_end_it() {
        let rounds = |slow: Option<u32>| {
            let (mut now, mut n_rounds) = (Instant::now(), 0);
            let mut level = Level::new(NonZeroUsize::new(64).unwrap());
            while level.limit() < 64 && n_rounds < 100 {
                let allowed = level.limit();
                (1..=allowed).for_each(|under_way| level.began(now, under_way));
                now += Duration::from_millis(if slow == Some(n_rounds) { 450 } else { 150 });
                for _ in 0..allowed {
                    level.succeeded(now, 20_000, false);
                }
                n_rounds += 1;
            }
            n_rounds
        };
        assert_eq!(rounds(None), 2);
        assert_eq!(rounds(Some(1)), 3);
    }

    #[test]
    fn it_begins_with_eight_or_a_third_of_what_somebody_allows() {
        for (ceiling, start) in [(1, 1), (4, 4), (16, 8), (24, 8), (64, 21), (1000, 32)] {
            let level = Level::new(NonZeroUsize::new(ceiling).unwrap());
            assert_eq!(level.limit(), start, "{ceiling}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_halves_it_and_it_comes_back_by_itself() {
        let mut now = Instant::now();
        let mut level = Level::new(NonZeroUsize::new(32).unwrap());
        settle(&mut level, 1000, 10, &mut now);
        assert_eq!(level.refused(now, 31, None), Meant::Unsure);
        assert_eq!(level.limit(), 16);
        for _ in 0..20 {
            level.refused(now, 0, None);
        }
        assert_eq!(level.limit(), 1);
        assert_eq!(settle(&mut level, 1000, 120, &mut now), 32);
    }

    #[tokio::test(start_paused = true)]
    async fn without_demand_it_stays() {
        let mut now = Instant::now();
        let mut level = Level::new(NonZeroUsize::new(24).unwrap());
        for _ in 0..1000 {
            level.began(now, 1);
            now += Duration::from_millis(50);
            level.succeeded(now, 20_000, false);
        }
        assert_eq!(level.limit(), START);
    }

    #[tokio::test(start_paused = true)]
    async fn time_without_work_is_not_held_against_the_host() {
        let mut now = Instant::now();
        let mut level = Level::new(NonZeroUsize::new(64).unwrap());
        let mut seen = vec![level.limit()];
        for _ in 0..40 {
            // A moment of work, then a minute of none.
            settle(&mut level, 1000, 1, &mut now);
            level.ended(now, 0);
            now += Duration::from_mins(1);
            seen.push(level.limit());
        }
        assert!(seen.is_sorted(), "{seen:?}");
        assert_eq!(level.limit(), 64, "{seen:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn few_refusals_among_many_that_are_served_are_forgotten() {
        let check = |others: usize, served: usize, again: usize, expected: usize| {
            let mut now = Instant::now();
            let mut level = Level::new(NonZeroUsize::new(32).unwrap());
            settle(&mut level, 1000, 10, &mut now);
            // Long ago all was well: that counts no more than these do.
            (level.answers, level.n_answers) = (0, GRANTED);
            let first = level.refused(now, others, None);
            let means_all = (0..again).any(|_| level.refused_again());
            let forgiven = (0..served).any(|_| level.succeeded(now, 20_000, true));
            let case = format!("{others} others, {served} served, again {again}");
            assert_eq!(first, Meant::Unsure, "{case}");
            assert_eq!(level.limit(), expected, "{case}");
            assert_eq!(!means_all && forgiven, expected == 32, "{case}");
        };
        check(31, 16, 0, 32);
        check(31, 16, 8, 32);
        check(31, 16, 9, 16);
        check(31, 15, 0, 16);
        check(4, 3, 0, 32);
        check(4, 3, 5, 16);
    }

    #[tokio::test(start_paused = true)]
    async fn lonely_requests_are_judged_by_the_answers_before_them() {
        let mut now = Instant::now();
        let mut level = Level::new(NonZeroUsize::new(32).unwrap());
        settle(&mut level, 1000, 10, &mut now);
        for refusal in 1..=8 {
            assert_eq!(
                level.refused(now, 0, None),
                Meant::One,
                "the {refusal}. of {REMEMBERED} answers"
            );
            assert_eq!(level.limit(), 32);
        }
        assert_eq!(level.refused(now, 0, None), Meant::All, "now it is more than one in eight");
        assert_eq!(level.limit(), 16);
    }
}
