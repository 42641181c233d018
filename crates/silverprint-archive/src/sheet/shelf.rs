//! The archive's folder as a shelf.

use crate::beneath;
use crate::closing::{ClosingError, disk};
use crate::directories;
use crate::store::Folder;
use silverprint_core::Layout;
use silverprint_sheet::Shelf;
use std::collections::HashSet;
use std::io::{self, Read};
use std::path::Path;

/// A thumbnail, or a page of ours, is never longer.
const LONGEST: u64 = 64 << 20;

/// Reads beneath the folder, never through a link, and writes as everything is
/// written there.
pub(super) struct OnDisk<'a> {
    folder: &'a Folder,
    /// Folders that are there.
    made: HashSet<String>,
}

impl<'a> OnDisk<'a> {
    pub(super) fn new(folder: &'a Folder) -> Self {
        Self { folder, made: HashSet::new() }
    }

    /// The folders on the way to a file.
    fn make_folders(&mut self, path: &str) -> io::Result<()> {
        for (at, _) in path.match_indices('/') {
            let folder = &path[..at];
            if !self.made.contains(folder) {
                directories::make(&self.folder.root().join(folder))?;
                self.made.insert(folder.to_owned());
            }
        }
        Ok(())
    }
}

impl Shelf for OnDisk<'_> {
    type Error = ClosingError;

    fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        let file = beneath::open(self.folder.root(), Path::new(path)).ok()?;
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn length(&mut self, path: &str) -> Option<u64> {
        let found = beneath::metadata(self.folder.root(), Path::new(path)).ok()?;
        found.is_file().then_some(found.len())
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), ClosingError> {
        let written = self.make_folders(path).and_then(|()| self.folder.write_now(path, bytes));
        written.map_err(|source| disk(path, source))
    }

    fn remove(&mut self, path: &str) -> Result<bool, ClosingError> {
        debug_assert!(path.starts_with(Layout::SHEET), "only what the sheet itself has made");
        let was_there = self.length(path).is_some();
        self.folder.remove_now(path).map_err(|source| disk(path, source))?;
        Ok(was_there)
    }
}
