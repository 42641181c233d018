//! Any text as a page of a photostream, models, script and all.
#![no_main]

use libfuzzer_sys::fuzz_target;
use silverprint_flickr::{Leaf, read_photo};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

fuzz_target!(|html: &str| {
    // It waits for nobody; it only gives others their turn.
    let mut reading = pin!(Leaf::read(html, "https"));
    let mut context = Context::from_waker(Waker::noop());
    let read = loop {
        if let Poll::Ready(read) = reading.as_mut().poll(&mut context) {
            break read;
        }
    };
    let Ok(page) = read else { return };
    for photo in page.photos() {
        let again = read_photo(&photo.listing, None).expect("what was read can be read");
        assert_eq!(again.fingerprint(), photo.fingerprint());
        assert!(!photo.listing.get().contains('\n'));
    }
});
