//! Errors of the disk that say what was tried, and with which file.

use std::io;
use std::path::{Path, PathBuf};

/// What the system said, and of what.
#[derive(Debug, thiserror::Error)]
#[error("cannot {attempt} {}: {source}", path.display())]
struct Failed {
    attempt: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// Says what was tried, and with what. The error's kind stays.
pub(crate) trait Attempt<T> {
    fn attempt(self, attempt: &'static str, path: &Path) -> io::Result<T>;
}

impl<T> Attempt<T> for io::Result<T> {
    fn attempt(self, attempt: &'static str, path: &Path) -> io::Result<T> {
        self.map_err(|source| {
            let kind = source.kind();
            io::Error::new(kind, Failed { attempt, path: path.to_owned(), source })
        })
    }
}

/// What the system itself said, without what was tried.
pub(crate) fn cause(error: &io::Error) -> &io::Error {
    let failed = error.get_ref().and_then(|inner| inner.downcast_ref::<Failed>());
    failed.map_or(error, |failed| &failed.source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_and_the_system_s_own_error_stay() {
        let full = io::Error::from_raw_os_error(28);
        let (kind, text) = (full.kind(), full.to_string());
        let error = Err::<(), _>(full).attempt("sync", Path::new("photos/7.jpg")).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.to_string(), format!("cannot sync photos/7.jpg: {text}"));
        assert_eq!(cause(&error).raw_os_error(), Some(28));
        // As who knows nothing of us finds it.
        let source = std::error::Error::source(&error).and_then(|it| it.downcast_ref());
        assert_eq!(source.and_then(io::Error::raw_os_error), Some(28));
    }
}
