//! A picture made ready: fetched, adopted, or looked at again.

use super::place::Home;
use super::{How, Lost, Pipeline, Ready, no_rendition};
use crate::content::Content;
use crate::download::{Accepted, Download};
use crate::examine::{Examined, Expected};
use crate::plan::{Fetch, Keep, Reason};
use silverprint_core::{Photo, PhotoId, Rendition, Stage};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use tracing::debug;

impl Pipeline {
    pub(super) async fn adopt_or_fetch(
        &self,
        photo: &Photo,
        home: &Home,
        fetch: Fetch,
    ) -> Result<Ready, Lost> {
        if self.wanted.keep == Keep::Pictures
            && fetch.reason == Reason::New
            && let Some(path) = self.orphans.picture(&home.stem)
            && self.may_adopt(photo, &fetch.rendition, home, &path)
            && let Some(accepted) =
                self.local(photo.id, path, home, Expected::of(&fetch.rendition)).await
        {
            return Ok(Ready { accepted, rendition: fetch.rendition, how: How::Adopted });
        }
        self.fetch(photo.id, fetch).await
    }

    /// Whether a file that is there can be what is listed now: not if the
    /// listing has changed since the run that left it, for then the picture may
    /// have been replaced; unless a row of the same picture says by its sum that
    /// it is those bytes ([`Self::local`] looks). Files get their last name only when they are whole,
    /// so it is; it is looked at for the sake of files that somebody else put
    /// there.
    fn may_adopt(&self, photo: &Photo, rendition: &Rendition, home: &Home, path: &str) -> bool {
        let Some(known) = self.snapshot.photos.get(&photo.id) else { return true };
        let same_picture = known.picture.is_none_or(|it| it.identity == rendition.identity());
        let has_row = home.files.iter().any(|file| file.path == path);
        (known.fingerprint == photo.fingerprint() || has_row) && same_picture
    }

    async fn fetch(&self, photo: PhotoId, fetch: Fetch) -> Result<Ready, Lost> {
        let Fetch { rendition, reason } = fetch;
        let mut download = Download::new(photo, self.means.clone(), Expected::of(&rendition));
        match self.source.open(&rendition.url, &mut download).await {
            Ok(attempts) => {
                debug!(attempts, size = rendition.size.label(), "accepted");
                self.unreachable.store(0, Ordering::Relaxed);
                let accepted = download.into_accepted().expect("a source opens what was accepted");
                Ok(Ready { accepted, rendition, how: How::Fetched(reason) })
            }
            Err(error) => Err(self.lost(Some(&rendition.url), error)),
        }
    }

    /// Makes the thumbnail again from the picture that is there. A picture
    /// that is not there any more, or not whole, is fetched again.
    pub(super) async fn remake(&self, photo: &Photo, home: &Home) -> Result<Ready, Lost> {
        let known = self.snapshot.photos.get(&photo.id).and_then(|known| known.picture);
        let known = known.expect("a thumbnail is remade of a known picture");
        let is_it = |rendition: &&Rendition| rendition.size == known.size;
        let rendition = photo.renditions.iter().find(is_it).or(photo.renditions.last());
        let Some(rendition) = rendition.cloned() else {
            return Err(Lost::Photo(no_rendition()));
        };
        if let Some(path) = self.picture_of(home).await
            && let Some(accepted) = self.local(photo.id, path, home, Expected::default()).await
        {
            return Ok(Ready { accepted, rendition, how: How::Remade });
        }
        self.fetch(photo.id, Fetch { rendition, reason: Reason::New }).await
    }

    /// Examines a file of the folder. `None` if it is not the picture, not the
    /// bytes that its row describes, or cannot be read: then another one is
    /// fetched. A disk that fails altogether shows when that one is stored.
    async fn local(
        &self,
        photo: PhotoId,
        path: String,
        home: &Home,
        expected: Expected,
    ) -> Option<Accepted> {
        let row = home.files.iter().find(|file| file.path == path).map(|file| file.sha256);
        let path: PathBuf = self.means.folder.root().join(path);
        let (digest, bytes) = match self.means.folder.digest(path.clone()).await {
            Ok(read) => read,
            Err(error) => {
                let file = path.display();
                self.means.reporter.note(&format!("{file} is fetched again: {error}"));
                return None;
            }
        };
        if row.is_some_and(|row| row != digest) {
            return None;
        }
        let expected = Expected { bytes, ..expected };
        self.means.watch.reach(photo, Stage::Cores);
        let (content, examined) = self.means.cpu.examine(Content::There(path), expected).await;
        match examined {
            Examined::Good(picture) => {
                Some(Accepted { content, digest, bytes, picture, defect: None })
            }
            _ => None,
        }
    }
}
