//! Videos: where their streams are, the redirect to a signed address that expires, and the bytes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::body::{Body, Noise, Piece};
use crate::fault::{self, Fault, Times};
use crate::http::Reply;
use crate::photo::{About, Media, Photo};
use crate::rendition::Label;
use crate::seed::{fraction, join};
use crate::world::{Shared, World};

/// What can go wrong with a video's stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoFault {
    /// The signed address is refused with 403, however fresh: another must be asked for.
    Expired,
    /// Half the body comes; then the video has been encoded anew, with another `ETag` and other
    /// bytes under the same address.
    Changed,
    /// What pictures can meet too; [`Fault::ShortBody`] cuts it in the middle.
    Like(Fault),
}

/// How videos are served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Videos {
    /// The bytes of the largest stream. They are worked out while they are sent.
    pub bytes: u32,
    /// How long a signed address is good for; whole seconds.
    pub good_for: Duration,
    /// What befalls each video, and how often, unless a test sets it by hand.
    pub fault: Option<(VideoFault, Times)>,
}

impl Default for Videos {
    /// Small and well-behaved.
    fn default() -> Self {
        Self { bytes: 96 << 10, good_for: Duration::from_mins(5), fault: None }
    }
}

/// What is fixed about a kind of stream.
struct Kind {
    /// As `flickr.video.getStreamInfo` calls it.
    name: &'static str,
    /// As `flickr.photos.getSizes` calls it.
    title: &'static str,
    /// How much shorter it is than the largest.
    divisor: u32,
}

const fn kind(name: &'static str, title: &'static str, divisor: u32) -> Kind {
    Kind { name, title, divisor }
}

/// The largest first.
const KINDS: [Kind; 6] = [
    kind("orig", "Video Original", 1),
    kind("1080p", "1080p", 2),
    kind("720p", "720p", 3),
    kind("360p", "360p", 6),
    kind("288p", "288p", 8),
    kind("iphone_wifi", "iphone_wifi", 12),
];

/// What old videos have, as recorded in 2024.
const OLD_KINDS: [Kind; 2] = [kind("700", "700", 1), kind("iphone_wifi", "iphone_wifi", 4)];

/// Before the bytes that nobody plays: the boxes of an MP4.
const HEAD: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08free";

/// One encoding of a video.
#[derive(Debug)]
pub(crate) struct Stream {
    /// As `flickr.video.getStreamInfo` calls it.
    pub(crate) kind: &'static str,
    /// As `flickr.photos.getSizes` calls it.
    pub(crate) title: &'static str,
    pub(crate) url: String,
}

/// How long a video plays.
pub(crate) fn seconds(photo: &Photo) -> u64 {
    4 + photo.hash(About::Media) % 86
}

fn kinds(world: &World, photo: &Photo) -> &'static [Kind] {
    let old = fraction(photo.hash(About::Streams)) < world.config.stream.shares.old_videos;
    match photo.media {
        Media::Photo => &[],
        Media::Video if old => &OLD_KINDS,
        Media::Video => &KINDS,
    }
}

fn find(world: &World, photo: &Photo, name: &str) -> Option<&'static Kind> {
    kinds(world, photo).iter().find(|kind| kind.name == name)
}

/// The streams of a video, the largest first; none for a photo.
pub(crate) fn streams(shared: &Shared, photo: &Photo) -> Vec<Stream> {
    let page = format!("{}/{}", shared.page(), photo.id);
    let secret = photo.secret(Label::M);
    kinds(shared, photo)
        .iter()
        .map(|kind| Stream {
            kind: kind.name,
            title: kind.title,
            url: format!("{page}/play/{}/{secret:010x}/", kind.name),
        })
        .collect()
}

/// Where the player is that played videos before 2021, and is still listed.
pub(crate) fn player(shared: &Shared, photo: &Photo) -> String {
    let secret = photo.secret(Label::M);
    format!(
        "{}/apps/video/stewart.swf?v=1700000000&photo_id={}&photo_secret={secret:010x}",
        shared.base(),
        photo.id
    )
}

/// Answers `/photos/NAME/ID/play/KIND/SECRET/` with a redirect to a signed address.
pub(crate) fn play(shared: &Shared, path: &str) -> Option<Reply> {
    let mut parts = path.trim_matches('/').split('/');
    let ("photos", _, id, "play", kind, secret) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?)
    else {
        return None;
    };
    let photo = shared.listed(id.parse().ok()?)?;
    if format!("{:010x}", photo.secret(Label::M)) != secret {
        return None;
    }
    let kind = find(shared, &photo, kind)?.name;
    shared.counters.play();
    let expires = now() + shared.config.videos.good_for.as_secs();
    let signature = signature(shared, photo.id, kind, expires);
    let host = shared.host(&photo);
    let query = format!("expires={expires}&sig={signature:016x}");
    Some(Reply::redirect(&format!("{host}/video/{}/{kind}.mp4?{query}", photo.id)))
}

/// A request for a stream whose address is in order.
pub(crate) struct Asked {
    pub(crate) photo: Photo,
    kind: &'static Kind,
}

/// Reads the address of a stream; `None` for other paths, an answer where it isn't good.
pub(crate) fn read(shared: &Shared, path: &str, query: &str) -> Option<Result<Asked, Reply>> {
    let (id, file) = path.strip_prefix("/video/")?.split_once('/')?;
    let photo = shared.listed(id.parse().ok()?)?;
    let kind = find(shared, &photo, file.strip_suffix(".mp4")?)?;
    let value = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let expires = value("expires").and_then(|expires| expires.parse().ok()).unwrap_or(0);
    let right = format!("{:016x}", signature(shared, photo.id, kind.name, expires));
    if expires <= now() || value("sig") != Some(right) {
        return Some(Err(Reply::text(403, "Forbidden")));
    }
    Some(Ok(Asked { photo, kind }))
}

impl Asked {
    /// The stream as it is now, and its `ETag`.
    pub(crate) fn answer(&self, shared: &Shared) -> (Reply, String) {
        let body = body(shared, &self.photo, self.kind);
        let tag = format!("\"{:016x}\"", seed(shared, &self.photo, self.kind));
        (Reply::new(200, "video/mp4", body), tag)
    }
}

/// What a fault makes of a good answer.
pub(crate) fn apply(shared: &Shared, id: u64, fault: VideoFault, reply: Reply) -> Reply {
    shared.counters.fault();
    match fault {
        VideoFault::Expired => Reply::text(403, "Forbidden"),
        VideoFault::Changed => {
            shared.encode_anew(id);
            fault::apply(Fault::ShortBody, reply, Reply::text(200, ""))
        }
        VideoFault::Like(fault) => fault::apply(fault, reply, Reply::text(200, "")),
    }
}

/// The bytes of a stream, where the video has it.
pub(crate) fn bytes(world: &World, photo: &Photo, kind: &str) -> Option<Body> {
    Some(body(world, photo, find(world, photo, kind)?))
}

/// The boxes of an MP4 with noise as its data.
fn body(world: &World, photo: &Photo, kind: &Kind) -> Body {
    let noise = (world.config.videos.bytes / kind.divisor) as usize;
    let mut head = HEAD.to_vec();
    let len = u32::try_from(noise + 8).unwrap_or(u32::MAX);
    head.extend_from_slice(&len.to_be_bytes());
    head.extend_from_slice(b"mdat");
    let noise = Noise { seed: seed(world, photo, kind), from: 0, to: noise };
    Body([Piece::Bytes(head.into()), Piece::Noise(noise), Piece::default()])
}

/// What a stream's bytes follow from.
fn seed(world: &World, photo: &Photo, kind: &Kind) -> u64 {
    let head = photo.hash(About::Head);
    let seed = kind.name.bytes().fold(head, |seed, byte| join(seed, u64::from(byte)));
    let encoding = u64::from(world.encoding(photo.id));
    join(seed, u64::from(photo.version) | encoding << 32)
}

/// The only clock here: a signed address must expire while the client looks.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn signature(world: &World, id: u64, kind: &str, expires: u64) -> u64 {
    let seed = kind.bytes().fold(world.config.stream.seed, |seed, byte| join(seed, byte.into()));
    join(join(seed, id), expires)
}
