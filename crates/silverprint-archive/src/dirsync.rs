//! One sync of a directory for everybody who waits for one.

use crate::attempt::Attempt as _;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex};

/// A directory whose names must reach the disk. Whoever asks while a sync is
/// under way shares the next one with all who ask meanwhile.
#[derive(Debug)]
pub(crate) struct DirSync {
    path: PathBuf,
    rounds: Mutex<Rounds>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Rounds {
    begun: u64,
    ended: u64,
    under_way: bool,
    /// The last round that failed; its waiters hear of it.
    failed: Option<(u64, Cause)>,
}

/// What the system said; an error itself can be told only once.
#[derive(Debug, Clone, Copy)]
enum Cause {
    Code(i32),
    Kind(io::ErrorKind),
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        error.raw_os_error().map_or(Self::Kind(error.kind()), Self::Code)
    }
}

impl From<Cause> for io::Error {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Code(code) => Self::from_raw_os_error(code),
            Cause::Kind(kind) => kind.into(),
        }
    }
}

impl DirSync {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, rounds: Mutex::default(), ended: Condvar::new() }
    }

    /// Returns when every name given before the call is on the disk. Blocks.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let mut rounds = self.rounds.lock().expect("no panic while held");
        // A round that has begun already may have missed our name.
        let mine = rounds.begun + 1;
        while rounds.ended < mine {
            if rounds.under_way {
                rounds = self.ended.wait(rounds).expect("no panic while held");
                continue;
            }
            rounds.begun += 1;
            rounds.under_way = true;
            let round = rounds.begun;
            drop(rounds);
            let outcome = sync_directory(&self.path);
            rounds = self.rounds.lock().expect("no panic while held");
            rounds.under_way = false;
            rounds.ended = round;
            if let Err(error) = outcome {
                rounds.failed = Some((round, error.into()));
            }
            self.ended.notify_all();
        }
        match rounds.failed {
            Some((round, cause)) if round >= mine => {
                Err(cause.into()).attempt("sync the directory", &self.path)
            }
            _ => Ok(()),
        }
    }
}

/// Returns when the names in a directory are on the disk. Blocks.
#[cfg(unix)]
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Windows journals names by itself and opens no directories.
#[cfg(not(unix))]
pub(crate) fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_who_asks_is_served_with_fewer_rounds() {
        let folder = tempfile::tempdir().unwrap();
        let directory = DirSync::new(folder.path().to_owned());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..20).for_each(|_| directory.sync().unwrap()));
            }
        });
        let rounds = directory.rounds.lock().unwrap();
        assert_eq!(rounds.begun, rounds.ended);
        assert!(rounds.begun <= 160);
    }

    #[test]
    fn a_failure_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let directory = DirSync::new(folder.path().join("gone"));
        assert_eq!(directory.sync().unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
