//! What the site asks of programs: its `robots.txt`, as RFC 9309 reads it.

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use robotxt::{AccessResult, BYTE_LIMIT, Robots};
use silverprint_core::{Head, Sink, SinkError};
use std::fmt;
use std::time::Duration;
use url::{Position, Url};

/// The name by which the file calls us.
const PRODUCT: &str = "silverprint";
/// A longer delay is no delay, but a refusal in other words; we wait this long.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// The rules that the site has for us.
pub(crate) struct Rules {
    robots: Robots,
}

impl Rules {
    /// From the text of the file.
    pub(crate) fn parse(text: &[u8]) -> Self {
        Self { robots: Robots::from_access(AccessResult::Successful(text), PRODUCT) }
    }

    /// Where there is no such file, everything is allowed.
    pub(crate) fn none() -> Self {
        Self { robots: Robots::from_access(AccessResult::Unavailable, PRODUCT) }
    }

    /// Whether that page may be read.
    pub(crate) fn allow(&self, page: &Url) -> bool {
        self.robots.is_allowed(&page[Position::BeforePath..Position::AfterQuery])
    }

    /// How long to wait between two pages.
    pub(crate) fn delay(&self) -> Duration {
        self.robots.crawl_delay().unwrap_or_default().min(LONGEST_DELAY)
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").field("n", &self.robots.rules().len()).finish_non_exhaustive()
    }
}

/// Takes the file. Statuses from 400 to 499 say that there is none; all other
/// trouble is the client's to repeat, and no page is read before it has passed.
#[derive(Default)]
pub(crate) struct RulesSink {
    status: u16,
    text: Vec<u8>,
}

impl RulesSink {
    pub(crate) fn into_rules(self) -> Rules {
        match self.status {
            200..=299 => Rules::parse(&self.text),
            _ => Rules::none(),
        }
    }
}

impl Sink for RulesSink {
    /// 408 and 429 ask for another time rather than say that nothing is there.
    fn takes(&self, status: u16) -> bool {
        matches!(status, 200..=299 | 400..=499) && !matches!(status, 408 | 429)
    }

    fn begin<'a>(&'a mut self, head: &'a Head) -> BoxFuture<'a, Result<(), SinkError>> {
        self.status = head.status;
        self.text.clear();
        ready(Ok(())).boxed()
    }

    /// What is past the limit does not count: one byte of it shows that there
    /// is more, so that no rule is read that was cut in two.
    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), SinkError>> {
        let room = (BYTE_LIMIT + 1).saturating_sub(self.text.len());
        self.text.extend_from_slice(&chunk[..chunk.len().min(room)]);
        ready(Ok(())).boxed()
    }

    fn accept(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        ready(Ok(())).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allows(text: &str, path: &str) -> bool {
        let page = format!("https://www.flickr.com{path}").parse().unwrap();
        Rules::parse(text.as_bytes()).allow(&page)
    }

    #[test]
    fn rules_are_read_as_the_standard_has_it() {
        let check = |text: &str, path: &str, expected: bool| {
            assert_eq!(allows(text, path), expected, "{path} by {text:?}");
        };
        let all = "User-agent: *\nDisallow: /photos/\nAllow: /photos/keeper\n";
        check(all, "/photos/other/", false);
        check(all, "/photos/keeper/page2", true);
        check(all, "/people/other/", true);
        check("User-agent: *\nDisallow: /photos/*/page\n", "/photos/keeper/page2", false);
        check("User-agent: *\nDisallow: /photos/*/page\n", "/photos/keeper/", true);
        check("User-agent: *\nDisallow: /photos/$\n", "/photos/keeper/", true);
        check("User-agent: *\nDisallow: /*?x=1\n", "/photos/keeper/?x=1", false);
        // Our own group counts alone, whatever its case.
        let ours = "User-agent: *\nDisallow: /\n\nUser-agent: SilverPrint\nDisallow: /x\n";
        check(ours, "/photos/keeper/", true);
        check(ours, "/x", false);
        let theirs = "User-agent: otherbot\nDisallow: /\n";
        check(theirs, "/photos/keeper/", true);
        check("User-agent: *\nDisallow:\n", "/photos/keeper/", true);
        check("<html>nothing of the kind</html>", "/photos/keeper/", true);
    }

    #[test]
    fn delays_are_bounded() {
        let delay = |text: &str| Rules::parse(text.as_bytes()).delay();
        assert_eq!(delay("User-agent: *\nCrawl-delay: 1.5\n"), Duration::from_millis(1500));
        assert_eq!(delay("User-agent: *\nCrawl-delay: 86400\n"), LONGEST_DELAY);
        for none in ["", "User-agent: *\nCrawl-delay: -1\n", "User-agent: *\nCrawl-delay: NaN\n"] {
            assert_eq!(delay(none), Duration::ZERO, "{none:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_allows_everything() {
        let page = "https://www.flickr.com/photos/keeper/".parse().unwrap();
        for (status, expected) in [(200, false), (404, true), (403, true)] {
            let mut sink = RulesSink::default();
            assert!(sink.takes(status));
            sink.begin(&Head { status, length: None, from: 0, tag: None })
                .now_or_never()
                .unwrap()
                .unwrap();
            let text = Bytes::from_static(b"User-agent: *\nDisallow: /\n");
            sink.write(text).now_or_never().unwrap().unwrap();
            assert_eq!(sink.into_rules().allow(&page), expected, "{status}");
        }
        let sink = RulesSink::default();
        for status in [301, 408, 429, 500, 503] {
            assert!(!sink.takes(status), "{status}");
        }
    }

    #[test]
    fn a_long_file_is_read_up_to_its_limit() {
        let mut sink = RulesSink::default();
        sink.begin(&Head { status: 200, length: None, from: 0, tag: None })
            .now_or_never()
            .unwrap()
            .unwrap();
        let line = Bytes::from_static(b"User-agent: *\nDisallow: /photos/\n");
        for _ in 0..100_000 {
            sink.write(line.clone()).now_or_never().unwrap().unwrap();
        }
        assert_eq!(sink.text.len(), BYTE_LIMIT + 1);
        assert!(!sink.into_rules().allow(&"https://www.flickr.com/photos/x/".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn any_file_is_read_without_panic(text in prop::collection::vec(any::<u8>(), 0..300), path in "/[ -~]{0,40}") {
            let rules = Rules::parse(&text);
            rules.allow(&format!("https://h{path}").parse().unwrap());
            prop_assert!(rules.delay() <= LONGEST_DELAY);
        }

        #[test]
        fn any_rules_are_read_without_panic(
            text in "((User-agent|Disallow|Allow|Crawl-delay|Sitemap|x) ?: ?[ -~\u{0}-\u{1f}é*$/]{0,20}\n?){0,20}",
            path in "/[ -~]{0,40}",
        ) {
            let rules = Rules::parse(text.as_bytes());
            rules.allow(&format!("https://h{path}").parse().unwrap());
            prop_assert!(rules.delay() <= LONGEST_DELAY);
        }
    }
}
