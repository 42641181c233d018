//! What a check found, put right: photo by photo, and the lists at the end.
//!
//! Only what is damaged is asked for and written. What a file was is known by
//! its sum, so nothing comes into its place but the same bytes; only a thumbnail
//! may come out otherwise, by a later version of the program.

use super::check::{Damage, Flawed};
use super::finding::{Inspector, Remedy, Repaired, Unrepaired, Verified};
use super::{Repair, VerifyError};
use crate::budget::{BUDGET, ByteBudget};
use crate::closing::{self, End};
use crate::cpu::CpuPool;
use crate::download::Means;
use crate::pipeline::Fatal;
use crate::stop::Stop;
use crate::store::Folder;
use crate::thread::{apart, spawn};
use crate::watch::Watch;
use silverprint_catalogue::{Catalogue, CatalogueError, Held, Recorder};
use silverprint_core::{Layout, PhotoId, Source};
use silverprint_thumb::ThumbnailSpec;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Photos that are put right at once: enough for the hosts, whose gates decide.
const MOST_IN_HAND: usize = 64;

/// A photo, and which of its files are not as they were stored; none where that
/// was so, and is not any more.
pub(super) struct Case {
    pub(super) held: Held,
    pub(super) flaws: Vec<Flawed>,
}

/// What puts photos right.
pub(super) struct Workshop {
    pub(super) means: Means,
    pub(super) source: Arc<dyn Source>,
    pub(super) recorder: Recorder,
    /// Photos in a row whose host was not found.
    pub(super) unreachable: AtomicU32,
    inspector: Arc<dyn Inspector>,
    verified: Mutex<Verified>,
}

/// Puts right what can be, and writes the lists and the sheet again.
pub(super) async fn repair(
    folder: Folder,
    damage: Damage,
    repair: Repair,
    jobs: NonZeroUsize,
    inspector: Arc<dyn Inspector>,
    stop: Stop,
    verified: &mut Verified,
) -> Result<(), VerifyError> {
    let Repair { source, reporter, version } = repair;
    let (root, folder) = (folder.root().to_owned(), Arc::new(folder));
    let Damage { files, mut disagreeing, lists, restored } = damage;
    disagreeing.sort_unstable();
    disagreeing.dedup();
    let (at, ids) = (root.clone(), disagreeing.clone());
    let catalogue = apart("mend", move || open(&at, &ids)).await?;
    let names = Arc::clone(&folder);
    let writer = catalogue.write_after(move || names.sync_names())?;
    let cpu = CpuPool::new(jobs, ThumbnailSpec::default()).map_err(VerifyError::Threads)?;
    let (budget, received) = (ByteBudget::new(BUDGET), Arc::default());
    // What a repair fetches is on nobody's way.
    let watch = Arc::new(Watch::new(jobs, None));
    let workshop = Arc::new(Workshop {
        means: Means { budget, cpu, folder: Arc::clone(&folder), reporter, received, watch },
        source,
        recorder: writer.recorder(),
        unreachable: AtomicU32::new(0),
        inspector,
        verified: Mutex::new(std::mem::take(verified)),
    });
    let worked = Arc::clone(&workshop).work(cases(root, files, restored)?, stop.clone()).await;
    for id in disagreeing {
        workshop.is_written(Layout::RECORD, Some(id));
    }
    // The sums of before may be all that is left of what those lines told of.
    let unreadable = workshop.verified().unreadable();
    let keeps_sums = unreadable > 0 && lists.contains(&Layout::SUMS);
    // A writer that has stopped says why when it is joined: the cause of the rest.
    let closed = match apart("close", move || writer.finish()).await {
        Ok(_) if keeps_sums => {
            workshop.keep_lists(unreadable);
            Ok(())
        }
        Ok(catalogue) => close(&folder, catalogue, &version).await,
        Err(error) => Err(error.into()),
    };
    if closed.is_ok() && !keeps_sums {
        for list in lists {
            workshop.is_written(list, None);
        }
    }
    *verified = std::mem::take(&mut *workshop.verified());
    verified.interrupted = stop.is_asked();
    closed.and(worked)
}

/// Opens the catalogue to write it, which brings a record back that is not
/// there; and writes one again that says something else. Blocks.
fn open(root: &Path, disagreeing: &[PhotoId]) -> Result<Catalogue, CatalogueError> {
    let mut catalogue = Catalogue::open_existing(root)?;
    if !disagreeing.is_empty() {
        catalogue.mend_record(root, disagreeing)?;
    }
    Ok(catalogue)
}

/// Reads the photos, one after the other, on a thread of its own.
fn cases(
    root: PathBuf,
    mut files: Vec<Flawed>,
    restored: Vec<PhotoId>,
) -> Result<mpsc::Receiver<Result<Case, CatalogueError>>, VerifyError> {
    let (tx, rx) = mpsc::channel(MOST_IN_HAND);
    files.sort_unstable_by_key(|file| (file.photo, file.role, file.version));
    let read = move || {
        let catalogue = match Catalogue::open_read_only(&root) {
            Ok(catalogue) => catalogue,
            Err(error) => return drop(tx.blocking_send(Err(error))),
        };
        let flawed = files.chunk_by(|one, other| one.photo == other.photo);
        let flawed = flawed.map(|flaws| (flaws[0].photo, flaws.to_owned()));
        let restored = restored.into_iter().map(|id| (id, Vec::new()));
        for (id, flaws) in flawed.chain(restored) {
            let held = match catalogue.held(id) {
                Ok(Some(held)) => Ok(held),
                Ok(None) => continue,
                Err(error) => Err(error),
            };
            let case = held.map(|held| Case { held, flaws });
            // Nobody takes it any more when the repair was stopped.
            if tx.blocking_send(case).is_err() {
                return;
            }
        }
    };
    spawn("damaged".to_owned(), read).map_err(VerifyError::Threads)?;
    Ok(rx)
}

/// The sums, the list of what is missing, and the sheet.
async fn close(
    folder: &Arc<Folder>,
    catalogue: Catalogue,
    version: &str,
) -> Result<(), VerifyError> {
    let read = move || closing::receipt_of(&catalogue).map(|receipt| (catalogue, receipt));
    let (catalogue, receipt) = apart("read", read).await?;
    let Some(mut receipt) = receipt else { return Ok(()) };
    // What was repaired the next run had better look at for itself.
    Ok(closing::close(folder, catalogue, &mut receipt, version, End::CutShort).await?)
}

impl Workshop {
    /// Takes photos in hand until there are no more, it is asked to end, or
    /// something fails that is not one photo's affair.
    async fn work(
        self: Arc<Self>,
        mut cases: mpsc::Receiver<Result<Case, CatalogueError>>,
        stop: Stop,
    ) -> Result<(), VerifyError> {
        let (mut asked, mut patience) = (stop.clone(), stop);
        let mut in_hand: JoinSet<Result<(), Fatal>> = JoinSet::new();
        let mut outcome = Ok(());
        while outcome.is_ok() {
            tokio::select! {
                biased;
                () = asked.asked() => break,
                Some(ended) = in_hand.join_next() => outcome = joined(ended),
                case = cases.recv(), if in_hand.len() < MOST_IN_HAND => match case {
                    Some(Ok(case)) => {
                        let workshop = Arc::clone(&self);
                        in_hand.spawn(async move { workshop.photo(case).await });
                    }
                    Some(Err(error)) => outcome = Err(error.into()),
                    None => break,
                },
            }
        }
        drop(cases);
        let mut grace_over = pin!(patience.grace_over());
        while outcome.is_ok() {
            tokio::select! {
                ended = in_hand.join_next() => match ended {
                    Some(ended) => outcome = joined(ended),
                    None => break,
                },
                () = &mut grace_over => break,
            }
        }
        in_hand.shutdown().await;
        outcome
    }

    fn keep_lists(&self, unreadable: u64) {
        self.means.reporter.note(&format!(
            "{}, {} and the contact sheet stay as they are: {unreadable} lines of {} could not \
             be read, and what they told of may be named nowhere else. --repair alone writes \
             them again by the catalogue that was made",
            Layout::SUMS,
            Layout::FAILED,
            Layout::RECORD
        ));
    }

    pub(super) fn is_repaired(&self, path: &str, photo: Option<PhotoId>, how: Remedy) {
        *self.verified().repaired.entry(how).or_default() += 1;
        self.inspector.repaired(&Repaired { path: path.to_owned(), photo, how });
    }

    pub(super) fn is_unrepaired(&self, unrepaired: &Unrepaired, does_pass: bool) {
        {
            let mut verified = self.verified();
            verified.unrepaired += 1;
            verified.passing += u64::from(does_pass);
        }
        self.inspector.unrepaired(unrepaired);
    }

    fn is_written(&self, path: &str, photo: Option<PhotoId>) {
        self.is_repaired(path, photo, Remedy::Written);
    }

    fn verified(&self) -> MutexGuard<'_, Verified> {
        self.verified.lock().expect("no panic while held")
    }
}

fn joined(ended: Result<Result<(), Fatal>, tokio::task::JoinError>) -> Result<(), VerifyError> {
    // A panic on a photo's way is a bug; it must not look like success.
    let ended = ended.expect("the repair of a photo does not panic");
    ended.map_err(|fatal| match fatal {
        Fatal::Disk { attempt, source } => VerifyError::Disk { attempt, source },
        Fatal::Unreachable(message) => VerifyError::Unreachable { message },
        Fatal::Source(error) => VerifyError::Source(error),
        Fatal::Catalogue(closed) => {
            let attempt = "write the catalogue".to_owned();
            VerifyError::Disk { attempt, source: io::Error::other(closed) }
        }
    })
}
