//! Files under `photos/` that no trustworthy row names: a run was killed after
//! their rename and before their row. They are whole, and need not come again.
//! Rows of unfinished photos are not trusted, but what they name is nobody
//! else's: a photo is only ever looked for by a name that is not another's.

use crate::container::Container;
use silverprint_core::{Format, Identity, Layout};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::Path;

/// No template goes deeper.
const DEEPEST: usize = 8;

/// Files by what they are called: the path below `photos/` without the
/// extension, and which extensions there are of it.
#[derive(Debug, Default)]
pub(crate) struct Orphans {
    extensions: HashMap<String, Vec<String>>,
}

/// The paths that rows name, as fingerprints: of a million photos the paths
/// themselves would take a third of the memory that a run may have.
#[derive(Debug, Default)]
pub(crate) struct Named(HashSet<Identity>);

impl Named {
    pub(crate) fn insert(&mut self, path: &str) {
        self.0.insert(Identity::of(path));
    }
}

impl Orphans {
    /// Walks through `photos/`. Links are nothing of ours, wherever they lead.
    /// Blocks.
    pub(crate) fn find(root: &Path, named: &Named) -> io::Result<Self> {
        let mut found = Self::default();
        let mut waiting = vec![(Layout::PHOTOS.to_owned(), 0)];
        while let Some((directory, depth)) = waiting.pop() {
            for entry in fs::read_dir(root.join(&directory))? {
                let entry = entry?;
                let name = entry.file_name();
                let Some(name) = name.to_str() else { continue };
                let (path, kind) = (format!("{directory}/{name}"), entry.file_type()?);
                if kind.is_dir() && depth + 1 < DEEPEST {
                    waiting.push((path, depth + 1));
                } else if kind.is_file() && !named.0.contains(&Identity::of(&path)) {
                    found.insert(&path);
                }
            }
        }
        Ok(found)
    }

    fn insert(&mut self, path: &str) {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension);
        if let (Some(stem), Some(extension)) = (Layout.stem_of(path), extension) {
            self.extensions.entry(stem.to_owned()).or_default().push(extension.to_owned());
        }
    }

    /// Whether anything is called so.
    pub(crate) fn has(&self, stem: &str) -> bool {
        self.extensions.contains_key(stem)
    }

    /// The picture that is called so.
    pub(crate) fn picture(&self, stem: &str) -> Option<String> {
        self.path(stem, |extension| Format::from_extension(extension).is_some())
    }

    /// The video's stream that is called so.
    pub(crate) fn video(&self, stem: &str) -> Option<String> {
        self.path(stem, |extension| Container::EXTENSIONS.contains(&extension))
    }

    fn path(&self, stem: &str, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let extension = self.extensions.get(stem)?.iter().find(|extension| is_it(extension))?;
        Some(Layout.photo(stem, extension))
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests may block")]
mod tests {
    use super::*;

    #[test]
    fn what_no_row_names_is_found_by_its_name_in_any_directory() {
        let folder = tempfile::tempdir().unwrap();
        let put = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        };
        let paths =
            ["photos/7.jpg", "photos/2013/a 8.png", "photos/2013/a 8.mp4", "photos/9.v1.jpg"];
        paths.into_iter().for_each(put);
        put("photos/readme");
        let mut named = Named::default();
        named.insert("photos/7.jpg");
        #[cfg(unix)]
        std::os::unix::fs::symlink("7.jpg", folder.path().join("photos/10.jpg")).unwrap();
        let orphans = Orphans::find(folder.path(), &named).unwrap();
        assert_eq!(orphans.picture("2013/a 8").as_deref(), Some("photos/2013/a 8.png"));
        assert_eq!(orphans.video("2013/a 8").as_deref(), Some("photos/2013/a 8.mp4"));
        for none in ["7", "9", "10", "a 8", "readme"] {
            assert!(!orphans.has(none) && orphans.picture(none).is_none(), "{none}");
        }
        assert_eq!(orphans.video("9.v1"), None);
    }
}
