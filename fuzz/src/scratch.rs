//! A folder in memory that holds an archive's catalogue, anew for each input.

use silverprint_catalogue::{Catalogue, CatalogueError};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder. It is emptied before each use, and left behind when a target breaks.
pub struct Scratch(PathBuf);

impl Scratch {
    /// An empty one, in memory where the system has such a place.
    pub fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let around = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = around.join(format!("silverprint-fuzz-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join(".silverprint")).expect("there is room");
        Self(folder)
    }

    /// Where photos.jsonl lies.
    pub fn record(&self) -> PathBuf {
        self.0.join("photos.jsonl")
    }

    /// Where the catalogue lies.
    pub fn catalogue(&self) -> PathBuf {
        self.0.join(".silverprint/catalogue.db")
    }

    /// Opens the catalogue as a run does; how many photos it knows.
    pub fn open(&self) -> Result<u64, CatalogueError> {
        let (catalogue, _) = Catalogue::open(&self.0)?;
        read(&catalogue)?;
        Ok(catalogue.counts()?.photos)
    }

    /// Opens it as `list` and `verify` do.
    pub fn look(&self) {
        let _ = Catalogue::open_read_only(&self.0).and_then(|catalogue| read(&catalogue));
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads all there is.
fn read(catalogue: &Catalogue) -> Result<(), CatalogueError> {
    catalogue.snapshot()?;
    catalogue.unfinished()?;
    catalogue.counts()?;
    catalogue.last_receipt()?;
    catalogue.for_each_file(|_| Ok::<_, CatalogueError>(()))?;
    catalogue.for_each_failure(|_| Ok::<_, CatalogueError>(()))?;
    catalogue.for_each_photo(|_| Ok::<_, CatalogueError>(()))
}
