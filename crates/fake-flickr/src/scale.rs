//! Enlarging and reducing pictures, with film grain put on at the final size.

use std::sync::OnceLock;

use crate::paint::{Picture, View};
use crate::seed::Dice;

/// How much of the original's size a print has.
#[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
pub(crate) fn share(print: usize, original: usize) -> f32 {
    print as f32 / original.max(1) as f32
}

/// For each place of the output: the first source place and the weights from there on.
struct Taps {
    len: usize,
    from: Vec<usize>,
    weights: Vec<f32>,
}

impl Taps {
    /// Cubic when enlarging, averaging when reducing.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sides of pictures are small numbers, and places are clamped"
    )]
    fn new(source: usize, target: usize) -> Self {
        let ratio = source as f32 / target as f32;
        let reach = ratio.max(1.0);
        let len = ((reach * 4.0).ceil() as usize).clamp(1, source);
        let mut from = Vec::with_capacity(target);
        let mut weights = Vec::with_capacity(target * len);
        for place in 0..target {
            let center = (place as f32 + 0.5) * ratio - 0.5;
            let start = ((center - reach * 2.0).ceil().max(0.0) as usize).min(source - len);
            let raw: Vec<f32> =
                (start..start + len).map(|at| kernel((at as f32 - center) / reach)).collect();
            let sum: f32 = raw.iter().sum();
            from.push(start);
            weights.extend(raw.iter().map(|weight| weight / sum));
        }
        Self { len, from, weights }
    }

    fn at(&self, place: usize) -> (usize, &[f32]) {
        (self.from[place], &self.weights[place * self.len..][..self.len])
    }
}

/// Catmull and Rom's cubic: sharp, and flat areas stay flat.
fn kernel(x: f32) -> f32 {
    let x = x.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// Resizes a view of a picture and puts grain on it.
pub(crate) fn resize(
    source: View<'_>,
    width: usize,
    height: usize,
    grain: f32,
    seed: u64,
) -> Picture {
    let rows = across(source, width);
    let taps = Taps::new(source.height, height);
    let grain = Grain::new(grain, seed);
    let stride = width * 3;
    let mut rgb = vec![0; stride * height];
    let mut sums = vec![0.0; stride];
    for (y, out) in rgb.chunks_exact_mut(stride).enumerate() {
        let (from, weights) = taps.at(y);
        let mut near = rows[from * stride..].chunks_exact(stride).zip(weights);
        if let [a, b, c, d] = *weights {
            // Enlarging: four rows in one go, so that the sums are written once.
            let mut row = || near.next().map_or(&rows[..stride], |(row, _)| row);
            let (first, second, third, fourth) = (row(), row(), row(), row());
            for (n, sum) in sums.iter_mut().enumerate() {
                *sum = first[n] * a + second[n] * b + third[n] * c + fourth[n] * d;
            }
        } else {
            sums.fill(0.0);
            for (row, weight) in near {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += value * weight;
                }
            }
        }
        grain.print(y, &sums, out);
    }
    Picture { width, height, rgb }
}

/// The source's rows at their final width.
fn across(source: View<'_>, width: usize) -> Vec<f32> {
    let taps = Taps::new(source.width, width);
    let mut rows = vec![0.0; width * 3 * source.height];
    let mut line = vec![0.0; source.width * 3];
    for (y, out) in rows.chunks_exact_mut(width * 3).enumerate() {
        for (value, &byte) in line.iter_mut().zip(source.row(y)) {
            *value = f32::from(byte);
        }
        for (x, out) in out.chunks_exact_mut(3).enumerate() {
            let (from, weights) = taps.at(x);
            let near = &line[from * 3..(from + weights.len()) * 3];
            let mut sum = [0.0_f32; 3];
            for (pixel, weight) in near.chunks_exact(3).zip(weights) {
                sum[0] += pixel[0] * weight;
                sum[1] += pixel[1] * weight;
                sum[2] += pixel[2] * weight;
            }
            out.copy_from_slice(&sum);
        }
    }
    rows
}

/// The side of the tile of grain; rows and columns begin at another place of it in every picture.
const TILE: usize = 256;

/// The tile is the same for all: made once.
static TILES: OnceLock<Vec<f32>> = OnceLock::new();

/// Film grain: fine and coarse together, the same for all three colors.
struct Grain {
    tile: &'static [f32],
    offset: usize,
    strength: f32,
}

impl Grain {
    fn new(strength: f32, seed: u64) -> Self {
        let mut dice = Dice::new(seed ^ 0x96a1);
        let offset = dice.below(TILE * TILE);
        let tile: &'static [f32] = if strength > 0.02 { TILES.get_or_init(tile) } else { &[] };
        Self { tile, offset, strength: strength * 7.0 }
    }

    /// Writes a row with its grain. Rounding happens in the same step.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "conversion saturates"
    )]
    fn print(&self, y: usize, sums: &[f32], out: &mut [u8]) {
        if self.tile.is_empty() {
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = (sum + 0.5) as u8;
            }
            return;
        }
        let row = (y + self.offset / TILE) % TILE;
        // Each time round the tile begins elsewhere, so that no pattern shows.
        let shift = (self.offset + y / TILE * 97) % TILE;
        let tile = &self.tile[row * TILE..(row + 1) * TILE];
        for (x, (out, sum)) in out.chunks_exact_mut(3).zip(sums.chunks_exact(3)).enumerate() {
            // Film is grainiest in its middle tones.
            let middle = 1.0 - (sum[1] - 118.0).abs() * (1.0 / 160.0);
            let grain = tile[(x + shift) % TILE] * self.strength * middle.max(0.25) + 0.5;
            // Conversion to u8 saturates by itself.
            out[0] = (sum[0] + grain) as u8;
            out[1] = (sum[1] + grain) as u8;
            out[2] = (sum[2] + grain) as u8;
        }
    }
}

/// A tile of noise whose larger clumps are as strong as its finest.
fn tile() -> Vec<f32> {
    let mut dice = Dice::new(35);
    let fine: Vec<f32> =
        (0..TILE * TILE).map(|_| dice.unit() + dice.unit() + dice.unit() - 1.5).collect();
    let at = |x: usize, y: usize| fine[y % TILE * TILE + x % TILE];
    let clump = |x: usize, y: usize, reach: usize| {
        let mut sum = 0.0;
        for dy in 0..reach {
            for dx in 0..reach {
                sum += at(x + dx + reach * 31, y + dy + reach * 17);
            }
        }
        sum / share(reach, 1)
    };
    let mut tile = Vec::with_capacity(TILE * TILE);
    for y in 0..TILE {
        for x in 0..TILE {
            tile.push(0.55 * at(x, y) + 0.45 * clump(x, y, 2) + 0.35 * clump(x, y, 4));
        }
    }
    tile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_pictures_stay_flat_at_any_size() {
        let picture = Picture { width: 7, height: 5, rgb: vec![90; 7 * 5 * 3] };
        for (width, height) in [(1, 1), (3, 2), (7, 5), (40, 30)] {
            let print = resize(picture.view(), width, height, 0.0, 1);
            assert_eq!(print.rgb, vec![90; width * height * 3]);
        }
    }
}
