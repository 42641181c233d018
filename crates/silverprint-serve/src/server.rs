//! The socket: who is listened to, how many at once, and for how long one may
//! say or hear nothing.

use crate::answer::Site;
use crate::disk::Disk;
use crate::watch;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use silverprint_core::Layout;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// A browser opens six to a host. Whoever comes beyond them waits.
const MOST_CONNECTIONS: usize = 64;
/// A request has to be there within this, and the next one after an answer.
const REQUEST_WITHIN: Duration = Duration::from_secs(30);
/// Who takes nothing for so long is not listening. A video that is paused asks
/// for the rest when it goes on.
const STALLED_AFTER: Duration = Duration::from_mins(2);
/// The most of a request's head; more than any browser sends.
const LARGEST_HEAD: usize = 32 << 10;
/// Where the system has no sockets left, it is asked again after so long.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Which port to listen at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// The same at each start, so that addresses can be kept; another one where
    /// that is taken.
    Usual,
    /// This one; with 0 any that is free.
    Exactly(u16),
}

impl Port {
    /// The usual one.
    pub const USUAL: u16 = 4321;
}

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// It is not one of ours.
    #[error("{} is no archive: neither catalogue nor photos.jsonl is in it", folder.display())]
    NoArchive {
        /// The folder.
        folder: PathBuf,
    },
    /// Nothing can be listened to there.
    #[error("cannot listen at {address}: {source}")]
    Port {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The system gives no threads.
    #[error("cannot start the threads that read files: {0}")]
    Threads(io::Error),
}

/// A folder that can be asked for, from its binding on.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
    watch: watch::Watch,
}

impl Server {
    /// Binds a port of 127.0.0.1, and no other address.
    pub async fn bind(folder: &Path, port: Port) -> Result<Self, ServeError> {
        let disk = Disk::start().map_err(ServeError::Threads)?;
        let root = folder.to_owned();
        if !disk.ask(move || is_archive(&root)).await {
            return Err(ServeError::NoArchive { folder: folder.to_owned() });
        }
        let (listener, address) = listen(port).await?;
        let (watch, seen) = watch::Watch::begin(folder.to_owned(), disk.clone()).await;
        let site = Arc::new(Site::new(folder.to_owned(), address.port(), disk, seen));
        Ok(Self { listener, address, site, watch })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until it is dropped.
    pub async fn run(self) -> Infallible {
        let Self { listener, site, watch, .. } = self;
        tokio::select! {
            never = accept(&listener, &site) => never,
            never = watch.go_on() => never,
        }
    }
}

/// Whether a sync has ever worked there. Blocks.
fn is_archive(folder: &Path) -> bool {
    [Layout::CATALOGUE, Layout::RECORD].iter().any(|path| folder.join(path).is_file())
}

async fn listen(port: Port) -> Result<(TcpListener, SocketAddr), ServeError> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let (wanted, otherwise) = match port {
        Port::Usual => (at(Port::USUAL), Some(at(0))),
        Port::Exactly(port) => (at(port), None),
    };
    let bound = match (TcpListener::bind(wanted).await, otherwise) {
        (Err(error), Some(other)) if error.kind() == io::ErrorKind::AddrInUse => {
            TcpListener::bind(other).await
        }
        (bound, _) => bound,
    };
    let bound = bound.and_then(|listener| listener.local_addr().map(|at| (listener, at)));
    bound.map_err(|source| ServeError::Port { address: wanted, source })
}

async fn accept(listener: &TcpListener, site: &Arc<Site>) -> Infallible {
    // Dropped with the server, and all connections with it.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => {
                match accepted {
                    Ok((stream, _)) => drop(connections.spawn(talk(Arc::clone(site), stream))),
                    Err(_) => sleep(AFTER_FAILURE).await,
                }
            }
        }
    }
}

/// One connection, to its end.
async fn talk(site: Arc<Site>, stream: TcpStream) {
    // An event waits for nothing to be sent with.
    let _ = stream.set_nodelay(true);
    let pulse = Pulse::default();
    let service = service_fn(|request| {
        let (site, pulse) = (Arc::clone(&site), pulse.clone());
        pulse.beat();
        async move { Ok::<_, Infallible>(site.answer(&request, pulse).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(REQUEST_WITHIN).max_buf_size(LARGEST_HEAD);
    let mut served = pin!(http.serve_connection(TokioIo::new(stream), service));
    // What is wrong with a connection is the other side's affair.
    while timeout(STALLED_AFTER, &mut served).await.is_err() {
        if !pulse.was_felt() {
            return;
        }
    }
}

/// Whether something was said or taken on a connection lately.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pulse(Arc<AtomicBool>);

impl Pulse {
    pub(crate) fn beat(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Since the last time this was asked.
    fn was_felt(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}
