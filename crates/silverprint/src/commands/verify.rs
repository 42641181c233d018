//! `silverprint verify`: every byte and every thumbnail held against the
//! catalogue, and put right where that is asked for. Findings and what became of
//! them go to stdout, one a line; what is for people, to stderr.

use crate::args;
use crate::commands::door;
use crate::commands::job;
use crate::commands::sync::cores;
use crate::exit::Exit;
use crate::interrupt::interruptible;
use crate::logs;
use crate::printable::{self, Printable, say};
use crate::progress::json;
use crate::progress::lines::again;
use crate::receipt::size;
use crate::settings::ConfigFile;
use crate::stdout;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::json;
use silverprint_archive::{
    ArchiveError, By, Finding, Inspector, Remedy, Repair, Repaired, Scope, Unrepaired, Verified,
    VerifyError, VerifyOrder, verify,
};
use silverprint_core::grouped;
use silverprint_core::{Reporter, Retrying, Waiting};
use std::io::IsTerminal;
use std::sync::Arc;

pub(crate) fn run(args: &args::Verify, config: &ConfigFile) -> anyhow::Result<Exit> {
    logs::start(&args::Output { verbose: args.verbose, ..args::Output::default() })?;
    job::in_runtime(inspect(args, config))
}

async fn inspect(args: &args::Verify, config: &ConfigFile) -> anyhow::Result<Exit> {
    let watch = Arc::new(Watch::new(args));
    let inspector: Arc<dyn Inspector> = Arc::clone(&watch) as _;
    let order = order(args, config, &watch)?;
    let work = async |stop| verify(order, inspector, stop).await;
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
        conclude(&verified, args);
    }
    Ok(match &verified {
        verified if verified.interrupted => Exit::Interrupted,
        verified if verified.passing > 0 => Exit::Passing,
        verified if verified.left() > 0 => Exit::Partial,
        _ => Exit::Success,
    })
}

fn order(
    args: &args::Verify,
    config: &ConfigFile,
    watch: &Arc<Watch>,
) -> anyhow::Result<VerifyOrder> {
    let repair = if args.repair { Some(means(&args.asking, config, watch)?) } else { None };
    Ok(VerifyOrder {
        folder: args.dir.clone(),
        jobs: args.jobs.unwrap_or_else(cores),
        scope: if args.since_last { Scope::SinceLast } else { Scope::Everything },
        by: if args.rebuild { By::TheRecord } else { By::TheCatalogue },
        repair,
    })
}

/// A source by the same door as a sync's. Pictures have addresses, which any door
/// asks: that there is no key is worth no word.
fn means(asking: &args::Asking, config: &ConfigFile, watch: &Arc<Watch>) -> anyhow::Result<Repair> {
    let base = door::base(&asking.flickr)?;
    let policy = door::policy(&asking.manners, &asking.flickr)?;
    let chosen = door::choose(asking.access, asking.keyring, config)?;
    let reporter: Arc<dyn Reporter> = Arc::clone(watch) as _;
    let source = door::connect(chosen.door, base, policy, Arc::clone(&reporter))?;
    Ok(Repair { source, reporter, version: env!("CARGO_PKG_VERSION").to_owned() })
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
        VerifyError::Disk { attempt, source } => ArchiveError::Disk { attempt, source }.into(),
        VerifyError::Source(error) => ArchiveError::Source(error).into(),
        VerifyError::Unreachable { message } => ArchiveError::Unreachable { message }.into(),
        VerifyError::Closing(error) => ArchiveError::Closing(error).into(),
    }
}

/// The summary.
fn conclude(verified: &Verified, args: &args::Verify) {
    if let Some(built) = &verified.rebuilt {
        let photos = grouped(built.photos);
        say(&format!("the catalogue was made again from photos.jsonl: {photos} photos"));
        if built.unreadable > 0 {
            say(&format!("  {:>9}  lines could not be read", grouped(built.unreadable)));
        }
        if let Some(aside) = &built.set_aside {
            say(&format!("the one that was there is {} now", aside.display()));
        }
    }
    let line = |number: u64, what: &str| say(&format!("  {:>9}  {what}", grouped(number)));
    for (kind, number) in &verified.findings {
        line(*number, &kind.as_str().replace('_', " "));
    }
    for (how, number) in &verified.repaired {
        line(*number, remedy(*how));
    }
    let files = format!(
        "{} files, {} thumbnails, {} read in {:.1} s{}",
        grouped(verified.files),
        grouped(verified.thumbnails),
        size(verified.bytes),
        verified.seconds,
        match verified.passed_over {
            0 => String::new(),
            n => format!(", {} were found good before", grouped(n)),
        },
    );
    say(&format!("{files}: {}", judgement(verified)));
    if let Some(advice) = advice(verified, args) {
        say(advice);
    }
}

fn judgement(verified: &Verified) -> String {
    match verified {
        _ if verified.interrupted => "not all were looked at: interrupted".to_owned(),
        _ if verified.left() > verified.unreadable() => {
            format!("{} not as they were stored", grouped(verified.left() - verified.unreadable()))
        }
        _ if verified.unreadable() > 0 => {
            "all that could be read of is as it was stored".to_owned()
        }
        _ if verified.damage() > 0 => "all is as it was stored, again".to_owned(),
        _ if verified.strays() > 0 => "all is as it was stored, and more lies there".to_owned(),
        _ => "all is as it was stored".to_owned(),
    }
}

/// What to do next, where something is to be done.
fn advice(verified: &Verified, args: &args::Verify) -> Option<&'static str> {
    match verified {
        _ if verified.interrupted => {
            Some("--since-last goes on where this ended: what was found good is passed over")
        }
        _ if verified.left() == verified.unreadable() && verified.unreadable() > 0 => Some(
            "files that only those lines told of are strays now: sync takes in what is still listed",
        ),
        _ if verified.left() > 0 && !args.repair => Some(
            "the same with --repair puts right what can be: damaged pictures are fetched again",
        ),
        _ if verified.passing > 0 => Some("run the same command again when the host is well"),
        _ if verified.left() > 0 => {
            Some("what is left is named above, and by `silverprint list --failed`")
        }
        _ => None,
    }
}

fn remedy(how: Remedy) -> &'static str {
    match how {
        Remedy::Fetched => "fetched again",
        Remedy::Made => "made again",
        Remedy::Written => "written again",
    }
}

/// Shows how far it is, and what is found.
struct Watch {
    bar: Option<ProgressBar>,
    is_json: bool,
    is_quiet: bool,
    verbosity: u8,
}

impl Watch {
    fn new(output: &args::Verify) -> Self {
        let is_silent = output.json || output.quiet || output.verbose > 0;
        let is_drawn = !is_silent && std::io::stderr().is_terminal();
        let bar = is_drawn.then(|| {
            let all = MultiProgress::new();
            let bar = all.add(ProgressBar::new(0));
            let style = "{wide_bar:.white/black.bright} {bytes}/{total_bytes} {bytes_per_sec}";
            let style = ProgressStyle::with_template(style).expect("it is well formed");
            bar.set_style(style.progress_chars("━━─"));
            printable::draw(Some(all));
            bar
        });
        let (is_json, is_quiet, verbosity) = (output.json, output.quiet, output.verbose);
        Self { bar, is_json, is_quiet, verbosity }
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
        let kind = kind.as_str().replace('_', " ");
        let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        write(&format!("{path}: {kind}{detail}"));
    }

    fn repaired(&self, repaired: &Repaired) {
        if self.is_json {
            json::write("repaired", json!({ "repaired": repaired }));
        } else {
            write(&format!("{}: {}", repaired.path, remedy(repaired.how)));
        }
    }

    fn unrepaired(&self, unrepaired: &Unrepaired) {
        if self.is_json {
            json::write("unrepaired", json!({ "unrepaired": unrepaired }));
        } else {
            write(&format!("{}: stays as it is: {}", unrepaired.path, unrepaired.reason));
        }
    }
}

/// What a repair tries again, and waits for.
impl Reporter for Watch {
    fn retrying(&self, retrying: &Retrying) {
        if self.is_json {
            json::write("retrying", json::of_retrying(retrying));
        } else if self.verbosity > 1 {
            say(&again(retrying));
        }
    }

    fn waiting(&self, waiting: &Waiting) {
        let Waiting { host, reason, pause } = waiting;
        let seconds = pause.as_secs_f64();
        if self.is_json {
            json::write("waiting", json!({ "host": host, "reason": reason, "seconds": seconds }));
        } else if !self.is_quiet && (self.verbosity > 0 || seconds >= 5.0) {
            say(&format!("waiting {seconds:.1} s for {host}: {reason}"));
        }
    }

    fn note(&self, message: &str) {
        if !self.is_quiet {
            say(message);
        }
    }
}

/// A line on stdout.
fn write(line: &str) {
    stdout::write(&format!("{}\n", Printable(line)));
}
