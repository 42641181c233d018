//! One file against its row.

use super::FindingKind;
use crate::beneath;
use crate::content::Readable;
use sha2::{Digest as _, Sha256};
use silverprint_catalogue::{Digest, FileRow, Role};
use silverprint_thumb::{
    Encoding, Header, PictureFormat, ThumbError, ThumbnailSpec, Thumbnailer, read_header,
};
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Component, Path, PathBuf};

/// So much is read at once: enough for a disk to run at its own speed.
const BUFFER: usize = 256 << 10;

/// What is wrong, and more about it.
pub(super) type Flaw = (FindingKind, String);

/// What one thread checks files with.
pub(super) struct Bench<'a> {
    root: &'a Path,
    buffer: Vec<u8>,
    thumbnailer: Thumbnailer,
}

impl<'a> Bench<'a> {
    pub(super) fn new(root: &'a Path) -> Self {
        let thumbnailer = Thumbnailer::new(ThumbnailSpec::default());
        Self { root, buffer: vec![0; BUFFER], thumbnailer }
    }

    /// The first thing that is wrong with a file, if something is.
    pub(super) fn inspect(&mut self, row: &FileRow) -> Result<(), Flaw> {
        let mut file = open(self.root, &row.path)?;
        let length = file.metadata().map_err(unreadable)?.len();
        if length != row.bytes {
            return Err(wrong_length(length, row));
        }
        let (digest, read) = self.digest(&mut file).map_err(unreadable)?;
        if read != row.bytes {
            return Err(wrong_length(read, row));
        }
        if digest != row.sha256 {
            let detail = format!("SHA-256 {digest} instead of {}", row.sha256);
            return Err((FindingKind::WrongBytes, detail));
        }
        if row.role == Role::Thumbnail { self.draw(file, row) } else { Ok(()) }
    }

    fn digest(&mut self, file: &mut File) -> io::Result<(Digest, u64)> {
        let (mut hash, mut length) = (Sha256::new(), 0);
        loop {
            match file.read(&mut self.buffer) {
                Ok(0) => return Ok((Digest(hash.finalize().into()), length)),
                Ok(read) => {
                    hash.update(&self.buffer[..read]);
                    length += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Decodes a thumbnail. Read a second time, it comes from the system's cache.
    fn draw(&mut self, mut file: File, row: &FileRow) -> Result<(), Flaw> {
        file.rewind().map_err(unreadable)?;
        let mut reader = BufReader::new(file);
        let work = AssertUnwindSafe(|| drawn(&mut self.thumbnailer, &mut reader));
        let drawn = catch_unwind(work).unwrap_or_else(|_| {
            // Its scratch may be in any state.
            self.thumbnailer = Thumbnailer::new(ThumbnailSpec::default());
            Err((FindingKind::Undrawable, "the decoder panicked".to_owned()))
        });
        fits(&drawn?, row).map_err(|detail| (FindingKind::WrongDimensions, detail))
    }
}

/// The header of a picture that decodes.
fn drawn(thumbnailer: &mut Thumbnailer, picture: &mut dyn Readable) -> Result<Header, Flaw> {
    let header = read_header(&mut *picture).map_err(undrawable)?;
    thumbnailer.thumbnail(picture).map_err(undrawable)?;
    Ok(header)
}

/// Whether a thumbnail has the dimensions of its row and of the recipe that it
/// was made by, and the recipe's format. A recipe that only a later version of
/// the program knows says nothing.
fn fits(header: &Header, row: &FileRow) -> Result<(), String> {
    let Header { format, width, height } = header;
    let recipe: Option<ThumbnailSpec> = row.rendition.parse().ok();
    let recipe_sides = recipe.map(|recipe| (recipe.width.get(), recipe.height.get()));
    for sides in [Some((row.width, row.height)), recipe_sides].into_iter().flatten() {
        if (*width, *height) != sides {
            return Err(format!("{width} × {height} instead of {} × {}", sides.0, sides.1));
        }
    }
    match recipe.map(|recipe| recipe.encoding) {
        Some(wanted) if format_of(wanted) != *format => {
            Err(format!("{format:?} instead of {:?}", format_of(wanted)))
        }
        _ => Ok(()),
    }
}

fn format_of(encoding: Encoding) -> PictureFormat {
    match encoding {
        Encoding::Jpg => PictureFormat::Jpeg,
        Encoding::Png => PictureFormat::Png,
        Encoding::Webp => PictureFormat::WebP,
    }
}

/// Opens a file, and nothing but a file: no part of its path is a link, and
/// none leads out of the folder. What lies there instead is looked at only to
/// name it.
pub(super) fn open(root: &Path, path: &str) -> Result<File, Flaw> {
    match beneath::open(root, Path::new(path)) {
        Ok(file) if file.metadata().map_err(unreadable)?.is_file() => Ok(file),
        Ok(_) => Err((FindingKind::NotAFile, "no file, but something else".to_owned())),
        Err(error) => match instead(root, path) {
            Some(what) => Err((FindingKind::NotAFile, what.to_owned())),
            None => Err(missing(error)),
        },
    }
}

/// What lies on a path where a directory or a file should be.
fn instead(root: &Path, path: &str) -> Option<&'static str> {
    let mut place = PathBuf::from(root);
    let mut parts = Path::new(path).components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(part) = part else { return Some("the path leads elsewhere") };
        place.push(part);
        let found = fs::symlink_metadata(&place).ok()?.file_type();
        match (found.is_symlink(), parts.peek().is_some()) {
            (true, _) => return Some("a link"),
            (false, true) if !found.is_dir() => return Some("no directory where one was"),
            (false, false) if !found.is_file() => return Some("no file, but something else"),
            _ => {}
        }
    }
    None
}

fn missing(error: io::Error) -> Flaw {
    match error.kind() {
        io::ErrorKind::NotFound => (FindingKind::Missing, String::new()),
        _ => unreadable(error),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over so")]
fn unreadable(error: io::Error) -> Flaw {
    (FindingKind::Unreadable, error.to_string())
}

fn undrawable(error: ThumbError) -> Flaw {
    match error {
        ThumbError::Io(error) => unreadable(error),
        error => (FindingKind::Undrawable, error.to_string()),
    }
}

fn wrong_length(found: u64, row: &FileRow) -> Flaw {
    (FindingKind::WrongLength, format!("{found} bytes instead of {}", row.bytes))
}
