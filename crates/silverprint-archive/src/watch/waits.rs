//! What a photo waits for by itself, and what a run would take that is nothing
//! but those waits, one after the other.
//!
//! Beside many others a wait is longer than alone: they share the cores, the
//! link and the disk. So it is no use to add up what was measured. The quickest
//! of the answers are what the host and the way to it take when nobody is before
//! one; the best of the bodies came as fast as a connection brings them; the
//! quicker files are those that met a quiet disk. What the thumbnail threads did
//! on their cores is the same work in any order, and is added up as it is. A
//! commit, which many share, is added for each.

use super::histogram::Histogram;
use super::ways::Left;
use silverprint_core::Stage;
use std::time::Duration;

/// Of answers and bodies, the quickest such part met no queue.
const QUICK: f64 = 0.02;
/// Of what goes to the disk so many: it serves many at a time hardly later than
/// one, and what is slow by itself counts.
const TENTH: f64 = 0.1;
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

/// What only others know: what a commit of the catalogue takes by itself, and
/// how long pictures were on a core.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Alone {
    pub(crate) commit: Option<Duration>,
    pub(crate) cores: Duration,
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
    /// which each photo has a commit of its own.
    pub(super) fn one_after_the_other(&self, alone: Alone) -> f64 {
        let photos = self.stages[Stage::Disk as usize].len();
        let quickest = |stage| if stage == Stage::Answer { QUICK } else { TENTH };
        let all = Stage::ALL.iter();
        let stages: f64 = all.map(|it| all_as(&self.stages[*it as usize], quickest(*it))).sum();
        let bodies = self.bodies.quantile(QUICK).as_secs_f64() * float(self.bytes) / MIB;
        let commits = float(photos) * alone.commit.unwrap_or_default().as_secs_f64();
        let others = (self.failed + self.aside + alone.cores).as_secs_f64();
        stages + bodies + commits + all_as(&self.pages, QUICK) + others
    }
}

const MIB: f64 = 1_048_576.0;

/// All of them, if each took as long as such a part of them at most.
fn all_as(waits: &Histogram, part: f64) -> f64 {
    waits.quantile(part).as_secs_f64() * float(waits.len())
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn float(number: u64) -> f64 {
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
        let alone = waits.one_after_the_other(Alone { commit, cores: Duration::from_secs(3) });
        // Looks, answers, bodies, files, commits, an attempt that failed, pages,
        // what is aside, and the cores.
        let expected = 0.1 + 5.0 + 2.0 + 1.0 + 0.2 + 2.0 + 0.6 + 1.0 + 3.0;
        assert!((alone / expected - 1.0).abs() < 0.02, "{alone}, not {expected}");
    }
}
