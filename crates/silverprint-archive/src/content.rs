//! The bytes of one file: in memory, or, if they are too many, on disk.

use crate::beneath::open_last;
use crate::budget::Held;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Cursor};
use std::path::PathBuf;

/// A body that is larger streams to disk.
pub(crate) const MOST_IN_MEMORY: u64 = 32 << 20;

/// The bytes of one file.
#[derive(Debug)]
pub(crate) enum Content {
    /// From the wire, in memory.
    Held(Held),
    /// Made by us, small.
    Made(Vec<u8>),
    /// In a temporary file.
    Spilled(Spilled),
    /// In the folder already, under its last name.
    There(PathBuf),
}

/// A temporary file; removed when dropped, unless it got its last name.
#[derive(Debug)]
pub(crate) struct Spilled {
    pub(crate) file: File,
    pub(crate) path: PathBuf,
}

impl Drop for Spilled {
    fn drop(&mut self) {
        // After a rename there is nothing here any more; and what cannot be
        // removed now is removed when the next run empties its corner.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// What decoders read from.
pub(crate) trait Readable: io::BufRead + io::Seek {}
impl<T: io::BufRead + io::Seek> Readable for T {}

impl Content {
    /// Opens it from the start. Blocks for what is on disk.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Readable + '_>> {
        let path = match self {
            Self::Held(held) => return Ok(Box::new(Cursor::new(held.as_slice()))),
            Self::Made(bytes) => return Ok(Box::new(Cursor::new(bytes.as_slice()))),
            Self::Spilled(spilled) => &spilled.path,
            Self::There(path) => path,
        };
        Ok(Box::new(BufReader::new(open_last(OpenOptions::new().read(true), path)?)))
    }
}
