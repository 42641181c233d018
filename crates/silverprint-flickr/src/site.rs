//! The site's pages, read as a visitor reads them and as politely as the site
//! asks programs to: its `robots.txt` is read once, before the first page.
//! No key of anybody's goes to a page.

use crate::Base;
use crate::attempt::Attempt;
use crate::key::presentable;
use crate::robots::{Rules, RulesSink};
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use silverprint_core::{FetchError, Head, Rejection, Sink, SinkError, SourceError};
use silverprint_http::Client;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep_until};
use url::Url;

/// What the site does with a visitor whom it does not show a page.
const SIGN_IN: &str = "the site leads to its sign-in page instead, which is for people who may see \
    more than a visitor; silverprint reads pages as a visitor";

/// Asks for pages.
pub(crate) struct Site {
    base: Base,
    client: Client,
    rules: OnceCell<Rules>,
    /// When the next page may be asked for.
    next: Mutex<Option<Instant>>,
}

impl Site {
    pub(crate) fn new(base: Base, client: Client) -> Self {
        Self { base, client, rules: OnceCell::new(), next: Mutex::default() }
    }

    /// What an address in a page that begins with `//` is to begin with.
    pub(crate) fn scheme(&self) -> &str {
        self.base.scheme()
    }

    /// The page at a path such as `photos/confoo/page2`. `None` where the site
    /// says that there is none.
    pub(crate) async fn page(
        &self,
        path: &str,
        attempt: &Attempt<'_>,
    ) -> Result<Option<String>, SourceError> {
        let page = self.base.page(path);
        let rules = self.rules.get_or_try_init(|| self.read_rules(attempt)).await?;
        if let Some(refusal) = self.refusal(rules, &page, attempt) {
            return Err(refusal);
        }
        self.turn(rules.delay()).await;
        let mut sink = HtmlSink::default();
        let mut refused = None;
        let mut may_follow = |next: &Url| match self.refusal(rules, next, attempt) {
            Some(refusal) => {
                let said = refusal.to_string();
                refused = Some(refusal);
                Err(said)
            }
            None => Ok(()),
        };
        let fetched = self.client.get_along(&page, &mut sink, &mut may_follow).await;
        fetched.map_err(|error| refused.take().unwrap_or_else(|| attempt.unanswered(error)))?;
        match sink.status {
            200 => Ok(Some(sink.html)),
            401 | 403 => {
                Err(attempt.no_permission(&format!("the site answers HTTP {}", sink.status)))
            }
            _ => Ok(None),
        }
    }

    /// Why a page is not read, where it must not be: the first that is asked
    /// for, or one that a redirect leads to. Whichever of the site's hosts that
    /// is at, the site's rules are the only ones that were read.
    fn refusal(&self, rules: &Rules, page: &Url, attempt: &Attempt<'_>) -> Option<SourceError> {
        // Flickr's own rules are against reading it, and would hide why it came.
        if is_sign_in(page) {
            return Some(attempt.no_permission(SIGN_IN));
        }
        (!rules.allow(page)).then(|| SourceError::Disallowed {
            attempt: attempt.what.clone(),
            rules: self.base.robots().to_string(),
            page: shown(page),
        })
    }

    /// What cannot be read after all retries is taken for a no to everything,
    /// as the standard has it: the trouble is the error then.
    async fn read_rules(&self, attempt: &Attempt<'_>) -> Result<Rules, SourceError> {
        let url = self.base.robots();
        let mut sink = RulesSink::default();
        match self.client.get(&url, &mut sink).await {
            Ok(_) => Ok(sink.into_rules()),
            // Redirects without an end: there is no file.
            Err(FetchError::Gone { .. }) => Ok(Rules::none()),
            Err(error) => {
                let what = format!("read {url}, which must come before any page,");
                Err(Attempt { what, ..*attempt }.unanswered(error))
            }
        }
    }

    /// Waits for the next turn, where the site asks for time between pages.
    async fn turn(&self, delay: Duration) {
        if delay.is_zero() {
            return;
        }
        let turn = {
            let mut next = self.next.lock().expect("no panic while held");
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + delay);
            turn
        };
        sleep_until(turn).await;
    }
}

/// Whether it is where visitors are asked who they are. Nobody's photostream is
/// there: `/signin` is below no `/photos/`.
fn is_sign_in(page: &Url) -> bool {
    let first = page.path_segments().and_then(|mut parts| parts.next());
    page.host_str() == Some("identity.flickr.com") || first == Some("signin")
}

/// An address from outside, fit for a message: a redirect's may have anything.
fn shown(page: &Url) -> String {
    presentable(&format!("{}{}", page.origin().ascii_serialization(), page.path()))
}

/// Takes a page. One that was cut off is rejected, and so asked for again.
#[derive(Default)]
struct HtmlSink {
    status: u16,
    body: Vec<u8>,
    html: String,
}

impl HtmlSink {
    /// Longer pages are not read; the recorded ones have less than 1 MB.
    const LONGEST: usize = 10 << 20;
    /// Within so many bytes of a page's end stands that it ends.
    const END: usize = 4096;

    fn is_whole(&self) -> bool {
        let end = &self.body[self.body.len().saturating_sub(Self::END)..];
        end.windows(7).any(|tag| tag.eq_ignore_ascii_case(b"</html>"))
    }
}

impl Sink for HtmlSink {
    /// What is no page says so in its status: not there, not any more, or not
    /// for us.
    fn takes(&self, status: u16) -> bool {
        matches!(status, 200 | 401 | 403 | 404 | 410)
    }

    fn begin<'a>(&'a mut self, head: &'a Head) -> BoxFuture<'a, Result<(), SinkError>> {
        self.status = head.status;
        self.body.clear();
        ready(Ok(())).boxed()
    }

    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), SinkError>> {
        if self.body.len() + chunk.len() > Self::LONGEST {
            let endless = format!("the page is longer than {} MiB", Self::LONGEST >> 20);
            return ready(Err(Rejection(endless).into())).boxed();
        }
        self.body.extend_from_slice(&chunk);
        ready(Ok(())).boxed()
    }

    fn accept(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        if self.status == 200 && !self.is_whole() {
            let rejection = Rejection("the page does not end as a page does".to_owned());
            return ready(Err(rejection.into())).boxed();
        }
        // A broken character in one title must not cost the whole page.
        self.html = String::from_utf8(std::mem::take(&mut self.body))
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        ready(Ok(())).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use silverprint_core::Silent;
    use silverprint_http::{MayAsk, Policy};
    use std::sync::Arc;

    fn take(sink: &mut HtmlSink, status: u16, body: &str) -> Result<(), SinkError> {
        assert!(sink.takes(status));
        sink.begin(&Head { status, ..Head::default() }).now_or_never().unwrap()?;
        let body = Bytes::copy_from_slice(body.as_bytes());
        sink.write(body).now_or_never().unwrap()?;
        sink.accept().now_or_never().unwrap()
    }

    #[test]
    fn a_page_that_was_cut_off_is_asked_for_again() {
        let mut sink = HtmlSink::default();
        for cut in ["", "<html><body>", "<html></ht"] {
            let rejected = take(&mut sink, 200, cut);
            assert!(matches!(rejected, Err(SinkError::Rejected(_))), "{cut}");
        }
        take(&mut sink, 200, "<html>é</HTML>\n").unwrap();
        assert_eq!(sink.html, "<html>é</HTML>\n");
        take(&mut sink, 404, "no such page").unwrap();
        assert_eq!(sink.status, 404);
    }

    #[test]
    fn no_page_is_longer_than_it_may_be() {
        let mut sink = HtmlSink::default();
        let whole = Bytes::from(vec![b' '; HtmlSink::LONGEST]);
        sink.write(whole).now_or_never().unwrap().unwrap();
        let more = sink.write(Bytes::from_static(b" ")).now_or_never().unwrap();
        assert!(matches!(more, Err(SinkError::Rejected(_))), "asked for again, then passing");
    }

    #[test]
    fn the_sign_in_page_is_known_and_no_photostream_is_taken_for_it() {
        let check = |page: &str, expected| assert_eq!(is_sign_in(&page.parse().unwrap()), expected);
        check("https://www.flickr.com/signin?acf=%2Fphotos%2Fkeeper%2F", true);
        check("https://www.flickr.com/signin/flickr/", true);
        check("https://identity.flickr.com/login", true);
        check("https://www.flickr.com/photos/signin/", false);
        check("https://www.flickr.com/signing", false);
        check("https://www.flickr.com/", false);
    }

    #[tokio::test(start_paused = true)]
    async fn pages_take_turns_where_the_site_asks_for_it() {
        let nobody = MayAsk::new(|_| Err("not in this test".to_owned()));
        let policy = Policy::new("silverprint test".to_owned(), nobody);
        let site = Site::new(Base::flickr(), Client::new(policy, Arc::new(Silent)).unwrap());
        let start = Instant::now();
        site.turn(Duration::ZERO).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..4 {
            site.turn(Duration::from_secs(2)).await;
        }
        assert_eq!(start.elapsed(), Duration::from_secs(6));
    }
}
