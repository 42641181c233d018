//! One photo put right: its pictures and streams fetched again by the addresses
//! of its listing, its thumbnail made again from its picture.

use super::check::Flawed;
use super::finding::{FindingKind, Remedy, Unrepaired};
use super::repair::{Case, Workshop};
use crate::content::Content;
use crate::download::{Accepted, Download, Means};
use crate::examine::{Examined, Expected, Picture};
use crate::pipeline::{Fatal, UNREACHABLE_IN_A_ROW, is_of_its_name, moment, now};
use crate::store::{Over, Put};
use crate::video::{AcceptedStream, StreamDownload};
use sha2::{Digest as _, Sha256};
use silverprint_catalogue::{DAMAGED, Digest, Entry, File, Held, Role, State};
use silverprint_core::{Failure, FetchError, Identity, Photo, PhotoId, Rendition, Shows, Stream};
use silverprint_thumb::ThumbnailSpec;
use std::sync::atomic::Ordering;
use url::Url;

/// Why a file is not put right.
enum Trouble {
    /// Its own: the others go on.
    OfFile(Cause),
    Run(Fatal),
}

/// What stands in the way of one file.
struct Cause {
    reason: String,
    url: String,
    attempts: u32,
    does_pass: bool,
}

impl From<Fatal> for Trouble {
    fn from(fatal: Fatal) -> Self {
        Self::Run(fatal)
    }
}

/// What became of a photo's files.
#[derive(Default)]
struct Outcome {
    /// Files that are still not as they were stored.
    lost: Vec<(Role, u32)>,
    /// Why the photo cannot be called whole.
    failure: Option<Failure>,
    /// The thumbnail, where it came out otherwise than it was.
    thumbnail: Option<File>,
}

impl Workshop {
    /// Puts a photo right, as far as it goes. An error ends the repair.
    pub(super) async fn photo(&self, case: Case) -> Result<(), Fatal> {
        let Case { held, mut flaws } = case;
        // What cannot be read any more has its thumbnail all the same.
        let photo = self.source.reread(&held.listing).ok();
        let mut outcome = Outcome::default();
        if flaws.is_empty() && !self.is_whole(&held).await {
            return Ok(());
        }
        // A thumbnail is made of the picture, so that comes first.
        flaws.sort_by_key(|flaw| flaw.role == Role::Thumbnail);
        for flaw in flaws {
            let is_it = |file: &&File| (file.role, file.version) == (flaw.role, flaw.version);
            let Some(file) = held.files.iter().find(is_it) else { continue };
            match self.file(&held, photo.as_ref(), file, flaw, &mut outcome).await {
                Ok(how) => self.is_repaired(&file.path, Some(held.id), how),
                Err(Trouble::OfFile(why)) => self.lost(&held, file, flaw, why, &mut outcome),
                Err(Trouble::Run(fatal)) => return Err(fatal),
            }
        }
        self.tell(&held, outcome).await
    }

    /// Whether every file is as it was stored. The check may have passed over
    /// one that was found good before it was damaged.
    async fn is_whole(&self, held: &Held) -> bool {
        for file in &held.files {
            let path = self.means.folder.root().join(&file.path);
            let read = self.means.folder.digest(path).await;
            if !read.is_ok_and(|(digest, _)| digest == file.sha256) {
                return false;
            }
        }
        let note = format!("photo {} was called damaged, and is as it was stored", held.id);
        self.means.reporter.note(&note);
        true
    }

    async fn file(
        &self,
        held: &Held,
        photo: Option<&Photo>,
        file: &File,
        flaw: Flawed,
        outcome: &mut Outcome,
    ) -> Result<Remedy, Trouble> {
        if flaw.kind == FindingKind::NotAFile {
            return Err(cause("something else lies in its place: move that away"));
        }
        if file.role == Role::Thumbnail {
            outcome.thumbnail = self.thumbnail(held, photo, file, &outcome.lost).await?;
            return Ok(Remedy::Made);
        }
        let photo = photo.ok_or_else(|| cause("what was listed of it cannot be read any more"))?;
        let content = if file.role == Role::Video {
            self.stream(photo, file).await?
        } else {
            self.picture(photo, file).await?
        };
        self.put(held, file, content).await?;
        Ok(Remedy::Fetched)
    }

    /// The picture that a row describes, from its host.
    async fn picture(&self, photo: &Photo, file: &File) -> Result<Content, Trouble> {
        let rendition = listed(photo, file)?;
        let accepted = self.fetch(photo.id, rendition, self.means.clone()).await?;
        same(accepted.digest, file, &rendition.url)?;
        Ok(accepted.content)
    }

    async fn fetch(
        &self,
        photo: PhotoId,
        rendition: &Rendition,
        means: Means,
    ) -> Result<Accepted, Trouble> {
        let mut download = Download::new(photo, means, Expected::of(rendition));
        let opened = self.source.open(&rendition.url, &mut download).await;
        opened.map_err(|error| self.not_fetched(Some(&rendition.url), error))?;
        self.unreachable.store(0, Ordering::Relaxed);
        Ok(download.into_accepted().expect("a source opens what was accepted"))
    }

    /// The stream that a row describes, from its host: the one at the same
    /// address, or else of the same name, for addresses of streams do change.
    async fn stream(&self, photo: &Photo, file: &File) -> Result<Content, Trouble> {
        let found = self.source.streams(photo).await;
        let streams = found.map_err(|error| self.not_fetched(None, error))?;
        let by_address = |it: &&Stream| Identity::of(it.url.path()) == file.identity;
        let by_name = |it: &&Stream| it.label == file.rendition;
        let stream = streams.iter().find(by_address).or_else(|| streams.iter().find(by_name));
        let Some(stream) = stream else {
            return Err(match self.source.shows() {
                Shows::All => cause("Flickr lists no such stream any more"),
                Shows::FirstGlance => {
                    cause("pages show no streams: --access key or --access site fetches it again")
                }
            });
        };
        let mut download = StreamDownload::new(photo.id, self.means.clone());
        let opened = self.source.open(&stream.url, &mut download).await;
        opened.map_err(|error| self.not_fetched(Some(&stream.url), error))?;
        self.unreachable.store(0, Ordering::Relaxed);
        let accepted = download.into_accepted().expect("a source opens what was accepted");
        let AcceptedStream { content, digest, .. } = accepted;
        same(digest, file, &stream.url)?;
        Ok(content)
    }

    /// Makes a thumbnail again by the recipe of its row, from the picture that is
    /// there; where only thumbnails are kept, from the one at its address. Gives
    /// its row where that is another now.
    async fn thumbnail(
        &self,
        held: &Held,
        photo: Option<&Photo>,
        file: &File,
        lost: &[(Role, u32)],
    ) -> Result<Option<File>, Trouble> {
        let spec: Result<ThumbnailSpec, _> = file.rendition.parse();
        let spec = spec.map_err(|error| cause(&error.to_string()))?;
        let pictures = held.files.iter().filter(|it| it.role.is_picture());
        let picture = match pictures.max_by_key(|it| it.version) {
            Some(picture) if lost.contains(&(picture.role, picture.version)) => {
                return Err(cause("its picture is not there to make it from"));
            }
            Some(picture) => self.look_at(picture, spec).await?,
            None => {
                let photo = photo.ok_or_else(|| cause("what was listed cannot be read"))?;
                let means = Means { cpu: self.means.cpu.making(spec), ..self.means.clone() };
                self.fetch(photo.id, listed(photo, file)?, means).await?.picture
            }
        };
        let Some(bytes) = picture.thumbnail else {
            return Err(cause("none can be made from its picture"));
        };
        let made = File {
            sha256: Digest(Sha256::digest(&bytes).into()),
            bytes: bytes.len() as u64,
            width: spec.width.get(),
            height: spec.height.get(),
            ..file.clone()
        };
        self.put(held, file, Content::Made(bytes)).await?;
        Ok((made != *file).then_some(made))
    }

    /// A picture of the folder, if it is what its row says.
    async fn look_at(&self, picture: &File, spec: ThumbnailSpec) -> Result<Picture, Trouble> {
        let path = self.means.folder.root().join(&picture.path);
        let read = self.means.folder.digest(path.clone()).await;
        let is_it = read.is_ok_and(|(digest, _)| digest == picture.sha256);
        if !is_it {
            return Err(cause("its picture is not as it was stored, so none is made from it"));
        }
        // The sum says that it is whole, also where its own end does not.
        let expected = Expected { length_known: true, bytes: picture.bytes, ..Expected::default() };
        let (_, examined) =
            self.means.cpu.making(spec).examine(Content::There(path), expected).await;
        match examined {
            Examined::Good(picture) | Examined::Damaged { picture, .. } => Ok(picture),
            Examined::Wrong(message) | Examined::Placeholder(message) => Err(cause(&message)),
            Examined::Panicked => Err(cause("the decoder panicked")),
            Examined::Local(source) => {
                let attempt = format!("read {}", picture.path);
                Err(Trouble::Run(Fatal::Disk { attempt, source }))
            }
        }
    }

    async fn put(&self, held: &Held, file: &File, content: Content) -> Result<(), Trouble> {
        let (path, modified) = (file.path.clone(), moment(held.posted));
        let put = Put { path, content, modified, keep_old_as: None, over: Over::Older };
        self.means.folder.put(vec![put]).await.map_err(|source| {
            if is_of_its_name(source.kind()) {
                return cause(&format!("it has no place any more: {source}"));
            }
            let folder = self.means.folder.root().display();
            let attempt = format!("store {} under {folder}", file.path);
            Trouble::Run(Fatal::Disk { attempt, source })
        })
    }

    fn not_fetched(&self, url: Option<&Url>, error: FetchError) -> Trouble {
        let (attempts, reason) = (error.attempts(), error.to_string());
        let does_pass = match error {
            FetchError::Local(source) => {
                let attempt = "store what was fetched".to_owned();
                return Trouble::Run(Fatal::Disk { attempt, source });
            }
            FetchError::Unreachable { .. } => {
                let in_a_row = self.unreachable.fetch_add(1, Ordering::Relaxed) + 1;
                if in_a_row >= UNREACHABLE_IN_A_ROW {
                    return Trouble::Run(Fatal::Unreachable(reason));
                }
                true
            }
            FetchError::Access(error) => return Trouble::Run(Fatal::Source(error)),
            FetchError::Passing { .. } => true,
            FetchError::Gone { .. }
            | FetchError::Forbidden { .. }
            | FetchError::Malformed { .. } => false,
        };
        let url = url.map_or_else(String::new, shown);
        Trouble::OfFile(Cause { reason, url, attempts, does_pass })
    }

    /// Says that a file stays as it is. An older version is not what the photo
    /// is; every other file makes it incomplete.
    fn lost(&self, held: &Held, file: &File, flaw: Flawed, cause: Cause, outcome: &mut Outcome) {
        let Cause { reason, url, attempts, does_pass } = cause;
        let (path, id) = (&file.path, held.id);
        let state = flaw.kind.as_str().replace('_', " ");
        let why = format!("{path} ({state}) could not be had again: {reason}");
        outcome.lost.push((file.role, file.version));
        let is_newer = |it: &File| {
            let is_same = it.role == file.role || (it.role.is_picture() && file.role.is_picture());
            is_same && it.version > file.version
        };
        if !held.files.iter().any(is_newer) {
            let kind = DAMAGED.to_owned();
            outcome.failure.get_or_insert(Failure { kind, reason: why, url, attempts });
        }
        let unrepaired = Unrepaired { path: path.clone(), photo: id, reason };
        self.is_unrepaired(&unrepaired, does_pass);
    }

    /// Tells the catalogue what it does not know. What a photo was failed or
    /// pending for before stays so: a sync brings it.
    async fn tell(&self, held: &Held, outcome: Outcome) -> Result<(), Fatal> {
        let Outcome { failure, thumbnail, .. } = outcome;
        let (id, at) = (held.id, now());
        let was_damaged = held.failure.as_ref().is_some_and(|failure| failure.kind == DAMAGED);
        if thumbnail.is_some() || (was_damaged && failure.is_none()) {
            self.recorder.record(Entry::Mended { id, thumbnail, at }).await?;
        }
        match failure {
            Some(failure) if was_damaged || held.state == State::Done => {
                Ok(self.recorder.record(Entry::Damaged { id, failure, at }).await?)
            }
            _ => Ok(()),
        }
    }
}

/// Trouble for which nobody was asked.
fn cause(reason: &str) -> Trouble {
    let (reason, url) = (reason.to_owned(), String::new());
    Trouble::OfFile(Cause { reason, url, attempts: 0, does_pass: false })
}

/// The rendition that a file was.
fn listed<'a>(photo: &'a Photo, file: &File) -> Result<&'a Rendition, Trouble> {
    let found = photo.renditions.iter().find(|rendition| rendition.identity() == file.identity);
    found.ok_or_else(|| cause("Flickr has another picture of it now, or none, as far as is listed"))
}

/// That what came is what was stored.
fn same(digest: Digest, file: &File, url: &Url) -> Result<(), Trouble> {
    if digest == file.sha256 {
        return Ok(());
    }
    let reason = "Flickr has other bytes at its address now".to_owned();
    Err(Trouble::OfFile(Cause { reason, url: shown(url), attempts: 1, does_pass: false }))
}

/// An address as it may be shown: without its query.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.into()
}
