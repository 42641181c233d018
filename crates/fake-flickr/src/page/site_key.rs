//! The key with which the site's own script asks the API: a fresh one in every page.
//!
//! A key says itself when it was made and carries a signature, so that nothing is kept of those
//! that nobody uses.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::SiteKeys;
use crate::seed::join;

/// How old the key is that stands in the configuration of recorded pages, beside the fresh one:
/// that of the server that wrote them, fetched 42 hours before.
const STALE: u64 = 151_202;

/// So many keys' calls are counted; the oldest are forgotten first, and with them their counts.
const COUNTED: usize = 4096;

/// A key as a page tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SiteKey {
    pub(crate) key: String,
    /// In seconds since 1970.
    pub(crate) fetched: u64,
    /// In seconds since 1970.
    pub(crate) expires: u64,
}

/// What a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It came from no page.
    Foreign,
    Good,
    Expired,
}

/// The keys that pages were given.
#[derive(Debug)]
pub(crate) struct Keyring {
    seed: u64,
    terms: SiteKeys,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    issued: u32,
    /// API calls by serial number.
    calls: BTreeMap<u32, u64>,
}

impl Keyring {
    pub(crate) fn new(seed: u64, terms: SiteKeys) -> Self {
        Self { seed, terms, state: Mutex::default() }
    }

    /// A key that no other page has.
    pub(crate) fn fresh(&self) -> SiteKey {
        self.issue(now())
    }

    /// A key from long ago.
    pub(crate) fn stale(&self) -> SiteKey {
        self.issue(now().saturating_sub(STALE))
    }

    fn issue(&self, fetched: u64) -> SiteKey {
        let serial = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.issued = state.issued.wrapping_add(1);
            state.issued
        };
        let fetched = u32::try_from(fetched).unwrap_or(u32::MAX);
        let (signature, made) = (self.signature(serial, fetched), u64::from(fetched));
        let key = format!("{serial:08x}{fetched:08x}{signature:016x}");
        SiteKey { key, fetched: made, expires: made + self.terms.good_for.as_secs() }
    }

    fn signature(&self, serial: u32, fetched: u32) -> u64 {
        join(join(self.seed ^ 0x5e7e, u64::from(serial)), u64::from(fetched))
    }

    /// Takes a key for one call of the API.
    pub(crate) fn take(&self, key: &str) -> Standing {
        self.take_at(key, now())
    }

    fn take_at(&self, key: &str, now: u64) -> Standing {
        let Some((serial, fetched)) = self.read(key) else { return Standing::Foreign };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = state.calls.entry(serial).or_default();
        *calls += 1;
        let spent = self.terms.calls.is_some_and(|most| *calls > most);
        if state.calls.len() > COUNTED {
            state.calls.pop_first();
        }
        let late = now >= u64::from(fetched) + self.terms.good_for.as_secs();
        if spent || late { Standing::Expired } else { Standing::Good }
    }

    /// The serial number and the time of a key that was made here.
    fn read(&self, key: &str) -> Option<(u32, u32)> {
        if key.len() != 32 || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let serial = u32::from_str_radix(&key[..8], 16).ok()?;
        let fetched = u32::from_str_radix(&key[8..16], 16).ok()?;
        let signature = u64::from_str_radix(&key[16..], 16).ok()?;
        (signature == self.signature(serial, fetched)).then_some((serial, fetched))
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use proptest::prelude::*;

    fn keyring(calls: Option<u64>) -> Keyring {
        Keyring::new(7, SiteKeys { good_for: Duration::from_mins(10), calls })
    }

    #[test]
    fn keys_are_good_for_their_time() {
        let keys = keyring(None);
        let (key, other) = (keys.fresh(), keys.fresh());
        assert_ne!(key.key, other.key);
        assert_eq!(key.key.len(), 32);
        assert_eq!(key.expires, key.fetched + 600);
        assert_eq!(keys.take_at(&key.key, key.expires - 1), Standing::Good);
        assert_eq!(keys.take_at(&key.key, key.expires), Standing::Expired);
        assert_eq!(keys.take(&keys.stale().key), Standing::Expired);
        assert_eq!(keys.take(&"0123456789abcdef".repeat(2)), Standing::Foreign);
    }

    #[test]
    fn keys_are_good_for_their_calls() {
        let keys = keyring(Some(2));
        let (key, other) = (keys.fresh().key, keys.fresh().key);
        let taken: Vec<_> = (0..3).map(|_| keys.take(&key)).collect();
        assert_eq!(taken, [Standing::Good, Standing::Good, Standing::Expired]);
        assert_eq!(keys.take(&other), Standing::Good);
    }

    proptest! {
        #[test]
        fn any_word_is_read_without_panic(word in "[ -~é]{0,40}") {
            prop_assert_eq!(keyring(None).take(&word), Standing::Foreign);
        }

        #[test]
        fn a_changed_key_is_foreign(at in 0_usize..32, digit in "[0-9a-f]") {
            let keys = keyring(None);
            let mut key = keys.fresh().key;
            if key[at..=at] != digit {
                key.replace_range(at..=at, &digit);
                prop_assert_eq!(keys.take(&key), Standing::Foreign);
            }
        }
    }
}
