//! What is to be done for a photo: a pure function of what is listed, what is
//! known, and what is wanted.

use silverprint_catalogue::{Known, Snapshot, State};
use silverprint_core::{Media, Photo, Rendition, Size};
use silverprint_thumb::{Fit, ThumbnailSpec};

/// What the user wants of each photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The largest size to keep.
    pub size: Size,
    /// Whether pictures are kept, or only their thumbnails.
    pub keep: Keep,
    /// What is kept of videos, where pictures are kept.
    pub videos: Videos,
    /// How thumbnails are made.
    pub thumbnail: ThumbnailSpec,
}

/// What stays in the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The picture and its thumbnail.
    Pictures,
    /// The thumbnail, made from the smallest rendition that covers it.
    Thumbnails,
}

/// What stays of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Videos {
    /// Its still and its best stream.
    Streams,
    /// Its still.
    StillsOnly,
}

/// What is to be done. Where it is a video and its stream is wanted and not
/// there, that is fetched as well, after everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// All is there.
    Nothing,
    /// Fetch this rendition.
    Fetch(Fetch),
    /// Make the thumbnail again from the picture that is there.
    Remake,
    /// All is there but the stream of the video.
    Stream,
    /// The listing names no file.
    NoRendition,
}

/// A rendition to fetch, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// Which.
    pub rendition: Rendition,
    /// What it is to what is there.
    pub reason: Reason,
}

/// What a picture to be fetched is to the one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// There is none.
    New,
    /// It is the same picture, larger.
    Larger,
    /// The owner has replaced the picture; the old one stays as a version.
    Replaced,
}

impl Wanted {
    /// What was wanted, in a line: a run that wants something else cannot
    /// lean on the last listing.
    pub fn summary(&self) -> String {
        let keep = match self.keep {
            Keep::Pictures => "pictures",
            Keep::Thumbnails => "thumbnails",
        };
        let videos = match self.videos {
            Videos::Streams => "streams",
            Videos::StillsOnly => "stills of videos",
        };
        format!("{keep} {} / {videos} / {}", self.size, self.thumbnail)
    }

    /// Whether a video's stream is to be fetched, given what is known of it and
    /// what else is to be done.
    pub(crate) fn lacks_stream(&self, photo: &Photo, known: Option<&Known>, step: &Step) -> bool {
        let is_replaced = matches!(step, Step::Fetch(Fetch { reason: Reason::Replaced, .. }));
        let is_there = known.is_some_and(|known| known.has_video) && !is_replaced;
        self.wants_stream(photo) && !is_there
    }

    /// Whether it is a video, of which the stream is kept.
    pub(crate) fn wants_stream(&self, photo: &Photo) -> bool {
        let is_wanted = self.keep == Keep::Pictures && self.videos == Videos::Streams;
        photo.media == Media::Video && is_wanted
    }
}

/// What is to be done for a photo.
pub fn plan(photo: &Photo, snapshot: &Snapshot, wanted: &Wanted) -> Step {
    let known = snapshot.photos.get(&photo.id);
    let step = plan_picture(photo, snapshot, wanted);
    let lacks_stream = wanted.lacks_stream(photo, known, &step);
    if step == Step::Nothing && known.is_some() && lacks_stream { Step::Stream } else { step }
}

/// The same without a video's stream.
fn plan_picture(photo: &Photo, snapshot: &Snapshot, wanted: &Wanted) -> Step {
    let has_files = |known: &&Known| known.picture.is_some() || known.thumb.is_some();
    let known = snapshot.photos.get(&photo.id);
    let known = known.filter(|known| known.state == State::Done || has_files(known));
    let Some(rendition) = choose(photo, wanted) else {
        return if known.is_some() { Step::Nothing } else { Step::NoRendition };
    };
    let fetch = |reason| Step::Fetch(Fetch { rendition: rendition.clone(), reason });
    let Some(known) = known else { return fetch(Reason::New) };
    if known.state != State::Done && !failed_for_its_stream(photo, known, wanted) {
        // What was wanted last failed, or a run was killed while it wrote: the
        // files may be older or newer than their rows.
        return fetch(better(photo, known, rendition).unwrap_or(Reason::New));
    }

    let thumbnail_fits = snapshot.thumb_spec(known) == Some(wanted.thumbnail.to_string().as_str());
    match wanted.keep {
        Keep::Thumbnails if thumbnail_fits || is_undrawable(known) => Step::Nothing,
        Keep::Thumbnails if known.picture.is_some() => Step::Remake,
        Keep::Thumbnails => fetch(Reason::New),
        Keep::Pictures => match better(photo, known, rendition) {
            Some(reason) => fetch(reason),
            None if thumbnail_fits || is_undrawable(known) => Step::Nothing,
            None => Step::Remake,
        },
    }
}

/// Whether what failed was a video's stream, so that its still needs nothing.
/// The rows of a photo that failed are true: while files are written over, it
/// is pending.
fn failed_for_its_stream(photo: &Photo, known: &Known, wanted: &Wanted) -> bool {
    let lacks_stream = wanted.lacks_stream(photo, Some(known), &Step::Nothing);
    known.state == State::Failed && known.picture.is_some() && lacks_stream
}

/// What is done and has no thumbnail had none that could be made.
fn is_undrawable(known: &Known) -> bool {
    known.thumb.is_none()
}

/// Whether the chosen rendition is to be fetched though a picture is there.
fn better(photo: &Photo, known: &Known, chosen: &Rendition) -> Option<Reason> {
    let Some(picture) = &known.picture else { return Some(Reason::New) };
    let same_size = photo.renditions.iter().find(|rendition| rendition.size == picture.size);
    if same_size.is_some_and(|rendition| rendition.identity() != picture.identity) {
        return Some(Reason::Replaced);
    }
    let original_at_last = chosen.size == Size::Original && picture.size != Size::Original;
    let larger = chosen.longest_edge() > Some(picture.longest_edge);
    (picture.size != chosen.size && (original_at_last || larger)).then_some(Reason::Larger)
}

/// The rendition that serves what is wanted.
fn choose<'a>(photo: &'a Photo, wanted: &Wanted) -> Option<&'a Rendition> {
    match wanted.keep {
        Keep::Pictures => largest_up_to(photo, wanted.size),
        Keep::Thumbnails => smallest_covering(photo, &wanted.thumbnail)
            .or_else(|| largest_up_to(photo, Size::Original)),
    }
}

/// The original if it is wanted and there; else the largest within the wanted
/// size; else, if even the smallest is larger, that one.
fn largest_up_to(photo: &Photo, wanted: Size) -> Option<&Rendition> {
    let exact = photo.renditions.iter().find(|rendition| rendition.size == wanted);
    if exact.is_some() {
        return exact;
    }
    let uncropped = || photo.renditions.iter().filter(|rendition| !rendition.size.is_cropped());
    let within = |rendition: &&Rendition| match (wanted.longest_edge(), rendition.longest_edge()) {
        (Some(wanted), Some(edge)) => edge <= wanted,
        (Some(_), None) => false,
        (None, _) => true,
    };
    let by_edge = |rendition: &&Rendition| (rendition.longest_edge(), rendition.size);
    uncropped()
        .filter(within)
        .max_by_key(by_edge)
        .or_else(|| uncropped().min_by_key(by_edge))
        .or_else(|| photo.renditions.iter().max_by_key(by_edge))
}

/// The smallest rendition from which the thumbnail can be made without
/// enlarging. Flickr's own square crop serves where ours is the same.
fn smallest_covering<'a>(photo: &'a Photo, spec: &ThumbnailSpec) -> Option<&'a Rendition> {
    let (width, height) = (spec.width.get(), spec.height.get());
    let square = spec.fit == Fit::Cover && width == height;
    let covers = |rendition: &&Rendition| match (rendition.width, rendition.height) {
        _ if rendition.size.is_cropped() => square && rendition.size.longest_edge() >= Some(width),
        (Some(w), Some(h)) if spec.fit == Fit::Contain => w >= width || h >= height,
        (Some(w), Some(h)) => w >= width && h >= height,
        _ => false,
    };
    photo.renditions.iter().filter(covers).min_by_key(|rendition| rendition.longest_edge())
}

#[cfg(test)]
mod tests;
