//! One loosely typed value. Within one answer Flickr writes numbers as numbers
//! and as strings, absence as null, as `""` or not at all, and text as a string
//! or as `{"_content": …}`. Any JSON value can be read as a [`Scalar`].

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A value, before anybody says what it ought to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Scalar<'a> {
    /// Not there, null, or an object without text.
    #[default]
    Absent,
    Text(Cow<'a, str>),
    /// Covers both of JSON's 64-bit integers.
    Whole(i128),
}

impl<'a> Scalar<'a> {
    /// As text; nothing becomes the empty text.
    pub(crate) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Text(text) => text,
            Self::Whole(number) => Cow::Owned(number.to_string()),
        }
    }

    /// As a number, if it is one and fits.
    pub(crate) fn number<N: FromStr + TryFrom<i128>>(&self) -> Option<N> {
        match self {
            Self::Absent => None,
            Self::Text(text) => text.trim().parse().ok(),
            Self::Whole(number) => N::try_from(*number).ok(),
        }
    }

    /// As yes or no, if it says either: 1 and true are yes, 0 and false are no.
    pub(crate) fn answer(&self) -> Option<bool> {
        match &*self.clone().text() {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        }
    }

    /// As yes or no: 1 and true are yes.
    pub(crate) fn flag(&self) -> bool {
        match self {
            Self::Absent => false,
            Self::Text(text) => matches!(text.trim(), "1" | "true"),
            Self::Whole(number) => *number == 1,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Loosely)
    }
}

struct Loosely;

impl<'de> Visitor<'de> for Loosely {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Whole(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Whole(number.into()))
    }

    /// `1024.0` is written `1024`, and so reads as a whole number again.
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(number.to_string())))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Whole(yes.into()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Absent)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut content = Scalar::Absent;
        while let Some(Key(key)) = map.next_key()? {
            if key == "_content" {
                content = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(content)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let first = sequence.next_element()?.unwrap_or_default();
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }
}

/// The name of a member, borrowed where it stands without escapes.
#[derive(serde::Deserialize)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(json: &str) -> Scalar<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn text_is_text_however_it_is_wrapped() {
        let check =
            |json: &str, expected: &str| assert_eq!(scalar(json).text(), expected, "{json}");
        check(r#""a \u00e9""#, "a é");
        check(r#"{"_content":"a","x":{"y":[1]}}"#, "a");
        check(r#"{"x":1}"#, "");
        check(r#"["a","b"]"#, "a");
        check("[]", "");
        check("null", "");
        check("18446744073709551615", "18446744073709551615");
        check("-3", "-3");
        check("true", "1");
    }

    #[test]
    fn numbers_are_numbers_however_they_are_written() {
        let check = |json: &str, expected: Option<u32>| {
            assert_eq!(scalar(json).number::<u32>(), expected, "{json}");
        };
        for json in ["75", r#""75""#, r#"" 75 ""#, "75.0", r#"{"_content":"75"}"#, "[75]"] {
            check(json, Some(75));
        }
        for json in [r#""""#, "null", "-1", "4294967296", "7.5", r#""a""#, "1e400000", "{}"] {
            if let Ok(value) = serde_json::from_str::<Scalar<'_>>(json) {
                assert_eq!(value.number::<u32>(), None, "{json}");
            }
        }
    }

    #[test]
    fn flags_are_one_or_true() {
        for json in ["1", "\"1\"", "true", "\"true\""] {
            assert!(scalar(json).flag(), "{json}");
        }
        for json in ["0", "\"0\"", "false", "null", "\"\"", "2", "{}"] {
            assert!(!scalar(json).flag(), "{json}");
        }
    }
}
