//! What the threads of the store do for one photo: its files written under temporary
//! names, synced, and then called what they are.

use super::written::written;
use super::{Over, Put};
use crate::attempt::Attempt as _;
use crate::beneath;
use crate::content::{Content, Spilled};
use crate::directories::Directories;
use silverprint_core::Layout;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the threads share.
pub(super) struct Disk {
    pub(super) root: PathBuf,
    pub(super) directories: Arc<Directories>,
}

impl Disk {
    pub(super) fn incoming(&self, name: &str) -> PathBuf {
        self.root.join(Layout::INCOMING).join(name)
    }

    /// Opens a file of the folder, to be read; no link, nor anything behind one.
    pub(super) fn open(&self, path: &Path) -> io::Result<File> {
        beneath::open(&self.root, path.strip_prefix(&self.root).unwrap_or(path))
    }

    pub(super) fn put(&self, files: Vec<Put>, temporary: &str) -> io::Result<()> {
        let mut staged = Vec::with_capacity(files.len());
        for (n, put) in files.into_iter().enumerate() {
            staged.push(self.stage(put, &format!("{n}-{temporary}"))?);
        }
        let mut directories = BTreeSet::new();
        for path in staged.iter().flat_map(Staged::last_names) {
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            self.directories.make(directory)?;
            directories.insert(directory);
        }
        let named = staged.iter().try_for_each(|file| self.give_last_name(file));
        // Some may have got theirs where another did not.
        for directory in directories {
            self.directories.named_in(directory);
        }
        named
    }

    /// Everything but the last name: written, dated, synced.
    fn stage(&self, put: Put, temporary: &str) -> io::Result<Staged> {
        let Put { path: to, content, modified, keep_old_as, over } = put;
        let temporary = self.incoming(temporary);
        let (from, file, guard) = match content {
            Content::Held(held) => (temporary.clone(), written(&temporary, held.as_slice())?, None),
            Content::Made(bytes) => (temporary.clone(), written(&temporary, &bytes)?, None),
            Content::Spilled(spilled) => {
                (spilled.path.clone(), spilled.file.try_clone()?, Some(spilled))
            }
            Content::There(path) => (path.clone(), self.open(&path).attempt("open", &path)?, None),
        };
        if let Some(modified) = modified {
            file.set_modified(modified).attempt("date", &from)?;
        }
        file.sync_all().attempt("sync", &from)?;
        Ok(Staged { from, to, keep_old_as, over, _guard: guard })
    }

    fn give_last_name(&self, file: &Staged) -> io::Result<()> {
        let to = self.root.join(&file.to);
        if let Some((old, kept)) = &file.keep_old_as {
            let kept = self.root.join(kept);
            keep(&self.root.join(old), &kept, &to).attempt("keep an older file as", &kept)?;
        }
        let named = match file.over {
            _ if file.from == to => Ok(()),
            Over::Older => fs::rename(&file.from, &to),
            Over::Nothing => rename_to_nothing(&file.from, &to),
        };
        named.attempt("rename a file to", &to)
    }
}

/// A file that needs only its last name.
struct Staged {
    from: PathBuf,
    to: String,
    keep_old_as: Option<(String, String)>,
    over: Over,
    _guard: Option<Spilled>,
}

impl Staged {
    /// The names that it brings into directories.
    fn last_names(&self) -> impl Iterator<Item = &str> {
        let kept = self.keep_old_as.as_ref().map(|(_, kept)| kept.as_str());
        std::iter::once(self.to.as_str()).chain(kept)
    }
}

/// Gives a file its second name before `to` comes in its place: at no
/// moment is there no picture.
fn keep(old: &Path, kept: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(old, kept) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        // What is kept is never overwritten.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // A file system without links.
        Err(_) => return fs::rename(old, kept),
    }
    // `to` is about to replace the first name; another one has to go.
    if old == to { Ok(()) } else { fs::remove_file(old) }
}

/// Renames a file, unless something has that name: `AlreadyExists`.
fn rename_to_nothing(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // A file system without links: nobody else works on the folder.
        Err(_) if fs::symlink_metadata(to).is_err() => fs::rename(from, to),
        Err(_) => Err(io::ErrorKind::AlreadyExists.into()),
    }
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.attempt("remove", path),
    }
}
