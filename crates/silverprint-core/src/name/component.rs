//! One part of a path, made harmless: for three systems, for shells, and for
//! eyes.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest part of a path, in bytes: with a `_` in front and `.v12.jpeg` it
/// is 120, well below the 255 of most file systems and the 143 of those that
/// encrypt names.
pub(super) const LONGEST_COMPONENT: usize = 110;

/// What a title becomes of which nothing is left.
const UNTITLED: &str = "untitled";

/// Names that Windows keeps for devices, whatever follows after a dot.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
/// These with a digit after them, which may be a superscript.
const NUMBERED_DEVICES: [&str; 2] = ["COM", "LPT"];

/// Whether a character may be in a name: letters, marks and digits of all
/// scripts, and punctuation that means nothing to any system.
pub(super) fn is_allowed(letter: char) -> bool {
    let is_written = letter.is_alphanumeric() || is_combining_mark(letter);
    (is_written && !is_invisible(letter)) || " -_.,'!()+&@".contains(letter)
}

/// Letters and marks that draw nothing (of Unicode's `Default_Ignorable_Code_Point`).
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{34F}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0100}'..='\u{E01EF}')
}

/// A title as a piece of a name: what is not allowed becomes `_`, once for each
/// run of it, and of what is too long the end is cut off.
pub(super) fn tame(title: &str, room: usize) -> String {
    let mut tamed = String::with_capacity(room.min(title.len()));
    // Normalised first: what it turns into must be allowed as well.
    for letter in title.nfc() {
        let letter = if is_allowed(letter) { letter } else { '_' };
        let repeats = matches!(letter, '_' | ' ') && tamed.ends_with(letter);
        if tamed.len() + letter.len_utf8() > room {
            break;
        }
        if !repeats {
            tamed.push(letter);
        }
    }
    let tamed = tamed.trim_matches([' ', '_', '.', '-']);
    let tamed = if tamed.is_empty() { &UNTITLED[..room.min(UNTITLED.len())] } else { tamed };
    tamed.to_owned()
}

/// A component whose pieces are all allowed, as a whole: normalised, neither
/// hidden nor an option nor a device, and nothing that Windows cuts off.
pub(super) fn finish(component: &str) -> String {
    let component: String = component.nfc().collect();
    let component = component.trim_start_matches(['.', '-', ' ']).trim_end_matches(['.', ' ']);
    // In front, so that digits at the end stay there.
    if component.is_empty() || is_device(component) {
        return format!("_{component}");
    }
    component.to_owned()
}

fn is_device(component: &str) -> bool {
    let name = component.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let is_numbered = |device: &str| {
        let number = name.strip_prefix(device);
        number.is_some_and(|n| n.chars().count() == 1 && n.chars().all(char::is_numeric))
    };
    DEVICES.contains(&name.as_str()) || NUMBERED_DEVICES.into_iter().any(is_numbered)
}
