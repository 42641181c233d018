//! Other people's words, made fit for a page. Escaping is the templates' job.

use silverprint_core::one_line;

/// Longer texts are cut: a page is bounded by its number of rows.
const LONGEST: usize = 300;

/// The text on one line, and not longer than a caption may be.
pub(crate) fn clean(text: &str) -> String {
    one_line(text, LONGEST)
}

/// The text, if anything is left of it.
pub(crate) fn clean_or_none(text: &str) -> Option<String> {
    Some(clean(text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_one_short_line() {
        assert_eq!(clean(" a\n\u{202e}b "), "a b");
        assert_eq!(clean(&"x".repeat(1000)).chars().count(), LONGEST + 1);
        assert_eq!(clean_or_none("\u{1}"), None);
    }
}
