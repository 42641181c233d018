//! Why the folder cannot be worked on.

use silverprint_core::Nsid;
use std::io;
use std::path::PathBuf;

/// Why the folder cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process works on it.
    #[error("{folder} is in use by another silverprint{}", pid.map_or(String::new(), |pid| format!(" (process {pid})")))]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// Who holds it, where that could be read.
        pid: Option<u32>,
    },
    /// It holds somebody else's photostream.
    #[error("{folder} holds the photostream of {holds}, not of {asked}")]
    OtherAccount {
        /// The folder.
        folder: PathBuf,
        /// Whose photos are in it.
        holds: Nsid,
        /// Whose were asked for.
        asked: Nsid,
    },
    /// Something that is not ours lies where a directory or file of ours goes.
    #[error("{path} is not ours: something else, or a link, lies there")]
    NotOurs {
        /// Where.
        path: PathBuf,
    },
    /// It cannot be made or written.
    #[error("cannot write in {path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}
