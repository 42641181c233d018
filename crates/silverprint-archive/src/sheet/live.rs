//! The sheet while a run goes on: made again now and then from what is
//! committed, on a thread of its own, so that it can be opened and reloaded as it
//! fills. It takes a twentieth of one core at most, however long the stream: the
//! longer a sheet takes, the longer the next one waits.

use super::row::row;
use super::shelf::OnDisk;
use crate::closing::ClosingError;
use crate::store::Folder;
use crate::tally::Tally;
use crate::thread;
use silverprint_catalogue::Catalogue;
use silverprint_core::{Account, Receipt};
use silverprint_sheet::{ContactSheet, Shelf};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The first comes so soon, and none sooner after another.
const SOONEST: Duration = Duration::from_millis(250);
/// A sheet waits so many times as long as the one before it took.
const PATIENCE: u32 = 20;

/// A sheet that is kept up to date until it is ended.
pub(crate) struct Live {
    /// Dropped to end it.
    end: mpsc::SyncSender<()>,
    ended: mpsc::Receiver<()>,
}

/// Of what it is made.
pub(crate) struct Subject {
    pub(crate) folder: Arc<Folder>,
    pub(crate) account: Arc<Account>,
    pub(crate) version: String,
    /// The folder was empty when the run began: photos come newest first, and
    /// those announced that are not listed yet are older.
    pub(crate) is_first_run: bool,
    /// What the run has come to so far.
    pub(crate) tally: Arc<Tally>,
}

impl Live {
    pub(crate) fn begin(subject: Subject) -> io::Result<Self> {
        let (end, asked) = mpsc::sync_channel(1);
        let (tell, ended) = mpsc::sync_channel(1);
        thread::spawn("sheet".to_owned(), move || {
            keep(&subject, &asked);
            // Nobody may be waiting for it.
            let _ = tell.send(());
        })?;
        Ok(Self { end, ended })
    }

    /// Ends it, and waits until nothing of it is written any more. Blocks.
    pub(crate) fn end(self) {
        drop(self.end);
        let _ = self.ended.recv();
    }
}

fn keep(subject: &Subject, asked: &mpsc::Receiver<()>) {
    let (mut wait, mut shown) = (SOONEST, 0);
    while asked.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        let receipt = subject.tally.with(|receipt| receipt.clone());
        let news = receipt.saved + receipt.failed.values().sum::<u64>();
        if news == shown {
            continue;
        }
        let began = Instant::now();
        // What stands in its way will be in the way of the last sheet as well,
        // which says so.
        if make(subject, &receipt, asked).is_ok() {
            shown = news;
        }
        wait = SOONEST.max(began.elapsed() * PATIENCE);
    }
}

/// One sheet, unless the run ends meanwhile.
fn make(
    subject: &Subject,
    receipt: &Receipt,
    asked: &mpsc::Receiver<()>,
) -> Result<(), Unfinished> {
    let folder = &subject.folder;
    let catalogue = Catalogue::open_read_only(folder.root()).map_err(ClosingError::from)?;
    let counts = catalogue.counts().map_err(ClosingError::from)?;
    let heading = super::heading(receipt, &counts, &subject.version);
    let heading = silverprint_sheet::Heading { remarks: Vec::new(), is_running: true, ..heading };
    let unlisted =
        if subject.is_first_run { receipt.announced.saturating_sub(counts.photos) } else { 0 };
    let mut shelf = Until { shelf: OnDisk::new(folder), asked };
    let frames = unlisted + counts.photos;
    let mut sheet = ContactSheet::new(heading, frames, &mut shelf).starting_at(unlisted + 1)?;
    catalogue.for_each_photo_from_oldest(|photo| sheet.add(row(photo, &subject.account)))?;
    sheet.finish()
}

/// A shelf on which nothing more is put once the run has ended.
struct Until<'a> {
    shelf: OnDisk<'a>,
    asked: &'a mpsc::Receiver<()>,
}

/// Why a sheet is not made.
#[derive(Debug)]
enum Unfinished {
    /// The run has ended: its own sheet comes.
    Ended,
    /// It could not be.
    Failed(#[expect(dead_code, reason = "the last sheet says it")] ClosingError),
}

impl<E: Into<ClosingError>> From<E> for Unfinished {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Shelf for Until<'_> {
    type Error = Unfinished;

    fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        self.shelf.read(path)
    }

    fn length(&mut self, path: &str) -> Option<u64> {
        self.shelf.length(path)
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), Unfinished> {
        match self.asked.try_recv() {
            Err(mpsc::TryRecvError::Empty) => Ok(self.shelf.write(path, bytes)?),
            _ => Err(Unfinished::Ended),
        }
    }

    fn remove(&mut self, path: &str) -> Result<bool, Unfinished> {
        Ok(self.shelf.remove(path)?)
    }
}
