//! Any bytes as a photos.jsonl whose catalogue is lost: another one is built of
//! what can be read, and knows the same photos when it is built again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use silverprint_fuzz::Scratch;
use std::fs;

fuzz_target!(|bytes: &[u8]| {
    let scratch = Scratch::new();
    fs::write(scratch.record(), bytes).expect("memory");
    let first = scratch.open().expect("no line is fatal");
    fs::remove_file(scratch.catalogue()).expect("it was made");
    let second = scratch.open().expect("nor is it the second time");
    assert_eq!(first, second);
});
