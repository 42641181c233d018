//! Pictures of the disk: folders walked, a thumbnail of each picture, a sheet
//! over all. No network, no catalogue.
//!
//! ```text
//! PATH… ─roots─ walk ─[bounded]→ jobs × thumb-n ─[bounded]→ book: thumbs.jsonl, numbers
//!                                                at the end: failed.csv, sheet
//! ```
//!
//! One thread walks, as many as there are cores make thumbnails, one keeps the
//! books; between them is little, so the memory for pictures is flat. What grows
//! with their number is a line of the books for each. Nothing is synced: what a
//! loss of power takes is made again, since a thumbnail counts only where its
//! length is the one in the books.
//!
//! Originals are opened to be read and for nothing else; what is written lies
//! in a folder that was empty of what it needs, or is ours already (`target`).

mod book;
mod closing;
mod error;
mod kind;
mod made;
mod name;
mod receipt;
mod reference;
mod root;
mod target;
#[cfg(test)]
mod tests;
mod walk;
mod worker;

use crate::stop::Stop;
use crate::thread::apart;
use book::Book;
pub use error::LocalError;
pub use receipt::{LocalReceipt, LocalReport, Onlooker, PassedOver};
use root::Roots;
use silverprint_thumb::ThumbnailSpec;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, Scope};
use std::time::Instant;
use target::Target;
use walk::{Found, Walk};
use worker::{Job, Outcome, What, Workshop};

/// Pictures that wait for each thread, so that it never waits for the walk.
const WAITING_PER_THREAD: usize = 4;
/// Outcomes that wait for the books for each thread, likewise.
const DONE_PER_THREAD: usize = 16;

/// What is to be done.
#[derive(Debug, Clone)]
pub struct LocalOrder {
    /// Folders, which are walked, and single files.
    pub paths: Vec<PathBuf>,
    /// Where it goes; by default beside the pictures' folder, not into it:
    /// `NAME-thumbs` in the working directory, NAME being the folder's.
    pub to: Option<PathBuf>,
    /// What the thumbnails look like.
    pub thumbnail: ThumbnailSpec,
    /// Threads that make thumbnails.
    pub jobs: NonZeroUsize,
    /// Only say what would be done: nothing is written, nothing decoded.
    pub dry_run: bool,
    /// The program's version, for the sheet.
    pub version: String,
}

/// Makes the thumbnails and the sheet. `Err` means that nothing was begun, or
/// that the disk failed; one picture's failure is a number in the receipt.
pub async fn local(
    order: LocalOrder,
    onlooker: Arc<dyn Onlooker>,
    stop: Stop,
) -> Result<LocalReport, LocalError> {
    apart("local", move || run(&order, &*onlooker, &stop)).await
}

fn run(
    order: &LocalOrder,
    onlooker: &dyn Onlooker,
    stop: &Stop,
) -> Result<LocalReport, LocalError> {
    let began = Instant::now();
    let roots = Roots::of(&order.paths)?;
    let to = roots.destination(order.to.as_deref())?;
    let (target, journal) = if order.dry_run {
        (Target::look(&to)?, None)
    } else {
        let (target, journal) = Target::open(&to)?;
        (target, Some(journal))
    };
    onlooker.begun(&to.shown);
    let workshop = Workshop::new(&roots, &target, order);
    let mut book = Book::new(&roots, journal, onlooker);
    for (path, error) in &roots.unreadable {
        book.no_path(path, error);
    }
    work(order, &workshop, &mut book, stop, onlooker)?;
    let (mut receipt, prints) = book.close()?;
    receipt.interrupted = stop.is_asked();
    receipt.seconds = began.elapsed().as_secs_f64();
    // A part of the pictures is no sheet of them: an earlier one is left as it is.
    if !order.dry_run && !receipt.interrupted {
        closing::close(order, &roots, &target, &receipt, &prints)?;
        receipt.seconds = began.elapsed().as_secs_f64();
    }
    Ok(LocalReport { receipt, to: to.shown })
}

/// Walk, threads and books, until all is done.
fn work(
    order: &LocalOrder,
    workshop: &Workshop,
    book: &mut Book,
    stop: &Stop,
    onlooker: &dyn Onlooker,
) -> Result<(), LocalError> {
    let jobs = order.jobs.get();
    let (queue, waiting) = async_channel::bounded(jobs * WAITING_PER_THREAD);
    let (done, outcomes) = async_channel::bounded(jobs * DONE_PER_THREAD);
    let halt = || stop.is_asked() || workshop.is_halted();
    thread::scope(|scope| {
        let started = (0..jobs).try_for_each(|n| {
            let (waiting, done) = (waiting.clone(), done.clone());
            spawn(scope, format!("thumb-{n}"), move || workshop.work_off(n, &waiting, &done))
        });
        let started = started.and_then(|()| {
            let walk = || Walk::new(workshop.roots, workshop.target.root());
            spawn(scope, "count".to_owned(), move || {
                let is_file = |found: &Found| matches!(found, Found::File(_));
                let files = walk().take_while(|_| !halt()).filter(is_file).count();
                onlooker.counted(files as u64);
            })?;
            let (queue, done) = (queue.clone(), done.clone());
            spawn(scope, "walk".to_owned(), move || feed(walk(), halt, &queue, &done))
        });
        // Only who works holds an end now: the books close when all have ended.
        drop((queue, done, waiting));
        started.map_err(LocalError::Threads)?;
        let mut failed = Ok(());
        while let Ok(outcome) = outcomes.recv_blocking() {
            if let (Err(error), Ok(())) = (book.enter(outcome), &failed) {
                workshop.halt();
                failed = Err(error);
            }
        }
        failed
    })
}

fn spawn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: String,
    work: impl FnOnce() + Send + 'scope,
) -> std::io::Result<()> {
    thread::Builder::new().name(name).spawn_scoped(scope, work).map(drop)
}

/// Sends the walk's files to the threads, and what is none to the books.
fn feed(
    walk: Walk,
    halt: impl Fn() -> bool,
    queue: &async_channel::Sender<Job>,
    done: &async_channel::Sender<Outcome>,
) {
    for (number, found) in walk.enumerate() {
        if halt() {
            return;
        }
        let what = match found {
            Found::File(place) => {
                // Nobody takes files any more only when all have stopped.
                let sent = queue.send_blocking(Job { number, place });
                if sent.is_err() {
                    return;
                }
                continue;
            }
            Found::Passed(place, why) => (place, What::Passed(why)),
            Found::Unreadable(place, error) => (place, What::Failed(unreadable(&error))),
        };
        let (place, what) = what;
        if done.send_blocking(Outcome { number, place, what }).is_err() {
            return;
        }
    }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("cannot read it: {error}")
}

/// A path as people and JSON are shown it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
