//! Any bytes as a catalogue.db: an error, a catalogue, or one that is set aside
//! as damaged, and never a panic. `SQLite` is C, and is fuzzed by its makers; ours
//! is what is made of what it reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use silverprint_fuzz::Scratch;
use std::fs;

fuzz_target!(|bytes: &[u8]| {
    let scratch = Scratch::new();
    fs::write(scratch.catalogue(), bytes).expect("memory");
    scratch.look();
    let _ = scratch.open();
    scratch.look();
});
