//! A photo as a listing tells of it.

use crate::{Identity, Nsid, PhotoId, Rendition};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Whether an item is a still picture or a video. A video's renditions are
/// JPEG stills of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each name is the kind")]
pub enum Media {
    Photo,
    Video,
}

/// When a photo was taken, in the camera's own time, as exactly as known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// `YYYY-MM-DD HH:MM:SS`, as Flickr writes it.
    pub text: String,
    /// 0 to the second, 4 the month, 6 the year, 8 circa.
    pub granularity: u8,
    /// Flickr made it up from the upload date.
    pub unknown: bool,
}

/// Where a photo was taken, as its owner placed it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Geo {
    /// Degrees, south negative.
    pub latitude: f64,
    /// Degrees, west negative.
    pub longitude: f64,
    /// How exactly: 1 the world, 16 a street.
    pub accuracy: u8,
}

/// One item of a photostream.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Its number.
    pub id: PhotoId,
    /// Whose it is.
    pub owner: Nsid,
    /// The owner's screen name, where the listing says it.
    pub owner_name: Option<String>,
    /// The owner's words; may hold anything.
    pub title: String,
    /// The owner's words; may hold anything, HTML included.
    pub description: String,
    /// Space-separated, as Flickr normalises them.
    pub tags: String,
    /// Picture or video.
    pub media: Media,
    /// When it was uploaded: seconds since 1970, UTC.
    pub posted: Option<i64>,
    /// When it was taken.
    pub taken: Option<Taken>,
    /// When Flickr last touched anything of it: seconds since 1970, UTC.
    pub last_update: Option<i64>,
    /// Flickr's licence number, 0 to 16.
    pub license: Option<u8>,
    /// Where it was taken.
    pub geo: Option<Geo>,
    /// How often it was viewed.
    pub views: Option<u64>,
    /// Whether its owner lets visitors download it, where the listing says so:
    /// if not, no original is listed.
    pub can_download: Option<bool>,
    /// The files there are, smallest first.
    pub renditions: Vec<Rendition>,
    /// The listing's own JSON for it, as it came.
    pub listing: Box<RawValue>,
}

impl Photo {
    /// A photo of which a listing says nothing but that it is there.
    pub fn bare(id: PhotoId, owner: Nsid, listing: Box<RawValue>) -> Self {
        Self {
            id,
            owner,
            owner_name: None,
            title: String::new(),
            description: String::new(),
            tags: String::new(),
            media: Media::Photo,
            posted: None,
            taken: None,
            last_update: None,
            license: None,
            geo: None,
            views: None,
            can_download: None,
            renditions: Vec::new(),
            listing,
        }
    }

    /// A fingerprint of what lasts in the listing. Counters (views, faves,
    /// comments) are left out: they move by themselves every day.
    pub fn fingerprint(&self) -> Identity {
        let mut lasting = format!(
            "{}\0{}\0{}\0{:?}\0{:?}\0{:?}\0{:?}\0{:?}\0{:?}\0{:?}",
            self.title,
            self.description,
            self.tags,
            self.media,
            self.posted,
            self.taken,
            self.last_update,
            self.license,
            self.geo,
            self.owner_name,
        );
        for rendition in &self.renditions {
            lasting.push('\0');
            lasting.push_str(rendition.url.path());
        }
        Identity::of_listing(self.id, &lasting)
    }
}
