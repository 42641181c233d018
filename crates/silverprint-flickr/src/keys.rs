//! Where the key of a call comes from: the user has one, or the site's pages do.
//! The two never mix. A key of the user's that is refused is not replaced by the
//! site's, and never leaves for a page.

use crate::ApiKey;
use crate::attempt::Attempt;
use crate::call::Method;
use crate::found_key::FoundKey;
use crate::key::{Clean, NoKey, presentable};
use crate::refusals::Refusals;
use crate::site::Site;
use silverprint_core::SourceError;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// What calls of the API are made with.
pub(crate) enum Keys {
    /// The user's own, as long as it lasts.
    Own(Arc<ApiKey>),
    /// The one that the site's pages carry.
    Site(Box<SiteKeys>),
}

/// What there is for a call.
pub(crate) enum Key {
    /// A key that nobody has refused yet.
    Good(Arc<ApiKey>),
    /// None: a fresh one would be refused, in these words.
    Refused(String),
}

impl Keys {
    /// The key for the next call of that method; or in which words fresh keys
    /// are refused there.
    pub(crate) async fn current(&self, method: Method) -> Result<Key, SourceError> {
        match self {
            Self::Own(key) => Ok(Key::Good(Arc::clone(key))),
            Self::Site(keys) => match keys.refusals.of(method) {
                Some(said) => Ok(Key::Refused(said)),
                None => keys.current().await.map(Key::Good),
            },
        }
    }

    /// Another key for a call whose key was refused, if there can be one.
    pub(crate) async fn instead_of(
        &self,
        refused: &Arc<ApiKey>,
        method: Method,
    ) -> Result<Option<Arc<ApiKey>>, SourceError> {
        match self {
            // Other calls may have learnt it while this one was under way.
            Self::Site(keys) if keys.refusals.of(method).is_none() => {
                keys.instead_of(refused).await.map(Some)
            }
            Self::Own(_) | Self::Site(_) => Ok(None),
        }
    }

    /// A call was answered.
    pub(crate) fn answered(&self, key: &Arc<ApiKey>, method: Method) {
        if let Self::Site(keys) = self {
            keys.refusals.answered(method, key);
        }
    }

    /// The key that came instead of another one was refused as well.
    pub(crate) fn refused(&self, key: &Arc<ApiKey>, method: Method, said: &str) {
        if let Self::Site(keys) = self {
            keys.refusals.refused(method, key, said);
        }
    }

    /// Whose key it is, for the message that says that it was refused.
    pub(crate) fn whose(&self) -> &'static str {
        match self {
            Self::Own(_) => "",
            Self::Site(_) => " with the key of the site's own pages",
        }
    }
}

impl Clean for Keys {
    fn clean(&self, message: &str) -> String {
        match self {
            Self::Own(key) => key.clean(message),
            Self::Site(keys) => keys.clean(message),
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own(_) => "Own(…)",
            Self::Site(_) => "Site(…)",
        })
    }
}

/// The keys of the site's pages, one after the other. Each is good for about an
/// hour; many calls that see one expire fetch the next one once.
pub(crate) struct SiteKeys {
    site: Site,
    refusals: Refusals,
    /// Held while a key is fetched: who comes then waits for that key.
    held: Mutex<Option<Held>>,
    /// Keys that messages may still hold.
    known: std::sync::Mutex<VecDeque<Arc<ApiKey>>>,
}

struct Held {
    key: Arc<ApiKey>,
    until: Instant,
}

/// Any page has a key; this one is nobody's.
const PAGE: &str = "photos/";
/// How long a key counts as good where its page does not say it: what the
/// site's own script goes by.
const USUAL_LIFETIME: Duration = Duration::from_hours(1);
/// A key is renewed so long before its end, so that none expires on its way.
const MARGIN: Duration = Duration::from_mins(1);
/// A message is not older than the last few keys.
const MOST_KNOWN: usize = 4;

impl SiteKeys {
    pub(crate) fn new(site: Site) -> Self {
        let (refusals, held, known) = Default::default();
        Self { site, refusals, held, known }
    }

    async fn current(&self) -> Result<Arc<ApiKey>, SourceError> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(held) if Instant::now() < held.until => Ok(Arc::clone(&held.key)),
            _ => self.renew(&mut held).await,
        }
    }

    /// The key after `refused`; fetched, if nobody has done so meanwhile.
    async fn instead_of(&self, refused: &Arc<ApiKey>) -> Result<Arc<ApiKey>, SourceError> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(held) if !Arc::ptr_eq(&held.key, refused) => Ok(Arc::clone(&held.key)),
            _ => self.renew(&mut held).await,
        }
    }

    async fn renew(&self, held: &mut Option<Held>) -> Result<Arc<ApiKey>, SourceError> {
        let what = "read the site's key from its pages".to_owned();
        let attempt = Attempt { what, account: "", key: &NoKey };
        let began = Instant::now();
        let html = self.site.page(PAGE, &attempt).await?;
        let html = html.ok_or_else(|| attempt.malformed("there is no such page"))?;
        let found = FoundKey::find(&html);
        let FoundKey { key, lifetime } =
            found.ok_or_else(|| attempt.malformed("the page holds no key"))?;
        let lifetime = lifetime.unwrap_or(USUAL_LIFETIME);
        let key = Arc::new(key);
        self.remember(&key);
        let until = began + lifetime.saturating_sub(MARGIN.min(lifetime / 10));
        *held = Some(Held { key: Arc::clone(&key), until });
        Ok(key)
    }

    fn remember(&self, key: &Arc<ApiKey>) {
        let mut known = self.known.lock().expect("no panic while held");
        if known.len() == MOST_KNOWN {
            known.pop_front();
        }
        known.push_back(Arc::clone(key));
    }
}

impl Clean for SiteKeys {
    fn clean(&self, message: &str) -> String {
        let known = self.known.lock().expect("no panic while held");
        let hidden = known.iter().fold(message.to_owned(), |text, key| key.hide(&text));
        presentable(&hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Base;
    use silverprint_core::Silent;
    use silverprint_http::{Client, MayAsk, Policy};
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicU32, Ordering};
    use url::Url;

    /// Keys from a server that numbers them, and how many it gave out.
    fn keys() -> (Arc<SiteKeys>, Arc<AtomicU32>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let given = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&given);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = BufReader::new(&stream).lines().map_while(Result::ok);
                let is_page = request.next().is_some_and(|line| line.contains("/photos/"));
                request.take_while(|line| !line.is_empty()).for_each(drop);
                let n = if is_page { count.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
                let html = format!("<html>site_key = \"canary{n}\";</html>");
                let body = if is_page { html } else { String::new() };
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n", body.len());
                stream
                    .write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes())
                    .unwrap();
            }
        });
        let everybody = MayAsk::new(|_| Ok(()));
        let policy = Policy { loopback: true, ..Policy::new("test".to_owned(), everybody) };
        let client = Client::new(policy, Arc::new(Silent)).unwrap();
        (Arc::new(SiteKeys::new(Site::new(Base::at(&base).unwrap(), client))), given)
    }

    /// What eight calls at once are given.
    async fn at_once<F>(ask: impl Fn() -> F) -> Vec<String>
    where
        F: Future<Output = Result<Arc<ApiKey>, SourceError>>,
    {
        let asked = futures_util::future::join_all((0..8).map(|_| ask())).await;
        asked.into_iter().map(|key| key.unwrap().reveal().to_owned()).collect()
    }

    #[tokio::test]
    async fn many_calls_renew_a_key_once() {
        let (keys, given) = keys();
        let is_all = |found: Vec<String>, expected: &str| {
            assert!(found.iter().all(|key| key == expected), "{found:?}, not {expected}");
        };
        is_all(at_once(|| keys.current()).await, "canary1");
        // Its time is over.
        keys.held.lock().await.as_mut().unwrap().until = Instant::now();
        is_all(at_once(|| keys.current()).await, "canary2");
        // It is refused before its time, by eight calls that all had it.
        let refused = keys.current().await.unwrap();
        is_all(at_once(|| keys.instead_of(&refused)).await, "canary3");
        is_all(at_once(|| keys.current()).await, "canary3");
        assert_eq!(given.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn no_message_shows_a_key_that_was_ever_used() {
        let (keys, _) = keys();
        let first = keys.current().await.unwrap();
        keys.instead_of(&first).await.unwrap();
        let keys = Arc::into_inner(keys).map(|keys| Keys::Site(Box::new(keys))).unwrap();
        assert_eq!(keys.clean("canary1 or\ncanary2 at http://h/?a=b"), "… or … at http://h/");
        assert!(!format!("{keys:?}").contains("canary"));
    }

    #[tokio::test]
    async fn a_key_is_renewed_a_little_before_its_end() {
        let (keys, _) = keys();
        keys.current().await.unwrap();
        let held = keys.held.lock().await;
        let left = held.as_ref().unwrap().until.duration_since(Instant::now());
        assert!(left + MARGIN <= USUAL_LIFETIME, "{left:?}");
    }
}
