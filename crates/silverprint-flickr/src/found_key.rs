//! The site's own key as its pages carry it, for their script to ask the API
//! with. In two forms, both recorded: assigned by a script, and in the JSON of
//! its configuration. A page can hold both, and then the one in the JSON is days
//! old; so the youngest counts.

use crate::ApiKey;
use std::time::Duration;

/// A key that a page carries.
#[derive(Debug)]
pub(crate) struct FoundKey {
    pub(crate) key: ApiKey,
    /// For how long the page says that it is good, from when the page was made.
    pub(crate) lifetime: Option<Duration>,
}

/// Pages have two; more than this are not looked at.
const MOST_KEYS: usize = 32;
/// What is said of a key stands within so many bytes after it.
const VICINITY: usize = 400;
/// Recorded is an hour; the page is not trusted with numbers without an end.
const LONGEST_LIFETIME: Duration = Duration::from_hours(24);
/// Longer values are none of a key's.
const LONGEST_VALUE: usize = 128;

impl FoundKey {
    /// Finds the youngest key in a page.
    pub(crate) fn find(html: &str) -> Option<Self> {
        let named = html.match_indices("site_key");
        let found = named.filter_map(|(at, name)| read_at(&html[at + name.len()..]));
        let (_, key) = found.take(MOST_KEYS).max_by_key(|(fetched, _)| *fetched)?;
        Some(key)
    }
}

/// A key with the time at which it was fetched, from what follows its name.
fn read_at(rest: &str) -> Option<(u64, FoundKey)> {
    let value = value(rest)?.strip_prefix('"')?;
    let (key, rest) = value.split_at(end_of_value(value));
    let rest = rest.strip_prefix('"')?;
    let key = key.parse().ok()?;
    let near = vicinity(rest);
    // Where a name does not stand, the key is as old as can be.
    let fetched = number_of(near, "site_key_fetched");
    let expires = number_of(near, "site_key_expiresAt");
    let lifetime = expires.zip(fetched).and_then(|(end, begin)| end.checked_sub(begin));
    let lifetime = lifetime.filter(|seconds| *seconds > 0);
    let lifetime = lifetime.map(|seconds| Duration::from_secs(seconds).min(LONGEST_LIFETIME));
    Some((fetched.unwrap_or(0), FoundKey { key, lifetime }))
}

/// What stands behind `":` or ` = `.
fn value(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix('"').unwrap_or(rest).trim_ascii_start();
    Some(rest.strip_prefix([':', '='])?.trim_ascii_start())
}

fn end_of_value(value: &str) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    value.bytes().take(LONGEST_VALUE).take_while(is_part).count()
}

/// As much of a text as says something of the key before it: up to the next.
fn vicinity(rest: &str) -> &str {
    let end = (0..=VICINITY.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at));
    let near = &rest[..end.unwrap_or(0)];
    let next =
        near.match_indices("site_key").find(|(at, name)| value(&near[at + name.len()..]).is_some());
    next.map_or(near, |(at, _)| &near[..at])
}

fn number_of(near: &str, name: &str) -> Option<u64> {
    let (_, rest) = near.split_once(name)?;
    let value = value(rest)?;
    value[..end_of_value(value)].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(html: &str, expected: Option<(&str, Option<u64>)>) {
        let found = FoundKey::find(html);
        let found = found
            .as_ref()
            .map(|found| (found.key.reveal(), found.lifetime.map(|lifetime| lifetime.as_secs())));
        assert_eq!(found, expected, "{html}");
    }

    const JSON: &str = r#""api":{"site_key_fetch_interval":3600,"x":"\u002F","site_key":"0ld","site_key_fetched":100},"apiv2":{}"#;
    const SCRIPT: &str = "root.YUI_config.flickr.api.site_key = \"new1\";\n\
        root.YUI_config.flickr.api.site_key_fetched = 200;\n\
        root.YUI_config.flickr.api.site_key_expiresAt = 3800;\n";

    #[test]
    fn both_forms_are_read_and_the_youngest_counts() {
        check(JSON, Some(("0ld", None)));
        check(SCRIPT, Some(("new1", Some(3600))));
        check(&format!("{JSON}{SCRIPT}"), Some(("new1", Some(3600))));
        check(&format!("{SCRIPT}{JSON}"), Some(("new1", Some(3600))));
        check(r#"{"site_key":"a1"}"#, Some(("a1", None)));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for html in [
            "",
            "site_key",
            "site_key=",
            "site_key = \"",
            "site_key = \"\";",
            "site_key = \"unfinished",
            "site_key = \"not a key\";",
            "site_key = \"<script>\";",
            "\"site_key_fetch_interval\":3600",
            "site_key_fetched = 5;",
        ] {
            check(html, None);
        }
        check(&format!("site_key = \"{}\"", "a".repeat(129)), None);
    }

    #[test]
    fn a_lifetime_needs_both_its_ends_in_order() {
        let with = |rest: &str| format!("site_key = \"k\";{rest}");
        check(&with("site_key_expiresAt = 9;"), Some(("k", None)));
        check(&with("site_key_fetched = 9; site_key_expiresAt = 9;"), Some(("k", None)));
        check(&with("site_key_fetched = 9; site_key_expiresAt = 8;"), Some(("k", None)));
        check(&with("site_key_fetched = x; site_key_expiresAt = 8;"), Some(("k", None)));
        check(&with("site_key_fetched=7;site_key_expiresAt=8;"), Some(("k", Some(1))));
        let endless = format!("site_key_fetched = 0; site_key_expiresAt = {};", u64::MAX);
        check(&with(&endless), Some(("k", Some(24 * 60 * 60))));
    }

    #[test]
    fn nothing_shows_a_key() {
        let found = FoundKey::find(SCRIPT).unwrap();
        assert!(!format!("{found:?}").contains("new1"));
    }

    #[test]
    fn a_page_of_nothing_but_keys_is_read_quickly() {
        let many = "site_key=\"a\"".repeat(500_000);
        assert!(FoundKey::find(&many).is_some());
        assert!(FoundKey::find(&"site_key".repeat(500_000)).is_none());
    }

    /// The keys were made unreadable before the pages were kept, not the rest.
    #[expect(clippy::disallowed_methods, reason = "a test may block, and knows the file")]
    #[expect(clippy::print_stderr, reason = "who runs the tests should know what was not tested")]
    #[test]
    fn recorded_pages_have_keys_that_are_good_for_an_hour() {
        let Some(folder) = std::env::var_os("SILVERPRINT_RECORDED") else {
            eprintln!("SILVERPRINT_RECORDED is not set: the recorded pages were not tested");
            return;
        };
        for name in ["html_photostream_2021-04.html", "html_album_2024-06.html"] {
            let html = std::fs::read_to_string(std::path::Path::new(&folder).join(name)).unwrap();
            check(&html, Some((&"0".repeat(32), Some(3600))));
            // What is assigned taken away, only the page of 2021 still has one.
            let json = html.replace("site_key = ", "nothing = ");
            let left = name.contains("2021").then_some(("REDACTED", None));
            check(&json, left);
        }
    }

    proptest! {
        #[test]
        fn any_page_is_read_without_panic(
            html in "(site_key(_fetched|_expiresAt)?|[\"=:; ]|[0-9]{1,30}|[a-z]|é|\u{1F600}){0,60}",
        ) {
            if let Some(found) = FoundKey::find(&html) {
                prop_assert!(html.contains(found.key.reveal()));
            }
        }
    }
}
