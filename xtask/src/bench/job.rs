//! The whole job against everything that one would use instead: the same photostream, fetched,
//! saved and thumbnailed by each in turn, over six lines; or what Silverprint does alone.

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
use figures::{Extent, PARTS};
use place::Place;
use race::{Race, Turns};
use std::ops::Range;
use std::path::Path;

/// What is measured: which of the cells, and which of the figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    cells: Range<usize>,
    figures: Range<usize>,
    extent: Extent,
}

/// A section of bench/README.md, and what is to stand in it.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) report: Report,
}

impl Asked {
    const ALL_CELLS: Range<usize> = 0..CELLS.len();
    const ALL_FIGURES: Range<usize> = 0..PARTS.len();

    /// From the words after `bench job`.
    pub(super) fn read(words: &[&str]) -> Result<Self, Failure> {
        let mut asked = Self { cells: Self::ALL_CELLS, figures: 0..0, extent: Extent::Whole };
        for word in words {
            let cell = CELLS.iter().position(|cell| cell.name == *word);
            let figure = PARTS.iter().position(|part| part.name == *word);
            match (*word, cell, figure) {
                ("--quick", ..) => asked.extent = Extent::Small,
                ("--figures", ..) => (asked.cells, asked.figures) = (0..0, Self::ALL_FIGURES),
                (_, Some(idx), _) => (asked.cells, asked.figures) = (idx..idx + 1, 0..0),
                (_, _, Some(idx)) => (asked.cells, asked.figures) = (0..0, idx..idx + 1),
                (_, None, None) => return Err(usage(word).into()),
            }
        }
        Ok(asked)
    }

    /// A rehearsal, or a part of a section, is shown and not written.
    pub(super) fn is_to_be_written(&self) -> bool {
        let is_whole = |part: &Range<usize>, whole| part.is_empty() || *part == whole;
        self.extent == Extent::Whole
            && is_whole(&self.cells, Self::ALL_CELLS)
            && is_whole(&self.figures, Self::ALL_FIGURES)
    }
}

fn usage(word: &str) -> String {
    let cells = CELLS.iter().map(|cell| cell.name);
    let parts: Vec<&str> = cells.chain(PARTS.iter().map(|part| part.name)).collect();
    format!(
        "bench job does not know {word}: [--figures | PART] [--quick], where PART is one of {}",
        parts.join(", ")
    )
}

pub(super) fn run(asked: &Asked, root: &Path) -> Result<Vec<Section>, Failure> {
    let place = Place::ready(root)?;
    let mut sections = Vec::new();
    let (cells, parts) = (&CELLS[asked.cells.clone()], &PARTS[asked.figures.clone()]);
    if !cells.is_empty() {
        sections.push(Section { name: "job", report: races(cells, &place, asked)? });
    }
    if !parts.is_empty() {
        let report = figures::run(parts, &place, asked.extent)?;
        sections.push(Section { name: "job-figures", report });
    }
    Ok(sections)
}

fn races(cells: &[Cell], place: &Place, asked: &Asked) -> Result<Report, Failure> {
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

const HOW: &str = "Medians of five turns, of three in cells where one takes more than a minute. s: from the first \
    process to the end of the last. CPU: of the client's processes, per GB of pictures. Peak: the \
    memory of all processes that a tool had at once, each with the most that it has had so far, and what \
    they share with each; the most in any turn. Right: photos of which the picture has \
    the server's bytes, and the thumbnail is grey, of 120×120, and 24 dB or nearer to a Lanczos reduction \
    of the whole picture; pictures and thumbnails by themselves beside it.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_sections_are_written() {
        let is_written = |words: &[&str]| Asked::read(words).unwrap().is_to_be_written();
        assert!(is_written(&[]) && is_written(&["--figures"]));
        assert!(!is_written(&["--quick"]) && !is_written(&["--figures", "--quick"]));
        assert!(!is_written(&["copies-50"]) && !is_written(&["link"]));
        assert!(Asked::read(&["nonsense"]).unwrap_err().to_string().contains("copies-150"));
    }
}
