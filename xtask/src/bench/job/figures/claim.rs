//! What a run says that the same work would have taken one photo at a time, against a run that does
//! so.

use super::{Extent, Figure, Measured, percent};
use crate::Failure;
use crate::bench::job::cell::{Kind, Setting};
use crate::bench::job::place::Place;
use crate::bench::job::stream;
use crate::bench::rig::FakeFlickr;

/// A stream, and the limits that its runs keep.
struct Case {
    setting: Setting,
    limits: &'static [&'static str],
}

const fn case(kind: Kind, photos: usize, latency: u32, limits: &'static [&'static str]) -> Case {
    Case { setting: Setting { kind, photos, latency, bandwidth: None }, limits }
}

/// Streams that take a quarter of a minute one after the other.
const CASES: [Case; 5] = [
    case(Kind::Copies, 1_000, 0, &[]),
    case(Kind::Copies, 200, 50, &[]),
    case(Kind::Originals, 100, 50, &[]),
    case(Kind::Copies, 200, 50, &["--rate", "10"]),
    case(Kind::Originals, 30, 50, &["--bandwidth", "10M"]),
];
const MOST_OFF: f64 = 0.1;

pub(super) fn measure(place: &Place, extent: Extent) -> Measured {
    let mut figures = Vec::new();
    for Case { setting, limits } in CASES {
        let setting = Setting { photos: extent.photos(setting.photos), ..setting };
        let server = stream::serve(place, setting)?;
        let (said, took) = extent.medians_of(|| {
            let said = sync(place, &server, setting, limits)?.0;
            let sequential = [limits, &["--sequential"]].concat();
            Ok((said, sync(place, &server, setting, &sequential)?.1))
        })?;
        let off = said / took - 1.0;
        let kept = limits.join(" ");
        let kept = if kept.is_empty() { kept } else { format!(", `{kept}`") };
        figures.push(Figure {
            what: format!(
                "{} {setting}{kept}: one after the other, as a run estimates it",
                setting.photos
            ),
            bound: format!("within {} of --sequential", percent(MOST_OFF)),
            measured: format!("{said:.1} s said, {took:.1} s taken ({:+.0} %)", 100.0 * off),
            is_kept: off.abs() <= MOST_OFF,
        });
    }
    let remark = "Runs with and without `--sequential` in turns, on the same disk: the estimate of the usual \
                  ones, and what the others took."
        .to_owned();
    Ok((figures, remark))
}

/// What a run says of one after the other, and how long it took itself by its receipt.
fn sync(
    place: &Place,
    server: &FakeFlickr,
    setting: Setting,
    more: &[&str],
) -> Result<(f64, f64), Failure> {
    let folder = place.new_folder()?;
    let run =
        place.rig.sync(server, &folder, &[&["--size", setting.kind.size()], more].concat())?;
    run.expect("saved", setting.photos as u64)?;
    Ok((run.timing("one_after_the_other")?, run.seconds))
}
