//! What a run over pictures of the disk came to, and who hears how it goes.

use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Why something is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedOver {
    /// Its first bytes are those of no picture that is known here.
    NotAPicture,
    /// It has no bytes.
    Empty,
    /// Its name begins with a dot. Of a folder, nothing below is looked at.
    Hidden,
    /// A link to a folder. Links are followed to files only.
    LinkToFolder,
    /// Neither a file nor a folder: a pipe, a socket, a device.
    NoFile,
}

impl PassedOver {
    /// What it is, for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAPicture => "not JPEG, PNG, GIF, WebP or TIFF",
            Self::Empty => "empty",
            Self::Hidden => "hidden: its name begins with a dot",
            Self::LinkToFolder => "a link to a folder",
            Self::NoFile => "neither file nor folder",
        }
    }
}

/// Hears how it goes. Who blocks in it slows the run down.
pub trait Onlooker: Send + Sync {
    /// The thumbnails go to that folder.
    fn begun(&self, _to: &Path) {}

    /// So many files are to be looked at. Comes while they are.
    fn counted(&self, _files: u64) {}

    /// A thumbnail was made of a picture of so many bytes.
    fn made(&self, _picture: &Path, _thumbnail: &str, _bytes: u64) {}

    /// The thumbnail is there already.
    fn already(&self, _picture: &Path) {}

    /// A rehearsal would make it.
    fn would_make(&self, _picture: &Path) {}

    /// Something is no picture, or is not looked at.
    fn passed_over(&self, _path: &Path, _why: PassedOver) {}

    /// There is no thumbnail, or a folder could not be walked.
    fn failed(&self, _path: &Path, _reason: &str) {}
}

/// What a run came to. Every file that was found is in one of `made`, `already`,
/// `left`, `failed`, `not_a_picture` and `empty`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct LocalReceipt {
    /// Thumbnails made.
    pub made: u64,
    /// Thumbnails that were there, of pictures that have not changed.
    pub already: u64,
    /// Thumbnails that a rehearsal would have made.
    pub left: u64,
    /// Pictures without a thumbnail, files and folders that cannot be read.
    pub failed: u64,
    /// How much was passed over, and why.
    pub passed_over: BTreeMap<PassedOver, u64>,
    /// Bytes of the pictures that thumbnails were made of.
    pub bytes: u64,
    /// Asked to end before its end.
    pub interrupted: bool,
    /// How long it took.
    pub seconds: f64,
}

impl LocalReceipt {
    /// Pictures that were found, and what could not be read.
    pub fn pictures(&self) -> u64 {
        self.made + self.already + self.left + self.failed
    }
}

/// What a run came to, and where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalReport {
    /// The numbers.
    pub receipt: LocalReceipt,
    /// The folder of the thumbnails.
    pub to: PathBuf,
}
