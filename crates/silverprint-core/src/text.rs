//! Counts, and other people's words, made fit for one line of a page, a terminal or a
//! table. Escaping is the business of whoever prints them; this is about what
//! escaping leaves: controls, bidirectional overrides that turn neighbouring
//! text around, and words without end.

/// The text on one line, without control and bidi characters, and at most
/// `longest` characters long; what is cut shows as an ellipsis.
pub fn one_line(text: &str, longest: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(longest));
    let mut length = 0;
    // Only so many characters are ever looked at, or a text of invisible ones
    // would cost its full length.
    let looked_at = text.chars().take(longest.saturating_mul(16));
    for character in looked_at.filter(|&character| !is_hidden(character)) {
        if length == longest {
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

/// A word without the query of the address that it is or holds: that is where
/// keys and signatures stand.
pub fn without_query(word: &str) -> &str {
    match word.split_once('?') {
        Some((address, query)) if query.contains('=') => address,
        _ => word,
    }
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

/// A count with its thousands apart: `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
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
        let check = |dirty: &str, expected: &str| assert_eq!(one_line(dirty, 300), expected);
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
        let long = one_line(&"x".repeat(10_000_000), 300);
        assert_eq!(long.chars().count(), 301);
        assert!(long.ends_with('…'));
        assert_eq!(one_line(&"\u{202e}".repeat(10_000_000), 300), "");
        assert_eq!(one_line(&"x".repeat(300), 300).chars().count(), 300);
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        let check = |number, expected| assert_eq!(grouped(number), expected);
        check(0, "0");
        check(999, "999");
        check(1000, "1,000");
        check(7_845, "7,845");
        check(1_000_000, "1,000,000");
        check(1_234_567, "1,234,567");
        check(u64::MAX, "18,446,744,073,709,551,615");
    }
}
