//! The way of a photo, from its place in the listing to its row in the
//! catalogue. A function per stage, a type per edge:
//!
//! ```text
//! Photo ─plan→ Step ─fetch, adopt or remake→ Ready ─store→ Stored ─stream→ done
//! ```
//!
//! Each photo is a task of its own, and each resource has its own bound: hosts
//! their gates, memory its budget, cores and disk their pools, the catalogue
//! its queue. So no socket waits for another photo's thumbnail, and whatever is
//! scarcest is busy all the time.
//!
//! `picture` makes a picture ready, `place` says where its files go and what
//! becomes of those that are there, `batch` stores them, `stream` does the same
//! for what only videos have.

mod batch;
mod picture;
mod place;
mod stream;

pub(crate) use batch::is_of_its_name;

use crate::download::{Accepted, Means};
use crate::orphans::Orphans;
use crate::plan::{Reason, Step, Wanted};
use crate::tally::{Kind, Tally};
use crate::turn::Turn;
use silverprint_catalogue::{Closed, Entry, Recorder, Snapshot};
use silverprint_core::{
    Failure, FetchError, NameTemplate, Photo, PhotoId, Rendition, Source, SourceError, Stage,
};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tracing::{Instrument as _, debug, debug_span};
use url::Url;

/// Every kind of failure that a photo can have, as in failed.csv's reasons, the
/// receipt and the list.
pub const FAILURES: [&str; 8] = [
    GONE,
    PASSING,
    UNREACHABLE,
    FORBIDDEN,
    NOT_UNDERSTOOD,
    NO_RENDITION,
    NO_PLACE,
    silverprint_catalogue::DAMAGED,
];

const GONE: &str = "gone";
const PASSING: &str = "passing";
const UNREACHABLE: &str = "unreachable";
const FORBIDDEN: &str = "forbidden";
const NOT_UNDERSTOOD: &str = "not understood";
const NO_RENDITION: &str = "no rendition";
const NO_PLACE: &str = "no place";

/// So many photos in a row that found no host: it is the line, not the photos.
pub(crate) const UNREACHABLE_IN_A_ROW: u32 = 3;

/// What the ways of all photos share.
pub(crate) struct Pipeline {
    pub(crate) means: Means,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) recorder: Recorder,
    pub(crate) wanted: Wanted,
    /// What files are called that are new.
    pub(crate) name: NameTemplate,
    pub(crate) snapshot: Arc<Snapshot>,
    /// Files in the folder that the catalogue does not know.
    pub(crate) orphans: Orphans,
    pub(crate) tally: Arc<Tally>,
    pub(crate) unreachable: AtomicU32,
}

/// Why the whole run ends with this photo.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fatal {
    #[error("cannot {attempt}: {source}")]
    Disk { attempt: String, source: io::Error },
    #[error(transparent)]
    Catalogue(#[from] Closed),
    #[error("{0}")]
    Unreachable(String),
    /// Whatever is asked for, and by whichever photo, the answer is no.
    #[error(transparent)]
    Source(SourceError),
}

/// Why a photo is not ready.
enum Lost {
    /// Its own trouble: it goes into failed.csv, and the run goes on.
    Photo(Failure),
    /// The same, as an earlier run has told it already: nothing was learned.
    Before(Failure),
    Run(Fatal),
}

impl From<Fatal> for Lost {
    fn from(fatal: Fatal) -> Self {
        Self::Run(fatal)
    }
}

impl From<Closed> for Lost {
    fn from(closed: Closed) -> Self {
        Self::Run(closed.into())
    }
}

/// A photo whose files need only be stored.
struct Ready {
    accepted: Accepted,
    rendition: Rendition,
    how: How,
}

/// Where a picture came from, for the receipt and the versions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Fetched(Reason),
    Adopted,
    Remade,
}

/// A photo of which files were stored, or were there.
struct Stored {
    kind: Kind,
    /// The first of them.
    path: Option<String>,
    bytes: u64,
    /// Which picture of the photo is the current one.
    version: u32,
    /// What is kept of it, where that is new.
    kept: Option<Kept>,
}

/// What the receipt says of a picture.
struct Kept {
    rendition: Rendition,
    is_defective: bool,
}

impl Pipeline {
    /// The whole way of one photo. An error ends the run. Where each has its
    /// turn, it ends with the commit of its row.
    pub(crate) async fn photo(&self, photo: Photo, step: Step, turn: Turn) -> Result<(), Fatal> {
        let id = photo.id;
        let _way = self.means.watch.begin(id);
        self.walk(photo, step).await?;
        if turn == Turn::OneByOne {
            self.means.watch.reach(id, Stage::Commit);
            self.recorder.settle().await?;
        }
        Ok(())
    }

    async fn walk(&self, photo: Photo, step: Step) -> Result<(), Fatal> {
        let way = debug_span!("photo", id = photo.id.get());
        match self.go(&photo, step).instrument(way).await {
            Ok(stored) => {
                if let Some(Kept { rendition, is_defective }) = &stored.kept {
                    self.tally.kept(&photo, rendition, *is_defective, &self.wanted);
                }
                self.tally.done(stored.kind);
                if stored.kind == Kind::Already {
                    self.means.reporter.already(photo.id);
                } else {
                    self.means.reporter.saved(&photo, stored.path.as_deref(), stored.bytes);
                }
                Ok(())
            }
            Err(Lost::Photo(failure)) => self.fail(photo, failure).await,
            Err(Lost::Before(failure)) => {
                self.missing(&photo, &failure);
                Ok(())
            }
            Err(Lost::Run(fatal)) => Err(fatal),
        }
    }

    async fn go(&self, photo: &Photo, step: Step) -> Result<Stored, Lost> {
        let known = self.snapshot.photos.get(&photo.id);
        let lacks_stream = self.wanted.lacks_stream(photo, known, &step);
        let mut home = self.home(photo).await?;
        let lacks_stream = lacks_stream
            || self.wanted.wants_stream(photo) && self.has_damaged_stream(photo, &home).await;
        debug!(lacks_stream, stem = ?home.stem, "begun");
        let ready = match step {
            Step::Nothing | Step::Stream => None,
            Step::Fetch(fetch) => Some(self.adopt_or_fetch(photo, &home, fetch).await?),
            Step::Remake => Some(self.remake(photo, &home).await?),
            Step::NoRendition => return Err(Lost::Photo(no_rendition())),
        };
        if let Some(Ready { how: How::Fetched(_), .. }) = ready {
            self.means.watch.reach(photo.id, Stage::Disk);
            home = self.unoccupied(photo, home).await;
        }
        let stored = match ready {
            Some(ready) if lacks_stream => {
                self.store(photo, &home, ready, Entry::SavedInPart).await?
            }
            Some(ready) => return self.store(photo, &home, ready, Entry::Saved).await,
            None => Stored {
                kind: Kind::Already,
                path: None,
                bytes: 0,
                version: known.and_then(|known| known.picture).map_or(1, |picture| picture.version),
                kept: None,
            },
        };
        if lacks_stream { self.stream(photo, &home, stored).await } else { Ok(stored) }
    }

    /// What a failed fetch means for the photo, and for the run.
    fn lost(&self, url: Option<&Url>, error: FetchError) -> Lost {
        let attempts = error.attempts();
        let reason = error.to_string();
        let url = url.cloned().map_or_else(String::new, |mut url| {
            url.set_query(None);
            url.into()
        });
        let kind = match error {
            FetchError::Local(source) => {
                let what = if url.is_empty() { "what streams a video has" } else { &url };
                return Lost::Run(Fatal::Disk { attempt: format!("fetch {what}"), source });
            }
            FetchError::Unreachable { .. } => {
                let in_a_row = self.unreachable.fetch_add(1, Ordering::Relaxed) + 1;
                if in_a_row >= UNREACHABLE_IN_A_ROW {
                    return Lost::Run(Fatal::Unreachable(reason));
                }
                UNREACHABLE
            }
            FetchError::Access(error) => return Lost::Run(Fatal::Source(error)),
            FetchError::Malformed { .. } => NOT_UNDERSTOOD,
            FetchError::Gone { .. } => GONE,
            FetchError::Passing { .. } => PASSING,
            FetchError::Forbidden { .. } => FORBIDDEN,
        };
        Lost::Photo(Failure { kind: kind.to_owned(), reason, url, attempts })
    }

    /// Whether the catalogue has files of it.
    fn is_known(&self, id: PhotoId) -> bool {
        let known = self.snapshot.photos.get(&id);
        known.is_some_and(|it| it.picture.is_some() || it.thumb.is_some() || it.has_video)
    }

    async fn fail(&self, photo: Photo, failure: Failure) -> Result<(), Fatal> {
        let (of, why) = (photo.clone(), failure.clone());
        self.recorder.record(Entry::Failed { photo: of, failure: why, at: now() }).await?;
        self.missing(&photo, &failure);
        Ok(())
    }

    /// Counts a photo that failed, and says so.
    fn missing(&self, photo: &Photo, failure: &Failure) {
        debug!(id = photo.id.get(), kind = failure.kind, reason = failure.reason, "failed");
        self.tally.failed(photo.id, failure);
        self.means.reporter.failed(photo, failure);
    }
}

impl From<How> for Kind {
    fn from(how: How) -> Self {
        match how {
            How::Fetched(Reason::Replaced) => Self::Replaced,
            How::Fetched(_) => Self::Saved,
            How::Adopted => Self::Adopted,
            How::Remade => Self::Remade,
        }
    }
}

fn no_rendition() -> Failure {
    Failure {
        kind: NO_RENDITION.to_owned(),
        reason: "Flickr lists no file of it that we may have".to_owned(),
        url: String::new(),
        attempts: 0,
    }
}

/// The time of a photo's files.
pub(crate) fn moment(posted: Option<i64>) -> Option<SystemTime> {
    let seconds = u64::try_from(posted?).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Seconds since 1970, UTC. For records only: waiting uses monotonic clocks.
pub(crate) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
}
