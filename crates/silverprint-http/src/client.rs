//! The one way in: an address and a sink, all retries inside.

use crate::address::{Resolver, may_connect};
use crate::answer::{Answer, Leg, Question, classify};
use crate::backoff::Clock;
use crate::bandwidth::Bandwidth;
use crate::body;
use crate::host::{GivenUp, Host, Permit};
use crate::policy::{Policy, Stall};
use crate::resume::{RESUME_AT_LEAST, range};
use crate::tries::Tries;
use crate::trouble::{Refusal, Trouble};
use reqwest::header::{IF_RANGE, RANGE};
use reqwest::{Certificate, Response, redirect};
use silverprint_core::{FetchError, Gate, Kept, Reporter, Retrying, Sink, Waiting};
use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tracing::{debug, trace};
use url::Url;

/// A chain of redirects longer than this leads nowhere.
const MOST_HOPS: usize = 5;
/// Picture hosts answer a connection within their round trip; this is for the
/// far end of the world on a bad line.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Asks hosts. Cheap to clone; all clones share the gates.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    reqwest: reqwest::Client,
    policy: Policy,
    reporter: Arc<dyn Reporter>,
    bandwidth: Bandwidth,
    clock: Clock,
    /// By scheme, name and port. A handful: only allowed hosts get one.
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

/// Says whether a redirect to an address is to be followed, and if not, why.
pub type MayFollow<'a> = dyn FnMut(&Url) -> Result<(), String> + Send + 'a;

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// What is to be trusted cannot be read.
    #[error("certificate file {number} of those to trust {fault}")]
    Roots {
        /// Which of [`Policy::extra_roots`], from 1 on.
        number: usize,
        /// What is wrong with it.
        fault: RootsFault,
    },
    /// TLS or DNS could not be set up.
    #[error("the HTTP client could not be set up (TLS, DNS)")]
    Setup {
        /// Why.
        #[from]
        source: reqwest::Error,
    },
}

/// What is wrong with certificates that are to be trusted.
#[derive(Debug, thiserror::Error)]
pub enum RootsFault {
    /// It is no PEM.
    #[error("is not PEM: {0}")]
    NotPem(reqwest::Error),
    /// It is PEM, or nothing, without a certificate in it.
    #[error("holds no certificate (PEM)")]
    Empty,
}

impl Client {
    /// A client that has no connection yet.
    pub fn new(policy: Policy, reporter: Arc<dyn Reporter>) -> Result<Self, BuildError> {
        let reqwest = set_up(&policy)?;
        let bandwidth = Bandwidth::new(policy.bandwidth);
        let (clock, hosts) = (Clock::new(), Mutex::default());
        let inner = Inner { reqwest, policy, reporter, bandwidth, clock, hosts };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Fetches `url` into `sink`. On `Ok` the sink accepted a whole body; the
    /// number says how many attempts it took.
    pub async fn get(&self, url: &Url, sink: &mut dyn Sink) -> Result<u32, FetchError> {
        self.get_along(url, sink, &mut |_| Ok(())).await
    }

    /// The same, where not every redirect is to be followed: `may_follow` is
    /// shown where each leads before anything is asked there. Its no, in words,
    /// is the end ([`FetchError::Forbidden`]).
    pub async fn get_along(
        &self,
        url: &Url,
        sink: &mut dyn Sink,
        may_follow: &mut MayFollow<'_>,
    ) -> Result<u32, FetchError> {
        let mut tries = Tries::default();
        loop {
            tries.attempts += 1;
            let kept = tries.goes_on_from(sink.kept());
            let Err((trouble, host)) =
                self.attempt(url, (tries.attempts, kept.as_ref()), sink, may_follow).await
            else {
                return Ok(tries.attempts);
            };
            sink.waits();
            tries.reached(sink.kept().as_ref());
            let (policy, reporter) = (&self.inner.policy, self.inner.reporter.as_ref());
            let host = host.as_deref();
            let (reason, delay) = tries.next(trouble, host, policy, reporter)?;
            reporter.retrying(&Retrying {
                photo: sink.photo(),
                what: format!("{}{}", url.host_str().unwrap_or(""), url.path()),
                attempt: tries.attempts,
                reason,
                wait: host.map_or(delay, |host| host.pause_left().max(delay)),
            });
            tokio::time::sleep(delay).await;
        }
    }

    /// The host that is paused now, of several the one that is so for longest.
    pub fn waiting(&self) -> Option<Waiting> {
        let hosts = self.inner.hosts.lock().expect("no panic while held");
        hosts.values().filter_map(|host| host.waiting()).max_by_key(|waiting| waiting.pause)
    }

    /// How many bytes a second come at most over all hosts, where that is set.
    pub fn bandwidth(&self) -> Option<NonZeroU64> {
        self.inner.policy.bandwidth.and_then(NonZeroU64::new)
    }

    /// Shows the gates of all hosts that were asked so far.
    pub fn gates(&self, show: &mut dyn FnMut(&Gate<'_>)) {
        let hosts = self.inner.hosts.lock().expect("no panic while held");
        hosts.values().for_each(|host| show(&host.gate()));
    }

    /// One attempt, redirects included. In trouble it says at which host. It
    /// always begins at the address itself: where that redirects, the one it
    /// leads to may be good for a while only.
    async fn attempt(
        &self,
        url: &Url,
        (attempt, kept): (u32, Option<&Kept>),
        sink: &mut dyn Sink,
        may_follow: &mut MayFollow<'_>,
    ) -> Result<(), (Trouble, Option<Arc<Host>>)> {
        let clock = self.inner.clock;
        let mut question = Question { url: url.clone(), kept, leg: Leg::First, clock, attempt };
        for _ in 0..=MOST_HOPS {
            self.may_ask(&question.url).map_err(|trouble| (trouble, None))?;
            let host = self.host(&question.url);
            match self.hop(&host, &question, sink).await {
                // The judgement may take a while (a picture is decoded), so it
                // is heard after the place at the host was handed on.
                Ok(None) => {
                    return match sink.accept().await {
                        Ok(()) => {
                            host.credit();
                            Ok(())
                        }
                        // Whole, and wrong: no good answer, whatever the host thinks.
                        Err(error) => Err((error.into(), Some(host))),
                    };
                }
                Ok(Some(url)) => {
                    may_follow(&url).map_err(|message| (forbidden(&url, message), None))?;
                    question = Question { url, leg: Leg::Redirected, ..question };
                }
                Err(trouble) => return Err((trouble, Some(host))),
            }
        }
        Err((Trouble::Missing(format!("more than {MOST_HOPS} redirects")), None))
    }

    /// One request at one host: through its gate, sent, classified, fed back.
    async fn hop(
        &self,
        host: &Arc<Host>,
        question: &Question<'_>,
        sink: &mut dyn Sink,
    ) -> Result<Option<Url>, Trouble> {
        sink.waits();
        let permit = host.admit().await;
        let permit = permit.map_err(|GivenUp(verdict)| Trouble::GivenUp(verdict))?;
        sink.sent();
        let began = Instant::now();
        let stall = host.stall(self.inner.policy.stall, question.attempt);
        let ended = self.ask(question, stall, &permit, sink).await;
        told(host, question, began, &ended);
        match ended {
            Ok((next, bytes)) => {
                host.took(began.elapsed());
                permit.succeeded(bytes);
                if next.is_some() {
                    host.credit();
                }
                Ok(next)
            }
            Err(trouble) => {
                self.feed_back(host, permit, &trouble);
                Err(trouble)
            }
        }
    }

    /// Asks, and reads what comes: where to go on, or how many bytes went into
    /// the sink.
    async fn ask(
        &self,
        question: &Question<'_>,
        stall: Stall,
        permit: &Permit,
        sink: &mut dyn Sink,
    ) -> Result<(Option<Url>, u64), Trouble> {
        let response = self.send(question, stall.over).await?;
        permit.reached();
        trace!(status = response.status().as_u16(), path = question.url.path(), "answered");
        match classify(response, question, sink)? {
            Answer::Body(response, head) => {
                permit.answered();
                let bandwidth = &self.inner.bandwidth;
                let is_large = head.length.is_none_or(|length| length > RESUME_AT_LEAST);
                let stall = if is_large { self.inner.policy.stall } else { stall };
                Ok((None, body::read(response, &head, sink, stall, bandwidth).await?))
            }
            Answer::Elsewhere(next) => Ok((Some(next), 0)),
        }
    }

    /// Sends, and waits for the head of the answer.
    async fn send(&self, question: &Question<'_>, over: Duration) -> Result<Response, Trouble> {
        let mut request = self.inner.reqwest.get(question.url.clone());
        if let Some(kept) = question.kept {
            // Whoever has other bytes now sends all of them.
            request = request.header(RANGE, range(kept)).header(IF_RANGE, kept.tag.as_str());
        }
        match timeout(over, request.send()).await {
            Ok(sent) => Ok(sent?),
            Err(_) => Err(Trouble::Passing(format!("no answer in {} s", over.as_secs_f32()))),
        }
    }

    fn feed_back(&self, host: &Host, permit: Permit, trouble: &Trouble) {
        let reporter = self.inner.reporter.as_ref();
        match trouble {
            Trouble::Refused { why, reason, retry_after } => {
                permit.refused((*why, reason), *retry_after, reporter);
            }
            // The line may be down: leave the host alone for a moment.
            Trouble::Unreachable(message) => {
                permit.refused((Refusal::Unreachable, message), None, reporter);
            }
            // It answered: that something is missing is a good answer too.
            Trouble::Missing(_) | Trouble::Expired(_) => {
                permit.succeeded(0);
                host.credit();
            }
            Trouble::Passing(_)
            | Trouble::GivenUp(_)
            | Trouble::Unfit(_)
            | Trouble::Forbidden { .. }
            | Trouble::Local(_) => drop(permit),
        }
    }

    fn may_ask(&self, url: &Url) -> Result<(), Trouble> {
        let checked = self.inner.policy.may_ask.check(url).and_then(|()| {
            // The resolver never sees an address that is written as a number.
            let ip = match url.host() {
                Some(url::Host::Ipv4(ip)) => ip.into(),
                Some(url::Host::Ipv6(ip)) => ip.into(),
                _ => return Ok(()),
            };
            let allowed = may_connect(ip, self.inner.policy.loopback);
            allowed.then_some(()).ok_or_else(|| format!("{ip} is not a public address"))
        });
        checked.map_err(|message| forbidden(url, message))
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let name = url.origin().ascii_serialization();
        let mut hosts = self.inner.hosts.lock().expect("no panic while held");
        let host = hosts.entry(name).or_insert_with_key(|origin| {
            let name = origin.split_once("://").map_or(origin.as_str(), |(_, name)| name);
            Arc::new(Host::new(name.to_owned(), &self.inner.policy))
        });
        Arc::clone(host)
    }
}

fn forbidden(url: &Url, message: String) -> Trouble {
    Trouble::Forbidden { host: url.host_str().unwrap_or("nobody").to_owned(), message }
}

/// For the log: never a query, which may hold a key or a signature.
fn told(
    host: &Host,
    question: &Question<'_>,
    began: Instant,
    ended: &Result<(Option<Url>, u64), Trouble>,
) {
    let (host, path, ms) = (host.name(), question.url.path(), began.elapsed().as_millis());
    let from = question.kept.map_or(0, |kept| kept.bytes);
    match ended {
        Ok((None, bytes)) => debug!(host, path, from, bytes, ms, "fetched"),
        Ok((Some(next), _)) => debug!(host, path, to = next.host_str(), ms, "redirected"),
        Err(trouble) => debug!(host, path, from, ?trouble, ms, "trouble"),
    }
}

fn set_up(policy: &Policy) -> Result<reqwest::Client, BuildError> {
    // Process-wide, and the same whoever sets it first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let roots = extra_roots(policy)?;
    let with_the_systems = builder(policy).tls_certs_merge(roots.clone()).build();
    match with_the_systems {
        // A system without any certificates trusts nobody. That is enough for
        // this very machine, and for whom the user named.
        Err(_) if policy.loopback || !roots.is_empty() => {
            Ok(builder(policy).tls_certs_only(roots).build()?)
        }
        built => Ok(built?),
    }
}

fn builder(policy: &Policy) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .user_agent(&policy.user_agent)
        // Redirects and retries are ours: both are decided hop by hop.
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        // The query of the address before may hold a key.
        .referer(false)
        .http1_only()
        .tcp_nodelay(true)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_max_idle_per_host(policy.connections.get());
    if policy.loopback {
        // A proxy would resolve 127.0.0.1 as its own.
        builder.no_proxy().dns_resolver(Arc::new(Resolver::loopback_too()))
    } else {
        builder.dns_resolver(Arc::new(Resolver::public()))
    }
}

fn extra_roots(policy: &Policy) -> Result<Vec<Certificate>, BuildError> {
    let mut roots = Vec::new();
    for (n, pem) in policy.extra_roots.iter().enumerate() {
        let fault = |fault| BuildError::Roots { number: n + 1, fault };
        let certificates = Certificate::from_pem_bundle(pem);
        let certificates = certificates.map_err(|error| fault(RootsFault::NotPem(error)))?;
        if certificates.is_empty() {
            return Err(fault(RootsFault::Empty));
        }
        roots.extend(certificates);
    }
    Ok(roots)
}
