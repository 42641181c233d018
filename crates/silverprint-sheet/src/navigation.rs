//! From plain page to plain page. Frames are numbered from the oldest, and pages
//! hold five hundred of them each: a growing stream changes only the last ones.

use crate::subject::Subject;
use silverprint_core::Layout;

/// The links from one page to others. None of them tells how many there are, so
/// that a page does not change when one is added far away.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Navigation {
    pub(crate) links: Vec<Link>,
}

/// A link that has a name, and maybe what browsers know it by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) name: &'static str,
    pub(crate) rel: Option<&'static str>,
    pub(crate) href: String,
}

/// Which page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// The one that stands in `index.html` for who has no scripts.
    Index,
    /// One of its own.
    Plain,
}

impl Navigation {
    /// The links on the page of part `number` of `parts`.
    pub(crate) fn new(at: Where, number: u64, parts: u64, subject: Subject) -> Self {
        let root = if at == Where::Index { "" } else { "../../" };
        let link = |name, rel, href: String| Link { name, rel, href: format!("{root}{href}") };
        let above = || (number + 1 < parts).then(|| plain_path(number + 1));
        let below = || number.checked_sub(1).map(plain_path);
        let [to_start, to_before, to_after] = subject.ways();
        let (before, after) = match subject {
            Subject::Photostream => (above(), below()),
            Subject::Files => (below(), above()),
        };
        let start = (at == Where::Plain).then(|| link(to_start, None, Layout::INDEX.to_owned()));
        let before = before.filter(|_| at == Where::Plain);
        let before = before.map(|href| link(to_before, Some("prev"), href));
        let after = after.map(|href| link(to_after, Some("next"), href));
        Self { links: [start, before, after].into_iter().flatten().collect() }
    }
}

/// Where the plain page of a part lies, from the archive's folder.
pub(crate) fn plain_path(part: u64) -> String {
    format!("{}/plain/{part:05}.html", Layout::SHEET)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(at: Where, number: u64, parts: u64, subject: Subject) -> Vec<(&'static str, String)> {
        let links = Navigation::new(at, number, parts, subject).links;
        links.into_iter().map(|link| (link.name, link.href)).collect()
    }

    #[test]
    fn pages_find_one_another() {
        let stream = |at, number| ways(at, number, 3, Subject::Photostream);
        let link = |name, href: &str| (name, href.to_owned());
        assert_eq!(stream(Where::Index, 2), [link("Older", "sheet/plain/00001.html")]);
        assert_eq!(
            stream(Where::Plain, 1),
            [
                link("Newest", "../../index.html"),
                link("Newer", "../../sheet/plain/00002.html"),
                link("Older", "../../sheet/plain/00000.html"),
            ]
        );
        let files = |at, number| ways(at, number, 3, Subject::Files);
        assert_eq!(files(Where::Index, 0), [link("Next", "sheet/plain/00001.html")]);
        assert_eq!(
            files(Where::Plain, 2),
            [link("First", "../../index.html"), link("Previous", "../../sheet/plain/00001.html")]
        );
    }

    #[test]
    fn a_page_added_far_away_changes_none() {
        let page = |parts| Navigation::new(Where::Plain, 3, parts, Subject::Photostream);
        assert_eq!(page(5), page(500));
        assert_ne!(page(4), page(5));
    }
}
