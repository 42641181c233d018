//! How long the event loop keeps anybody waiting under full load: how late a heartbeat on it comes,
//! as the run's own receipt tells.

use super::{Extent, Figure, Measured};
use crate::bench::job::cell::{Kind, Setting};
use crate::bench::job::place::Place;
use crate::bench::job::stream;
use crate::bench::job::tool::CONNECTIONS;
use crate::bench::rig::median;

/// Kinds of pictures, and so many that they take ten seconds or more: a beat every 5 ms makes two
/// thousand of them.
const LOADS: [(Kind, &str, usize); 2] =
    [(Kind::Copies, "copies", 4_000), (Kind::Originals, "originals of 12 MP", 300)];
const MOST_MS: f64 = 10.0;

pub(super) fn measure(place: &Place, extent: Extent) -> Measured {
    let mut figures = Vec::new();
    for (kind, what, photos) in LOADS {
        let photos = extent.photos(photos);
        let setting = Setting { kind, photos, latency: 0, bandwidth: None };
        let server = stream::serve(place, setting)?;
        let mut late = Vec::new();
        for _ in 0..extent.times() {
            let folder = place.new_folder()?;
            let connections = CONNECTIONS.to_string();
            let args = ["--connections", &connections, "--size", kind.size()];
            let run = place.rig.sync(&server, &folder, &args)?;
            run.expect("saved", photos as u64)?;
            late.push(run.timing("heartbeat_p999_ms")?);
        }
        let late = median(late);
        figures.push(Figure {
            what: format!("{what} without latency: the event loop's stall, p99.9"),
            bound: format!("≤ {MOST_MS:.0} ms"),
            measured: format!("{late:.1} ms"),
            is_kept: late <= MOST_MS,
        });
    }
    let remark = "A task on the event loop asks to be woken every 5 ms, and the run's receipt says how late it \
                  was: `heartbeat_p999_ms`. Client and server share two cores, which are all in use, so \
                  what the scheduler of the machine gives to others is in it."
        .to_owned();
    Ok((figures, remark))
}
