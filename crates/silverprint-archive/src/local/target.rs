//! The folder of the thumbnails: the only place where anything is written.
//!
//! It is ours where our lines lie in it, and becomes ours where nothing lies at
//! the names that we need: nothing of others is ever written over. A file
//! appears whole or not at all: written under a temporary name, then renamed.

use super::closing::FAILED;
use super::error::LocalError;
use super::made::{self, Journal, Known};
use super::root::Destination;
use crate::beneath::{self, open_last};
use crate::directories;
use crate::sheet::SHEETS_LONGEST;
use crate::store::{self, FolderError};
use silverprint_core::Layout;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// What each thumbnail was made of.
const LINES: &str = ".silverprint/thumbs.jsonl";

/// The folder, open.
#[derive(Debug)]
pub(super) struct Target {
    root: PathBuf,
    /// What lies in it already.
    pub(super) known: Known,
    /// Held, not used: closing it gives the folder free. A rehearsal has none.
    _lock: Option<File>,
}

impl Target {
    /// Makes the folder if need be, and locks it.
    pub(super) fn open(to: &Destination) -> Result<(Self, Journal), LocalError> {
        let root = to.path.clone();
        let io_error = |path: &Path| {
            let path = path.to_owned();
            move |source| FolderError::Io { path, source }
        };
        fs::create_dir_all(&root).map_err(io_error(&to.shown))?;
        check_ours_or_free(&root)?;
        let part = |part: &str| {
            let path = root.join(part);
            directories::make(&path).map_err(|source| match source.kind() {
                io::ErrorKind::NotADirectory => FolderError::NotOurs { path },
                _ => FolderError::Io { path, source },
            })
        };
        part(Layout::PRIVATE)?;
        let lock = store::lock(&root)?;
        let lines = root.join(LINES);
        if !is_there(&lines) {
            store::create(&lines).map_err(io_error(&lines))?;
        }
        [Layout::INCOMING, Layout::THUMBS, Layout::SHEET].into_iter().try_for_each(part)?;
        let incoming = root.join(Layout::INCOMING);
        store::empty(&incoming).map_err(io_error(&incoming))?;
        let (journal, known) = Journal::open(&lines, &incoming.join("lines.part"))?;
        Ok((Self { root, known, _lock: Some(lock) }, journal))
    }

    /// Only looks at what is there.
    pub(super) fn look(to: &Destination) -> Result<Self, LocalError> {
        let root = to.path.clone();
        check_ours_or_free(&root)?;
        let lines = root.join(LINES);
        let known = match open_last(OpenOptions::new().read(true), &lines).and_then(made::read) {
            Ok((known, _)) => known,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Known::new(),
            Err(source) => return Err(FolderError::Io { path: lines, source }.into()),
        };
        Ok(Self { root, known, _lock: None })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The length of a thumbnail, where one lies there.
    pub(super) fn length(&self, thumbnail: &str) -> Option<u64> {
        let path = self.root.join(Layout::THUMBS).join(thumbnail);
        fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file).map(|found| found.len())
    }

    /// What is in a file below the folder, if it can be read.
    pub(super) fn read(&self, path: &str) -> Option<Vec<u8>> {
        beneath::read(&self.root, path, SHEETS_LONGEST).ok()
    }

    /// A file that lies at a path below the folder.
    pub(super) fn found(&self, path: &str) -> Option<fs::Metadata> {
        beneath::file(&self.root, path)
    }

    /// What changes when a file is written again.
    pub(super) fn stamp(&self, path: &str) -> Option<String> {
        let found = self.found(path)?;
        let written = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(format!("{}-{}", found.len(), written.as_nanos()))
    }

    /// Makes the folders on the way to a file of the sheet. Links are no folders.
    pub(super) fn make_folders(&self, path: &str) -> Result<(), LocalError> {
        let made = directories::make_way(&self.root, path);
        made.map_err(|source| LocalError::Disk { path: self.root.join(path), source })
    }

    /// Makes the folder of a thumbnail. Links are no folders.
    pub(super) fn make_folder(&self, folder: &str) -> io::Result<()> {
        let mut path = self.root.join(Layout::THUMBS);
        folder.split('/').filter(|part| !part.is_empty()).try_for_each(|part| {
            path.push(part);
            directories::make(&path)
        })
    }

    /// Writes a thumbnail into its folder, by way of the temporary name.
    pub(super) fn put(&self, temporary: &str, thumbnail: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.root.join(Layout::THUMBS).join(thumbnail);
        self.replace(temporary, &path, |out| out.write_all(bytes))
    }

    /// Writes a file that is made anew in every run. For one thread at a time.
    pub(super) fn write(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), LocalError> {
        let path = self.root.join(name);
        let written = self.replace("page.part", &path, |out| {
            let mut out = BufWriter::new(out);
            write(&mut out)?;
            out.flush()
        });
        written.map_err(|source| LocalError::Disk { path, source })
    }

    /// Removes a file, and says whether it was there.
    pub(super) fn remove(&self, name: &str) -> Result<bool, LocalError> {
        let path = self.root.join(name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(LocalError::Disk { path, source }),
        }
    }

    fn replace(
        &self,
        temporary: &str,
        path: &Path,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<()> {
        let temporary = self.root.join(Layout::INCOMING).join(temporary);
        let mut file = store::create(&temporary)?;
        let written = write(&mut file).and_then(|()| fs::rename(&temporary, path));
        written.inspect_err(|_| {
            // The next one needs the name; what stays is removed at the next start.
            let _ = fs::remove_file(&temporary);
        })
    }
}

/// Whether a folder is one that thumbnails were made into.
pub(super) fn is_ours(folder: &Path) -> bool {
    is_there(&folder.join(LINES))
}

/// An archive's folder is never ours; and where our lines are not, none of the names
/// that we write may be taken.
fn check_ours_or_free(root: &Path) -> Result<(), FolderError> {
    let of_archive = [Layout::CATALOGUE, Layout::RECORD];
    let written = [Layout::INDEX, Layout::THUMBS, Layout::SHEET, FAILED];
    let written = if is_ours(root) { &[][..] } else { &written[..] };
    let names = of_archive.iter().chain(written);
    let taken = names.map(|name| root.join(name)).find(|path| is_there(path));
    taken.map_or(Ok(()), |path| Err(FolderError::NotOurs { path }))
}

/// Whether anything lies there, be it a link to nothing.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
