//! A picture and its thumbnail, stored together, and then told to the
//! catalogue.

use super::place::{Home, Newcomer};
use super::{Fatal, How, Kept, Lost, NO_PLACE, Pipeline, Ready, Stored, moment, now};
use crate::attempt::cause;
use crate::content::Content;
use crate::download::Accepted;
use crate::plan::{Keep, Reason};
use crate::store::{Over, Put};
use sha2::{Digest as _, Sha256};
use silverprint_catalogue::{Digest, Entry, File, Role, Saved, State};
use silverprint_core::{Failure, Layout, Media, Photo, PhotoId, Stage};
use silverprint_thumb::{Encoding, ThumbnailSpec};
use std::io;
use tracing::debug;

/// What is put, said and removed for one photo.
struct Batch {
    puts: Vec<Put>,
    saved: Saved,
    superseded: Vec<String>,
    version: u32,
}

impl Pipeline {
    /// Puts the files into the folder, then tells the catalogue.
    pub(super) async fn store(
        &self,
        photo: &Photo,
        home: &Home,
        ready: Ready,
        entry: fn(Saved) -> Entry,
    ) -> Result<Stored, Lost> {
        let (rendition, kind) = (ready.rendition.clone(), ready.how.into());
        let bytes = ready.accepted.bytes;
        self.means.watch.reach(photo.id, Stage::Disk);
        let Batch { puts, saved, superseded, version } = self.batch(photo, home, ready).await;
        if self.is_known(photo.id) {
            self.reopen(photo.id).await?;
        }
        self.put(photo.id, puts).await?;
        debug!(bytes, version, "stored");
        let path = saved.files.first().map(|file| file.path.clone());
        let kept = Some(Kept { rendition, is_defective: saved.defect.is_some() });
        self.recorder.record(entry(saved)).await?;
        self.remove(photo.id, superseded).await?;
        Ok(Stored { kind, path, bytes, version, kept })
    }

    /// A row describes what is about to be written over. Killed between the
    /// two, the next run must look, not trust the row.
    pub(super) async fn reopen(&self, id: PhotoId) -> Result<(), Fatal> {
        self.recorder.record(Entry::Reopened(id)).await?;
        Ok(self.recorder.settle().await?)
    }

    pub(super) async fn put(&self, id: PhotoId, puts: Vec<Put>) -> Result<(), Lost> {
        let path = puts.first().map_or(String::new(), |put| put.path.clone());
        self.means.folder.put(puts).await.map_err(|source| {
            if is_of_its_name(source.kind()) {
                // One photo's name is in the way of nobody else's.
                let (kind, reason) = (NO_PLACE.to_owned(), format!("{path}: {}", cause(&source)));
                let failure = Failure { kind, reason, url: String::new(), attempts: 0 };
                return Lost::Photo(failure);
            }
            let folder = self.means.folder.root().display();
            Lost::Run(Fatal::Disk { attempt: format!("store photo {id} under {folder}"), source })
        })
    }

    /// Removes what the new files supersede, once no row names it any more.
    pub(super) async fn remove(&self, id: PhotoId, superseded: Vec<String>) -> Result<(), Fatal> {
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

    /// The files that a photo becomes, and what is to be said of them.
    async fn batch(&self, photo: &Photo, home: &Home, ready: Ready) -> Batch {
        let Ready { accepted, rendition, how } = ready;
        let Accepted { content, digest, bytes, picture, defect } = accepted;
        let newcomer = self.newcomer(photo, picture.format.extension(), how);
        let place = self.place(home, newcomer).await;
        let original = File {
            role: newcomer.role,
            version: place.version,
            path: place.path.clone(),
            sha256: digest,
            bytes,
            rendition: rendition.size.to_string(),
            identity: rendition.identity(),
            width: picture.width,
            height: picture.height,
        };
        let modified = moment(photo.posted);
        let mut puts = Vec::with_capacity(2);
        let mut files = Vec::with_capacity(2);
        if self.wanted.keep == Keep::Pictures && how != How::Remade {
            let keep_old_as = place.keep_old_as;
            puts.push(Put { path: place.path, content, modified, keep_old_as, over: home.over });
            files.push(original.clone());
        }
        if let Some(thumbnail) = picture.thumbnail {
            let file = self.thumbnail_file(photo, &original, &thumbnail);
            let (path, content) = (file.path.clone(), Content::Made(thumbnail));
            puts.push(Put { path, content, modified, keep_old_as: None, over: Over::Older });
            files.push(file);
        }
        let others = self.other_thumbnails(photo.id, home);
        let superseded = place.superseded.into_iter().chain(others).collect();
        let saved = Saved {
            photo: photo.clone(),
            files,
            moved: place.moved,
            defect,
            camera: picture.camera,
            at: now(),
        };
        Batch { puts, superseded, saved, version: place.version }
    }

    /// What a picture is to the one that is there.
    fn newcomer(&self, photo: &Photo, extension: &'static str, how: How) -> Newcomer {
        let role = if photo.media == Media::Video { Role::Still } else { Role::Original };
        let known = self.snapshot.photos.get(&photo.id).and_then(|known| known.picture);
        let version = known.map_or(1, |known| known.version);
        let over = match how {
            How::Fetched(_) => known.map(|known| known.version),
            How::Adopted | How::Remade => None,
        };
        let is_replaced = how == How::Fetched(Reason::Replaced) && known.is_some();
        Newcomer { role, extension, version: version + u32::from(is_replaced), over }
    }

    /// Thumbnails of earlier runs that lie under other names than this run's:
    /// the one that a row names, or, where a run was killed, any.
    fn other_thumbnails(&self, id: PhotoId, home: &Home) -> Vec<String> {
        let known = self.snapshot.photos.get(&id);
        let is_done = known.is_some_and(|known| known.state == State::Done);
        let spec = known.and_then(|known| self.snapshot.thumb_spec(known)?.parse().ok());
        let spec: Option<ThumbnailSpec> = spec;
        let may_be_there = |encoding: &Encoding| {
            if is_done {
                spec.is_some_and(|spec| spec.encoding == *encoding)
            } else {
                known.is_some() || self.orphans.has(&home.stem)
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
}

/// Whether something else lies where a file goes, or nothing can be called so.
pub(crate) fn is_of_its_name(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{AlreadyExists, InvalidFilename, IsADirectory, NotADirectory};
    matches!(kind, NotADirectory | IsADirectory | InvalidFilename | AlreadyExists)
}
