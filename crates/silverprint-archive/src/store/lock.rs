//! One process at a time works on a folder.

use super::FolderError;
use crate::beneath;
use silverprint_core::Layout;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Takes the lock, or says who has it. The system gives it free when its holder
/// dies, however it dies.
pub(crate) fn lock(root: &Path) -> Result<File, FolderError> {
    let path = root.join(Layout::LOCK);
    let io_error = |source| FolderError::Io { path: path.clone(), source };
    // A link could have anybody's file written over with our process id.
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    let mut file = beneath::open_last(options, &path).map_err(|source| {
        let path = path.clone();
        match source.kind() {
            io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory => {
                FolderError::NotOurs { path }
            }
            _ => FolderError::Io { path, source },
        }
    })?;
    if !file.metadata().map_err(io_error)?.is_file() {
        return Err(FolderError::NotOurs { path });
    }
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let pid = file.take(20).read_to_string(&mut holder).ok();
            let pid = pid.and_then(|_| holder.trim().parse().ok());
            return Err(FolderError::InUse { folder: root.to_owned(), pid });
        }
        Err(TryLockError::Error(source)) => return Err(io_error(source)),
    }
    let written = file
        .set_len(0)
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .and_then(|_| writeln!(file, "{}", std::process::id()));
    written.map_err(io_error)?;
    Ok(file)
}
