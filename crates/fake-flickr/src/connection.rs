//! Connections: accepted, read, answered, one request after another.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, PoisonError};

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::delivery::{self, After, Socket};
use crate::http::{self, Incoming, Reply, Request};
use crate::world::Shared;
use crate::{api, fault, image_host, page, truth};

/// Which part of the site a connection came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The API and the pages.
    Site,
    /// An image host, where every unknown path counts as a picture's.
    Images,
}

/// What every listener works with: the site as it is seen on loopback ports, and through tunnels.
pub(crate) struct Doors {
    pub(crate) plain: Arc<Shared>,
    #[cfg(feature = "proxy")]
    pub(crate) tunnels: Option<crate::proxy::Tunnels>,
}

/// Accepts connections for good.
pub(crate) async fn accept(doors: Arc<Doors>, listener: TcpListener, side: Side) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(Arc::clone(&doors), stream, side));
            }
            // Out of file descriptors, usually: they come back as connections end.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
        }
    }
}

/// Counts a connection as long as it lives.
struct Counted(Arc<Doors>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.plain.counters.closed();
    }
}

async fn serve(doors: Arc<Doors>, stream: TcpStream, side: Side) {
    doors.plain.counters.opened();
    let counted = Counted(doors);
    // A client that went away is no concern of the server's.
    let _ = greet(&counted.0, stream, side).await;
}

/// Tells those who want a tunnel from those who ask at once.
#[cfg(feature = "proxy")]
async fn greet(doors: &Doors, mut stream: TcpStream, side: Side) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(4096);
    let first = http::read(&mut stream, &mut buffer).await?;
    match first {
        Incoming::Request(request) if request.method == "CONNECT" => {
            crate::proxy::tunnel(doors.tunnels.as_ref(), stream, &request.path).await
        }
        first => go_on(&doors.plain, stream, side, buffer, first).await,
    }
}

#[cfg(not(feature = "proxy"))]
async fn greet(doors: &Doors, stream: TcpStream, side: Side) -> io::Result<()> {
    stream.set_nodelay(true)?;
    converse(&doors.plain, stream, side).await
}

/// Answers one request after another.
pub(crate) async fn converse(
    shared: &Shared,
    mut stream: impl Socket,
    side: Side,
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(4096);
    let first = http::read(&mut stream, &mut buffer).await?;
    go_on(shared, stream, side, buffer, first).await
}

/// Answers what came, and what comes after it.
async fn go_on(
    shared: &Shared,
    mut stream: impl Socket,
    side: Side,
    mut buffer: Vec<u8>,
    mut incoming: Incoming,
) -> io::Result<()> {
    loop {
        let request = match incoming {
            Incoming::Request(request) => request,
            Incoming::Gone => return Ok(()),
            Incoming::Bad => Box::new(Request { close: true, ..Request::default() }),
        };
        let reply = {
            let _under_way = shared.counters.begin();
            answer(shared, &request, side).await
        };
        let (after, sent) = delivery::write(&mut stream, &request, &reply, &shared.wire).await?;
        shared.counters.sent(sent);
        match after {
            After::KeepAlive => {}
            After::Close => return stream.shutdown().await,
            After::Reset => return Ok(()),
        }
        incoming = http::read(&mut stream, &mut buffer).await?;
    }
}

/// Answers a request, whichever way it came.
async fn answer(shared: &Shared, request: &Request, side: Side) -> Reply {
    let latency = shared.config.latency;
    match request.path.as_str() {
        "" => Reply::text(400, "Bad Request"),
        "/services/rest" | "/services/rest/" => {
            wait(latency.api).await;
            api::answer(shared, request)
        }
        path if path.starts_with("/__fake/") => own(shared, path, &request.query).await,
        path if page::is_page(path) => {
            wait(latency.api).await;
            page::answer(shared, path)
        }
        "/robots.txt" if side == Side::Site => {
            wait(latency.api).await;
            Reply::text(200, &shared.config.pages.robots)
        }
        "/" | "/favicon.ico" if side == Side::Site => Reply::text(404, "Not Found"),
        _ => {
            wait(latency.images).await;
            image_host::answer(shared, request).await
        }
    }
}

async fn wait(latency: std::time::Duration) {
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
}

/// What the binary offers in place of [`crate::Server`]'s methods.
async fn own(shared: &Shared, path: &str, query: &str) -> Reply {
    match path {
        "/__fake/hits" => Reply::new(200, "application/json", hits(shared)),
        "/__fake/reset" => {
            shared.counters.reset();
            Reply::new(200, "application/json", b"{}\n".to_vec())
        }
        "/__fake/truth" => Reply::new(200, "application/json", photos(shared, query).await),
        "/__fake/fault" => give_fault(shared, query),
        _ => Reply::text(404, "Not Found"),
    }
}

fn hits(shared: &Shared) -> Vec<u8> {
    let hits = shared.counters.hits();
    let most = hits.by_rendition.values().max();
    let value = json!({
        "api": hits.api,
        "pages": hits.pages,
        "images": hits.images,
        "videos": hits.videos,
        "plays": hits.plays,
        "renditions": hits.by_rendition.len(),
        "most_of_one_rendition": most,
        "refused": hits.refused,
        "faults": hits.faults,
        "bytes": hits.bytes,
        "connections": hits.connections,
        "at_once": hits.at_once,
    });
    format!("{value}\n").into_bytes()
}

/// `?fault=html&times=2&ids=40000000001,40000000002` gives these photos' pictures that fault, in the
/// words of the command line, whatever the rules say of them.
fn give_fault(shared: &Shared, query: &str) -> Reply {
    let asked: HashMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let word = |name: &str| asked.get(name).map(Cow::as_ref);
    let ids = word("ids").and_then(|ids| ids.split(',').map(|id| id.parse().ok()).collect());
    let ids: Vec<u64> = ids.unwrap_or_default();
    let fault = word("fault").and_then(fault::named);
    let (Some(fault), Some(times), false) = (fault, fault::times(word("times")), ids.is_empty())
    else {
        return Reply::text(400, "Say fault=KIND&times=TIMES&ids=ID,ID");
    };
    let mut ledger = shared.ledger.lock().unwrap_or_else(PoisonError::into_inner);
    for id in ids {
        ledger.set(id, fault, times);
    }
    Reply::new(200, "application/json", b"{}\n".to_vec())
}

/// `?labels=o,largest,video` measures and hashes these; `&from=0&n=1000` asks for a part.
async fn photos(shared: &Shared, query: &str) -> Vec<u8> {
    let mut labels: Vec<String> = Vec::new();
    let (mut from, mut n) = (0_usize, usize::MAX);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "labels" => labels = value.split(',').map(str::to_owned).collect(),
            "from" => from = value.parse().unwrap_or(0),
            "n" => n = value.parse().unwrap_or(usize::MAX),
            _ => {}
        }
    }
    let mut out = b"[".to_vec();
    for photo in truth::photos(shared, from..from.saturating_add(n)) {
        if out.len() > 1 {
            out.push(b',');
        }
        out.push(b'\n');
        out.extend_from_slice(truth::written(shared, &photo, &labels).await.to_string().as_bytes());
    }
    out.extend_from_slice(b"\n]\n");
    out
}
