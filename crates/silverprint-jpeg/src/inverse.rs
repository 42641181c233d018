//! Inverse transforms of the lowest coefficients: a block as few samples.
//!
//! The low coefficients of an 8 × 8 transform are, scaled, those of the small
//! one, whose samples are the block's, made smaller and without what is too
//! fine to be seen then. (So does libjpeg from version 7 on; libjpeg-turbo's
//! own, of version 6, look at more of the block.)

/// Coefficients, dequantized, in zigzag order.
pub(crate) type Low = [i32; 25];

/// Samples per side of a block.
pub(crate) trait Side {
    const SIDE: usize;
    /// The last coefficient that counts, in zigzag order.
    const LAST: usize;
    /// Samples in rows of [`Self::SIDE`].
    fn inverse(low: &Low) -> [u8; 16];
}

/// A quarter: 2 × 2.
pub(crate) struct Two;

impl Side for Two {
    const SIDE: usize = 2;
    const LAST: usize = 4;

    #[inline]
    fn inverse(low: &Low) -> [u8; 16] {
        let (left, right) =
            ([low[0] + low[1], low[2] + low[4]], [low[0] - low[1], low[2] - low[4]]);
        let mut samples = [0; 16];
        samples[0] = sample(left[0] + left[1], 3);
        samples[1] = sample(right[0] + right[1], 3);
        samples[2] = sample(left[0] - left[1], 3);
        samples[3] = sample(right[0] - right[1], 3);
        samples
    }
}

/// Half: 4 × 4.
pub(crate) struct Four;

/// Bits behind the point.
const POINT: u32 = 12;
/// √2 cos(π/8) and √2 cos(3π/8).
const LONG: i32 = 5352;
const SHORT: i32 = 2217;

impl Side for Four {
    const SIDE: usize = 4;
    const LAST: usize = 24;

    #[inline]
    fn inverse(low: &Low) -> [u8; 16] {
        // Rows of coefficients, out of the zigzag.
        let rows = [
            [low[0], low[1], low[5], low[6]],
            [low[2], low[4], low[7], low[13]],
            [low[3], low[8], low[12], low[17]],
            [low[9], low[11], low[18], low[24]],
        ];
        let mut columns = [[0; 4]; 4];
        for (y, row) in rows.iter().enumerate() {
            for (x, value) in line(*row).into_iter().enumerate() {
                // Four bits fewer, so that the second pass has room.
                columns[x][y] = (value + (1 << 7)) >> 8;
            }
        }
        let mut samples = [0; 16];
        for (x, column) in columns.iter().enumerate() {
            for (y, value) in line(*column).into_iter().enumerate() {
                samples[4 * y + x] = sample(value, 2 * POINT - 8 + 3);
            }
        }
        samples
    }
}

/// Four samples of four coefficients, times 2^[`POINT`].
#[inline]
fn line([a, b, c, d]: [i32; 4]) -> [i32; 4] {
    let (sum, difference) = ((a + c) << POINT, (a - c) << POINT);
    let (outer, inner) = (b * LONG + d * SHORT, b * SHORT - d * LONG);
    [sum + outer, difference + inner, difference - inner, sum - outer]
}

/// Rounds, and shifts to 0 to 255.
#[inline]
#[expect(clippy::cast_sign_loss, reason = "clamped")]
fn sample(value: i32, point: u32) -> u8 {
    (((value + (1 << (point - 1))) >> point) + 128).clamp(0, 255) as u8
}
