//! The folder's directories: made where they are missing, never through a
//! link, and lasting before anything in them counts.

use crate::dirsync::DirSync;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A name template may make a directory for every photo; one that was forgotten
/// is only looked at once more.
const MOST_REMEMBERED: usize = 4096;

/// The directories that this run has seen to.
#[derive(Debug)]
pub(crate) struct Directories {
    root: PathBuf,
    seen_to: Mutex<HashMap<String, Arc<DirSync>>>,
}

impl Directories {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root, seen_to: Mutex::default() }
    }

    /// The directory at a path below the root (with `/`), which is there then,
    /// and whose own name is on the disk. Blocks.
    pub(crate) fn at(&self, path: &str) -> io::Result<Arc<DirSync>> {
        if let Some(known) = self.lock().get(path) {
            return Ok(Arc::clone(known));
        }
        let full = self.root.join(path);
        match path.rsplit_once('/') {
            Some((above, _)) => {
                let above = self.at(above)?;
                make(&full)?;
                // Also where it was there: a killed run may not have come to this.
                above.sync()?;
            }
            None => make(&full)?,
        }
        let mut seen_to = self.lock();
        if seen_to.len() >= MOST_REMEMBERED {
            seen_to.clear();
        }
        let new = || Arc::new(DirSync::new(full));
        Ok(Arc::clone(seen_to.entry(path.to_owned()).or_insert_with(new)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<DirSync>>> {
        self.seen_to.lock().expect("no panic while held")
    }
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
        let first = directories.at("photos/2013/10").unwrap();
        assert!(folder.path().join("photos/2013/10").is_dir());
        assert!(Arc::ptr_eq(&first, &directories.at("photos/2013/10").unwrap()));
        fs::create_dir(folder.path().join("photos/2014")).unwrap();
        directories.at("photos/2014").unwrap();

        fs::hard_link(std::env::current_exe().unwrap(), folder.path().join("photos/file"))
            .or_else(|_| {
                fs::copy(std::env::current_exe().unwrap(), folder.path().join("photos/file"))
                    .map(drop)
            })
            .unwrap();
        let error = directories.at("photos/file").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotADirectory);
        directories.at("photos/file/below").unwrap_err();
        #[cfg(unix)]
        {
            let elsewhere = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("photos/link"))
                .unwrap();
            for path in ["photos/link", "photos/link/below"] {
                let error = directories.at(path).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::NotADirectory, "{path}");
            }
            assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
        }
    }
}
