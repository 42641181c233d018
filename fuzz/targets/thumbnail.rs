//! Any bytes into thumbnails of several kinds: an error, or exactly what the
//! spec says, in bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use silverprint_thumb::{Thumbnailer, read_header};
use std::io::Cursor;

const SPECS: [&str; 5] = [
    "120x120 cover grey jpg",
    "16x12 contain colour png",
    "33x7 stretch bilevel webp",
    "1x40 cover colour jpg",
    "200x3 contain grey png",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, picture)) = bytes.split_first() else { return };
    let spec = SPECS[usize::from(first) % SPECS.len()].parse().expect("a spec");
    let mut thumbnailer = Thumbnailer::new(spec);
    let made = thumbnailer.thumbnail(Cursor::new(picture));
    let salvaged = thumbnailer.salvage(Cursor::new(picture));
    if let Ok(made) = &made {
        let salvaged = salvaged.as_ref().expect("what is sound can be salvaged");
        assert!(made.bytes == salvaged.bytes, "salvaging a sound picture changes it");
    }
    for thumbnail in made.into_iter().chain(salvaged) {
        let header = read_header(Cursor::new(&thumbnail.bytes)).expect("a picture");
        assert_eq!((header.width, header.height), (spec.width.get(), spec.height.get()));
    }
});
