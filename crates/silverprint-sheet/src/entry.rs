//! A row as the scripts of the sheet read it: every text cleaned, every address
//! checked, and what is not known left out.

use crate::row::{Picture, Row, Thumb};
use crate::subject::Subject;
use crate::{link, prose, text};
use serde::{Serialize, Serializer};
use silverprint_core::PhotoId;

/// One photo of a part.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a member of its own, as scripts read it"
)]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    #[serde(serialize_with = "as_text")]
    id: PhotoId,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    posted: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    views: Option<u64>,
    #[serde(skip_serializing_if = "is_false")]
    video: bool,
    /// References, ready for a page in the archive's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<(u32, u32)>,
    #[serde(skip_serializing_if = "is_false")]
    no_print: bool,
    #[serde(flatten)]
    file: Option<About>,
    #[serde(skip_serializing_if = "is_false")]
    original: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    camera: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<(f64, f64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    missing: bool,
}

/// What is said of the picture's file.
#[derive(Serialize)]
struct About {
    /// Its path, to be read.
    file: String,
    #[serde(skip_serializing_if = "is_zero")]
    bytes: u64,
    #[serde(skip_serializing_if = "is_zero")]
    width: u64,
    #[serde(skip_serializing_if = "is_zero")]
    height: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    sha256: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    rendition: String,
}

impl Entry {
    /// The entry of a row whose print is in its strip.
    pub(crate) fn new(row: &Row, subject: Subject) -> Self {
        Self {
            id: row.id,
            title: text::clean(&row.title),
            description: prose::plain(&row.description),
            tags: tags(row).map(ToOwned::to_owned).collect(),
            posted: row.posted,
            taken: row.taken.as_deref().and_then(text::clean_or_none),
            license: row.license,
            views: row.views,
            video: row.is_video,
            picture: row.picture.as_ref().and_then(|picture| subject.reference("", &picture.path)),
            stream: row.stream.as_deref().and_then(|path| link::to_file("", path)),
            thumb: None,
            size: None,
            no_print: false,
            file: row.picture.as_ref().map(About::new),
            original: row.picture.as_ref().is_some_and(|picture| picture.is_original),
            camera: row.camera.iter().filter_map(|line| text::clean_or_none(line)).collect(),
            place: row
                .place
                .filter(|(latitude, longitude)| latitude.abs() <= 90.0 && longitude.abs() <= 180.0),
            page: link::to_web(&row.flickr_url),
            credit: row.credit.as_deref().and_then(text::clean_or_none),
            note: row.note.as_deref().and_then(text::clean_or_none),
            missing: row.picture.is_none(),
        }
    }

    /// The same, with a print in a file of its own, or nowhere.
    pub(crate) fn set_apart(&mut self, thumb: Option<&Thumb>) {
        let of = |it: &Thumb| Some((link::to_file("", &it.path)?, (it.width, it.height)));
        (self.thumb, self.size) = thumb.and_then(of).unzip();
        self.no_print = self.thumb.is_none();
    }

    /// What a search looks through: the title, the description and each tag, every
    /// one on a line of its own, so that nothing is found across two of them.
    pub(crate) fn sought(&self) -> String {
        let description = self.description.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut text = format!("{}\n{description}\n", self.title);
        for tag in &self.tags {
            text.push_str(tag);
            text.push('\n');
        }
        text
    }
}

impl About {
    fn new(picture: &Picture) -> Self {
        Self {
            file: text::clean(&picture.path),
            bytes: picture.bytes,
            width: picture.width.into(),
            height: picture.height.into(),
            sha256: text::clean(&picture.sha256),
            rendition: text::clean(&picture.rendition),
        }
    }
}

/// The tags of a row. Flickr's have no spaces, and none is as long as this.
pub(crate) fn tags(row: &Row) -> impl Iterator<Item = &str> {
    const LONGEST: usize = 255;
    const MOST: usize = 100;
    let fit = |tag: &&str| tag.len() <= LONGEST && text::clean(tag) == **tag;
    row.tags.split_whitespace().filter(fit).take(MOST)
}

/// JavaScript's numbers lose digits past 2^53.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn as_text<S: Serializer>(id: &PhotoId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_zero(value: &u64) -> bool {
    *value == 0
}
