//! The two shapes of a page's models: what wraps a value, where it lies, how words are escaped.

use std::fmt::Write;

use serde_json::{Value, json};

use super::PageShape;

/// What the site calls the kinds of values that it wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Model,
    Collection,
    Pojo,
    Array,
    SerializeFunction,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Collection => "collection",
            Self::Pojo => "pojo",
            Self::Array => "array",
            Self::SerializeFunction => "serializeFunction",
        }
    }
}

impl PageShape {
    /// A value as it stands within another.
    pub(super) fn wrap(self, kind: Kind, value: Value) -> Value {
        match self {
            Self::Flat => value,
            Self::Wrapped => json!({ "data": value, "exportMetaType": kind.name() }),
        }
    }

    /// Words as they are written.
    pub(super) fn words(self, text: &str) -> Value {
        match self {
            Self::Flat => escape(text).into(),
            Self::Wrapped => text.into(),
        }
    }

    /// The path of a value in the legend: these steps, each into what wraps the next.
    pub(super) fn path(self, steps: &[&str]) -> Value {
        let mut path = Vec::new();
        for (n, step) in steps.iter().enumerate() {
            path.push(*step);
            // Neither the lists of models nor those of photos are wrapped.
            if self == Self::Wrapped && n > 0 && *step != "_data" {
                path.push("data");
            }
        }
        path.into()
    }
}

/// JavaScript's `escape`: Latin-1 as `%E9`, everything beyond it as `%u20AC`.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"@*_+-./".contains(&byte) => {
                out.push(char::from(byte));
            }
            Ok(byte) => _ = write!(out, "%{byte:02X}"),
            Err(_) => _ = write!(out, "%u{unit:04X}"),
        }
    }
    out
}

/// JSON as the site writes it into a script: slashes are escaped, so that no element ends early.
pub(super) fn script(value: &Value) -> String {
    value.to_string().replace('/', "\\/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_escaped_as_recorded() {
        assert_eq!(escape("Frühstück (a/b) + 1\n"), "Fr%FChst%FCck%20%28a/b%29%20+%201%0A");
        assert_eq!(escape("€ \u{1f304}"), "%u20AC%20%uD83C%uDF04");
        assert_eq!(PageShape::Wrapped.words("é / \u{1f304}"), "é / \u{1f304}");
        assert_eq!(script(&json!("</script>")), "\"<\\/script>\"");
    }

    #[test]
    fn paths_lead_through_what_wraps() {
        let steps = ["photostream-models", "0", "photoPageList", "_data", "3"];
        assert_eq!(PageShape::Flat.path(&steps), json!(steps));
        let wrapped =
            ["photostream-models", "0", "data", "photoPageList", "data", "_data", "3", "data"];
        assert_eq!(PageShape::Wrapped.path(&steps), json!(wrapped));
    }
}
