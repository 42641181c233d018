//! Where in the folder a file lies. Paths are relative, with `/`, as they
//! stand in SHA256SUMS; only ids and known extensions go into them.

use crate::{Format, PhotoId};

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
    /// Held by the process that works on the folder.
    pub const LOCK: &'static str = ".silverprint/lock";
    /// Files that are not whole yet. On the same file system as what they
    /// become; emptied at the start of a run.
    pub const INCOMING: &'static str = ".silverprint/incoming";

    /// A photo's picture.
    pub fn photo(self, id: PhotoId, format: Format) -> String {
        format!("{}/{id}.{}", Self::PHOTOS, format.extension())
    }

    /// The `version`th picture of a photo (from 1 on) after it was replaced
    /// upstream.
    pub fn replaced(self, id: PhotoId, version: u32, extension: &str) -> String {
        format!("{}/{id}.v{version}.{extension}", Self::PHOTOS)
    }

    /// A photo's thumbnail; `extension` without a dot.
    pub fn thumb(self, id: PhotoId, extension: &str) -> String {
        format!("{}/{id}.{extension}", Self::THUMBS)
    }
}
