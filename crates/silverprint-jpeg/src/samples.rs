//! From coefficients to samples: what libjpeg-turbo's inverse transforms for
//! small scales give, to the bit.

use crate::coefficients::DcPlane;
use crate::header::Component;

/// The samples of an eighth: each block's mean, as `jpeg_idct_1x1` has it.
pub(crate) fn from_dc(
    plane: &DcPlane,
    component: &Component,
    quantization: u16,
    samples: &mut Vec<u8>,
) {
    let (width, height) = component.blocks;
    let quantization = i32::from(quantization);
    samples.clear();
    samples.reserve(width * height);
    for row in plane.values.chunks_exact(plane.stride).take(height) {
        let row = row[..width].iter();
        samples.extend(row.map(|&dc| limited((i32::from(dc) * quantization + 4) >> 3)));
    }
}

/// Shifts a sample to 0 to 255, as libjpeg's `range_limit` table does: what lies
/// far out of range wraps around, and so it does here.
#[inline]
#[expect(clippy::cast_sign_loss, reason = "clamped")]
fn limited(sample: i32) -> u8 {
    let wrapped = sample << 22 >> 22;
    (wrapped + 128).clamp(0, 255) as u8
}
