//! What `simul` takes.

use super::times::time;
use clap::{Args as ClapArgs, value_parser};
use silverprint_simul::{MOST_BOARDS, Sweep};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, ClapArgs)]
#[command(after_help = SIMUL)]
pub(crate) struct Simul {
    /// How many boards there are.
    #[arg(long, value_name = "N", default_value = "24", value_parser = value_parser!(u32).range(1..=i64::from(MOST_BOARDS)))]
    pub(crate) boards: u32,
    /// How long a master takes for a move.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time)]
    pub(crate) master: Duration,
    /// How long an opponent takes for an answer.
    #[arg(long, value_name = "TIME", default_value = "55s", value_parser = time)]
    pub(crate) opponent: Duration,
    /// How many moves a master makes at each board, with an answer to each.
    #[arg(long, value_name = "N", default_value = "30", value_parser = value_parser!(u32).range(1..))]
    pub(crate) moves: u32,
    /// How many masters go from board to board.
    #[arg(long, value_name = "N", default_value = "1", value_parser = value_parser!(u32).range(1..=i64::from(MOST_BOARDS)))]
    pub(crate) masters: u32,
    /// Play it with every number of boards from one to another: 1..60.
    #[arg(long, value_name = "FROM..TO", conflicts_with = "boards")]
    pub(crate) sweep: Option<Sweep>,
    /// Draw it into this file as well.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) svg: Option<PathBuf>,
    /// What was measured, on stdout, as one JSON object; of a sweep one for each number of boards.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

const SIMUL: &str = "\
Examples:
  silverprint simul                       24 boards: 12 hours one after the other, or one
  silverprint simul --svg exhibition.svg  and as a picture
  silverprint simul --sweep 1..60         how many boards help: from the 13th on none
  silverprint simul --masters 2           two of them, and half an hour
  silverprint simul --boards 64 --master 2ms --opponent 50ms --moves 100

The master is a core, an opponent the network, a board a connection. Boards and masters
are tasks, as in a sync, on a clock that need not be waited for: hours take milliseconds.
An exhibition ends when its masters may leave: one after the other with the last answer,
simultaneously with the last move.";
