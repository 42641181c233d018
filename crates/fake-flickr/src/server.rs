//! The server that tests, benches and the demo start: its sockets, its threads, its levers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::api::ApiState;
use crate::connection::{self, Doors, Side};
use crate::darkroom::Darkroom;
use crate::fault::{Fault, Ledger, RetryAfter, Times};
use crate::forge::{Forgeries, Forgery};
use crate::hits::{Counters, Hits};
use crate::pace::{Limits, Wire};
use crate::page::Keyring;
use crate::photo::Photo;
#[cfg(feature = "proxy")]
use crate::proxy::Tunnels;
use crate::rendition::Label;
use crate::setup::{Account, ApiFault, Change, Config, Step};
use crate::stream::Stream;
use crate::truth::{self, Rendered, TruePhoto};
use crate::video::{self, VideoFault};
use crate::world::{Origins, Shared, World};

/// A photostream being served on loopback ports of its own, until it is dropped.
pub struct Server {
    shared: Arc<Shared>,
    #[cfg(feature = "proxy")]
    doors: Arc<Doors>,
    runtime: Option<Runtime>,
}

impl Server {
    /// Starts serving on threads of its own. The ports are the system's choice unless the
    /// configuration says otherwise.
    pub fn start(config: Config) -> io::Result<Self> {
        let (listeners, origins) = bind(config.port, config.image_hosts.max(1))?;
        let stream = Stream::new(config.stream.clone());
        let world = Arc::new(World {
            nsid: stream.nsid(),
            stream: RwLock::new(stream),
            darkroom: Darkroom::new(&config.stream, config.painters)?,
            counters: Counters::default(),
            api: Mutex::new(ApiState {
                account: config.account,
                script: config.script.clone(),
                ..ApiState::default()
            }),
            limits: Limits::default(),
            wire: Wire::new(config.bandwidth, config.bandwidth_each),
            placeholder: crate::develop::placeholder(),
            ledger: Mutex::new(Ledger { rules: config.faults.clone(), ..Ledger::default() }),
            reel: Mutex::default(),
            forgeries: Forgeries::default(),
            site_keys: Keyring::new(config.stream.seed, config.pages.site_keys),
            config,
        });
        let shared = Arc::new(Shared { world: Arc::clone(&world), origins });
        let doors = Arc::new(Doors {
            plain: Arc::clone(&shared),
            #[cfg(feature = "proxy")]
            tunnels: tunnels(&shared)?,
        });
        let runtime = Builder::new_multi_thread()
            .worker_threads(shared.config.workers.max(1))
            .thread_name("fake-flickr")
            .enable_all()
            .build()?;
        {
            let _inside = runtime.enter();
            shared.limits.cap(shared.config.cap, shared.config.cap_says);
            for (n, listener) in listeners.into_iter().enumerate() {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                let side = if n == 0 { Side::Site } else { Side::Images };
                runtime.spawn(connection::accept(Arc::clone(&doors), listener, side));
            }
        }
        Ok(Self {
            shared,
            #[cfg(feature = "proxy")]
            doors,
            runtime: Some(runtime),
        })
    }

    /// The origin to use in place of `https://www.flickr.com`: `http://127.0.0.1:PORT`.
    pub fn base(&self) -> String {
        self.shared.base().to_owned()
    }

    /// The certificate, in PEM, of the authority whose TLS is spoken in tunnels; `None` where the
    /// server is no proxy. It is one for `https://` at [`Server::base`] where it is.
    #[cfg(feature = "proxy")]
    pub fn proxy_ca(&self) -> Option<&str> {
        self.doors.tunnels.as_ref().map(|tunnels| tunnels.ca.as_str())
    }

    /// The origins that serve pictures.
    pub fn image_hosts(&self) -> &[String] {
        &self.shared.origins.hosts
    }

    /// The account's path alias; empty where it has none.
    pub fn alias(&self) -> String {
        self.shared.config.stream.alias.clone()
    }

    /// The account's NSID.
    pub fn nsid(&self) -> String {
        self.shared.nsid.clone()
    }

    /// An API key that this server takes.
    pub fn key(&self) -> String {
        match &self.shared.config.key {
            crate::setup::Key::Only(key) => key.clone(),
            crate::setup::Key::Any => "0123456789abcdef".repeat(2),
        }
    }

    /// Every publicly listed photo as it is now, the newest first.
    pub fn truth(&self) -> Vec<TruePhoto> {
        truth::photos(&self.shared, 0..usize::MAX)
    }

    /// The bytes of a rendition as they are served when nothing goes wrong; painted if need be.
    pub fn rendition_bytes(&self, id: u64, label: Label) -> Option<Vec<u8>> {
        let stream = self.shared.stream.read().unwrap_or_else(PoisonError::into_inner);
        let photo = stream.viewable(id)?;
        drop(stream);
        self.shared.rendition_bytes(&photo, label)
    }

    /// Length and SHA-256 of a rendition; painted if need be.
    pub fn rendered(&self, id: u64, label: Label) -> Option<Rendered> {
        Some(Rendered::of(&self.rendition_bytes(id, label)?.into()))
    }

    /// The bytes of a video's stream as it is now; `kind` is what [`TrueVideo::kind`] says.
    ///
    /// [`TrueVideo::kind`]: crate::TrueVideo::kind
    pub fn video_bytes(&self, id: u64, kind: &str) -> Option<Vec<u8>> {
        Some(video::bytes(&self.shared, &self.shared.listed(id)?, kind)?.to_vec())
    }

    /// Length and SHA-256 of a video's stream as it is now.
    pub fn video_rendered(&self, id: u64, kind: &str) -> Option<Rendered> {
        let body = video::bytes(&self.shared, &self.shared.listed(id)?, kind)?;
        Some(Rendered::of(&body))
    }

    /// Paints and encodes these renditions of every listed photo now, with all painters, so that
    /// no measurement waits for a painter.
    pub fn prepare(&self, labels: &[Label]) {
        let photos: Vec<Photo> = {
            let stream = self.shared.stream.read().unwrap_or_else(PoisonError::into_inner);
            stream.photos().collect()
        };
        let pictures = photos
            .into_iter()
            .flat_map(|photo| labels.iter().map(move |&label| (photo.clone(), label)));
        self.shared.darkroom.prepare(pictures);
    }

    /// What was asked for so far.
    pub fn hits(&self) -> Hits {
        self.shared.counters.hits()
    }

    /// Counts from zero again.
    pub fn reset_hits(&self) {
        self.shared.counters.reset();
    }

    /// Gives a photo's pictures a fault, whatever the rules say of it.
    pub fn fault(&self, id: u64, fault: Fault, times: Times) {
        self.shared.ledger.lock().unwrap_or_else(PoisonError::into_inner).set(id, fault, times);
    }

    /// Takes back every fault that photos' pictures were given by [`Server::fault`].
    pub fn heal(&self) {
        self.shared.ledger.lock().unwrap_or_else(PoisonError::into_inner).heal();
    }

    /// Gives a video's streams a fault, whatever [`Videos::fault`](crate::Videos::fault) says.
    pub fn video_fault(&self, id: u64, fault: VideoFault, times: Times) {
        let mut reel = self.shared.reel.lock().unwrap_or_else(PoisonError::into_inner);
        reel.met.remove(&id);
        reel.set.insert(id, (fault, times));
    }

    /// Says and serves something else of a photo.
    pub fn forge(&self, id: u64, forgery: Forgery) {
        self.shared.forgeries.set(id, forgery);
    }

    /// The fault that the configured rules have for a photo.
    pub fn fault_of(&self, id: u64) -> Option<(Fault, Times)> {
        self.shared.config.faults.of(id)
    }

    /// The next call of the API fails so; calls after it by the faults that were set after it.
    pub fn api_fault(&self, fault: ApiFault) {
        self.api(|state| state.faults.push_back(fault));
    }

    /// The next page of the site fails so; pages after it by the faults that were set after it.
    /// What can't befall a page comes out as 502.
    pub fn page_fault(&self, fault: ApiFault) {
        self.api(|state| state.page_faults.push_back(fault));
    }

    /// Refuses every key from now on.
    pub fn revoke_key(&self) {
        self.shared.change(Change::RevokeKey);
    }

    /// Changes what has become of the account.
    pub fn set_account(&self, account: Account) {
        self.api(|state| state.account = account);
    }

    /// Lets so many requests for pictures a second in; `None` lets all in.
    pub fn cap(&self, per_second: Option<u32>, after: RetryAfter) {
        self.shared.limits.cap(per_second, after);
    }

    /// Answers nothing but 429 for a while.
    pub fn storm(&self, lasts: Duration, after: RetryAfter) {
        self.shared.limits.storm(lasts, after);
    }

    /// Uploads photos; returns their ids, the newest last.
    pub fn upload(&self, n: u32) -> Vec<u64> {
        self.shared.stream.write().unwrap_or_else(PoisonError::into_inner).upload(n)
    }

    /// Deletes a photo; false where it isn't listed.
    pub fn delete(&self, id: u64) -> bool {
        self.shared.stream.write().unwrap_or_else(PoisonError::into_inner).delete(id)
    }

    /// Replaces a photo's picture by another; false where it isn't listed.
    pub fn replace(&self, id: u64) -> bool {
        self.shared.stream.write().unwrap_or_else(PoisonError::into_inner).replace(id)
    }

    /// Gives a photo another title; false where it isn't listed.
    pub fn retitle(&self, id: u64) -> bool {
        self.shared.stream.write().unwrap_or_else(PoisonError::into_inner).retitle(id)
    }

    /// Adds a step to the script. Pages count as not served yet.
    pub fn script(&self, step: Step) {
        self.api(|state| {
            state.pages.clear();
            state.html_pages.clear();
            state.script.push(step);
        });
    }

    fn api(&self, change: impl FnOnce(&mut ApiState)) {
        change(&mut self.shared.api.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Dropping a runtime within another one panics; letting go of it doesn't.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The same site as it is seen through tunnels: everything is where it really is.
#[cfg(feature = "proxy")]
fn tunnels(plain: &Shared) -> io::Result<Option<Tunnels>> {
    let origins = Origins {
        site: "https://www.flickr.com".to_owned(),
        hosts: vec!["https://live.staticflickr.com".to_owned()],
    };
    let real = Arc::new(Shared { world: Arc::clone(&plain.world), origins });
    let config = plain.config.proxy.as_ref();
    config.map(|config| Tunnels::new(config, real)).transpose()
}

/// Binds the API's port and those of the image hosts.
fn bind(port: u16, image_hosts: usize) -> io::Result<(Vec<TcpListener>, Origins)> {
    let mut listeners = Vec::new();
    let mut origins = Vec::new();
    for n in 0..=image_hosts {
        let next = u16::try_from(n).ok().and_then(|n| port.checked_add(n));
        let port = next.filter(|_| port > 0).unwrap_or(0);
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        listener.set_nonblocking(true)?;
        origins.push(format!("http://{}", listener.local_addr()?));
        listeners.push(listener);
    }
    let site = origins.remove(0);
    Ok((listeners, Origins { site, hosts: origins }))
}
