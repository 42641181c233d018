//! A cell: all tools on the same stream, in turns, so that what else the machine does meets all of
//! them.

use super::cell::Cell;
use super::place::Place;
use super::stream::Stream;
use super::tool::{OURS, TOOLS, Tool};
use super::turn::{self, Turn};
use crate::Failure;
use crate::bench::report::Report;
use crate::bench::rig::median;
use std::collections::BTreeSet;

/// Where one takes longer than this, all have fewer turns.
const LONG_SECONDS: f64 = 60.0;
const TURNS: usize = 5;
const TURNS_OF_LONG: usize = 3;

/// How many turns everybody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turns {
    /// Five, or three in a cell where one takes over a minute.
    Usual,
    /// One, to see that everything works.
    One,
}

/// What everybody made of a cell.
#[derive(Debug)]
pub(super) struct Race {
    pub(super) cell: Cell,
    pub(super) entrants: Vec<Entrant>,
    /// Bytes of the pictures, in all.
    bytes: u64,
    gigabytes: f64,
    /// CPU seconds of the server while ours had its turns, and how long those took.
    server: (f64, f64),
}

/// What a tool made of it.
#[derive(Debug)]
pub(super) struct Entrant {
    pub(super) tool: &'static Tool,
    /// The last command, as one would type it.
    pub(super) command: String,
    turns: Vec<Turn>,
}

/// Runs it.
pub(super) fn run(cell: Cell, place: &Place, turns: Turns) -> Result<Race, Failure> {
    println!("{}: {} photos", cell.setting, cell.setting.photos);
    let stream = Stream::serve(place, cell.setting)?;
    place.make_references(&stream)?;
    let entrant = |tool| Entrant { tool, command: String::new(), turns: Vec::new() };
    let mut entrants: Vec<Entrant> = TOOLS.iter().map(entrant).collect();
    let mut server = (0.0, 0.0);
    for round in 0..turns.most() {
        if round == TURNS_OF_LONG && entrants.iter().any(Entrant::is_long) {
            break;
        }
        for (idx, entrant) in entrants.iter_mut().enumerate() {
            let before = stream.server.cpu()?;
            entrant.take_turn(place, &stream)?;
            if idx == OURS {
                server.0 += stream.server.cpu()? - before;
                server.1 += entrant.turns.last().map_or(0.0, |turn| turn.seconds);
            }
        }
    }
    let (bytes, gigabytes) = (stream.bytes, stream.gigabytes());
    Ok(Race { cell, entrants, bytes, gigabytes, server })
}

impl Turns {
    fn most(self) -> usize {
        match self {
            Self::Usual => TURNS,
            Self::One => 1,
        }
    }
}

impl Entrant {
    fn take_turn(&mut self, place: &Place, stream: &Stream) -> Result<(), Failure> {
        let (turn, command) = turn::take(self.tool, place, stream)?;
        self.command = command;
        self.turns.push(turn);
        Ok(())
    }

    fn is_long(&self) -> bool {
        self.turns.iter().any(|turn| turn.seconds > LONG_SECONDS)
    }

    pub(super) fn seconds(&self) -> f64 {
        self.median(|turn| turn.seconds)
    }

    fn median(&self, value: impl Fn(&Turn) -> f64) -> f64 {
        median(self.turns.iter().map(value).collect())
    }

    /// A number that was not the same in every turn is given from least to most.
    fn range(&self, value: impl Fn(&Turn) -> u64) -> String {
        let values: BTreeSet<u64> = self.turns.iter().map(value).collect();
        match (values.first(), values.last()) {
            (Some(least), Some(most)) if least == most => least.to_string(),
            (Some(least), Some(most)) => format!("{least}–{most}"),
            _ => String::new(),
        }
    }

    fn most_memory(&self) -> u64 {
        self.turns.iter().map(|turn| turn.peak).max().unwrap_or(0)
    }

    /// Whether it did the whole job each time.
    pub(super) fn has_all(&self, photos: usize) -> bool {
        self.turns.iter().all(|turn| turn.trouble.is_none() && turn.tally.right == photos as u64)
    }
}

impl Race {
    /// How many times as long as ours another took.
    pub(super) fn ratio(&self, tool: usize) -> f64 {
        self.entrants[tool].seconds() / self.entrants[OURS].seconds()
    }

    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    pub(super) fn table(&self) -> Report {
        let what = self.cell.setting.to_string();
        let header = [
            &what,
            "s",
            "times ours",
            "photos/s",
            "CPU s/GB",
            "peak MiB",
            "right",
            "pictures",
            "thumbnails",
            "turns",
        ];
        let mut table = Report::new(&header);
        let photos = self.cell.setting.photos as f64;
        for (idx, entrant) in self.entrants.iter().enumerate() {
            let seconds = entrant.seconds();
            table.row(vec![
                entrant.tool.name.to_owned(),
                format!("{seconds:.2}"),
                format!("{:.2}", self.ratio(idx)),
                format!("{:.1}", photos / seconds),
                format!("{:.2}", entrant.median(|turn| turn.cpu) / self.gigabytes),
                (entrant.most_memory() >> 20).to_string(),
                entrant.range(|turn| turn.tally.right),
                entrant.range(|turn| turn.tally.pictures),
                entrant.range(|turn| turn.tally.grey),
                entrant.turns.len().to_string(),
            ]);
        }
        table.remark(self.what_it_is());
        for trouble in self.troubles() {
            table.remark(trouble);
        }
        table
    }

    fn what_it_is(&self) -> String {
        let (cpu, seconds) = self.server;
        let (photos, megabytes) = (self.cell.setting.photos, self.bytes / 1_000_000);
        let kilobytes = self.bytes / 1000 / photos as u64;
        format!(
            "{photos} photos, {megabytes} MB in all, {kilobytes} kB each. While ours had its turns, \
             the server used {:.0} % of a core.",
            100.0 * cpu / seconds
        )
    }

    /// What did not go as it should.
    fn troubles(&self) -> Vec<String> {
        let mut troubles = Vec::new();
        for Entrant { tool, turns, .. } in &self.entrants {
            let ends: BTreeSet<&str> =
                turns.iter().filter_map(|turn| turn.trouble.as_deref()).collect();
            if !ends.is_empty() {
                let ends = ends.into_iter().collect::<Vec<_>>().join(", ");
                troubles.push(format!("{}: ended with {ends}.", tool.short));
            }
            let most = |value: fn(&Turn) -> u64| turns.iter().map(value).max().unwrap_or(0);
            let (all, grey) = (most(|turn| turn.tally.thumbnails), most(|turn| turn.tally.grey));
            if all > grey {
                troubles.push(format!("{}: {} thumbnails in colour.", tool.short, all - grey));
            }
        }
        troubles
    }
}
