//! From page to page: where each page lies, and which of them are linked to.

use silverprint_core::Layout;

/// Pages on either side of the current one that get a link of their own; with
/// the first and the last, and two gaps, that fits a phone.
const AROUND: u64 = 2;

/// The links from one page to the others.
pub(crate) struct Navigation {
    pub(crate) current: u64,
    pub(crate) last: u64,
    pub(crate) first_href: Option<String>,
    pub(crate) previous_href: Option<String>,
    pub(crate) next_href: Option<String>,
    pub(crate) last_href: Option<String>,
    pub(crate) steps: Vec<Step>,
}

/// One place in the row of numbers.
pub(crate) enum Step {
    /// A page to go to.
    Page { number: u64, href: String },
    /// The page that one is on.
    Current { number: u64 },
    /// Pages without a number of their own.
    Gap,
}

impl Navigation {
    /// The links on page `current` of `last`, both counted from 1.
    pub(crate) fn new(current: u64, last: u64) -> Self {
        let root = root_of(current);
        let href = |number: u64| format!("{root}{}", path_of(number));
        let unless_here = |number: u64| (number != current).then(|| href(number));
        Self {
            current,
            last,
            first_href: unless_here(1),
            previous_href: (current > 1).then(|| href(current - 1)),
            next_href: (current < last).then(|| href(current + 1)),
            last_href: unless_here(last),
            steps: steps(current, last, href),
        }
    }
}

fn steps(current: u64, last: u64, href: impl Fn(u64) -> String) -> Vec<Step> {
    let near = current.saturating_sub(AROUND).max(1)..=current.saturating_add(AROUND).min(last);
    let mut numbers: Vec<u64> = [1].into_iter().chain(near).chain([last]).collect();
    numbers.dedup();
    let mut steps = Vec::with_capacity(numbers.len() + 2);
    let mut before = 0;
    for number in numbers {
        if number > before + 1 {
            steps.push(Step::Gap);
        }
        steps.push(if number == current {
            Step::Current { number }
        } else {
            Step::Page { number, href: href(number) }
        });
        before = number;
    }
    steps
}

/// Where a page lies, from the archive's folder.
pub(crate) fn path_of(page: u64) -> String {
    match page {
        1 => Layout::INDEX.to_owned(),
        later => format!("{}/page-{later}.html", Layout::SHEET),
    }
}

/// The way from a page to the archive's folder.
pub(crate) fn root_of(page: u64) -> &'static str {
    if page == 1 { "" } else { "../" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(current: u64, last: u64) -> String {
        let text = |step: &Step| match step {
            Step::Page { number, .. } => number.to_string(),
            Step::Current { number } => format!("[{number}]"),
            Step::Gap => "…".to_owned(),
        };
        let steps = Navigation::new(current, last).steps;
        steps.iter().map(text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn numbers_are_near_and_at_the_ends() {
        assert_eq!(row(1, 1), "[1]");
        assert_eq!(row(1, 2), "[1] 2");
        assert_eq!(row(2, 3), "1 [2] 3");
        assert_eq!(row(1, 16), "[1] 2 3 … 16");
        assert_eq!(row(8, 16), "1 … 6 7 [8] 9 10 … 16");
        assert_eq!(row(4, 16), "1 2 3 [4] 5 6 … 16");
        assert_eq!(row(16, 16), "1 … 14 15 [16]");
    }

    #[test]
    fn pages_find_one_another() {
        let first = Navigation::new(1, 3);
        assert_eq!((first.first_href, first.previous_href), (None, None));
        assert_eq!(first.next_href.as_deref(), Some("sheet/page-2.html"));
        let second = Navigation::new(2, 3);
        assert_eq!(second.previous_href.as_deref(), Some("../index.html"));
        assert_eq!(second.next_href.as_deref(), Some("../sheet/page-3.html"));
        assert_eq!(second.last_href.as_deref(), Some("../sheet/page-3.html"));
    }
}
