//! Where more boards stop helping, found by playing: with enough boards no master
//! is ever idle, and every board more takes as long as its moves do.

use crate::exhibition::{Exhibition, MOST_BOARDS, Terms};
use crate::outcome::Outcome;
use crate::play::{Manner, play};
use std::time::Duration;

/// The most moves that an exhibition of short games may have, to find it.
const MOST: u32 = 200_000;
/// The moves of a short game.
const SHORT: u32 = 4;

/// The masters are what bounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bottleneck {
    /// So many boards keep every master busy without a pause: one more brings nothing.
    pub enough: u32,
    /// How long an exhibition of so many takes.
    pub took: Duration,
    /// How much longer with one more for each master.
    pub each_more: Duration,
}

impl Bottleneck {
    /// The first board that brings nothing.
    pub fn board(&self) -> u32 {
        self.enough + 1
    }

    /// Looks for the smallest number of boards, the same for every master, at
    /// which none is idle: in short games first, then in whole ones. `None` where
    /// it is larger than what is played to find it.
    pub(crate) fn find(exhibition: Exhibition) -> Option<Self> {
        let masters = exhibition.terms().masters;
        let each = search(exhibition)?;
        let with = measured(exhibition, each)?;
        let more = measured(exhibition, each + 1)?;
        // Whether somebody is idle does not depend on how long games are, but for
        // those of one move; should it ever, nothing was found.
        with.idle.is_zero().then(|| Self {
            enough: each * masters,
            took: with.took,
            each_more: more.took.saturating_sub(with.took),
        })
    }
}

/// How many boards a master needs in short games: first doubling them, then
/// halving what is between.
fn search(exhibition: Exhibition) -> Option<u32> {
    let short = exhibition.of_at_most(SHORT);
    let Terms { masters, moves, .. } = *short.terms();
    let largest = MOST_BOARDS.min(MOST / moves) / masters;
    let is_idle = |each| measured(short, each).map(|outcome| !outcome.idle.is_zero());
    let (mut too_few, mut enough) = (0, 1);
    while is_idle(enough)? {
        if enough >= largest {
            return None;
        }
        (too_few, enough) = (enough, largest.min(enough * 2));
    }
    while enough - too_few > 1 {
        let between = too_few.midpoint(enough);
        if is_idle(between)? {
            too_few = between;
        } else {
            enough = between;
        }
    }
    Some(enough)
}

/// The exhibition with so many boards for each master, where it can be played.
fn measured(exhibition: Exhibition, each: u32) -> Option<Outcome> {
    let boards = exhibition.terms().masters.checked_mul(each)?;
    Some(play(&exhibition.with_boards(boards).ok()?, Manner::Simultaneous))
}
