//! Any bytes into what looks at a picture without decoding it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use silverprint_thumb::{ends_whole, read_header};
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let header = read_header(Cursor::new(bytes));
    if let Ok(header) = header {
        assert!(header.width > 0);
    }
    let _ = ends_whole(Cursor::new(bytes));
});
