//! Of what a sheet is: the words and the order that go with it.

use crate::link;
use serde::Serialize;

/// What the frames of a sheet show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Subject {
    /// An account's photostream: the newest photo is looked at first.
    Photostream,
    /// Pictures of a disk, in the order of their paths.
    Files,
}

impl Subject {
    /// What the heading counts: in all, of them there, of them not.
    pub(crate) const fn counts(self) -> [&'static str; 3] {
        match self {
            Self::Photostream => ["announced", "saved", "missing"],
            Self::Files => ["pictures", "thumbnails", "failed"],
        }
    }

    /// The order of the frames, as the footer says it.
    pub(crate) const fn order(self) -> &'static str {
        match self {
            Self::Photostream => "newest first; frame 1 is the oldest photo",
            Self::Files => "in the order of their paths",
        }
    }

    /// What the ways from page to page are called: to the start, one back, one
    /// on.
    pub(crate) const fn ways(self) -> [&'static str; 3] {
        match self {
            Self::Photostream => ["Newest", "Newer", "Older"],
            Self::Files => ["First", "Previous", "Next"],
        }
    }

    /// The reference to a row's picture, for a page that lies under the folder by
    /// `root`.
    pub(crate) fn reference(self, root: &str, path: &str) -> Option<String> {
        match self {
            Self::Photostream => link::to_file(root, path),
            Self::Files => link::to_picture(root, path),
        }
    }
}
