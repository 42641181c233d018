//! What was named to be walked: each once, by a name of its own under the
//! thumbnails' folder; and that folder's place, apart from the pictures.

use super::error::LocalError;
use super::walk::{Place, is_hidden};
use silverprint_core::Layout;
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder in the working directory, where not one folder alone is walked.
const USUAL: &str = "silverprint-thumbs";

/// A folder to walk, or a single file.
#[derive(Debug)]
pub(super) struct Root {
    /// As typed; so its files are named to people.
    given: PathBuf,
    /// Absolute, without links.
    pub(super) path: PathBuf,
    /// Under which the thumbnails lie: the last part of its path.
    pub(super) name: OsString,
    pub(super) is_folder: bool,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Roots {
    pub(super) all: Vec<Root>,
    /// Those that are not there, or not for us.
    pub(super) unreadable: Vec<(PathBuf, io::Error)>,
}

/// Where the thumbnails go.
#[derive(Debug)]
pub(super) struct Destination {
    /// As typed.
    pub(super) shown: PathBuf,
    /// Absolute, without links as far as it is there.
    pub(super) path: PathBuf,
}

impl Roots {
    /// Looks at what was named. What was named twice, or lies in a folder that
    /// was named as well, is walked once.
    pub(super) fn of(paths: &[PathBuf]) -> Result<Self, LocalError> {
        let (mut all, mut unreadable, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for given in paths {
            match look(given) {
                Ok(root) if seen.insert(root.path.clone()) => all.push(root),
                Ok(_) => {}
                Err(error) => unreadable.push((given.clone(), error)),
            }
        }
        if all.is_empty() && !unreadable.is_empty() {
            let (path, source) = unreadable.swap_remove(0);
            return Err(LocalError::NoPath { path, source });
        }
        leave_out_covered(&mut all);
        name_apart(&mut all);
        Ok(Self { all, unreadable })
    }

    /// Where a file is that was found.
    pub(super) fn path(&self, place: &Place) -> PathBuf {
        joined(&self.all[place.root].path, &place.below)
    }

    /// The same as people are shown it: below what they typed.
    pub(super) fn shown(&self, place: &Place) -> PathBuf {
        joined(&self.all[place.root].given, &place.below)
    }

    /// The same as the sheet has it: below the folder, where there is one only.
    pub(super) fn title(&self, place: &Place) -> String {
        let root = &self.all[place.root];
        let is_alone = self.all.len() == 1 && root.is_folder;
        let path =
            if is_alone { place.below.clone() } else { joined(root.name.as_ref(), &place.below) };
        path.to_string_lossy().into_owned()
    }

    /// The folder for the thumbnails: as it was said, or the usual one. Neither
    /// is among what is walked as its own input; the usual one not at all.
    pub(super) fn destination(&self, to: Option<&Path>) -> Result<Destination, LocalError> {
        let shown = to.map_or_else(|| self.usual(), Path::to_owned);
        let path =
            resolved(&shown).map_err(|source| LocalError::Disk { path: shown.clone(), source })?;
        let of_ours = [Layout::THUMBS, Layout::SHEET, Layout::PRIVATE].map(|part| path.join(part));
        let is_input = |root: &Root| {
            root.path == path || of_ours.iter().any(|part| root.path.starts_with(part))
        };
        if self.all.iter().any(is_input) {
            return Err(LocalError::IsInput { to: shown });
        }
        let around = self.all.iter().find(|root| path.starts_with(&root.path));
        match around {
            Some(root) if to.is_none() => {
                Err(LocalError::AmongPictures { to: shown, path: root.given.clone() })
            }
            _ => Ok(Destination { shown, path }),
        }
    }

    fn usual(&self) -> PathBuf {
        match &*self.all {
            [root] if root.is_folder => {
                let mut name = root.name.clone();
                name.push("-thumbs");
                name.into()
            }
            _ => USUAL.into(),
        }
    }
}

fn look(given: &Path) -> io::Result<Root> {
    let path = given.canonicalize()?;
    let is_folder = fs::metadata(&path)?.is_dir();
    // The root of a disk has no name.
    let name = path.file_name().unwrap_or(OsStr::new("disk")).to_owned();
    Ok(Root { given: given.to_owned(), path, name, is_folder })
}

/// Whatever the walk of another one comes to anyway.
fn leave_out_covered(all: &mut Vec<Root>) {
    let folders: HashSet<PathBuf> =
        all.iter().filter(|root| root.is_folder).map(|root| root.path.clone()).collect();
    all.retain(|root| {
        let mut above = root.path.ancestors();
        // Nothing hidden is walked: so it was named on purpose.
        let is_covered = loop {
            let Some(name) = above.next().and_then(Path::file_name) else { break false };
            if is_hidden(name) {
                break false;
            }
            if above.clone().next().is_some_and(|parent| folders.contains(parent)) {
                break true;
            }
        };
        !is_covered
    });
}

/// Two of the same name get numbers, in the order in which they were typed.
fn name_apart(all: &mut [Root]) {
    let mut taken = HashSet::new();
    for root in all {
        let plain = root.name.clone();
        let mut number = 1_u64;
        while !taken.insert(root.name.clone()) {
            number += 1;
            root.name.clone_from(&plain);
            root.name.push(format!("-{number}"));
        }
    }
}

fn joined(root: &Path, below: &Path) -> PathBuf {
    // An empty path would leave a separator behind.
    if below.as_os_str().is_empty() { root.to_owned() } else { root.join(below) }
}

/// A path that may not be there yet, absolute and without links as far as it is.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    for there in absolute.ancestors() {
        match there.canonicalize() {
            Ok(resolved) => {
                let rest = absolute.strip_prefix(there).expect("it is an ancestor");
                return Ok(joined(&resolved, rest));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(absolute)
}
