//! How a run left the folder when it was over: the catalogue, and what was made of it.
//! Who finds all of that untouched, and nothing new, need not look through the folder,
//! nor make anything again that would come out the same.
//!
//! It is taken away by whoever opens the folder, and laid back by a run that came to
//! its end: a folder in which anybody was killed has none.

use crate::attempt::Attempt as _;
use crate::{beneath, dirsync};
use silverprint_core::{Identity, Layout};
use std::fmt::Write as _;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The sheet of ten million photos has fewer files than this has bytes for.
const LONGEST: u64 = 64 << 20;
/// The sheet's folder goes no deeper.
const DEEPEST: usize = 4;
/// Between what is known and what was made of it.
const BREAK: &str = "\n\n";

/// A folder as it was left: a line for each file, with its length and its time. First
/// come the catalogue, its log, and photos.jsonl. After an empty line comes what was
/// made of them: since when the machine runs, for what is not synced lasts as long, what
/// the sheet says at its head, and the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left(String);

impl Left {
    /// Takes away what the last run has laid there, if it lies there still. Blocks.
    pub(crate) fn take(root: &Path) -> io::Result<Option<Self>> {
        let text = beneath::read(root, Layout::LEFT, LONGEST).ok();
        let (private, path) = (root.join(Layout::PRIVATE), root.join(Layout::LEFT));
        // Also one that cannot be read: it would be believed after this run was killed.
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            removed => removed.attempt("remove", &path)?,
        }
        // Before anything is changed that it does not know of.
        dirsync::sync_directory(&private).attempt("sync the directory", &private)?;
        Ok(text.and_then(|text| String::from_utf8(text).ok()).map(Self))
    }

    /// How the folder is now, with a sheet that says that at its head. The catalogue
    /// is closed. Blocks.
    pub(crate) fn now(root: &Path, head: &str) -> io::Result<Self> {
        let mut text = known(root);
        text.push('\n');
        let _ = writeln!(text, "{} {:016x}", boot(), Identity::of(head).0);
        for path in [Layout::INDEX, Layout::SUMS, Layout::FAILED, Layout::SHEET_LEDGER] {
            push(&mut text, root, path);
        }
        push_all(&mut text, root, Layout::SHEET, DEEPEST)?;
        Ok(Self(text))
    }

    /// Whether the catalogue is the one that was left, and nobody has written it since.
    pub(crate) fn has_catalogue(&self, root: &Path) -> bool {
        self.0.split_once(BREAK).is_some_and(|(left, _)| left == known(root).trim_end())
    }

    /// Whether nothing that was made has changed, and it would be made of the same. The
    /// catalogue may have been written.
    pub(crate) fn has_all_of(&self, now: &Self) -> bool {
        self.made().is_some() && self.made() == now.made()
    }

    fn made(&self) -> Option<&str> {
        self.0.split_once(BREAK).map(|(_, made)| made)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The lines of what is known.
fn known(root: &Path) -> String {
    let mut lines = String::new();
    let log = format!("{}-wal", Layout::CATALOGUE);
    for path in [Layout::CATALOGUE, &log, Layout::RECORD] {
        push(&mut lines, root, path);
    }
    lines
}

/// What is the same until the machine is started again. Only Linux tells; elsewhere no two
/// are the same, and what was made is looked at each time.
fn boot() -> String {
    let mut id = String::new();
    let told = File::open("/proc/sys/kernel/random/boot_id");
    match told.and_then(|told| told.take(100).read_to_string(&mut id)) {
        Ok(length) if length > 0 => id.trim().to_owned(),
        _ => format!("{:?}", SystemTime::now()),
    }
}

fn push_all(text: &mut String, root: &Path, folder: &str, deepest: usize) -> io::Result<()> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        paths.push((format!("{folder}/{name}"), entry.file_type()?.is_dir()));
    }
    paths.sort_unstable();
    for (path, is_folder) in paths {
        match deepest.checked_sub(1) {
            Some(deepest) if is_folder => push_all(text, root, &path, deepest)?,
            _ => push(text, root, &path),
        }
    }
    Ok(())
}

/// A line about what lies at a path, which may be nothing.
fn push(text: &mut String, root: &Path, path: &str) {
    let found = fs::symlink_metadata(root.join(path));
    let is_file = found.as_ref().is_ok_and(Metadata::is_file);
    let (length, time) = found.map_or((0, 0), |found| (found.len(), nanoseconds(&found)));
    let _ = writeln!(text, "{is_file} {length} {time} {path}");
}

fn nanoseconds(found: &Metadata) -> u128 {
    let since = found.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_nanos())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests may block")]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for made in [Layout::PRIVATE, "sheet/parts"] {
            fs::create_dir_all(folder.path().join(made)).unwrap();
        }
        for path in [Layout::CATALOGUE, Layout::INDEX, Layout::SUMS, "sheet/parts/0.js"] {
            fs::write(folder.path().join(path), "as it was").unwrap();
        }
        folder
    }

    fn lay(root: &Path, left: &Left) {
        fs::write(root.join(Layout::LEFT), left.as_str()).unwrap();
    }

    #[test]
    fn it_is_taken_once() {
        let folder = folder();
        let root = folder.path();
        assert_eq!(Left::take(root).unwrap(), None);
        let left = Left::now(root, "head").unwrap();
        lay(root, &left);
        assert_eq!(Left::take(root).unwrap(), Some(left));
        assert_eq!(Left::take(root).unwrap(), None);
        // What cannot be read is no word, and goes all the same.
        fs::write(root.join(Layout::LEFT), [0xff; 9]).unwrap();
        assert_eq!(Left::take(root).unwrap(), None);
        assert!(!root.join(Layout::LEFT).exists());
    }

    /// Elsewhere nothing that was made is believed.
    #[cfg(target_os = "linux")]
    #[test]
    fn whatever_was_touched_is_seen() {
        let change = |path: &str, text: Option<&str>, of_catalogue: bool| {
            let folder = folder();
            let root = folder.path();
            let left = Left::now(root, "head").unwrap();
            assert!(left.has_catalogue(root));
            assert!(left.has_all_of(&Left::now(root, "head").unwrap()));
            match text {
                Some(text) => fs::write(root.join(path), text).unwrap(),
                None => fs::remove_file(root.join(path)).unwrap(),
            }
            assert_eq!(left.has_catalogue(root), !of_catalogue, "{path}");
            let is_all_there = left.has_all_of(&Left::now(root, "head").unwrap());
            assert_eq!(is_all_there, of_catalogue, "{path}");
        };
        change(Layout::CATALOGUE, Some("another"), true);
        change(Layout::CATALOGUE, None, true);
        change(".silverprint/catalogue.db-wal", Some("a log"), true);
        change(Layout::RECORD, Some("a line"), true);
        change(Layout::INDEX, Some("another"), false);
        change(Layout::INDEX, None, false);
        change(Layout::SUMS, None, false);
        change(Layout::FAILED, Some("a photo"), false);
        change("sheet/parts/0.js", Some("longer than it was"), false);
        change("sheet/parts/0.js", None, false);
        change("sheet/parts/1.js", Some("a part more"), false);
    }

    #[test]
    fn a_file_of_the_same_length_is_known_by_its_time() {
        let folder = folder();
        let index = folder.path().join(Layout::INDEX);
        let left = Left::now(folder.path(), "head").unwrap();
        let file = File::options().write(true).open(index).unwrap();
        file.set_modified(UNIX_EPOCH).unwrap();
        assert!(!left.has_all_of(&Left::now(folder.path(), "head").unwrap()));
    }

    #[test]
    fn a_sheet_with_another_head_would_be_another() {
        let folder = folder();
        let left = Left::now(folder.path(), "100 photos").unwrap();
        assert!(!left.has_all_of(&Left::now(folder.path(), "101 photos").unwrap()));
        assert!(!Left(String::new()).has_all_of(&Left(String::new())));
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed() {
        let (folder, elsewhere) = (folder(), folder());
        let root = folder.path();
        let left = Left::now(root, "head").unwrap();
        lay(elsewhere.path(), &left);
        let linked = elsewhere.path().join(Layout::LEFT);
        std::os::unix::fs::symlink(&linked, root.join(Layout::LEFT)).unwrap();
        assert_eq!(Left::take(root).unwrap(), None);
        assert!(linked.exists() && !root.join(Layout::LEFT).exists());
        fs::remove_file(root.join(Layout::INDEX)).unwrap();
        let index = elsewhere.path().join(Layout::INDEX);
        std::os::unix::fs::symlink(index, root.join(Layout::INDEX)).unwrap();
        assert!(!left.has_all_of(&Left::now(root, "head").unwrap()));
    }
}
