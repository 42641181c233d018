//! From samples to coefficients: the cosine transform and what is rounded off.

use std::array;

use super::ZIGZAG;

/// Samples on a side of a block.
pub(super) const SIDE: usize = 8;

/// Eight numbers reckoned with at once: written so that the compiler sees vectors.
type Row = [f32; SIDE];

/// What each frequency comes out too large by, across or down; the rest of the scale is 8.
const SCALES: [f64; SIDE] = [
    1.0,
    1.387_039_845,
    1.306_562_965,
    1.175_875_602,
    1.0,
    0.785_694_958,
    0.541_196_100,
    0.275_899_379,
];

/// The order in which coefficients are stored, as places in the order of columns.
const STORED: [u8; 64] = {
    let (mut stored, mut idx) = (ZIGZAG, 0);
    while idx < 64 {
        stored[idx] = ZIGZAG[idx] % 8 * 8 + ZIGZAG[idx] / 8;
        idx += 1;
    }
    stored
};

/// A block of samples around zero.
pub(super) struct Block([Row; SIDE]);

/// Divides coefficients by the steps of a table, and by the transform's own scale.
pub(super) struct Quantizer {
    /// One over the step, in the order in which the transform leaves coefficients: by columns.
    factors: [Row; SIDE],
}

impl Block {
    /// The block at `left` and `top`; beyond the picture its last column and row go on.
    #[inline]
    pub(super) fn read(
        samples: &[u8],
        (width, height): (usize, usize),
        (left, top): (usize, usize),
    ) -> Self {
        let mut block = [[0.0; SIDE]; SIDE];
        for (y, into) in block.iter_mut().enumerate() {
            let row = &samples[(top + y).min(height - 1) * width..][..width];
            let mut eight = [0; SIDE];
            if let Some(whole) = row[left..].first_chunk() {
                eight = *whole;
            } else {
                for (x, sample) in eight.iter_mut().enumerate() {
                    *sample = row[(left + x).min(width - 1)];
                }
            }
            *into = eight.map(|sample| f32::from(sample) - 128.0);
        }
        Self(block)
    }

    /// The coefficients, by columns.
    #[inline]
    fn transform(&self) -> [Row; SIDE] {
        let down = transform(&self.0);
        let mut turned = [[0.0; SIDE]; SIDE];
        for (x, column) in turned.iter_mut().enumerate() {
            for (y, coefficient) in column.iter_mut().enumerate() {
                *coefficient = down[y][x];
            }
        }
        transform(&turned)
    }
}

impl Quantizer {
    /// For a table in reading order.
    pub(super) fn new(table: &[u8; 64]) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "as exact as a float is")]
        let factor = |x: usize, y: usize| {
            let step = f64::from(table[y * SIDE + x]);
            (1.0 / (step * SCALES[x] * SCALES[y] * 8.0)) as f32
        };
        Self { factors: array::from_fn(|x| array::from_fn(|y| factor(x, y))) }
    }

    /// A block's coefficients in storing order, rounded.
    #[inline]
    pub(super) fn quantize(&self, block: &Block) -> [i16; 64] {
        let coefficients = block.transform();
        let mut rounded = [0; 64];
        let columns = coefficients.as_flattened().iter().zip(self.factors.as_flattened());
        for (rounded, (coefficient, factor)) in rounded.iter_mut().zip(columns) {
            *rounded = round(coefficient * factor);
        }
        let mut stored = [0; 64];
        #[expect(clippy::cast_possible_truncation, reason = "the lowest 16 bits are the number")]
        for (stored, place) in stored.iter_mut().zip(STORED) {
            *stored = rounded[usize::from(place & 63)] as i16;
        }
        stored
    }
}

/// The nearest whole number, in the lowest bits: in the sum there is no room for fractions.
/// The largest coefficient there can be has ten bits (and the first, eleven).
#[inline]
fn round(value: f32) -> u32 {
    const NO_FRACTIONS: f32 = 12_582_912.0; // 1.5 × 2²³
    (value + NO_FRACTIONS).to_bits()
}

/// The transform of Arai, Agui and Nakajima, of eight columns at once.
#[inline]
fn transform(rows: &[Row; SIDE]) -> [Row; SIDE] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
    let (s0, d0) = (add(r0, r7), sub(r0, r7));
    let (s1, d1) = (add(r1, r6), sub(r1, r6));
    let (s2, d2) = (add(r2, r5), sub(r2, r5));
    let (s3, d3) = (add(r3, r4), sub(r3, r4));

    let (outer, outer_off) = (add(&s0, &s3), sub(&s0, &s3));
    let (inner, inner_off) = (add(&s1, &s2), sub(&s1, &s2));
    let turned = times(&add(&inner_off, &outer_off), 0.707_106_77);

    let (slow, half, fast) = (add(&d3, &d2), add(&d2, &d1), add(&d1, &d0));
    let both = times(&sub(&slow, &fast), 0.382_683_43);
    let low = add(&times(&slow, 0.541_196_1), &both);
    let high = add(&times(&fast, 1.306_563), &both);
    let middle = times(&half, 0.707_106_77);
    let (above, below) = (add(&d0, &middle), sub(&d0, &middle));

    [
        add(&outer, &inner),
        add(&above, &high),
        add(&outer_off, &turned),
        sub(&below, &low),
        sub(&outer, &inner),
        add(&below, &low),
        sub(&outer_off, &turned),
        sub(&above, &high),
    ]
}

#[inline]
fn add(one: &Row, other: &Row) -> Row {
    array::from_fn(|idx| one[idx] + other[idx])
}

#[inline]
fn sub(one: &Row, other: &Row) -> Row {
    array::from_fn(|idx| one[idx] - other[idx])
}

#[inline]
fn times(row: &Row, factor: f32) -> Row {
    row.map(|value| value * factor)
}
