//! The truth about a stream, for tests to compare with what a client made of it.

use std::fmt::Write;
use std::ops::Range;
use std::sync::PoisonError;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::body::Body;
use crate::photo::{Media, Original, Photo};
use crate::rendition::Label;
use crate::title;
use crate::video;
use crate::world::Shared;

/// A listed photo as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct TruePhoto {
    /// Its id.
    pub id: u64,
    /// Photo or video.
    pub media: Media,
    /// Its title, with everything in it that hurts.
    pub title: String,
    /// What its original is.
    pub original: Original,
    /// The EXIF orientation of its original; 1 for upright.
    pub orientation: u8,
    /// When it was uploaded, in seconds since 1970.
    pub posted: i64,
    /// How many times it was replaced.
    pub version: u32,
    /// Its renditions, the smallest first.
    pub renditions: Vec<TrueRendition>,
    /// Its streams, the largest first; none for a photo.
    pub videos: Vec<TrueVideo>,
}

impl TruePhoto {
    /// The rendition with this label.
    pub fn rendition(&self, label: Label) -> Option<&TrueRendition> {
        self.renditions.iter().find(|rendition| rendition.label == label)
    }

    /// The largest rendition there is: the original where it is offered.
    pub fn largest(&self) -> Option<&TrueRendition> {
        self.renditions.last()
    }
}

/// A rendition as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueRendition {
    /// Its label.
    pub label: Label,
    /// Where it is.
    pub url: String,
    /// Its width in the file.
    pub width: u32,
    /// Its height in the file.
    pub height: u32,
}

/// A video's stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueVideo {
    /// What `flickr.video.getStreamInfo` calls it: `orig`, `1080p`, `700`, `iphone_wifi`.
    pub kind: &'static str,
    /// The address that redirects to a signed one.
    pub url: String,
}

/// What a file comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its length.
    pub bytes: usize,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Rendered {
    pub(crate) fn of(body: &Body) -> Self {
        let mut hasher = Sha256::new();
        for chunk in body.chunks() {
            hasher.update(&chunk);
        }
        let mut sha256 = String::with_capacity(64);
        for byte in hasher.finalize() {
            let _ = write!(sha256, "{byte:02x}");
        }
        Self { bytes: body.len(), sha256 }
    }
}

/// The photos at these positions.
pub(crate) fn photos(shared: &Shared, positions: Range<usize>) -> Vec<TruePhoto> {
    let stream = shared.stream.read().unwrap_or_else(PoisonError::into_inner);
    let end = positions.end.min(stream.len());
    (positions.start..end)
        .filter_map(|at| stream.at(at))
        .map(|photo| true_photo(shared, &photo))
        .collect()
}

fn true_photo(shared: &Shared, photo: &Photo) -> TruePhoto {
    let renditions = photo
        .renditions()
        .map(|(label, (width, height))| TrueRendition {
            label,
            url: shared.url(photo, label),
            width,
            height,
        })
        .collect();
    let videos = video::streams(shared, photo);
    TruePhoto {
        videos: videos
            .into_iter()
            .map(|stream| TrueVideo { kind: stream.kind, url: stream.url })
            .collect(),
        id: photo.id,
        media: photo.media,
        title: title::title(&shared.config.stream, photo),
        original: photo.original,
        orientation: photo.orientation,
        posted: photo.posted,
        version: photo.version,
        renditions,
    }
}

/// A photo as `/__fake/truth` writes it. The files of `labels` are painted, measured and hashed;
/// the word `largest` stands for the largest there is, `video` for every stream of a video.
pub(crate) async fn written(shared: &Shared, photo: &TruePhoto, labels: &[String]) -> Value {
    let mut renditions = serde_json::Map::new();
    for rendition in &photo.renditions {
        let name = rendition.label.name();
        let (width, height) = (rendition.width, rendition.height);
        let mut value = json!({ "url": rendition.url, "width": width, "height": height });
        let largest = photo.largest() == Some(rendition) && labels.iter().any(|l| l == "largest");
        if (largest || labels.iter().any(|label| label == name))
            && let Some(rendered) = rendered(shared, photo.id, rendition.label).await
        {
            value["bytes"] = rendered.bytes.into();
            value["sha256"] = rendered.sha256.into();
        }
        renditions.insert(name.to_owned(), value);
    }
    let mut videos = serde_json::Map::new();
    for stream in &photo.videos {
        let mut value = json!({ "url": stream.url });
        if labels.iter().any(|label| label == "video")
            && let Some(rendered) = streamed(shared, photo.id, stream.kind)
        {
            value["bytes"] = rendered.bytes.into();
            value["sha256"] = rendered.sha256.into();
        }
        videos.insert(stream.kind.to_owned(), value);
    }
    json!({
        "id": photo.id.to_string(),
        "media": photo.media.name(),
        "title": photo.title,
        "orientation": photo.orientation,
        "posted": photo.posted,
        "version": photo.version,
        "renditions": renditions,
        "videos": videos,
    })
}

async fn rendered(shared: &Shared, id: u64, label: Label) -> Option<Rendered> {
    let photo = shared.listed(id)?;
    let encoded = shared.darkroom.picture(&photo, label).await?;
    let body = encoded.with_comment(&crate::image_host::comment(&photo, label));
    Some(Rendered::of(&body))
}

fn streamed(shared: &Shared, id: u64, kind: &str) -> Option<Rendered> {
    Some(Rendered::of(&video::bytes(shared, &shared.listed(id)?, kind)?))
}
