//! Videos: where their streams are, the redirect to a signed address that expires, and the bytes.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::http::Reply;
use crate::photo::{About, Media, Photo};
use crate::rendition::Label;
use crate::seed::{Dice, join};
use crate::server::Shared;

/// How long a signed address is good for.
const GOOD_FOR: u64 = 300;
/// The bytes of a stream, which looks like an MP4 and plays nothing.
const LENGTH: usize = 96 << 10;

/// One encoding of a video.
#[derive(Debug)]
pub(crate) struct Stream {
    /// As `flickr.video.getStreamInfo` calls it.
    pub(crate) kind: &'static str,
    /// As `flickr.photos.getSizes` calls it.
    pub(crate) title: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) url: String,
}

/// How long a video plays.
pub(crate) fn seconds(photo: &Photo) -> u64 {
    4 + photo.hash(About::Media) % 86
}

/// The streams of a video; none for a photo.
pub(crate) fn streams(shared: &Shared, photo: &Photo) -> Vec<Stream> {
    if photo.media != Media::Video {
        return Vec::new();
    }
    let page = format!("{}/photos/{}/{}", shared.base(), shared.nsid, photo.id);
    let secret = photo.secret(Label::M);
    [("orig", "Video Original"), ("720p", "HD MP4"), ("site", "Site MP4"), ("mobile", "Mobile MP4")]
        .into_iter()
        .map(|(kind, title)| Stream {
            kind,
            title,
            width: photo.width,
            height: photo.height,
            url: format!("{page}/play/{kind}/{secret:010x}/"),
        })
        .collect()
}

/// Answers `/photos/NSID/ID/play/KIND/SECRET/` with a redirect to a signed address.
pub(crate) fn play(shared: &Shared, path: &str) -> Option<Reply> {
    let mut parts = path.trim_matches('/').split('/');
    let ("photos", _, id, "play", kind, secret) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?)
    else {
        return None;
    };
    let photo = shared.listed(id.parse().ok()?)?;
    let right = format!("{:010x}", photo.secret(Label::M)) == secret;
    if photo.media != Media::Video || !right {
        return None;
    }
    let kind = ["orig", "720p", "site", "mobile"].into_iter().find(|known| *known == kind)?;
    let expires = now() + GOOD_FOR;
    let signature = signature(shared, photo.id, kind, expires);
    let host = shared.host(&photo);
    let query = format!("expires={expires}&sig={signature:016x}");
    Some(Reply::redirect(&format!("{host}/video/{}/{kind}.mp4?{query}", photo.id)))
}

/// Answers a signed address; 403 where it has expired or was made up.
pub(crate) fn signed(shared: &Shared, path: &str, query: &str) -> Option<(Photo, Reply)> {
    let (id, file) = path.strip_prefix("/video/")?.split_once('/')?;
    let photo = shared.listed(id.parse().ok()?)?;
    let kind = file.strip_suffix(".mp4")?;
    let value = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let expires = value("expires").and_then(|expires| expires.parse().ok()).unwrap_or(0);
    let right = format!("{:016x}", signature(shared, photo.id, kind, expires));
    if expires < now() || value("sig") != Some(right) {
        return Some((photo, Reply::text(403, "Forbidden")));
    }
    let bytes = bytes(&photo, kind);
    Some((photo, Reply::new(200, "video/mp4", bytes)))
}

/// The bytes of a stream: the boxes of an MP4 with noise as its data.
pub(crate) fn bytes(photo: &Photo, kind: &str) -> Vec<u8> {
    let mut out = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08free".to_vec();
    let len = u32::try_from(LENGTH + 8).unwrap_or(u32::MAX);
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(b"mdat");
    let seed = kind.bytes().fold(photo.hash(About::Head), |seed, byte| join(seed, u64::from(byte)));
    let mut dice = Dice::new(join(seed, u64::from(photo.version)));
    for _ in 0..LENGTH / 8 {
        out.extend_from_slice(&dice.roll().to_le_bytes());
    }
    out
}

/// The only clock here: a signed address must expire while the client looks.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn signature(shared: &Shared, id: u64, kind: &str, expires: u64) -> u64 {
    let seed = kind.bytes().fold(shared.config.stream.seed, |seed, byte| join(seed, byte.into()));
    join(join(seed, id), expires)
}
