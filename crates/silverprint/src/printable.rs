//! Texts from outside, made harmless for a terminal: a title must not clear
//! the screen, move the cursor, or turn the line around; and cut to the room
//! that there is.

use indicatif::MultiProgress;
use std::fmt;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Writes a line to stderr, above the bars where there are any. A reader that
/// went away is no reason to stop: the archive counts, not who watches.
pub(crate) fn say(text: &str) {
    let line = Printable(text).to_string();
    if let Some(bars) = &*bars() {
        let _ = bars.println(line);
    } else {
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }
}

/// Writes elsewhere, stdout say, while no bars are in the way.
pub(crate) fn aside(write: impl FnOnce()) {
    match &*bars() {
        Some(bars) => bars.suspend(write),
        None => write(),
    }
}

/// Takes `^C` off the terminal, which writes it behind the bars and so begins a
/// line of which they do not know: a part of them would stay behind.
pub(crate) fn over_echo() {
    if let Some(bars) = bars().as_ref().filter(|_| is_echoed()) {
        // The bars are cleared a line too low; the first of them is what is left.
        bars.suspend(|| {
            let _ = write!(std::io::stderr().lock(), "\x1b[1A\r\x1b[2K");
        });
    }
}

/// Whether the terminal shows control characters that are typed.
#[cfg(unix)]
fn is_echoed() -> bool {
    use rustix::termios::{LocalModes, tcgetattr};
    let echo = LocalModes::ECHO | LocalModes::ECHOCTL;
    tcgetattr(std::io::stderr()).is_ok_and(|modes| modes.local_modes.contains(echo))
}

/// Elsewhere nothing is shown of it.
#[cfg(not(unix))]
fn is_echoed() -> bool {
    false
}

/// The terminal is the process's, and so are the bars at its bottom: whoever
/// writes beside them, be it a log, must know of them.
static BARS: Mutex<Option<MultiProgress>> = Mutex::new(None);

/// From now on there are these bars, or none.
pub(crate) fn draw(drawn: Option<MultiProgress>) {
    *bars() = drawn;
}

fn bars() -> MutexGuard<'static, Option<MultiProgress>> {
    // A panic while they were held has been reported; the lines go on.
    BARS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows a text with every control character escaped.
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if is_harmful(character) {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        Ok(())
    }
}

/// C0 and C1 controls, and the characters that turn the writing direction.
pub(crate) fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// How many cells of a terminal a text may take: terminals differ on sequences
/// such as those of emoji, so it is the most that any gives them.
pub(crate) fn cells(text: &str) -> usize {
    let alone: usize = text.chars().filter_map(UnicodeWidthChar::width).sum();
    alone.max(text.width())
}

/// As much of a text as has room in so many cells, with `…` for the rest.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if cells(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if cells(&kept) >= width {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn controls_are_shown_and_never_sent() {
        let check = |text: &str, expected: &str| assert_eq!(Printable(text).to_string(), expected);
        check("Abendlicht über München 🌅", "Abendlicht über München 🌅");
        check("\u{1b}[2Jgone\u{7}", "\\u{1b}[2Jgone\\u{7}");
        check("a\nb\r\t\u{9b}31m", "a\\u{a}b\\u{d}\\u{9}\\u{9b}31m");
        check("gpj.\u{202e}exe", "gpj.\\u{202e}exe");
    }

    #[test]
    fn texts_are_cut_as_terminals_measure_them() {
        assert_eq!(cut("Abendlicht", 10), "Abendlicht");
        assert_eq!(cut("Abendlicht", 9), "Abendlic…");
        assert_eq!(cut("夕暮れの光", 10), "夕暮れの光");
        assert_eq!(cut("夕暮れの光", 9), "夕暮れの…");
        assert_eq!(cut("夕暮れの光", 8), "夕暮れ…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        // An umbrella that is a picture is as wide as two letters.
        assert_eq!(cut("☂\u{fe0f}ab", 3), "☂\u{fe0f}…");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_is_wider_than_its_room(text in any::<String>(), width in 1_usize..60) {
            let text = Printable(&text).to_string();
            prop_assert!(cells(&cut(&text, width)) <= width);
        }
    }
}
