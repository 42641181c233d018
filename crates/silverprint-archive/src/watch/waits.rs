//! What a photo waits for by itself, and what a run would take that is nothing
//! but those waits, one after the other.
//!
//! Beside many others a wait is longer than alone: they share the cores, the
//! link and the disk. So it is no use to add up what was measured. The quickest
//! of the answers are what the host and the way to it take when nobody is before
//! one; the best of the bodies came as fast as a connection brings them; the
//! quicker files are those that met a quiet disk, the quicker pictures those that
//! met a quiet core (`effort`). A commit, which many share, is added for each; that of
//! one photo has two syncs, as its two files have, and writes less than they: it is never
//! taken to be longer than those.
//!
//! Limits that the user set hold for one at a time as well: bodies take what the
//! bandwidth makes of them, and no run is shorter for doing less at once.

use super::histogram::Histogram;
use super::ways::Left;
use silverprint_core::Stage;
use std::num::NonZeroU64;
use std::time::Duration;

/// Of answers and bodies, the quickest such part met no queue.
const QUICK: f64 = 0.02;
/// Of what a core does, and of what else there is, so many.
pub(super) const TENTH: f64 = 0.1;
/// Of what goes to the disk so many: it serves many at a time hardly later than
/// one, and what is slow by itself counts.
const QUARTER: f64 = 0.25;
/// A run whose bodies fill their bandwidth for such a part of its time waits for that.
const NEARLY: f64 = 0.8;
/// So many seconds of a pause between two bodies are made good by the next, which may come
/// faster than the bandwidth for as long (`silverprint-http`'s `bandwidth.rs`).
const MADE_GOOD: f64 = 0.1;
/// A shorter body comes with its head, and tells nothing of the link.
const TELLING: u64 = 64 << 10;

/// What was waited for.
#[derive(Debug, Clone)]
pub(super) struct Waits {
    /// How long photos were at what, by stage.
    stages: [Histogram; Stage::ALL.len()],
    /// What a MiB took, body by body.
    bodies: Histogram,
    bytes: u64,
    pages: Histogram,
    /// Attempts that brought nothing: they take as long alone.
    failed: Duration,
    /// What comes before and after all photos.
    aside: Duration,
}

/// What only others know.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Alone {
    /// What a commit of the catalogue takes by itself.
    pub(crate) commit: Option<Duration>,
    /// What all pictures take on a core by themselves.
    pub(crate) cores: Duration,
    /// So many bytes a second come at most, since the user wants it so.
    pub(crate) bandwidth: Option<NonZeroU64>,
}

impl Waits {
    pub(super) fn new() -> Self {
        Self {
            stages: Stage::ALL.map(|_| Histogram::new()),
            bodies: Histogram::new(),
            bytes: 0,
            pages: Histogram::new(),
            failed: Duration::ZERO,
            aside: Duration::ZERO,
        }
    }

    /// A photo left a stage for another, or ended there; with bytes that had come.
    pub(super) fn left(&mut self, left: &Left, to: Option<Stage>, bytes: u64) {
        let took = left.to - left.from;
        match (left.stage, to) {
            (Stage::Body, Some(Stage::Cores | Stage::Disk)) => {
                self.bytes += bytes;
                if bytes >= TELLING {
                    self.bodies.add(took.mul_f64(MIB / float(bytes)));
                }
            }
            (Stage::Answer, Some(Stage::Body))
            | (Stage::Begun | Stage::Disk | Stage::Commit, _) => {
                self.stages[left.stage as usize].add(took);
            }
            (Stage::Answer | Stage::Body, Some(_)) => self.failed += took,
            // What was cut off by the end of the run would be no part of another.
            (Stage::Answer | Stage::Body, None) | (Stage::Gate | Stage::Cores, _) => {}
        }
    }

    /// A page of the listing came.
    pub(super) fn page(&mut self, took: Duration) {
        self.pages.add(took);
    }

    /// What counts for no photo.
    pub(super) fn aside(&mut self, took: Duration) {
        self.aside += took;
    }

    /// The seconds of a run in which nothing happens beside anything else, and in
    /// which each photo has a commit of its own; from one that took so many.
    pub(super) fn one_after_the_other(&self, alone: Alone, took: f64) -> f64 {
        let [photos, own_commits] =
            [Stage::Disk, Stage::Commit].map(|stage| self.stages[stage as usize].len());
        let quickest = |stage| match stage {
            Stage::Answer => QUICK,
            Stage::Disk => QUARTER,
            _ => TENTH,
        };
        let all = Stage::ALL.iter();
        let stages: f64 = all.map(|it| all_as(&self.stages[*it as usize], quickest(*it))).sum();
        // Where each photo has its turn, it has waited for its commit already.
        let commits = photos.saturating_sub(own_commits);
        let files = self.stages[Stage::Disk as usize].quantile(QUARTER);
        let commits = float(commits) * alone.commit.unwrap_or_default().min(files).as_secs_f64();
        let pauses = stages + commits + alone.cores.as_secs_f64();
        let photos = match self.bandwidth_alone(alone.bandwidth, took) {
            Some(bodies) => bodies + (pauses - float(photos) * MADE_GOOD).max(0.0),
            None => self.bodies_alone() + pauses,
        };
        let others = (self.failed + self.aside).as_secs_f64();
        (photos + all_as(&self.pages, QUICK) + others).max(took)
    }

    /// Where the bandwidth is what bodies wait for, they wait for nothing else: many
    /// at once each get a part of it, one has it all.
    fn bandwidth_alone(&self, bandwidth: Option<NonZeroU64>, took: f64) -> Option<f64> {
        let seconds = float(self.bytes) / float(bandwidth?.get());
        (seconds > took * NEARLY).then_some(seconds)
    }

    fn bodies_alone(&self) -> f64 {
        self.bodies.quantile(QUICK).as_secs_f64() * float(self.bytes) / MIB
    }
}

pub(super) const MIB: f64 = 1_048_576.0;

/// All of them, if each took as long as such a part of them at most.
fn all_as(waits: &Histogram, part: f64) -> f64 {
    waits.quantile(part).as_secs_f64() * float(waits.len())
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn waits_count_as_they_are_alone_and_work_as_it_was() {
        let start = Instant::now();
        let mut waits = Waits::new();
        let mut left = |stage, to, milliseconds, bytes| {
            let ended = start + Duration::from_millis(milliseconds);
            waits.left(&Left { lane: 1, stage, from: start, to: ended }, to, bytes);
        };
        for n in 0..100 {
            // Most waited for others as well; an eighth of a MiB each.
            let queue = if n < 30 { 0 } else { 75 };
            left(Stage::Begun, Some(Stage::Gate), 1 + queue, 0);
            left(Stage::Gate, Some(Stage::Answer), 900, 0);
            left(Stage::Answer, Some(Stage::Body), 50 + queue, 0);
            left(Stage::Body, Some(Stage::Cores), 20 + queue, 128 << 10);
            left(Stage::Cores, Some(Stage::Disk), 30 + queue, 0);
            left(Stage::Disk, None, 10 + queue, 0);
        }
        left(Stage::Answer, Some(Stage::Gate), 2000, 0);
        waits.page(Duration::from_millis(300));
        waits.page(Duration::from_millis(300));
        waits.aside(Duration::from_secs(1));
        let commit = Some(Duration::from_millis(2));
        let cores = Duration::from_secs(3);
        let alone = Alone { commit, cores, bandwidth: None };
        let one_by_one = waits.one_after_the_other(alone, 2.0);
        // Looks, answers, bodies, files, commits, an attempt that failed, pages,
        // what is aside, and the cores.
        let expected = 0.1 + 5.0 + 2.0 + 1.0 + 0.2 + 2.0 + 0.6 + 1.0 + 3.0;
        assert!((one_by_one / expected - 1.0).abs() < 0.02, "{one_by_one}, not {expected}");
        // Nothing is quicker for being done one by one.
        let slow = waits.one_after_the_other(alone, 20.0);
        assert!((slow - 20.0).abs() < 1e-9, "{slow}");
        // Twelve and a half MiB, of which one comes in a second; and a wide line.
        let of = |mib: u64| Alone { bandwidth: NonZeroU64::new(mib << 20), ..alone };
        let narrow = waits.one_after_the_other(of(1), 13.0);
        // The pauses, 93 ms a photo, are made good; what is aside of photos is not.
        let expected = 12.5 + 2.0 + 0.6 + 1.0;
        assert!((narrow / expected - 1.0).abs() < 0.02, "{narrow}, not {expected}");
        let slow = Alone { cores: Duration::from_secs(8), ..of(1) };
        let narrow = waits.one_after_the_other(slow, 13.0);
        let expected = expected + 9.3 + 5.0 - 10.0;
        assert!((narrow / expected - 1.0).abs() < 0.02, "{narrow}, not {expected}");
        let wide = waits.one_after_the_other(of(1000), 2.0);
        assert!((wide / one_by_one - 1.0).abs() < 1e-9, "{wide}");
    }

    #[test]
    fn a_commit_of_one_is_no_longer_than_its_files_take() {
        let start = Instant::now();
        let mut waits = Waits::new();
        for milliseconds in [10, 10, 10, 10, 90, 90, 90, 90] {
            let to = start + Duration::from_millis(milliseconds);
            waits.left(&Left { lane: 1, stage: Stage::Disk, from: start, to }, None, 0);
        }
        let commit = Some(Duration::from_millis(30));
        let alone = Alone { commit, cores: Duration::ZERO, bandwidth: None };
        let one_by_one = waits.one_after_the_other(alone, 0.0);
        assert!((one_by_one / 0.16 - 1.0).abs() < 0.02, "{one_by_one}");
    }

    #[test]
    fn a_commit_that_a_photo_waited_for_counts_once() {
        let start = Instant::now();
        let mut waits = Waits::new();
        for _ in 0..10 {
            for (stage, to) in [(Stage::Disk, Some(Stage::Commit)), (Stage::Commit, None)] {
                let left = Left { lane: 1, stage, from: start, to: start + Duration::from_secs(1) };
                waits.left(&left, to, 0);
            }
        }
        let commit = Some(Duration::from_secs(1));
        let alone = Alone { commit, cores: Duration::ZERO, bandwidth: None };
        let one_by_one = waits.one_after_the_other(alone, 1.0);
        assert!((one_by_one / 20.0 - 1.0).abs() < 0.02, "{one_by_one}");
    }
}
