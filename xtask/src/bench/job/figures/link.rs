//! Originals over a link of 1 Gbit/s: how full it is, and what that takes of the cores.

use super::{Extent, Figure, Measured, percent};
use crate::bench::job::cell::{GIGABIT, Kind, Setting};
use crate::bench::job::place::Place;
use crate::bench::job::stream::{self, gigabytes};
use crate::bench::job::tool::CONNECTIONS;

/// Fifteen seconds: long enough that start and closing count little.
const PHOTOS: usize = 500;
const LEAST_OF_LINK: f64 = 0.95;
const MOST_OF_CORES: f64 = 0.35;

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub(super) fn measure(place: &Place, extent: Extent) -> Measured {
    let photos = extent.photos(PHOTOS);
    let setting = Setting { kind: Kind::Originals, photos, latency: 0, bandwidth: Some(GIGABIT) };
    let server = stream::serve(place, setting)?;
    let (link, cores) = extent.medians_of(|| {
        let folder = place.new_folder()?;
        let run = place.rig.sync(&server, &folder, &["--connections", &CONNECTIONS.to_string()])?;
        run.expect("saved", photos as u64)?;
        let bytes = run.count("bytes")?;
        let link = gigabytes(bytes) * 1e9 / GIGABIT as f64 / run.seconds;
        Ok((link, run.cpu / run.seconds / place.cores as f64))
    })?;
    let what = |what: &str| format!("originals over 1 Gbit/s: of {what}");
    let figures = vec![
        Figure {
            what: what("the link"),
            bound: format!("≥ {}", percent(LEAST_OF_LINK)),
            measured: format!("{:.1} %", 100.0 * link),
            is_kept: link >= LEAST_OF_LINK,
        },
        Figure {
            what: what("the cores"),
            bound: format!("≤ {}", percent(MOST_OF_CORES)),
            measured: format!("{:.1} %", 100.0 * cores),
            is_kept: cores <= MOST_OF_CORES,
        },
    ];
    let remark = format!(
        "The link is fake-flickr's (`--bandwidth {GIGABIT}`): bytes of bodies, booked over all \
         connections together in pieces of 16 KiB. {photos} photos, from the start of the program \
         to its end; the cores are the client's share of both."
    );
    Ok((figures, remark))
}
