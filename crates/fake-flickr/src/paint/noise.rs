//! Smooth noise: hills, clouds, mist and bark are all made of it.

/// Noise with a seed of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise(u32);

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        Self((seed ^ (seed >> 32)) as u32)
    }

    /// A value from -1 to 1 at a point of the grid.
    fn grid(self, x: i32, y: i32) -> f32 {
        let mut hash = (x as u32).wrapping_mul(0x27d4_eb2d) ^ (y as u32).wrapping_mul(0x1656_67b1);
        hash = (hash ^ self.0).wrapping_mul(0x2c1b_3c6d);
        hash ^= hash >> 15;
        hash = hash.wrapping_mul(0x297a_2d39);
        hash ^= hash >> 15;
        (hash >> 8) as f32 / 8_388_608.0 - 1.0
    }

    /// Smooth between the points of the grid.
    pub(super) fn at(self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (sx, sy) = (fx * fx * (3.0 - 2.0 * fx), fy * fy * (3.0 - 2.0 * fy));
        let (column, row) = (left as i32, top as i32);
        let above = mix(self.grid(column, row), self.grid(column + 1, row), sx);
        let under = mix(self.grid(column, row + 1), self.grid(column + 1, row + 1), sx);
        mix(above, under, sy)
    }

    /// Several octaves on top of each other.
    pub(super) fn fbm(self, mut x: f32, mut y: f32, octaves: u32) -> f32 {
        let (mut sum, mut weight) = (0.0, 0.5);
        for octave in 0..octaves {
            sum += Self(self.0.wrapping_add(octave * 7919)).at(x, y) * weight;
            weight *= 0.5;
            (x, y) = (x * 2.03 + 1.7, y * 2.03 - 0.9);
        }
        sum
    }

    /// Along a line: for the ridges of hills.
    pub(super) fn line(self, x: f32, octaves: u32) -> f32 {
        self.fbm(x, 0.5, octaves)
    }

    /// One random number for a pair of numbers, from 0 to 1.
    pub(super) fn cell(self, x: i32, y: i32) -> f32 {
        self.grid(x, y) * 0.5 + 0.5
    }
}

fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// Noise worked out on a coarse grid, for what is soft anyway and needed everywhere.
pub(super) struct Field {
    columns: usize,
    rows: usize,
    scale: f32,
    values: Vec<f32>,
}

impl Field {
    /// `scale` points to the unit; the canvas is 1 high and `aspect` wide.
    pub(super) fn new(aspect: f32, scale: f32, at: impl Fn(f32, f32) -> f32) -> Self {
        let (columns, rows) = ((aspect * scale) as usize + 3, scale as usize + 3);
        let mut values = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                values.push(at(column as f32 / scale, row as f32 / scale));
            }
        }
        Self { columns, rows, scale, values }
    }

    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = ((x * self.scale).max(0.0), (y * self.scale).max(0.0));
        let column = (x as usize).min(self.columns - 2);
        let row = (y as usize).min(self.rows - 2);
        let (fx, fy) = ((x - column as f32).min(1.0), (y - row as f32).min(1.0));
        let line = &self.values[row * self.columns + column..];
        let above = mix(line[0], line[1], fx);
        let under = mix(line[self.columns], line[self.columns + 1], fx);
        mix(above, under, fy)
    }
}
