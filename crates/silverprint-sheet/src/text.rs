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

/// A count with its thousands apart: `7,845`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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

    #[test]
    fn counts_have_their_thousands_apart() {
        let check = |number, expected| assert_eq!(count(number), expected);
        check(0, "0");
        check(999, "999");
        check(7_845, "7,845");
        check(1_000_000, "1,000,000");
        check(u64::MAX, "18,446,744,073,709,551,615");
    }
}
