//! The whole job against everything that one would use instead: the same photostream, fetched,
//! saved and thumbnailed by each in turn, over six lines; and what Silverprint does alone.

mod cell;
mod figures;
mod place;
mod plot;
mod race;
mod stream;
mod targets;
mod tool;
mod turn;
mod watch;

use super::report::Report;
use crate::Failure;
use cell::{CELLS, Cell};
use figures::Extent;
use place::Place;
use race::{Race, Turns};
use std::path::Path;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    All,
    Cells,
    Figures,
    /// One cell only.
    Cell(usize),
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    what: What,
    extent: Extent,
}

/// A section of bench/README.md, and what is to stand in it.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) report: Report,
}

impl Asked {
    /// From the words after `bench job`.
    pub(super) fn read(words: &[&str]) -> Result<Self, Failure> {
        let mut asked = Self { what: What::All, extent: Extent::Whole };
        for word in words {
            let cell = || CELLS.iter().position(|cell| cell.name == *word);
            match *word {
                "--quick" => asked.extent = Extent::Small,
                "--cells" => asked.what = What::Cells,
                "--figures" => asked.what = What::Figures,
                _ => asked.what = What::Cell(cell().ok_or_else(|| usage(word))?),
            }
        }
        Ok(asked)
    }

    /// A rehearsal, or a part of the whole, is shown and not written.
    pub(super) fn is_to_be_written(self) -> bool {
        self.extent == Extent::Whole && !matches!(self.what, What::Cell(_))
    }
}

fn usage(word: &str) -> String {
    let cells: Vec<&str> = CELLS.iter().map(|cell| cell.name).collect();
    format!(
        "bench job does not know {word}: [--cells | --figures | CELL] [--quick], where CELL is one of {}",
        cells.join(", ")
    )
}

pub(super) fn run(asked: Asked, root: &Path) -> Result<Vec<Section>, Failure> {
    let place = Place::ready(root)?;
    let mut sections = Vec::new();
    let cells: &[Cell] = match asked.what {
        What::All | What::Cells => &CELLS,
        What::Figures => &[],
        What::Cell(idx) => &CELLS[idx..=idx],
    };
    if !cells.is_empty() {
        sections.push(Section { name: "job", report: races(cells, &place, asked)? });
    }
    if matches!(asked.what, What::All | What::Figures) {
        let report = figures::run(&place, asked.extent)?;
        sections.push(Section { name: "job-figures", report });
    }
    Ok(sections)
}

fn races(cells: &[Cell], place: &Place, asked: Asked) -> Result<Report, Failure> {
    let versions = place.versions()?;
    println!("{versions}");
    let race = |cell: &Cell| match asked.extent {
        Extent::Whole => race::run(*cell, place, Turns::Usual),
        Extent::Small => race::run(cell.in_small(), place, Turns::One),
    };
    let races = cells.iter().map(race).collect::<Result<Vec<_>, _>>()?;
    let svg = plot::svg(&races);
    let path = if asked.is_to_be_written() { place.plot() } else { place.list("job.svg") };
    place::publish(&path, &svg)?;
    Ok(report(&races, &versions))
}

fn report(races: &[Race], versions: &str) -> Report {
    let mut report = targets::table(races);
    for race in races {
        report.append(&race.table());
    }
    report.remark(HOW.to_owned());
    report.remark(tool::how_they_are_asked());
    report.remark(format!("Versions: {versions}."));
    let line = |entrant: &race::Entrant| format!("- {}: `{}`", entrant.tool.name, entrant.command);
    let lines = races.last().map(|race| race.entrants.iter().map(line).collect::<Vec<_>>());
    report.remark(lines.unwrap_or_default().join("\n"));
    report
}

const HOW: &str = "Medians of five turns, of three where one takes more than a minute. s: from the first \
    process to the end of the last. CPU: of the client's processes, per GB of pictures. Peak: the most \
    memory that all processes of a tool had at once, in any turn. Right: photos of which the picture has \
    the server's bytes, and the thumbnail is grey, of 120×120, and within 24 dB of a Lanczos reduction \
    of the whole picture, in any turn; pictures and thumbnails by themselves beside it.";
