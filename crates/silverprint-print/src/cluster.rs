//! Letters that must stay together: a base with its marks, an emoji with what is
//! joined to it. They are set in one font and never parted.

use crate::script;
use harfrust::{Script, unicode};

const JOINER: char = '\u{200D}';

/// The clusters of a text, each with where it begins.
pub(crate) fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut begin = 0;
    std::iter::from_fn(move || {
        let rest = text.get(begin..).filter(|rest| !rest.is_empty())?;
        let cluster = &rest[..end_of_first(rest)];
        let at = begin;
        begin += cluster.len();
        Some((at, cluster))
    })
}

/// No cluster that means anything is longer; hostile ones are parted.
const MOST: usize = 32;

fn end_of_first(text: &str) -> usize {
    let mut letters = text.char_indices();
    let Some((_, mut before)) = letters.next() else { return 0 };
    let mut is_half_a_flag = is_regional(before);
    for (place, (at, letter)) in letters.enumerate() {
        let is_flag = is_half_a_flag && is_regional(letter);
        is_half_a_flag = false;
        let goes_on = extends(letter) || before == JOINER || is_flag;
        if !goes_on || place + 1 >= MOST {
            return at;
        }
        before = letter;
    }
    text.len()
}

/// Whether it belongs to what stands before it.
fn extends(letter: char) -> bool {
    script::of(letter) == Script::INHERITED
        || unicode::combining_class(letter.into()) != 0
        // The colours of skin, and the tags of flags.
        || matches!(letter, '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
}

/// Two of them are a flag.
fn is_regional(letter: char) -> bool {
    matches!(letter, '\u{1F1E6}'..='\u{1F1FF}')
}

/// Letters that show nothing by themselves: no font needs to have them.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> Vec<&str> {
        clusters(text).map(|(_, cluster)| cluster).collect()
    }

    #[test]
    fn what_belongs_together_stays_together() {
        assert_eq!(parts("ab"), ["a", "b"]);
        assert_eq!(parts("e\u{301}e"), ["e\u{301}", "e"]);
        assert_eq!(parts("\u{301}a"), ["\u{301}", "a"]);
        assert_eq!(parts("👩\u{200d}👩\u{200d}👧!"), ["👩\u{200d}👩\u{200d}👧", "!"]);
        assert_eq!(parts("👍🏽x"), ["👍🏽", "x"]);
        assert_eq!(parts("🇨🇦🇩🇪"), ["🇨🇦", "🇩🇪"]);
        assert_eq!(parts("שָׁ"), ["שָׁ"]);
        assert!(parts("").is_empty());
        assert!(parts(&"\u{301}".repeat(300)).len() > 5);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_is_lost(text in any::<String>()) {
            prop_assert_eq!(parts(&text).concat(), text.clone());
            for (at, cluster) in clusters(&text) {
                prop_assert_eq!(&text[at..at + cluster.len()], cluster);
            }
        }
    }
}
