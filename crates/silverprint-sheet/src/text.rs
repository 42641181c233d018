//! Other people's words, made fit for a page. Escaping is the templates' job;
//! this is about what escaping leaves: controls, bidirectional overrides that
//! turn neighbouring text around, and words without end.

/// Longer texts are cut: a page is bounded by its number of rows.
const LONGEST: usize = 300;

/// The text on one line, without control and bidi characters, and not longer
/// than a caption may be.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len().min(LONGEST));
    let mut length = 0;
    // Only so many characters are ever looked at, or a title of invisible
    // ones would cost its full length.
    for character in text.chars().take(16 * LONGEST).filter(|&character| !is_hidden(character)) {
        if length == LONGEST {
            clean.push('…');
            break;
        }
        if !is_space(character) {
            clean.push(character);
            length += 1;
        } else if !clean.is_empty() && !clean.ends_with(' ') {
            clean.push(' ');
            length += 1;
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// The text, if anything is left of it.
pub(crate) fn clean_or_none(text: &str) -> Option<String> {
    Some(clean(text)).filter(|text| !text.is_empty())
}

/// Line and paragraph separators and tabs become spaces with the rest.
fn is_space(character: char) -> bool {
    character.is_whitespace()
}

/// Characters that show nothing and change what is around them. U+200D and
/// U+200C stay: emoji and Indic scripts are written with them.
fn is_hidden(character: char) -> bool {
    let is_control = character.is_control() && !character.is_whitespace();
    let is_bidi = matches!(
        character,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}'
    );
    let is_noncharacter =
        matches!(character, '\u{FDD0}'..='\u{FDEF}') || u32::from(character) & 0xFFFE == 0xFFFE;
    let is_invisible = matches!(
        character,
        '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
    );
    is_control || is_bidi || is_noncharacter || is_invisible
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
    fn controls_and_bidi_go_and_words_stay() {
        let check = |dirty: &str, expected: &str| assert_eq!(clean(dirty), expected, "{dirty:?}");
        check("  Montréal,\r\n\tin  the snow ", "Montréal, in the snow");
        check("a\0b\u{7f}c\u{9b}31md", "abc31md");
        check("\u{202e}gpj.exe\u{2069}", "gpj.exe");
        check("\u{feff}one\u{2028}two\u{85}three\u{200b}", "one two three");
        check("👩\u{200d}👩\u{200d}👧 שלום", "👩\u{200d}👩\u{200d}👧 שלום");
        check("\u{1fffe}\u{ffff}\u{fdd0}x", "x");
        check("\u{1}\u{2}", "");
        check("<b>&amp;", "<b>&amp;");
    }

    #[test]
    fn long_texts_are_cut_and_cost_no_more_than_short_ones() {
        let long = clean(&"x".repeat(10_000_000));
        assert_eq!(long.chars().count(), LONGEST + 1);
        assert!(long.ends_with('…'));
        assert_eq!(clean(&"\u{202e}".repeat(10_000_000)), "");
        assert_eq!(clean(&"x".repeat(LONGEST)).chars().count(), LONGEST);
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
