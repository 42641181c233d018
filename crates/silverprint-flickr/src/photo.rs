//! One entry of a listing as a [`Photo`]. An entry is parsed from its own raw
//! text, so that one that is broken costs nobody else anything, and the text is
//! kept as it came.
//!
//! Text is not unescaped: titles come plain, descriptions are HTML of the
//! owner's, and what looks escaped in the recordings is escaped once.

use crate::scalar::{Key, Scalar};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use silverprint_core::{Geo, Media, Nsid, Photo, PhotoId, Reject, Rendition, Size, Taken};
use std::fmt;
use url::Url;

/// Reads an entry. Albums do not say the owner of each photo; it is `owner`
/// then. A photo whose files are not listed is a photo all the same.
pub fn read_photo(listing: &RawValue, owner: Option<&Nsid>) -> Result<Photo, Reject> {
    let entry: Entry<'_> = serde_json::from_str(listing.get())
        .map_err(|error| Reject { id: id_of(listing), reason: error.to_string() })?;
    let id = entry.id.text().parse::<PhotoId>();
    let id = id.map_err(|error| Reject { id: None, reason: format!("its id: {error}") })?;
    let owner = match (&*entry.owner.text(), owner) {
        ("", Some(owner)) => owner.clone(),
        (text, _) => text
            .parse()
            .map_err(|error| Reject { id: Some(id), reason: format!("its owner: {error}") })?,
    };
    Ok(Photo {
        id,
        owner,
        owner_name: Some(entry.owner_name.text().into_owned()).filter(|name| !name.is_empty()),
        title: entry.title.text().into_owned(),
        description: entry.description.text().into_owned(),
        tags: entry.tags.text().into_owned(),
        media: if entry.media.text() == "video" { Media::Video } else { Media::Photo },
        posted: entry.posted.number(),
        taken: entry.taken.read(),
        last_update: entry.last_update.number(),
        license: entry.license.number(),
        geo: entry.geo.read(),
        views: entry.views.number().or(entry.count_views.number()),
        can_download: entry.can_download.answer(),
        renditions: renditions(entry.files),
        listing: in_one_line(listing),
    })
}

/// What there is in an entry, before anything is made of it.
#[derive(Default)]
struct Entry<'a> {
    id: Scalar<'a>,
    owner: Scalar<'a>,
    owner_name: Scalar<'a>,
    title: Scalar<'a>,
    description: Scalar<'a>,
    tags: Scalar<'a>,
    media: Scalar<'a>,
    posted: Scalar<'a>,
    taken: TakenEntry<'a>,
    last_update: Scalar<'a>,
    license: Scalar<'a>,
    views: Scalar<'a>,
    count_views: Scalar<'a>,
    geo: GeoEntry<'a>,
    can_download: Scalar<'a>,
    files: Vec<File>,
}

#[derive(Default)]
struct TakenEntry<'a> {
    text: Scalar<'a>,
    granularity: Scalar<'a>,
    unknown: Scalar<'a>,
}

#[derive(Default)]
struct GeoEntry<'a> {
    latitude: Scalar<'a>,
    longitude: Scalar<'a>,
    accuracy: Scalar<'a>,
}

/// `url_X`, `width_X` and `height_X` of one size; each can be missing.
struct File {
    size: Size,
    url: Option<Url>,
    width: Option<u32>,
    height: Option<u32>,
}

impl TakenEntry<'_> {
    fn read(self) -> Option<Taken> {
        let text = self.text.text();
        // Flickr writes zeros where it knows nothing at all.
        let known = !text.is_empty() && !text.starts_with("0000");
        known.then(|| Taken {
            text: text.into_owned(),
            granularity: self.granularity.number().unwrap_or(0),
            unknown: self.unknown.flag(),
        })
    }
}

impl GeoEntry<'_> {
    /// Flickr writes zeros where a photo is placed nowhere.
    fn read(self) -> Option<Geo> {
        let degrees = |value: Scalar<'_>, most: f64| -> Option<f64> {
            value.text().trim().parse().ok().filter(|degrees: &f64| degrees.abs() <= most)
        };
        let accuracy = self.accuracy.number().unwrap_or(0);
        let latitude = degrees(self.latitude, 90.0)?;
        let longitude = degrees(self.longitude, 180.0)?;
        let is_placed = accuracy > 0 || latitude != 0.0 || longitude != 0.0;
        is_placed.then_some(Geo { latitude, longitude, accuracy })
    }
}

/// The files, smallest first. An address that is none of the web's is no file.
fn renditions(files: Vec<File>) -> Vec<Rendition> {
    let rendition = |file: File| {
        let File { size, url, width, height } = file;
        Some(Rendition { size, url: url?, width, height })
    };
    let mut renditions: Vec<_> = files.into_iter().filter_map(rendition).collect();
    renditions.sort_by_key(|rendition| rendition.size);
    renditions
}

/// The text as it came, but on one line, as `photos.jsonl` keeps it. In whole
/// JSON a line break can only stand between the tokens.
fn in_one_line(listing: &RawValue) -> Box<RawValue> {
    // Byte by byte: a search for characters took a sixth of all parsing.
    let has = |byte: u8| listing.get().as_bytes().contains(&byte);
    if !has(b'\n') && !has(b'\r') {
        return listing.to_owned();
    }
    let line = listing.get().replace(['\n', '\r'], " ");
    RawValue::from_string(line).unwrap_or_else(|_| listing.to_owned())
}

/// The id alone, of an entry that cannot be read otherwise.
fn id_of(listing: &RawValue) -> Option<PhotoId> {
    #[derive(Deserialize)]
    struct OnlyId<'a> {
        #[serde(borrow)]
        id: Scalar<'a>,
    }
    let only: OnlyId<'_> = serde_json::from_str(listing.get()).ok()?;
    only.id.text().parse().ok()
}

impl<'de> Deserialize<'de> for Entry<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

/// By hand, since a derived reader refuses a member that is there twice, and
/// has no word for 54 members that follow a pattern.
impl<'de> Visitor<'de> for Members {
    type Value = Entry<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a photo")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entry = Entry::default();
        while let Some(Key(key)) = map.next_key()? {
            if let Some(member) = entry.member(&key) {
                *member = map.next_value()?;
            } else if let Some((part, size)) = part_of_file(&key) {
                entry.file(size).set(part, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(entry)
    }
}

impl<'a> Entry<'a> {
    fn member(&mut self, key: &str) -> Option<&mut Scalar<'a>> {
        Some(match key {
            "id" => &mut self.id,
            "owner" => &mut self.owner,
            "ownername" => &mut self.owner_name,
            "title" => &mut self.title,
            "description" => &mut self.description,
            "tags" => &mut self.tags,
            "media" => &mut self.media,
            "dateupload" => &mut self.posted,
            "datetaken" => &mut self.taken.text,
            "datetakengranularity" => &mut self.taken.granularity,
            "datetakenunknown" => &mut self.taken.unknown,
            "lastupdate" => &mut self.last_update,
            "license" => &mut self.license,
            "views" => &mut self.views,
            "count_views" => &mut self.count_views,
            "latitude" => &mut self.geo.latitude,
            "longitude" => &mut self.geo.longitude,
            "accuracy" => &mut self.geo.accuracy,
            "can_download" => &mut self.can_download,
            _ => return None,
        })
    }

    /// The file of a size; the last one first, as its members stand together.
    fn file(&mut self, size: Size) -> &mut File {
        let found = self.files.iter().rposition(|file| file.size == size);
        let file_idx = found.unwrap_or_else(|| {
            self.files.push(File { size, url: None, width: None, height: None });
            self.files.len() - 1
        });
        &mut self.files[file_idx]
    }
}

#[derive(Clone, Copy)]
enum Part {
    Url,
    Width,
    Height,
}

fn part_of_file(key: &str) -> Option<(Part, Size)> {
    let (part, label) = key.split_once('_')?;
    let part = match part {
        "url" => Part::Url,
        "width" => Part::Width,
        "height" => Part::Height,
        _ => return None,
    };
    Some((part, Size::ALL.into_iter().find(|size| size.label() == label)?))
}

impl File {
    fn set(&mut self, part: Part, value: Scalar<'_>) {
        let pixels = || value.number().filter(|pixels| *pixels > 0);
        match part {
            Part::Width => self.width = pixels(),
            Part::Height => self.height = pixels(),
            Part::Url => {
                let web = |url: &Url| matches!(url.scheme(), "http" | "https");
                self.url = Url::parse(&value.text()).ok().filter(web);
            }
        }
    }
}
