//! Where a photo's files lie, and what becomes of those that are there already.
//!
//! The path is stored, and decides: a title that changes moves nothing. So of a
//! photo that has files the catalogue is asked; a snapshot of a million paths
//! would take more memory than all else.

use super::{Fatal, Pipeline};
use crate::container::Container;
use crate::store::Over;
use silverprint_catalogue::{File, Moved, Role};
use silverprint_core::{Format, Layout, Photo};

/// The extensions that pictures have.
const PICTURES: [&str; Format::ALL.len()] = {
    let mut extensions = [""; Format::ALL.len()];
    let mut n = 0;
    while n < extensions.len() {
        extensions[n] = Format::ALL[n].extension();
        n += 1;
    }
    extensions
};
const STREAMS: [&str; Container::EXTENSIONS.len()] = Container::EXTENSIONS;

/// Where a photo's files lie, or will, and which there are.
pub(super) struct Home {
    pub(super) stem: String,
    pub(super) files: Vec<File>,
    /// Whether what is called so already can only be the photo's own.
    pub(super) over: Over,
}

/// A file that comes to a photo.
#[derive(Clone, Copy)]
pub(super) struct Newcomer {
    pub(super) role: Role,
    pub(super) extension: &'static str,
    pub(super) version: u32,
    /// Which version of it is there, if one is.
    pub(super) over: Option<u32>,
}

/// Where a file goes.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) version: u32,
    /// The file that is there stays: where it is, and its new name.
    pub(super) keep_old_as: Option<(String, String)>,
    pub(super) moved: Vec<Moved>,
    /// The file that is there is of the same version, under another name.
    pub(super) superseded: Option<String>,
}

/// A name like this one that no other photo can have: no template makes a `=`.
fn its_own(stem: &str, photo: &Photo) -> String {
    format!("{stem}={}", photo.id)
}

impl Pipeline {
    pub(super) async fn home(&self, photo: &Photo) -> Result<Home, Fatal> {
        let is_known = self.is_known(photo.id);
        let files = if is_known { self.recorder.files(photo.id).await? } else { Vec::new() };
        let of = |is_it: fn(Role) -> bool| {
            files.iter().filter(move |file| is_it(file.role)).max_by_key(|file| file.version)
        };
        let current = of(Role::is_picture).or_else(|| of(|role| role == Role::Video));
        let stem = current.and_then(|file| Layout.stem_of(&file.path)).map(str::to_owned);
        match stem {
            Some(stem) => Ok(Home { stem, files, over: Over::Older }),
            None => self.new_home(photo, files).await,
        }
    }

    /// What a photo without files is called. Its name may be another's by
    /// another template; that of its number alone never is.
    async fn new_home(&self, photo: &Photo, files: Vec<File>) -> Result<Home, Fatal> {
        let stem = self.name.stem(photo);
        if stem == photo.id.to_string() {
            return Ok(Home { stem, files, over: Over::Older });
        }
        if self.recorder.is_anothers(&stem, photo.id).await? {
            return Ok(Home { stem: its_own(&stem, photo), files, over: Over::Older });
        }
        Ok(Home { stem, files, over: Over::Nothing })
    }

    /// Where a picture goes that was fetched. What lies in its place was not
    /// taken in as its own: it may be anybody's, and stays.
    pub(super) async fn unoccupied(&self, photo: &Photo, home: Home) -> Home {
        if home.over == Over::Older {
            return home;
        }
        let folder = &self.means.folder;
        let is_occupied = folder.find(&home.stem, &PICTURES).await.is_some()
            || folder.find(&home.stem, &STREAMS).await.is_some();
        let stem = if is_occupied { its_own(&home.stem, photo) } else { return home };
        Home { stem, over: Over::Older, ..home }
    }

    /// The picture of a photo that is there, wherever its extension put it.
    pub(super) async fn picture_of(&self, home: &Home) -> Option<String> {
        self.means.folder.find(&home.stem, &PICTURES).await
    }

    /// Where a file goes, and what becomes of the one that is there.
    pub(super) async fn place(&self, home: &Home, new: Newcomer) -> Place {
        let (stem, folder) = (&home.stem, &self.means.folder);
        let extensions: &'static [&'static str] =
            if new.role == Role::Video { &STREAMS } else { &PICTURES };
        let place = Place {
            path: Layout.photo(stem, new.extension),
            version: new.version,
            keep_old_as: None,
            moved: Vec::new(),
            superseded: None,
        };
        let Some(version) = new.over else { return place };
        let old = folder.find(stem, extensions).await;
        if version == new.version {
            return Place { superseded: old.filter(|old| *old != place.path), ..place };
        }
        let moved = |path: &String| vec![Moved { role: new.role, version, path: path.clone() }];
        // What is kept already comes from a run that was killed before its row:
        // then what lies in the old place, if anything, is the same or newer.
        if let Some(kept) = folder.find_replaced(stem, version, extensions).await {
            let superseded = old.filter(|old| *old != place.path);
            return Place { moved: moved(&kept), superseded, ..place };
        }
        let Some(old) = old else { return place };
        let extension = old.rsplit_once('.').map_or("", |(_, extension)| extension);
        let kept = Layout.replaced(stem, version, extension);
        Place { moved: moved(&kept), keep_old_as: Some((old, kept)), ..place }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::photo;
    use silverprint_core::NameTemplate;

    #[test]
    fn a_name_of_its_own_is_one_that_no_template_makes() {
        let stem = its_own("2013/50 70", &photo(70, Vec::new()));
        assert_eq!(stem, "2013/50 70=70");
        assert!("{id}=".parse::<NameTemplate>().is_err());
        let titled = Photo { title: "50 70=".to_owned(), ..photo(70, Vec::new()) };
        let stem = "{title} {id}".parse::<NameTemplate>().unwrap().stem(&titled);
        assert!(!stem.contains('='), "{stem}");
    }
}
