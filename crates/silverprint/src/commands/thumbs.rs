//! `silverprint thumbs`: pictures of the disk into thumbnails and a sheet. No
//! network, no account.

use crate::args;
use crate::commands::job;
use crate::commands::sync::cores;
use crate::exit::Exit;
use crate::hints;
use crate::interrupt::interruptible;
use crate::logs;
use crate::printable::say;
use crate::progress::json;
use crate::progress::local::Watch;
use crate::receipt::{rate, size};
use serde_json::json;
use silverprint_archive::{
    ArchiveError, LocalError, LocalOrder, LocalReceipt, LocalReport, Onlooker, OverviewError, local,
};
use silverprint_core::grouped;
use std::sync::Arc;

pub(crate) fn run(args: &args::Thumbs) -> anyhow::Result<Exit> {
    logs::start(&args.output)?;
    job::in_runtime(make(args))
}

async fn make(args: &args::Thumbs) -> anyhow::Result<Exit> {
    let watch = Arc::new(Watch::new(&args.output));
    let onlooker: Arc<dyn Onlooker> = Arc::clone(&watch) as _;
    let work = async |stop| local(order(args), onlooker, stop).await;
    let ended = interruptible(work, |message| watch.say(message)).await;
    watch.end();
    let Some(ended) = ended else { return Ok(Exit::Interrupted) };
    Ok(match ended {
        Ok(report) => conclude(&report, args),
        Err(error) => {
            let message = error.to_string();
            let exit = hints::report(&explained(error));
            if args.output.json {
                json::write("error", json!({ "code": exit as u8, "message": message }));
            }
            exit
        }
    })
}

fn order(args: &args::Thumbs) -> LocalOrder {
    LocalOrder {
        paths: args.paths.clone(),
        to: args.to.clone(),
        thumbnail: args.thumbnail.spec(),
        jobs: args.jobs.unwrap_or_else(cores),
        dry_run: args.dry_run,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The same trouble as elsewhere has the same exit code and hint.
fn explained(error: LocalError) -> anyhow::Error {
    match error {
        LocalError::Folder(error) => ArchiveError::Folder(error).into(),
        LocalError::Disk { path, source } => {
            let attempt = format!("write {}", path.display());
            ArchiveError::Disk { attempt, source }.into()
        }
        LocalError::Threads(source) => {
            let attempt = "start the threads that make thumbnails".to_owned();
            ArchiveError::Disk { attempt, source }.into()
        }
        LocalError::Sheet(error) => OverviewError::Sheet(error).into(),
        error => error.into(),
    }
}

/// Says what it came to, for people or for programs.
fn conclude(report: &LocalReport, args: &args::Thumbs) -> Exit {
    let receipt = &report.receipt;
    if args.output.json {
        json::write("receipt", json!({ "receipt": receipt }));
    }
    if !args.output.json && !args.output.quiet {
        for line in lines(report, args.dry_run) {
            say(&line);
        }
    } else if receipt.failed > 0 && !receipt.interrupted {
        let failed = grouped(receipt.failed);
        if args.dry_run {
            say(&format!("error: {failed} would fail"));
        } else {
            let list = report.to.join("failed.csv");
            say(&format!("error: {failed} failed: {}", list.display()));
        }
    }
    match receipt {
        receipt if receipt.interrupted => Exit::Interrupted,
        receipt if receipt.failed > 0 => Exit::Partial,
        _ => Exit::Success,
    }
}

/// The receipt.
fn lines(report: &LocalReport, is_dry: bool) -> Vec<String> {
    let receipt = &report.receipt;
    let found = match receipt.pictures() {
        1 => "1 picture found".to_owned(),
        n => format!("{} pictures found", grouped(n)),
    };
    let mut lines = vec![found];
    let mut count = |number: u64, what: &str| {
        if number > 0 {
            lines.push(format!("  {:>9}  {what}", grouped(number)));
        }
    };
    let read = format!("{} read{}", size(receipt.bytes), rate(receipt.bytes, receipt.seconds));
    count(receipt.made, &format!("thumbnails made ({read})"));
    count(receipt.already, "there already, of pictures that have not changed");
    count(receipt.failed, "failed: no thumbnail");
    for (why, number) in &receipt.passed_over {
        count(*number, &format!("passed over: {}", why.as_str()));
    }
    count(receipt.left, "would be made (nothing was: --dry-run)");
    lines.extend(closing(receipt, report, is_dry));
    lines
}

fn closing(receipt: &LocalReceipt, report: &LocalReport, is_dry: bool) -> Vec<String> {
    if receipt.interrupted {
        let again = "run the same command again, it goes on where it ended";
        return vec![format!("not all done, and no sheet made: {again}")];
    }
    if is_dry {
        return vec![format!("they would go to {}", report.to.display())];
    }
    let sheet = report.to.join("index.html");
    let mut lines = vec![format!("in {:.1} s; open {}", receipt.seconds, sheet.display())];
    if receipt.failed > 0 {
        let list = report.to.join("failed.csv");
        lines.push(format!("what failed, and why: {}", list.display()));
    }
    lines
}
