//! Thumbnails against those of everybody else: the same pictures, in memory,
//! on one core, in turns. What is made is checked before any time is taken.

mod exactness;
mod folder;
mod kind;
mod place;
mod quality;
mod race;
mod rival;
mod targets;
mod tool;

use super::report::Report;
use crate::Failure;
use place::Place;
use std::env;
use std::path::Path;

/// Names another number of rounds.
const ROUNDS: &str = "SILVERPRINT_BENCH_ROUNDS";
/// About ten minutes.
const USUAL_ROUNDS: usize = 7;

pub(super) fn run(root: &Path) -> Result<Report, Failure> {
    let rounds = rounds()?;
    let place = Place::ready(root)?;
    let exactness = exactness::check(&place, root)?;
    println!("{}", exactness.remark());
    let quality = quality::measure(&place)?;
    let race = race::run_rounds(&place, rounds)?;
    let cores = folder::measure(&place, rounds, root)?;

    let mut report = race.times();
    report.remark(format!(
        "Medians of {rounds} rounds; in brackets, times C + libjpeg-turbo's. {HOW}"
    ));
    for remark in race.remarks() {
        report.remark(remark);
    }
    report.append(&race.ratios());
    report.append(&quality.table());
    report.remark(AGAINST.to_owned());
    report.remark(exactness.remark());
    report.remark(cores.as_ref().map_or_else(|| NO_COMMAND.to_owned(), folder::Cores::remark));
    report.append(&targets::table(&race, &quality, cores.as_ref()));
    Ok(report)
}

const HOW: &str = "From a JPEG in memory to a grey JPEG of 120×120 in memory, quality 85; each tool \
    in a process of its own, in which its library is called, with one thread on one core. Pillow as \
    in the talk squeezes rather than crops, and writes quality 75. Of the rivals only libvips \
    converts the colours of Display P3. FFmpeg's thumbnails have a flat \
    chroma, and a quality in its own terms.";

const AGAINST: &str =
    "Before encoding, against Lanczos over the whole picture, decoded in full, with the same crop.";

const NO_COMMAND: &str = "Two cores against one were not measured: there is no `silverprint thumbs` yet, or one core only.";

fn rounds() -> Result<usize, Failure> {
    let Some(named) = env::var_os(ROUNDS) else { return Ok(USUAL_ROUNDS) };
    let rounds = named.to_str().and_then(|named| named.parse().ok()).filter(|rounds| *rounds > 0);
    Ok(rounds.ok_or_else(|| format!("{ROUNDS}={} is no number of rounds", named.display()))?)
}
