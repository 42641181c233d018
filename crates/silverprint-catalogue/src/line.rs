//! All that is known of one photo: a line of photos.jsonl, and equally its
//! rows in the catalogue. Everything that happens to a photo is a change of
//! its line, so that record and catalogue cannot come to differ.
//!
//! Pure: no SQL, no files.

use crate::file::hex;
use crate::{File, Moved, Role, Saved, State};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use silverprint_core::{
    Camera, Credit, Detail, Failure, Geo, Identity, License, Media, Nsid, Photo, PhotoId, Taken,
};
use std::collections::HashSet;
use std::path::{Component, Path};

/// The version of the line's form.
const FORM: u32 = 1;

/// The kind of failure of a photo whose files are not as they were stored.
pub const DAMAGED: &str = "damaged";

/// One photo's complete state: the last line of an id suffices.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    v: u32,
    pub(crate) id: PhotoId,
    pub(crate) state: State,
    /// When the state was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<i64>,
    pub(crate) photo: About,
    #[serde(default)]
    pub(crate) files: Vec<File>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) defect: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<Failure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) camera: Option<Camera>,
    pub(crate) listing: Box<RawValue>,
}

/// What may be done with a photo, for whoever reads the record: it follows
/// from the rest of the line, and is not read back.
#[derive(Serialize)]
struct Rights {
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
    credit: String,
}

/// A line as it is written.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    line: &'a Line,
    rights: Rights,
}

/// What a listing says of a photo, read. It is kept beside the listing itself
/// because the form of a listing is the business of its source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) owner: Nsid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) owner_name: Option<String>,
    pub(crate) title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) tags: String,
    pub(crate) media: Media,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) posted: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "taken")]
    pub(crate) taken: Option<Taken>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_update: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) license: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) geo: Option<Geo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) views: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) can_download: Option<bool>,
    #[serde(with = "hex")]
    pub(crate) fingerprint: Identity,
}

impl Line {
    /// A photo that was never heard of before.
    pub(crate) fn new(photo: &Photo) -> Self {
        Self::bare(photo.id, About::from(photo), one_line(&photo.listing))
    }

    /// A photo of which nothing is known but what its listing says.
    pub(crate) fn bare(id: PhotoId, photo: About, listing: Box<RawValue>) -> Self {
        Self {
            v: FORM,
            id,
            state: State::Pending,
            at: None,
            deleted_at: None,
            photo,
            files: Vec::new(),
            defect: None,
            failure: None,
            camera: None,
            listing,
        }
    }

    /// From a line of photos.jsonl, unless it is none that may be believed.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let mut line: Self = serde_json::from_slice(text).ok()?;
        let fits = line.v == FORM && are_distinct(&line.files);
        let inside = line.files.iter().all(|file| is_inside(&file.path));
        line.listing = one_line(&line.listing);
        (fits && inside).then_some(line)
    }

    /// Appends the line, with its end.
    pub(crate) fn write_to(&self, lines: &mut Vec<u8>) {
        let written = Written { line: self, rights: self.rights() };
        serde_json::to_writer(&mut *lines, &written).expect("a line is strings and numbers only");
        lines.push(b'\n');
    }

    /// It is in the listing, and says this. Returns whether that is news.
    ///
    /// The fingerprint is always that of the listing that is kept, the last
    /// one, however little it tells. So what comes through another door than
    /// before is news once, and the same again is none; and a photo that is
    /// read again from its listing has the fingerprint that is known.
    pub(crate) fn listed(&mut self, photo: &Photo) -> bool {
        let was_deleted = self.deleted_at.take().is_some();
        let mut about = About::from(photo);
        if about.fingerprint == self.photo.fingerprint {
            return was_deleted;
        }
        if photo.detail() == Detail::Glance {
            about.complete_from(&self.photo);
        }
        self.photo = about;
        self.listing = one_line(&photo.listing);
        true
    }

    /// It is done.
    pub(crate) fn saved(&mut self, saved: Saved) {
        self.listed(&saved.photo);
        for moved in saved.moved {
            self.moved(moved);
        }
        let has_picture = saved.files.iter().any(|file| file.role.is_picture());
        if saved.defect.is_some() || has_picture {
            self.defect = saved.defect;
        }
        if saved.camera.is_some() || has_picture {
            self.camera = saved.camera;
        }
        for file in saved.files {
            self.put(file);
        }
        self.state = State::Done;
        self.at = Some(saved.at);
        self.failure = None;
    }

    /// What was wanted could not be had. The files that are there stay.
    pub(crate) fn failed(&mut self, photo: &Photo, failure: &Failure, at: i64) {
        self.listed(photo);
        self.state = State::Failed;
        self.at = Some(at);
        self.failure = Some(failure.clone());
    }

    /// Files of it are not as they were stored, and cannot be had again now.
    pub(crate) fn damaged(&mut self, failure: Failure, at: i64) {
        self.state = State::Failed;
        self.at = Some(at);
        self.failure = Some(failure);
    }

    /// All its files are as they were stored; but for a thumbnail that was made
    /// anew, and came out otherwise. Of other failures this says nothing.
    pub(crate) fn mended(&mut self, thumbnail: Option<File>, at: i64) {
        if let Some(thumbnail) = thumbnail {
            self.put(thumbnail);
        }
        if self.failure.as_ref().is_some_and(|failure| failure.kind == DAMAGED) {
            self.state = State::Done;
            self.at = Some(at);
            self.failure = None;
        }
    }

    fn rights(&self) -> Rights {
        let license = self.photo.license.and_then(License::of);
        Rights {
            license: license.map(|license| license.name),
            url: license.map(|license| license.url),
            credit: self.photo.credit(self.id).to_string(),
        }
    }

    fn moved(&mut self, moved: Moved) {
        let same =
            |file: &&mut File| is_same_part(file.role, moved.role) && file.version == moved.version;
        if let Some(file) = self.files.iter_mut().find(same) {
            file.path = moved.path;
        }
    }

    fn put(&mut self, file: File) {
        let replaced = |old: &File| {
            let is_superseded = is_same_part(old.role, file.role)
                && (old.version == file.version || file.role == Role::Thumbnail);
            is_superseded || old.path == file.path
        };
        self.files.retain(|old| !replaced(old));
        self.files.push(file);
    }
}

/// Whether two files are the same part of a photo. A picture is one, whatever
/// a listing took the photo for: a page does not tell videos from photos, and
/// what was kept as an original turns out to be a video's still.
fn is_same_part(one: Role, other: Role) -> bool {
    one == other || (one.is_picture() && other.is_picture())
}

impl About {
    /// Takes over what is known already and a listing at a glance leaves out.
    /// What it does tell counts: the title also where it is empty now.
    fn complete_from(&mut self, known: &Self) {
        let keep = |text: &mut String, known: &String| {
            if text.is_empty() {
                text.clone_from(known);
            }
        };
        keep(&mut self.description, &known.description);
        keep(&mut self.tags, &known.tags);
        self.owner_name = self.owner_name.take().or_else(|| known.owner_name.clone());
        self.posted = self.posted.or(known.posted);
        // The same date, told with how exactly it is known, says more.
        let is_the_same =
            |taken: &Taken| known.taken.as_ref().is_some_and(|it| it.text == taken.text);
        self.taken =
            self.taken.take().filter(|taken| !is_the_same(taken)).or_else(|| known.taken.clone());
        self.last_update = self.last_update.or(known.last_update);
        self.license = self.license.or(known.license);
        self.geo = self.geo.or(known.geo);
        self.views = self.views.or(known.views);
        self.can_download = self.can_download.or(known.can_download);
    }

    /// What credits the photo.
    pub(crate) fn credit(&self, id: PhotoId) -> Credit<'_> {
        Credit {
            id,
            title: &self.title,
            owner_name: self.owner_name.as_deref(),
            owner: self.owner.as_str(),
            media: self.media,
            license: self.license,
        }
    }
}

impl From<&Photo> for About {
    fn from(photo: &Photo) -> Self {
        Self {
            owner: photo.owner.clone(),
            owner_name: photo.owner_name.clone(),
            title: photo.title.clone(),
            description: photo.description.clone(),
            tags: photo.tags.clone(),
            media: photo.media,
            posted: photo.posted,
            taken: photo.taken.clone(),
            last_update: photo.last_update,
            license: photo.license,
            geo: photo.geo,
            views: photo.views,
            can_download: photo.can_download,
            fingerprint: photo.fingerprint(),
        }
    }
}

/// The current picture among a photo's files.
pub(crate) fn picture(files: &[File]) -> Option<&File> {
    files.iter().filter(|file| file.role.is_picture()).max_by_key(|file| file.version)
}

/// Whether no two files have one place, in the folder or in the catalogue.
fn are_distinct(files: &[File]) -> bool {
    let paths: HashSet<_> = files.iter().map(|file| &file.path).collect();
    let versions: HashSet<_> = files.iter().map(|file| (file.role, file.version)).collect();
    paths.len() == files.len() && versions.len() == files.len()
}

/// Whether a path from photos.jsonl, which anybody may have written, leads
/// nowhere but into the folder, and into one line of SHA256SUMS.
fn is_inside(path: &str) -> bool {
    let plain = |part| matches!(part, Component::Normal(_));
    !path.is_empty()
        && !path.contains(|letter: char| letter.is_control() || letter == '\\')
        && Path::new(path).components().all(plain)
}

/// A listing without line breaks: JSON has them between its tokens only, where
/// a space is as good.
fn one_line(listing: &RawValue) -> Box<RawValue> {
    let text = listing.get();
    if text.contains(['\n', '\r']) {
        let text = text.replace(['\n', '\r'], " ");
        RawValue::from_string(text).expect("blanks between tokens change no JSON")
    } else {
        listing.to_owned()
    }
}

/// `Taken` as an object.
mod taken {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use silverprint_core::Taken;

    #[derive(Serialize, Deserialize)]
    struct Parts {
        text: String,
        granularity: u8,
        unknown: bool,
    }

    #[expect(clippy::ref_option, reason = "serde's `with` hands it over so")]
    pub(super) fn serialize<S: Serializer>(
        taken: &Option<Taken>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let parts = taken.as_ref().map(|Taken { text, granularity, unknown }| Parts {
            text: text.clone(),
            granularity: *granularity,
            unknown: *unknown,
        });
        parts.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Taken>, D::Error> {
        let parts = <Option<Parts>>::deserialize(deserializer)?;
        Ok(parts.map(|Parts { text, granularity, unknown }| Taken { text, granularity, unknown }))
    }
}

#[cfg(test)]
mod tests;
