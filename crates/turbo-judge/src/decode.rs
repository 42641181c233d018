//! A JPEG in; its grey picture or its coefficients out.
#![expect(unsafe_code, reason = "the decoder is a C library")]

use crate::Blocks;
use crate::report::{Report, caught, fail};
use crate::source::Pieces;
use mozjpeg_sys::{
    JCS_GRAYSCALE, boolean, c_uint, jpeg_calc_output_dimensions, jpeg_component_info,
    jpeg_create_decompress, jpeg_decompress_struct, jpeg_destroy_decompress,
    jpeg_finish_decompress, jpeg_read_coefficients, jpeg_read_header, jpeg_read_scanlines,
    jpeg_start_decompress, jvirt_barray_control,
};
use std::{mem, slice};

/// What is larger is refused, so that no test takes gigabytes.
pub const MAX_PIXELS: u64 = 1 << 24;

/// A grey picture, and what the library said on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Columns: the JPEG's, scaled, and rounded up.
    pub width: usize,
    /// Rows, likewise.
    pub height: usize,
    /// `width × height` samples.
    pub samples: Vec<u8>,
    /// The library's warnings, in its words; there are none for a sound JPEG.
    pub warnings: Vec<String>,
}

/// What a JPEG holds of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coefficients {
    /// Its quantisation table, in natural order.
    pub quantisation: [u16; 64],
    /// Its quantised coefficients.
    pub blocks: Blocks,
}

/// The picture in grey, at so many eighths (1 to 8) of its size, or the
/// library's error. What is not known of an unfinished progressive JPEG is
/// taken as nought: block smoothing, which guesses it, is off. Damage is told
/// wherever the library can tell it: its fast way through the bits, which takes
/// codes that no table knows for noughts without a word, is barred.
pub fn decode_grey(jpeg: &[u8], eighths: u8) -> Result<Decoded, String> {
    let mut decoder = Decoder::new(jpeg);
    let (width, height, samples) = caught(|| {
        decoder.read_header();
        decoder.read_grey(eighths)
    })?;
    let warnings = decoder.report.take_warnings();
    Ok(Decoded { width, height, samples, warnings })
}

/// The coefficients of every component, or the library's error.
pub fn coefficients(jpeg: &[u8]) -> Result<Vec<Coefficients>, String> {
    let mut decoder = Decoder::new(jpeg);
    caught(|| {
        decoder.read_header();
        decoder.read_coefficients()
    })
}

impl Coefficients {
    /// What the DC coefficients make alone, by the plain formula: an eighth of
    /// each, rounded, around the middle, clamped. But libjpeg-turbo's table for
    /// that has 1024 places, so that what lies far outside comes back in from
    /// the other side.
    pub fn means(&self) -> Vec<u8> {
        let mean = |block: &[i16; 64]| {
            let sample = (i32::from(block[0]) * i32::from(self.quantisation[0]) + 4) >> 3;
            let wrapped = (sample + 512).rem_euclid(1024) - 512;
            u8::try_from((wrapped + 128).clamp(0, 255)).expect("clamped")
        };
        self.blocks.blocks.iter().map(mean).collect()
    }
}

/// The library's decoder over bytes in memory.
struct Decoder<'a> {
    library: Box<jpeg_decompress_struct>,
    /// The library points to it.
    report: Box<Report>,
    /// Likewise.
    pieces: Box<Pieces<'a>>,
}

impl<'a> Decoder<'a> {
    fn new(jpeg: &'a [u8]) -> Self {
        let mut report = Report::new();
        // SAFETY: the structure is plain old data that `jpeg_create_decompress`
        // initialises once its error manager is there; manager and source
        // outlive it.
        let library = unsafe {
            let mut library: Box<jpeg_decompress_struct> = Box::new(mem::zeroed());
            library.common.err = report.manager();
            jpeg_create_decompress(&raw mut *library);
            library
        };
        Self { library, report, pieces: Box::new(Pieces::new(jpeg)) }
    }

    fn read_header(&mut self) {
        let library = &mut *self.library;
        // SAFETY: the structure was created, and the source outlives it.
        unsafe {
            library.src = self.pieces.manager();
            jpeg_read_header(library, boolean::from(true));
        }
        if u64::from(library.image_width) * u64::from(library.image_height) > MAX_PIXELS {
            fail("too large for a test");
        }
    }

    fn read_grey(&mut self, eighths: u8) -> (usize, usize, Vec<u8>) {
        let library = &mut *self.library;
        library.out_color_space = JCS_GRAYSCALE;
        library.scale_num = eighths.into();
        library.scale_denom = 8;
        library.do_block_smoothing = boolean::from(false);
        // SAFETY: the header was read.
        unsafe {
            jpeg_calc_output_dimensions(library);
            jpeg_start_decompress(library);
        }
        let (width, height) = (as_usize(library.output_width), as_usize(library.output_height));
        let mut samples = vec![0; width * height];
        for row in samples.chunks_exact_mut(width) {
            let row = row.as_mut_ptr();
            // SAFETY: one row of one component is `output_width` samples.
            unsafe { jpeg_read_scanlines(library, (&raw const row).cast_mut(), 1) };
        }
        // SAFETY: all rows were read.
        unsafe { jpeg_finish_decompress(library) };
        (width, height, samples)
    }

    fn read_coefficients(&mut self) -> Vec<Coefficients> {
        let library = &mut *self.library;
        // SAFETY: the header was read; there is an array for each component, and
        // as many `comp_info`.
        let (infos, arrays) = unsafe {
            let arrays = jpeg_read_coefficients(library);
            let n = usize::try_from(library.num_components).expect("not negative");
            (slice::from_raw_parts(library.comp_info, n), slice::from_raw_parts(arrays, n))
        };
        let mut components = Vec::new();
        for (info, &array) in infos.iter().zip(arrays) {
            // SAFETY: array and component go together; the table was latched at
            // the component's first scan, or is null.
            components.push(unsafe {
                let table = info.quant_table.as_ref();
                let quantisation = table.map_or([0; 64], |table| table.quantval);
                Coefficients { quantisation, blocks: blocks(library, info, array) }
            });
        }
        components
    }
}

impl Drop for Decoder<'_> {
    fn drop(&mut self) {
        // SAFETY: created in `new`.
        unsafe { jpeg_destroy_decompress(&mut self.library) };
    }
}

/// # Safety
/// The array is that of this component, in this object, after
/// `jpeg_read_coefficients`.
unsafe fn blocks(
    library: &mut jpeg_decompress_struct,
    info: &jpeg_component_info,
    array: *mut jvirt_barray_control,
) -> Blocks {
    let (columns, rows) = (as_usize(info.width_in_blocks), as_usize(info.height_in_blocks));
    let mut blocks = Vec::with_capacity(columns * rows);
    for row in 0..info.height_in_blocks {
        // SAFETY: row by row within the array; each row has `columns` blocks.
        unsafe {
            let access = (*library.common.mem).access_virt_barray.expect("a manager");
            let rows = access(&mut library.common, array, row, 1, 0);
            blocks.extend_from_slice(slice::from_raw_parts(*rows, columns));
        }
    }
    Blocks { columns, rows, blocks }
}

fn as_usize(n: c_uint) -> usize {
    n.try_into().expect("at least 32 bits")
}
