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

/// How much a listing tells of its photos.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// All there is: what it leaves out is not there.
    Full,
    /// What a page shows at first: what it leaves out may well be there.
    Glance,
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

    /// How much its listing tells. One that was read from a page says so in a
    /// member of its JSON, `"via":"page"`; nothing else of it is looked at.
    pub fn detail(&self) -> Detail {
        #[derive(Deserialize)]
        struct Origin<'a> {
            #[serde(borrow)]
            via: Option<std::borrow::Cow<'a, str>>,
        }
        // Most have no such word at all, and need not be parsed.
        if !self.listing.get().contains("\"via\"") {
            return Detail::Full;
        }
        match serde_json::from_str::<Origin<'_>>(self.listing.get()) {
            Ok(Origin { via: Some(via) }) if via == "page" => Detail::Glance,
            _ => Detail::Full,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_says_itself_that_it_is_from_a_page() {
        let check = |listing: &str, expected: Detail| {
            let listing = RawValue::from_string(listing.to_owned()).unwrap();
            let owner = "12345678@N00".parse().unwrap();
            assert_eq!(Photo::bare(PhotoId::new(1), owner, listing).detail(), expected);
        };
        check(r#"{"id":"1","via":"page"}"#, Detail::Glance);
        check(r#"{"via" : "page", "title":"x"}"#, Detail::Glance);
        check(r#"{"id":"1"}"#, Detail::Full);
        check(r#"{"title":"\"via\":\"page\""}"#, Detail::Full);
        check(r#"{"inner":{"via":"page"}}"#, Detail::Full);
        check(r#"{"via":7}"#, Detail::Full);
        check(r#"{"via":null}"#, Detail::Full);
        check("[]", Detail::Full);
    }
}
