//! All tools on the same pictures, in turns: a round is one pass of each over a
//! kind, so that what else the machine does meets all of them.

use super::kind::{KINDS, Kind};
use super::place::Place;
use super::rival::{Rival, Time};
use super::tool::{Program, TOOLS, Tool};
use crate::Failure;
use crate::bench::report::Report;
use crate::bench::rig::median;
use crate::command::run;
use std::path::PathBuf;

/// With less of the core than this, times say more of the machine than of the tools.
const LEAST_SHARE: f64 = 0.97;

/// How long every tool took.
#[derive(Debug)]
pub(super) struct Race {
    entrants: Vec<Entrant>,
    missing: Vec<String>,
    /// The part of the core that was theirs while they were timed.
    share: f64,
}

/// A tool, and its milliseconds a picture: rounds, for each kind.
#[derive(Debug)]
struct Entrant {
    tool: &'static Tool,
    version: String,
    rounds: Vec<Vec<f64>>,
}

/// Runs it.
pub(super) fn run_rounds(place: &Place, rounds: usize) -> Result<Race, Failure> {
    let (mut rivals, mut missing) = (Vec::new(), Vec::new());
    for tool in &TOOLS {
        match Rival::start(tool, place) {
            Ok(rival) => rivals.push(rival),
            Err(failure) => missing.push(format!("{}: {failure}", tool.title)),
        }
    }
    let entrant = |rival: &Rival| {
        let version = rival.version.clone();
        Entrant { tool: rival.tool, version, rounds: Vec::new() }
    };
    let mut entrants: Vec<Entrant> = rivals.iter().map(entrant).collect();
    let (mut seconds, mut cpu) = (0.0, 0.0);
    for kind in &KINDS {
        load(&mut rivals, kind, place)?;
        let pictures = place.pictures_of(kind)?.len();
        for (entrant, times) in entrants.iter_mut().zip(in_turns(&mut rivals, kind, rounds)?) {
            seconds += times.iter().map(|time| time.seconds).sum::<f64>();
            cpu += times.iter().map(|time| time.cpu).sum::<f64>();
            entrant.rounds.push(times.iter().map(|time| each(*time, kind, pictures)).collect());
        }
    }
    Ok(Race { entrants, missing, share: cpu / seconds })
}

/// Milliseconds a picture.
#[expect(clippy::cast_precision_loss, reason = "a few dozen pictures")]
fn each(time: Time, kind: &Kind, pictures: usize) -> f64 {
    1e3 * time.seconds / f64::from(kind.times) / pictures as f64
}

/// Has every tool load a kind; what it makes of it must be thumbnails.
fn load(rivals: &mut [Rival], kind: &Kind, place: &Place) -> Result<(), Failure> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for (idx, rival) in rivals.iter_mut().enumerate() {
        let folder = place.empty_folder(&format!("made/{idx}"))?;
        rival.load(kind, &folder)?;
        folders.push(folder);
    }
    let mut judge = place.python("bench/thumbs/quality.py");
    judge.arg("sizes").args(folders);
    run(judge)
}

/// The rounds of each rival.
fn in_turns(rivals: &mut [Rival], kind: &Kind, rounds: usize) -> Result<Vec<Vec<Time>>, Failure> {
    let mut times = vec![Vec::new(); rivals.len()];
    for round in 0..rounds {
        println!("{}: round {} of {rounds}", kind.title, round + 1);
        for (rival, times) in rivals.iter_mut().zip(&mut times) {
            times.push(rival.time(kind.times)?);
        }
    }
    Ok(times)
}

impl Race {
    /// Milliseconds a picture, and in brackets how many times the C rival's.
    pub(super) fn times(&self) -> Report {
        self.table("ms a picture", |entrant, kind| {
            let time = entrant.median(kind);
            let ratio = self.entrant(Program::Turbo).map(|turbo| time / turbo.median(kind));
            let digits = if time < 100.0 { 2 } else { 1 };
            let ratio = ratio.map_or_else(String::new, |ratio| format!(" ({ratio:.2})"));
            format!("{time:.digits$}{ratio}")
        })
    }

    /// How many times the others' time is ours.
    pub(super) fn ratios(&self) -> Report {
        self.table("how many times ours", |entrant, kind| {
            let ours =
                self.entrant(Program::Ours).map(|ours| entrant.median(kind) / ours.median(kind));
            ours.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}"))
        })
    }

    fn table(&self, corner: &str, cell: impl Fn(&Entrant, usize) -> String) -> Report {
        let header: Vec<&str> =
            [corner].into_iter().chain(KINDS.iter().map(|kind| kind.title)).collect();
        let mut table = Report::new(&header);
        for entrant in &self.entrants {
            let cells = (0..KINDS.len()).map(|kind| cell(entrant, kind));
            table.row([entrant.tool.title.to_owned()].into_iter().chain(cells).collect());
        }
        table
    }

    /// How many times our time a tool took on a kind; nothing where it did not run.
    pub(super) fn ratio(&self, program: Program, kind: &str) -> Option<f64> {
        let kind = KINDS.iter().position(|known| known.name == kind)?;
        Some(self.entrant(program)?.median(kind) / self.entrant(Program::Ours)?.median(kind))
    }

    /// Whether others were at work on the core.
    fn busy(&self) -> String {
        let percent = 100.0 * self.share;
        let share = format!("While they were timed, the tools had {percent:.1} % of the core");
        if self.share < LEAST_SHARE {
            format!("{share}: **the machine was busy, so these times are to be taken again**.")
        } else {
            format!("{share}.")
        }
    }

    fn entrant(&self, program: Program) -> Option<&Entrant> {
        self.entrants.iter().find(|entrant| entrant.tool.program == program)
    }

    /// What is to be said of the tools, and how far the rounds lie apart.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut versions: Vec<&str> =
            self.entrants.iter().map(|entrant| entrant.version.as_str()).collect();
        versions.dedup();
        let spread = |entrant: &Entrant| {
            let rounds = &entrant.rounds[0];
            let least = rounds.iter().copied().fold(f64::INFINITY, f64::min);
            let most = rounds.iter().copied().fold(0.0, f64::max);
            format!("{} {least:.2} to {most:.2}", entrant.tool.title)
        };
        let spreads =
            [Program::Turbo, Program::Ours].iter().filter_map(|program| self.entrant(*program));
        let spreads: Vec<String> = spreads.map(spread).collect();
        let title = KINDS[0].title;
        let mut remarks = vec![
            format!("Fastest to slowest round of {title}, ms: {}.", spreads.join(", ")),
            self.busy(),
            format!("Versions: {}.", versions.join(", ")),
        ];
        remarks.extend(self.missing.iter().map(|missing| format!("Not run: {missing}.")));
        remarks
    }
}

impl Entrant {
    fn median(&self, kind: usize) -> f64 {
        median(self.rounds[kind].clone())
    }
}
