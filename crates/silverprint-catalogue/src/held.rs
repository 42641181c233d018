//! One photo as the catalogue has it, for who brings its files back.

use crate::error::Context;
use crate::{Catalogue, CatalogueError, File, State, ledger};
use serde_json::value::RawValue;
use silverprint_core::{Failure, PhotoId};

/// What must be known of a photo to have its files again.
#[derive(Debug)]
pub struct Held {
    /// Which.
    pub id: PhotoId,
    /// As it came.
    pub listing: Box<RawValue>,
    /// When it was uploaded: seconds since 1970, UTC.
    pub posted: Option<i64>,
    /// All its files, older versions too.
    pub files: Vec<File>,
    /// How far the archive is with it.
    pub state: State,
    /// Why it failed, if it is failed now.
    pub failure: Option<Failure>,
}

impl Catalogue {
    /// A photo, if it is known.
    pub fn held(&self, id: PhotoId) -> Result<Option<Held>, CatalogueError> {
        let line = ledger::load(&self.sql, id).context("read a photo", &self.path)?;
        Ok(line.map(|line| Held {
            id: line.id,
            listing: line.listing,
            posted: line.photo.posted,
            files: line.files,
            state: line.state,
            failure: line.failure,
        }))
    }
}
