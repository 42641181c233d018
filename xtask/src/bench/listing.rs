//! Listing 100,000 photos and doing nothing else: calls, and time against what
//! the latency alone would take.

use super::report::Report;
use super::rig::Rig;
use crate::Failure;
use std::path::Path;

const PHOTOS: u64 = 100_000;
/// Pages of 500, and a few calls to find the account.
const MOST_CALLS: u64 = 205;
/// `silverprint_archive::PAGES_AHEAD`.
const PAGES_AHEAD: f64 = 4.0;
/// What it may take over the latency of its calls.
const ALLOWANCE: f64 = 1.3;

pub(super) fn run(root: &Path) -> Result<Report, Failure> {
    let rig = Rig::build(root)?;
    let header = ["API latency", "calls", "s", "bound s", "CPU s", "fake-flickr's CPU s"];
    let mut report = Report::new(&header);
    for (latency, seconds) in [("200ms", 0.2), ("0ms", 0.0)] {
        let photos = PHOTOS.to_string();
        let args = ["--profile", "tiny", "--photos", &photos, "--api-latency", latency];
        let server = rig.serve(&args)?;
        let folder = rig.new_folder("listing")?;
        let before = server.cpu()?;
        let run = rig.sync(&server, &folder, &["--dry-run"])?;
        run.expect("listed", PHOTOS)?;
        #[expect(clippy::cast_precision_loss, reason = "a few hundred calls")]
        let bound = ALLOWANCE * seconds * run.calls as f64 / PAGES_AHEAD;
        let has_bound = bound > 0.0;
        report.row(vec![
            latency.to_owned(),
            run.calls.to_string(),
            format!("{:.2}", run.seconds),
            if has_bound { format!("{bound:.2}") } else { "–".to_owned() },
            format!("{:.2}", run.cpu),
            format!("{:.2}", server.cpu()? - before),
        ]);
        if has_bound {
            let promise = format!("At most {MOST_CALLS} calls for {PHOTOS} photos");
            report.promise(&promise, run.calls <= MOST_CALLS);
            report.promise("At most 1.3 × latency × calls ÷ pages ahead", run.seconds <= bound);
        }
    }
    Ok(report)
}
