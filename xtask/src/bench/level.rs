//! How many connections a run opens when nobody sets a number: over three latencies, and to a host
//! that takes so many requests a second and no more. What is drawn is read from the runs' traces.

mod plot;
mod timeline;

use super::report::Report;
use super::rig::{Rig, Run};
use crate::Failure;
use std::fs;
use std::path::Path;
use timeline::Timeline;

/// As many connections to one host as the README says, and no more.
const CEILING: f64 = 24.0;
/// What an unannounced cap is to be used for.
const LEAST_OF_CAP: f64 = 0.7;

/// A host, and the stream that it serves.
struct Host {
    name: &'static str,
    latency: &'static str,
    /// Requests a second that it takes; more are refused.
    cap: Option<u32>,
    /// Enough for ten seconds or more.
    photos: u32,
}

const HOSTS: [Host; 4] = [
    Host { name: "5 ms", latency: "5ms", cap: None, photos: 5_000 },
    Host { name: "50 ms", latency: "50ms", cap: None, photos: 5_000 },
    Host { name: "150 ms", latency: "150ms", cap: None, photos: 2_400 },
    Host {
        name: "50 ms, at most 100 requests a second",
        latency: "50ms",
        cap: Some(100),
        photos: 2_000,
    },
];

/// A host, and what a run made of it.
struct Found {
    host: &'static Host,
    run: Run,
    timeline: Timeline,
}

pub(super) fn run(root: &Path) -> Result<Report, Failure> {
    let rig = Rig::build(root)?;
    let found = HOSTS.iter().map(|host| find(&rig, host)).collect::<Result<Vec<_>, _>>()?;
    let panels = found.iter().map(|found| (found.host.name, &found.timeline)).collect::<Vec<_>>();
    publish(&root.join("docs/level.svg"), &plot::svg(&panels))?;
    report(&found)
}

/// One run with a trace, over a stream of small pictures at one host.
fn find(rig: &Rig, host: &'static Host) -> Result<Found, Failure> {
    let (photos, cap) = (host.photos.to_string(), host.cap.map(|cap| cap.to_string()));
    let stream = ["--profile", "small", "--image-hosts", "1", "--prepare", "o"];
    let line = ["--photos", &photos, "--latency", host.latency];
    let cap: Vec<&str> = cap.iter().flat_map(|cap| ["--cap", cap]).collect();
    let server = rig.serve(&[&stream[..], &line, &cap].concat())?;
    let folder = rig.new_folder("level")?;
    let trace = folder.with_extension("trace.json");
    let name = trace.to_str().ok_or("the target directory is no text")?;
    let run = rig.sync(&server, &folder, &["--trace", name])?;
    run.expect("saved", host.photos.into())?;
    let timeline = Timeline::read(&trace)?;
    fs::remove_dir_all(&folder)?;
    fs::remove_file(&trace)?;
    Ok(Found { host, run, timeline })
}

fn report(found: &[Found]) -> Result<Report, Failure> {
    let mut report = Report::new(&[
        "host",
        "photos",
        "s",
        "connections, most",
        "in the second half",
        "photos/s there",
        "requests again",
        "bounded mostly by",
    ]);
    for Found { host, run, timeline } in found {
        let settled = timeline.second_half();
        report.row(vec![
            host.name.to_owned(),
            host.photos.to_string(),
            format!("{:.1}", run.seconds),
            format!("{:.0}", timeline.most()),
            format!("{:.0}", settled.connections),
            format!("{:.0}", settled.photos),
            timeline.again().to_string(),
            run.bounded_by()?,
        ]);
    }
    let most = found.iter().map(|found| found.timeline.most()).fold(0.0, f64::max);
    report.promise(&format!("At most {CEILING:.0} connections to a host"), most <= CEILING);
    for Found { host, timeline, .. } in found {
        if let Some(cap) = host.cap {
            let share = timeline.second_half().photos / f64::from(cap);
            let promise = format!(
                "A cap that nobody announces is used for {LEAST_OF_CAP} of it or more ({share:.2})"
            );
            report.promise(&promise, share >= LEAST_OF_CAP);
        }
    }
    report.remark(
        "Photos of about 20 kB at one host, nobody sets a number. Connections are requests under \
         way, as the run's own `--trace` has them; the second half is that of the time in which \
         photos arrive. Requests again: what was refused, and asked for once more."
            .to_owned(),
    );
    Ok(report)
}

#[expect(clippy::disallowed_methods, reason = "a picture of our own, under version control")]
fn publish(path: &Path, svg: &str) -> Result<(), Failure> {
    Ok(fs::write(path, svg)?)
}
