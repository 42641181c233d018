//! A file of the folder, opened once: what is told of it and what is sent are
//! of the same one, also where another takes its name meanwhile. It is sent as
//! fast as it is taken, a chunk at a time.

use crate::answer::Body;
use crate::disk::Disk;
use crate::server::Pulse;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use futures_util::stream::try_unfold;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use silverprint_archive::open_beneath;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// So much of a file is in memory for each connection.
const CHUNK: u64 = 128 << 10;

/// An open file.
#[derive(Debug)]
pub(crate) struct Opened {
    file: File,
    pub(crate) length: u64,
    /// Changes with its bytes: files come in the place of others, and are not
    /// written to.
    pub(crate) tag: String,
}

impl Opened {
    /// Opens what lies at a path, if that is a file, and reached through no
    /// link. Blocks.
    pub(crate) fn at(folder: &Path, path: &Path) -> io::Result<Self> {
        let file = open_beneath(folder, path)?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let modified = found.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let modified = modified.unwrap_or_default().as_nanos();
        let length = found.len();
        Ok(Self { file, length, tag: format!("\"{length:x}-{modified:x}\"") })
    }

    /// So many of its bytes, which were there when it was opened. Where they are
    /// not any more, the answer breaks off.
    pub(crate) fn send(self, first: u64, length: u64, disk: Disk, pulse: Pulse) -> Body {
        let chunks = try_unfold((self.file, first, length), move |(file, at, left)| {
            let disk = disk.clone();
            async move {
                if left == 0 {
                    return Ok(None);
                }
                let (file, chunk) = disk.ask(move || read(file, at, left.min(CHUNK))).await?;
                let taken = chunk.len() as u64;
                Ok(Some((Frame::data(chunk), (file, at + taken, left - taken))))
            }
        });
        // hyper asks for the next one when this one is on its way.
        let chunks = chunks.inspect_ok(move |_| pulse.beat());
        StreamBody::new(chunks).boxed_unsync()
    }
}

/// Reads as much as there is of a stretch: something, or it is an error.
fn read(mut file: File, at: u64, most: u64) -> io::Result<(File, Bytes)> {
    file.seek(SeekFrom::Start(at))?;
    let mut chunk = Vec::new();
    (&mut file).take(most).read_to_end(&mut chunk)?;
    if chunk.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((file, chunk.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three_gib() -> (tempfile::TempDir, Opened) {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create_new(folder.path().join("7.mp4")).unwrap();
        // With a hole for all of it: nothing is on the disk.
        file.set_len(3 << 30).unwrap();
        let opened = Opened::at(folder.path(), Path::new("7.mp4")).unwrap();
        (folder, opened)
    }

    #[tokio::test]
    async fn a_file_is_never_in_memory_but_for_a_chunk() {
        let (_folder, opened) = three_gib();
        assert_eq!(opened.length, 3 << 30);
        let (disk, first, length) = (Disk::start().unwrap(), (3 << 30) - 1_000_001, 1_000_000);
        let mut body = opened.send(first, length, disk, Pulse::default());
        let mut total = 0;
        while let Some(frame) = body.frame().await {
            let chunk = frame.unwrap().into_data().unwrap();
            assert!(!chunk.is_empty() && chunk.len() as u64 <= CHUNK, "{}", chunk.len());
            total += chunk.len() as u64;
        }
        assert_eq!(total, length);
    }

    #[tokio::test]
    async fn a_file_that_became_shorter_breaks_off() {
        let (folder, opened) = three_gib();
        let now = File::options().write(true).open(folder.path().join("7.mp4")).unwrap();
        now.set_len(10).unwrap();
        let mut body = opened.send(0, 3 << 30, Disk::start().unwrap(), Pulse::default());
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first.len(), 10);
        let error = body.frame().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
