//! The walk: every folder in the order of its names, what is below a folder in
//! the folder's place. Links lead to files, never to folders, and so there are no
//! loops. Of the open folders it remembers the names, and nothing else.

use super::receipt::PassedOver;
use super::root::Roots;
use super::target;
use silverprint_core::Layout;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::vec;

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Under which root.
    pub(super) root: usize,
    /// And where there; empty for the root itself.
    pub(super) below: PathBuf,
}

/// What was found.
#[derive(Debug)]
pub(super) enum Found {
    /// A file, which may be a picture.
    File(Place),
    /// Something that is not looked at.
    Passed(Place, PassedOver),
    /// Something that might hold pictures, and cannot be looked at.
    Unreadable(Place, io::Error),
}

/// Goes over everything under the roots.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    roots: &'a Roots,
    /// The folder of the thumbnails, which is not walked.
    skipped: &'a Path,
    next_root: usize,
    open: Vec<Folder>,
}

/// A folder on the way down.
#[derive(Debug)]
struct Folder {
    place: Place,
    names: vec::IntoIter<(OsString, io::Result<FileType>)>,
    /// Why there may be more in it than these.
    cut: Option<io::Error>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(roots: &'a Roots, skipped: &'a Path) -> Self {
        Self { roots, skipped, next_root: 0, open: Vec::new() }
    }

    /// What a name stands for; nothing for a folder that is walked now.
    fn look(&mut self, place: Place, kind: io::Result<FileType>) -> Option<Found> {
        let hidden = place.below.file_name().is_some_and(is_hidden);
        Some(match kind {
            _ if hidden => Found::Passed(place, PassedOver::Hidden),
            Err(error) => Found::Unreadable(place, error),
            Ok(kind) if kind.is_dir() => return self.enter(place),
            Ok(kind) if kind.is_file() => Found::File(place),
            Ok(kind) if kind.is_symlink() => match fs::metadata(self.roots.path(&place)) {
                Ok(target) if target.is_file() => Found::File(place),
                Ok(target) if target.is_dir() => Found::Passed(place, PassedOver::LinkToFolder),
                Ok(_) => Found::Passed(place, PassedOver::NoFile),
                Err(error) => Found::Unreadable(place, error),
            },
            Ok(_) => Found::Passed(place, PassedOver::NoFile),
        })
    }

    fn enter(&mut self, place: Place) -> Option<Found> {
        let path = self.roots.path(&place);
        // Nor are the thumbnails of another run pictures, unless they are asked for by name.
        let is_below = !place.below.as_os_str().is_empty();
        let is_others = || target::is_ours(&path) || is_sheet(&path);
        if path == self.skipped || (is_below && is_others()) {
            return None;
        }
        match fs::read_dir(path) {
            Ok(entries) => {
                self.open.push(Folder::of(place, entries));
                None
            }
            Err(error) => Some(Found::Unreadable(place, error)),
        }
    }

    /// What comes next: the next name of the open folder, or the next root.
    fn step(&mut self) -> Step {
        let Some(folder) = self.open.last_mut() else { return self.begin() };
        if let Some((name, kind)) = folder.names.next() {
            let Place { root, below } = &folder.place;
            let place = Place { root: *root, below: below.join(name) };
            return Step::To(place, kind);
        }
        let Folder { place, cut, .. } = self.open.pop().expect("it was there");
        Step::Out(cut.map(|error| Found::Unreadable(place, error)))
    }

    fn begin(&mut self) -> Step {
        let Some(root) = self.roots.all.get(self.next_root) else { return Step::End };
        let place = Place { root: self.next_root, below: PathBuf::new() };
        self.next_root += 1;
        let kind = fs::symlink_metadata(&root.path).map(|found| found.file_type());
        Step::To(place, kind)
    }
}

/// A step of the walk.
enum Step {
    /// To a name.
    To(Place, io::Result<FileType>),
    /// Out of a folder, of which something is to be said perhaps.
    Out(Option<Found>),
    /// All is walked.
    End,
}

impl Iterator for Walk<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let found = match self.step() {
                Step::To(place, kind) => self.look(place, kind),
                Step::Out(found) => found,
                Step::End => return None,
            };
            if found.is_some() {
                return found;
            }
        }
    }
}

impl Folder {
    fn of(place: Place, entries: fs::ReadDir) -> Self {
        let (mut names, mut cut) = (Vec::new(), None);
        for entry in entries {
            match entry {
                Ok(entry) => names.push((entry.file_name(), entry.file_type())),
                Err(error) => {
                    // What comes after it may be this error for ever.
                    cut = Some(error);
                    break;
                }
            }
        }
        names.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self { place, names: names.into_iter(), cut }
    }
}

/// Whether a name is one that is not shown by default.
pub(super) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether a folder is the contact sheet of an archive, or of thumbnails: what is
/// in it are strips of prints.
fn is_sheet(folder: &Path) -> bool {
    let beside = |above: &Path| fs::symlink_metadata(above.join(Layout::PRIVATE));
    folder.ends_with(Layout::SHEET)
        && folder.parent().is_some_and(|above| beside(above).is_ok_and(|it| it.is_dir()))
}
