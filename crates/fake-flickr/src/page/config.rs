//! How the site's pages are: what they announce, what they show, and what they leave to a script.

use std::time::Duration;

/// In which of the two recorded shapes a page carries its models.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PageShape {
    /// As recorded in April 2021: bare models whose words are escaped as JavaScript's `escape`
    /// does it, so that é is `%E9`.
    #[default]
    Flat,
    /// As recorded in June 2024: every model within `{"data": …, "exportMetaType": …}`, with plain
    /// words.
    Wrapped,
}

/// What a page past the last one is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PastEnd {
    /// A redirect to the photostream's first page.
    #[default]
    Redirect,
    /// The last page once more.
    RepeatLast,
}

/// How long the keys are good that the pages carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteKeys {
    /// From the page on; whole seconds.
    pub good_for: Duration,
    /// For so many API calls; `None` for as many as fit into the time.
    pub calls: Option<u64>,
}

impl Default for SiteKeys {
    /// An hour, as recorded.
    fn default() -> Self {
        Self { good_for: Duration::from_hours(1), calls: None }
    }
}

/// How the site's pages are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// The shape of their models.
    pub shape: PageShape,
    /// How many photos a page stands for: 100 as recorded, 25 as seen since.
    pub announced: u32,
    /// How many of these it shows before a script has run; 25 as recorded.
    pub shown: u32,
    /// What a page past the last one is.
    pub past_end: PastEnd,
    /// The text of `/robots.txt`.
    pub robots: String,
    /// The keys in the pages.
    pub site_keys: SiteKeys,
}

impl Pages {
    /// A `robots.txt` that leaves photostreams to everybody.
    pub const ROBOTS: &str = "User-agent: *\nDisallow: /signin\nDisallow: /photos/*/stats\n\
        Disallow: /photos/upload/\nAllow: /\n\nSitemap: https://www.flickr.com/sitemap/site.xml\n";
    /// A `robots.txt` that keeps everybody away from photostreams.
    pub const ROBOTS_AWAY: &str = "User-agent: *\nDisallow: /photos/\nDisallow: /signin\n";

    /// Pages that show every photo that they stand for, 25 at a time.
    pub fn complete() -> Self {
        Self { announced: 25, shown: 25, ..Self::default() }
    }
}

impl Default for Pages {
    /// As recorded in 2021: 100 photos a page, of which 25 are shown.
    fn default() -> Self {
        Self {
            shape: PageShape::Flat,
            announced: 100,
            shown: 25,
            past_end: PastEnd::Redirect,
            robots: Self::ROBOTS.to_owned(),
            site_keys: SiteKeys::default(),
        }
    }
}
