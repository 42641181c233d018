//! The sync of a directory: of the names in it.

use std::fs::File;
use std::io;
use std::path::Path;

/// Returns when the names in a directory are on the disk. Blocks.
#[cfg(unix)]
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Windows journals names by itself and opens no directories.
#[cfg(not(unix))]
pub(crate) fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
