//! A file at a place that the user named: written beside it under another name,
//! and renamed when it is whole. What is not finished goes without a trace.

use super::paper::PaperError;
use crate::beneath;
use crate::dirsync;
use crate::store::create;
use silverprint_core::Layout;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

pub(super) struct WholeFile {
    out: BufWriter<File>,
    temporary: PathBuf,
    to: PathBuf,
    /// It has its last name.
    is_whole: bool,
}

impl WholeFile {
    /// Begins one. What lies at its place is written over only where it begins as
    /// what is written will; never what the archive keeps.
    pub(super) fn begin(
        archive: &Path,
        to: &Path,
        magic: &[u8],
        kind: &'static str,
    ) -> Result<Self, PaperError> {
        let file = || to.to_owned();
        let failed = |source| PaperError::Disk { file: file(), source };
        let name = to.file_name().ok_or_else(|| failed(io::ErrorKind::IsADirectory.into()))?;
        let folder = folder_of(to);
        if is_kept_by(archive, folder).map_err(failed)? {
            return Err(PaperError::AmongOurs { file: file() });
        }
        if !may_replace(to, magic).map_err(failed)? {
            return Err(PaperError::Occupied { file: file(), kind });
        }
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.part", std::process::id()));
        let temporary = folder.join(hidden);
        let out = BufWriter::new(create(&temporary).map_err(failed)?);
        Ok(Self { out, temporary, to: file(), is_whole: false })
    }

    /// Gives it its last name, where it is on the disk.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        fs::rename(&self.temporary, &self.to)?;
        self.is_whole = true;
        match dirsync::sync_directory(folder_of(&self.to)) {
            // Who may make a name there may not always read it.
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(error),
            _ => Ok(()),
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.is_whole {
            // Its maker says what went wrong.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Whether a folder is one of those in which the archive's own files lie.
fn is_kept_by(archive: &Path, folder: &Path) -> io::Result<bool> {
    let folder = folder.canonicalize()?;
    let archive = archive.canonicalize()?;
    let Ok(below) = folder.strip_prefix(archive) else { return Ok(false) };
    let kept = [Layout::PHOTOS, Layout::THUMBS, Layout::SHEET, Layout::PRIVATE];
    Ok(kept.iter().any(|kept| below.starts_with(kept)))
}

/// Whether nothing lies there, or what is of the same kind.
fn may_replace(file: &Path, magic: &[u8]) -> io::Result<bool> {
    let mut options = File::options();
    let found = match beneath::open_last(options.read(true), file) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut start = Vec::new();
    if found.metadata()?.is_file() {
        found.take(magic.len() as u64).read_to_end(&mut start)?;
    }
    Ok(start == magic)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: &[u8] = b"%PDF-";

    fn begin(archive: &Path, to: &Path) -> Result<WholeFile, PaperError> {
        WholeFile::begin(archive, to, MAGIC, "PDF")
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let (archive, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let to = folder.path().join("a.pdf");
        let mut file = begin(archive.path(), &to).unwrap();
        file.write_all(b"%PDF-1").unwrap();
        drop(file);
        assert!(names(folder.path()).is_empty());

        for text in ["%PDF-1", "%PDF-2"] {
            let mut file = begin(archive.path(), &to).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file.finish().unwrap();
            assert_eq!(names(folder.path()), ["a.pdf"]);
            let read = beneath::read(folder.path(), "a.pdf", 100).unwrap();
            assert_eq!(read, text.as_bytes());
        }
    }

    #[test]
    fn what_is_somebody_elses_is_not_written_over() {
        let archive = tempfile::tempdir().unwrap();
        for kept in ["photos", "thumbs", "sheet/parts", ".silverprint"] {
            fs::create_dir_all(archive.path().join(kept)).unwrap();
            let refused = begin(archive.path(), &archive.path().join(kept).join("a.pdf")).err();
            assert!(matches!(refused, Some(PaperError::AmongOurs { .. })), "{kept}: {refused:?}");
        }
        let html = archive.path().join("index.html");
        create(&html).unwrap().write_all(b"<html>").unwrap();
        let refused = begin(archive.path(), &html).err();
        assert!(matches!(refused, Some(PaperError::Occupied { .. })), "{refused:?}");
        let refused = begin(archive.path(), &archive.path().join("photos")).err();
        assert!(matches!(refused, Some(PaperError::Occupied { .. })), "{refused:?}");
        let refused = begin(archive.path(), &archive.path().join("none/a.pdf")).err();
        assert!(matches!(refused, Some(PaperError::Disk { .. })), "{refused:?}");
        drop(begin(archive.path(), &archive.path().join("a.pdf")).unwrap());
    }
}
