//! What a server is started with: the stream, and how it misbehaves.

use std::time::Duration;

use crate::config::StreamConfig;
use crate::fault::{Faults, RetryAfter};
use crate::page::Pages;
#[cfg(feature = "proxy")]
use crate::proxy::Proxy;
use crate::video::Videos;

/// Which API keys are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Key {
    /// Any 32 hexadecimal digits.
    #[default]
    Any,
    /// Only this one.
    Only(String),
}

/// What has become of the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Account {
    /// It is there, and public.
    #[default]
    Open,
    /// It is there, and its photos are nobody's business (code 2).
    Denied,
    /// It was deleted (code 5 from `people.getInfo`, else 1).
    Deleted,
    /// There never was such an account (code 1).
    Unknown,
}

/// What can go wrong with an API call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiFault {
    /// `stat="fail"` with this code: 0, 105, 106, 201 pass; 95 to 100 don't.
    Code(u32),
    /// The recorded answer of code 201: JSON with a trailing comma, whatever was asked for.
    TrailingComma,
    /// JSON that breaks off.
    BadJson,
    /// The other notation than was asked for.
    OtherNotation,
    /// A status with HTML: 500, 502, 503, 429.
    Status(u16),
    /// The connection is reset.
    Reset,
    /// Nothing is answered, until the client goes.
    Stall,
}

/// The API faults that pass, dealt out evenly by [`Config::api_faults`].
pub const PASSING_API: [ApiFault; 8] = [
    ApiFault::Code(105),
    ApiFault::Code(201),
    ApiFault::Code(0),
    ApiFault::TrailingComma,
    ApiFault::BadJson,
    ApiFault::OtherNotation,
    ApiFault::Status(500),
    ApiFault::Reset,
];

/// Pages that are not what they say. Each page is so when it is first served, whole after that.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Paging {
    /// The share of pages that lack one to three of their photos.
    pub short: f64,
    /// The share of pages that repeat the last photo of the page before.
    pub repeated: f64,
    /// True where short pages stay short however often they are asked for.
    pub lasting: bool,
    /// True where a number past the last page is taken for the last page's.
    pub clamped: bool,
}

/// A change to the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// So many photos are uploaded.
    Upload(u32),
    /// This photo is deleted.
    Delete(u64),
    /// The photo at this position is deleted, 0 being the newest.
    DeleteAt(usize),
    /// The photo's picture is replaced.
    Replace(u64),
    /// The photo gets another title.
    Retitle(u64),
    /// The key is revoked: code 100 from now on.
    RevokeKey,
    /// Nothing is served by the image hosts for so many milliseconds.
    Storm(u64),
}

/// A change that comes right after a listing page was served for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The page, counted from 1.
    pub after_page: u32,
    /// The change.
    pub change: Change,
}

/// A while in which the image hosts answer nothing but 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storm {
    /// It begins with this request for a picture.
    pub at_image: u64,
    /// How long it lasts.
    pub lasts: Duration,
    /// What the answers say about when to come back.
    pub after: RetryAfter,
}

/// How long answers take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Latency {
    /// Of the API.
    pub api: Duration,
    /// Of the image hosts.
    pub images: Duration,
}

/// What a server is started with. The default misbehaves in nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The photostream.
    pub stream: StreamConfig,
    /// The pictures' faults.
    pub faults: Faults,
    /// The port of the API; 0 lets the system choose. Image hosts have the ports after it.
    pub port: u16,
    /// How many image hosts there are, each with a port of its own.
    pub image_hosts: usize,
    /// How long answers take.
    pub latency: Latency,
    /// Bytes a second, over all connections.
    pub bandwidth: Option<u64>,
    /// Bytes a second, for each answer.
    pub bandwidth_each: Option<u64>,
    /// Requests a second that the image hosts let in, unannounced; more are answered by 429.
    pub cap: Option<u32>,
    /// What the cap's 429 says about when to come back.
    pub cap_says: RetryAfter,
    /// Storms of 429 to come.
    pub storms: Vec<Storm>,
    /// Which API keys are taken.
    pub key: Key,
    /// The key is revoked after so many API calls.
    pub revoke_after: Option<u64>,
    /// What has become of the account.
    pub account: Account,
    /// The share of API calls that fail in passing.
    pub api_faults: f64,
    /// Pages that are not what they say.
    pub paging: Paging,
    /// The streams of videos.
    pub videos: Videos,
    /// The site's pages.
    pub pages: Pages,
    /// The server is an HTTP proxy too, at the API's port; `None` for a server that isn't.
    #[cfg(feature = "proxy")]
    pub proxy: Option<Proxy>,
    /// Changes while the stream is listed.
    pub script: Vec<Step>,
    /// Threads that serve.
    pub workers: usize,
    /// Threads that paint.
    pub painters: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            stream: StreamConfig::default(),
            faults: Faults::none(),
            port: 0,
            image_hosts: 3,
            latency: Latency::default(),
            bandwidth: None,
            bandwidth_each: None,
            cap: None,
            cap_says: RetryAfter::Unsaid,
            storms: Vec::new(),
            key: Key::Any,
            revoke_after: None,
            account: Account::Open,
            api_faults: 0.0,
            paging: Paging::default(),
            videos: Videos::default(),
            pages: Pages::default(),
            #[cfg(feature = "proxy")]
            proxy: None,
            script: Vec::new(),
            workers: 1,
            painters: std::thread::available_parallelism().map_or(2, usize::from),
        }
    }
}

impl Config {
    /// A well-behaved server of this stream.
    pub fn new(stream: StreamConfig) -> Self {
        Self { stream, ..Self::default() }
    }

    /// A well-behaved server of a stream without oddities.
    pub fn clean(seed: u64, photos: u32) -> Self {
        Self::new(StreamConfig::clean(seed, photos))
    }

    /// What `silverprint demo` archives: a little latency, and a few faults that pass quickly, so
    /// that recovery is seen.
    pub fn demo() -> Self {
        use crate::fault::{Fault, Times};
        let passing = [
            Fault::Status(503),
            Fault::ResetBody,
            Fault::ShortBody,
            Fault::OpenChunk,
            Fault::Html,
            Fault::TooMany(RetryAfter::Unsaid),
        ];
        let milliseconds = Duration::from_millis;
        Self {
            faults: Faults::none().seeded(2026).and(&passing, 0.02, Times::Once),
            latency: Latency { api: milliseconds(40), images: milliseconds(15) },
            ..Self::new(StreamConfig::demo())
        }
    }
}
