//! The same exhibition with one number of boards after another.

use crate::bottleneck::Bottleneck;
use crate::exhibition::{Exhibition, MOST_MOVES, TermsError};
use crate::play::{Manner, play};
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// The most numbers of boards in a sweep.
pub const MOST_COUNTS: u32 = 1000;

/// From how many boards to how many, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    first: NonZeroU32,
    last: NonZeroU32,
}

impl Sweep {
    /// From one number to another; `None` where there are none or too many between.
    pub fn new(first: NonZeroU32, last: NonZeroU32) -> Option<Self> {
        let counts = last.get().checked_sub(first.get())?;
        (counts < MOST_COUNTS).then_some(Self { first, last })
    }

    /// How few boards it begins with.
    pub fn first(self) -> u32 {
        self.first.get()
    }

    fn counts(self) -> impl Iterator<Item = u32> {
        self.first.get()..=self.last.get()
    }
}

impl FromStr for Sweep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bounds = text.split_once("..").and_then(|(first, last)| {
            // Who writes Rust may write `1..=60`.
            let last = last.strip_prefix('=').unwrap_or(last);
            Self::new(first.parse().ok()?, last.parse().ok()?)
        });
        bounds.ok_or_else(|| format!("from how many boards to how many, as in 1..60: at most {MOST_COUNTS} numbers, the smaller first"))
    }
}

/// What was measured with one number of boards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// How many boards.
    pub boards: u32,
    /// One after the other, by one master.
    pub sequential: Duration,
    /// Simultaneously.
    pub simultaneous: Duration,
    /// The part of that in which a master was at work, from 0 to 1.
    pub busy: f64,
    /// When the last answer came.
    pub last_answer: Duration,
    /// For how long boards waited for a master after an answer.
    pub waited: Duration,
}

impl Point {
    /// How many times as fast the simultaneous exhibition is.
    pub fn speedup(&self) -> f64 {
        self.sequential.as_secs_f64() / self.simultaneous.as_secs_f64()
    }

    /// How many games are finished an hour, simultaneously.
    pub fn games_an_hour(&self) -> f64 {
        f64::from(self.boards) * 3600.0 / self.simultaneous.as_secs_f64()
    }
}

/// A sweep that was played.
#[derive(Debug, Clone, PartialEq)]
pub struct Swept {
    /// What was played; its own number of boards is not used.
    pub exhibition: Exhibition,
    /// A point for each number of boards.
    pub points: Vec<Point>,
    /// Where the masters become the bottleneck, if that was found.
    pub bottleneck: Option<Bottleneck>,
}

impl Swept {
    /// Plays the exhibition with every number of boards.
    pub fn new(exhibition: Exhibition, sweep: Sweep) -> Result<Self, TermsError> {
        let moves = exhibition.terms().moves;
        let boards = sweep.last.get();
        let asked = sweep.counts().map(|it| u64::from(it) * u64::from(moves)).sum();
        if asked > MOST_MOVES {
            return Err(TermsError::Sweep { boards, moves, asked });
        }
        let points = sweep.counts().map(|boards| Point::measure(exhibition, boards));
        Ok(Self {
            exhibition,
            points: points.collect::<Result<_, _>>()?,
            bottleneck: Bottleneck::find(exhibition),
        })
    }
}

impl Point {
    fn measure(exhibition: Exhibition, boards: u32) -> Result<Self, TermsError> {
        let exhibition = exhibition.with_boards(boards)?;
        let simultaneous = play(&exhibition, Manner::Simultaneous);
        Ok(Self {
            boards,
            sequential: play(&exhibition.alone(), Manner::OneAfterTheOther).took,
            simultaneous: simultaneous.took,
            busy: simultaneous.busy_share(),
            last_answer: simultaneous.last_answer,
            waited: simultaneous.waited,
        })
    }
}
