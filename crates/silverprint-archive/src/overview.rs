//! The page over the archives of several accounts that lie side by side in a
//! folder: it links each one's contact sheet, those of earlier runs as well.

use crate::beneath::open_last;
use crate::thread::apart;
use silverprint_catalogue::{Catalogue, CatalogueError};
use silverprint_core::{Layout, Receipt};
use silverprint_sheet::{Archived, Asset, SheetError};
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Thumbnails that stand for an archive.
const PRINTS: usize = 6;
/// Photos among which they are looked for, the newest first.
const LOOKED_AT: usize = 100;
/// The marker stands in the first bytes of a page of ours.
const START: u64 = 1024;

/// What became of the overview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overview {
    /// It is there.
    Written {
        /// Where.
        path: PathBuf,
        /// How many archives it links.
        archives: u64,
    },
    /// Another page lies in its place, such as a contact sheet; it is left alone.
    NotOurs {
        /// Where.
        path: PathBuf,
    },
    /// There is nothing to link.
    NoArchives,
}

/// Why there is no overview.
#[derive(Debug, thiserror::Error)]
pub enum OverviewError {
    /// The page could not be made.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A file or folder could not be read or written.
    #[error("cannot {attempt} {}: {source}", path.display())]
    Disk {
        /// What was tried.
        attempt: &'static str,
        /// With what.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Writes the overview over all archives in the sub-folders of `to`. It never
/// writes over a page that is not an overview.
pub async fn overview(to: &Path, version: &str) -> Result<Overview, OverviewError> {
    let (to, version) = (to.to_owned(), version.to_owned());
    apart("overview", move || write(&to, version)).await
}

fn write(to: &Path, version: String) -> Result<Overview, OverviewError> {
    let path = to.join(Layout::INDEX);
    if !is_ours_or_free(&path).map_err(failed("read", &path))? {
        return Ok(Overview::NotOurs { path });
    }
    let mut archives = archives(to).map_err(failed("read", to))?;
    if archives.is_empty() {
        return Ok(Overview::NoArchives);
    }
    archives.sort_by_key(|archive| (archive.screen_name.to_lowercase(), archive.folder.clone()));
    let count = archives.len() as u64;
    let overview = silverprint_sheet::Overview {
        stylesheet: stylesheet(to, &archives),
        archives,
        made_on: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        version,
    };
    put(&path, overview.page()?.as_bytes()).map_err(failed("write", &path))?;
    Ok(Overview::Written { path, archives: count })
}

fn failed(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OverviewError {
    let path = path.to_owned();
    move |source| OverviewError::Disk { attempt, path, source }
}

/// Whether an overview may be written there: there is nothing, or one already.
fn is_ours_or_free(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        found => {
            if !found?.is_file() {
                return Ok(false);
            }
        }
    }
    let mut start = Vec::new();
    open_last(OpenOptions::new().read(true), path)?.take(START).read_to_end(&mut start)?;
    let marker = silverprint_sheet::Overview::MARKER;
    Ok(String::from_utf8_lossy(&start).contains(marker))
}

/// Every sub-folder with a catalogue. A link is none: what it leads to has its
/// own place. Nor is one whose name is no Unicode: no account's name is such.
fn archives(to: &Path) -> io::Result<Vec<Archived>> {
    let mut archives = Vec::new();
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        let Ok(folder) = entry.file_name().into_string() else { continue };
        let catalogue = entry.path().join(Layout::CATALOGUE);
        let is_archive = fs::symlink_metadata(catalogue).is_ok_and(|found| found.is_file());
        if entry.file_type()?.is_dir() && is_archive {
            archives.push(archived(&entry.path(), &folder));
        }
    }
    Ok(archives)
}

/// An archive that cannot be read has its place all the same, and says so.
fn archived(root: &Path, folder: &str) -> Archived {
    let read = || -> Result<Archived, CatalogueError> {
        let catalogue = Catalogue::open_read_only(root)?;
        let counts = catalogue.counts()?;
        let receipt = catalogue.last_receipt()?;
        Ok(Archived {
            folder: folder.to_owned(),
            saved: counts.done,
            missing: counts.failed + receipt.as_ref().map_or(0, Receipt::lacking_entries),
            screen_name: receipt.map(|it| it.account.username).unwrap_or_default(),
            videos: counts.videos,
            thumbs: newest_thumbnails(&catalogue)?,
            note: None,
        })
    };
    read().unwrap_or_else(|error| {
        let note = Some(format!("its catalogue cannot be read: {error}"));
        Archived { folder: folder.to_owned(), note, ..Archived::default() }
    })
}

fn newest_thumbnails(catalogue: &Catalogue) -> Result<Vec<String>, CatalogueError> {
    /// Why the walk over the photos ends.
    enum End {
        Enough,
        Failed(CatalogueError),
    }
    impl From<CatalogueError> for End {
        fn from(error: CatalogueError) -> Self {
            Self::Failed(error)
        }
    }
    let (mut thumbs, mut looked_at) = (Vec::new(), 0);
    let walked = catalogue.for_each_photo(|photo| {
        thumbs.extend(photo.thumbnail.map(|file| file.path));
        looked_at += 1;
        if thumbs.len() == PRINTS || looked_at == LOOKED_AT { Err(End::Enough) } else { Ok(()) }
    });
    match walked {
        Ok(()) | Err(End::Enough) => Ok(thumbs),
        Err(End::Failed(error)) => Err(error),
    }
}

/// The page borrows the stylesheet of an archive, so that nothing of ours but
/// the page itself lies in a folder that is the user's. One that this version
/// wrote knows the overview; any other still has the colours.
fn stylesheet(to: &Path, archives: &[Archived]) -> Option<String> {
    let ours = Asset::STYLESHEET;
    let place = |archive: &Archived| format!("{}/{}", archive.folder, ours.path);
    let length = |path: &String| {
        let found = fs::symlink_metadata(to.join(path)).ok()?;
        found.is_file().then_some(found.len())
    };
    let there: Vec<String> =
        archives.iter().map(place).filter(|path| length(path).is_some()).collect();
    let current = there.iter().find(|path| length(path) == Some(ours.bytes.len() as u64));
    current.or(there.first()).cloned()
}

/// Writes the page whole or not at all.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_file_name(format!(".{}.{}", Layout::INDEX, std::process::id()));
    let written = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    written().inspect_err(|error| {
        // What somebody else put there is not ours to remove.
        if error.kind() != io::ErrorKind::AlreadyExists {
            let _ = fs::remove_file(&temporary);
        }
    })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests may block")]
mod tests;
