//! Files of a folder, opened without following a link anywhere below it. Who
//! can write in the folder, and plants a link there, must not have us read,
//! lock or write over a file that lies elsewhere.
//!
//! The folder itself may be reached through links: it is the user's to name.
//! Linux's kernel walks the path itself (`openat2`), so that nothing can be
//! changed between a look and a step; elsewhere, and on a kernel that refuses,
//! each part is looked at before the last one is opened.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Component, Path};

/// Opens a file below a folder, to be read; a link nowhere on the way. What it is,
/// file or directory or pipe, is for the caller to see. Blocks.
pub fn open(root: &Path, path: &Path) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    match by_kernel(root, path) {
        // An old kernel, or one that is told to refuse what it was told not to know.
        Err(error) if [rustix::io::Errno::NOSYS, rustix::io::Errno::PERM].contains(&error) => {}
        Err(rustix::io::Errno::LOOP | rustix::io::Errno::XDEV) => return Err(is_link()),
        opened => return Ok(File::from(opened?)),
    }
    metadata(root, path)?;
    open_last(OpenOptions::new().read(true), &root.join(path))
}

/// What is in a file below a folder, up to `most` bytes.
pub(crate) fn read(root: &Path, path: &str, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(root, Path::new(path))?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A file that lies at a path below a folder.
pub(crate) fn file(root: &Path, path: &str) -> Option<Metadata> {
    metadata(root, Path::new(path)).ok().filter(Metadata::is_file)
}

/// What lies at a path below a folder; a link nowhere on the way.
pub(crate) fn metadata(root: &Path, path: &Path) -> io::Result<Metadata> {
    let mut place = root.to_owned();
    let mut found = None;
    for part in path.components() {
        let Component::Normal(part) = part else { return Err(is_link()) };
        place.push(part);
        let here = fs::symlink_metadata(&place)?;
        if here.file_type().is_symlink() {
            return Err(is_link());
        }
        found = Some(here);
    }
    found.ok_or_else(is_link)
}

/// Opens a file whose directory is known to be ours: it may be no link itself.
pub(crate) fn open_last(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        // Whoever waits for a pipe's other end waits for ever; of files it means nothing.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
        match options.open(path) {
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
                Err(is_link())
            }
            opened => opened,
        }
    }
    #[cfg(not(unix))]
    {
        if fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_symlink()) {
            return Err(is_link());
        }
        options.open(path)
    }
}

/// A link is no directory, and is told as one that should be and is not.
fn is_link() -> io::Error {
    io::Error::new(io::ErrorKind::NotADirectory, "it is a symbolic link, or lies behind one")
}

#[cfg(target_os = "linux")]
fn by_kernel(root: &Path, path: &Path) -> rustix::io::Result<std::os::fd::OwnedFd> {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
    let folder =
        openat(CWD, root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    openat2(folder, path, flags, Mode::empty(), resolve)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    #[test]
    fn files_are_opened_and_links_are_not_wherever_they_are() {
        let around = tempfile::tempdir().unwrap();
        let outside = around.path().join("outside");
        fs::create_dir(&outside).unwrap();
        File::create_new(outside.join("secret")).unwrap();
        let real = around.path().join("real");
        fs::create_dir_all(real.join("photos/2014")).unwrap();
        File::create_new(real.join("photos/2014/7.jpg")).unwrap();
        symlink(outside.join("secret"), real.join("photos/8.jpg")).unwrap();
        symlink("7.jpg", real.join("photos/2014/9.jpg")).unwrap();
        symlink(&outside, real.join("photos/2015")).unwrap();
        symlink("nowhere", real.join("photos/10.jpg")).unwrap();
        // The folder's own name may be a link.
        let root = around.path().join("named");
        symlink("real", &root).unwrap();
        let both = |path: &str| {
            let path = Path::new(path);
            let by_looks = metadata(&root, path).map(drop);
            let opened = open(&root, path);
            assert_eq!(by_looks.is_ok(), opened.is_ok(), "{}", path.display());
            opened
        };
        let mut text = String::new();
        both("photos/2014/7.jpg").unwrap().read_to_string(&mut text).unwrap();
        for path in [
            "photos/8.jpg",
            "photos/2014/9.jpg",
            "photos/2015/secret",
            "photos/10.jpg",
            "../outside/secret",
            "photos/../../outside/secret",
        ] {
            let error = both(path).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotADirectory, "{path}: {error}");
        }
        let absent = both("photos/11.jpg").unwrap_err();
        assert_eq!(absent.kind(), io::ErrorKind::NotFound);
        let last = |name: &str| open_last(OpenOptions::new().read(true), &root.join(name));
        assert_eq!(last("photos/8.jpg").unwrap_err().kind(), io::ErrorKind::NotADirectory);
        last("photos/2014/7.jpg").unwrap();
    }
}
