//! What lies under `photos/` and `thumbs/` and is in no row; and what a killed
//! run left in our own corner.

use super::check::{Check, Halt};
use super::finding::{Finding, FindingKind};
use silverprint_catalogue::Catalogue;
use silverprint_core::Layout;
use std::fs::{self, ReadDir};
use std::io;

/// Deeper than any name of ours goes.
const DEEPEST: usize = 64;

/// A directory that is being read, and its path with a `/` behind it.
struct Open {
    entries: ReadDir,
    path: String,
}

impl Check {
    /// Names every stray, and every temporary file: while the folder is locked,
    /// nobody is writing one.
    pub(super) fn find_strays(&self, catalogue: &Catalogue) -> Result<(), Halt> {
        for part in [Layout::PHOTOS, Layout::THUMBS] {
            match fs::symlink_metadata(self.root.join(part)) {
                Ok(found) if found.is_dir() => self.walk(part, catalogue)?,
                Ok(_) => self.stray(part.to_owned()),
                // Then its files were found missing.
                Err(_) => {}
            }
        }
        let left = fs::read_dir(self.root.join(Layout::INCOMING)).into_iter().flatten().flatten();
        for entry in left {
            let path = format!("{}/{}", Layout::INCOMING, entry.file_name().to_string_lossy());
            let (kind, detail) = (FindingKind::Leftover, String::new());
            self.found(&Finding { kind, path, photo: None, detail });
        }
        Ok(())
    }

    /// Goes down into directories, but follows no link; of each directory only
    /// where it stands is kept.
    fn walk(&self, part: &str, catalogue: &Catalogue) -> Result<(), Halt> {
        let mut open: Vec<Open> = Vec::new();
        self.enter(part.to_owned(), &mut open);
        while let Some(directory) = open.last_mut() {
            self.go_on()?;
            let Some(entry) = directory.entries.next() else {
                open.pop();
                continue;
            };
            let read = entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?)));
            let (name, kind) = match read {
                Ok(read) => read,
                Err(error) => {
                    let path = directory.path.clone();
                    self.unread(path, &error);
                    continue;
                }
            };
            let path = format!("{}{}", directory.path, name.to_string_lossy());
            if kind.is_dir() && open.len() < DEEPEST {
                self.enter(path, &mut open);
            } else if !catalogue.names(&path)? {
                self.stray(path);
            }
        }
        Ok(())
    }

    fn enter(&self, path: String, open: &mut Vec<Open>) {
        match fs::read_dir(self.root.join(&path)) {
            Ok(entries) => open.push(Open { entries, path: format!("{path}/") }),
            Err(error) => self.unread(path, &error),
        }
    }

    fn unread(&self, path: String, error: &io::Error) {
        let (kind, detail) = (FindingKind::Unreadable, error.to_string());
        self.found(&Finding { kind, path, photo: None, detail });
    }

    fn stray(&self, path: String) {
        let kind = FindingKind::Stray;
        self.found(&Finding { kind, path, photo: None, detail: String::new() });
    }
}
