//! What went wrong with one attempt, and what that asks for.

use silverprint_core::SinkError;
use std::error::Error;
use std::io;
use std::time::Duration;

/// How one attempt ended when it did not end well.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The host refuses work (429, 503): pause it; the request loses nothing.
    Refused { why: Refusal, reason: String, retry_after: Option<Duration> },
    /// Worth another attempt.
    Passing(String),
    /// Not there, or not for us. Passing ones occur, so it is asked once more.
    Missing(String),
    /// A signed address whose time is over; the one that led there gives a new
    /// one.
    Expired(String),
    /// The rest of a body was asked for, and what came is not it.
    Unfit(String),
    /// No connection at all.
    Unreachable(String),
    /// The host has given no good answer for too long: it was not asked.
    GivenUp(String),
    /// An address that we don't ask.
    Forbidden { host: String, message: String },
    /// Our own side.
    Local(io::Error),
}

/// What a host refuses for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Too many requests (429): at once, or a second.
    TooMany,
    /// It is not there for anybody (503).
    Unavailable,
    /// No connection comes about.
    Unreachable,
}

impl From<SinkError> for Trouble {
    fn from(error: SinkError) -> Self {
        match error {
            SinkError::Rejected(rejection) => Self::Passing(rejection.to_string()),
            SinkError::Gone(message) => Self::Missing(message),
            SinkError::Local(error) => Self::Local(error),
        }
    }
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        if let Some(ours) = lack_of_files(&error) {
            return Self::Local(ours);
        }
        let unreachable = error.is_connect();
        // Without the address: its query may hold a key.
        let message = chain(&error.without_url());
        if unreachable { Self::Unreachable(message) } else { Self::Passing(message) }
    }
}

/// That this process, or the whole system, may open no more files: no host is to
/// blame, and none is worth another attempt.
fn lack_of_files(error: &(dyn Error + 'static)) -> Option<io::Error> {
    // The same on every Unix; there is no such limit on Windows.
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    let mut cause = Some(error);
    let code = loop {
        let this = cause?;
        match this.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            Some(code) => break code,
            None => cause = this.source(),
        }
    };
    let lacks_files = cfg!(unix) && [ENFILE, EMFILE].contains(&code);
    lacks_files.then(|| io::Error::from_raw_os_error(code))
}

/// An error with its causes, in one line. reqwest's own text says only
/// "error sending request"; the cause is what tells a reset from a refusal.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
