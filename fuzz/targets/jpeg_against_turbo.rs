//! Sound and damaged JPEGs of every kind, held against libjpeg-turbo, by what
//! the tests hold of random JPEGs and of flipped bits.
#![no_main]

#[path = "../../crates/silverprint-jpeg/tests/judged/law.rs"]
mod law;
#[path = "../../crates/silverprint-jpeg/tests/judged/verdict.rs"]
#[expect(dead_code, reason = "the tests tell more of it")]
mod verdict;

use law::{Seen, hold};
use libfuzzer_sys::fuzz_target;
use silverprint_fuzz::Sound;
use silverprint_jpeg::Decoder;
use std::cell::RefCell;
use verdict::{Tally, judge};

thread_local! {
    static KEPT: RefCell<Decoder> = RefCell::default();
}

fuzz_target!(|bytes: &[u8]| {
    let Some(sound) = Sound::new(bytes) else { return };
    let damaged = sound.damaged();
    KEPT.with_borrow_mut(|kept| {
        if damaged == sound.jpeg {
            let mut tally = Tally::default();
            judge(0, &sound.recipe, &sound.jpeg, kept, &mut tally);
            assert!(tally.failures.is_empty(), "{:?}", tally.failures);
        }
        match hold(&damaged, kept) {
            Ok(Seen::OnlyWeRead) if n_scans(&damaged) == 1 => panic!("only we read it"),
            Ok(_) => {}
            Err(why) => panic!("{why}: {:?}", sound.recipe),
        }
    });
});

/// Of several, those without luma's DC are what the judge may refuse, and what
/// we step over.
fn n_scans(jpeg: &[u8]) -> usize {
    jpeg.windows(2).filter(|two| *two == [0xFF, 0xDA]).count()
}
