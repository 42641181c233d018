//! How much of N connections over a distant line is used: N ÷ latency photos a second are what
//! they can bring.

use super::{Extent, Figure, Measured, percent};
use crate::Failure;
use crate::bench::job::cell::{Kind, Setting};
use crate::bench::job::place::Place;
use crate::bench::job::stream;
use crate::bench::rig::FakeFlickr;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Instant;

const WIDTHS: [u32; 3] = [16, 32, 64];
const LATENCY_MS: u32 = 50;
/// So many photos for each connection: five seconds, if all is used.
const EACH: usize = 100;
const LEAST: f64 = 0.9;

pub(super) fn measure(place: &Place, extent: Extent) -> Measured {
    let widest = WIDTHS[WIDTHS.len() - 1];
    let (cores, _) = rates(place, extent, widest, 0)?;
    let mut figures = Vec::new();
    for width in WIDTHS {
        let (steady, whole) = rates(place, extent, width, LATENCY_MS)?;
        let bound = 1000.0 * f64::from(width) / f64::from(LATENCY_MS);
        figures.push(Figure {
            what: format!("copies at {LATENCY_MS} ms over {width} connections"),
            bound: format!(
                "≥ {} of {bound:.0} photos/s, up to {cores:.0}, what the cores allow",
                percent(LEAST)
            ),
            measured: format!(
                "{steady:.0} photos/s ({}); the whole run {whole:.0} ({})",
                percent(steady / bound),
                percent(whole / bound)
            ),
            is_kept: steady >= LEAST * bound.min(cores),
        });
    }
    let remark = format!(
        "Photos a second are those between the first tenth and the last; the whole run has its start, \
         the listing, the opening of connections and the closing in it. What the cores allow is \
         what {widest} connections bring without latency."
    );
    Ok((figures, remark))
}

/// Photos a second while it is well under way, and over all.
fn rates(place: &Place, extent: Extent, width: u32, latency: u32) -> Result<(f64, f64), Failure> {
    let photos = extent.photos(EACH * width as usize);
    let setting = Setting { kind: Kind::Copies, photos, latency, bandwidth: None };
    let server = stream::serve(place, setting)?;
    extent.medians_of(|| rate(place, &server, width, photos))
}

/// One run: each photo is timed when the program says that it is saved.
#[expect(clippy::cast_precision_loss, reason = "a few thousand photos")]
fn rate(
    place: &Place,
    server: &FakeFlickr,
    width: u32,
    photos: usize,
) -> Result<(f64, f64), Failure> {
    let folder = place.new_folder()?;
    let mut sync = place.rig.silverprint(&["sync", &server.alias, "--json", "--quiet"]);
    sync.args(["--connections", &width.to_string(), "--size", Kind::Copies.size()]);
    sync.args(["--flickr-url", &server.base, "--to"]).arg(&folder).stdout(Stdio::piped());
    let began = Instant::now();
    let mut child = sync.spawn()?;
    let mut saved = Vec::new();
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        if line?.contains("\"event\":\"saved\"") {
            saved.push(began.elapsed().as_secs_f64());
        }
    }
    let status = child.wait()?;
    let seconds = began.elapsed().as_secs_f64();
    if !status.success() || saved.len() != photos {
        return Err(format!("silverprint sync: {status}; {} of {photos} saved", saved.len()).into());
    }
    let (from, to) = (photos / 10, photos - 1 - photos / 10);
    Ok(((to - from) as f64 / (saved[to] - saved[from]), photos as f64 / seconds))
}
