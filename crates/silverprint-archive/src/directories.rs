//! The folder's directories: made where they are missing, never through a
//! link, and synced before anything in them counts.
//!
//! A sync takes as long for one name as for a hundred. So who gives a name only has it
//! noted; the catalogue has them all synced at once, before it says that they are there.

use crate::attempt::Attempt as _;
use crate::dirsync::sync_directory;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

/// A name template may make a directory for every photo; one that was forgotten
/// is only looked at once more.
const MOST_REMEMBERED: usize = 4096;

/// The directories that this run has seen to.
#[derive(Debug)]
pub(crate) struct Directories {
    root: PathBuf,
    seen_to: Mutex<HashSet<String>>,
    /// Those in which names were given that may not be on the disk.
    unsynced: Mutex<BTreeSet<String>>,
    /// Held while they are synced.
    turn: Mutex<()>,
}

impl Directories {
    pub(crate) fn new(root: PathBuf) -> Self {
        let (seen_to, unsynced, turn) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { root, seen_to, unsynced, turn }
    }

    /// Has a directory at a path below the root (with `/`). Blocks.
    pub(crate) fn make(&self, path: &str) -> io::Result<()> {
        if lock(&self.seen_to).contains(path) {
            return Ok(());
        }
        if let Some((above, _)) = path.rsplit_once('/') {
            self.make(above)?;
            make(&self.root.join(path))?;
            // Also where it was there: a killed run may not have come to this.
            self.named_in(above);
        } else {
            make(&self.root.join(path))?;
        }
        let mut seen_to = lock(&self.seen_to);
        if seen_to.len() >= MOST_REMEMBERED {
            seen_to.clear();
        }
        seen_to.insert(path.to_owned());
        Ok(())
    }

    /// Notes that a name was given in a directory.
    pub(crate) fn named_in(&self, directory: &str) {
        let mut unsynced = lock(&self.unsynced);
        if !unsynced.contains(directory) {
            unsynced.insert(directory.to_owned());
        }
    }

    /// Returns when every name given before the call is on the disk. Blocks.
    pub(crate) fn sync(&self) -> io::Result<()> {
        // Who comes second waits for what the first has taken.
        let _turn = lock(&self.turn);
        let mut unsynced = mem::take(&mut *lock(&self.unsynced));
        while let Some(directory) = unsynced.first() {
            let path = self.root.join(directory);
            if let Err(error) = sync_directory(&path) {
                lock(&self.unsynced).append(&mut unsynced);
                return Err(error).attempt("sync the directory", &path);
            }
            unsynced.pop_first();
        }
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn unsynced(&self) -> Vec<String> {
        lock(&self.unsynced).iter().cloned().collect()
    }
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().expect("no panic while held")
}

/// Makes a directory where there is none. `NotADirectory` where something else
/// lies, or a link: it could lead our files, and our clean-up, anywhere. Blocks.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let is_directory = fs::symlink_metadata(path)?.is_dir();
    let message = format!("{} is something else than a directory, or a link", path.display());
    is_directory.then_some(()).ok_or_else(|| io::Error::new(io::ErrorKind::NotADirectory, message))
}

/// Makes the directories on the way from a root to a file below it, likewise.
/// Blocks.
pub(crate) fn make_way(root: &Path, file: &str) -> io::Result<()> {
    file.match_indices('/').try_for_each(|(at, _)| make(&root.join(&file[..at])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_made_once_and_links_and_files_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let directories = Directories::new(folder.path().to_owned());
        directories.make("photos/2013/10").unwrap();
        assert!(folder.path().join("photos/2013/10").is_dir());
        fs::remove_dir(folder.path().join("photos/2013/10")).unwrap();
        directories.make("photos/2013/10").unwrap();
        assert!(!folder.path().join("photos/2013/10").exists(), "it is not looked at again");
        fs::create_dir(folder.path().join("photos/2014")).unwrap();
        directories.make("photos/2014").unwrap();

        fs::hard_link(std::env::current_exe().unwrap(), folder.path().join("photos/file"))
            .or_else(|_| {
                fs::copy(std::env::current_exe().unwrap(), folder.path().join("photos/file"))
                    .map(drop)
            })
            .unwrap();
        let error = directories.make("photos/file").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotADirectory);
        directories.make("photos/file/below").unwrap_err();
        #[cfg(unix)]
        {
            let elsewhere = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("photos/link"))
                .unwrap();
            for path in ["photos/link", "photos/link/below"] {
                let error = directories.make(path).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::NotADirectory, "{path}");
            }
            assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn names_are_synced_where_they_were_given_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let directories = Directories::new(folder.path().to_owned());
        directories.make("photos/2013/10").unwrap();
        let waiting = || directories.unsynced();
        assert_eq!(waiting(), ["photos", "photos/2013"], "for the names of those below");
        directories.named_in("photos/2013/10");
        directories.named_in("photos/2013/10");
        assert_eq!(waiting().len(), 3);
        directories.sync().unwrap();
        assert!(waiting().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_sync_that_fails_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let directories = Directories::new(folder.path().to_owned());
        directories.named_in("gone");
        directories.sync().unwrap_err();
        let error = directories.sync().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(error.to_string().contains("gone"), "{error}");
    }
}
