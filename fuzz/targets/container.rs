//! Any bytes as a video: its kind, and whether its parts come out at its end,
//! in bounded time.
#![no_main]

#[path = "../../crates/silverprint-archive/src/container.rs"]
#[expect(dead_code, reason = "the archive does more with them")]
mod container;

use container::{Container, START};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let Some(kind) = Container::sniff(&bytes[..bytes.len().min(START)]) else { return };
    let is_whole = kind.ends_whole(Cursor::new(bytes)).expect("memory is read without errors");
    if is_whole && !bytes.is_empty() {
        let cut = &bytes[..bytes.len() - 1];
        let is_cut_whole = kind.ends_whole(Cursor::new(cut)).expect("memory");
        assert!(!is_cut_whole, "cut short by a byte, and still whole");
    }
});
