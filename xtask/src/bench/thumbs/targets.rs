//! What was to be reached, and whether it was.

use super::folder::Cores;
use super::quality::Quality;
use super::race::Race;
use super::tool::{LIBVIPS, PILLOW, Program};
use crate::bench::report::Report;

/// A figure to reach.
struct Target {
    what: &'static str,
    unit: &'static str,
    least: f64,
    aim: Option<f64>,
    measured: Option<f64>,
}

impl Target {
    fn ratio(what: &'static str, [least, aim]: [f64; 2], measured: Option<f64>) -> Self {
        Self { what, unit: "×", least, aim: Some(aim), measured }
    }

    fn decibels(what: &'static str, least: f64, measured: f64) -> Self {
        Self { what, unit: " dB", least, aim: None, measured: Some(measured) }
    }

    fn row(&self) -> Vec<String> {
        let figure = |value: f64, digits: usize| format!("{value:.digits$}{}", self.unit);
        let verdict = match self.measured {
            None => "not measured",
            Some(measured) if measured < self.least => "**not kept**",
            Some(measured) if self.aim.is_some_and(|aim| measured >= aim) => "kept, and the aim",
            Some(_) => "kept",
        };
        let missing = || "–".to_owned();
        vec![
            self.what.to_owned(),
            figure(self.least, 1),
            self.aim.map_or_else(missing, |aim| figure(aim, 1)),
            self.measured.map_or_else(missing, |measured| figure(measured, 2)),
            verdict.to_owned(),
        ]
    }
}

/// Every target of these measurements.
pub(super) fn table(race: &Race, quality: &Quality, cores: Option<&Cores>) -> Report {
    let turbo = |kind| race.ratio(Program::Turbo, kind);
    let targets = [
        Target::ratio("C + libjpeg-turbo, 12 MP", [3.0, 5.0], turbo("base12")),
        Target::ratio("C + libjpeg-turbo, 12 MP progressive", [50.0, 60.0], turbo("prog12")),
        Target::ratio("C + libjpeg-turbo, 24 MP", [2.5, 4.0], turbo("base24")),
        Target::ratio("C + libjpeg-turbo, 2048 px", [2.5, 4.0], turbo("k2048")),
        Target::ratio("C + libjpeg-turbo, 1024 px", [1.2, 2.0], turbo("b1024")),
        Target::ratio("C + libjpeg-turbo, 500 px", [1.2, 2.0], turbo("s500")),
        Target::ratio("libvips, 12 MP", [4.0, 6.0], race.ratio(LIBVIPS, "base12")),
        Target::ratio("Pillow as in the talk, 12 MP", [14.0, 20.0], race.ratio(PILLOW, "base12")),
        Target::ratio("two cores against one, a folder", [1.9, 2.0], cores.map(Cores::ratio)),
        Target::decibels("PSNR, mean, short side ≥ 960", 45.0, quality.mean()),
        Target::decibels("PSNR, worst, short side ≥ 960", 40.0, quality.worst()),
    ];
    let mut table = Report::new(&["to reach", "at least", "aim", "measured", "verdict"]);
    for target in &targets {
        table.row(target.row());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_by_what_was_measured() {
        let verdict = |measured| Target::ratio("x", [1.5, 2.0], measured).row().pop().unwrap();
        assert_eq!(verdict(None), "not measured");
        assert_eq!(verdict(Some(1.49)), "**not kept**");
        assert_eq!(verdict(Some(1.5)), "kept");
        assert_eq!(verdict(Some(2.0)), "kept, and the aim");
    }
}
