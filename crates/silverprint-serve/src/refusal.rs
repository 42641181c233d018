//! What is answered where nothing is served: a status, and a line of why.

use hyper::StatusCode;
use std::io;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The address is none.
    Malformed,
    /// Asked for by another name than ours: a page from elsewhere, whose name
    /// was made to mean this machine, must not read the folder.
    Misdirected,
    /// Only reading is offered.
    Method,
    /// It is not served, or not there.
    NotFound,
    /// The sheet is not there yet.
    NoSheet,
    /// None of the bytes that are asked for is there, of so many.
    Beyond { length: u64 },
    /// As many listen to the progress as may.
    Crowded,
    /// The disk.
    Unreadable,
}

impl Refusal {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotFound | Self::NoSheet => StatusCode::NOT_FOUND,
            Self::Beyond { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Crowded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unreadable => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Malformed => "The address cannot be read.\n",
            Self::Misdirected => "Only http://127.0.0.1 and http://localhost are served.\n",
            Self::Method => "This can only be read.\n",
            Self::NotFound => "There is nothing here.\n",
            Self::NoSheet => {
                "There is no contact sheet yet: a sync writes it. Reload when it has.\n"
            }
            Self::Beyond { .. } => "The file ends before.\n",
            Self::Crowded => "Too many listen already.\n",
            Self::Unreadable => "The file cannot be read.\n",
        }
    }

    /// Why a file could not be opened. A link is no file, nor what lies behind
    /// one; it says so by an error of its own.
    pub(crate) fn of(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::InvalidInput => Self::NotFound,
            _ => Self::Unreadable,
        }
    }
}
