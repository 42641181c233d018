//! What a run says that the same work would have taken one photo at a time, against a run that does
//! so.

use super::{Extent, Figure, Measured, percent};
use crate::Failure;
use crate::bench::job::cell::{Kind, Setting};
use crate::bench::job::place::Place;
use crate::bench::job::stream;
use crate::bench::rig::FakeFlickr;

/// Streams that take a quarter of a minute one after the other.
const STREAMS: [(Setting, &str); 3] = [
    (Setting { kind: Kind::Copies, photos: 1_000, latency: 0, bandwidth: None }, "copies, 0 ms"),
    (Setting { kind: Kind::Copies, photos: 200, latency: 50, bandwidth: None }, "copies, 50 ms"),
    (
        Setting { kind: Kind::Originals, photos: 100, latency: 50, bandwidth: None },
        "originals, 50 ms",
    ),
];
const MOST_OFF: f64 = 0.1;

pub(super) fn measure(place: &Place, extent: Extent) -> Measured {
    let mut figures = Vec::new();
    for (setting, what) in STREAMS {
        let setting = Setting { photos: extent.photos(setting.photos), ..setting };
        let server = stream::serve(place, setting)?;
        let (said, took) = extent.medians_of(|| {
            let said = sync(place, &server, setting, &[])?.0;
            Ok((said, sync(place, &server, setting, &["--sequential"])?.1))
        })?;
        let off = said / took - 1.0;
        figures.push(Figure {
            what: format!("{} {what}: one after the other, as a run estimates it", setting.photos),
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
