//! The page over several archives: one link each, with its counts and a few
//! prints.

use crate::date::Date;
use crate::{SheetError, link, text};
use askama::Template;
use silverprint_core::grouped;

/// The most prints that stand for an archive.
const MOST_PRINTS: usize = 6;

/// One archive among several, in a sub-folder of the page's own folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Archived {
    /// Its sub-folder's name; may hold anything.
    pub folder: String,
    /// The account's screen name; may hold anything.
    pub screen_name: String,
    /// How many photos are in it.
    pub saved: u64,
    /// How many are missing.
    pub missing: u64,
    /// How many are videos.
    pub videos: u64,
    /// Some of its thumbnails, relative to the sub-folder, with `/`; the first
    /// few are shown.
    pub thumbs: Vec<String>,
    /// Why nothing more is known of it.
    pub note: Option<String>,
}

/// What the overview is made from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overview {
    /// The archives, in the order in which they are shown.
    pub archives: Vec<Archived>,
    /// Where the stylesheet lies, relative to the page, with `/`. A page may
    /// borrow that of an archive.
    pub stylesheet: Option<String>,
    /// The date on which the page was made, such as `2026-03-01`.
    pub made_on: String,
    /// The program's version, without its name.
    pub version: String,
}

impl Overview {
    /// A page of ours has this in its first kilobyte, and no other page has:
    /// who is about to write one knows by it what may be written over.
    pub const MARKER: &'static str = r#"<meta name="generator" content="Silverprint overview">"#;

    /// The page.
    pub fn page(&self) -> Result<String, SheetError> {
        let entries: Vec<Entry> = self.archives.iter().map(Entry::new).collect();
        let sum = |count: fn(&Archived) -> u64| self.archives.iter().map(count).sum();
        let missing: u64 = sum(|archive| archive.missing);
        let page = Page {
            photos: grouped(sum(|archive| archive.saved)),
            missing: (missing > 0).then(|| grouped(missing)),
            stylesheet: self.stylesheet.as_deref().and_then(|path| link::to_file("", path)),
            made_on: Date::in_text(&self.made_on),
            version: text::clean(&self.version),
            entries: &entries,
        };
        page.render().map_err(|source| SheetError::Template { page: "the overview", source })
    }
}

/// `templates/overview.html` is the page itself.
#[derive(Template)]
#[template(path = "overview.html")]
struct Page<'a> {
    entries: &'a [Entry],
    photos: String,
    missing: Option<String>,
    stylesheet: Option<String>,
    made_on: Option<Date>,
    version: String,
}

/// An archive as the template prints it, every text cleaned and every address
/// checked.
struct Entry {
    name: String,
    folder: String,
    href: Option<String>,
    prints: Vec<String>,
    saved: String,
    missing: Option<String>,
    videos: Option<String>,
    note: Option<String>,
}

impl Entry {
    fn new(archive: &Archived) -> Self {
        let folder = text::clean(&archive.folder);
        // A sub-folder of a sub-folder is none of ours.
        let is_beside = !archive.folder.contains(['/', '\\']);
        let path_of = |path: &str| format!("{}/{path}", archive.folder);
        let inside = |path: &str| link::to_file("", &path_of(path)).filter(|_| is_beside);
        let name = text::clean_or_none(&archive.screen_name).unwrap_or_else(|| folder.clone());
        let unless_none = |count: u64| (count > 0).then(|| grouped(count));
        Self {
            name,
            folder,
            href: inside("index.html"),
            prints: archive.thumbs.iter().take(MOST_PRINTS).filter_map(|it| inside(it)).collect(),
            saved: grouped(archive.saved),
            missing: unless_none(archive.missing),
            videos: unless_none(archive.videos),
            note: archive.note.as_deref().and_then(text::clean_or_none),
        }
    }
}
