//! The one way in: an address and a sink, all retries inside.

use crate::address::{Resolver, may_connect};
use crate::backoff::retry_after;
use crate::body;
use crate::host::{Host, Permit};
use crate::policy::Policy;
use crate::trouble::Trouble;
use reqwest::header::{DATE, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode, redirect};
use silverprint_core::{FetchError, Reporter, Sink};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tokio::time::timeout;
use url::Url;

/// A chain of redirects longer than this leads nowhere.
const MOST_HOPS: usize = 5;
/// Something that is not there is asked for this often, for passing 404s occur.
const MISSING_ATTEMPTS: u32 = 2;
/// One address may be refused this often while its host serves others.
const MOST_REFUSALS: u32 = 10;
/// A host to which no connection comes about for so long is out of reach.
const DEAD_AFTER: Duration = Duration::from_mins(1);
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
    /// By scheme, name and port. A handful: only allowed hosts get one.
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up (TLS, DNS)")]
pub struct BuildError {
    #[from]
    source: reqwest::Error,
}

impl Client {
    /// A client that has no connection yet.
    pub fn new(policy: Policy, reporter: Arc<dyn Reporter>) -> Result<Self, BuildError> {
        // Process-wide, and the same whoever sets it first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(&policy.user_agent)
            // Redirects and retries are ours: both are decided hop by hop.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            // The query of the address before may hold a key.
            .referer(false)
            .http1_only()
            .tcp_nodelay(true)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(policy.connections.get())
            .dns_resolver(Arc::new(Resolver { loopback: policy.loopback }));
        if policy.loopback {
            // A proxy would resolve 127.0.0.1 as its own.
            builder = builder.no_proxy();
        }
        let reqwest = builder.build()?;
        let inner = Inner { reqwest, policy, reporter, hosts: Mutex::default() };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Fetches `url` into `sink`. On `Ok` the sink accepted a whole body; the
    /// number says how many attempts it took.
    pub async fn get(&self, url: &Url, sink: &mut dyn Sink) -> Result<u32, FetchError> {
        let mut tries = Tries::default();
        loop {
            tries.attempts += 1;
            let Err((trouble, host)) = self.attempt(url, sink).await else {
                return Ok(tries.attempts);
            };
            let (cause, delay) = tries.next(trouble, host.as_deref(), &self.inner.policy)?;
            let what = format!("{}{}", url.host_str().unwrap_or(""), url.path());
            self.inner.reporter.retrying(&what, &cause, delay);
            tokio::time::sleep(delay).await;
        }
    }

    /// One attempt, redirects included. In trouble it says at which host.
    async fn attempt(
        &self,
        url: &Url,
        sink: &mut dyn Sink,
    ) -> Result<(), (Trouble, Option<Arc<Host>>)> {
        let mut url = url.clone();
        for _ in 0..=MOST_HOPS {
            self.may_ask(&url).map_err(|trouble| (trouble, None))?;
            let host = self.host(&url);
            match self.hop(&host, &url, sink).await {
                // The judgement may take a while (a picture is decoded), so it
                // is heard after the place at the host was handed on.
                Ok(None) => {
                    let judged = sink.accept().await;
                    return judged.map_err(|error| (error.into(), Some(host)));
                }
                Ok(Some(next)) => url = next,
                Err(trouble) => return Err((trouble, Some(host))),
            }
        }
        Err((Trouble::Missing(format!("more than {MOST_HOPS} redirects")), None))
    }

    /// One request at one host: through its gate, sent, classified, fed back.
    async fn hop(
        &self,
        host: &Arc<Host>,
        url: &Url,
        sink: &mut dyn Sink,
    ) -> Result<Option<Url>, Trouble> {
        let permit = host.admit().await;
        let answer = match self.send(url).await {
            Ok(response) => classify(response, url, sink),
            Err(trouble) => Err(trouble),
        };
        let ended = match answer {
            Ok(Answer::Body(response)) => {
                body::read(response, sink, self.inner.policy.stall).await.map(|bytes| (None, bytes))
            }
            Ok(Answer::Elsewhere(next)) => Ok((Some(next), 0)),
            Err(trouble) => Err(trouble),
        };
        match ended {
            Ok((next, bytes)) => {
                permit.succeeded(bytes);
                Ok(next)
            }
            Err(trouble) => {
                self.feed_back(permit, &trouble);
                Err(trouble)
            }
        }
    }

    /// Sends, and waits for the head of the answer.
    async fn send(&self, url: &Url) -> Result<Response, Trouble> {
        let over = self.inner.policy.stall.over;
        match timeout(over, self.inner.reqwest.get(url.clone()).send()).await {
            Ok(sent) => Ok(sent?),
            Err(_) => Err(Trouble::Passing(format!("no answer in {} s", over.as_secs_f32()))),
        }
    }

    fn feed_back(&self, permit: Permit, trouble: &Trouble) {
        let reporter = self.inner.reporter.as_ref();
        match trouble {
            Trouble::Refused { reason, retry_after } => {
                permit.refused(reason, *retry_after, reporter);
            }
            // The line may be down: leave the host alone for a moment.
            Trouble::Unreachable(message) => permit.refused(message, None, reporter),
            // It answered: that something is missing is a good answer too.
            Trouble::Missing(_) => permit.succeeded(0),
            Trouble::Passing(_) | Trouble::Forbidden { .. } | Trouble::Local(_) => drop(permit),
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
        let host = || url.host_str().unwrap_or("nobody").to_owned();
        checked.map_err(|message| Trouble::Forbidden { host: host(), message })
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

/// What a head that is no trouble leads to.
enum Answer {
    Body(Response),
    Elsewhere(Url),
}

fn classify(response: Response, url: &Url, sink: &dyn Sink) -> Result<Answer, Trouble> {
    let status = response.status();
    if sink.takes(status.as_u16()) {
        return Ok(Answer::Body(response));
    }
    if status.is_redirection() {
        return elsewhere(&response, url).map(Answer::Elsewhere);
    }
    Err(match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Trouble::Refused { reason: status.to_string(), retry_after: asked_for(&response) }
        }
        StatusCode::REQUEST_TIMEOUT => Trouble::Passing(status.to_string()),
        status if status.is_client_error() => Trouble::Missing(status.to_string()),
        status => Trouble::Passing(status.to_string()),
    })
}

/// How long the host asks to be left alone. A date is read by the host's own
/// clock where it tells it: ours may be wrong by days.
fn asked_for(response: &Response) -> Option<Duration> {
    let header = |name| response.headers().get(name)?.to_str().ok();
    let hosts_clock = header(DATE).and_then(|date| httpdate::parse_http_date(date).ok());
    retry_after(header(RETRY_AFTER)?, hosts_clock.unwrap_or_else(SystemTime::now))
}

/// Where a redirect leads. Flickr sends the askers of a photo that is gone to
/// a picture that says so; that picture is never wanted.
fn elsewhere(response: &Response, url: &Url) -> Result<Url, Trouble> {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let next = location.and_then(|location| url.join(location).ok());
    let next = next.ok_or_else(|| Trouble::Passing("a redirect to nowhere".to_owned()))?;
    let name = next.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or("");
    if name.starts_with("photo_unavailable") {
        return Err(Trouble::Missing(format!("redirected to {name}")));
    }
    Ok(next)
}

/// What was tried for one address so far.
#[derive(Debug, Default)]
struct Tries {
    attempts: u32,
    failures: u32,
    missing: u32,
    /// Refusals between which the host served others.
    refusals: u32,
    /// Good answers of the host when it last refused this address.
    good_before: Option<u64>,
}

impl Tries {
    /// The wait before the next attempt, with the cause; or the end.
    fn next(
        &mut self,
        trouble: Trouble,
        host: Option<&Host>,
        policy: &Policy,
    ) -> Result<(String, Duration), FetchError> {
        let attempts = self.attempts;
        match trouble {
            Trouble::Refused { reason, .. } => {
                let given_up = host.is_some_and(|host| self.is_refused_for_good(host, policy));
                if given_up {
                    let message = format!("{reason}, {attempts} times");
                    return Err(FetchError::Passing { message, attempts });
                }
                // The gate itself makes it wait.
                Ok((reason, Duration::ZERO))
            }
            Trouble::Missing(message) => {
                self.missing += 1;
                if self.missing >= MISSING_ATTEMPTS || !host.is_some_and(Host::pay_for_retry) {
                    return Err(FetchError::Gone { message, attempts });
                }
                Ok((message, policy.backoff.delay(self.missing)))
            }
            Trouble::Passing(message) => {
                self.failures += 1;
                if self.failures >= policy.attempts {
                    return Err(FetchError::Passing { message, attempts });
                }
                if !host.is_some_and(Host::pay_for_retry) {
                    let message = format!("{message} (the host's retry budget is used up)");
                    return Err(FetchError::Passing { message, attempts });
                }
                Ok((message, policy.backoff.delay(self.failures)))
            }
            Trouble::Unreachable(message) => {
                self.failures += 1;
                // Many addresses share the few attempts that a dead line gets:
                // their patience is the host's, not each its own.
                let is_dead = host.is_some_and(|host| host.refusing_for() > DEAD_AFTER);
                if self.failures >= policy.attempts || is_dead {
                    let host = host.map_or(String::new(), |host| host.name().to_owned());
                    return Err(FetchError::Unreachable { host, message, attempts });
                }
                Ok((message, Duration::ZERO))
            }
            Trouble::Forbidden { host, message } => Err(FetchError::Forbidden { host, message }),
            Trouble::Local(error) => Err(FetchError::Local(error)),
        }
    }

    /// A refusal costs an address nothing; but one that is refused again and
    /// again while its host serves others, or whose host has refused all for
    /// very long, is given up in this run.
    fn is_refused_for_good(&mut self, host: &Host, policy: &Policy) -> bool {
        let n_good = host.n_good();
        let good_before = self.good_before.replace(n_good);
        self.refusals += u32::from(good_before.is_none_or(|before| n_good > before));
        self.refusals >= MOST_REFUSALS || host.refusing_for() > policy.patience
    }
}
