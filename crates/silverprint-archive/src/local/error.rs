//! Why there are no thumbnails at all.

use crate::store::FolderError;
use silverprint_sheet::SheetError;
use std::io;
use std::path::PathBuf;

/// Nothing was begun, or the disk failed.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// None of the paths is there, or can be read.
    #[error("cannot read {}: {source}", path.display())]
    NoPath {
        /// The first of them.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nobody said where to, and the usual place is among the pictures.
    #[error("thumbnails would go to {}, among the pictures of {}", to.display(), path.display())]
    AmongPictures {
        /// The usual place.
        to: PathBuf,
        /// The folder around it.
        path: PathBuf,
    },
    /// The folder for the thumbnails is the one of the pictures, or the pictures
    /// lie in what is ours of it.
    #[error("{} holds the pictures: thumbnails need a folder of their own", to.display())]
    IsInput {
        /// The folder.
        to: PathBuf,
    },
    /// The folder for the thumbnails could not be opened.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Disk {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system gives no threads.
    #[error("cannot start the threads that make thumbnails: {0}")]
    Threads(io::Error),
    /// A page of the sheet could not be made.
    #[error(transparent)]
    Sheet(#[from] SheetError),
}
