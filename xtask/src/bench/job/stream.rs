//! The photostream that everybody fetches, and what is true of it.

use super::cell::{Kind, Setting};
use super::place::Place;
use crate::Failure;
use crate::bench::rig::FakeFlickr;
use serde_json::{Value, json};
use std::path::PathBuf;

/// 4240 × 2827 pixels are 12 megapixels; some of the paintings are less.
const PAINTED: [&str; 4] = ["--profile", "clean", "--originals", "4240"];
/// Paintings, which photos share; to paint one of that size takes seconds, and a rehearsal has
/// fewer.
const PAINTINGS: usize = 8;

/// A stream that is being served.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) server: FakeFlickr,
    pub(super) setting: Setting,
    /// Of all pictures that are fetched.
    pub(super) bytes: u64,
    /// Their addresses, in the order in which they are listed.
    urls: Vec<String>,
    /// What is true of them, for the judge.
    truth: PathBuf,
    references: PathBuf,
}

/// Starts the server, with every picture painted. As Flickr has it, one host serves them all.
pub(super) fn serve(place: &Place, setting: Setting) -> Result<FakeFlickr, Failure> {
    let Setting { kind, photos, latency, bandwidth } = setting;
    let (photos, latency) = (photos.to_string(), format!("{latency}ms"));
    let [quality, grain] = kind.painted();
    let painted = ["--quality", quality, "--grain", grain, "--prepare", kind.label()];
    let paintings = setting.photos.div_ceil(10).clamp(2, PAINTINGS).to_string();
    let line = [
        "--photos",
        &photos,
        "--paintings",
        &paintings,
        "--latency",
        &latency,
        "--image-hosts",
        "1",
    ];
    let bandwidth = bandwidth.map(|bandwidth| bandwidth.to_string());
    let bandwidth: Vec<&str> =
        bandwidth.iter().flat_map(|bandwidth| ["--bandwidth", bandwidth]).collect();
    place.rig.serve(&[&PAINTED[..], &painted, &line, &bandwidth].concat())
}

impl Stream {
    /// Starts the server, and writes what tools and judge read.
    pub(super) fn serve(place: &Place, setting: Setting) -> Result<Self, Failure> {
        let server = serve(place, setting)?;
        let label = setting.kind.label();
        let truth: Value =
            serde_json::from_str(&server.ask(&format!("/__fake/truth?labels={label}"))?)?;
        let photos = truth.as_array().map(Vec::as_slice).unwrap_or_default();
        let read = photos.iter().map(|photo| read(photo, label)).collect::<Result<Vec<_>, _>>()?;
        if read.len() != setting.photos {
            return Err(
                format!("fake-flickr has {} photos, not {}", read.len(), setting.photos).into()
            );
        }
        let bytes = read.iter().map(|photo| photo.bytes).sum();
        let urls: Vec<String> = read.iter().map(|photo| photo.url.clone()).collect();
        let about =
            |photo: &TruePhoto| json!({ "id": photo.id, "url": photo.url, "sha256": photo.sha256 });
        let truth = Value::Array(read.iter().map(about).collect());
        let truth = place.write("truth.json", &truth.to_string())?;
        let list = |line: &dyn Fn(&str) -> String| {
            urls.iter().map(|url| line(url) + "\n").collect::<String>()
        };
        place.write("urls", &list(&str::to_owned))?;
        place.write("names", &list(&|url| format!("photos/{}", name(url))))?;
        place.write("curlrc", &list(&|url| format!("url = {url}")))?;
        place.write("nowhere", &list(&|url| format!("url = {url}\noutput = /dev/null")))?;
        let references = place.references(setting.kind);
        Ok(Self { server, setting, bytes, urls, truth, references })
    }

    /// The files that the judge goes by: what is true, and what thumbnails are held against.
    pub(super) fn judged_by(&self) -> [&PathBuf; 2] {
        [&self.truth, &self.references]
    }

    pub(super) fn gigabytes(&self) -> f64 {
        gigabytes(self.bytes)
    }

    /// Its host of pictures, which is one.
    pub(super) fn host(&self) -> &str {
        let url = &self.urls[0];
        let path = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
        &url[..path]
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub(super) fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

/// The last part of an address.
fn name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

/// A photo as it is.
struct TruePhoto {
    id: String,
    url: String,
    sha256: String,
    bytes: u64,
}

fn read(photo: &Value, label: &str) -> Result<TruePhoto, Failure> {
    let rendition = &photo["renditions"][label];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let fields = (text(&photo["id"]), text(&rendition["url"]), text(&rendition["sha256"]));
    match (fields, rendition["bytes"].as_u64()) {
        ((Some(id), Some(url), Some(sha256)), Some(bytes)) => {
            Ok(TruePhoto { id, url, sha256, bytes })
        }
        _ => Err(format!("fake-flickr says of a photo: {photo}").into()),
    }
}

impl Kind {
    /// JPEG quality and grain: what makes files as large as a camera's of 12 megapixels, which have
    /// 3 to 5 MB, and as Flickr's copies of those, which have about 200 kB. Reducing takes grain
    /// away, so copies need more of it.
    fn painted(self) -> [&'static str; 2] {
        match self {
            Self::Originals => ["95", "3.2"],
            Self::Copies => ["97", "11"],
        }
    }

    /// The file of the thumbnails that others are held against.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Originals => "originals.npz",
            Self::Copies => "copies.npz",
        }
    }
}
