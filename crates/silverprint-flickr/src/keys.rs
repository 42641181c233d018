//! Where the key of a call comes from: the user has one, or the site's pages do.
//! The two never mix. A key of the user's that is refused is not replaced by the
//! site's, and never leaves for a page.

use crate::ApiKey;
use crate::attempt::Attempt;
use crate::found_key::FoundKey;
use crate::key::{Clean, NoKey, presentable};
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
    Site(SiteKeys),
}

impl Keys {
    /// The key for the next call.
    pub(crate) async fn current(&self) -> Result<Arc<ApiKey>, SourceError> {
        match self {
            Self::Own(key) => Ok(Arc::clone(key)),
            Self::Site(keys) => keys.current().await,
        }
    }

    /// Another key for a call whose key was refused, if there can be one.
    pub(crate) async fn instead_of(
        &self,
        refused: &Arc<ApiKey>,
    ) -> Result<Option<Arc<ApiKey>>, SourceError> {
        match self {
            Self::Own(_) => Ok(None),
            Self::Site(keys) => keys.instead_of(refused).await.map(Some),
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
        Self { site, held: Mutex::default(), known: std::sync::Mutex::default() }
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
