//! What Silverprint does alone: single figures, each against what was to be reached.

mod claim;
mod cpu;
mod first;
mod growth;
mod heartbeat;
mod link;
mod width;

use super::place::Place;
use super::targets::verdict;
use crate::Failure;
use crate::bench::report::Report;
use crate::bench::rig::median;

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    /// Little, to see that everything works.
    Small,
}

/// One of them.
struct Figure {
    what: String,
    bound: String,
    measured: String,
    is_kept: bool,
}

/// Figures that are taken together.
pub(super) struct Part {
    pub(super) name: &'static str,
    measure: fn(&Place, Extent) -> Measured,
}

pub(super) const PARTS: [Part; 7] = [
    Part { name: "width", measure: width::measure },
    Part { name: "link", measure: link::measure },
    Part { name: "cpu", measure: cpu::measure },
    Part { name: "growth", measure: growth::measure },
    Part { name: "first", measure: first::measure },
    Part { name: "heartbeat", measure: heartbeat::measure },
    Part { name: "claim", measure: claim::measure },
];

/// Takes them.
pub(super) fn run(parts: &[Part], place: &Place, extent: Extent) -> Result<Report, Failure> {
    let mut table = Report::new(&["what", "to reach", "measured", "verdict"]);
    let mut remarks = Vec::new();
    for Part { name, measure } in parts {
        println!("{name}");
        let (figures, remark) = measure(place, extent)?;
        for figure in figures {
            let Figure { what, bound, measured, is_kept } = figure;
            table.row(vec![what, bound, measured, verdict(is_kept)]);
        }
        remarks.push(remark);
    }
    for remark in remarks {
        table.remark(remark);
    }
    Ok(table)
}

/// Some figures, and how they were taken.
type Measured = Result<(Vec<Figure>, String), Failure>;

impl Extent {
    /// How often something is measured, of which the middle counts.
    fn times(self) -> usize {
        if self == Self::Whole { 3 } else { 1 }
    }

    /// A number of photos.
    fn photos(self, whole: usize) -> usize {
        if self == Self::Whole { whole } else { (whole / 20).max(4) }
    }

    /// The middles of several measurements of two things.
    fn medians_of(
        self,
        mut measure: impl FnMut() -> Result<(f64, f64), Failure>,
    ) -> Result<(f64, f64), Failure> {
        let both = (0..self.times()).map(|_| measure()).collect::<Result<Vec<_>, _>>()?;
        let (one, other) = both.into_iter().unzip();
        Ok((median(one), median(other)))
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}
