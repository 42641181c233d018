//! Coefficients in, a JPEG out.
#![expect(unsafe_code, reason = "the encoder is a C library")]

use crate::report::{Report, caught, fail};
use crate::{Blocks, Coding, Colour, Recipe, Restart};
use mozjpeg_sys::{
    J_COLOR_SPACE, JCP_FASTEST, JCS_CMYK, JCS_GRAYSCALE, JCS_RGB, JCS_YCCK, JCS_YCbCr,
    JINT_COMPRESS_PROFILE, JPOOL_IMAGE, c_int, c_uint, c_ulong, jpeg_add_quant_table,
    jpeg_c_set_int_param, jpeg_component_info, jpeg_compress_struct, jpeg_create_compress,
    jpeg_destroy_compress, jpeg_finish_compress, jpeg_mem_dest, jpeg_scan_info,
    jpeg_set_colorspace, jpeg_set_defaults, jpeg_write_coefficients, jvirt_barray_control,
};
use std::{mem, ptr, slice};

/// The JPEG of these coefficients, one [`Blocks`] a component, or why the
/// library would not write it.
pub fn encode(recipe: &Recipe, coefficients: &[Blocks]) -> Result<Vec<u8>, String> {
    let mut encoder = Encoder::new();
    let scans: Vec<jpeg_scan_info> = recipe.scans.iter().map(scan_info).collect();
    caught(|| {
        encoder.set_up(recipe, &scans);
        encoder.write(recipe, coefficients);
    })?;
    Ok(encoder.written())
}

/// The library's encoder and what it writes into.
struct Encoder {
    library: Box<jpeg_compress_struct>,
    buffer: Box<(*mut u8, c_ulong)>,
    /// The library points to it.
    _report: Box<Report>,
}

impl Encoder {
    fn new() -> Self {
        let mut report = Report::new();
        let mut buffer = Box::new((ptr::null_mut(), 0));
        // SAFETY: the structure is plain old data that `jpeg_create_compress`
        // initialises once its error manager is there; manager and buffer are
        // boxed, and dropped after it.
        let library = unsafe {
            let mut library: Box<jpeg_compress_struct> = Box::new(mem::zeroed());
            library.common.err = report.manager();
            jpeg_create_compress(&raw mut *library);
            jpeg_mem_dest(&mut library, &raw mut buffer.0, &raw mut buffer.1);
            library
        };
        Self { library, buffer, _report: report }
    }

    fn set_up(&mut self, recipe: &Recipe, scans: &[jpeg_scan_info]) {
        let library = &mut *self.library;
        library.image_width = c_uint::from(recipe.width);
        library.image_height = c_uint::from(recipe.height);
        library.input_components = as_int(recipe.components.len());
        let space = color_space(recipe.colour);
        library.in_color_space = space;
        // SAFETY: the structure was created, and is set up in the order that
        // libjpeg.txt asks for. `comp_info` has ten places once there are
        // defaults.
        let components = unsafe {
            jpeg_c_set_int_param(library, JINT_COMPRESS_PROFILE, JCP_FASTEST as c_int);
            jpeg_set_defaults(library);
            jpeg_set_colorspace(library, space);
            for (idx, table) in recipe.quantisation.iter().enumerate() {
                let table = table.map(c_uint::from);
                jpeg_add_quant_table(library, as_int(idx), table.as_ptr(), 100, 0);
            }
            slice::from_raw_parts_mut(library.comp_info, 10)
        };
        if recipe.components.len() != as_usize(library.num_components) {
            fail("as many components as the colour has");
        }
        for (info, component) in components.iter_mut().zip(&recipe.components) {
            set_component(info, *component);
        }
        library.optimize_coding = (recipe.coding == Coding::Optimised).into();
        library.arith_code = (recipe.coding == Coding::Arithmetic).into();
        match recipe.restart {
            Restart::Never => {}
            Restart::Mcus(n) => library.restart_interval = n.into(),
            Restart::Rows(n) => library.restart_in_rows = n.into(),
        }
        library.num_scans = as_int(scans.len());
        library.scan_info = if scans.is_empty() { ptr::null() } else { scans.as_ptr() };
    }

    fn write(&mut self, recipe: &Recipe, coefficients: &[Blocks]) {
        let library = &mut *self.library;
        let mut arrays: Vec<*mut jvirt_barray_control> = Vec::new();
        for component in &recipe.components {
            let [columns, rows] = recipe.padded(component).map(as_uint);
            // SAFETY: the memory manager is there since `jpeg_create_compress`.
            arrays.push(unsafe {
                let request = (*library.common.mem).request_virt_barray.expect("a manager");
                request(&mut library.common, JPOOL_IMAGE, 1, columns, rows, rows)
            });
        }
        // SAFETY: the arrays are this object's own and as many as its components;
        // they are realised by `jpeg_write_coefficients`, filled afterwards, and
        // read by `jpeg_finish_compress`, while `arrays` is still here.
        unsafe {
            jpeg_write_coefficients(library, arrays.as_mut_ptr());
            for (&array, blocks) in arrays.iter().zip(coefficients) {
                fill(library, array, blocks);
            }
            jpeg_finish_compress(library);
        }
    }

    fn written(self) -> Vec<u8> {
        let (bytes, length) = *self.buffer;
        // SAFETY: after `jpeg_finish_compress` the destination manager has said
        // where so many bytes lie.
        unsafe { slice::from_raw_parts(bytes, usize::try_from(length).expect("in memory")) }
            .to_vec()
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: created in `new`; the buffer, where there is one, is the
        // destination manager's, from malloc, and nobody else frees it.
        unsafe {
            jpeg_destroy_compress(&mut self.library);
            libc::free(self.buffer.0.cast());
        }
    }
}

/// # Safety
/// The array is one of this object's own, realised, and as large as `blocks`.
unsafe fn fill(
    library: &mut jpeg_compress_struct,
    array: *mut jvirt_barray_control,
    blocks: &Blocks,
) {
    for (row, blocks) in blocks.blocks.chunks_exact(blocks.columns).enumerate() {
        // SAFETY: row by row within the array; each row has `columns` blocks.
        unsafe {
            let access = (*library.common.mem).access_virt_barray.expect("a manager");
            let rows = access(&mut library.common, array, as_uint(row), 1, 1);
            slice::from_raw_parts_mut(*rows, blocks.len()).copy_from_slice(blocks);
        }
    }
}

fn set_component(info: &mut jpeg_component_info, component: crate::Component) {
    info.component_id = component.id.into();
    info.h_samp_factor = component.sampling[0].into();
    info.v_samp_factor = component.sampling[1].into();
    info.quant_tbl_no = component.quantisation.into();
    info.dc_tbl_no = component.tables.into();
    info.ac_tbl_no = component.tables.into();
}

fn scan_info(scan: &crate::Scan) -> jpeg_scan_info {
    let mut component_index = [0; 4];
    for (place, &component) in component_index.iter_mut().zip(&scan.components) {
        *place = component.into();
    }
    let [first, last] = scan.band.map(c_int::from);
    let [high, low] = scan.bits.map(c_int::from);
    let comps_in_scan = as_int(scan.components.len());
    jpeg_scan_info { comps_in_scan, component_index, Ss: first, Se: last, Ah: high, Al: low }
}

fn color_space(colour: Colour) -> J_COLOR_SPACE {
    match colour {
        Colour::Grey => JCS_GRAYSCALE,
        Colour::YCbCr => JCS_YCbCr,
        Colour::Rgb => JCS_RGB,
        Colour::Cmyk => JCS_CMYK,
        Colour::Ycck => JCS_YCCK,
    }
}

fn as_int(n: usize) -> c_int {
    n.try_into().expect("a small number")
}

fn as_uint(n: usize) -> c_uint {
    n.try_into().expect("a small number")
}

fn as_usize(n: c_int) -> usize {
    n.try_into().expect("not negative")
}
