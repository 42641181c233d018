//! Every byte of a folder against its catalogue: lengths and sums of all files,
//! every thumbnail decoded, and what lies there that no row names.
//!
//! It changes no file of the archive. One thread reads rows, as many as there are cores read
//! files; what waits between them is bounded, findings are handed over one by
//! one, and so memory stays flat. Pictures are not decoded: their sum is that
//! of bytes that were decoded when they came.

mod inspect;
mod strays;

use crate::stop::Stop;
use crate::store::{self, FolderError};
use crate::thread::apart;
use inspect::Bench;
use serde::Serialize;
use silverprint_catalogue::{Catalogue, CatalogueError, FileRow, Role};
use silverprint_core::PhotoId;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

/// Rows that wait for each thread, so that it never waits for the catalogue.
const WAITING_PER_THREAD: usize = 4;

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// It is not there.
    Missing,
    /// Something else lies in its place: a directory, a link.
    NotAFile,
    /// The disk does not give it.
    Unreadable,
    /// It is shorter or longer than it was.
    WrongLength,
    /// Its bytes are not the ones that were written.
    WrongBytes,
    /// A thumbnail that does not decode.
    Undrawable,
    /// A thumbnail of other dimensions than its row says.
    WrongDimensions,
    /// It lies there, and no row names it. Nothing of the archive is missing.
    Stray,
}

impl FindingKind {
    /// The word for it, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotAFile => "not_a_file",
            Self::Unreadable => "unreadable",
            Self::WrongLength => "wrong_length",
            Self::WrongBytes => "wrong_bytes",
            Self::Undrawable => "undrawable",
            Self::WrongDimensions => "wrong_dimensions",
            Self::Stray => "stray",
        }
    }

    /// Whether the archive is not what it should be.
    pub const fn is_damage(self) -> bool {
        !matches!(self, Self::Stray)
    }
}

/// One file with which something is wrong; the first thing that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// Where: relative to the folder, with `/`. Of a stray whose name is no
    /// Unicode, what can be shown of it.
    pub path: String,
    /// Whose file it is; none of a stray.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<PhotoId>,
    /// More about it, for people; may be empty.
    pub detail: String,
}

/// Hears how it goes. Called from several threads at once; who blocks in it
/// slows the check down.
pub trait Inspector: Send + Sync {
    /// So many files of so many bytes are to be checked.
    fn begun(&self, _files: u64, _bytes: u64) {}

    /// One more file was checked; the catalogue gives it so many bytes.
    fn checked(&self, _bytes: u64) {}

    /// Something is wrong.
    fn found(&self, _finding: &Finding) {}
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Verified {
    /// Files that were checked, thumbnails among them.
    pub files: u64,
    /// Their bytes, as the catalogue gives them.
    pub bytes: u64,
    /// Thumbnails that were checked.
    pub thumbnails: u64,
    /// How many findings of each kind.
    pub findings: BTreeMap<FindingKind, u64>,
    /// Asked to end before its end: what is not counted was not looked at.
    pub interrupted: bool,
    /// How long it took.
    pub seconds: f64,
}

impl Verified {
    /// Files that are missing or wrong.
    pub fn damage(&self) -> u64 {
        self.findings.iter().filter(|(kind, _)| kind.is_damage()).map(|(_, count)| count).sum()
    }

    /// Files that no row names.
    pub fn strays(&self) -> u64 {
        self.findings.get(&FindingKind::Stray).copied().unwrap_or_default()
    }

    /// Whether all was looked at, and nothing is damaged.
    pub fn is_sound(&self) -> bool {
        !self.interrupted && self.damage() == 0
    }
}

/// Why a folder cannot be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The catalogue is not there, or cannot be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Another silverprint works on the folder: its files are changing.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The system gives no threads.
    #[error("cannot start the threads that check: {0}")]
    Threads(io::Error),
}

/// Checks a folder, on `jobs` threads. While it does, it holds the folder's
/// lock; a folder that may not be written to is checked without.
pub async fn verify(
    folder: &Path,
    jobs: NonZeroUsize,
    inspector: Arc<dyn Inspector>,
    stop: Stop,
) -> Result<Verified, VerifyError> {
    let root = folder.to_owned();
    let check = move || Check { root, inspector, stop, verified: Mutex::default() }.run(jobs);
    apart("verify", check).await
}

/// What the threads of a check share.
struct Check {
    root: PathBuf,
    inspector: Arc<dyn Inspector>,
    stop: Stop,
    verified: Mutex<Verified>,
}

/// Why the walk over the rows ends early.
enum Halt {
    Stopped,
    Catalogue(CatalogueError),
}

impl From<CatalogueError> for Halt {
    fn from(error: CatalogueError) -> Self {
        Self::Catalogue(error)
    }
}

impl Check {
    fn run(self, jobs: NonZeroUsize) -> Result<Verified, VerifyError> {
        let began = Instant::now();
        let catalogue = Catalogue::open_read_only(&self.root)?;
        let _lock = lock(&self.root)?;
        let counts = catalogue.counts()?;
        self.inspector.begun(counts.files, counts.bytes);
        let checked = match self.check_files(&catalogue, jobs)? {
            Ok(()) => self.find_strays(&catalogue),
            halted => halted,
        };
        let mut verified = self.verified.into_inner().expect("no panic while held");
        match checked {
            Ok(()) => {}
            Err(Halt::Stopped) => verified.interrupted = true,
            Err(Halt::Catalogue(error)) => return Err(error.into()),
        }
        verified.seconds = began.elapsed().as_secs_f64();
        Ok(verified)
    }

    /// Every file that a row names, on all threads.
    fn check_files(
        &self,
        catalogue: &Catalogue,
        jobs: NonZeroUsize,
    ) -> Result<Result<(), Halt>, VerifyError> {
        let (rows, queue) = async_channel::bounded::<FileRow>(jobs.get() * WAITING_PER_THREAD);
        thread::scope(|scope| {
            for n in 0..jobs.get() {
                let queue = queue.clone();
                let named = thread::Builder::new().name(format!("verify-{n}"));
                let started = named.spawn_scoped(scope, move || self.work_off(&queue));
                if let Err(error) = started {
                    // Those that run already have nothing to wait for.
                    rows.close();
                    return Err(VerifyError::Threads(error));
                }
            }
            drop(queue);
            let fed = catalogue.for_each_file(|row| {
                if self.stop.is_asked() {
                    return Err(Halt::Stopped);
                }
                // Nobody takes rows any more only when all have stopped.
                rows.send_blocking(row).map_err(|_| Halt::Stopped)
            });
            rows.close();
            Ok(fed)
        })
    }

    fn work_off(&self, queue: &async_channel::Receiver<FileRow>) {
        let mut bench = Bench::new(&self.root);
        while let Ok(row) = queue.recv_blocking() {
            // What waits in the queue when a check is stopped is still looked
            // at: it is little, and the counts stay true.
            let inspected = bench.inspect(&row);
            {
                let mut verified = self.verified.lock().expect("no panic while held");
                verified.files += 1;
                verified.bytes += row.bytes;
                verified.thumbnails += u64::from(row.role == Role::Thumbnail);
            }
            if let Err((kind, detail)) = inspected {
                self.found(&Finding { kind, path: row.path, photo: Some(row.photo), detail });
            }
            self.inspector.checked(row.bytes);
        }
    }

    fn found(&self, finding: &Finding) {
        {
            let mut verified = self.verified.lock().expect("no panic while held");
            *verified.findings.entry(finding.kind).or_default() += 1;
        }
        self.inspector.found(finding);
    }
}

/// Keeps others from changing what is checked. Where nothing can be written,
/// nobody needs to be kept.
fn lock(root: &Path) -> Result<Option<File>, FolderError> {
    match store::lock(root) {
        Ok(lock) => Ok(Some(lock)),
        Err(FolderError::Io { source, .. })
            if matches!(
                source.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests may block")]
mod tests;
