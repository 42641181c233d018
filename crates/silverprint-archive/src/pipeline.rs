//! The way of a photo, from its place in the listing to its row in the
//! catalogue. A function per stage, a type per edge:
//!
//! ```text
//! Photo ─plan→ Step ─fetch, adopt or remake→ Ready ─store→ Saved ─record→ catalogue
//! ```
//!
//! Each photo is a task of its own, and each resource has its own bound: hosts
//! their gates, memory its budget, cores and disk their pools, the catalogue
//! its queue. So no socket waits for another photo's thumbnail, and whatever is
//! scarcest is busy all the time.

use crate::content::Content;
use crate::download::{Accepted, Download, Means};
use crate::examine::{Examined, Expected};
use crate::plan::{Fetch, Keep, Reason, Step, Wanted};
use crate::store::Put;
use crate::tally::Tally;
use sha2::{Digest as _, Sha256};
use silverprint_catalogue::{
    Closed, Digest, Entry, File, Moved, Recorder, Role, Saved, Snapshot, State,
};
use silverprint_core::{Failure, FetchError, Layout, Media, Photo, PhotoId, Rendition, Source};
use silverprint_thumb::{Encoding, ThumbnailSpec};
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// So many photos in a row that found no host: it is the line, not the photos.
const UNREACHABLE_IN_A_ROW: u32 = 3;

/// What the ways of all photos share.
pub(crate) struct Pipeline {
    pub(crate) means: Means,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) recorder: Recorder,
    pub(crate) wanted: Wanted,
    pub(crate) snapshot: Arc<Snapshot>,
    /// Pictures in the folder that the catalogue does not know: a run was
    /// killed after their rename and before their row.
    pub(crate) orphans: HashMap<PhotoId, String>,
    pub(crate) tally: Tally,
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
}

/// Why a photo is not ready.
enum Lost {
    /// Its own trouble: it goes into failed.csv, and the run goes on.
    Photo(Failure),
    Run(Fatal),
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

impl Pipeline {
    /// The whole way of one photo. An error ends the run.
    pub(crate) async fn photo(&self, photo: Photo, step: Step) -> Result<(), Fatal> {
        let ready = match step {
            Step::Nothing => return Ok(()),
            Step::Fetch(fetch) => self.adopt_or_fetch(&photo, fetch).await,
            Step::Remake => self.remake(&photo).await,
            Step::NoRendition => Err(Lost::Photo(no_rendition())),
        };
        match ready {
            Ok(ready) => self.store(photo, ready).await,
            Err(Lost::Photo(failure)) => self.fail(photo, failure).await,
            Err(Lost::Run(fatal)) => Err(fatal),
        }
    }

    async fn adopt_or_fetch(&self, photo: &Photo, fetch: Fetch) -> Result<Ready, Lost> {
        if self.wanted.keep == Keep::Pictures
            && fetch.reason == Reason::New
            && self.may_adopt(photo, &fetch.rendition)
            && let Some(extension) = self.orphans.get(&photo.id)
            && let Some(accepted) = self.adopt(photo.id, extension, &fetch.rendition).await
        {
            return Ok(Ready { accepted, rendition: fetch.rendition, how: How::Adopted });
        }
        self.fetch(fetch).await
    }

    /// Whether a file that is there can be what is listed now: not if the
    /// listing has changed since the run that left it, for then the picture may
    /// have been replaced.
    fn may_adopt(&self, photo: &Photo, rendition: &Rendition) -> bool {
        let Some(known) = self.snapshot.photos.get(&photo.id) else { return true };
        let same_picture = known.picture.is_none_or(|it| it.identity == rendition.identity());
        known.fingerprint == photo.fingerprint() && same_picture
    }

    async fn fetch(&self, fetch: Fetch) -> Result<Ready, Lost> {
        let Fetch { rendition, reason } = fetch;
        let mut download = Download::new(self.means.clone(), Expected::of(&rendition));
        match self.source.open(&rendition.url, &mut download).await {
            Ok(_attempts) => {
                self.unreachable.store(0, Ordering::Relaxed);
                let accepted = download.into_accepted().expect("a source opens what was accepted");
                Ok(Ready { accepted, rendition, how: How::Fetched(reason) })
            }
            Err(error) => Err(self.lost(&rendition, error)),
        }
    }

    /// What a failed fetch means for the photo, and for the run.
    fn lost(&self, rendition: &Rendition, error: FetchError) -> Lost {
        let attempts = error.attempts();
        let reason = error.to_string();
        let kind = match error {
            FetchError::Local(source) => {
                return Lost::Run(Fatal::Disk { attempt: "store a picture".to_owned(), source });
            }
            FetchError::Unreachable { .. } => {
                let in_a_row = self.unreachable.fetch_add(1, Ordering::Relaxed) + 1;
                if in_a_row >= UNREACHABLE_IN_A_ROW {
                    return Lost::Run(Fatal::Unreachable(reason));
                }
                "unreachable"
            }
            FetchError::Gone { .. } => "gone",
            FetchError::Passing { .. } => "passing",
            FetchError::Forbidden { .. } => "forbidden",
        };
        let mut url = rendition.url.clone();
        url.set_query(None);
        Lost::Photo(Failure { kind: kind.to_owned(), reason, url: url.into(), attempts })
    }

    /// Takes a picture in that lies in the folder already, if it is whole and
    /// what is listed. Files get their last name only when they are whole, so
    /// it is; the check is for files that somebody else put there.
    async fn adopt(&self, id: PhotoId, extension: &str, rendition: &Rendition) -> Option<Accepted> {
        let path = self.means.folder.root().join(format!("{}/{id}.{extension}", Layout::PHOTOS));
        self.local(path, Expected::of(rendition)).await
    }

    /// Makes the thumbnail again from the picture that is there. A picture
    /// that is not there any more, or not whole, is fetched again.
    async fn remake(&self, photo: &Photo) -> Result<Ready, Lost> {
        let known = self.snapshot.photos.get(&photo.id).and_then(|known| known.picture);
        let known = known.expect("a thumbnail is remade of a known picture");
        let is_it = |rendition: &&Rendition| rendition.size == known.size;
        let rendition = photo.renditions.iter().find(is_it).or(photo.renditions.last());
        let Some(rendition) = rendition.cloned() else {
            return Err(Lost::Photo(no_rendition()));
        };
        if let Some(path) = self.picture_of(photo.id).await {
            let path = self.means.folder.root().join(path);
            if let Some(accepted) = self.local(path, Expected::default()).await {
                return Ok(Ready { accepted, rendition, how: How::Remade });
            }
        }
        self.fetch(Fetch { rendition, reason: Reason::New }).await
    }

    /// Examines a file of the folder. `None` if it is not the picture, or
    /// cannot be read: then another one is fetched. A disk that fails
    /// altogether shows when that one is stored.
    async fn local(&self, path: PathBuf, expected: Expected) -> Option<Accepted> {
        let (digest, bytes) = match self.means.folder.digest(path.clone()).await {
            Ok(read) => read,
            Err(error) => {
                let file = path.display();
                self.means.reporter.note(&format!("{file} is fetched again: {error}"));
                return None;
            }
        };
        let expected = Expected { bytes, ..expected };
        let (content, examined) = self.means.cpu.examine(Content::There(path), expected).await;
        match examined {
            Examined::Good(picture) => {
                Some(Accepted { content, digest, bytes, picture, defect: None })
            }
            _ => None,
        }
    }

    /// The picture of a photo, wherever its extension put it.
    async fn picture_of(&self, id: PhotoId) -> Option<String> {
        self.means.folder.find(id).await
    }

    /// Puts the files into the folder, then tells the catalogue.
    async fn store(&self, photo: Photo, ready: Ready) -> Result<(), Fatal> {
        let (rendition, how) = (ready.rendition.clone(), ready.how);
        let bytes = ready.accepted.bytes;
        let Batch { puts, saved, superseded } = self.batch(&photo, ready).await;
        if self.is_known(photo.id) {
            // A row describes what is about to be written over. Killed between
            // the two, the next run must look, not trust the row.
            self.recorder.record(Entry::Reopened(photo.id)).await?;
            self.recorder.settle().await?;
        }
        self.means.folder.put(puts).await.map_err(|source| {
            let folder = self.means.folder.root().display();
            Fatal::Disk { attempt: format!("store photo {} under {folder}", photo.id), source }
        })?;
        let path = saved.files.first().map(|file| file.path.clone());
        let is_defective = saved.defect.is_some();
        self.recorder.record(Entry::Saved(saved)).await?;
        self.tally.saved(&photo, how.into(), &rendition, is_defective, &self.wanted);
        self.means.reporter.saved(&photo, path.as_deref(), bytes);
        self.remove(photo.id, superseded).await
    }

    /// Removes what the new files supersede, once no row names it any more.
    async fn remove(&self, id: PhotoId, superseded: Vec<String>) -> Result<(), Fatal> {
        if !superseded.is_empty() {
            self.recorder.settle().await?;
        }
        for path in superseded {
            let removed = self.means.folder.remove(path).await;
            removed.map_err(|source| {
                let attempt = format!("remove what photo {id} had before");
                Fatal::Disk { attempt, source }
            })?;
        }
        Ok(())
    }

    /// Whether the catalogue has files of it.
    fn is_known(&self, id: PhotoId) -> bool {
        let known = self.snapshot.photos.get(&id);
        known.is_some_and(|known| known.picture.is_some() || known.thumb.is_some())
    }

    /// The files that a photo becomes, and what is to be said of them.
    async fn batch(&self, photo: &Photo, ready: Ready) -> Batch {
        let Ready { accepted, rendition, how } = ready;
        let Accepted { content, digest, bytes, picture, defect } = accepted;
        let place = self.place(photo, &picture.format, how).await;
        let original = File {
            role: if photo.media == Media::Video { Role::Still } else { Role::Original },
            version: place.version,
            path: place.path.clone(),
            sha256: digest,
            bytes,
            rendition: rendition.size.to_string(),
            identity: rendition.identity(),
            width: picture.width,
            height: picture.height,
        };
        let modified = posted(photo);
        let mut puts = Vec::with_capacity(2);
        let mut files = Vec::with_capacity(2);
        if self.wanted.keep == Keep::Pictures && how != How::Remade {
            let keep_old_as = place.keep_old_as;
            puts.push(Put { path: place.path, content, modified, keep_old_as });
            files.push(original.clone());
        }
        if let Some(thumbnail) = picture.thumbnail {
            let file = self.thumbnail_file(photo, &original, &thumbnail);
            let (path, content) = (file.path.clone(), Content::Made(thumbnail));
            puts.push(Put { path, content, modified, keep_old_as: None });
            files.push(file);
        }
        let superseded = place.superseded.into_iter().chain(self.other_thumbnails(photo.id));
        Batch {
            puts,
            superseded: superseded.collect(),
            saved: Saved {
                photo: photo.clone(),
                files,
                moved: place.moved,
                defect,
                camera: picture.camera,
                at: now(),
            },
        }
    }

    /// Thumbnails of earlier runs that lie under other names than this run's:
    /// the one that a row names, or, where a run was killed, any.
    fn other_thumbnails(&self, id: PhotoId) -> Vec<String> {
        let known = self.snapshot.photos.get(&id);
        let is_done = known.is_some_and(|known| known.state == State::Done);
        let spec = known.and_then(|known| self.snapshot.thumb_spec(known)?.parse().ok());
        let spec: Option<ThumbnailSpec> = spec;
        let may_be_there = |encoding: &Encoding| {
            if is_done {
                spec.is_some_and(|spec| spec.encoding == *encoding)
            } else {
                known.is_some() || self.orphans.contains_key(&id)
            }
        };
        let wanted = self.wanted.thumbnail.encoding;
        let others = Encoding::ALL.into_iter().filter(|encoding| *encoding != wanted);
        others.filter(may_be_there).map(|encoding| Layout.thumb(id, encoding.extension())).collect()
    }

    fn thumbnail_file(&self, photo: &Photo, original: &File, bytes: &[u8]) -> File {
        let spec = &self.wanted.thumbnail;
        File {
            role: Role::Thumbnail,
            path: Layout.thumb(photo.id, spec.encoding.extension()),
            sha256: Digest(Sha256::digest(bytes).into()),
            bytes: bytes.len() as u64,
            rendition: spec.to_string(),
            width: spec.width.get(),
            height: spec.height.get(),
            ..original.clone()
        }
    }

    /// Where a picture goes, and what becomes of the one that is there.
    async fn place(&self, photo: &Photo, format: &silverprint_core::Format, how: How) -> Place {
        let path = Layout.photo(photo.id, *format);
        let known = self.snapshot.photos.get(&photo.id).and_then(|known| known.picture);
        let version = known.map_or(1, |known| known.version);
        let place = Place { path, version, keep_old_as: None, moved: Vec::new(), superseded: None };
        let How::Fetched(reason) = how else { return place };
        if known.is_none() {
            return place;
        }
        let old = self.picture_of(photo.id).await;
        if reason != Reason::Replaced {
            return Place { superseded: old.filter(|old| *old != place.path), ..place };
        }
        let role = if photo.media == Media::Video { Role::Still } else { Role::Original };
        let moved = |path: &String| vec![Moved { role, version, path: path.clone() }];
        let place = Place { version: version + 1, ..place };
        // What is kept already comes from a run that was killed before its row:
        // then what lies in the old place, if anything, is the same or newer.
        if let Some(kept) = self.means.folder.find_replaced(photo.id, version).await {
            let superseded = old.filter(|old| *old != place.path);
            return Place { moved: moved(&kept), superseded, ..place };
        }
        let Some(old) = old else { return Place { version, ..place } };
        let extension = old.rsplit_once('.').map_or("", |(_, extension)| extension);
        let kept = Layout.replaced(photo.id, version, extension);
        Place { moved: moved(&kept), keep_old_as: Some((old, kept)), ..place }
    }

    async fn fail(&self, photo: Photo, failure: Failure) -> Result<(), Fatal> {
        let (of, why) = (photo.clone(), failure.clone());
        self.recorder.record(Entry::Failed { photo: of, failure: why, at: now() }).await?;
        self.tally.failed(photo.id, &failure);
        self.means.reporter.failed(&photo, &failure);
        Ok(())
    }
}

/// What is put, said and removed for one photo.
struct Batch {
    puts: Vec<Put>,
    saved: Saved,
    superseded: Vec<String>,
}

/// Where a picture goes.
struct Place {
    path: String,
    version: u32,
    /// The picture that is there stays: where it is, and its new name.
    keep_old_as: Option<(String, String)>,
    moved: Vec<Moved>,
    /// The picture that is there is the same, smaller, under another name.
    superseded: Option<String>,
}

impl From<How> for crate::tally::Kind {
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
        kind: "no rendition".to_owned(),
        reason: "Flickr lists no file of it that we may have".to_owned(),
        url: String::new(),
        attempts: 0,
    }
}

fn posted(photo: &Photo) -> Option<SystemTime> {
    let seconds = u64::try_from(photo.posted?).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Seconds since 1970, UTC. For records only: waiting uses monotonic clocks.
pub(crate) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
}
