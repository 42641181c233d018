//! What is played: how many boards, masters and moves, and how long a move takes;
//! and how large that may be, so that memory stays bounded and the wait short.

use std::time::Duration;

/// The most boards: each is a task of some hundred bytes.
pub const MOST_BOARDS: u32 = 100_000;
/// The most moves of an exhibition on all boards together.
pub const MOST_MOVES: u64 = 5_000_000;
/// The longest move.
pub const MOST_TIME: Duration = Duration::from_hours(24);

/// An exhibition as it is wished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How many boards there are.
    pub boards: u32,
    /// How many masters go around.
    pub masters: u32,
    /// How many moves a master makes at each board, with an answer to each.
    pub moves: u32,
    /// How long a master takes for a move.
    pub master: Duration,
    /// How long an opponent takes for an answer.
    pub opponent: Duration,
}

/// Why an exhibition cannot be played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// No board, or too many.
    #[error("{0} boards cannot be played: 1 to {MOST_BOARDS} can")]
    Boards(u32),
    /// Nobody to play, or too many.
    #[error("{0} masters cannot play: 1 to {MOST_BOARDS} can")]
    Masters(u32),
    /// No moves.
    #[error("a game of 0 moves cannot be played: 1 is the least")]
    NoMoves,
    /// More than is waited for.
    #[error(
        "{boards} boards with {moves} moves each are {asked} moves, and at most {MOST_MOVES} are \
         played: take fewer boards or fewer moves"
    )]
    TooMany {
        /// How many boards.
        boards: u32,
        /// How many moves each.
        moves: u32,
        /// How many that is.
        asked: u64,
    },
    /// A sweep of more than is waited for.
    #[error(
        "a sweep up to {boards} boards with {moves} moves each is {asked} moves, and at most \
         {MOST_MOVES} are played: take fewer boards or fewer moves"
    )]
    Sweep {
        /// Up to how many boards.
        boards: u32,
        /// How many moves each.
        moves: u32,
        /// How many that is.
        asked: u64,
    },
    /// A master's move that takes no time, or ages.
    #[error("a master's move takes 1 ms to 24 h in whole milliseconds, not {0:?}")]
    Master(Duration),
    /// An answer that takes ages.
    #[error("an opponent's answer takes 0 s to 24 h in whole milliseconds, not {0:?}")]
    Opponent(Duration),
}

/// An exhibition that can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhibition {
    terms: Terms,
}

impl Exhibition {
    /// Checks the terms.
    pub fn new(terms: Terms) -> Result<Self, TermsError> {
        let Terms { boards, masters, moves, master, opponent } = terms;
        let asked = u64::from(boards) * u64::from(moves);
        // The clock that is played by knows no less than a millisecond.
        let is_whole = |time: Duration| time.subsec_nanos().is_multiple_of(1_000_000);
        let is_time = |time: Duration| time <= MOST_TIME && is_whole(time);
        match () {
            () if !(1..=MOST_BOARDS).contains(&boards) => Err(TermsError::Boards(boards)),
            () if !(1..=MOST_BOARDS).contains(&masters) => Err(TermsError::Masters(masters)),
            () if moves == 0 => Err(TermsError::NoMoves),
            () if asked > MOST_MOVES => Err(TermsError::TooMany { boards, moves, asked }),
            () if !is_time(master) || master.is_zero() => Err(TermsError::Master(master)),
            () if !is_time(opponent) => Err(TermsError::Opponent(opponent)),
            () => Ok(Self { terms }),
        }
    }

    /// The same with another number of boards.
    pub fn with_boards(self, boards: u32) -> Result<Self, TermsError> {
        Self::new(Terms { boards, ..self.terms })
    }

    /// The same with one master.
    pub(crate) fn alone(self) -> Self {
        Self { terms: Terms { masters: 1, ..self.terms } }
    }

    /// The same with games of so many moves at most.
    pub(crate) fn of_at_most(self, moves: u32) -> Self {
        Self { terms: Terms { moves: moves.min(self.terms.moves), ..self.terms } }
    }

    /// What was asked for.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// How many moves the masters make in all.
    pub fn moves_in_all(&self) -> u64 {
        u64::from(self.terms.boards) * u64::from(self.terms.moves)
    }
}
