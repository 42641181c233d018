//! `silverprint verify`: every byte and every thumbnail held against the
//! catalogue. Findings go to stdout, one a line; what is for people, to stderr.

use crate::args;
use crate::commands::job;
use crate::commands::sync::cores;
use crate::exit::Exit;
use crate::interrupt::interruptible;
use crate::logs;
use crate::printable::{self, Printable, say};
use crate::progress::json;
use crate::receipt::{grouped, size};
use crate::stdout;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::json;
use silverprint_archive::{ArchiveError, Finding, Inspector, Verified, VerifyError, verify};
use std::io::IsTerminal;
use std::sync::Arc;

pub(crate) fn run(args: &args::Verify) -> anyhow::Result<Exit> {
    logs::start(&args::Output::default())?;
    job::in_runtime(inspect(args))
}

async fn inspect(args: &args::Verify) -> anyhow::Result<Exit> {
    let watch = Arc::new(Watch::new(args));
    let inspector: Arc<dyn Inspector> = Arc::clone(&watch) as _;
    let jobs = args.jobs.unwrap_or_else(cores);
    let work = async |stop| verify(&args.dir, jobs, inspector, stop).await;
    let ended = interruptible(work, |message| {
        printable::over_echo();
        say(message);
    });
    let ended = ended.await;
    watch.end();
    let Some(ended) = ended else { return Ok(Exit::Interrupted) };
    let verified = ended.map_err(explained)?;
    if args.json {
        json::write("verified", json!({ "verified": verified }));
    } else if !args.quiet {
        conclude(&verified);
    }
    Ok(match &verified {
        verified if verified.interrupted => Exit::Interrupted,
        verified if verified.damage() > 0 => Exit::Partial,
        _ => Exit::Success,
    })
}

/// The same trouble as elsewhere has the same exit code and hint.
fn explained(error: VerifyError) -> anyhow::Error {
    match error {
        VerifyError::Catalogue(error) => error.into(),
        VerifyError::Folder(error) => ArchiveError::Folder(error).into(),
        VerifyError::Threads(source) => {
            let attempt = "start the threads that check".to_owned();
            ArchiveError::Disk { attempt, source }.into()
        }
    }
}

/// The summary.
fn conclude(verified: &Verified) {
    for (kind, number) in &verified.findings {
        say(&format!("  {:>9}  {}", grouped(*number), kind.as_str().replace('_', " ")));
    }
    let files = format!(
        "{} files, {} thumbnails, {} read in {:.1} s",
        grouped(verified.files),
        grouped(verified.thumbnails),
        size(verified.bytes),
        verified.seconds,
    );
    let judgement = match verified {
        _ if verified.interrupted => "not all were looked at: interrupted".to_owned(),
        _ if verified.damage() > 0 => {
            format!("{} not as they were stored", grouped(verified.damage()))
        }
        _ if verified.strays() > 0 => "all is as it was stored, and more lies there".to_owned(),
        _ => "all is as it was stored".to_owned(),
    };
    say(&format!("{files}: {judgement}"));
    if verified.damage() > 0 {
        say(TO_HAVE_THEM_AGAIN);
    }
}

const TO_HAVE_THEM_AGAIN: &str = "to have them again: delete what is named above, but no stray, and \
.silverprint/catalogue.db, which is made again from photos.jsonl, then run the same sync";

/// Shows how far it is, and what is found.
struct Watch {
    bar: Option<ProgressBar>,
    is_json: bool,
}

impl Watch {
    fn new(output: &args::Verify) -> Self {
        let is_drawn = !output.json && !output.quiet && std::io::stderr().is_terminal();
        let bar = is_drawn.then(|| {
            let all = MultiProgress::new();
            let bar = all.add(ProgressBar::new(0));
            let style = "{wide_bar:.white/black.bright} {bytes}/{total_bytes} {bytes_per_sec}";
            let style = ProgressStyle::with_template(style).expect("it is well formed");
            bar.set_style(style.progress_chars("━━─"));
            printable::draw(Some(all));
            bar
        });
        Self { bar, is_json: output.json }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
            printable::draw(None);
        }
    }
}

impl Inspector for Watch {
    fn begun(&self, _files: u64, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(bytes);
        }
    }

    fn checked(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes);
        }
    }

    fn found(&self, finding: &Finding) {
        if self.is_json {
            json::write("finding", json!({ "finding": finding }));
            return;
        }
        let Finding { kind, path, detail, .. } = finding;
        let line = format!("{path}: {}: {detail}", kind.as_str().replace('_', " "));
        stdout::write(&format!("{}\n", Printable(&line)));
    }
}
