//! The file photos.jsonl: append-only, a whole line at a time. What cannot be
//! a line (torn by a crash, or another's bytes) is passed over, never fatal.

use crate::CatalogueError;
use crate::error::Context;
use crate::line::Line;
use serde::de::IgnoredAny;
use silverprint_core::Layout;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A listing has some kilobytes and a description at most 64 KiB or so; what
/// is longer than this is no line of ours, and is not read into memory.
const LONGEST_LINE: u64 = 16 << 20;

/// Lines are written when so many bytes of them are there, however many are
/// synced at once: a group may delete a million photos.
pub(crate) const BUFFER: usize = 1 << 20;

/// photos.jsonl, open for appending.
pub(crate) struct Record {
    path: PathBuf,
    file: File,
    /// Its length, all of it whole lines.
    length: u64,
    /// Lines that are not written yet.
    buffer: Vec<u8>,
}

impl Record {
    /// Opens the record of a folder, makes one if there is none, and cuts a
    /// torn last line off.
    pub(crate) fn open(folder: &Path) -> Result<Self, CatalogueError> {
        let path = folder.join(Layout::RECORD);
        refuse_symlink(&path)?;
        let open = || -> io::Result<_> {
            let mut options = OpenOptions::new();
            let mut file = no_link(options.read(true).append(true).create(true)).open(&path)?;
            let length = mend_tail(&mut file)?;
            sync_folder(folder)?;
            Ok((file, length))
        };
        let (file, length) = open().context("open", &path)?;
        Ok(Self { path, file, length, buffer: Vec::new() })
    }

    /// How long it is: all whole lines.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Takes a line; on the disk only after [`Self::sync`], and certainly not before
    /// [`Self::flush`].
    pub(crate) fn push(&mut self, line: &Line) {
        line.write_to(&mut self.buffer);
    }

    /// Whether it is time to flush.
    pub(crate) fn is_full(&self) -> bool {
        self.buffer.len() >= BUFFER
    }

    /// Brings every line to the disk.
    pub(crate) fn sync(&mut self) -> Result<(), CatalogueError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.flush()?;
        self.file.sync_data().context("sync", &self.path)
    }

    /// Cuts off what lies behind a position that is the beginning of a line.
    pub(crate) fn cut(&mut self, at: u64) -> Result<(), CatalogueError> {
        let cut = self.file.set_len(at).and_then(|()| self.file.sync_all());
        cut.context("cut the torn end off", &self.path)?;
        self.length = at;
        Ok(())
    }

    /// Hands over the lines of a part, which begins where a line does, each
    /// with its position.
    pub(crate) fn for_each_line(
        &self,
        part: Range<u64>,
        f: impl FnMut(u64, &[u8]) -> Result<(), CatalogueError>,
    ) -> Result<(), CatalogueError> {
        for_each_line(&self.path, part, f)
    }

    /// Writes the lines that it holds. What they tell of is on the disk: they may come
    /// there from now on.
    pub(crate) fn flush(&mut self) -> Result<(), CatalogueError> {
        let written = self.file.write_all(&self.buffer);
        if written.is_err() {
            // A part of it may be there. If it cannot be cut off now, it will
            // be when the record is opened again.
            let _ = self.file.set_len(self.length);
        }
        written.context("append to", &self.path)?;
        self.length += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// The lines of a part of a record, which begins where a line does, each with
/// its position.
pub(crate) fn for_each_line(
    path: &Path,
    part: Range<u64>,
    mut f: impl FnMut(u64, &[u8]) -> Result<(), CatalogueError>,
) -> Result<(), CatalogueError> {
    let attempt = "read";
    let opened = no_link(OpenOptions::new().read(true)).open(path);
    let mut file = opened.context(attempt, path)?;
    file.seek(SeekFrom::Start(part.start)).context(attempt, path)?;
    let file = file.take(part.end.saturating_sub(part.start));
    let mut lines = BufReader::with_capacity(1 << 16, file);
    let mut line = Vec::new();
    let mut at = part.start;
    loop {
        let read = next_line(&mut lines, &mut line).context(attempt, path)?;
        if read == 0 {
            return Ok(());
        }
        if !line.trim_ascii().is_empty() {
            f(at, &line)?;
        }
        at += read;
    }
}

/// Fails if the path is a symbolic link: somebody may have planted one, to
/// have another file overwritten.
pub(crate) fn refuse_symlink(path: &Path) -> Result<(), CatalogueError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_symlink() => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a symbolic link"))
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
    .context("open", path)
}

/// So that a link is not opened either that came after [`refuse_symlink`] looked.
fn no_link(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        options,
        rustix::fs::OFlags::NOFOLLOW.bits().cast_signed(),
    );
    options
}

/// Makes renames and new files in a folder last. Only Unix has a way to say so.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Reads the next line, without its end; a line that is too long comes out
/// empty. Returns how long it was, with its end: 0 only at the end of the file.
fn next_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
    line.clear();
    let mut read = lines.by_ref().take(LONGEST_LINE).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if read as u64 == LONGEST_LINE {
        line.clear();
        read += lines.skip_until(b'\n')?;
    }
    Ok(read as u64)
}

/// Cuts off what a crash left at the end of a line, or gives a whole line the
/// line break that it lacks. One that ends as a line does, and is none, is
/// somebody's: it stays, to be named. Returns the length.
fn mend_tail(file: &mut File) -> io::Result<u64> {
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(0);
    }
    let ended = byte_at(file, length - 1)? == b'\n';
    let start = line_start(file, length - u64::from(ended))?;
    let mut last = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(LONGEST_LINE).read_to_end(&mut last)?;
    let is_whole = length - start <= LONGEST_LINE
        && (last.trim_ascii().is_empty() || serde_json::from_slice::<IgnoredAny>(&last).is_ok());
    // Zeros are pages that never came to the disk.
    match (is_whole, ended) {
        (true, false) => file.write_all(b"\n")?,
        (false, true) if last.contains(&0) => file.set_len(start)?,
        (false, false) => file.set_len(start)?,
        (true | false, true) => return Ok(length),
    }
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

/// Where the line begins that ends at `end`.
fn line_start(file: &mut File, end: u64) -> io::Result<u64> {
    let mut block = [0; 1 << 13];
    let mut end = end;
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let wanted = usize::try_from(end - start).unwrap_or(block.len());
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut block[..wanted])?;
        if let Some(at) = block[..wanted].iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

fn byte_at(file: &mut File, position: u64) -> io::Result<u8> {
    let mut byte = [0];
    file.seek(SeekFrom::Start(position))?;
    file.read_exact(&mut byte)?;
    Ok(byte[0])
}
