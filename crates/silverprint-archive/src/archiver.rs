//! One run over one photostream, from the account to the receipt. `order` is
//! what is to be done, `known` what is read of the folder before anything is
//! asked for, `work` and `lanes` which photos are on their way, `announced` what
//! the listing came to, `rehearsal` the run that touches nothing.

mod announced;
mod error;
mod known;
mod lanes;
mod order;
mod rehearsal;
mod work;

use crate::budget::{BUDGET, ByteBudget};
use crate::closing::{self, End};
use crate::cpu::CpuPool;
use crate::download::Means;
use crate::listing::Listing;
use crate::memory;
use crate::pipeline::{Pipeline, now};
use crate::progress::{Numbers, announce};
use crate::sheet::{Subject, live};
use crate::stop::Stop;
use crate::store::Folder;
use crate::tally::Tally;
use crate::thread::apart;
use crate::turn::{Baton, Turn};
use crate::watch::{Alone, Heartbeat, Phase, Watch};
use announced::not_public;
pub use error::ArchiveError;
use known::{Open, agrees, open, unfinished};
pub use order::Order;
use silverprint_catalogue::{Entry, Opened, Writer};
use silverprint_core::{Account, ListingKind, Page, Photo, Receipt, Reporter, Source, SourceError};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;
use tokio::sync::mpsc;

/// Listed photos that wait for their turn. Few: a photo with its listing takes
/// several kilobytes, and the listing has whole pages waiting already.
const LISTED_AHEAD: usize = 100;

/// How a run went.
#[derive(Debug)]
pub struct Report {
    /// The folder that was worked on.
    pub folder: PathBuf,
    /// What it came to.
    pub receipt: Receipt,
    /// Why it ended before its end, if it did. What is in the receipt is safe.
    pub cut_short: Option<ArchiveError>,
}

/// Archives a photostream. `Err` means that nothing was begun.
pub async fn archive(
    order: Order,
    source: Arc<dyn Source>,
    reporter: Arc<dyn Reporter>,
    stop: Stop,
) -> Result<Report, ArchiveError> {
    let began = Instant::now();
    let watch = Arc::new(Watch::new(order.jobs, order.tracer.clone()));
    let heartbeat = Heartbeat::start(Arc::clone(&watch), Arc::clone(&source));
    let (account, first) = unless_stopped(&stop, begin(&order, &*source)).await??;
    let folder = order.folder.clone().unwrap_or_else(|| account.path_name().into());
    let (account, baton) = (Arc::new(account), Baton::of(order.turn));
    let run = Run {
        account,
        folder,
        began,
        order,
        source,
        reporter,
        stop,
        watch,
        baton,
        _heartbeat: heartbeat,
    };
    if run.order.dry_run { run.rehearse(first).await } else { run.perform(first).await }
}

/// Asks who it is, and for the first page beside it; one by one, nothing is asked
/// for beside anything else.
async fn begin(order: &Order, source: &dyn Source) -> Result<(Account, Option<Page>), SourceError> {
    match order.turn {
        Turn::Together => source.begin(&order.account, order.window).await,
        Turn::OneByOne => Ok((source.resolve(&order.account).await?, None)),
    }
}

/// What a run has from its beginning to its end.
struct Run {
    account: Arc<Account>,
    folder: PathBuf,
    began: Instant,
    order: Order,
    source: Arc<dyn Source>,
    reporter: Arc<dyn Reporter>,
    stop: Stop,
    watch: Arc<Watch>,
    baton: Baton,
    /// It beats as long as the run goes on.
    _heartbeat: Heartbeat,
}

impl Run {
    async fn perform(self, first: Option<Page>) -> Result<Report, ArchiveError> {
        let started = now();
        let root = self.folder.clone();
        self.watch.phase(Phase::Disk);
        let account = Arc::clone(&self.account);
        let open = apart("open", move || open(&root, &account)).await?;
        self.note_rebuilt(&open.opened);
        let numbers = Numbers {
            started,
            tally: Arc::new(Tally::new(Account::clone(&self.account))),
            received: Arc::default(),
            source: Arc::clone(&self.source),
        };
        let announcer = announce(Arc::clone(&open.folder), numbers.clone());
        let ended = self.go(open, first, numbers).await;
        announcer.end().await;
        ended
    }

    fn note_rebuilt(&self, opened: &Opened) {
        if let Opened::Rebuilt { photos, missing, .. } = opened {
            self.reporter.note(&format!(
                "the catalogue was made again from photos.jsonl: {photos} photos, {missing} of them without their files"
            ));
        }
    }

    /// The run itself, in a folder that is open.
    async fn go(
        self,
        open: Open,
        first: Option<Page>,
        numbers: Numbers,
    ) -> Result<Report, ArchiveError> {
        self.reporter.started(&self.account);
        self.watch.phase(Phase::Asking);
        let first = self.first_page(first).await?;
        let (open, quick) = self.look(open, &first).await?;

        let is_first_run = open.snapshot.photos.is_empty();
        let end = if open.is_untouched { End::NothingNew } else { End::Whole };
        let folder = Arc::clone(&open.folder);
        let writer = open.catalogue.write_after(move || folder.sync_names())?;
        let pipeline = Arc::new(Pipeline {
            means: self.means(open.folder, numbers.received)?,
            source: Arc::clone(&self.source),
            recorder: writer.recorder(),
            wanted: self.order.wanted,
            name: self.order.name.clone(),
            snapshot: Arc::new(open.snapshot),
            orphans: open.orphans,
            tally: numbers.tally,
            unreachable: AtomicU32::new(0),
        });
        let sheet = live(self.subject(&pipeline, is_first_run));
        self.watch.phase(Phase::Work);
        let worked = match quick {
            Some(unfinished) => self.finish_up(&pipeline, unfinished, &first).await,
            None => self.list_and_work(&pipeline, first).await,
        };
        self.watch.phase(Phase::Disk);
        sheet.end().await;
        self.close(pipeline, writer, worked, numbers.started, end).await
    }

    /// What the sheet is made of that can be watched.
    fn subject(&self, pipeline: &Pipeline, is_first_run: bool) -> Subject {
        let (folder, tally) = (Arc::clone(&pipeline.means.folder), Arc::clone(&pipeline.tally));
        let (account, version) = (Arc::clone(&self.account), self.order.version.clone());
        Subject { folder, account, version, is_first_run, tally }
    }

    /// The first page, if it did not come with the account.
    async fn first_page(&self, come: Option<Page>) -> Result<Page, ArchiveError> {
        if let Some(page) = come {
            return Ok(page);
        }
        let page = self.source.page(&self.account, self.order.window, 1);
        Ok(unless_stopped(&self.stop, page).await??)
    }

    fn means(&self, folder: Arc<Folder>, received: Arc<AtomicU64>) -> Result<Means, ArchiveError> {
        let cpu = CpuPool::new(self.order.jobs, self.order.wanted.thumbnail);
        let attempt = || "start the threads for thumbnails".to_owned();
        let cpu = cpu.map_err(|source| ArchiveError::Disk { attempt: attempt(), source })?;
        let (budget, reporter) = (ByteBudget::new(BUDGET), Arc::clone(&self.reporter));
        let watch = Arc::clone(&self.watch);
        Ok(Means { budget, cpu, folder, reporter, received, watch })
    }

    /// What there is to do. A folder in which that is anything is looked through first.
    async fn look(
        &self,
        open: Open,
        first: &Page,
    ) -> Result<(Open, Option<Vec<Photo>>), ArchiveError> {
        let (open, quick) = self.quick(open, first).await?;
        if !open.is_untouched || quick.as_ref().is_some_and(Vec::is_empty) {
            return Ok((open, quick));
        }
        let account = Arc::clone(&self.account);
        let open = apart("open", move || open.looked_through(&account)).await?;
        self.note_rebuilt(&open.opened);
        self.quick(open, first).await
    }

    /// Whether the first page and the total say that nothing is new; then the
    /// photos that are unfinished are all there is to do.
    async fn quick(
        &self,
        open: Open,
        first: &Page,
    ) -> Result<(Open, Option<Vec<Photo>>), ArchiveError> {
        let agrees = || agrees(&open.snapshot, first, &self.order.wanted, now());
        if self.order.full || !self.order.is_whole() || !agrees() {
            return Ok((open, None));
        }
        let (open, unfinished) = apart("read", move || {
            let unfinished = unfinished(&open.catalogue, &open.snapshot);
            (open, unfinished)
        })
        .await;
        let Some(unfinished) = unfinished? else { return Ok((open, None)) };
        let read = unfinished.iter().map(|listing| self.source.reread(listing));
        let photos: Vec<Photo> = read.filter_map(Result::ok).collect();
        // One that this version cannot read any more must come from a listing.
        let quick = (photos.len() == unfinished.len()).then_some(photos);
        Ok((open, quick))
    }

    /// The quick way: what an earlier run left.
    async fn finish_up(
        &self,
        pipeline: &Arc<Pipeline>,
        unfinished: Vec<Photo>,
        first: &Page,
    ) -> Result<(), ArchiveError> {
        let n_unfinished = unfinished.len() as u64;
        pipeline.tally.with(|receipt| {
            receipt.listing = ListingKind::Quick;
            receipt.announced = first.total;
            receipt.listed = first.total;
            receipt.not_public = not_public(receipt);
            receipt.already = first.total.saturating_sub(n_unfinished);
        });
        self.reporter.listed(first.total, first.total);
        self.reporter.listing_done(ListingKind::Quick, first.total);
        let (tx, rx) = mpsc::channel(1);
        tokio::spawn(async move {
            for photo in unfinished {
                // Nobody takes it any more when the run was stopped.
                if tx.send(photo).await.is_err() {
                    return;
                }
            }
        });
        self.work(pipeline, rx).await
    }

    /// The whole way: listing and work, at the same time.
    async fn list_and_work(
        &self,
        pipeline: &Arc<Pipeline>,
        first: Page,
    ) -> Result<(), ArchiveError> {
        let (tx, rx) = mpsc::channel(match self.order.turn {
            Turn::Together => LISTED_AHEAD,
            Turn::OneByOne => 1,
        });
        let announced = first.total;
        pipeline.tally.with(|receipt| {
            receipt.listing = ListingKind::Part;
            receipt.announced = announced;
        });
        let listing = self.listing();
        let listing = tokio::spawn(async move { listing.run(first, &tx).await });
        let worked = self.work(pipeline, rx).await;
        if worked.is_err() || self.stop.is_asked() {
            // It may be waiting for a host that says nothing.
            listing.abort();
            pipeline.tally.with(|receipt| receipt.listed = receipt.accounted_for() + receipt.left);
            return worked;
        }
        let listed = listing.await.expect("a listing does not panic");
        self.account_for(pipeline, listed?).await
    }

    fn listing(&self) -> Listing {
        Listing {
            source: Arc::clone(&self.source),
            account: Arc::clone(&self.account),
            window: self.order.window,
            limit: self.order.limit,
            reporter: Arc::clone(&self.reporter),
            watch: Arc::clone(&self.watch),
            baton: self.baton.clone(),
        }
    }

    /// The end of every run, however it went: the receipt, the catalogue, the
    /// sums, the sheet.
    async fn close(
        self,
        pipeline: Arc<Pipeline>,
        writer: Writer,
        worked: Result<(), ArchiveError>,
        started: i64,
        mut end: End,
    ) -> Result<Report, ArchiveError> {
        let folder = Arc::clone(&pipeline.means.folder);
        let recorder = pipeline.recorder.clone();
        let mut receipt = pipeline.tally.with(|receipt| receipt.clone());
        receipt.bytes = pipeline.means.received.load(Ordering::Relaxed);
        let alone = Alone {
            commit: None,
            cores: pipeline.means.cpu.alone(),
            bandwidth: self.source.bandwidth(),
        };
        drop(pipeline);
        receipt.interrupted = self.stop.is_asked();
        if receipt.interrupted || worked.is_err() {
            receipt.left = receipt.announced.saturating_sub(receipt.accounted_for());
            end = End::CutShort;
        }
        self.time(&mut receipt, Alone { commit: recorder.quick_commit(), ..alone });
        // A writer that has stopped says why when it is joined.
        let run = Entry::Run { receipt: receipt.clone(), started, ended: now() };
        let _ = recorder.record(run).await;
        let cut_short = match apart("close", move || writer.finish()).await {
            // It is the cause of whatever else failed.
            Err(error) => {
                let _ = folder.empty_incoming().await;
                Some(error.into())
            }
            Ok(catalogue) => {
                let version = &self.order.version;
                let closing = closing::close(&folder, catalogue, &mut receipt, version, end);
                worked.and(closing.await.map_err(ArchiveError::from)).err()
            }
        };
        // The last commit, of this receipt, had the disk for itself.
        self.time(&mut receipt, Alone { commit: recorder.quick_commit(), ..alone });
        self.reporter.receipt(&receipt);
        Ok(Report { folder: self.folder, receipt, cut_short })
    }

    /// Enters how long it has taken so far, and where that went.
    fn time(&self, receipt: &mut Receipt, alone: Alone) {
        let (seconds, mut timing) = self.watch.timing(receipt.saved, receipt.bytes, alone);
        if self.order.turn == Turn::OneByOne {
            // There is nothing to estimate: this is it.
            timing.one_after_the_other = timing.one_after_the_other.map(|_| seconds);
        }
        receipt.seconds = seconds;
        receipt.timing = Some(timing);
        receipt.peak_memory = memory::peak();
    }
}

/// Waits for an answer, or for the user who does not want it any more.
async fn unless_stopped<T>(
    stop: &Stop,
    answer: impl Future<Output = T>,
) -> Result<T, ArchiveError> {
    let mut stop = stop.clone();
    tokio::select! {
        answer = answer => Ok(answer),
        () = stop.asked() => Err(ArchiveError::Interrupted),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests may block")]
mod tests;
