//! The photostream and its faults: the same each time it is served, and what
//! is true of it.

use super::place::Place;
use crate::Failure;
use crate::bench::rig::FakeFlickr;
use serde_json::Value;

/// How many photos there are.
pub(super) const PHOTOS: usize = 1000;
/// How many of them meet each fault.
const EACH: usize = 20;
/// Faults, as fake-flickr calls them, and how often they happen before the
/// photo is served.
const FAULTS: [(&str, u32); 8] = [
    ("status-503", 1),
    ("reset-body", 1),
    ("short-body", 1),
    ("open-chunk", 1),
    ("cut-close", 1),
    ("429", 2),
    ("html", 1),
    ("stall-body", 1),
];
/// Each photo with a fault is this far from the one before, round and round:
/// near the golden section of their number, so that faults lie evenly in the
/// stream and kinds are mixed, and prime to it, so that none is met twice.
const STRIDE: usize = 381;

/// A stream that is being served.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) server: FakeFlickr,
    /// In the order in which they are listed.
    pub(super) photos: Vec<TruePhoto>,
}

/// A photo as it is.
#[derive(Debug)]
pub(super) struct TruePhoto {
    pub(super) id: String,
    /// Of its original.
    pub(super) url: String,
    pub(super) sha256: String,
}

impl Stream {
    /// Starts a server, and deals the faults out.
    pub(super) fn serve(place: &Place) -> Result<Self, Failure> {
        let photos = PHOTOS.to_string();
        // As Flickr has it: one host serves all pictures.
        let stream = ["--profile", "tiny", "--photos", &photos, "--image-hosts", "1"];
        let server = place.rig.serve(&[&stream[..], &["--prepare", "o"]].concat())?;
        let truth: Value = serde_json::from_str(&server.ask("/__fake/truth?labels=o")?)?;
        let photos = truth.as_array().map(Vec::as_slice).unwrap_or_default();
        let photos = photos.iter().map(TruePhoto::read).collect::<Result<Vec<_>, _>>()?;
        if photos.len() != PHOTOS {
            return Err(format!("fake-flickr has {} photos, not {PHOTOS}", photos.len()).into());
        }
        for (nth, (fault, times)) in FAULTS.iter().enumerate() {
            let ids: Vec<&str> = positions(nth).map(|at| photos[at].id.as_str()).collect();
            let ids = ids.join(",");
            server.ask(&format!("/__fake/fault?fault={fault}&times={times}&ids={ids}"))?;
        }
        Ok(Self { server, photos })
    }

    /// The host of the pictures, which is one.
    pub(super) fn host(&self) -> &str {
        let url = &self.photos[0].url;
        let path = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
        &url[..path]
    }
}

impl TruePhoto {
    fn read(photo: &Value) -> Result<Self, Failure> {
        let original = &photo["renditions"]["o"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let fields = (text(&photo["id"]), text(&original["url"]), text(&original["sha256"]));
        match fields {
            (Some(id), Some(url), Some(sha256)) => Ok(Self { id, url, sha256 }),
            _ => Err(format!("fake-flickr says of a photo: {photo}").into()),
        }
    }
}

/// Where the photos lie that meet the `nth` fault.
fn positions(nth: usize) -> impl Iterator<Item = usize> {
    (0..EACH).map(move |round| (round * FAULTS.len() + nth) * STRIDE % PHOTOS)
}

/// In words, for people.
pub(super) fn what_it_is() -> String {
    format!(
        "{PHOTOS} photos of about 6 kB on one image host, over plain HTTP; {} of them meet a fault \
         that passes, {EACH} each: 503, a reset in the body, a body shorter than its Content-Length, \
         one whose last chunk never comes, one without a length that is cut by closing, 429 (twice, \
         without Retry-After), HTML with status 200, and silence after half the body. Right: a \
         file with the very bytes that the server has. Wrong kept: another file in its place, not \
         marked as a part.",
        EACH * FAULTS.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_photo_meets_two_faults() {
        let all: BTreeSet<usize> = (0..FAULTS.len()).flat_map(positions).collect();
        assert_eq!(all.len(), EACH * FAULTS.len());
        assert!(all.iter().all(|at| *at < PHOTOS));
    }
}
