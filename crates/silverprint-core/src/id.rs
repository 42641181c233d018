//! Identifiers as Flickr writes them. Each parses once, at the border, and
//! round-trips to the same text.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text that is not the identifier it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct IdError {
    text: String,
    expected: &'static str,
}

impl IdError {
    fn new(text: &str, expected: &'static str) -> Self {
        let text = text.chars().take(80).collect();
        Self { text, expected }
    }
}

/// The number of a photo, unique on all of Flickr: decimal digits without
/// leading zeros, so that number and text are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhotoId(u64);

impl PhotoId {
    /// The number itself.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// From a number that came from a catalogue.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }
}

impl FromStr for PhotoId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        match text.parse() {
            Ok(number) if canonical => Ok(Self(number)),
            _ => Err(IdError::new(text, "a photo id (digits)")),
        }
    }
}

impl fmt::Display for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Serialised as text, as Flickr does: JSON numbers lose digits past 2^53.
impl Serialize for PhotoId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PhotoId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An account's permanent id, such as `12345678@N00`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nsid(String);

impl Nsid {
    /// The id as Flickr writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Nsid {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = |part: &str| {
            !part.is_empty() && part.len() <= 20 && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        match text.split_once("@N") {
            Some((number, shard)) if digits(number) && digits(shard) => Ok(Self(text.to_owned())),
            _ => Err(IdError::new(text, "an NSID such as 12345678@N00")),
        }
    }
}

impl TryFrom<String> for Nsid {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Nsid> for String {
    fn from(nsid: Nsid) -> Self {
        nsid.0
    }
}

impl fmt::Display for Nsid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name in an account's web address: `confoo` in `/photos/confoo/`.
/// Flickr does not tell upper from lower case in it; we keep lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PathAlias(String);

impl PathAlias {
    /// The alias, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PathAlias {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // `/photos/tags` and the like answer 200 and are nobody's.
        const NOBODY: [&str; 4] = ["tags", "search", "organize", "upload"];
        let alias = text.to_ascii_lowercase();
        let valid = (1..=64).contains(&alias.len())
            && alias.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            && !NOBODY.contains(&alias.as_str());
        if valid { Ok(Self(alias)) } else { Err(IdError::new(text, "an account's alias")) }
    }
}

impl TryFrom<String> for PathAlias {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<PathAlias> for String {
    fn from(alias: PathAlias) -> Self {
        alias.0
    }
}

impl fmt::Display for PathAlias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_or_are_refused() {
        for good in ["1", "53687483515", "18446744073709551615"] {
            assert_eq!(good.parse::<PhotoId>().unwrap().to_string(), good);
        }
        for bad in ["", "0", "007", "-1", "+1", "1.0", "18446744073709551616", "1/../2", " 1"] {
            assert!(bad.parse::<PhotoId>().is_err(), "{bad:?}");
        }
        assert!("12345678@N00".parse::<Nsid>().is_ok());
        for bad in ["", "@N00", "12@N", "12@n00", "a@N00", "12@N00/x"] {
            assert!(bad.parse::<Nsid>().is_err(), "{bad:?}");
        }
        assert_eq!("ConFoo".parse::<PathAlias>().unwrap().as_str(), "confoo");
        for bad in ["", "tags", "..", "a/b", "ü", "a b"] {
            assert!(bad.parse::<PathAlias>().is_err(), "{bad:?}");
        }
    }
}
