//! What can go wrong with a catalogue. All of it ends a run: a photo that
//! fails is an entry, not an error.

use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};

/// Why the catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file could not be read or written.
    #[error("cannot {attempt} {}: {source}", path.display())]
    Io {
        /// What was tried.
        attempt: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database said no.
    #[error("cannot {attempt} in {}: {source}", path.display())]
    Sqlite {
        /// What was tried.
        attempt: &'static str,
        /// In which database.
        path: PathBuf,
        /// What it said.
        source: rusqlite::Error,
    },
    /// A later version of the program wrote the catalogue.
    #[error(
        "{} has schema {found}, this program knows up to {known}: use a newer silverprint",
        path.display()
    )]
    TooNew {
        /// Which catalogue.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The last schema that this program knows.
        known: u32,
    },
    /// There is no catalogue to read, and reading makes none.
    #[error("there is no catalogue at {}", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// There is no catalogue to read, and photos.jsonl is there to build it from.
    #[error("there is no catalogue at {}, though photos.jsonl is there", path.display())]
    Lost {
        /// Where it would be.
        path: PathBuf,
    },
    /// The catalogue is no sound database.
    #[error("the catalogue {} is damaged", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
    },
    /// There is nothing to build a catalogue from.
    #[error("there is no line in {} to build the catalogue from", path.display())]
    NoRecord {
        /// Where the record would be.
        path: PathBuf,
    },
    /// The catalogue was opened for reading only.
    #[error("{} was opened for reading only", path.display())]
    ReadOnly {
        /// Which.
        path: PathBuf,
    },
}

impl CatalogueError {
    /// Whether the disk, or a quota on it, is full.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Io { source, .. } => {
                matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
            }
            Self::Sqlite { source, .. } => has_code(source, &[ErrorCode::DiskFull]),
            _ => false,
        }
    }

    /// Whether the folder may not be written to.
    pub fn is_read_only(&self) -> bool {
        match self {
            Self::Io { source, .. } => matches!(
                source.kind(),
                io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
            ),
            Self::Sqlite { source, .. } => {
                has_code(source, &[ErrorCode::ReadOnly, ErrorCode::PermissionDenied])
            }
            _ => false,
        }
    }

    /// Whether the system opens none of the database's files.
    pub fn cannot_open(&self) -> bool {
        match self {
            Self::Sqlite { source, .. } => has_code(source, &[ErrorCode::CannotOpen]),
            _ => false,
        }
    }

    /// Whether the disk does not do what it is asked to.
    pub fn is_disk_failing(&self) -> bool {
        match self {
            Self::Sqlite { source, .. } => has_code(source, &[ErrorCode::SystemIoFailure]),
            _ => false,
        }
    }

    /// Whether the database is lost or damaged, and can be built again: by
    /// [`crate::Catalogue::build_again`], or the next [`crate::Catalogue::open`].
    pub fn is_damaged(&self) -> bool {
        match self {
            Self::Lost { .. } | Self::Damaged { .. } => true,
            Self::Sqlite { source, .. } => is_damage(source),
            _ => false,
        }
    }
}

/// Whether the file is no sound database.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    has_code(error, &[ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase])
}

fn has_code(error: &rusqlite::Error, codes: &[ErrorCode]) -> bool {
    error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
}

/// Says what was tried, and with what.
pub(crate) trait Context<T> {
    fn context(self, attempt: &'static str, path: &Path) -> Result<T, CatalogueError>;
}

impl<T> Context<T> for io::Result<T> {
    fn context(self, attempt: &'static str, path: &Path) -> Result<T, CatalogueError> {
        let path = || path.to_owned();
        self.map_err(|source| CatalogueError::Io { attempt, path: path(), source })
    }
}

impl<T> Context<T> for rusqlite::Result<T> {
    fn context(self, attempt: &'static str, path: &Path) -> Result<T, CatalogueError> {
        let path = || path.to_owned();
        self.map_err(|source| CatalogueError::Sqlite { attempt, path: path(), source })
    }
}
