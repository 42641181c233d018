//! Sound and damaged JPEGs of every kind, held against libjpeg-turbo: the law
//! that the tests hold of flipped bits.
#![no_main]

#[path = "../../crates/silverprint-jpeg/tests/judged/law.rs"]
mod law;

use law::{Seen, hold};
use libfuzzer_sys::fuzz_target;
use silverprint_fuzz::Sound;
use silverprint_jpeg::Decoder;
use std::cell::RefCell;

thread_local! {
    static KEPT: RefCell<Decoder> = RefCell::default();
}

fuzz_target!(|bytes: &[u8]| {
    let Some(sound) = Sound::new(bytes) else { return };
    let damaged = sound.damaged();
    KEPT.with_borrow_mut(|kept| match hold(&damaged, kept) {
        Ok(Seen::OnlyWeRead) if !is_progressive(&damaged) => panic!("only we read it"),
        Ok(_) => {}
        Err(why) => panic!("{why}: {:?}", sound.recipe),
    });
});

/// Its scans of AC, which may be what the judge refuses, we step over.
fn is_progressive(jpeg: &[u8]) -> bool {
    jpeg.windows(2).any(|two| two == [0xFF, 0xC2])
}
