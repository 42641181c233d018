//! Orders, carried out one after the other: with progress, interruptible, to a
//! receipt each, a line for all, and one exit code.

use crate::args::Output;
use crate::commands::door::{self, Chosen};
use crate::exit::Exit;
use crate::hints;
use crate::interrupt::interruptible;
use crate::printable::say;
use crate::progress::{Progress, json};
use crate::receipt::{self, Total};
use crate::trace::Trace;
use anyhow::Context;
use serde_json::json;
use silverprint_archive::{
    ArchiveError, FolderError, Order, Overview, Report, Stop, archive, overview,
};
use silverprint_core::{Nsid, Reporter, Source, SourceError};
use silverprint_flickr::Base;
use silverprint_http::Policy;
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// What is to be done in a run.
pub(crate) struct Job {
    pub(crate) orders: Vec<Order>,
    /// The folder around theirs, where there are several.
    pub(crate) around: Option<PathBuf>,
    pub(crate) door: Chosen,
    pub(crate) base: Base,
    /// The address of Flickr, where the user named one.
    pub(crate) named: Option<Url>,
    pub(crate) policy: Policy,
    /// Where to draw every photo's way, if anywhere.
    pub(crate) trace: Option<PathBuf>,
    pub(crate) output: Output,
}

/// Does it.
pub(crate) fn run(mut job: Job) -> anyhow::Result<Exit> {
    // A drawing that cannot be made is said before anything is begun.
    let trace = job.trace.as_deref().map(Trace::begin).transpose().context("--trace")?;
    for order in &mut job.orders {
        order.tracer = trace.as_ref().map(Trace::tracer);
    }
    let is_quiet = job.output.quiet;
    let ended = in_runtime(job.perform());
    match trace.map_or(Ok(None), Trace::end) {
        Err(error) => say(&error),
        Ok(note) => note.filter(|_| !is_quiet).iter().for_each(|note| say(note)),
    }
    ended
}

/// After so few tasks a thread looks for what has become ready: by default it is 61,
/// and where each takes part of a picture in, clocks and sockets wait for all of them.
const EVENT_INTERVAL: u32 = 5;

/// Work in a runtime of its own: commands that need none start none.
pub(super) fn in_runtime(work: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().event_interval(EVENT_INTERVAL).build();
    let runtime = runtime.map_err(|error| anyhow::Error::new(error).context("start"))?;
    let ended = runtime.block_on(work);
    // What still hangs (a name look-up, say) must not keep us.
    runtime.shutdown_timeout(Duration::from_millis(100));
    ended
}

impl Job {
    async fn perform(self) -> anyhow::Result<Exit> {
        let Self { orders, around, door, base, named, policy, trace: _, output } = self;
        let progress = Progress::new(&output);
        let reporter = Arc::clone(progress.reporter());
        if let Some(note) = &door.note {
            reporter.note(note);
        }
        let source = door::connect(door.door, base, policy, Arc::clone(&reporter))?;
        let mut tally = Tally::new(&output, named.as_ref(), orders.len());
        let work = async |stop: Stop| {
            let mut seen = Seen::default();
            for order in orders {
                let (is_dry, target) = (order.dry_run, order.account.to_string());
                let ended = seen.archive(order, &source, &reporter, stop.clone()).await;
                let Some(ended) = ended else {
                    tally.left_out += 1;
                    continue;
                };
                if tally.enter(ended, &target, is_dry) == Then::Stop {
                    break;
                }
            }
        };
        let ended = interruptible(work, |message| progress.say(message)).await;
        progress.end();
        if ended.is_none() {
            return Ok(Exit::Interrupted);
        }
        if tally.n_orders > 1 {
            tally.close(around).await;
        }
        Ok(tally.exit)
    }
}

/// Whose photostreams had their turn, and by which names.
#[derive(Default)]
struct Seen(HashMap<Nsid, String>);

impl Seen {
    /// Archives, unless the account had its turn by another name: then that is
    /// said. The first of several needs no question for that.
    async fn archive(
        &mut self,
        order: Order,
        source: &Arc<dyn Source>,
        reporter: &Arc<dyn Reporter>,
        mut stop: Stop,
    ) -> Option<Result<Report, ArchiveError>> {
        let target = order.account.to_string();
        if !self.0.is_empty() {
            let account = tokio::select! {
                account = source.resolve(&order.account) => account,
                () = stop.asked() => return Some(Err(ArchiveError::Interrupted)),
            };
            match account.map(|account| self.0.get(&account.nsid)) {
                Ok(None) => {}
                Ok(Some(first)) => {
                    reporter.note(&format!("{target} is {first}, which had its turn: left out"));
                    return None;
                }
                Err(error) => return Some(Err(error.into())),
            }
        }
        let ended = archive(order, Arc::clone(source), Arc::clone(reporter), stop).await;
        if let Ok(report) = &ended {
            self.0.insert(report.receipt.account.nsid.clone(), target);
        }
        Some(ended)
    }
}

/// Whether the next photostream has its turn.
#[derive(Debug, PartialEq, Eq)]
enum Then {
    GoOn,
    /// What ended this one would end all.
    Stop,
}

/// What the orders came to.
struct Tally<'a> {
    output: &'a Output,
    named: Option<&'a Url>,
    /// How many orders there are.
    n_orders: usize,
    /// How many of them are for an account that another was for.
    left_out: usize,
    total: Total,
    exit: Exit,
}

impl<'a> Tally<'a> {
    fn new(output: &'a Output, named: Option<&'a Url>, n_orders: usize) -> Self {
        Self { output, named, n_orders, left_out: 0, total: Total::default(), exit: Exit::Success }
    }

    fn enter(&mut self, ended: Result<Report, ArchiveError>, target: &str, is_dry: bool) -> Then {
        match ended {
            Ok(report) => self.enter_report(report, is_dry),
            Err(error) => {
                self.total.failed += 1;
                self.enter_error(error, target)
            }
        }
    }

    fn enter_report(&mut self, report: Report, is_dry: bool) -> Then {
        self.total.add(&report.receipt);
        // Programs have it from stdout.
        if !self.output.quiet && !self.output.json {
            receipt::print(&report, is_dry);
        } else if !is_dry && report.cut_short.is_none() {
            receipt::print_lack(&report, self.output);
        }
        self.exit = self.exit.or(Exit::of(&report));
        let is_over = report.receipt.interrupted || report.cut_short.as_ref().is_some_and(ends_all);
        if let Some(error) = report.cut_short {
            hints::report_at(&error.into(), self.named);
        }
        if is_over { Then::Stop } else { Then::GoOn }
    }

    fn enter_error(&mut self, error: ArchiveError, target: &str) -> Then {
        let then = if ends_all(&error) { Then::Stop } else { Then::GoOn };
        let exit = Exit::of_error(&error);
        if self.output.json {
            let (code, message) = (exit as u8, error.to_string());
            json::write("error", json!({ "target": target, "code": code, "message": message }));
        }
        let mut error = anyhow::Error::from(error);
        if self.n_orders > 1 {
            error = error.context(target.to_owned());
        }
        hints::report_at(&error, self.named);
        self.exit = self.exit.or(exit);
        then
    }

    /// The page over all folders, where there is to be one, and the line for all.
    async fn close(&mut self, around: Option<PathBuf>) {
        let to_open = match around.filter(|_| self.total.archived > 0) {
            Some(around) => self.overview(&around).await,
            None => String::new(),
        };
        let turns = self.total.archived + self.total.failed + self.left_out as u64;
        self.total.not_begun = self.n_orders as u64 - turns;
        if !self.output.quiet && !self.output.json {
            say(&format!("{}{to_open}", self.total.line()));
        }
    }

    /// Makes the page; says how it is opened.
    async fn overview(&mut self, around: &Path) -> String {
        let overview = overview(around, env!("CARGO_PKG_VERSION")).await;
        match overview {
            Ok(Overview::Written { path, .. }) => format!("; open {}", path.display()),
            Ok(Overview::NotOurs { path }) => {
                format!("; {} is another page, and is left alone", path.display())
            }
            Ok(Overview::NoArchives) => String::new(),
            Err(error) => {
                self.exit = self.exit.or(hints::report(&error.into()));
                String::new()
            }
        }
    }
}

/// Whether an error is one of every photostream: a key that was refused is
/// refused the next time too, and a disk that is full stays full.
fn ends_all(error: &ArchiveError) -> bool {
    match error {
        ArchiveError::Interrupted
        | ArchiveError::Unreachable { .. }
        | ArchiveError::Source(SourceError::BadKey { .. } | SourceError::Unreachable { .. }) => {
            true
        }
        ArchiveError::Folder(FolderError::Io { source, .. })
        | ArchiveError::Disk { source, .. } => is_of_disk(source),
        ArchiveError::Catalogue(error) => error.is_disk_full() || error.is_read_only(),
        // Its cause lies deeper.
        ArchiveError::Closing(error) => {
            anyhow::Chain::new(error).filter_map(|it| it.downcast_ref()).any(is_of_disk)
        }
        ArchiveError::Source(_) | ArchiveError::Folder(_) => false,
    }
}

fn is_of_disk(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), QuotaExceeded | ReadOnlyFilesystem | StorageFull)
}

#[cfg(test)]
mod tests {
    use super::*;
    use silverprint_catalogue::CatalogueError;

    #[test]
    fn what_is_wrong_with_all_ends_all() {
        let disk = |kind: io::ErrorKind| ArchiveError::Disk {
            attempt: "write a file".to_owned(),
            source: kind.into(),
        };
        let folder = |kind: io::ErrorKind| {
            ArchiveError::Folder(FolderError::Io { path: "a".into(), source: kind.into() })
        };
        let catalogue = |kind: io::ErrorKind| {
            let (attempt, path) = ("write", "a".into());
            ArchiveError::Catalogue(CatalogueError::Io { attempt, path, source: kind.into() })
        };
        let unreachable = ArchiveError::Unreachable { message: "no route".to_owned() };
        for error in [
            disk(io::ErrorKind::StorageFull),
            disk(io::ErrorKind::QuotaExceeded),
            folder(io::ErrorKind::ReadOnlyFilesystem),
            catalogue(io::ErrorKind::StorageFull),
            unreachable,
        ] {
            assert!(ends_all(&error), "{error}");
        }
        for error in [disk(io::ErrorKind::NotFound), folder(io::ErrorKind::PermissionDenied)] {
            assert!(!ends_all(&error), "{error}");
        }
    }
}
