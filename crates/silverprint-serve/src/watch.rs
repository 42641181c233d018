//! What a running sync says of itself, and whether the sheet is another one:
//! looked at a few times a second, once for all who listen.

use crate::disk::Disk;
use crate::file::Opened;
use silverprint_archive::{Progress, open_beneath};
use silverprint_core::Layout;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::watch;
use tokio::time::sleep;

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(250);
/// More than any progress takes.
const LONGEST: u64 = 64 << 10;
/// Whichever of them is another one, the sheet is.
const SHEET: [&str; 2] = ["sheet/head.js", Layout::INDEX];

/// What was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// As JSON, on one line; `None` where no sync is running.
    pub(crate) progress: Option<Arc<str>>,
    /// Which sheet it is.
    pub(crate) sheet: Arc<str>,
}

/// Looks, and tells.
#[derive(Debug)]
pub(crate) struct Watch {
    folder: Arc<Path>,
    disk: Disk,
    life: Life,
    seen: watch::Sender<Seen>,
}

impl Watch {
    /// Looks once.
    pub(crate) async fn begin(folder: PathBuf, disk: Disk) -> (Self, watch::Receiver<Seen>) {
        let (seen, rx) = watch::channel(Seen { progress: None, sheet: "".into() });
        let mut watch = Self { folder: folder.into(), disk, life: Life::Unseen, seen };
        watch.look().await;
        (watch, rx)
    }

    /// Looks again and again.
    pub(crate) async fn go_on(mut self) -> Infallible {
        loop {
            sleep(EVERY).await;
            self.look().await;
        }
    }

    async fn look(&mut self) {
        let folder = Arc::clone(&self.folder);
        let (found, sheet) = self.disk.ask(move || (progress(&folder), sheet(&folder))).await;
        let modified = found.as_ref().map(|(_, modified)| *modified);
        let is_alive = self.life.goes_on(modified, SystemTime::now(), Instant::now());
        let progress = found.map(|(progress, _)| progress.into()).filter(|_| is_alive);
        let now = Seen { progress, sheet: sheet.into() };
        self.seen.send_if_modified(|seen| {
            let is_news = *seen != now;
            *seen = now;
            is_news
        });
    }
}

/// What the file says, and since when. It is read and written again, so that it
/// is what it should be, and on one line. Blocks.
fn progress(folder: &Path) -> Option<(String, SystemTime)> {
    let file = open_beneath(folder, Path::new(Layout::PROGRESS)).ok()?;
    let found = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut json = Vec::new();
    file.take(LONGEST).read_to_end(&mut json).ok()?;
    let progress: Progress = serde_json::from_slice(&json).ok()?;
    Some((serde_json::to_string(&progress).ok()?, found.modified().ok()?))
}

/// Which sheet lies there. Blocks.
fn sheet(folder: &Path) -> String {
    let mut which = String::new();
    for path in SHEET {
        let tag = Opened::at(folder, Path::new(path)).map(|opened| opened.tag);
        let _ = write!(which, "{}.", tag.unwrap_or_default().trim_matches('"'));
    }
    which
}

/// Whether a run goes on, by its file: a run that was killed leaves it behind,
/// and renews it no more. Once it has been seen, only changes count, not what
/// the clocks say.
#[derive(Debug, Clone, Copy)]
enum Life {
    Unseen,
    Nothing,
    /// `renewed` is `None` where that is long ago.
    File {
        modified: SystemTime,
        renewed: Option<Instant>,
    },
}

impl Life {
    fn goes_on(&mut self, found: Option<SystemTime>, today: SystemTime, now: Instant) -> bool {
        let Some(found) = found else {
            *self = Self::Nothing;
            return false;
        };
        let renewed = match *self {
            Self::File { modified, renewed } if modified == found => renewed,
            Self::Unseen => now.checked_sub(today.duration_since(found).unwrap_or_default()),
            Self::Nothing | Self::File { .. } => Some(now),
        };
        *self = Self::File { modified: found, renewed };
        renewed.is_some_and(|renewed| now - renewed <= Progress::RENEWED_WITHIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made of a file at each look, so many seconds after the first:
    /// when it is from, or that there is none.
    fn looks(looks: &[(u64, Option<u64>)]) -> Vec<bool> {
        let (today, now) = (SystemTime::now(), Instant::now());
        // The file's times begin a minute before the first look.
        let born = today - Duration::from_mins(1);
        let mut life = Life::Unseen;
        let look = |&(at, from): &(u64, Option<u64>)| {
            let at = Duration::from_secs(at);
            let from = from.map(|from| born + Duration::from_secs(from));
            life.goes_on(from, today + at, now + at)
        };
        looks.iter().map(look).collect()
    }

    #[test]
    fn a_file_that_is_renewed_is_of_a_run_that_goes_on() {
        assert_eq!(looks(&[(0, Some(58)), (1, Some(60)), (12, Some(71))]), [true; 3]);
        // It comes, it stays for as long as it may, and it goes.
        let seen = looks(&[(0, None), (1, Some(61)), (11, Some(61)), (12, Some(71)), (13, None)]);
        assert_eq!(seen, [false, true, true, true, false]);
    }

    #[test]
    fn a_file_that_is_left_behind_is_not() {
        assert_eq!(looks(&[(0, Some(0)), (1, Some(0))]), [false; 2]);
        let seen = looks(&[(0, Some(58)), (7, Some(58)), (9, Some(58)), (10, Some(70))]);
        assert_eq!(seen, [true, true, false, true]);
    }

    #[test]
    fn what_the_clocks_say_counts_only_at_first() {
        // From tomorrow: it is alive until it is seen not to change.
        let tomorrow = 86_400;
        let seen = looks(&[(0, Some(tomorrow)), (10, Some(tomorrow)), (11, Some(tomorrow))]);
        assert_eq!(seen, [true, true, false]);
        assert_eq!(looks(&[(0, None), (1, Some(0)), (2, Some(1))]), [false, true, true]);
    }
}
