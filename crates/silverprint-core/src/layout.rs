//! Where in the folder a file lies. Paths are relative, with `/`, as they
//! stand in SHA256SUMS; only ids, known extensions and what a
//! [`NameTemplate`](crate::NameTemplate) made go into them.

use crate::PhotoId;

/// The folder's layout. A contract: users and other programs lean on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layout;

impl Layout {
    /// The contact sheet's first page.
    pub const INDEX: &'static str = "index.html";
    /// The contact sheet's data and assets.
    pub const SHEET: &'static str = "sheet";
    /// Pictures, as downloaded.
    pub const PHOTOS: &'static str = "photos";
    /// Thumbnails.
    pub const THUMBS: &'static str = "thumbs";
    /// A line for each thing that was ever learned of a photo.
    pub const RECORD: &'static str = "photos.jsonl";
    /// Every file under `photos/` and `thumbs/`.
    pub const SUMS: &'static str = "SHA256SUMS";
    /// What is missing.
    pub const FAILED: &'static str = "failed.csv";
    /// Our own corner.
    pub const PRIVATE: &'static str = ".silverprint";
    /// The catalogue.
    pub const CATALOGUE: &'static str = ".silverprint/catalogue.db";
    /// Which files the last verification has found good.
    pub const VERIFIED: &'static str = ".silverprint/verified.db";
    /// What the contact sheet that lies there was made from.
    pub const SHEET_LEDGER: &'static str = ".silverprint/sheet.txt";
    /// How the last run left the folder; gone while anybody works on it.
    pub const LEFT: &'static str = ".silverprint/left.txt";
    /// Held by the process that works on the folder.
    pub const LOCK: &'static str = ".silverprint/lock";
    /// How far a running sync is; only while it runs.
    pub const PROGRESS: &'static str = ".silverprint/progress.json";
    /// Files that are not whole yet. On the same file system as what they
    /// become; emptied at the start of a run.
    pub const INCOMING: &'static str = ".silverprint/incoming";

    /// A photo's picture, or a video's stream. `stem` is as a
    /// [`NameTemplate`](crate::NameTemplate) made it when the photo was first
    /// stored; `extension` without a dot.
    pub fn photo(self, stem: &str, extension: &str) -> String {
        format!("{}/{stem}.{extension}", Self::PHOTOS)
    }

    /// The `version`th picture or stream of a photo (from 1 on) after it was
    /// replaced upstream.
    pub fn replaced(self, stem: &str, version: u32, extension: &str) -> String {
        format!("{}/{stem}.v{version}.{extension}", Self::PHOTOS)
    }

    /// The stem of a file that is current: what [`Self::photo`] made it of.
    pub fn stem_of(self, path: &str) -> Option<&str> {
        let (stem, _) = path.strip_prefix(Self::PHOTOS)?.strip_prefix('/')?.rsplit_once('.')?;
        (!stem.is_empty()).then_some(stem)
    }

    /// A photo's thumbnail; `extension` without a dot.
    pub fn thumb(self, id: PhotoId, extension: &str) -> String {
        format!("{}/{id}.{extension}", Self::THUMBS)
    }
}
