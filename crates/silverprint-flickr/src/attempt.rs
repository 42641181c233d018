//! What is being tried, and the errors that name it.

use crate::call::Method;
use crate::key::Clean;
use crate::{Class, Failure};
use silverprint_core::{FetchError, SourceError};
use std::io;

/// What is being tried, for the error that names it.
pub(crate) struct Attempt<'a> {
    /// Such as `list page 3 of confoo`.
    pub(crate) what: String,
    /// As asked for.
    pub(crate) account: &'a str,
    /// Holds what no message may hold.
    pub(crate) key: &'a dyn Clean,
}

impl Attempt<'_> {
    /// The API answered, but not so that it made sense.
    pub(crate) fn malformed(&self, message: &str) -> SourceError {
        SourceError::Malformed { attempt: self.what.clone(), message: self.key.clean(message) }
    }

    /// The account is there no more.
    pub(crate) fn no_such_account(&self, message: &str) -> SourceError {
        let account = self.account.to_owned();
        SourceError::NoSuchAccount { account, message: self.key.clean(message) }
    }

    /// What was tried is there, and not for us.
    pub(crate) fn no_permission(&self, message: &str) -> SourceError {
        SourceError::NoPermission { attempt: self.what.clone(), message: self.key.clean(message) }
    }

    /// The API said no.
    pub(crate) fn failed(&self, failure: &Failure, method: Method) -> SourceError {
        let attempt = self.what.clone();
        let message = self.key.clean(&failure.message);
        match failure.class(method.name()) {
            Class::NotThere => self.no_such_account(&failure.message),
            Class::NoPermission => self.no_permission(&failure.message),
            Class::BadKey => SourceError::BadKey { attempt, message },
            // The sink rejects these, so that they come as `unanswered`.
            Class::Passing => SourceError::Passing { attempt, attempts: 1, message },
            Class::Unexpected => self.malformed(&failure.to_string()),
        }
    }

    /// There was no answer that the sink accepted.
    pub(crate) fn unanswered(&self, error: FetchError) -> SourceError {
        let attempt = self.what.clone();
        match error {
            FetchError::Passing { message, attempts } => {
                SourceError::Passing { attempt, attempts, message: self.key.clean(&message) }
            }
            FetchError::Unreachable { host, message, .. }
            | FetchError::Forbidden { host, message } => {
                SourceError::Unreachable { host, message: self.key.clean(&message) }
            }
            FetchError::Gone { message, .. } | FetchError::Malformed { message, .. } => {
                self.malformed(&message)
            }
            FetchError::Access(error) => error,
            FetchError::Local(error) => {
                // What the system says has no key in it; other words may.
                let cleaned = || io::Error::other(self.key.clean(&error.to_string()));
                let source = error.raw_os_error().map(io::Error::from_raw_os_error);
                SourceError::Local { attempt, source: source.unwrap_or_else(cleaned) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiKey;

    #[test]
    fn failures_become_errors_that_name_the_attempt() {
        let key: ApiKey = "canary0000".parse().unwrap();
        let attempt =
            Attempt { what: "list page 3 of keeper".to_owned(), account: "keeper", key: &key };
        let check = |code: u32, expected: &str| {
            let failure = Failure { code, message: "No (canary0000)".to_owned() };
            let error = attempt.failed(&failure, Method::PublicPhotos);
            assert_eq!(error.to_string(), expected);
            assert!(!format!("{error:?}").contains("canary"));
        };
        check(1, "there is no account keeper: No (…)");
        check(2, "no permission to list page 3 of keeper: No (…)");
        check(100, "the API key was refused (list page 3 of keeper): No (…)");
        check(116, "list page 3 of keeper: the answer could not be understood: code 116: No (…)");
    }

    #[test]
    fn what_the_client_says_loses_key_and_query() {
        let key: ApiKey = "canary0000".parse().unwrap();
        let attempt = Attempt { what: "look up keeper".to_owned(), account: "keeper", key: &key };
        let said = || "error for http://h/rest/?method=m&api_key=canary0000 here".to_owned();
        let host = || "h".to_owned();
        let check = |error: FetchError, expected: &str| {
            let error = attempt.unanswered(error);
            assert_eq!(error.to_string(), expected);
            assert!(!format!("{error:?}").contains("canary"));
        };
        check(
            FetchError::Passing { message: said(), attempts: 5 },
            "look up keeper failed 5 times, the last time with: error for http://h/rest/ here",
        );
        check(
            FetchError::Unreachable { host: host(), message: said(), attempts: 5 },
            "cannot reach h: error for http://h/rest/ here",
        );
        check(
            FetchError::Forbidden { host: host(), message: said() },
            "cannot reach h: error for http://h/rest/ here",
        );
        let malformed = "look up keeper: the answer could not be understood: \
            error for http://h/rest/ here";
        check(FetchError::Gone { message: said(), attempts: 1 }, malformed);
        let local = "cannot look up keeper: error for http://h/rest/ here";
        check(FetchError::Local(io::Error::other(said())), local);
    }
}
