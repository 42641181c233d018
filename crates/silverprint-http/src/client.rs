//! The one way in: an address and a sink, all retries inside.

use crate::address::{Resolver, may_connect};
use crate::backoff::retry_after;
use crate::bandwidth::Bandwidth;
use crate::body;
use crate::host::{Host, Permit};
use crate::policy::Policy;
use crate::resume::{range, rest_of};
use crate::tries::Tries;
use crate::trouble::Trouble;
use reqwest::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, DATE, ETAG, HeaderName, IF_RANGE, LOCATION,
    RANGE, RETRY_AFTER,
};
use reqwest::{Certificate, Response, StatusCode, redirect};
use silverprint_core::{FetchError, Head, Kept, Reporter, Sink, StrongTag};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
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
    /// By scheme, name and port. A handful: only allowed hosts get one.
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

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
        let inner = Inner { reqwest, policy, reporter, bandwidth, hosts: Mutex::default() };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Fetches `url` into `sink`. On `Ok` the sink accepted a whole body; the
    /// number says how many attempts it took.
    pub async fn get(&self, url: &Url, sink: &mut dyn Sink) -> Result<u32, FetchError> {
        let mut tries = Tries::default();
        loop {
            tries.attempts += 1;
            let kept = tries.goes_on_from(sink.kept());
            let Err((trouble, host)) = self.attempt(url, kept.as_ref(), sink).await else {
                return Ok(tries.attempts);
            };
            tries.reached(sink.kept().as_ref());
            let (cause, delay) = tries.next(trouble, host.as_deref(), &self.inner.policy)?;
            let what = format!("{}{}", url.host_str().unwrap_or(""), url.path());
            self.inner.reporter.retrying(&what, &cause, delay);
            tokio::time::sleep(delay).await;
        }
    }

    /// One attempt, redirects included. In trouble it says at which host. It
    /// always begins at the address itself: where that redirects, the one it
    /// leads to may be good for a while only.
    async fn attempt(
        &self,
        url: &Url,
        kept: Option<&Kept>,
        sink: &mut dyn Sink,
    ) -> Result<(), (Trouble, Option<Arc<Host>>)> {
        let mut question = Question { url: url.clone(), kept, leg: Leg::First };
        for _ in 0..=MOST_HOPS {
            self.may_ask(&question.url).map_err(|trouble| (trouble, None))?;
            let host = self.host(&question.url);
            match self.hop(&host, &question, sink).await {
                // The judgement may take a while (a picture is decoded), so it
                // is heard after the place at the host was handed on.
                Ok(None) => {
                    let judged = sink.accept().await;
                    return judged.map_err(|error| (error.into(), Some(host)));
                }
                Ok(Some(url)) => question = Question { url, leg: Leg::Redirected, ..question },
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
        let permit = host.admit().await;
        let began = Instant::now();
        let ended = self.ask(question, sink).await;
        told(host, question, began, &ended);
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

    /// Asks, and reads what comes: where to go on, or how many bytes went into
    /// the sink.
    async fn ask(
        &self,
        question: &Question<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(Option<Url>, u64), Trouble> {
        let response = self.send(question).await?;
        trace!(status = response.status().as_u16(), path = question.url.path(), "answered");
        match classify(response, question, sink)? {
            Answer::Body(response, head) => {
                let (stall, bandwidth) = (self.inner.policy.stall, &self.inner.bandwidth);
                Ok((None, body::read(response, &head, sink, stall, bandwidth).await?))
            }
            Answer::Elsewhere(next) => Ok((Some(next), 0)),
        }
    }

    /// Sends, and waits for the head of the answer.
    async fn send(&self, question: &Question<'_>) -> Result<Response, Trouble> {
        let over = self.inner.policy.stall.over;
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

    fn feed_back(&self, permit: Permit, trouble: &Trouble) {
        let reporter = self.inner.reporter.as_ref();
        match trouble {
            Trouble::Refused { reason, retry_after } => {
                permit.refused(reason, *retry_after, reporter);
            }
            // The line may be down: leave the host alone for a moment.
            Trouble::Unreachable(message) => permit.refused(message, None, reporter),
            // It answered: that something is missing is a good answer too.
            Trouble::Missing(_) | Trouble::Expired(_) => permit.succeeded(0),
            Trouble::Passing(_)
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

/// What one request asks for.
struct Question<'a> {
    url: Url,
    /// The beginning that the sink has already.
    kept: Option<&'a Kept>,
    leg: Leg,
}

/// Which request of an attempt it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leg {
    /// To the address itself.
    First,
    /// To one that a redirect led to.
    Redirected,
}

/// What a head that is no trouble leads to.
enum Answer {
    Body(Response, Head),
    Elsewhere(Url),
}

fn classify(
    response: Response,
    question: &Question<'_>,
    sink: &dyn Sink,
) -> Result<Answer, Trouble> {
    let status = response.status();
    if let Some(kept) = question.kept {
        match status {
            StatusCode::PARTIAL_CONTENT => return rest(response, kept),
            StatusCode::RANGE_NOT_SATISFIABLE => return Err(Trouble::Unfit(status.to_string())),
            _ => {}
        }
    }
    if sink.takes(status.as_u16()) {
        let head = Head {
            status: status.as_u16(),
            length: content_length(&response),
            from: 0,
            tag: tag(&response),
        };
        return Ok(Answer::Body(response, head));
    }
    if status.is_redirection() {
        return elsewhere(&response, &question.url).map(Answer::Elsewhere);
    }
    Err(match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Trouble::Refused { reason: status.to_string(), retry_after: asked_for(&response) }
        }
        StatusCode::REQUEST_TIMEOUT => Trouble::Passing(status.to_string()),
        // Signed addresses say so when their time is over; it may have passed
        // while this one waited at the gate.
        StatusCode::FORBIDDEN if question.leg == Leg::Redirected => {
            Trouble::Expired(format!("{status} at the address that it redirects to"))
        }
        status if status.is_client_error() => Trouble::Missing(status.to_string()),
        status => Trouble::Passing(status.to_string()),
    })
}

/// The rest of a body, if it is exactly that. A part has to come with the tag
/// of its body (RFC 9110, 15.3.7): a host that sends none, or a weak one, may
/// not have looked at ours and sent a part of another body.
fn rest(response: Response, kept: &Kept) -> Result<Answer, Trouble> {
    if etag(&response).as_ref() != Some(&kept.tag) {
        return Err(Trouble::Unfit("a part came, and not surely of the same body".to_owned()));
    }
    let whole = rest_of(kept, text(&response, &CONTENT_RANGE).unwrap_or("no Content-Range"));
    let whole = whole.map_err(Trouble::Unfit)?;
    let status = response.status().as_u16();
    let head = Head { status, length: Some(whole), from: kept.bytes, tag: Some(kept.tag.clone()) };
    Ok(Answer::Body(response, head))
}

/// `Content-Length` as sent. reqwest's own accessor says what is left to read.
fn content_length(response: &Response) -> Option<u64> {
    text(response, &CONTENT_LENGTH)?.parse().ok()
}

/// What a rest may be asked for by; nothing where the host gives no parts.
fn tag(response: &Response) -> Option<StrongTag> {
    let gives_no_parts = text(response, &ACCEPT_RANGES).is_some_and(|unit| unit.trim() == "none");
    if gives_no_parts { None } else { etag(response) }
}

/// What the host knows the body by, if that is a promise.
fn etag(response: &Response) -> Option<StrongTag> {
    text(response, &ETAG).and_then(StrongTag::parse)
}

/// A header as text, where there is one and it is that.
fn text<'a>(response: &'a Response, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// How long the host asks to be left alone. A date is read by the host's own
/// clock where it tells it: ours may be wrong by days.
fn asked_for(response: &Response) -> Option<Duration> {
    let date = text(response, &DATE);
    let hosts_clock = date.and_then(|date| httpdate::parse_http_date(date).ok());
    retry_after(text(response, &RETRY_AFTER)?, hosts_clock.unwrap_or_else(SystemTime::now))
}

/// Where a redirect leads. Flickr sends the askers of a photo that is gone to
/// a picture that says so; that picture is never wanted.
fn elsewhere(response: &Response, url: &Url) -> Result<Url, Trouble> {
    let next = text(response, &LOCATION).and_then(|location| url.join(location).ok());
    let next = next.ok_or_else(|| Trouble::Passing("a redirect to nowhere".to_owned()))?;
    let name = next.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or("");
    if name.starts_with("photo_unavailable") {
        return Err(Trouble::Missing(format!("redirected to {name}")));
    }
    Ok(next)
}
