//! What was measured of an exhibition.

use crate::bottleneck::Bottleneck;
use crate::exhibition::Exhibition;
use crate::play::{Manner, play};
use std::time::Duration;

/// One exhibition, played in one manner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// From the first move until the masters could leave.
    pub took: Duration,
    /// When the last answer came; simultaneously, no master waits for it.
    pub last_answer: Duration,
    /// How many moves the masters made.
    pub moves: u64,
    /// The time that the masters spent moving, all together.
    pub busy: Duration,
    /// The time that they did not, until all of them could leave.
    pub idle: Duration,
    /// The time for which boards waited for a master after an answer.
    pub waited: Duration,
    /// The games of some boards, evenly chosen: at most 48.
    pub rows: Vec<Row>,
}

/// A board's game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The board, from 1.
    pub board: u32,
    /// When its first move was begun.
    pub began: Duration,
    /// When its last answer came.
    pub ended: Duration,
    /// Its first moves, at most 1,000.
    pub moves: Vec<Move>,
}

/// A master's move, and the opponent's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// When the master began to move.
    pub start: Duration,
    /// When the move was made.
    pub made: Duration,
    /// When it was answered.
    pub answered: Duration,
}

impl Outcome {
    /// The part of the time in which a master was at work, from 0 to 1.
    pub fn busy_share(&self) -> f64 {
        self.busy.as_secs_f64() / (self.busy + self.idle).as_secs_f64()
    }
}

/// An exhibition, played in every manner, and where more boards stop helping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// What was played.
    pub exhibition: Exhibition,
    /// By one master, one board after the other.
    pub sequential: Outcome,
    /// The same with each of several masters at a board of their own.
    pub seated: Option<Outcome>,
    /// From board to board.
    pub simultaneous: Outcome,
    /// Where the masters become the bottleneck, if that was found.
    pub bottleneck: Option<Bottleneck>,
}

impl Played {
    /// Plays an exhibition in every manner.
    pub fn new(exhibition: Exhibition) -> Self {
        let has_several = exhibition.terms().masters > 1;
        Self {
            exhibition,
            sequential: play(&exhibition.alone(), Manner::OneAfterTheOther),
            seated: has_several.then(|| play(&exhibition, Manner::OneAfterTheOther)),
            simultaneous: play(&exhibition, Manner::Simultaneous),
            bottleneck: Bottleneck::find(exhibition),
        }
    }

    /// How many times as fast the simultaneous exhibition is.
    pub fn speedup(&self) -> f64 {
        self.sequential.took.as_secs_f64() / self.simultaneous.took.as_secs_f64()
    }
}
