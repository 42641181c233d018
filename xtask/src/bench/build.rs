//! How long a user waits for the program: built from nothing.

use super::report::Report;
use super::rig::children_cpu;
use crate::Failure;
use crate::command::{self, cargo, target};
use std::fs;
use std::path::Path;
use std::time::Instant;

const MOST_SECONDS: f64 = 300.0;

pub(super) fn run(root: &Path) -> Result<Report, Failure> {
    let empty = target(root)?.join("bench/build");
    if empty.exists() {
        fs::remove_dir_all(&empty)?;
    }
    // What must be downloaded depends on the line, and is not measured.
    command::run(cargo(&["fetch", "--locked"], root))?;
    let mut build = cargo(&["build", "--release", "--locked", "-p", "silverprint"], root);
    build.arg("--target-dir").arg(&empty);
    let (began, cpu) = (Instant::now(), children_cpu()?);
    command::run(build)?;
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), children_cpu()? - cpu);
    let program = empty.join("release/silverprint");
    let bytes = fs::metadata(&program)?.len();
    fs::remove_dir_all(&empty)?;

    let mut report = Report::new(&["build", "s", "CPU s", "the program, MB"]);
    report.row(vec![
        "--release --locked".to_owned(),
        format!("{seconds:.0}"),
        format!("{cpu:.0}"),
        (bytes / 1_000_000).to_string(),
    ]);
    report.promise("Under five minutes on two cores", seconds < MOST_SECONDS);
    Ok(report)
}
