//! What each thread does: reads a picture whole into its buffer, makes the
//! thumbnail, writes it. A panic in a decoder costs one picture.

use super::error::LocalError;
use super::kind::{Kind, START};
use super::made::Made;
use super::name;
use super::receipt::PassedOver;
use super::root::Roots;
use super::target::Target;
use super::walk::Place;
use super::{LocalOrder, unreadable};
use silverprint_core::Layout;
use silverprint_thumb::{ThumbError, Thumbnail, ThumbnailSpec, Thumbnailer};
use std::error::Error;
use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Larger files are not held whole: the decoder reads them piece by piece.
const HELD: u64 = 64 << 20;
/// The pieces.
const PIECE: usize = 256 << 10;
/// A buffer that has grown beyond this is given back.
const KEPT: usize = 32 << 20;

/// A file, to be looked at.
#[derive(Debug)]
pub(super) struct Job {
    /// Its place in the walk.
    pub(super) number: usize,
    pub(super) place: Place,
}

/// What became of one thing that the walk found.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) number: usize,
    pub(super) place: Place,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    /// The thumbnail is there now; nothing is remembered of it where the
    /// picture's time cannot be told.
    Made {
        thumbnail: String,
        bytes: u64,
        made: Option<Made>,
    },
    /// It was there.
    Already,
    /// A rehearsal would make it.
    WouldMake,
    Passed(PassedOver),
    Failed(String),
    /// The disk that is written to failed: that ends the run.
    Disk(LocalError),
}

/// What is done with each picture.
#[derive(Debug, Clone, Copy)]
enum Manner {
    Make,
    Rehearse,
}

/// What all threads share.
pub(super) struct Workshop<'a> {
    pub(super) roots: &'a Roots,
    pub(super) target: &'a Target,
    spec: ThumbnailSpec,
    manner: Manner,
    halted: AtomicBool,
}

impl<'a> Workshop<'a> {
    pub(super) fn new(roots: &'a Roots, target: &'a Target, order: &LocalOrder) -> Self {
        let manner = if order.dry_run { Manner::Rehearse } else { Manner::Make };
        Self { roots, target, spec: order.thumbnail, manner, halted: AtomicBool::new(false) }
    }

    /// Has everything end: what waits is not begun.
    pub(super) fn halt(&self) {
        self.halted.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Relaxed)
    }

    /// The life of thread number `n`.
    pub(super) fn work_off(
        &self,
        n: usize,
        queue: &async_channel::Receiver<Job>,
        done: &async_channel::Sender<Outcome>,
    ) {
        let mut bench = Bench::new(self, n);
        while let Ok(Job { number, place }) = queue.recv_blocking() {
            if self.is_halted() {
                return;
            }
            let work = AssertUnwindSafe(|| match self.manner {
                Manner::Make => bench.make(&place),
                Manner::Rehearse => bench.rehearse(&place),
            });
            let what = catch_unwind(work).unwrap_or_else(|_| {
                // Its scratch may be in any state.
                bench = Bench::new(self, n);
                What::Failed("the decoder panicked: a bug, please report it".to_owned())
            });
            if done.send_blocking(Outcome { number, place, what }).is_err() {
                return;
            }
        }
    }
}

/// What one thread has for itself.
pub(super) struct Bench<'a> {
    workshop: &'a Workshop<'a>,
    thumbnailer: Thumbnailer,
    /// The picture's bytes.
    held: Vec<u8>,
    /// The folder that was last seen to: mostly the next one's as well.
    folder: Option<String>,
    temporary: String,
}

/// Why there is no thumbnail.
enum Trouble {
    PassedOver(PassedOver),
    Picture(String),
    Disk(LocalError),
}

impl From<Trouble> for What {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::PassedOver(why) => Self::Passed(why),
            Trouble::Picture(reason) => Self::Failed(reason),
            Trouble::Disk(error) => Self::Disk(error),
        }
    }
}

impl<'a> Bench<'a> {
    fn new(workshop: &'a Workshop<'a>, n: usize) -> Self {
        let thumbnailer = Thumbnailer::new(workshop.spec);
        Self {
            workshop,
            thumbnailer,
            held: Vec::new(),
            folder: None,
            temporary: format!("{n}.part"),
        }
    }

    fn make(&mut self, place: &Place) -> What {
        let thumbnail = self.thumbnail_of(place);
        let path = self.workshop.roots.path(place);
        if self.is_made(&path, &thumbnail) {
            return What::Already;
        }
        let made = self.read_and_make(&path).and_then(|(picture, made)| {
            self.put(&thumbnail, &made.bytes)?;
            Ok((picture, made.bytes.len() as u64))
        });
        match made {
            Ok((picture, length)) => {
                let made = Made::new(&path, &picture, length, self.workshop.spec);
                What::Made { thumbnail, bytes: picture.len(), made }
            }
            Err(trouble) => trouble.into(),
        }
    }

    /// As much as can be told without decoding anything.
    fn rehearse(&mut self, place: &Place) -> What {
        let path = self.workshop.roots.path(place);
        if self.is_made(&path, &self.thumbnail_of(place)) {
            return What::Already;
        }
        match self.open(&path) {
            Ok(_) => What::WouldMake,
            Err(trouble) => trouble.into(),
        }
    }

    fn thumbnail_of(&self, place: &Place) -> String {
        let root = &self.workshop.roots.all[place.root].name;
        name::thumbnail(root, &place.below, self.workshop.spec.encoding.extension())
    }

    fn is_made(&self, picture: &Path, thumbnail: &str) -> bool {
        let Some(made) = self.workshop.target.known.get(thumbnail) else { return false };
        let is_of = |found| made.is_of(picture, &found, self.workshop.spec);
        fs::metadata(picture).is_ok_and(is_of)
            && self.workshop.target.length(thumbnail) == Some(made.thumbnail)
    }

    /// Opens a file that begins like a picture; its first bytes are held then.
    fn open(&mut self, path: &Path) -> Result<(File, Metadata), Trouble> {
        let failed = |error: io::Error| Trouble::Picture(unreadable(&error));
        let file = File::open(path).map_err(failed)?;
        let found = file.metadata().map_err(failed)?;
        self.held.clear();
        (&file).take(START as u64).read_to_end(&mut self.held).map_err(failed)?;
        match Kind::of(&self.held) {
            Kind::Picture => Ok((file, found)),
            Kind::Foreign(format) => Err(Trouble::Picture(format!(
                "a {format} picture: that format cannot be decoded here"
            ))),
            Kind::Other => Err(Trouble::PassedOver(PassedOver::NotAPicture)),
            Kind::Empty => Err(Trouble::PassedOver(PassedOver::Empty)),
        }
    }

    fn read_and_make(&mut self, path: &Path) -> Result<(Metadata, Thumbnail), Trouble> {
        let (file, found) = self.open(path)?;
        let made = if found.len() > HELD {
            self.thumbnailer.thumbnail(BufReader::with_capacity(PIECE, file))
        } else {
            // In one go where it has not grown meanwhile.
            self.held.reserve(usize::try_from(found.len()).unwrap_or(0));
            let read = file.take(HELD).read_to_end(&mut self.held);
            read.map_err(|error| Trouble::Picture(unreadable(&error)))?;
            self.thumbnailer.thumbnail(Cursor::new(&self.held))
        };
        if self.held.capacity() > KEPT {
            self.held = Vec::new();
        }
        made.map(|made| (found, made)).map_err(|error| match error {
            ThumbError::NotAPicture { .. } => Trouble::PassedOver(PassedOver::NotAPicture),
            error => Trouble::Picture(chain(&error)),
        })
    }

    fn put(&mut self, thumbnail: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let folder = thumbnail.rsplit_once('/').map_or("", |(folder, _)| folder);
        let made = if self.folder.as_deref() == Some(folder) {
            Ok(())
        } else {
            self.workshop.target.make_folder(folder)
        };
        let put = made.and_then(|()| {
            self.folder = Some(folder.to_owned());
            self.workshop.target.put(&self.temporary, thumbnail, bytes)
        });
        put.map_err(|source| {
            self.folder = None;
            if is_of_name(&source) {
                return Trouble::Picture(format!("cannot write thumbs/{thumbnail}: {source}"));
            }
            let path = self.workshop.target.root().join(Layout::THUMBS).join(thumbnail);
            Trouble::Disk(LocalError::Disk { path, source })
        })
    }
}

/// Whether it is one thumbnail's name that the disk does not take, or that
/// something else has, and not the disk that fails.
fn is_of_name(error: &io::Error) -> bool {
    use io::ErrorKind::{
        AlreadyExists, DirectoryNotEmpty, InvalidFilename, InvalidInput, IsADirectory,
        NotADirectory,
    };
    matches!(
        error.kind(),
        AlreadyExists
            | DirectoryNotEmpty
            | InvalidFilename
            | InvalidInput
            | IsADirectory
            | NotADirectory
    )
}

/// An error with its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
