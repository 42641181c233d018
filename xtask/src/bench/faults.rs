//! A thousand photos, 160 of which meet a fault that passes, and what everybody
//! makes of them: each tool in turn, on a fresh server with the same faults,
//! into a folder that is then held against the server's truth.

mod place;
mod stream;
mod tally;
mod tool;

use super::report::Report;
use super::rig::{children_cpu, median};
use crate::Failure;
use place::Place;
use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Instant;
use stream::{PHOTOS, Stream};
use tally::Tally;
use tool::{TOOLS, Tool};

/// Names another number of rounds.
const ROUNDS: &str = "SILVERPRINT_BENCH_ROUNDS";
const USUAL_ROUNDS: usize = 3;

/// What a tool did in one of its turns.
#[derive(Debug)]
struct Turn {
    seconds: f64,
    cpu: f64,
    /// Requests for pictures.
    requests: u64,
    exit: String,
    tally: Tally,
}

/// What a tool did in all of them.
#[derive(Debug)]
struct Record {
    tool: &'static Tool,
    version: String,
    /// The last one, as one would type it.
    command: String,
    turns: Vec<Turn>,
}

pub(super) fn run(root: &Path) -> Result<Report, Failure> {
    let rounds = rounds()?;
    let place = Place::ready(root)?;
    let mut records = Vec::new();
    for tool in &TOOLS {
        let version = place.version(tool)?;
        println!("{} {version}", tool.name);
        records.push(Record { tool, version, command: String::new(), turns: Vec::new() });
    }
    for _ in 0..rounds {
        for record in &mut records {
            record.take_turn(&place)?;
        }
    }
    report(&records, rounds)
}

impl Record {
    /// Has the tool fetch the stream from a server of its own.
    fn take_turn(&mut self, place: &Place) -> Result<(), Failure> {
        let stream = Stream::serve(place)?;
        let folder = place.rig.new_folder("faults/files")?;
        place.write_lists(&stream)?;
        let mut command = (self.tool.command)(place, &stream, &folder);
        self.command = place::as_typed(&command, &stream, &folder);
        let log = place.log(self.tool)?;
        command.stdout(log.try_clone()?).stderr(log);
        let cpu = children_cpu()?;
        let began = Instant::now();
        let status = command.status()?;
        let seconds = began.elapsed().as_secs_f64();
        let turn = Turn {
            seconds,
            cpu: children_cpu()? - cpu,
            requests: stream.server.hits()?.images,
            exit: exit(status),
            tally: Tally::of(&stream.photos, &folder.join(self.tool.pictures), place)?,
        };
        println!("{}: {turn:?}", self.tool.name);
        self.turns.push(turn);
        Ok(())
    }

    fn seconds(&self) -> f64 {
        self.median(|turn| turn.seconds)
    }

    fn median(&self, value: impl Fn(&Turn) -> f64) -> f64 {
        median(self.turns.iter().map(value).collect())
    }

    fn has_all_right(&self) -> bool {
        self.turns.iter().all(|turn| turn.tally.right == PHOTOS)
    }

    /// A number that was not the same in every turn is given from least to most.
    fn range<T: Ord + ToString>(&self, value: impl Fn(&Turn) -> T) -> String {
        let values: BTreeSet<T> = self.turns.iter().map(value).collect();
        match (values.first(), values.last()) {
            (Some(least), Some(most)) if least == most => least.to_string(),
            (Some(least), Some(most)) => format!("{}–{}", least.to_string(), most.to_string()),
            _ => String::new(),
        }
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.tool.name.to_owned(),
            format!("{:.1}", self.seconds()),
            format!("{:.1}", self.median(|turn| turn.cpu)),
            self.range(|turn| turn.tally.right),
            self.range(|turn| turn.tally.wrong),
            self.range(|turn| turn.tally.missing),
            self.range(|turn| turn.exit.clone()),
            self.range(|turn| turn.requests),
        ]
    }
}

fn report(records: &[Record], rounds: usize) -> Result<Report, Failure> {
    let header = ["tool", "s", "CPU s", "right", "wrong kept", "missing", "exit", "requests"];
    let mut report = Report::new(&header);
    for record in records {
        report.row(record.row());
    }
    report
        .remark(format!("Rounds, in turns: {rounds}; times are medians. {}", stream::what_it_is()));
    report.remark(tool::how_they_are_asked());
    let [ours, others @ ..] = records else { return Err("nobody took part".into()) };
    let is_perfect = ours.has_all_right() && ours.turns.iter().all(|turn| turn.exit == "0");
    report.promise("Silverprint: 1,000 right, none wrong, none missing, exit 0", is_perfect);
    let right = others.iter().filter(|record| record.has_all_right());
    if let Some(rival) = right.min_by(|a, b| a.seconds().total_cmp(&b.seconds())) {
        let (name, seconds) = (rival.tool.name, rival.seconds());
        let promise = format!(
            "Faster than the fastest other that got all of them right ({name}, {seconds:.1} s)"
        );
        report.promise(&promise, is_perfect && ours.seconds() < seconds);
    }
    let line = |record: &Record| {
        format!("- {} {}: `{}`", record.tool.name, record.version, record.command)
    };
    report.remark(records.iter().map(line).collect::<Vec<_>>().join("\n"));
    Ok(report)
}

fn exit(status: ExitStatus) -> String {
    status.code().map_or_else(|| "killed".to_owned(), |code| code.to_string())
}

fn rounds() -> Result<usize, Failure> {
    let Some(named) = env::var_os(ROUNDS) else { return Ok(USUAL_ROUNDS) };
    let rounds = named.to_str().and_then(|named| named.parse().ok()).filter(|rounds| *rounds > 0);
    Ok(rounds.ok_or_else(|| format!("{ROUNDS}={} is no number of rounds", named.display()))?)
}
