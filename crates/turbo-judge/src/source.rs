//! Bytes for the decoder in pieces so small that it never takes its fast way
//! through the bits: that takes codes that no table knows for noughts, and only
//! the slow way warns of them.
#![expect(unsafe_code, reason = "the C library calls back")]

use mozjpeg_sys::{
    boolean, c_long, jpeg_decompress_struct, jpeg_resync_to_restart, jpeg_source_mgr,
};
use std::{mem, ptr};

/// The fast way wants 512 bytes for each block of an MCU.
const PIECE: usize = 256;
/// What libjpeg's own sources give when there is nothing more.
const END: [u8; 2] = [0xFF, 0xD9];

/// The library's source manager and, behind it, what is still to come.
#[repr(C)]
pub(crate) struct Pieces<'a> {
    manager: jpeg_source_mgr,
    rest: &'a [u8],
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        // SAFETY: the manager is plain old data; its functions are set below.
        let mut manager: jpeg_source_mgr = unsafe { mem::zeroed() };
        manager.init_source = Some(nothing);
        manager.fill_input_buffer = Some(fill);
        manager.skip_input_data = Some(skip);
        manager.resync_to_restart = Some(jpeg_resync_to_restart);
        manager.term_source = Some(nothing);
        Self { manager, rest: bytes }
    }

    /// What `src` is to be. The pieces must outlive the decoder.
    pub(crate) fn manager(&mut self) -> *mut jpeg_source_mgr {
        ptr::from_mut(self).cast()
    }
}

unsafe extern "C-unwind" fn nothing(_library: &mut jpeg_decompress_struct) {}

unsafe extern "C-unwind" fn fill(library: &mut jpeg_decompress_struct) -> boolean {
    // SAFETY: `src` is the first field of `Pieces`, from `manager`; it and the
    // bytes outlive the decoder.
    let pieces = unsafe { &mut *library.src.cast::<Pieces<'_>>() };
    let rest = pieces.rest;
    let (mut piece, rest) = rest.split_at(rest.len().min(PIECE));
    if piece.is_empty() {
        crate::report::warn_of_end(library);
        piece = &END;
    }
    pieces.rest = rest;
    pieces.manager.next_input_byte = piece.as_ptr();
    pieces.manager.bytes_in_buffer = piece.len();
    boolean::from(true)
}

unsafe extern "C-unwind" fn skip(library: &mut jpeg_decompress_struct, n: c_long) {
    let mut n = usize::try_from(n).unwrap_or(0);
    loop {
        // SAFETY: as above; it moves on within the piece.
        unsafe {
            let manager = &mut *library.src;
            let skipped = n.min(manager.bytes_in_buffer);
            manager.next_input_byte = manager.next_input_byte.add(skipped);
            manager.bytes_in_buffer -= skipped;
            n -= skipped;
            if n == 0 {
                return;
            }
            fill(library);
        }
    }
}
