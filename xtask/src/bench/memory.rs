//! The most memory that a sync holds: the receipt's own figure, which is the
//! kernel's (`VmHWM`).

use super::report::Report;
use super::rig::Rig;
use crate::Failure;
use std::path::Path;

const MOST: u64 = 200 << 20;
/// How far a short stream may be from a long one, in percent of the long one.
const SPREAD: u64 = 20;

/// Large originals: a little of every oddity, so progressive ones, PNGs and
/// bodies without a length are among them. Few paintings, for they take long.
const LARGE: [&str; 8] =
    ["--profile", "default", "--originals", "4000", "--paintings", "16", "--prepare", "o"];

pub(super) fn run(root: &Path) -> Result<Report, Failure> {
    let rig = Rig::build(root)?;
    let mut report = Report::new(&["stream", "photos", "MB fetched", "s", "peak MiB"]);
    let small: &[&str] = &["--profile", "small", "--prepare", "o"];
    let clean: &[&str] =
        &["--profile", "clean", "--originals", "4000", "--paintings", "16", "--prepare", "o"];
    let short = measure(&rig, &mut report, "400 px", small, 2_000)?;
    let long = measure(&rig, &mut report, "400 px", small, 20_000)?;
    measure(&rig, &mut report, "12 MP, baseline", clean, 300)?;
    let large = measure(&rig, &mut report, "12 MP, every kind", &LARGE, 300)?;
    report.promise("At most 200 MiB for 20,000 photos", long <= MOST);
    let difference = 100 * short.abs_diff(long) / long;
    let promise = format!("2,000 photos within {SPREAD} % of 20,000 ({difference} %)");
    report.promise(&promise, difference <= SPREAD);
    report.promise("At most 200 MiB for originals of 12 MP", large <= MOST);
    Ok(report)
}

fn measure(
    rig: &Rig,
    report: &mut Report,
    stream: &str,
    server: &[&str],
    photos: u64,
) -> Result<u64, Failure> {
    let number = photos.to_string();
    let server = rig.serve(&[server, &["--photos", &number]].concat())?;
    let folder = rig.new_folder("memory")?;
    let run = rig.sync(&server, &folder, &[])?;
    run.expect("saved", photos)?;
    let (bytes, peak) = (run.count("bytes")?, run.count("peak_memory")?);
    report.row(vec![
        stream.to_owned(),
        photos.to_string(),
        (bytes / 1_000_000).to_string(),
        format!("{:.1}", run.seconds),
        (peak >> 20).to_string(),
    ]);
    Ok(peak)
}
