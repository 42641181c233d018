//! Whatever holds a key shows none of it: not in `Debug`, at any depth, and so
//! not in a panic or a log that shows what was at hand.

use silverprint_core::Silent;
use silverprint_flickr::{Api, ApiKey, Base, Door};
use silverprint_http::{Client, MayAsk, Policy};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

const CANARY: &str = "ca9a4e0ca9a4e0ca9a4e0ca9a4e0beef";

fn key() -> ApiKey {
    CANARY.parse().unwrap()
}

fn client() -> Client {
    let policy = Policy::new("silverprint test".to_owned(), MayAsk::new(|_| Ok(())));
    Client::new(Policy { loopback: true, ..policy }, Arc::new(Silent)).unwrap()
}

#[test]
fn nothing_that_holds_a_key_shows_it() {
    let (door, api) = (Door::Key(key()), Api::new(Base::flickr(), key(), client()));
    let all =
        [(format!("{door:?} {door:#?}"), "ApiKey"), (format!("{api:?} {api:#?}"), "key: Own(…)")];
    for (shown, word) in all {
        assert!(!shown.contains(CANARY), "{shown}");
        assert!(shown.contains(word), "it says that there is one: {shown}");
    }
}

#[test]
fn nor_does_a_panic_that_shows_what_was_at_hand() {
    let door = Door::Key(key());
    let broken = catch_unwind(AssertUnwindSafe(|| panic!("cannot go on with {door:?}")));
    let said = broken.unwrap_err().downcast::<String>().unwrap();
    assert!(said.contains("cannot go on") && !said.contains(CANARY), "{said}");
}

#[test]
fn a_text_that_is_no_key_is_not_repeated() {
    for text in [format!("{CANARY} "), format!("{CANARY}{CANARY}!"), CANARY.repeat(9)] {
        let Err(error) = text.parse::<ApiKey>() else { continue };
        assert!(!format!("{error} {error:?}").contains(CANARY));
    }
}
