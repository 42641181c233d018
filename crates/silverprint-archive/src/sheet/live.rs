//! The sheet while a run goes on: made again now and then from what is
//! committed, on a thread of its own, so that it can be opened and reloaded as it
//! fills. It takes a twentieth of one core at most, however long the stream: the
//! longer a sheet takes, the longer the next one waits.

use super::row::row;
use super::shelf::OnDisk;
use crate::closing::ClosingError;
use crate::store::Folder;
use crate::tally::Tally;
use crate::thread::{Beside, Running};
use silverprint_catalogue::Catalogue;
use silverprint_core::{Account, Receipt};
use silverprint_sheet::{ContactSheet, Shelf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The first shows so many photos, which fill a screen, if they come within…
const SCREENFUL: u64 = 100;
/// …so many looks…
const LOOKS: u32 = 40;
/// …of which one is so long after another.
const LOOK: Duration = Duration::from_millis(50);
/// What was saved is committed after so long; and no sheet comes sooner after another.
const SOONEST: Duration = Duration::from_millis(250);
/// A sheet waits so many times as long as the one before it took.
const PATIENCE: u32 = 20;

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

/// Keeps the sheet up to date while a run goes on. When that has ended nothing of
/// it is written any more.
pub(crate) fn live(subject: Subject) -> Beside {
    Beside::start("sheet", move |running| keep(&subject, running))
}

fn keep(subject: &Subject, running: &Running) {
    wait_for_a_screenful(subject, running);
    let (mut wait, mut shown) = (SOONEST, 0);
    while running.goes_on_for(wait) {
        let receipt = subject.tally.with(|receipt| receipt.clone());
        let news = receipt.saved + receipt.failed.values().sum::<u64>();
        if news == shown {
            continue;
        }
        let began = Instant::now();
        // What stands in its way will be in the way of the last sheet as well,
        // which says so.
        if make(subject, &receipt, running).is_ok() {
            shown = news;
        }
        wait = SOONEST.max(began.elapsed() * PATIENCE);
    }
}

/// A sheet of a few photos would have the next one, of many, wait.
fn wait_for_a_screenful(subject: &Subject, running: &Running) {
    for _ in 0..LOOKS {
        let is_full = subject.tally.with(|receipt| receipt.saved >= SCREENFUL);
        if is_full || !running.goes_on_for(LOOK) {
            return;
        }
    }
}

/// One sheet, unless the run ends meanwhile.
fn make(subject: &Subject, receipt: &Receipt, running: &Running) -> Result<(), Unfinished> {
    let folder = &subject.folder;
    let catalogue = Catalogue::open_read_only(folder.root())?;
    // What comes meanwhile is older in a first run, newer in another: neither belongs
    // to a sheet that was begun with so many frames.
    let both = |catalogue: &Catalogue| Ok((catalogue.counts()?, catalogue.oldest()?));
    let (counts, oldest) = catalogue.at_one_moment::<_, Unfinished>(both)?;
    let heading = super::heading(receipt, &counts, &subject.version);
    let heading = silverprint_sheet::Heading { remarks: Vec::new(), is_running: true, ..heading };
    let unlisted =
        if subject.is_first_run { receipt.announced.saturating_sub(counts.photos) } else { 0 };
    let mut shelf = Until { shelf: OnDisk::new(folder), running };
    let frames = unlisted + counts.photos;
    let mut sheet = ContactSheet::new(heading, frames, &mut shelf).starting_at(unlisted + 1)?;
    let mut left = counts.photos;
    catalogue.for_each_photo_from(oldest, |photo| {
        if left == 0 {
            return Ok(());
        }
        left -= 1;
        sheet.add(row(photo, &subject.account))
    })?;
    sheet.finish()
}

/// A shelf on which nothing more is put once the run has ended.
struct Until<'a> {
    shelf: OnDisk<'a>,
    running: &'a Running,
}

/// A sheet is not made: the run has ended, whose own sheet comes, or something is
/// in the way that the last sheet will name.
#[derive(Debug)]
struct Unfinished;

impl<E: Into<ClosingError>> From<E> for Unfinished {
    fn from(_: E) -> Self {
        Self
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
        if self.running.goes_on() { Ok(self.shelf.write(path, bytes)?) } else { Err(Unfinished) }
    }

    fn remove(&mut self, path: &str) -> Result<bool, Unfinished> {
        Ok(self.shelf.remove(path)?)
    }
}
