//! What a run is told to do.

use crate::plan::Wanted;
use crate::turn::Turn;
use silverprint_core::{AccountRef, NameTemplate, Tracer, Window};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

/// What to archive, and where.
#[derive(Debug, Clone)]
pub struct Order {
    /// Whose photostream.
    pub account: AccountRef,
    /// The folder; by default the account's name, in the working directory.
    pub folder: Option<PathBuf>,
    /// What of each photo.
    pub wanted: Wanted,
    /// What files are called that are new. Those that are there keep their
    /// names.
    pub name: NameTemplate,
    /// Which part, by upload date.
    pub window: Window,
    /// At most so many photos, the newest first.
    pub limit: Option<u64>,
    /// List everything, also where nothing seems to have changed.
    pub full: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Threads that make thumbnails.
    pub jobs: NonZeroUsize,
    /// How photos follow each other.
    pub turn: Turn,
    /// Who hears where each photo's time goes, if anybody does.
    pub tracer: Option<Arc<dyn Tracer>>,
    /// The version of the program, for the contact sheet.
    pub version: String,
}

impl Order {
    /// Whether the whole photostream is meant.
    pub(super) fn is_whole(&self) -> bool {
        self.window.is_whole() && self.limit.is_none()
    }
}
