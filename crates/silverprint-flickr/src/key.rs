//! A key to the API, the user's own or the site's. It leaves this crate in a
//! request and in no other way: there is no `Display`, `Debug` shows none of
//! it, it cannot be cloned.

use silverprint_core::without_query;
use std::fmt;
use std::str::FromStr;

/// A key to Flickr's API.
pub struct ApiKey(Box<str>);

/// A text that is no key. It does not repeat the text: what was pasted in the
/// wrong place may be a secret too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing there.
    #[error("the API key is empty")]
    Empty,
    /// Keys are far shorter.
    #[error("the API key is longer than {} characters", ApiKey::LONGEST)]
    TooLong,
    /// Keys are letters and digits.
    #[error("the API key holds something that is neither a letter nor a digit")]
    Shape,
}

impl ApiKey {
    /// Flickr's keys have 32 characters today; nothing says that they stay so.
    const LONGEST: usize = 128;
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// A text without the key in it.
    pub(crate) fn hide(&self, text: &str) -> String {
        text.replace(&*self.0, "…")
    }
}

/// Makes messages from outside fit to be shown: sites and proxies like to
/// repeat what they were asked, with the key in it.
pub(crate) trait Clean: Sync {
    /// One line without keys, queries and control characters.
    fn clean(&self, message: &str) -> String;
}

impl Clean for ApiKey {
    fn clean(&self, message: &str) -> String {
        presentable(&self.hide(message))
    }
}

/// What is asked without any key.
pub(crate) struct NoKey;

impl Clean for NoKey {
    fn clean(&self, message: &str) -> String {
        presentable(message)
    }
}

/// Room for what a site says; the rest of a longer text helps nobody.
const LONGEST_MESSAGE: usize = 300;

/// A text from outside in one line of sensible length.
pub(crate) fn presentable(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(without_query).collect();
    let visible = |char: &char| !char.is_control();
    words.join(" ").chars().filter(visible).take(LONGEST_MESSAGE).collect()
}

impl FromStr for ApiKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        match text.trim() {
            "" => Err(KeyError::Empty),
            key if key.len() > Self::LONGEST => Err(KeyError::TooLong),
            key if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Err(KeyError::Shape),
            key => Ok(Self(key.into())),
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_trimmed_and_checked_loosely() {
        assert_eq!(" 0123abcDEF\n".parse::<ApiKey>().unwrap().reveal(), "0123abcDEF");
        let check = |text: &str, expected| assert_eq!(text.parse::<ApiKey>().err(), Some(expected));
        check(" \t", KeyError::Empty);
        check(&"a".repeat(129), KeyError::TooLong);
        check("abc def", KeyError::Shape);
        check("abc&x=1", KeyError::Shape);
        check("schlüssel", KeyError::Shape);
    }

    #[test]
    fn nothing_shows_a_key() {
        let key: ApiKey = "canary0000".parse().unwrap();
        assert_eq!(format!("{key:?} {key:#?}"), "ApiKey(…) ApiKey(…)");
        let error = "canary 0000".parse::<ApiKey>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn messages_lose_keys_queries_and_control_characters() {
        let key: ApiKey = "canary0000".parse().unwrap();
        let check = |text: &str, expected: &str| assert_eq!(key.clean(text), expected);
        check("Invalid API Key (canary0000)", "Invalid API Key (…)");
        check("GET http://h/rest/?a=b&api_key=1 failed", "GET http://h/rest/ failed");
        check("Why?\u{1b}[31m  And\nhow?", "Why?[31m And how?");
        assert_eq!(key.clean(&"é".repeat(1000)).chars().count(), 300);
    }
}
