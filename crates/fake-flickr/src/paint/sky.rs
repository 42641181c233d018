//! Skies: the light of an hour, a sun, clouds. Half of all scenes begin with one.

use super::canvas::Canvas;
use super::color::{Color, add, blend, hex, lit, ramp, smooth};
use super::noise::{Field, Noise};
use crate::seed::Dice;

/// The light of an hour.
pub(super) struct Sky {
    colors: [Color; 3],
    pub(super) sun: (f32, f32),
    pub(super) light: Color,
    /// What distance fades into.
    pub(super) haze: Color,
    cover: f32,
    pub(super) noise: Noise,
}

/// From the zenith to the horizon, then the sun's color.
const HOURS: [[u32; 4]; 7] = [
    [0x3b5b8c, 0x9fb4c8, 0xf4d9b0, 0xfff0d0],
    [0x2a3560, 0xb0708a, 0xffb070, 0xffe0a0],
    [0x5a88b8, 0xa8c8e0, 0xe8f0f0, 0xffffff],
    [0x1c2440, 0x5a4a70, 0xe08a60, 0xffc890],
    [0x70787c, 0xb0b6b8, 0xe0e2e0, 0xffffff],
    [0x203c58, 0x6c98a8, 0xf0e0b8, 0xfff4d8],
    [0x404850, 0x7c8890, 0xd8d0c0, 0xfff8e8],
];

impl Sky {
    pub(super) fn new(dice: &mut Dice, aspect: f32, horizon: f32) -> Self {
        let [zenith, middle, low, sun] = dice.pick(&HOURS).map(hex);
        Self {
            colors: [zenith, middle, low],
            sun: (dice.range(0.15, 0.85) * aspect, horizon * dice.range(0.35, 0.92)),
            light: sun,
            haze: blend(low, middle, 0.35),
            cover: dice.range(-0.25, 0.3),
            noise: Noise::new(dice.roll()),
        }
    }

    /// Paints sky over everything above the horizon, and a little below.
    pub(super) fn paint(&self, canvas: &mut Canvas, horizon: f32) {
        let clouds = self.clouds(canvas.aspect(), horizon);
        let (sx, sy) = self.sun;
        let reach = horizon + 0.03;
        canvas.area(0.0, 0.0, canvas.aspect(), reach, |x, y, pixel| {
            let base = ramp(&self.colors, y / horizon);
            let distance = ((x - sx).powi(2) + (y - sy).powi(2)).sqrt();
            let near = (-distance * 2.6).exp();
            let base = add(base, lit(self.light, near * 0.45));
            let thick = clouds.at(x, y);
            // Clouds are bright towards the sun and dark where they are thick.
            let edge = smooth(0.0, 0.28, thick) * (1.0 - 0.55 * smooth(0.2, 0.75, thick));
            let cloud = blend(self.haze, self.light, 0.35 + 0.65 * near);
            let cloud = lit(cloud, 1.05 - 0.6 * smooth(0.15, 0.8, thick));
            *pixel = blend(base, cloud, edge.max(smooth(0.1, 0.6, thick) * 0.9));
        });
        canvas.glow(sx, sy, 0.16, self.light, 0.5);
        if self.cover < 0.12 {
            canvas.disc(sx, sy, 0.026, 0.004, lit(self.light, 1.1), 0.95);
        }
    }

    /// How thick the clouds are: long and flat towards the horizon, as perspective has it.
    fn clouds(&self, aspect: f32, horizon: f32) -> Field {
        let noise = self.noise;
        Field::new(aspect, 110.0, |x, y| {
            let height = ((horizon - y) / horizon).max(0.0);
            let far = 1.0 / (0.25 + height * 1.2);
            let warp = noise.fbm(x * 2.0, y * 3.0, 3) * 0.35;
            let cloud = noise.fbm((x - aspect / 2.0) * far * 1.1 + warp + 9.0, far * 2.2 + warp, 5);
            (cloud * 1.5 + self.cover) * smooth(0.0, 0.12, height)
        })
    }
}
