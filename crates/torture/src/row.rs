//! The table: what is done to the program, and which file does it.

use crate::ground::Ground;
use crate::rows::{
    api, cap, clock, disk, interrupt, kill, million, moving, power, rot, slow, storms, two, wire,
};
use anyhow::Result;

/// One row. Its function says, in figures, what came of it.
pub(crate) struct Row {
    pub(crate) number: u8,
    pub(crate) fault: &'static str,
    pub(crate) run: fn(&Ground<'_>) -> Result<String>,
    when: When,
}

/// When a row is run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// With all others.
    Always,
    /// Only when it is asked for by its number, for it takes as long as all others.
    Alone,
}

impl Row {
    const fn new(number: u8, fault: &'static str, run: fn(&Ground<'_>) -> Result<String>) -> Self {
        Self { number, fault, run, when: When::Always }
    }

    const fn alone(mut self) -> Self {
        self.when = When::Alone;
        self
    }

    pub(crate) fn is_chosen(&self, only: Option<u8>) -> bool {
        only.map_or(self.when == When::Always, |only| only == self.number)
    }
}

/// The numbers are names: row 19 will come with the cluster.
pub(crate) const ROWS: [Row; 19] = [
    Row::new(1, "500, 502, 503, one to three times", wire::errors),
    Row::new(2, "reset in head or body", wire::resets),
    Row::new(3, "cut bodies, of every framing", wire::cuts),
    Row::new(4, "HTML, placeholder, empty, with 200", wire::others),
    Row::new(5, "corrupt pictures, passing and lasting", wire::corrupt),
    Row::new(6, "403, 404, 410 for good", wire::gone),
    Row::new(7, "storms of 429", storms::run),
    Row::new(8, "an unannounced cap of requests a second", cap::run),
    Row::new(9, "one byte a second; stalls", slow::run),
    Row::new(10, "kill -9, at moments and at failpoints", kill::run),
    Row::new(11, "power loss", power::run),
    Row::new(12, "the disk full, failing, read-only, gone", disk::run),
    Row::new(13, "the clock jumps", clock::run),
    Row::new(14, "the stream moves, pages lie", moving::run),
    Row::new(15, "API trouble; the key revoked", api::run),
    Row::new(16, "Ctrl-C once, twice", interrupt::run),
    Row::new(17, "two processes, one folder", two::run),
    Row::new(18, "rot: flipped, deleted, cut", rot::run),
    Row::new(20, "a million photos", million::run).alone(),
];
