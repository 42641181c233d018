//! Where more boards stop helping, found by playing: with enough boards no master
//! is ever idle, and every board more takes as long as its moves do.

use crate::exhibition::{Exhibition, MOST_BOARDS, Terms, TermsError};
use crate::outcome::Outcome;
use crate::play::{Manner, play};
use std::time::Duration;

/// The most moves that an exhibition may have that is played to find it.
const MOST: u32 = 200_000;

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
    /// which none is idle: first doubling it, then halving what is between.
    /// `None` where it is larger than what is played to find it.
    pub(crate) fn find(exhibition: Exhibition) -> Result<Option<Self>, TermsError> {
        let Terms { masters, moves, .. } = *exhibition.terms();
        let largest = MOST_BOARDS.min(MOST / moves) / masters;
        let is_idle = |each| Ok(!measured(exhibition, each)?.idle.is_zero());
        if largest == 0 {
            return Ok(None);
        }
        let (mut too_few, mut enough) = (0, 1);
        while is_idle(enough)? {
            if enough == largest {
                return Ok(None);
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
        if (enough + 1).saturating_mul(masters) > MOST_BOARDS {
            return Ok(None);
        }
        let (with, more) = (measured(exhibition, enough)?, measured(exhibition, enough + 1)?);
        Ok(Some(Self {
            enough: enough * masters,
            took: with.took,
            each_more: more.took.saturating_sub(with.took),
        }))
    }
}

/// The exhibition with so many boards for each master.
fn measured(exhibition: Exhibition, each: u32) -> Result<Outcome, TermsError> {
    let boards = exhibition.terms().masters * each;
    Ok(play(&exhibition.with_boards(boards)?, Manner::Simultaneous))
}
