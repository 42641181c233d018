//! The whole job: listed, fetched, checked, thumbnailed, synced to the disk,
//! catalogued, and shown in a sheet; and the job when nothing is new.

use super::report::Report;
use super::rig::{FakeFlickr, Rig, Run, median};
use crate::Failure;
use std::path::{Path, PathBuf};

const KNOWN: u64 = 20_000;
const TIMES: usize = 3;

/// A stream, and how many photos it has.
struct Job {
    name: &'static str,
    photos: u64,
    server: &'static [&'static str],
}

const JOBS: [Job; 3] = [
    Job { name: "400 px", photos: 2_000, server: &["--profile", "small"] },
    Job {
        name: "400 px, 50 ms",
        photos: 2_000,
        server: &["--profile", "small", "--latency", "50ms"],
    },
    Job {
        name: "12 MP",
        photos: 300,
        server: &["--profile", "clean", "--originals", "4000", "--paintings", "16"],
    },
];

pub(super) fn run(root: &Path) -> Result<Report, Failure> {
    let rig = Rig::build(root)?;
    let header = ["job", "photos", "s", "photos/s", "MB/s", "CPU s", "CPU s/GB", "API calls"];
    let mut report = Report::new(&header);
    for job in &JOBS {
        let server = serve(&rig, job.server, job.photos)?;
        let mut runs = Vec::new();
        for _ in 0..TIMES {
            let folder = rig.new_folder("sync")?;
            let run = rig.sync(&server, &folder, &[])?;
            run.expect("saved", job.photos)?;
            runs.push(run);
        }
        report.row(row(job.name, job.photos, &runs)?);
    }
    report.row(nothing_new(&rig)?);
    report.remark(format!(
        "Medians of {TIMES} runs each; pictures are painted before, and end on the disk, synced."
    ));
    Ok(report)
}

fn nothing_new(rig: &Rig) -> Result<Vec<String>, Failure> {
    let server = serve(rig, &["--profile", "tiny"], KNOWN)?;
    let folder: PathBuf = rig.new_folder("known")?;
    rig.sync(&server, &folder, &[])?.expect("saved", KNOWN)?;
    let again = |_| rig.sync(&server, &folder, &[]);
    let runs = (0..TIMES).map(again).collect::<Result<Vec<_>, _>>()?;
    runs.iter().try_for_each(|run| run.expect("already", KNOWN))?;
    row("nothing new", KNOWN, &runs)
}

fn serve(rig: &Rig, args: &[&str], photos: u64) -> Result<FakeFlickr, Failure> {
    rig.serve(&[args, &["--prepare", "o", "--photos", &photos.to_string()]].concat())
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn row(name: &str, photos: u64, runs: &[Run]) -> Result<Vec<String>, Failure> {
    let (seconds, cpu) = (of(runs, |run| run.seconds), of(runs, |run| run.cpu));
    let gigabytes = runs[0].count("bytes")? as f64 / 1e9;
    let fetched = |text: String| if gigabytes > 0.0 { text } else { "–".to_owned() };
    Ok(vec![
        name.to_owned(),
        photos.to_string(),
        format!("{seconds:.2}"),
        format!("{:.0}", photos as f64 / seconds),
        fetched(format!("{:.1}", gigabytes * 1e3 / seconds)),
        format!("{cpu:.2}"),
        fetched(format!("{:.1}", cpu / gigabytes)),
        runs[0].calls.to_string(),
    ])
}

fn of(runs: &[Run], value: impl Fn(&Run) -> f64) -> f64 {
    median(runs.iter().map(value).collect())
}
