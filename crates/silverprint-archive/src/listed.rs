//! A photo as the list shows it: one flat object a line for programs, one line
//! of a table for spreadsheets, with the same names in both.
//!
//! The names and their meaning are a contract. New ones come at the end.

use crate::csv::csv_field;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;
use silverprint_catalogue::{File, PhotoRow};
use silverprint_core::License;

/// One photo of the list.
///
/// As JSON it is an object that begins with `"v":1` and leaves out what is not
/// known; as CSV a line with every column, empty where nothing is known.
/// Moments are RFC 3339 in UTC, but for `taken` and `camera_taken`, which are by
/// the camera's clock; `taken_granularity` is Flickr's (0 to the second, 4 the
/// month, 6 the year, 8 circa); `size` is the label of the rendition that is
/// kept; `width` and `height` are as stored, in pixels; `exposure` is in
/// seconds and focal lengths in millimetres; paths are relative to the folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// A value for each column, `Null` where nothing is known.
    values: [Value; Self::COLUMNS.len()],
}

impl Listed {
    /// The columns in their order.
    pub const COLUMNS: [&'static str; 51] = [
        "id",
        "title",
        "state",
        "media",
        "posted",
        "taken",
        "taken_granularity",
        "taken_unknown",
        "last_update",
        "owner",
        "owner_name",
        "license",
        "license_name",
        "license_url",
        "credit",
        "page",
        "path",
        "size",
        "width",
        "height",
        "bytes",
        "sha256",
        "version",
        "video_path",
        "video_bytes",
        "thumbnail",
        "description",
        "tags",
        "latitude",
        "longitude",
        "accuracy",
        "views",
        "can_download",
        "make",
        "model",
        "lens",
        "software",
        "exposure",
        "aperture",
        "iso",
        "focal_length",
        "focal_length_35mm",
        "flash",
        "camera_taken",
        "defect",
        "deleted_upstream",
        "failure",
        "failure_reason",
        "failure_attempts",
        "failure_url",
        "failed_at",
    ];

    /// A row of the catalogue as the list shows it.
    pub fn new(row: &PhotoRow) -> Self {
        let values = [names(row), dates(row), rights(row), files(row), words(row), camera(row)];
        let mut values: Vec<Value> = values.concat();
        values.extend(troubles(row));
        let values = values.try_into().expect("each part gives its columns");
        Self { values }
    }

    /// The first line of the table, without a line break.
    pub fn csv_header() -> String {
        Self::COLUMNS.join(",")
    }

    /// The photo's line, without a line break at its end. Numbers are numbers
    /// also where they are negative; texts cannot become formulas.
    pub fn csv_line(&self) -> String {
        let mut line = String::new();
        for (column, value) in self.values.iter().enumerate() {
            if column > 0 {
                line.push(',');
            }
            match value {
                Value::Null => {}
                Value::String(text) => line.push_str(&csv_field(text)),
                other => line.push_str(&other.to_string()),
            }
        }
        line
    }
}

impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = Self::COLUMNS.iter().zip(&self.values).filter(|(_, value)| !value.is_null());
        serializer.collect_map([(&"v", &Value::from(1))].into_iter().chain(known))
    }
}

fn names(row: &PhotoRow) -> Vec<Value> {
    let media = serde_json::to_value(row.media).expect("it is a word");
    vec![row.id.to_string().into(), text(&row.title), row.state.as_str().into(), media]
}

fn dates(row: &PhotoRow) -> Vec<Value> {
    let taken = row.taken.as_ref();
    vec![
        moment(row.posted),
        taken.map(|taken| taken.text.as_str()).into(),
        taken.map(|taken| taken.granularity).into(),
        taken.map(|taken| taken.unknown).into(),
        moment(row.last_update),
    ]
}

fn rights(row: &PhotoRow) -> Vec<Value> {
    let (license, credit) = (row.license.and_then(License::of), row.credit());
    vec![
        row.owner.as_str().into(),
        row.owner_name.as_deref().into(),
        row.license.into(),
        license.map(|license| license.name).into(),
        license.map(|license| license.url).into(),
        credit.to_string().into(),
        credit.page().into(),
    ]
}

fn files(row: &PhotoRow) -> Vec<Value> {
    let (picture, video) = (row.picture.as_ref(), row.video.as_ref());
    let path = |file: Option<&File>| file.map(|file| file.path.as_str()).into();
    vec![
        path(picture),
        picture.map(|file| file.rendition.as_str()).into(),
        picture.map(|file| file.width).into(),
        picture.map(|file| file.height).into(),
        picture.map(|file| file.bytes).into(),
        picture.map(|file| file.sha256.to_string()).into(),
        picture.map(|file| file.version).into(),
        path(video),
        video.map(|file| file.bytes).into(),
        path(row.thumbnail.as_ref()),
    ]
}

fn words(row: &PhotoRow) -> Vec<Value> {
    vec![
        text(&row.description),
        text(&row.tags),
        row.geo.map(|geo| geo.latitude).into(),
        row.geo.map(|geo| geo.longitude).into(),
        row.geo.map(|geo| geo.accuracy).into(),
        row.views.into(),
        row.can_download.into(),
    ]
}

fn camera(row: &PhotoRow) -> Vec<Value> {
    let camera = row.camera.clone().unwrap_or_default();
    vec![
        camera.make.into(),
        camera.model.into(),
        camera.lens.into(),
        camera.software.into(),
        camera.exposure.into(),
        camera.aperture.into(),
        camera.iso.into(),
        camera.focal_length.into(),
        camera.focal_length_35mm.into(),
        camera.flash.into(),
        camera.taken.into(),
    ]
}

fn troubles(row: &PhotoRow) -> Vec<Value> {
    let failure = row.failure.as_ref();
    vec![
        row.defect.as_deref().into(),
        moment(row.deleted_at),
        failure.map(|failure| failure.kind.as_str()).into(),
        failure.map(|failure| failure.reason.as_str()).into(),
        failure.map(|failure| failure.attempts).into(),
        failure.map(|failure| failure.url.as_str()).into(),
        moment(row.failed_at),
    ]
}

/// A text, unless it is empty.
fn text(text: &str) -> Value {
    Some(text).filter(|text| !text.is_empty()).into()
}

/// Seconds since 1970 as RFC 3339; none outside the years that a calendar has.
fn moment(seconds: Option<i64>) -> Value {
    let moment = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    moment.map(|moment| moment.to_string()).into()
}

#[cfg(test)]
mod tests;
