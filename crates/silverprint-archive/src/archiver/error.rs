//! Why there is no archive, or only a part of it.

use crate::closing::ClosingError;
use crate::pipeline::Fatal;
use crate::store::FolderError;
use silverprint_catalogue::CatalogueError;
use silverprint_core::SourceError;
use std::io;

/// Why a run could not begin, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The photostream could not be listed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The folder could not be opened.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The catalogue failed.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A file could not be written.
    #[error("cannot {attempt}: {source}")]
    Disk {
        /// What was tried.
        attempt: String,
        /// Why.
        source: io::Error,
    },
    /// The hosts of the pictures cannot be reached any more.
    #[error("{message}")]
    Unreachable {
        /// The last cause.
        message: String,
    },
    /// The sums or the contact sheet could not be made.
    #[error(transparent)]
    Closing(#[from] ClosingError),
    /// The user stopped it before anything was begun.
    #[error("interrupted")]
    Interrupted,
}

pub(super) fn fatal(fatal: Fatal) -> ArchiveError {
    match fatal {
        Fatal::Disk { attempt, source } => ArchiveError::Disk { attempt, source },
        Fatal::Unreachable(message) => ArchiveError::Unreachable { message },
        Fatal::Source(error) => ArchiveError::Source(error),
        Fatal::Catalogue(closed) => {
            let source = io::Error::other(closed);
            ArchiveError::Disk { attempt: "write the catalogue".to_owned(), source }
        }
    }
}
