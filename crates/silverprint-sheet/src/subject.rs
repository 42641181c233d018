//! Of what a sheet is: the words and the order that go with it.

/// What the frames of a sheet show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// An account's photostream, the newest photo first.
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

    /// The frame of the row that `given` others came before, of so many in all:
    /// the oldest photo of a photostream has frame 1, so that a photo keeps its
    /// number while the stream grows.
    pub(crate) const fn number(self, given: u64, all: u64) -> u64 {
        match self {
            Self::Photostream => all - given,
            Self::Files => given + 1,
        }
    }
}
