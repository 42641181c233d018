//! Every byte of a folder against its catalogue: lengths and sums of all files,
//! every thumbnail decoded, what lies there that no row names, and whether
//! SHA256SUMS and photos.jsonl still say what the catalogue knows. Where it is
//! asked for, what is wrong is put right, and nothing else is touched.
//!
//! The check changes no file of the archive. One thread reads rows, as many as
//! there are cores read files; what waits between them is bounded, findings are
//! handed over one by one, and so memory stays flat: of a damaged file a few
//! bytes are kept, and where photos.jsonl is compared, a few of every photo.
//! Pictures are not decoded: their sum is that of bytes that were decoded when
//! they came.

mod check;
mod finding;
mod inspect;
mod lists;
mod mend;
mod repair;
mod strays;

use crate::closing::ClosingError;
use crate::directories;
use crate::stop::Stop;
use crate::store::{self, Folder, FolderError};
use crate::thread::apart;
use check::{Check, Damage};
pub use finding::{
    BuiltAgain, Finding, FindingKind, Inspector, Remedy, Repaired, Unrepaired, Verified,
};
use silverprint_catalogue::{Catalogue, CatalogueError, Opened};
use silverprint_core::{Layout, Reporter, Source, SourceError};
use std::fs::{self, File};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What is to be checked, and what is done about it.
pub struct VerifyOrder {
    /// The archive's folder.
    pub folder: PathBuf,
    /// Threads that read.
    pub jobs: NonZeroUsize,
    /// Which files.
    pub scope: Scope,
    /// By which catalogue.
    pub by: By,
    /// Put right what is wrong, by these means.
    pub repair: Option<Repair>,
}

/// Which files are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them, from the beginning.
    Everything,
    /// Those that were not found good since all were last checked, or began to
    /// be: what a check that was stopped left, what is new, what was damaged.
    SinceLast,
}

/// By which catalogue is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The one that is there.
    TheCatalogue,
    /// One that is built again from photos.jsonl first.
    TheRecord,
}

/// By what means damage is put right.
pub struct Repair {
    /// Where pictures are fetched again.
    pub source: Arc<dyn Source>,
    /// Hears how that goes.
    pub reporter: Arc<dyn Reporter>,
    /// The version of the program, for the contact sheet.
    pub version: String,
}

/// Why a folder cannot be checked at all, or not be put right.
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
    /// A file could not be written.
    #[error("cannot {attempt}: {source}")]
    Disk {
        /// What was tried.
        attempt: String,
        /// Why.
        source: io::Error,
    },
    /// The key is refused, or what tells of the files may not be asked.
    #[error(transparent)]
    Source(SourceError),
    /// The hosts of the pictures cannot be reached any more.
    #[error("{message}")]
    Unreachable {
        /// The last cause.
        message: String,
    },
    /// The sums or the sheet could not be written.
    #[error(transparent)]
    Closing(#[from] ClosingError),
}

/// Checks a folder, and puts it right if that is asked for. While it does, it
/// holds the folder's lock; a folder that may not be written to is checked
/// without.
pub async fn verify(
    order: VerifyOrder,
    inspector: Arc<dyn Inspector>,
    stop: Stop,
) -> Result<Verified, VerifyError> {
    let began = Instant::now();
    let VerifyOrder { folder: root, jobs, scope, by, repair } = order;
    let (watch, halt, at) = (Arc::clone(&inspector), stop.clone(), root.clone());
    let will_write = repair.is_some();
    let check = move || -> Result<_, VerifyError> {
        let (claim, built) = claim(&at, by, will_write)?;
        let catalogue = Catalogue::open_read_only(&at)?;
        let (verified, damage) = Check::new(at, scope, watch, halt).run(&catalogue, jobs)?;
        Ok((claim, Verified { rebuilt: built, ..verified }, damage))
    };
    let (claim, mut verified, damage) = apart("verify", check).await?;
    if let (Some(repair), Claim::Folder(folder)) = (repair, claim)
        && !verified.interrupted
        && damage != Damage::default()
    {
        repair::repair(folder, damage, repair, jobs, inspector, stop, &mut verified).await?;
    }
    verified.seconds = began.elapsed().as_secs_f64();
    Ok(verified)
}

/// What keeps others from the folder.
enum Claim {
    /// To write into it.
    Folder(Folder),
    /// To read it; none where nothing can be written.
    Lock { _held: Option<File> },
}

/// Takes the folder, and builds its catalogue again where that is asked for.
/// Nothing is made in a folder that is no archive. Blocks.
fn claim(
    root: &Path,
    by: By,
    will_write: bool,
) -> Result<(Claim, Option<BuiltAgain>), VerifyError> {
    refuse_link(root)?;
    match by {
        By::TheCatalogue => drop(Catalogue::open_read_only(root)?),
        By::TheRecord if Catalogue::has_record(root) => {
            let path = root.join(Layout::PRIVATE);
            let made = directories::make(&path);
            made.map_err(|source| FolderError::Io { path, source })?;
        }
        By::TheRecord => {
            // A run that has only begun has written no line yet, and says more than that.
            if root.join(Layout::LOCK).exists() {
                lock_if_writable(root)?;
            }
            return Err(Catalogue::no_record(root).into());
        }
    }
    let claim = match by {
        _ if will_write => Claim::Folder(Folder::open(root)?),
        By::TheRecord => Claim::Lock { _held: Some(store::lock(root)?) },
        By::TheCatalogue => Claim::Lock { _held: lock_if_writable(root)? },
    };
    let built = match by {
        // What a killed run has told photos.jsonl only is what is to be checked:
        // who repairs takes it in, and would repair by what was found without it.
        By::TheCatalogue if will_write && Catalogue::open_read_only(root)?.is_behind(root)? => {
            drop(Catalogue::open_existing(root)?);
            None
        }
        By::TheCatalogue => None,
        By::TheRecord => match Catalogue::build_again(root)?.1 {
            Opened::Rebuilt { photos, unreadable, set_aside, .. } => {
                Some(BuiltAgain { photos, unreadable, set_aside })
            }
            Opened::New | Opened::Existing => None,
        },
    };
    Ok((claim, built))
}

/// Fails where our own corner is a link: what is noted there, and the lock, would
/// be written elsewhere.
fn refuse_link(root: &Path) -> Result<(), FolderError> {
    let path = root.join(Layout::PRIVATE);
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_symlink() => Err(FolderError::NotOurs { path }),
        _ => Ok(()),
    }
}

/// Keeps others from changing what is checked. Where nothing can be written,
/// nobody needs to be kept.
fn lock_if_writable(root: &Path) -> Result<Option<File>, FolderError> {
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
