//! What a photo waits for by itself, and what a run would take that is nothing
//! but those waits, one after the other.
//!
//! Beside many others a wait is longer than alone: they share the cores, the
//! link and the disk. So it is no use to add up what was measured. The quickest
//! twentieth of the answers is what the host and the way to it take when nobody
//! is before one; the best of the bodies came as fast as a connection brings
//! them; the quickest files are those that met a quiet disk. What the cores did
//! is the same work in any order, and is added up as it is, only that one photo
//! at a time keeps one core busy.

use super::histogram::Histogram;
use super::ways::Left;
use silverprint_core::Stage;
use std::time::Duration;

/// Of answers and files, the quickest such part met no queue.
const QUICK: f64 = 0.05;
/// A shorter body comes with its head, and tells nothing of the link.
const TELLING: u64 = 64 << 10;

/// What was waited for.
#[derive(Debug, Clone)]
pub(super) struct Waits {
    answers: Histogram,
    /// What a MiB took, body by body.
    bodies: Histogram,
    bytes: u64,
    stored: Histogram,
    pages: Histogram,
    /// Attempts that brought nothing: they take as long alone.
    failed: Duration,
    /// What comes before and after all photos, and the CPU time in that.
    aside: Duration,
    aside_cpu: Duration,
}

impl Waits {
    pub(super) fn new() -> Self {
        Self {
            answers: Histogram::new(),
            bodies: Histogram::new(),
            bytes: 0,
            stored: Histogram::new(),
            pages: Histogram::new(),
            failed: Duration::ZERO,
            aside: Duration::ZERO,
            aside_cpu: Duration::ZERO,
        }
    }

    /// A photo went on from one stage to another, with bytes that had come.
    pub(super) fn left(&mut self, left: &Left, to: Stage, bytes: u64) {
        let took = left.to - left.from;
        match (left.stage, to) {
            (Stage::Answer, Stage::Body) => self.answers.add(took),
            (Stage::Body, Stage::Cores | Stage::Disk) => {
                self.bytes += bytes;
                if bytes >= TELLING {
                    self.bodies.add(took.mul_f64(MIB / float(bytes)));
                }
            }
            (Stage::Answer | Stage::Body, _) => self.failed += took,
            _ => {}
        }
    }

    /// The files of a photo were stored.
    pub(super) fn stored(&mut self, took: Duration) {
        self.stored.add(took);
    }

    /// A page of the listing came.
    pub(super) fn page(&mut self, took: Duration) {
        self.pages.add(took);
    }

    /// What counts for no photo.
    pub(super) fn aside(&mut self, took: Duration, cpu: Option<Duration>) {
        self.aside += took;
        self.aside_cpu += cpu.unwrap_or_default();
    }

    /// The seconds of a run in which nothing happens beside anything else, of
    /// which so many are the cores' own, and in which each photo has a commit
    /// of its own.
    pub(super) fn one_after_the_other(&self, cpu: f64, commit: Duration) -> f64 {
        let answers = seconds(&self.answers, QUICK);
        let bodies = self.bodies.quantile(QUICK).as_secs_f64() * float(self.bytes) / MIB;
        let disk = seconds(&self.stored, QUICK) + float(self.stored.len()) * commit.as_secs_f64();
        let pages = seconds(&self.pages, QUICK);
        let cores = (cpu - self.aside_cpu.as_secs_f64()).max(0.0);
        let others = (self.failed + self.aside).as_secs_f64();
        answers + bodies + disk + pages + cores + others
    }
}

const MIB: f64 = 1_048_576.0;

/// All of them, if each took as long as the quick ones.
fn seconds(waits: &Histogram, quick: f64) -> f64 {
    waits.quantile(quick).as_secs_f64() * float(waits.len())
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn float(number: u64) -> f64 {
    number as f64
}
