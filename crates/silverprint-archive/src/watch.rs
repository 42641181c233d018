//! Where a run's time goes: which photos are at what, what bounds the run at
//! each moment, and what the same work would have taken one photo at a time.
//!
//! Photos tell when they reach a stage; a heartbeat on the event loop looks
//! every few milliseconds, and counts the time since it last looked for what
//! bounds the run now. The rule stands in `moment`, the estimate in `waits`, the
//! photos and their lanes in `ways`. All of it is one lock that is held for
//! less than a microsecond, a handful of times a photo.

mod effort;
mod heartbeat;
mod histogram;
mod moment;
mod usage;
mod waits;
mod ways;

pub(crate) use effort::Effort;
pub(crate) use heartbeat::Heartbeat;
use histogram::Histogram;
use moment::Moment;
pub(crate) use moment::Phase;
use silverprint_core::{Bound, Part, PhotoId, Source, Span, Stage, Timing, Tracer};
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};
pub(crate) use usage::of_thread;
use usage::{Share, cpu};
pub(crate) use waits::Alone;
use waits::Waits;
use ways::{Lanes, Left, Ways};

/// Watches one run.
#[derive(Debug)]
pub(crate) struct Watch {
    began: Instant,
    cpu_at_first: Option<Duration>,
    /// Threads that make thumbnails.
    jobs: usize,
    cores: usize,
    tracer: Option<Arc<dyn Tracer>>,
    /// A `std` mutex: nothing is awaited while it is held.
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    ways: Ways,
    /// Lanes of the listing's pages.
    pages: Lanes,
    /// The work waits for the listing: it would take another photo now.
    is_hungry: bool,
    /// Somebody waits at a gate that lets no more in, as was seen last.
    is_limit: bool,
    /// Seconds by what bounded the run, up to `seen`.
    bound: BTreeMap<Bound, f64>,
    seen: Instant,
    /// What bounded it then.
    last: Bound,
    busy: Share,
    late: Histogram,
    waits: Waits,
    /// Since when a phase goes on that counts for no photo.
    aside_since: Option<Instant>,
    /// How many requests were under way at each host when it was last told.
    told: HashMap<String, usize>,
}

/// A photo's way. Dropped where it ends, whichever way that is.
pub(crate) struct Way<'a> {
    watch: &'a Watch,
    id: PhotoId,
}

/// A page of the listing that was asked for.
pub(crate) struct Asked<'a> {
    watch: &'a Watch,
    number: u32,
    lane: u32,
    since: Instant,
}

impl Watch {
    /// Begins to watch a run that makes thumbnails on so many threads.
    pub(crate) fn new(jobs: NonZeroUsize, tracer: Option<Arc<dyn Tracer>>) -> Self {
        let (began, cpu_at_first) = (Instant::now(), cpu());
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        let state = State {
            phase: Phase::Asking,
            ways: Ways::default(),
            pages: Lanes::default(),
            is_hungry: false,
            is_limit: false,
            bound: BTreeMap::new(),
            seen: began,
            last: Bound::Listing,
            busy: Share::new(began, cpu_at_first),
            late: Histogram::new(),
            waits: Waits::new(),
            aside_since: Some(began),
            told: HashMap::new(),
        };
        Self { began, cpu_at_first, jobs: jobs.get(), cores, tracer, state: Mutex::new(state) }
    }

    /// Another phase begins.
    pub(crate) fn phase(&self, phase: Phase) {
        let mut state = self.lock();
        let now = Instant::now();
        self.look(&mut state, now);
        state.phase = phase;
        if phase != Phase::Work {
            state.aside_since.get_or_insert(now);
        } else if let Some(since) = state.aside_since.take() {
            state.waits.aside(now - since);
        }
    }

    /// A photo's way begins.
    pub(crate) fn begin(&self, id: PhotoId) -> Way<'_> {
        let mut state = self.lock();
        state.ways.begin(id, Instant::now());
        drop(state);
        Way { watch: self, id }
    }

    /// A photo reaches its next stage. One that is not on its way is none of a
    /// run's: a repair fetches as well.
    pub(crate) fn reach(&self, id: PhotoId, stage: Stage) {
        self.arrive(id, stage, 0);
    }

    /// The same, with so many bytes that came since the last one.
    pub(crate) fn arrive(&self, id: PhotoId, stage: Stage, bytes: u64) {
        let mut locked = self.lock();
        let Some(left) = locked.ways.reach(id, stage, Instant::now()) else { return };
        locked.waits.left(&left, Some(stage), bytes);
        drop(locked);
        self.tell(Part::Stage(id, left.stage), &left, bytes);
    }

    /// Whether nothing was asked for yet for a photo, this time.
    pub(crate) fn is_before_sent(&self, id: PhotoId) -> bool {
        let stage = self.lock().ways.stage(id);
        stage.is_none_or(|stage| matches!(stage, Stage::Begun | Stage::Gate))
    }

    /// A page of the listing is asked for.
    pub(crate) fn ask(&self, number: u32) -> Asked<'_> {
        let mut state = self.lock();
        let (lane, since) = (state.pages.take(), Instant::now());
        drop(state);
        Asked { watch: self, number, lane, since }
    }

    /// The work would take another photo, and none is listed.
    pub(crate) fn hungers(&self) {
        self.lock().is_hungry = true;
    }

    /// The work has photos enough, or takes no more.
    pub(crate) fn is_fed(&self) {
        self.lock().is_hungry = false;
    }

    /// The heart beat, so much too late.
    fn beat(&self, now: Instant, late: Duration, source: &dyn Source) {
        let mut is_limit = false;
        let mut changed = Vec::new();
        let mut state = self.lock();
        source.gates(&mut |gate| {
            is_limit |= gate.is_limit;
            if self.tracer.is_some() && state.told.get(gate.host) != Some(&gate.under_way) {
                state.told.insert(gate.host.to_owned(), gate.under_way);
                changed.push((gate.host.to_owned(), gate.under_way));
            }
        });
        state.late.add(late);
        state.busy.look(now);
        state.is_limit = is_limit;
        self.look(&mut state, now);
        drop(state);
        for (host, under_way) in changed {
            let tracer = self.tracer.as_ref().expect("nothing changes for nobody");
            tracer.under_way(&host, now, under_way);
        }
    }

    /// Counts the time since it was last looked for what bounds the run.
    fn look(&self, state: &mut State, now: Instant) {
        let moment = Moment {
            phase: state.phase,
            at: *state.ways.counts(),
            jobs: self.jobs,
            is_busy: state.busy.of(self.cores),
            is_limit: state.is_limit,
            is_hungry: state.is_hungry,
        };
        state.last = moment.bound();
        let since = now.saturating_duration_since(state.seen).as_secs_f64();
        *state.bound.entry(state.last).or_default() += since;
        state.seen = state.seen.max(now);
    }

    /// How long the run has taken, and where that went.
    pub(crate) fn timing(&self, saved: u64, bytes: u64, alone: Alone) -> (f64, Timing) {
        let (now, used) = (Instant::now(), cpu());
        let mut state = self.lock();
        let last = state.last;
        let since = now.saturating_duration_since(state.seen).as_secs_f64();
        *state.bound.entry(last).or_default() += since;
        state.seen = state.seen.max(now);
        let seconds = (state.seen - self.began).as_secs_f64();
        let cpu = used.zip(self.cpu_at_first).map(|(used, before)| used.saturating_sub(before));
        let cpu = cpu.map(|cpu| cpu.as_secs_f64());
        let mut waits = state.waits.clone();
        waits.aside(state.aside_since.map_or(Duration::ZERO, |since| now - since));
        let alone = waits.one_after_the_other(alone, seconds);
        #[expect(clippy::cast_precision_loss, reason = "rates for people")]
        let rate = |number: u64| if seconds > 0.0 { number as f64 / seconds } else { 0.0 };
        let timing = Timing {
            bound: state.bound.clone(),
            photos_a_second: rate(saved),
            bytes_a_second: rate(bytes),
            cpu_seconds: cpu,
            cores: cpu.filter(|_| seconds > 0.0).map(|cpu| cpu / seconds),
            one_after_the_other: (saved > 0).then_some(alone),
            heartbeat_p999_ms: state.late.quantile(0.999).as_secs_f64() * 1e3,
        };
        (seconds, timing)
    }

    fn tell(&self, part: Part, left: &Left, bytes: u64) {
        if let Some(tracer) = &self.tracer {
            tracer.span(&Span { part, lane: left.lane, from: left.from, to: left.to, bytes });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while held")
    }
}

impl Drop for Way<'_> {
    fn drop(&mut self) {
        let mut state = self.watch.lock();
        let Some((left, began)) = state.ways.end(self.id, Instant::now()) else { return };
        state.waits.left(&left, None, 0);
        drop(state);
        self.watch.tell(Part::Stage(self.id, left.stage), &left, 0);
        self.watch.tell(Part::Photo(self.id), &Left { from: began, ..left }, 0);
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let mut state = self.watch.lock();
        let to = Instant::now();
        state.waits.page(to - self.since);
        state.pages.give(self.lane);
        drop(state);
        if let Some(tracer) = &self.watch.tracer {
            let (part, from) = (Part::Page(self.number), self.since);
            tracer.span(&Span { part, lane: self.lane, from, to, bytes: 0 });
        }
    }
}

#[cfg(test)]
mod tests;
