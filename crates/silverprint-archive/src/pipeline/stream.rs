//! What only videos have: the stream, after the still is safe. The photo is
//! pending until its stream is there too, so a killed run leaves nothing half
//! done that looks whole.

use super::place::{Home, Newcomer};
use super::{Lost, Pipeline, Stored, moment, now};
use crate::container::Container;
use crate::content::Content;
use crate::store::Put;
use crate::tally::Kind;
use crate::video::{AcceptedStream, StreamDownload};
use silverprint_catalogue::{Entry, File, Moved, Role, Saved, State};
use silverprint_core::{Failure, FetchError, Identity, Photo, PhotoId, Shows, Stage, Stream};
use std::sync::atomic::Ordering;
use tracing::debug;

impl Pipeline {
    /// Fetches the stream of a video whose still is stored.
    pub(super) async fn stream(
        &self,
        photo: &Photo,
        home: &Home,
        still: Stored,
    ) -> Result<Stored, Lost> {
        // What there is of it is asked for as well.
        self.means.watch.reach(photo.id, Stage::Gate);
        let found = self.source.streams(photo).await;
        let streams = found.map_err(|error| only_still(self.lost(None, error)))?;
        let Some(best) = streams.first() else { return self.without_stream(photo, still).await };
        if let Some(accepted) = self.adopt_stream(photo, home).await {
            let bytes = accepted.bytes;
            let path = self.store_stream(photo, home, accepted, best, still.version).await?;
            return Ok(with_stream(still, Kind::Adopted, path, bytes));
        }
        let (stream, accepted) = self.fetch_best(photo.id, &streams).await.map_err(only_still)?;
        let bytes = accepted.bytes;
        let path = self.store_stream(photo, home, accepted, stream, still.version).await?;
        self.tally.with(|receipt| receipt.streams += 1);
        Ok(with_stream(still, Kind::Saved, path, bytes))
    }

    /// Fetches the first of them that is there: the best can be for its owner
    /// only, though it is listed.
    async fn fetch_best<'a>(
        &self,
        photo: PhotoId,
        streams: &'a [Stream],
    ) -> Result<(&'a Stream, AcceptedStream), Lost> {
        for (idx, stream) in streams.iter().enumerate() {
            let mut download = StreamDownload::new(photo, self.means.clone());
            let opened = self.source.open(&stream.url, &mut download).await;
            debug!(label = stream.label, good = opened.is_ok(), "stream");
            match opened {
                Ok(_attempts) => {
                    self.unreachable.store(0, Ordering::Relaxed);
                    let accepted = download.into_accepted();
                    return Ok((stream, accepted.expect("a source opens what was accepted")));
                }
                Err(FetchError::Gone { .. }) if idx + 1 < streams.len() => {}
                Err(error) => return Err(self.lost(Some(&stream.url), error)),
            }
        }
        unreachable!("the last one has come, or is lost")
    }

    /// Makes do with the still. A source that shows no streams at all says
    /// nothing of one that failed by another door: that is still missing.
    async fn without_stream(&self, photo: &Photo, still: Stored) -> Result<Stored, Lost> {
        let known = self.snapshot.photos.get(&photo.id);
        let state = known.map(|known| known.state);
        if self.source.shows() == Shows::FirstGlance {
            let is_same = matches!(still.kind, Kind::Already | Kind::Remade);
            if is_same
                && state == Some(State::Failed)
                && let Some(failure) = self.recorder.last_failure(photo.id).await?
            {
                let is_recorded = still.kind == Kind::Already;
                return Err(if is_recorded { Lost::Before } else { Lost::Photo }(failure));
            }
            self.tally.with(|receipt| receipt.streams_not_shown += 1);
        } else {
            self.tally.with(|receipt| receipt.only_stills += 1);
        }
        // Nothing was learned of one that was done already.
        if still.kind != Kind::Already || state != Some(State::Done) {
            self.record_done(photo, Vec::new(), Vec::new()).await?;
        }
        Ok(still)
    }

    /// Takes a stream in that lies in the folder already, if the listing is
    /// still the one that it was fetched by. It has its last name, so it was
    /// whole; that it still ends so is looked at, for a catalogue that was built
    /// again has no row of what was cut since.
    async fn adopt_stream(&self, photo: &Photo, home: &Home) -> Option<AcceptedStream> {
        let known = self.snapshot.photos.get(&photo.id);
        let is_unchanged = known.is_none_or(|known| known.fingerprint == photo.fingerprint());
        let has_row = home.files.iter().any(|file| file.role == Role::Video);
        if !is_unchanged || has_row {
            return None;
        }
        let folder = &self.means.folder;
        let path = folder.root().join(self.orphans.video(&home.stem)?);
        let container = Container::sniff(&folder.start(path.clone()).await.ok()?)?;
        if !folder.ends_whole(path.clone(), container).await.ok()? {
            return None;
        }
        let (digest, bytes) = folder.digest(path.clone()).await.ok()?;
        Some(AcceptedStream { content: Content::There(path), digest, bytes, container })
    }

    /// Whether the stream of a video that failed is not as its row says: then it
    /// is why, and comes again.
    pub(super) async fn has_damaged_stream(&self, photo: &Photo, home: &Home) -> bool {
        let known = self.snapshot.photos.get(&photo.id);
        if known.is_none_or(|known| known.state != State::Failed || !known.has_video) {
            return false;
        }
        let streams = home.files.iter().filter(|file| file.role == Role::Video);
        let Some(row) = streams.max_by_key(|file| file.version) else { return false };
        let path = self.means.folder.root().join(&row.path);
        !self.means.folder.digest(path).await.is_ok_and(|(digest, _)| digest == row.sha256)
    }

    /// Puts a stream into the folder, and tells the catalogue.
    async fn store_stream(
        &self,
        photo: &Photo,
        home: &Home,
        accepted: AcceptedStream,
        stream: &Stream,
        version: u32,
    ) -> Result<String, Lost> {
        self.means.watch.reach(photo.id, Stage::Disk);
        let AcceptedStream { content, digest, bytes, container } = accepted;
        let streams = home.files.iter().filter(|file| file.role == Role::Video);
        let over = streams.map(|file| file.version).max();
        let extension = container.extension();
        let place =
            self.place(home, Newcomer { role: Role::Video, extension, version, over }).await;
        if over.is_some() {
            self.reopen(photo.id).await?;
        }
        let file = File {
            role: Role::Video,
            version,
            path: place.path.clone(),
            sha256: digest,
            bytes,
            rendition: stream.label.clone(),
            identity: Identity::of(stream.url.path()),
            width: stream.width.unwrap_or(0),
            height: stream.height.unwrap_or(0),
        };
        let (modified, keep_old_as) = (moment(photo.posted), place.keep_old_as);
        let put = Put { path: place.path.clone(), content, modified, keep_old_as, over: home.over };
        self.put(photo.id, vec![put]).await?;
        self.record_done(photo, vec![file], place.moved).await?;
        self.remove(photo.id, place.superseded.into_iter().collect()).await?;
        Ok(place.path)
    }

    /// Nothing more is to come of a photo.
    async fn record_done(
        &self,
        photo: &Photo,
        files: Vec<File>,
        moved: Vec<Moved>,
    ) -> Result<(), Lost> {
        let (photo, at) = (photo.clone(), now());
        let saved = Saved { photo, files, moved, defect: None, camera: None, at };
        Ok(self.recorder.record(Entry::Saved(saved)).await?)
    }
}

/// A photo whose stream is there now.
fn with_stream(still: Stored, kind: Kind, path: String, bytes: u64) -> Stored {
    let kind = if still.kind == Kind::Already { kind } else { still.kind };
    Stored { kind, path: still.path.or(Some(path)), bytes: still.bytes + bytes, ..still }
}

/// The still is safe: the failure says so.
fn only_still(lost: Lost) -> Lost {
    match lost {
        Lost::Photo(Failure { kind, reason, url, attempts }) => {
            let reason = format!("its stream could not be had, only its still: {reason}");
            Lost::Photo(Failure { kind, reason, url, attempts })
        }
        other @ (Lost::Before(_) | Lost::Run(_)) => other,
    }
}
