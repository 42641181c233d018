//! Files that a user names, outside of any archive: written whole or not at all,
//! for another program may be reading the old one.

use anyhow::{Context, bail};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Writes a file in the place of an older one.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    // A device or a folder is replaced by nobody's wish.
    if fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        bail!("cannot write {}: something that is no file has that name", path.display());
    }
    replace(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".silverprint-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
