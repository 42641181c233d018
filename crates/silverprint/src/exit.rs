//! The exit codes. A contract: scripts lean on them.

use silverprint_archive::{ArchiveError, FolderError, Report};
use silverprint_core::{Receipt, SourceError};
use std::process::ExitCode;

/// How the program ends. When several apply, the first one listed here counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Interrupted by the user.
    Interrupted = 130,
    /// Another process works on the folder.
    InUse = 11,
    /// The disk, or something else without which no run can go on.
    Fatal = 7,
    /// The key, a permission, or no such account.
    Access = 4,
    /// Trouble that passes: run it again.
    Passing = 5,
    /// Something announced is missing.
    Partial = 3,
    /// The arguments.
    Usage = 2,
    /// A bug of ours.
    Bug = 1,
    /// All there.
    Success = 0,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// As listed above.
    const ORDER: [Self; 9] = [
        Self::Interrupted,
        Self::InUse,
        Self::Fatal,
        Self::Access,
        Self::Passing,
        Self::Partial,
        Self::Usage,
        Self::Bug,
        Self::Success,
    ];

    /// Of two the one that counts.
    pub(crate) fn or(self, other: Self) -> Self {
        let counts = |exit: &Self| [self, other].contains(exit);
        Self::ORDER.into_iter().find(counts).expect("every code is in the order")
    }

    /// What a run came to.
    pub(crate) fn of(report: &Report) -> Self {
        if report.receipt.interrupted {
            return Self::Interrupted;
        }
        match &report.cut_short {
            Some(error) => Self::of_error(error),
            None => Self::of_receipt(&report.receipt),
        }
    }

    pub(crate) fn of_error(error: &ArchiveError) -> Self {
        match error {
            ArchiveError::Interrupted => Self::Interrupted,
            ArchiveError::Folder(FolderError::InUse { .. }) => Self::InUse,
            ArchiveError::Folder(FolderError::OtherAccount { .. }) => Self::Usage,
            ArchiveError::Folder(_)
            | ArchiveError::Catalogue(_)
            | ArchiveError::Disk { .. }
            | ArchiveError::Closing(_) => Self::Fatal,
            ArchiveError::Unreachable { .. } => Self::Passing,
            ArchiveError::Source(error) => match error {
                SourceError::NoSuchAccount { .. }
                | SourceError::NoPermission { .. }
                | SourceError::BadKey { .. }
                | SourceError::Disallowed { .. } => Self::Access,
                SourceError::Passing { .. } | SourceError::Unreachable { .. } => Self::Passing,
                SourceError::Local { .. } => Self::Fatal,
                SourceError::Malformed { .. } => Self::Bug,
            },
        }
    }

    fn of_receipt(receipt: &Receipt) -> Self {
        let passing =
            ["passing", "unreachable"].iter().any(|kind| receipt.failed.contains_key(*kind));
        match receipt {
            _ if passing => Self::Passing,
            receipt if receipt.is_partial() => Self::Partial,
            _ => Self::Success,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_codes_the_first_in_the_order_counts() {
        for (place, first) in Exit::ORDER.into_iter().enumerate() {
            for second in Exit::ORDER.into_iter().skip(place) {
                assert_eq!(first.or(second), first);
                assert_eq!(second.or(first), first);
            }
        }
        let codes = Exit::ORDER.map(|exit| exit as u8);
        assert_eq!(codes, [130, 11, 7, 4, 5, 3, 2, 1, 0], "as the README says");
    }
}
