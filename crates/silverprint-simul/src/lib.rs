//! The chess exhibition: one master against many boards, played by tasks on a
//! virtual clock. An [`Exhibition`] is played one board after the other and
//! simultaneously, and what is told of it is measured, never computed: how long
//! it took, how busy the masters were, and from which board on more boards stop
//! helping. [`text`] and [`svg`] draw it.
//!
//! What is counted: an exhibition ends when its masters may leave. One after the
//! other, a master stays for the answer to each move, so also for the last one;
//! simultaneously, a master waits for no answer, and leaves after the last move.
//! The last answer comes later, and is in the [`Outcome`] as well.
//!
//! This crate never knows the network, the disk, the real time or any other crate
//! of ours, and prints nothing. It is the only one that may have tokio's clock
//! for tests.

mod bottleneck;
mod clock;
mod exhibition;
mod hall;
mod outcome;
mod play;
mod scale;
pub mod svg;
mod sweep;
pub mod text;

pub use bottleneck::Bottleneck;
pub use exhibition::{Exhibition, MOST_BOARDS, MOST_MOVES, MOST_TIME, Terms, TermsError};
pub use outcome::{Move, Outcome, Played, Row};
pub use play::{Manner, play};
pub use sweep::{MOST_COUNTS, Point, Sweep, Swept};
