//! What is near: people against the light, flowers, a stage.

use super::canvas::Canvas;
use super::color::{Color, add, blend, hex, lit, ramp, smooth};
use super::noise::{Field, Noise};
use crate::seed::Dice;

/// Out-of-focus lights.
fn bokeh(canvas: &mut Canvas, dice: &mut Dice, lights: &[Color], n: usize, size: f32) {
    for _ in 0..n {
        let (x, y) = (dice.range(-0.05, 1.05) * canvas.aspect(), dice.range(-0.05, 1.0));
        let radius = size * dice.range(0.35, 1.0);
        let color = *dice.pick(lights);
        let cover = dice.range(0.06, 0.4);
        canvas.disc(x, y, radius, radius * 0.1, color, cover);
        // Lenses draw a brighter rim.
        canvas.disc(x, y, radius * 0.86, radius * 0.12, lit(color, 0.86), cover * 0.35);
    }
}

/// A background nobody can recognize, as a wide aperture makes it.
fn backdrop(canvas: &mut Canvas, dice: &mut Dice, colors: &[Color]) {
    let noise = Noise::new(dice.roll());
    let field = Field::new(canvas.aspect(), 24.0, |x, y| noise.fbm(x * 2.2, y * 2.2, 2));
    canvas.each(|x, y, pixel| *pixel = ramp(colors, 0.5 + field.at(x, y) * 0.85));
}

pub(super) fn portrait(canvas: &mut Canvas, dice: &mut Dice) {
    let palette = dice.pick(&[
        [0x241a18, 0x6c4a38, 0xd8a070, 0xffe0b0],
        [0x141c26, 0x3c566c, 0x9cb8c4, 0xf0f8ff],
        [0x1c2018, 0x56683c, 0xb8c080, 0xfff4c8],
        [0x20161e, 0x6a4258, 0xd08c8c, 0xffdcc8],
        [0x383838, 0x8c8c88, 0xc8c8c4, 0xffffff],
    ]);
    let colors = palette.map(hex);
    backdrop(canvas, dice, &colors[..3]);
    let n = 8 + dice.below(22);
    bokeh(canvas, dice, &colors[1..], n, 0.09);
    let size = dice.range(0.17, 0.225) * canvas.aspect().clamp(0.72, 1.0);
    let x = canvas.aspect() * dice.range(0.4, 0.6);
    let from = if dice.chance(0.5) { 1.0 } else { -1.0 };
    canvas.glow(x + from * size * 1.5, 0.36, size * 1.8, colors[3], 0.42);
    let sitter = Sitter {
        head: (x, dice.range(0.36, 0.45)),
        size,
        from,
        tilt: dice.range(-0.14, 0.14),
        skin: *dice.pick(&[hex(0xd8a888), hex(0x9c6c4c), hex(0x684430), hex(0xe8c4a8)]),
        hair: *dice.pick(&[hex(0x14100e), hex(0x3a2418), hex(0x6c4a2c), hex(0x54504c)]),
        cloth: *dice.pick(&[hex(0x1a1c22), hex(0x3c3834), hex(0x24303c), hex(0x50402c)]),
        light: colors[3],
        noise: Noise::new(dice.roll()),
        style: dice.below(4),
    };
    sitter.paint(canvas);
}

/// Somebody against the light: seen by the rim, the face in the shade.
struct Sitter {
    head: (f32, f32),
    size: f32,
    /// Which side the light comes from.
    from: f32,
    tilt: f32,
    skin: Color,
    hair: Color,
    cloth: Color,
    light: Color,
    noise: Noise,
    style: usize,
}

impl Sitter {
    fn paint(&self, canvas: &mut Canvas) {
        let soft = canvas.pixel() * 1.2;
        canvas.each(|x, y, pixel| {
            let (dx, dy) = ((x - self.head.0) / self.size, (y - self.head.1) / self.size);
            self.shoulders(dx, dy, soft, pixel);
            let (tx, ty) = (dx - self.tilt * (dy - 1.0), dy + self.tilt * dx);
            if self.style == 1 {
                self.long_hair(tx, ty, soft, pixel);
            }
            self.neck(tx, dy, soft, pixel);
            self.face(tx, ty, soft, pixel);
            self.hair(tx, ty, soft, pixel);
        });
    }

    /// Light and shade on something round, with a rim towards the light.
    fn round(&self, color: Color, across: f32, inside: f32, rough: f32) -> Color {
        let side = across * self.from;
        let shade = 0.34 + 0.62 * smooth(-0.5, 1.0, side) + rough;
        let rim = smooth(0.34, 0.0, inside) * smooth(0.05, 0.75, side);
        add(lit(color, shade.max(0.1)), lit(self.light, rim * 0.75))
    }

    /// Paints what is inside; the color is worked out only there.
    fn put(&self, pixel: &mut Color, inside: f32, soft: f32, color: impl FnOnce() -> Color) {
        let cover = smooth(-soft / self.size, soft / self.size, inside);
        if cover > 0.0 {
            *pixel = blend(*pixel, color(), cover);
        }
    }

    fn shoulders(&self, dx: f32, dy: f32, soft: f32, pixel: &mut Color) {
        let slope = 1.42 + 0.2 * dx * dx + 0.08 * dx.powi(4) * smooth(1.2, 2.6, dx.abs());
        let collar = 0.16 * (1.0 - smooth(0.3, 0.8, dx.abs()));
        let inside = (dy - slope + collar).min((2.6 - dx.abs()) * 0.7);
        self.put(pixel, inside, soft, || {
            let folds = self.noise.fbm(dx * 2.6 + dy, dy * 1.6 - dx * 0.6, 3) * 0.3;
            self.round(self.cloth, (dx / 2.0).clamp(-1.0, 1.0), inside, folds)
        });
    }

    fn neck(&self, dx: f32, dy: f32, soft: f32, pixel: &mut Color) {
        let wide = 0.4 + 0.22 * smooth(0.95, 1.6, dy);
        let inside = (wide - dx.abs()).min(dy - 0.3).min(1.62 - dy - dx.abs() * 0.4);
        let shadow = -0.3 * smooth(1.5, 0.8, dy);
        self.put(pixel, inside, soft, || self.round(self.skin, dx / wide, inside, shadow));
    }

    fn face(&self, dx: f32, dy: f32, soft: f32, pixel: &mut Color) {
        // An egg, narrower at the chin.
        let wide = 0.72 - 0.2 * smooth(0.0, 1.0, dy);
        let inside = 1.0 - ((dx / wide).powi(2) + (dy / 1.0).powi(2)).sqrt();
        if inside < -0.1 {
            return;
        }
        // What a face is at this distance: the eyes in shade, the nose catching light.
        let (fx, side) = (dx - self.from * 0.1, self.from);
        let eyes = (-(((fx.abs() - 0.28) / 0.15).powi(2)) - ((dy - 0.02) / 0.075).powi(2)).exp();
        let brow = (-(((fx.abs() - 0.28) / 0.2).powi(2)) - ((dy + 0.13) / 0.04).powi(2)).exp();
        let nose = (-((fx + side * 0.075) / 0.055).powi(2) - ((dy - 0.26) / 0.2).powi(2)).exp();
        let lips = (-((fx / 0.2).powi(2)) - ((dy - 0.55) / 0.05).powi(2)).exp();
        let cheek = (-((fx - side * 0.36) / 0.2).powi(2) - ((dy - 0.28) / 0.2).powi(2)).exp();
        let form = -0.34 * eyes - 0.2 * brow - 0.2 * nose - 0.2 * lips + 0.16 * cheek;
        self.put(pixel, inside, soft, || self.round(self.skin, dx / wide, inside, form));
    }

    fn strands(&self, dx: f32, dy: f32) -> f32 {
        self.noise.fbm(dx * 14.0 + dy * 2.0, dy * 2.4, 3) * 0.5
    }

    fn hair(&self, dx: f32, dy: f32, soft: f32, pixel: &mut Color) {
        if dx.abs() > 1.7 || !(-1.8..0.6).contains(&dy) {
            return;
        }
        let wave = self.noise.line(dx * 3.0 + dy * 2.0, 2) * 0.07;
        let skull = 1.0 - ((dx / 0.83).powi(2) + ((dy + 0.16) / 1.0).powi(2)).sqrt() + wave;
        let parting = dx + self.from * 0.3;
        let brow = -0.36 - dy - 0.3 * parting * parting + wave;
        let temples = dx.abs() - 0.62 + 0.16 * smooth(0.3, -0.2, dy);
        let inside = skull.min(brow.max(temples.min(0.3 - dy)));
        if self.style == 2 {
            let bun = 0.36 - ((dx - self.from * 0.1).powi(2) + (dy + 1.2).powi(2)).sqrt() + wave;
            self.put(pixel, bun, soft, || {
                self.round(self.hair, dx / 0.36, bun, self.strands(dy, dx))
            });
        }
        self.put(pixel, inside, soft, || {
            self.round(self.hair, dx / 0.83, inside, self.strands(dx, dy))
        });
        if self.style == 3 {
            self.hat(dx, dy, soft, pixel);
        }
    }

    fn long_hair(&self, dx: f32, dy: f32, soft: f32, pixel: &mut Color) {
        if dx.abs() > 1.4 || !(-0.6..2.3).contains(&dy) {
            return;
        }
        let wave = self.noise.line(dy * 2.2 + dx.signum() * 3.0, 2) * 0.14;
        let wide = 0.84 + 0.24 * smooth(-0.2, 1.6, dy) + wave;
        let inside = (wide - dx.abs()).min(2.0 - dy + wave).min(dy + 0.5);
        self.put(pixel, inside, soft, || {
            self.round(self.hair, dx / wide, inside, self.strands(dx, dy))
        });
    }

    fn hat(&self, dx: f32, dy: f32, soft: f32, pixel: &mut Color) {
        let crown =
            (0.74 - 0.1 * (-0.5 - dy) - dx.abs()).min(dy + 1.42 - 0.1 * dx * dx).min(-0.42 - dy);
        let brim = 0.1 - (dy + 0.44 - 0.1 * dx * dx).abs() - 0.05 * smooth(1.0, 1.5, dx.abs());
        let inside = crown.max(brim.min(1.34 - dx.abs()));
        let band = smooth(-0.62, -0.6, dy) * -0.2;
        self.put(pixel, inside, soft, || self.round(lit(self.cloth, 1.3), dx / 0.9, inside, band));
    }
}

pub(super) fn flower(canvas: &mut Canvas, dice: &mut Dice) {
    let aspect = canvas.aspect();
    let [dark, leaf, petal, tip, heart] = dice
        .pick(&[
            [0x0a120c, 0x2c4428, 0xc83c54, 0xffc0c8, 0x501020],
            [0x0c1014, 0x243c34, 0xe8e4d8, 0xffffff, 0xc8a030],
            [0x100c06, 0x38401c, 0xe8902c, 0xffe490, 0x402008],
            [0x0c0a16, 0x2c3044, 0x8468b8, 0xe8d8ff, 0x2c1848],
            [0x0a0e0a, 0x304c2c, 0xf0c8d0, 0xfff4f4, 0xb06070],
        ])
        .map(hex);
    backdrop(canvas, dice, &[dark, dark, leaf, lit(leaf, 1.4)]);
    let n = 5 + dice.below(9);
    bokeh(canvas, dice, &[leaf, lit(leaf, 1.5), lit(petal, 0.55)], n, 0.12);
    let noise = Noise::new(dice.roll());
    let behind = (aspect * dice.range(0.05, 0.95), dice.range(0.75, 1.0));
    canvas.glow(behind.0, behind.1, 0.16, lit(petal, 0.8), 0.55);
    let bloom = Bloom {
        center: (aspect * dice.range(0.42, 0.58), dice.range(0.4, 0.52)),
        size: dice.range(0.34, 0.46) * aspect.min(1.0),
        rings: 2 + dice.below(6),
        petals: 7 + dice.below(9),
        sharp: dice.range(0.5, 1.6),
        tilt: dice.range(0.74, 1.0),
        light: dice.range(0.0, std::f32::consts::TAU),
        colors: [petal, tip, heart],
        noise,
    };
    let stem = (bloom.center.0 + dice.range(-0.2, 0.2), 1.1);
    canvas.limb(bloom.center, stem, (0.016, 0.022), lit(leaf, 0.9));
    canvas.limb((bloom.center.0 + 0.005, bloom.center.1), stem, (0.004, 0.006), lit(leaf, 1.5));
    canvas.each(|x, y, pixel| bloom.paint(x, y, pixel));
    drops(canvas, dice, &bloom);
}

/// A flower head: rings of petals, each lying on the next.
struct Bloom {
    center: (f32, f32),
    size: f32,
    rings: usize,
    petals: usize,
    sharp: f32,
    tilt: f32,
    light: f32,
    colors: [Color; 3],
    noise: Noise,
}

impl Bloom {
    fn paint(&self, x: f32, y: f32, pixel: &mut Color) {
        let (dx, dy) =
            ((x - self.center.0) / self.size, (y - self.center.1) / self.size / self.tilt);
        let r = (dx * dx + dy * dy).sqrt();
        if r > 1.15 {
            return;
        }
        let angle = dy.atan2(dx);
        let inner = 0.17;
        if r < inner {
            *pixel = self.heart(dx, dy, r / inner, angle);
            return;
        }
        let mut shadow = 1.0 - 0.6 * smooth(inner + 0.12, inner, r);
        for ring in 0..self.rings {
            let reach = inner + (1.0 - inner) * ((ring + 1) as f32 / self.rings as f32).powf(0.8);
            let wide = std::f32::consts::TAU / self.petals as f32;
            let turned = angle / wide + ring as f32 * 0.5 + 8.0;
            let (which, across) = (turned.floor() as i32, (turned.fract() - 0.5) * 2.0);
            let length =
                reach * (0.93 + 0.12 * self.noise.cell(which % self.petals as i32, ring as i32));
            let edge = length * (1.0 - 0.4 * across.abs().powf(2.0 + self.sharp));
            if r < edge {
                let along = r / edge;
                *pixel = lit(self.petal(along, across, angle, (which, ring)), shadow);
                return;
            }
            // What is above casts its shade on the next ring.
            shadow = shadow.min(0.42 + 0.58 * smooth(0.0, 0.16, r - edge));
        }
    }

    fn petal(&self, along: f32, across: f32, angle: f32, (which, ring): (i32, usize)) -> Color {
        let veins =
            self.noise.fbm(across * 7.0 + which as f32 * 9.0, along * 2.0 + ring as f32, 3) * 0.16;
        let bent = 1.0 - 0.42 * across.abs().powf(1.5) - 0.1 * across;
        let side = 0.82 + 0.3 * (angle - self.light).cos();
        let color = blend(self.colors[0], self.colors[1], smooth(0.25, 1.0, along + veins) * 0.8);
        let rim = smooth(0.9, 0.99, along) * 0.12;
        lit(color, (0.4 + 0.62 * along) * bent * side + veins + rim)
    }

    fn heart(&self, dx: f32, dy: f32, r: f32, angle: f32) -> Color {
        let seeds = ((r * 14.0 + angle * 1.3).sin() * (angle * 13.0 - r * 16.0).sin()).max(0.0);
        let grain = self.noise.fbm(dx * 60.0, dy * 60.0, 2) * 0.4;
        let color = blend(self.colors[2], self.colors[1], 0.1 + 0.5 * seeds * r + grain);
        lit(color, 0.6 + 0.4 * r)
    }
}

fn drops(canvas: &mut Canvas, dice: &mut Dice, bloom: &Bloom) {
    for _ in 0..dice.below(16) {
        let (angle, r) =
            (dice.range(0.0, std::f32::consts::TAU), dice.range(0.3, 0.85) * bloom.size);
        let (x, y) =
            (bloom.center.0 + r * angle.cos(), bloom.center.1 + r * angle.sin() * bloom.tilt);
        let size = dice.range(0.004, 0.011);
        canvas.disc(x, y + size * 0.25, size, size * 0.3, lit(bloom.colors[0], 0.35), 0.6);
        canvas.disc(x, y, size * 0.9, size * 0.2, lit(bloom.colors[1], 0.8), 0.7);
        canvas.disc(x - size * 0.3, y - size * 0.35, size * 0.3, size * 0.15, [1.0; 3], 0.95);
    }
}

pub(super) fn stage(canvas: &mut Canvas, dice: &mut Dice) {
    let aspect = canvas.aspect();
    let [dark, haze, beam, screen] = dice
        .pick(&[
            [0x06060c, 0x1c1c3c, 0x8ca0ff, 0xe8f0ff],
            [0x0a0608, 0x34141c, 0xff9c70, 0xfff0e0],
            [0x040a0a, 0x0c2c30, 0x70e8d8, 0xf0fffc],
            [0x080808, 0x24242a, 0xf0f0ff, 0xffffff],
        ])
        .map(hex);
    let noise = Noise::new(dice.roll());
    let floor = dice.range(0.66, 0.74);
    let smoke = Field::new(aspect, 70.0, |x, y| 0.72 + 0.6 * noise.fbm(x * 3.2, y * 3.2, 4));
    canvas.each(|x, y, pixel| {
        let back = blend(dark, haze, smooth(0.0, floor, y) * smoke.at(x, y));
        let boards = smooth(floor, floor + 0.012, y);
        *pixel = blend(back, lit(haze, 1.6 - (y - floor) * 3.0), boards * 0.8);
    });
    let center = aspect * dice.range(0.4, 0.6);
    if dice.chance(0.65) {
        slides(canvas, dice, (center, floor), screen, dark);
    }
    let beams = 3 + dice.below(4);
    for n in 0..beams {
        let lamp = (aspect * (n as f32 + 0.5 + dice.range(-0.25, 0.25)) / beams as f32, -0.04);
        let foot = (center + dice.range(-0.38, 0.38) * aspect, floor + dice.range(0.0, 0.05));
        cone(canvas, lamp, foot, beam, &smoke);
        canvas.glow(lamp.0, 0.0, 0.035, screen, 1.2);
    }
    canvas.glow(center, floor + 0.02, 0.2, beam, 0.3);
    let stand = (center + dice.range(-0.16, 0.16), floor + 0.03);
    speaker(canvas, dice, stand, screen);
    audience(canvas, dice, floor, lit(beam, 0.5));
}

fn slides(canvas: &mut Canvas, dice: &mut Dice, (x, floor): (f32, f32), light: Color, dark: Color) {
    let (wide, top, bottom) = (dice.range(0.26, 0.36), dice.range(0.12, 0.18), floor - 0.15);
    canvas.glow(x, f32::midpoint(top, bottom), wide * 1.1, light, 0.4);
    canvas.area(x - wide, top, x + wide, bottom, |px, py, pixel| {
        let corner = ((px - x) / wide).powi(2) * 0.2 + (py - top) * 0.3;
        *pixel = lit(light, 0.92 - corner);
    });
    for n in 0..3 + dice.below(3) {
        let y = top + 0.07 + n as f32 * 0.048;
        let from = x - wide * 0.82;
        let thick = if n == 0 { 0.011 } else { 0.005 };
        canvas.limb(
            (from, y),
            (from + wide * dice.range(0.5, 1.5), y),
            (thick, thick),
            lit(dark, 3.0),
        );
    }
}

fn cone(canvas: &mut Canvas, lamp: (f32, f32), foot: (f32, f32), light: Color, smoke: &Field) {
    let (dx, dy) = (foot.0 - lamp.0, foot.1 - lamp.1);
    let length = (dx * dx + dy * dy).sqrt();
    let (ux, uy) = (dx / length, dy / length);
    canvas.area(0.0, 0.0, canvas.aspect(), foot.1 + 0.06, |x, y, pixel| {
        let (px, py) = (x - lamp.0, y - lamp.1);
        let along = (px * ux + py * uy) / length;
        let wide = 0.012 + 0.13 * along.max(0.0);
        let across = (px * uy - py * ux) / wide;
        if along > 0.0 && across.abs() < 2.2 {
            let inside = (-across * across * 1.4).exp() * (1.0 - smooth(0.92, 1.08, along));
            let amount = inside * (0.62 - 0.34 * along) * smoke.at(x, y);
            *pixel = [0, 1, 2].map(|n| pixel[n] + (1.0 - pixel[n] * 0.7) * light[n] * amount);
        }
    });
}

fn speaker(canvas: &mut Canvas, dice: &mut Dice, (x, y): (f32, f32), rim: Color) {
    let size = dice.range(0.2, 0.27);
    let dark = hex(0x08080a);
    let (shoulder, hip) = ((x, y - size * 0.8), (x, y - size * 0.46));
    for side in [-1.0, 1.0] {
        let foot = (x + side * size * 0.075, y);
        canvas.limb((x + side * size * 0.04, hip.1), foot, (size * 0.055, size * 0.035), dark);
        let raised = dice.chance(0.4);
        let elbow = (x + side * size * 0.19, shoulder.1 + size * 0.17);
        let hand = if raised {
            (x + side * size * 0.32, shoulder.1 - size * 0.05)
        } else {
            (x + side * size * 0.13, hip.1)
        };
        let arm = (x + side * size * 0.1, shoulder.1 + size * 0.02);
        canvas.limb(
            (arm.0 + side * 0.004, arm.1),
            elbow,
            (size * 0.044, size * 0.032),
            lit(rim, 0.6),
        );
        canvas.limb(arm, elbow, (size * 0.04, size * 0.03), dark);
        canvas.limb(elbow, hand, (size * 0.03, size * 0.024), dark);
    }
    canvas.limb(
        (x + 0.005, hip.1),
        (x + 0.005, shoulder.1),
        (size * 0.1, size * 0.12),
        lit(rim, 0.7),
    );
    canvas.limb(hip, shoulder, (size * 0.1, size * 0.12), dark);
    canvas.disc(x + 0.004, y - size * 0.975, size * 0.08, 0.003, lit(rim, 0.8), 1.0);
    canvas.disc(x, y - size * 0.97, size * 0.08, 0.003, dark, 1.0);
}

fn audience(canvas: &mut Canvas, dice: &mut Dice, floor: f32, rim: Color) {
    for row in 0..3 {
        let depth = row as f32 / 2.0;
        let (size, base) = (0.026 + 0.03 * depth, floor + 0.14 + 0.13 * depth);
        let mut x = dice.range(-0.05, 0.0);
        while x < canvas.aspect() + 0.1 {
            let y = base + dice.range(-0.016, 0.016);
            let color = lit(rim, 0.85 - 0.4 * depth);
            for (dy, color) in [(-0.0035, color), (0.0, hex(0x040406))] {
                canvas.disc(x, y + dy, size, 0.003, color, 1.0);
                let neck = (x, y + size * 2.1 + dy);
                canvas.disc(neck.0, neck.1 + size * 0.3, size * 1.75, 0.004, color, 1.0);
            }
            canvas.area(x - size * 1.7, y + size * 2.6, x + size * 1.7, 1.0, |_, _, pixel| {
                *pixel = hex(0x040406);
            });
            x += size * dice.range(3.0, 4.2);
        }
    }
}
