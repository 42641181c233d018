//! What a gigabyte costs the client: all but the thumbnails, and downloading alone, against curl.

use super::{Extent, Figure, Measured};
use crate::Failure;
use crate::bench::job::cell::{Kind, Setting};
use crate::bench::job::place::Place;
use crate::bench::job::stream::Stream;
use crate::bench::job::tool::CONNECTIONS;
use crate::bench::job::watch;
use crate::bench::rig::children_cpu;
use crate::command::output;
use std::process::Command;

const PHOTOS: usize = 300;
const MOST_SECONDS_A_GB: f64 = 1.6;
const MOST_TIMES_CURL: f64 = 1.4;
/// What the threads are called that make thumbnails.
const THUMBNAILERS: &str = "thumb-";

pub(super) fn measure(place: &Place, extent: Extent) -> Measured {
    let photos = extent.photos(PHOTOS);
    let setting = Setting { kind: Kind::Originals, photos, latency: 0, bandwidth: None };
    let stream = Stream::serve(place, setting)?;
    let (rest, thumbs) = extent.medians_of(|| without_thumbnails(place, &stream))?;
    let fetch = place.build_fetch()?;
    // In turns.
    let (ours, theirs) = extent.medians_of(|| {
        let mut ours = place.program(&fetch, &[]);
        ours.arg(place.list("urls")).arg(CONNECTIONS.to_string());
        Ok((cpu_of(ours, &stream)?, cpu_of(curl(place), &stream)?))
    })?;
    let figures = vec![
        Figure {
            what: "CPU for download, SHA-256 and write".to_owned(),
            bound: format!("≤ {MOST_SECONDS_A_GB:.1} s/GB"),
            measured: format!("{rest:.2} s/GB; thumbnails {thumbs:.2} more"),
            is_kept: rest <= MOST_SECONDS_A_GB,
        },
        Figure {
            what: "CPU for download alone".to_owned(),
            bound: format!("≤ {MOST_TIMES_CURL:.1}× curl's"),
            measured: format!("{:.2}× ({ours:.2} and {theirs:.2} s/GB)", ours / theirs),
            is_kept: ours <= MOST_TIMES_CURL * theirs,
        },
    ];
    let remark = format!(
        "CPU seconds a gigabyte of originals. Without thumbnails is a whole `sync` without the CPU time \
         of the threads that make them: listing, catalogue, syncs and contact sheet are in it. \
         Download alone is silverprint-http's client (its example `fetch`) and `curl --parallel \
         --parallel-max {CONNECTIONS}`, both of which keep nothing."
    );
    Ok((figures, remark))
}

/// CPU seconds a gigabyte: of all other threads, and of those that make thumbnails.
fn without_thumbnails(place: &Place, stream: &Stream) -> Result<(f64, f64), Failure> {
    let server = &stream.server;
    let folder = place.new_folder()?;
    let mut sync = place.rig.silverprint(&["sync", &server.alias, "--quiet"]);
    sync.args(["--connections", &CONNECTIONS.to_string(), "--flickr-url", &server.base, "--to"]);
    let cpu = children_cpu()?;
    let mut child = sync.arg(&folder).spawn()?;
    let watch = watch::threads(child.id());
    let status = child.wait()?;
    let all = children_cpu()? - cpu;
    let threads = watch.end()?;
    if !status.success() {
        return Err(format!("silverprint sync: {status}").into());
    }
    let thumbs = threads.iter().filter(|((name, _), _)| name.starts_with(THUMBNAILERS));
    let thumbs: f64 = thumbs.map(|(_, seconds)| seconds).sum();
    Ok(((all - thumbs) / stream.gigabytes(), thumbs / stream.gigabytes()))
}

fn cpu_of(command: Command, stream: &Stream) -> Result<f64, Failure> {
    let cpu = children_cpu()?;
    output(command)?;
    Ok((children_cpu()? - cpu) / stream.gigabytes())
}

fn curl(place: &Place) -> Command {
    let mut command = place.program("curl", &["--silent", "--show-error", "--fail", "--parallel"]);
    command.args(["--parallel-max", &CONNECTIONS.to_string(), "--config"]);
    command.arg(place.list("nowhere"));
    command
}
