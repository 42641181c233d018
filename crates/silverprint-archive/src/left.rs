//! How a run left the folder when it was over: the catalogue, and what was made of it.
//! Who finds all of that untouched need not look for what a killed run left, nor make
//! anything again that would come out the same.
//!
//! It is taken away by whoever opens the folder, and laid back by a run that came to
//! its end: a folder in which anybody was killed has none.

use crate::attempt::Attempt as _;
use crate::{beneath, dirsync};
use silverprint_core::{Identity, Layout};
use std::fmt::Write as _;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// The sheet of ten million photos has fewer files than this has bytes for.
const LONGEST: u64 = 64 << 20;
/// The sheet's folder goes no deeper.
const DEEPEST: usize = 4;

/// A folder as it was left, in lines: first the catalogue, then what the sheet says at
/// its head, then each file that was made, with its length and its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left(String);

impl Left {
    /// Takes away what the last run has laid there, if it lies there still. Blocks.
    pub(crate) fn take(root: &Path) -> io::Result<Option<Self>> {
        let Ok(text) = beneath::read(root, Layout::LEFT, LONGEST) else { return Ok(None) };
        let path = root.join(Layout::LEFT);
        fs::remove_file(&path).attempt("remove", &path)?;
        // Before anything is changed that it does not know of.
        dirsync::sync_directory(&root.join(Layout::PRIVATE))?;
        Ok(String::from_utf8(text).ok().map(Self))
    }

    /// How the folder is now, with a sheet that says that at its head. The catalogue
    /// is closed. Blocks.
    pub(crate) fn now(root: &Path, head: &str) -> io::Result<Self> {
        let mut text = catalogue(root);
        let _ = writeln!(text, "{:016x}", Identity::of(head).0);
        for path in [Layout::INDEX, Layout::SUMS, Layout::FAILED, Layout::SHEET_LEDGER] {
            push(&mut text, root, path);
        }
        push_all(&mut text, root, Layout::SHEET, DEEPEST)?;
        Ok(Self(text))
    }

    /// Whether the catalogue is the one that was left, and nobody has written it since.
    pub(crate) fn has_catalogue(&self, root: &Path) -> bool {
        self.0.starts_with(&catalogue(root))
    }

    /// Whether nothing that was made has changed, and it would be made of the same. The
    /// catalogue may have been written.
    pub(crate) fn has_all_of(&self, now: &Self) -> bool {
        let made = |text: &str| text.split_once('\n').map(|(_, made)| made.to_owned());
        made(&self.0).is_some() && made(&self.0) == made(&now.0)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn catalogue(root: &Path) -> String {
    let mut line = String::new();
    push(&mut line, root, Layout::CATALOGUE);
    line
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
    }

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
        let file = fs::File::options().write(true).open(index).unwrap();
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
        assert!(linked.exists());
        fs::remove_file(root.join(Layout::INDEX)).unwrap();
        let index = elsewhere.path().join(Layout::INDEX);
        std::os::unix::fs::symlink(index, root.join(Layout::INDEX)).unwrap();
        assert!(!left.has_all_of(&Left::now(root, "head").unwrap()));
    }
}
