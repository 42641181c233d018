//! The archive's folder as a shelf.

use crate::beneath;
use crate::closing::{ClosingError, disk};
use crate::directories;
use crate::store::Folder;
use silverprint_core::Layout;
use silverprint_sheet::Shelf;
use std::collections::HashSet;
use std::io;

/// A thumbnail, or a file of the sheet, is never longer.
pub(crate) const SHEETS_LONGEST: u64 = 64 << 20;

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

    /// The way to a file; looked at once.
    fn make_way(&mut self, path: &str) -> io::Result<()> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !self.made.contains(folder) {
            directories::make_way(self.folder.root(), path)?;
            self.made.insert(folder.to_owned());
        }
        Ok(())
    }
}

impl Shelf for OnDisk<'_> {
    type Error = ClosingError;

    fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        beneath::read(self.folder.root(), path, SHEETS_LONGEST).ok()
    }

    fn length(&mut self, path: &str) -> Option<u64> {
        beneath::file(self.folder.root(), path).map(|found| found.len())
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), ClosingError> {
        let written = self.make_way(path).and_then(|()| self.folder.write_now(path, bytes));
        written.map_err(|source| disk(path, source))
    }

    fn remove(&mut self, path: &str) -> Result<bool, ClosingError> {
        debug_assert!(path.starts_with(Layout::SHEET), "only what the sheet itself has made");
        let was_there = self.length(path).is_some();
        self.folder.remove_now(path).map_err(|source| disk(path, source))?;
        Ok(was_there)
    }
}
