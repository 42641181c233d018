//! What was to be reached against others, and whether it was.

use super::cell::Kind;
use super::race::Race;
use super::tool::{ARIA2, CURL, GALLERY_DL, IMG2DATASET, OURS, TALK};
use crate::bench::report::Report;

/// A ratio to reach.
struct Target {
    against: &'static str,
    /// The best of these counts.
    tools: &'static [usize],
    kind: Kind,
    /// In which latency only, if it is not all cells of the kind.
    latency: Option<u32>,
    least: f64,
}

const TARGETS: [Target; 8] = [
    of("the talk's best stage", &TALK, Kind::Originals, None, 7.0),
    of("the talk's best stage", &TALK, Kind::Copies, None, 4.0),
    of("gallery-dl + vipsthumbnail", &[GALLERY_DL], Kind::Originals, Some(50), 8.0),
    of("gallery-dl + vipsthumbnail", &[GALLERY_DL], Kind::Copies, Some(50), 30.0),
    of("aria2c + vipsthumbnail", &[ARIA2], Kind::Originals, None, 2.5),
    of("curl --parallel + libvips", &[CURL], Kind::Originals, None, 2.2),
    of("img2dataset", &[IMG2DATASET], Kind::Originals, None, 8.0),
    of("img2dataset", &[IMG2DATASET], Kind::Copies, None, 3.0),
];

const BOUNDED: &str = "Where the line bounds Silverprint (1 Gbit/s; as many connections as others have, at 150 ms) no \
    ratio can be larger than the line leaves it.";

const fn of(
    against: &'static str,
    tools: &'static [usize],
    kind: Kind,
    latency: Option<u32>,
    least: f64,
) -> Target {
    Target { against, tools, kind, latency, least }
}

/// Every ratio to reach, in each of the cells that it is meant for.
pub(super) fn table(races: &[Race]) -> Report {
    let header = ["times ours, to reach", "cell", "at least", "measured", "verdict"];
    let mut table = Report::new(&header);
    for target in &TARGETS {
        for race in races.iter().filter(|race| target.is_of(race)) {
            table.row(target.row(race));
        }
    }
    table.remark(BOUNDED.to_owned());
    let all = |race: &Race| race.entrants[OURS].has_all(race.cell.setting.photos);
    table.promise("Every photo right, in every turn of ours", races.iter().all(all));
    table
}

impl Target {
    fn is_of(&self, race: &Race) -> bool {
        let setting = race.cell.setting;
        let is_latency = self.latency.is_none_or(|latency| latency == setting.latency);
        let is_meant = self.latency.is_none() || setting.bandwidth.is_none();
        setting.kind == self.kind && is_latency && is_meant
    }

    fn row(&self, race: &Race) -> Vec<String> {
        let ratios = self.tools.iter().map(|tool| race.ratio(*tool));
        let measured = ratios.fold(f64::INFINITY, f64::min);
        vec![
            self.against.to_owned(),
            race.cell.setting.to_string(),
            format!("{:.1}×", self.least),
            format!("{measured:.2}×"),
            verdict(measured >= self.least),
        ]
    }
}

pub(super) fn verdict(is_kept: bool) -> String {
    if is_kept { "kept" } else { "**not kept**" }.to_owned()
}
