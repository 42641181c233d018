//! What a check hears and says: findings, what became of them, and the sum of
//! it all.

use serde::Serialize;
use silverprint_core::PhotoId;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// It is not there.
    Missing,
    /// Something else lies in its place: a directory, a link.
    NotAFile,
    /// The disk does not give it.
    Unreadable,
    /// It is shorter or longer than it was.
    WrongLength,
    /// Its bytes are not the ones that were written.
    WrongBytes,
    /// A thumbnail that does not decode.
    Undrawable,
    /// A thumbnail of other dimensions, or of another format, than its row says.
    WrongDimensions,
    /// SHA256SUMS or photos.jsonl says something else than the catalogue.
    Disagrees,
    /// It lies there, and no row names it. Nothing of the archive is missing.
    Stray,
    /// A temporary file of ours that a killed run left. The next run removes it.
    Leftover,
}

impl FindingKind {
    /// The word for it, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotAFile => "not_a_file",
            Self::Unreadable => "unreadable",
            Self::WrongLength => "wrong_length",
            Self::WrongBytes => "wrong_bytes",
            Self::Undrawable => "undrawable",
            Self::WrongDimensions => "wrong_dimensions",
            Self::Disagrees => "disagrees",
            Self::Stray => "stray",
            Self::Leftover => "leftover",
        }
    }

    /// Whether the archive is not what it should be.
    pub const fn is_damage(self) -> bool {
        !matches!(self, Self::Stray | Self::Leftover)
    }
}

/// One file with which something is wrong; the first thing that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// Where: relative to the folder, with `/`. Of a stray whose name is no
    /// Unicode, what can be shown of it.
    pub path: String,
    /// Whose file it is; none of a stray.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<PhotoId>,
    /// More about it, for people; may be empty.
    pub detail: String,
}

/// How something was put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// It was fetched again, and is what it was.
    Fetched,
    /// It was made again from its picture.
    Made,
    /// It was written again from the catalogue.
    Written,
}

/// A file that is as it should be, again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// Where.
    pub path: String,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<PhotoId>,
    /// How.
    pub how: Remedy,
}

/// A file that is not: what was there is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unrepaired {
    /// Where.
    pub path: String,
    /// Whose.
    pub photo: PhotoId,
    /// Why.
    pub reason: String,
}

/// Hears how it goes. Called from several threads at once; who blocks in it
/// slows the check down.
pub trait Inspector: Send + Sync {
    /// So many files of so many bytes are to be checked.
    fn begun(&self, _files: u64, _bytes: u64) {}

    /// One more file was checked, or need not be; the catalogue gives it so many
    /// bytes.
    fn checked(&self, _bytes: u64) {}

    /// Something is wrong.
    fn found(&self, _finding: &Finding) {}

    /// Something was put right.
    fn repaired(&self, _repaired: &Repaired) {}

    /// Something could not be put right.
    fn unrepaired(&self, _unrepaired: &Unrepaired) {}
}

/// A catalogue that was built again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuiltAgain {
    /// How many photos it knows.
    pub photos: u64,
    /// Lines of photos.jsonl that could not be read.
    pub unreadable: u64,
    /// Where the one lies that was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<PathBuf>,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Verified {
    /// Files that were checked, thumbnails among them.
    pub files: u64,
    /// Their bytes, as the catalogue gives them.
    pub bytes: u64,
    /// Thumbnails that were checked.
    pub thumbnails: u64,
    /// Files that an earlier check had found good, and that were passed over.
    pub passed_over: u64,
    /// How many findings of each kind.
    pub findings: BTreeMap<FindingKind, u64>,
    /// How many of them were put right, and how.
    pub repaired: BTreeMap<Remedy, u64>,
    /// How many could not be.
    pub unrepaired: u64,
    /// Of these, for a trouble that passes.
    pub passing: u64,
    /// The catalogue was built again first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rebuilt: Option<BuiltAgain>,
    /// Asked to end before its end: what is not counted was not looked at.
    pub interrupted: bool,
    /// How long it took.
    pub seconds: f64,
}

impl Verified {
    /// What is missing or wrong.
    pub fn damage(&self) -> u64 {
        self.findings.iter().filter(|(kind, _)| kind.is_damage()).map(|(_, count)| count).sum()
    }

    /// What is still missing or wrong, after what was put right; lines that could
    /// not be read among it, for what they told of is known no more.
    pub fn left(&self) -> u64 {
        self.damage().saturating_sub(self.repaired.values().sum()) + self.unreadable()
    }

    /// Lines of photos.jsonl that could not be read, where a catalogue was built
    /// from it.
    pub fn unreadable(&self) -> u64 {
        self.rebuilt.as_ref().map_or(0, |built| built.unreadable)
    }

    /// Files that no row names.
    pub fn strays(&self) -> u64 {
        self.findings.iter().filter(|(kind, _)| !kind.is_damage()).map(|(_, count)| count).sum()
    }

    /// Whether all was looked at, and nothing is damaged, or not any more.
    pub fn is_sound(&self) -> bool {
        !self.interrupted && self.left() == 0
    }
}
