//! What goes to stdout: whole lines, and JSON that is harmless to look at. A
//! write that fails is not lost without a word: it is said once, and counts in
//! the exit code; only a reader that closed the pipe has what it wanted.

use crate::exit::Exit;
use crate::printable::{aside, is_harmful, say};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Stdout takes no more: the disk is full, say.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to stdout: {0}")]
pub(crate) struct WriteError(#[from] pub(crate) io::Error);

/// Whether a write failed while something else went on.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Writes beside other work, which is not stopped by a failure.
pub(crate) fn write(text: &str) {
    let mut written = Ok(());
    aside(|| {
        let mut out = io::stdout().lock();
        written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    });
    if let Err(error) = left_early(written)
        && !FAILED.swap(true, Ordering::Relaxed)
    {
        say(&format!("error: {error}: what follows may be missing there"));
    }
}

/// What that came to: for the end of the program.
pub(crate) fn exit() -> Exit {
    if FAILED.load(Ordering::Relaxed) { Exit::Fatal } else { Exit::Success }
}

/// A reader that closes the pipe has what it wanted.
pub(crate) fn left_early(written: io::Result<()>) -> Result<(), WriteError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A value as one line of JSON, without its end. Characters that would move a
/// terminal's cursor or turn its lines around are escaped: it is the same JSON.
pub(crate) fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let mut line = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut line, Harmless))?;
    Ok(String::from_utf8(line).expect("JSON is written as UTF-8"))
}

/// As short as it gets, and all that is harmful escaped.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_harmful) {
            let (before, after) = rest.split_at(at);
            CompactFormatter.write_string_fragment(out, before)?;
            let mut characters = after.chars();
            for unit in
                characters.next().into_iter().flat_map(|it| it.encode_utf16(&mut [0; 2]).to_vec())
            {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        CompactFormatter.write_string_fragment(out, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_harmful_is_escaped() {
        let check = |text: &str, expected: &str| assert_eq!(json(&text).unwrap(), expected);
        check("Abend 🌅 \"x\"\n", r#""Abend 🌅 \"x\"\n""#);
        check("a\u{9b}31m\u{85}\u{7f}", r#""a\u009b31m\u0085\u007f""#);
        check("gpj.\u{202e}exe\u{2028}\u{2029}", r#""gpj.\u202eexe\u2028\u2029""#);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_is_the_same_json_and_nothing_harmful_is_in_it(text in any::<String>()) {
            let line = json(&serde_json::json!({ "title": text, "\u{202e}": [1, null] })).unwrap();
            prop_assert!(!line.contains(is_harmful), "{line:?}");
            let read: serde_json::Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(read["title"].as_str().unwrap(), text);
        }
    }
}
