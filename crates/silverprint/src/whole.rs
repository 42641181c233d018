//! Files that a user names, outside of any archive: written whole or not at all,
//! for another program may be reading the old one.

use anyhow::{Context, bail};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Writes a file in the place of an older one.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut begun = Begun::at(path)?;
    let written = begun.write_all(bytes).and_then(|()| begun.finish());
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// A file that is being written: it has its name when it is finished, and is
/// gone where it never is.
#[derive(Debug)]
pub(crate) struct Begun {
    file: NamedTempFile,
    path: PathBuf,
}

impl Begun {
    /// Begins a file that is to come in the place of an older one.
    pub(crate) fn at(path: &Path) -> anyhow::Result<Self> {
        // A device or a folder is replaced by nobody's wish.
        if fs::metadata(path).is_ok_and(|it| !it.is_file()) {
            bail!("cannot write {}: something that is no file has that name", path.display());
        }
        let file = create(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// It is whole.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Write for Begun {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn create(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".silverprint-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder.unwrap_or(Path::new(".")))
}
