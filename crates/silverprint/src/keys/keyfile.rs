//! A key in a file of its own: whole or not at all, for its owner only from
//! the first byte, and through no symlink.

use super::OpenToOthers;
use crate::settings::is_open;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// More than any key has.
const LONGEST: u64 = 4096;

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot {attempt} {}: {source}", path.display())]
pub(crate) struct KeyFileError {
    attempt: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// What is in it; `None` where there is no such file.
pub(super) fn read(path: &Path) -> anyhow::Result<Option<String>> {
    let error = |source| KeyFileError { attempt: "read", path: path.to_owned(), source };
    let file = match File::open(path) {
        Err(it) if it.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(error)?,
    };
    if is_open(&file).map_err(error)? {
        return Err(OpenToOthers { file: path.to_owned() }.into());
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).map_err(error)?;
    Ok(Some(text))
}

/// Puts a key into it. A symlink in its place is replaced, not followed.
pub(super) fn write(path: &Path, key: &str) -> Result<(), KeyFileError> {
    let write = || {
        let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
        make(folder)?;
        // Opened exclusively, with mode 0600 on Unix.
        let mut file = tempfile::Builder::new().prefix(".key-").tempfile_in(folder)?;
        writeln!(file, "{key}")?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|source| KeyFileError { attempt: "write", path: path.to_owned(), source })
}

/// Makes the folder where it is missing, for its owner only.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Removes it; says whether it was there.
pub(super) fn remove(path: &Path) -> Result<bool, KeyFileError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(KeyFileError { attempt: "remove", path: path.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/key");
        assert_eq!(read(&path).unwrap(), None);
        assert!(!remove(&path).unwrap());
        write(&path, "abc").unwrap();
        write(&path, "def").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some("def\n"));
        let beside = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1, "nothing temporary is left");
        assert!(remove(&path).unwrap());
        assert_eq!(read(&path).unwrap(), None);
    }

    #[cfg(unix)]
    #[test]
    fn it_is_its_owners_and_a_symlink_in_its_place_leads_nowhere() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("key"), folder.path().join("other"));
        symlink(&other, &path).unwrap();
        write(&path, "abc").unwrap();
        assert!(!other.exists());
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = read(&path).unwrap_err();
        assert!(refused.is::<OpenToOthers>(), "{refused}");
    }
}
