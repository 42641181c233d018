//! How time and memory grow with the length of the stream, and what the longest takes when nothing
//! of it is new.

use super::{Extent, Figure, Measured};
use crate::Failure;
use crate::bench::job::place::Place;
use crate::bench::job::tool::CONNECTIONS;
use crate::bench::rig::{FakeFlickr, Run};
use std::path::Path;

const SHORT: usize = 1_000;
const MIDDLE: usize = 10_000;
const LONG: usize = 100_000;
/// How much more a photo of the long stream may take than one of the short.
const MOST_GROWTH: f64 = 1.1;
/// How much more memory. Allocators keep what they have had.
const MOST_MEMORY: f64 = 1.2;
const MOST_SECONDS: f64 = 1.0;
const MOST_CALLS: u64 = 3;

pub(super) fn measure(place: &Place, extent: Extent) -> Measured {
    let (short, middle, long) = (extent.photos(SHORT), extent.photos(MIDDLE), extent.photos(LONG));
    let seconds = |photos, times| first_time(place, photos, times).map(|(_, measured)| measured);
    let brief = seconds(short, extent.times())?;
    let medium = seconds(middle, 1)?;
    let (server, lengthy) = first_time(place, long, 1)?;
    let again = |_| again(place, &server, long);
    let again = (0..extent.times()).map(again).collect::<Result<Vec<_>, _>>()?;
    let slowest = again.iter().map(|run| run.seconds).fold(0.0, f64::max);
    let calls = again.iter().map(|run| run.calls).max().unwrap_or(0);
    let growth = lengthy.each() / brief.each();
    let memory = lengthy.peak / brief.peak;
    let figures = vec![
        Figure {
            what: format!("{short} → {long} photos of 20 kB: time a photo"),
            bound: format!("≤ {MOST_GROWTH:.2}×"),
            measured: format!("{growth:.2}×: {brief}; {medium}; {lengthy}"),
            is_kept: growth <= MOST_GROWTH,
        },
        Figure {
            what: format!("{short} → {long} photos: peak memory"),
            bound: format!("≤ {MOST_MEMORY:.1}×"),
            measured: format!("{memory:.2}×"),
            is_kept: memory <= MOST_MEMORY,
        },
        Figure {
            what: format!("nothing new, {long} known"),
            bound: format!("≤ {MOST_SECONDS:.0} s, ≤ {MOST_CALLS} API calls"),
            measured: format!("{slowest:.2} s, {calls} calls"),
            is_kept: slowest <= MOST_SECONDS && calls <= MOST_CALLS,
        },
    ];
    let remark =
        "Streams of small photos without latency, each into an empty folder; the slowest of \
                  the runs with nothing new counts."
            .to_owned();
    Ok((figures, remark))
}

/// What a stream took.
struct Taken {
    photos: f64,
    seconds: f64,
    /// MiB.
    peak: f64,
}

impl Taken {
    /// Milliseconds a photo.
    fn each(&self) -> f64 {
        1e3 * self.seconds / self.photos
    }
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { photos, seconds, peak } = self;
        write!(f, "{photos:.0} in {seconds:.1} s with {peak:.0} MiB")
    }
}

/// A stream fetched for the first time: the middle of several runs. The last one's folder stays.
#[expect(clippy::cast_precision_loss, reason = "a hundred thousand photos")]
fn first_time(place: &Place, photos: usize, times: usize) -> Result<(FakeFlickr, Taken), Failure> {
    let number = photos.to_string();
    let stream = ["--profile", "small", "--quality", "88", "--image-hosts", "1"];
    let server =
        place.rig.serve(&[&stream[..], &["--photos", &number, "--prepare", "o"]].concat())?;
    let mut runs = Vec::new();
    for _ in 0..times {
        let folder = place.new_folder()?;
        let run = sync(place, &server, &folder)?;
        run.expect("saved", photos as u64)?;
        runs.push((run.seconds, run.count("peak_memory")?));
    }
    runs.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (seconds, peak) = runs[runs.len() / 2];
    let peak = (peak >> 10) as f64 / 1024.0;
    Ok((server, Taken { photos: photos as f64, seconds, peak }))
}

fn again(place: &Place, server: &FakeFlickr, photos: usize) -> Result<Run, Failure> {
    let run = sync(place, server, &place.folder())?;
    run.expect("already", photos as u64)?;
    Ok(run)
}

fn sync(place: &Place, server: &FakeFlickr, folder: &Path) -> Result<Run, Failure> {
    place.rig.sync(server, folder, &["--connections", &CONNECTIONS.to_string()])
}
