//! Which thumbnail was made of what: a line of JSON each in
//! `.silverprint/thumbs.jsonl`, the last of a thumbnail counts.
//!
//! A thumbnail is not made again where its line has the picture's path, length
//! and time of change and the same recipe, and the file has the length that was
//! written. What that cannot see: a picture that changed and kept all of them.

use crate::beneath::open_last;
use crate::local::error::LocalError;
use crate::local::name::fnv;
use crate::store;
use serde::{Deserialize, Serialize};
use silverprint_thumb::ThumbnailSpec;
use std::collections::HashMap;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// No line of ours is longer.
const LONGEST: u64 = 64 << 10;

/// What a thumbnail was made of, and is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    /// Which picture: a hash of its path. Another folder of the same name may
    /// have one of the same name, length and time.
    source: u64,
    /// The picture's length.
    picture: u64,
    /// When it was last changed: nanoseconds since 1970.
    modified: i64,
    /// The thumbnail's length.
    pub(super) thumbnail: u64,
    #[serde(with = "recipe")]
    spec: ThumbnailSpec,
}

impl Made {
    /// A thumbnail of so many bytes. None where the picture's time cannot be
    /// told: then it is made again each time.
    pub(super) fn new(
        path: &Path,
        picture: &Metadata,
        thumbnail: u64,
        spec: ThumbnailSpec,
    ) -> Option<Self> {
        let (source, modified) = (source(path), modified(picture)?);
        Some(Self { source, picture: picture.len(), modified, thumbnail, spec })
    }

    /// Whether a picture is as it was, and the thumbnail as it is wanted.
    pub(super) fn is_of(&self, path: &Path, picture: &Metadata, spec: ThumbnailSpec) -> bool {
        self.source == source(path)
            && self.picture == picture.len()
            && Some(self.modified) == modified(picture)
            && self.spec == spec
    }
}

fn source(path: &Path) -> u64 {
    fnv(path.as_os_str().as_encoded_bytes())
}

fn modified(file: &Metadata) -> Option<i64> {
    let time = file.modified().ok()?;
    let (span, sign) = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => (after, 1),
        Err(before) => (before.duration(), -1),
    };
    Some(i64::try_from(span.as_nanos()).ok()? * sign)
}

/// A recipe as its text.
mod recipe {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use silverprint_thumb::ThumbnailSpec;
    use std::borrow::Cow;

    pub(super) fn serialize<S: Serializer>(
        spec: &ThumbnailSpec,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(spec)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<ThumbnailSpec, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[derive(Serialize, Deserialize)]
struct Line<P> {
    path: P,
    #[serde(flatten)]
    made: Made,
}

/// What earlier runs made, by the thumbnails' paths.
pub(super) type Known = HashMap<Box<str>, Made>;

/// Reads all lines, and says how many there are; what is none of ours is left out.
pub(super) fn read(from: impl Read) -> io::Result<(Known, usize)> {
    let (mut known, mut lines) = (Known::new(), 0);
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut from).take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            return Ok((known, lines));
        }
        lines += 1;
        if let Ok(Line { path, made }) = serde_json::from_slice::<Line<Box<str>>>(&line) {
            known.insert(path, made);
        }
    }
}

/// The file of the lines, to be gone on with.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    out: BufWriter<File>,
}

impl Journal {
    /// Opens it for more lines. One that has grown to twice what it says is
    /// written anew, by way of the temporary file.
    pub(super) fn open(path: &Path, temporary: &Path) -> Result<(Self, Known), LocalError> {
        let fail = |source| LocalError::Disk { path: path.to_owned(), source };
        let mut file = open(path).map_err(fail)?;
        let (known, lines) = read(&mut file).map_err(fail)?;
        if lines > 2 * known.len() + 100 {
            rewrite(path, temporary, &known).map_err(fail)?;
            file = open(path).map_err(fail)?;
        }
        end_cut_line(&mut file).map_err(fail)?;
        Ok((Self { path: path.to_owned(), out: BufWriter::new(file) }, known))
    }

    pub(super) fn enter(&mut self, path: &str, made: Made) -> Result<(), LocalError> {
        write(&mut self.out, path, made).map_err(|source| self.failed(source))
    }

    /// Hands over to the system what is held back.
    pub(super) fn flush(&mut self) -> Result<(), LocalError> {
        self.out.flush().map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> LocalError {
        LocalError::Disk { path: self.path.clone(), source }
    }
}

fn open(path: &Path) -> io::Result<File> {
    open_last(OpenOptions::new().read(true).append(true), path)
}

/// A killed run may have left a part of a line: what follows is none of it.
fn end_cut_line(file: &mut File) -> io::Result<()> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(());
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

fn rewrite(path: &Path, temporary: &Path, known: &Known) -> io::Result<()> {
    let mut out = BufWriter::new(store::create(temporary)?);
    known.iter().try_for_each(|(path, made)| write(&mut out, path, *made))?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?;
    std::fs::rename(temporary, path)
}

fn write(out: &mut impl Write, path: &str, made: Made) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { path, made })?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_line_of_a_thumbnail_counts_and_a_cut_one_hurts_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let (path, temporary) = (folder.path().join("lines"), folder.path().join("new"));
        File::create_new(&path).unwrap();
        let made = |picture| Made {
            source: 9,
            picture,
            modified: -5,
            thumbnail: 3,
            spec: ThumbnailSpec::default(),
        };
        for round in 0..200 {
            let (mut journal, known) = Journal::open(&path, &temporary).unwrap();
            assert_eq!(known.len(), if round == 0 { 0 } else { 2 });
            journal.enter("a/\"é\".jpg", made(round)).unwrap();
            journal.enter("b", made(7)).unwrap();
            journal.flush().unwrap();
            open(&path).unwrap().write_all(b"{\"path\":\"c\",\"pic").unwrap();
        }
        let (_, known) = Journal::open(&path, &temporary).unwrap();
        assert_eq!(known["a/\"é\".jpg"], made(199));
        assert_eq!(known["b"], made(7));
        assert_eq!(known.len(), 2);
        let length = std::fs::metadata(&path).unwrap().len();
        assert!(length < 20_000, "{length}: it is written anew as it grows");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_are_read(bytes in any::<Vec<u8>>(), text in "(\\{\"path\":\"[a-z]\",?.{0,40}\n?){0,4}") {
            read(&*bytes).unwrap();
            read(text.as_bytes()).unwrap();
        }
    }
}
