//! From a request to its response. Whatever is answered is dressed the same:
//! nothing is sniffed, framed, or embedded by pages from elsewhere.

use crate::disk::Disk;
use crate::events;
use crate::file::Opened;
use crate::kind::kind;
use crate::place::Place;
use crate::range::Range;
use crate::refusal::Refusal;
use crate::server::Pulse;
use crate::watch::Seen;
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// What is sent: as it is read.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// So many may listen to the progress at once. A browser has one listener a tab.
const MOST_LISTENERS: usize = 16;

/// What every response has. The policy is that of the sheet's own pages, which
/// need more only where they are opened as files; nobody may frame them.
const ALWAYS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; \
connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::CACHE_CONTROL, "no-cache"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A folder as it is served.
#[derive(Debug)]
pub(crate) struct Site {
    folder: Arc<Path>,
    port: u16,
    disk: Disk,
    seen: watch::Receiver<Seen>,
    listeners: Arc<Semaphore>,
}

impl Site {
    pub(crate) fn new(folder: PathBuf, port: u16, disk: Disk, seen: watch::Receiver<Seen>) -> Self {
        let listeners = Arc::new(Semaphore::new(MOST_LISTENERS));
        Self { folder: folder.into(), port, disk, seen, listeners }
    }

    /// Answers a request, whatever is in it. Its body, if it has one, is left.
    pub(crate) async fn answer<B>(&self, request: &Request<B>, pulse: Pulse) -> Response<Body> {
        let mut response = self.judge(request, pulse).await.unwrap_or_else(refused);
        let always = ALWAYS.map(|(name, value)| (name, HeaderValue::from_static(value)));
        response.headers_mut().extend(always);
        response
    }

    async fn judge<B>(
        &self,
        request: &Request<B>,
        pulse: Pulse,
    ) -> Result<Response<Body>, Refusal> {
        if !is_ours(request, self.port) {
            return Err(Refusal::Misdirected);
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Refusal::Method);
        }
        let place = Place::of(request.uri().path())?;
        match place.path() {
            Some(path) => match self.file(path, request, pulse).await {
                Err(Refusal::NotFound) if place == Place::Index => Err(Refusal::NoSheet),
                answered => answered,
            },
            None => self.progress(request, pulse),
        }
    }

    async fn file<B>(
        &self,
        path: &Path,
        request: &Request<B>,
        pulse: Pulse,
    ) -> Result<Response<Body>, Refusal> {
        let (folder, at) = (Arc::clone(&self.folder), path.to_owned());
        let opened = self.disk.ask(move || Opened::at(&folder, &at)).await;
        let opened = opened.map_err(|error| Refusal::of(&error))?;
        let tag = text(&opened.tag);
        if is_known(request.headers(), &opened.tag) {
            let mut response = empty(StatusCode::NOT_MODIFIED);
            response.headers_mut().insert(header::ETAG, tag);
            return Ok(response);
        }
        let whole = opened.length;
        let (status, first, length) = match range(request, &opened) {
            Range::Whole => (StatusCode::OK, 0, whole),
            Range::Part { first, length } => (StatusCode::PARTIAL_CONTENT, first, length),
            Range::Beyond => return Err(Refusal::Beyond { length: whole }),
        };
        let mut response = empty(status);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
        headers.insert(header::CONTENT_LENGTH, length.into());
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(header::ETAG, tag);
        if status == StatusCode::PARTIAL_CONTENT {
            let last = first + length - 1;
            headers.insert(header::CONTENT_RANGE, text(&format!("bytes {first}-{last}/{whole}")));
        }
        if request.method() == Method::GET {
            *response.body_mut() = opened.send(first, length, self.disk.clone(), pulse);
        }
        Ok(response)
    }

    fn progress<B>(&self, request: &Request<B>, pulse: Pulse) -> Result<Response<Body>, Refusal> {
        let mut response = empty(StatusCode::OK);
        let kind = HeaderValue::from_static("text/event-stream");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if request.method() == Method::GET {
            let place = Arc::clone(&self.listeners).try_acquire_owned();
            let place = place.map_err(|_| Refusal::Crowded)?;
            let last = request.headers().get("last-event-id").and_then(|it| it.to_str().ok());
            *response.body_mut() = events::tell(self.seen.clone(), last, place, pulse);
        }
        Ok(response)
    }
}

/// Whether it was meant for us: by a name of the loopback, and our port.
fn is_ours<B>(request: &Request<B>, port: u16) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    // A proxy is asked for addresses with a host in them; we are none.
    if request.uri().authority().is_some() {
        return false;
    }
    let Some(host) = host.to_str().ok() else { return false };
    let name = match host.strip_suffix(&format!(":{port}")) {
        Some(name) => name,
        // It is left out where it is the usual one.
        None if port == 80 => host,
        None => return false,
    };
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|ours| name.eq_ignore_ascii_case(ours))
}

/// Whether who asks has the file already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// What of the file is wanted. A part only of the one that the other parts are
/// of, where that is said.
fn range<B>(request: &Request<B>, opened: &Opened) -> Range {
    let headers = request.headers();
    let is_another = headers.get(header::IF_RANGE).is_some_and(|tag| tag != opened.tag.as_str());
    let asked = headers.get(header::RANGE).and_then(|it| it.to_str().ok());
    match asked {
        Some(asked) if request.method() == Method::GET && !is_another => {
            Range::of(asked, opened.length)
        }
        _ => Range::Whole,
    }
}

fn refused(refusal: Refusal) -> Response<Body> {
    let body = Full::new(Bytes::from_static(refusal.text().as_bytes()));
    let mut response = Response::new(body.map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = refusal.status();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    match refusal {
        Refusal::Method => {
            headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        Refusal::Beyond { length } => {
            headers.insert(header::CONTENT_RANGE, text(&format!("bytes */{length}")));
        }
        _ => {}
    }
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    response
}

/// Numbers, and signs between them.
fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("it is ASCII that can be seen")
}
