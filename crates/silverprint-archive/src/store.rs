//! The folder: the one place that writes files.
//!
//! A file appears whole or not at all: written under a temporary name, synced,
//! renamed; only then does the caller hear of it. Its directory is synced before the
//! catalogue names it: see [`Folder::sync_names`].
//! Many threads do this at once, because most of the time they wait for the
//! disk, and the kernel merges the syncs that come together: on the ext4 of the
//! machine this was written on 16 threads with a sync each wrote 3,290 files of
//! 200 kB a second, one thread 256, and a `syncfs` per 64 files 1,290.

mod disk;
mod error;
mod lock;
mod written;

pub use error::FolderError;
pub(crate) use lock::lock;
pub(crate) use written::create;

use crate::attempt::Attempt as _;
use crate::beneath;
use crate::container::{Container, START};
use crate::content::{Content, Spilled};
use crate::directories::{self, Directories};
use crate::dirsync;
use crate::left::Left;
use crate::thread;
use bytes::Bytes;
use disk::{Disk, remove};
use sha2::{Digest as _, Sha256};
use silverprint_catalogue::Digest;
use silverprint_core::Layout;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;
use tokio::sync::oneshot;
use written::written;

/// Threads that wait for the disk; see above.
pub(crate) const THREADS: usize = 16;
/// Twice as many jobs wait as can be worked on: a thread never waits for one.
const QUEUE: usize = 2 * THREADS;

/// A file on its way into the folder.
#[derive(Debug)]
pub(crate) struct Put {
    /// Its last name, relative to the folder.
    pub(crate) path: String,
    pub(crate) content: Content,
    /// Its time, where it has one of its own (the upload date).
    pub(crate) modified: Option<SystemTime>,
    /// A file that stays under a second name: where it is now, and that name.
    pub(crate) keep_old_as: Option<(String, String)>,
    /// What may lie in its place.
    pub(crate) over: Over,
}

/// What a file may be put over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// Whatever lies there is the same photo's, and older.
    Older,
    /// Nothing: whose that would be is not known.
    Nothing,
}

/// An open folder. The lock goes with it.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    jobs: async_channel::Sender<Job>,
    directories: Arc<Directories>,
    temporaries: AtomicU64,
    /// How the last run left it.
    left: Option<Left>,
    /// Held, not used: closing it gives the folder free.
    _lock: File,
}

type Job = Box<dyn FnOnce(&Disk) + Send>;

impl Folder {
    /// Makes the folder if need be, and locks it. Blocks.
    pub(crate) fn open(root: &Path) -> Result<Self, FolderError> {
        let io_error = |path: &Path| {
            let path = path.to_owned();
            move |source| FolderError::Io { path, source }
        };
        make_root(root).map_err(io_error(root))?;
        for part in
            [Layout::PRIVATE, Layout::INCOMING, Layout::PHOTOS, Layout::THUMBS, Layout::SHEET]
        {
            let path = root.join(part);
            directories::make(&path).map_err(|source| match source.kind() {
                io::ErrorKind::NotADirectory => FolderError::NotOurs { path },
                _ => FolderError::Io { path, source },
            })?;
        }
        let lock = lock(root)?;
        let incoming = root.join(Layout::INCOMING);
        empty(&incoming).map_err(io_error(&incoming))?;
        let left = Left::take(root).map_err(io_error(root))?;

        let directories = Arc::new(Directories::new(root.to_owned()));
        let disk = Disk { root: root.to_owned(), directories: Arc::clone(&directories) };
        let disk = Arc::new(disk);
        let (jobs, queue) = async_channel::bounded(QUEUE);
        for n in 0..THREADS {
            let (queue, disk) = (queue.clone(), Arc::clone(&disk));
            thread::spawn(format!("store-{n}"), move || work_off(&queue, &disk))
                .map_err(io_error(root))?;
        }
        let temporaries = AtomicU64::new(0);
        Ok(Self { root: root.to_owned(), jobs, directories, temporaries, left, _lock: lock })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// How the last run left it, if nobody was killed in it since.
    pub(crate) fn left(&self) -> Option<&Left> {
        self.left.as_ref()
    }

    /// Lays down for the next run how it is now. Without that, that one only takes
    /// longer. Blocks.
    pub(crate) fn leave(&self, left: &Left) {
        let _ = self.write_now(Layout::LEFT, left.as_str().as_bytes());
    }

    /// Returns when every file that was put before the call has its name on the disk:
    /// what the catalogue waits for before it commits. Blocks.
    pub(crate) fn sync_names(&self) -> io::Result<()> {
        self.directories.sync()
    }

    /// Brings files into the folder, whole and synced; their names are to be.
    pub(crate) async fn put(&self, files: Vec<Put>) -> io::Result<()> {
        let temporary = self.temporary_name();
        self.ask(move |disk| disk.put(files, &temporary)).await
    }

    /// Writes a file that is made anew in every run: whole, but not synced,
    /// since it can be made again. Blocks; for the threads of the closing.
    pub(crate) fn write_now(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let temporary = self.root.join(Layout::INCOMING).join(self.temporary_name());
        written(&temporary, bytes)?;
        let path = self.root.join(path);
        fs::rename(&temporary, &path).attempt("rename a file to", &path)
    }

    /// Writes a list in the folder that others go by: whole and synced, and so
    /// long as it may be. Errors of the disk come as the callback's own kind.
    /// Blocks; for the threads of the closing.
    pub(crate) fn rewrite<E>(
        &self,
        path: &str,
        fail: impl Fn(io::Error) -> E,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        let temporary = self.root.join(Layout::INCOMING).join(self.temporary_name());
        let created = create(&temporary).attempt("create", &temporary);
        let mut out = BufWriter::new(created.map_err(&fail)?);
        write(&mut out)?;
        let written = out.into_inner().map_err(|error| fail(error.into_error()))?;
        written.sync_all().attempt("sync", &temporary).map_err(&fail)?;
        let path = self.root.join(path);
        fs::rename(&temporary, &path).attempt("rename a file to", &path).map_err(&fail)?;
        dirsync::sync_directory(&self.root).map_err(fail)
    }

    /// Writes what is only news, and old in a moment: whole, but whether it
    /// could be written or not is nobody's affair. Blocks.
    pub(crate) fn write_news(&self, path: &str, bytes: &[u8]) {
        // A name of its own: the numbers are those of what counts.
        let temporary = self.root.join(Layout::INCOMING).join("news.part");
        let renamed = |_: File| fs::rename(&temporary, self.root.join(path));
        if written(&temporary, bytes).and_then(renamed).is_err() {
            let _ = fs::remove_file(&temporary);
        }
    }

    /// Removes a file, if it is there. Blocks; for the threads of the closing.
    pub(crate) fn remove_now(&self, path: &str) -> io::Result<()> {
        remove(&self.root.join(path))
    }

    /// Removes a file, if it is there.
    pub(crate) async fn remove(&self, path: String) -> io::Result<()> {
        self.ask(move |disk| remove(&disk.root.join(path))).await
    }

    /// A temporary file for a body that is too large for memory.
    pub(crate) async fn spill(&self) -> io::Result<Spilled> {
        let name = self.temporary_name();
        self.ask(move |disk| {
            let path = disk.incoming(&name);
            let file = create(&path).attempt("create", &path)?;
            Ok(Spilled { file, path })
        })
        .await
    }

    /// Appends to a temporary file; gives it back for the next bytes.
    pub(crate) async fn append(&self, mut spilled: Spilled, bytes: Bytes) -> io::Result<Spilled> {
        self.ask(move |_| {
            spilled.file.write_all(&bytes).attempt("write", &spilled.path)?;
            Ok(spilled)
        })
        .await
    }

    /// Reads a file through: its SHA-256 and its length.
    pub(crate) async fn digest(&self, path: PathBuf) -> io::Result<(Digest, u64)> {
        self.ask(move |disk| {
            let mut hash = Sha256::new();
            let bytes = io::copy(&mut disk.open(&path)?, &mut HashWriter(&mut hash))?;
            Ok((Digest(hash.finalize().into()), bytes))
        })
        .await
    }

    /// The first bytes of a file.
    pub(crate) async fn start(&self, path: PathBuf) -> io::Result<Vec<u8>> {
        self.ask(move |disk| {
            let mut start = Vec::with_capacity(START);
            disk.open(&path)?.take(START as u64).read_to_end(&mut start)?;
            Ok(start)
        })
        .await
    }

    /// Whether a stream's own parts come out at its end.
    pub(crate) async fn ends_whole(&self, path: PathBuf, kind: Container) -> io::Result<bool> {
        self.ask(move |disk| kind.ends_whole(BufReader::new(disk.open(&path)?))).await
    }

    /// The current file of a photo that is there, with one of these extensions.
    /// A link is none: what it leads to is not ours.
    pub(crate) async fn find(
        &self,
        stem: &str,
        extensions: &'static [&'static str],
    ) -> Option<String> {
        let stem = stem.to_owned();
        self.find_any(extensions, move |extension| Layout.photo(&stem, extension)).await
    }

    /// A replaced file of a photo that is there, likewise.
    pub(crate) async fn find_replaced(
        &self,
        stem: &str,
        version: u32,
        extensions: &'static [&'static str],
    ) -> Option<String> {
        let stem = stem.to_owned();
        self.find_any(extensions, move |it| Layout.replaced(&stem, version, it)).await
    }

    async fn find_any(
        &self,
        extensions: &'static [&'static str],
        path: impl Fn(&str) -> String + Send + 'static,
    ) -> Option<String> {
        let found = self.ask(move |disk| {
            let mut paths = extensions.iter().map(|extension| path(extension));
            let found = |path: &String| beneath::metadata(&disk.root, Path::new(path));
            Ok(paths.find(|path| found(path).is_ok_and(|found| found.is_file())))
        });
        found.await.ok().flatten()
    }

    /// Removes what never became whole. For the end of a run; what a killed
    /// run leaves is removed when the folder is next opened.
    pub(crate) async fn empty_incoming(&self) -> io::Result<()> {
        self.ask(|disk| empty(&disk.root.join(Layout::INCOMING))).await
    }

    /// Has something done on the store's threads that ends in a value.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Disk) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let (done, outcome) = oneshot::channel();
        let job: Job = Box::new(move |disk| {
            // The one who asked may be gone; the work is done all the same.
            let _ = done.send(work(disk));
        });
        self.jobs.send(job).await.expect("the store's threads live as long as it does");
        outcome.await.expect("a job of the store does not panic")
    }

    fn temporary_name(&self) -> String {
        format!("{}.part", self.temporaries.fetch_add(1, Ordering::Relaxed))
    }
}

fn work_off(queue: &async_channel::Receiver<Job>, disk: &Disk) {
    while let Ok(job) = queue.recv_blocking() {
        job(disk);
    }
}

/// Feeds a hash.
struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes the folder where there is none, with all above it, and has their names
/// last: what is said to be saved in it would be gone with them.
fn make_root(root: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = root.ancestors().take_while(|path| !path.exists()).collect();
    fs::create_dir_all(root)?;
    for above in missing.into_iter().filter_map(Path::parent) {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        match dirsync::sync_directory(above) {
            // Who may make a name there may not always read it.
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

pub(crate) fn empty(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        // What a task that was given up still held may vanish meanwhile.
        remove(&entry?.path())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
