//! Landscapes: hills in haze, the sea, dunes, a lake with a tree, a forest.

use super::canvas::Canvas;
use super::color::{Color, add, blend, hex, lit, smooth};
use super::noise::{Field, Noise};
use super::sky::Sky;
use crate::seed::Dice;

pub(super) fn hills(canvas: &mut Canvas, dice: &mut Dice) {
    let horizon = dice.range(0.42, 0.66);
    let sky = Sky::new(dice, canvas.aspect(), horizon);
    sky.paint(canvas, horizon + 0.12);
    let near = *dice.pick(&[hex(0x10181a), hex(0x141c12), hex(0x1c1620), hex(0x0c141e)]);
    let layers = 4 + dice.below(4);
    let steep = dice.range(0.5, 1.5);
    let trees = dice.chance(0.6);
    for layer in 0..layers {
        let depth = (layer as f32 + 0.4) / layers as f32;
        let noise = Noise::new(dice.roll());
        let base = horizon - 0.06 + (1.02 - horizon) * depth.powf(1.25);
        let (wide, high) = (1.3 + 2.2 * (1.0 - depth), (0.16 - 0.06 * depth) * steep);
        let color = blend(sky.haze, near, 0.12 + 0.88 * depth.powf(1.1));
        let wooded = trees && layer + 2 >= layers;
        let line = |x: f32| {
            let ridge = base + high * noise.line(x * wide, 6);
            let spikes = if wooded { tree_line(noise, x, 70.0 - 34.0 * depth) } else { 0.0 };
            ridge - spikes * (0.012 + 0.03 * depth)
        };
        canvas.below(line, |x, y, below| {
            // Mist lies in the valleys, light on the slopes towards the sun.
            let mist = smooth(0.0, 0.3, below) * (1.0 - depth) * 0.55;
            let slope = noise.at(x * wide * 3.0, y * 9.0) * 0.07 * depth;
            let toward = (-((x - sky.sun.0) * 1.6).powi(2)).exp() * 0.16 * (1.0 - depth);
            add(blend(color, sky.haze, mist), lit(sky.light, toward + slope * 0.6))
        });
    }
}

/// The tops of conifers along a ridge, from 0 to 1.
fn tree_line(noise: Noise, x: f32, density: f32) -> f32 {
    let (cell, within) = ((x * density).floor(), (x * density).fract());
    let height = noise.cell(cell as i32, 5);
    (height * (1.0 - (within - 0.5).abs() * 2.0)).max(0.0) * 0.9
        + noise.at(x * density * 3.0, 2.0).abs() * 0.15
}

pub(super) fn sea(canvas: &mut Canvas, dice: &mut Dice) {
    let horizon = dice.range(0.36, 0.62);
    let sky = Sky::new(dice, canvas.aspect(), horizon);
    sky.paint(canvas, horizon);
    let water = Noise::new(dice.roll());
    let deep = *dice.pick(&[hex(0x0d2230), hex(0x14262c), hex(0x1a2034), hex(0x0c1a20)]);
    let sun = sky.sun.0;
    canvas.below(
        |_| horizon,
        |x, _, below| {
            // A wave looks smaller the nearer it is to the horizon.
            let far = 0.045 / (below + 0.012);
            let wave = water.fbm((x - sun) * far * 9.0, far * 26.0, 3);
            let calm = blend(sky.haze, deep, smooth(0.0, 0.45, below).sqrt() * 0.92);
            let width = 0.05 + below * 0.75;
            let path = (-((x - sun) / width).powi(2)).exp();
            let sparkle = smooth(0.02, 0.34, wave + path * 0.22) * path;
            add(lit(calm, 1.0 + wave * 0.42), lit(sky.light, sparkle * 0.95))
        },
    );
    match dice.below(4) {
        0 => boat(canvas, dice, horizon),
        1 => headland(canvas, dice, horizon, &sky),
        2 => pier(canvas, dice, horizon),
        _ => rocks(canvas, dice),
    }
}

fn boat(canvas: &mut Canvas, dice: &mut Dice, horizon: f32) {
    let (x, size) = (dice.range(0.25, 0.75) * canvas.aspect(), dice.range(0.06, 0.13));
    let y = horizon + size * 0.16;
    let (hull, sail) = (hex(0x0b0d10), hex(0x23262c));
    let edge = canvas.pixel();
    canvas.area(x - size, y - size * 1.6, x + size, y, |px, py, pixel| {
        let up = (y - size * 0.14 - py) / (size * 1.35);
        let main =
            smooth(-edge, edge, px - x) * smooth(-edge, edge, x + size * 0.52 * (1.0 - up) - px);
        let jib = smooth(-edge, edge, x - size * 0.04 - px)
            * smooth(-edge, edge, px - x + size * 0.42 * (0.85 - up));
        let inside = if (0.0..=1.0).contains(&up) { main.max(jib) } else { 0.0 };
        *pixel = blend(*pixel, sail, inside);
    });
    canvas.limb((x - size * 0.5, y), (x + size * 0.55, y), (size * 0.07, size * 0.07), hull);
    canvas.limb((x, y), (x, y - size * 1.55), (size * 0.014, size * 0.01), hull);
    for n in 1..6 {
        let (below, wide) = (n as f32 * size * 0.1, size * (0.6 - n as f32 * 0.09));
        canvas.limb((x - wide, y + below), (x + wide, y + below), (0.0012, 0.0012), hull);
    }
}

fn headland(canvas: &mut Canvas, dice: &mut Dice, horizon: f32, sky: &Sky) {
    let noise = Noise::new(dice.roll());
    let from_left = dice.chance(0.5);
    let aspect = canvas.aspect();
    for (n, reach) in [(0, 0.75), (1, 0.48)] {
        let color = blend(sky.haze, hex(0x101418), 0.45 + 0.4 * n as f32);
        let line = move |x: f32| {
            let x = if from_left { x } else { aspect - x };
            let land = (1.0 - x / (aspect * reach)).max(-0.2);
            let height = land.signum() * land.abs().powf(0.7) * 0.2;
            horizon + 0.004 + 0.02 * n as f32
                - height * (1.0 + 0.5 * noise.line(x * 6.0 + n as f32, 5))
        };
        let foot = horizon + 0.006 + 0.022 * n as f32;
        canvas.area(0.0, 0.0, aspect, foot, |x, y, pixel| {
            let cover = smooth(-0.002, 0.002, y - line(x));
            *pixel = blend(*pixel, lit(color, 1.0 + 0.3 * noise.at(x * 40.0, y * 60.0)), cover);
        });
    }
}

fn pier(canvas: &mut Canvas, dice: &mut Dice, horizon: f32) {
    let (wood, far) = (hex(0x0e0e10), dice.range(0.3, 0.7) * canvas.aspect());
    let side = if dice.chance(0.5) { -0.1 } else { canvas.aspect() + 0.1 };
    let (at, span) = (|t: f32| far + (side - far) * t, 9);
    for n in 0..span {
        // Posts grow as they come nearer.
        let t = (n as f32 / span as f32).powi(2);
        let (x, deck) = (at(t), horizon + 0.012 + t * 0.2);
        let thick = 0.002 + t * 0.011;
        canvas.limb((x, deck), (x, deck + 0.03 + t * 0.3), (thick, thick), wood);
        canvas.limb((x, deck - 0.02 - t * 0.1), (x, deck), (thick * 0.6, thick * 0.6), wood);
    }
    canvas.limb((far, horizon + 0.012), (side, horizon + 0.222), (0.002, 0.016), wood);
    canvas.limb((far, horizon - 0.008), (side, horizon + 0.1), (0.001, 0.006), wood);
}

fn rocks(canvas: &mut Canvas, dice: &mut Dice) {
    let noise = Noise::new(dice.roll());
    let top = dice.range(0.84, 0.94);
    canvas.below(
        |x| top + 0.16 * noise.line(x * 3.1, 6),
        |x, y, below| {
            let facet = noise.fbm(x * 14.0, y * 22.0, 4);
            let rim = (1.0 - smooth(0.0, 0.02, below)) * 0.14;
            lit(hex(0x1c1c20), 0.7 + facet * 0.9 + rim * 6.0)
        },
    );
}

pub(super) fn dunes(canvas: &mut Canvas, dice: &mut Dice) {
    let horizon = dice.range(0.26, 0.42);
    let sky = Sky::new(dice, canvas.aspect(), horizon);
    sky.paint(canvas, horizon + 0.16);
    let [bright, dark] = *dice.pick(&[
        [hex(0xf0c890), hex(0x3a2418)],
        [hex(0xe8dcc8), hex(0x34302e)],
        [hex(0xe8a868), hex(0x401c14)],
    ]);
    let layers = 4 + dice.below(2);
    let flip = if dice.chance(0.5) { 1.0 } else { -1.0 };
    for layer in 0..layers {
        let depth = layer as f32 / (layers - 1) as f32;
        let noise = Noise::new(dice.roll());
        let base = horizon + 0.02 + (0.62 - horizon * 0.4) * depth;
        let (wide, high) = (0.75 + 1.1 * (1.0 - depth), 0.09 + 0.13 * depth);
        let ridge = move |x: f32| base + high * (noise.line(x * wide, 2) * 1.5);
        let fade = 0.5 * (1.0 - depth);
        canvas.below(ridge, move |x, y, below| {
            // The crest winds down the slope; on one side of it is light, on the other shade.
            let crest = noise.at(x * wide * 1.3 + 7.0 + flip * below * 1.9, below * 1.6 + 3.0);
            let slope =
                (noise.line((x + 0.01) * wide, 2) - noise.line((x - 0.01) * wide, 2)) * 14.0;
            let light = smooth(-0.22, 0.3, (crest + slope * 0.22) * flip);
            let ripples =
                (below * 300.0 / (0.3 + depth) + 9.0 * noise.fbm(x * 4.0, y * 4.0, 2)).sin();
            let ripples = ripples * 0.035 * smooth(0.02, 0.2, below) * depth;
            let sand = blend(dark, bright, 0.08 + light * 0.88 + ripples - below * 0.25);
            blend(sand, sky.haze, fade)
        });
    }
    if dice.chance(0.5) {
        walkers(canvas, dice, horizon + 0.2);
    }
}

/// A few people on their way, very small.
fn walkers(canvas: &mut Canvas, dice: &mut Dice, y: f32) {
    let x = dice.range(0.3, 0.7) * canvas.aspect();
    for n in 0..2 + dice.below(3) {
        let (x, size) = (x + n as f32 * dice.range(0.018, 0.03), dice.range(0.012, 0.016));
        let dark = hex(0x14100e);
        canvas.limb((x, y), (x, y - size), (size * 0.17, size * 0.22), dark);
        canvas.disc(x, y - size * 1.28, size * 0.17, 0.001, dark, 1.0);
        canvas.limb(
            (x, y),
            (x + size * 2.2, y + size * 0.5),
            (size * 0.15, size * 0.05),
            hex(0x3a2c22),
        );
    }
}

pub(super) fn lake(canvas: &mut Canvas, dice: &mut Dice) {
    let horizon = dice.range(0.5, 0.68);
    let sky = Sky::new(dice, canvas.aspect(), horizon);
    sky.paint(canvas, horizon);
    for n in 0..3 {
        let (noise, depth) = (Noise::new(dice.roll()), n as f32 / 3.0);
        let color = blend(sky.haze, hex(0x1c2428), 0.15 + 0.4 * depth);
        let high = 0.2 - depth * 0.13;
        canvas.below(
            |x| (horizon - high * (0.55 + noise.line(x * 1.7 + n as f32 * 5.0, 5))).min(horizon),
            |_, _, below| blend(color, sky.haze, smooth(0.0, 0.2, below) * 0.6),
        );
    }
    let x = dice.range(0.28, 0.72) * canvas.aspect();
    let size = dice.range(0.2, 0.36);
    island(canvas, x, horizon, size);
    tree(canvas, dice, (x, horizon - 0.006), size);
    let water = Noise::new(dice.roll());
    let calm = dice.range(0.15, 1.0);
    canvas.reflect(
        horizon,
        |x, below| water.fbm(x * 7.0, 1.2 / (below + 0.03), 3) * (0.003 + below * 0.06) * calm,
        |below, above| lit(blend(above, sky.haze, 0.1), 0.86 - below * 0.5),
    );
    mist(canvas, dice, horizon, sky.haze);
}

fn island(canvas: &mut Canvas, x: f32, horizon: f32, size: f32) {
    let wide = size * 0.8;
    canvas.area(x - wide, horizon - 0.05, x + wide, horizon + 0.001, |px, py, pixel| {
        let top = horizon - 0.022 * (1.0 - ((px - x) / wide).powi(2)).max(0.0);
        *pixel = blend(*pixel, hex(0x0c0e0c), smooth(-0.003, 0.003, py - top));
    });
}

/// A tree with bare branches or with leaves, grown by forking.
fn tree(canvas: &mut Canvas, dice: &mut Dice, root: (f32, f32), size: f32) {
    let leafy = dice.chance(0.6);
    let dark = hex(0x0a0c0a);
    let mut shoots = vec![(root, -1.57_f32, size * 0.34, size * 0.034)];
    for level in 0..7 {
        let mut next = Vec::new();
        for (from, angle, length, thick) in shoots {
            let to = (from.0 + angle.cos() * length, from.1 + angle.sin() * length);
            canvas.limb(from, to, (thick, thick * 0.68), dark);
            if leafy && level >= 4 {
                canvas.disc(to.0, to.1, size * 0.04, size * 0.02, hex(0x0e120c), 0.72);
            }
            for side in [-1.0, 1.0] {
                let turn = side * dice.range(0.22, 0.62);
                let droop = angle + turn + dice.range(-0.12, 0.12);
                next.push((to, droop, length * dice.range(0.66, 0.84), thick * 0.66));
            }
        }
        shoots = next;
    }
}

fn mist(canvas: &mut Canvas, dice: &mut Dice, y: f32, haze: Color) {
    let noise = Noise::new(dice.roll());
    let thick = dice.range(0.25, 0.75);
    let field = Field::new(canvas.aspect(), 60.0, |x, y| noise.fbm(x * 1.8, y * 9.0, 4));
    canvas.each(|x, py, pixel| {
        let band = (-((py - y) / 0.075).powi(2)).exp();
        *pixel = blend(*pixel, haze, band * (0.6 + field.at(x, py)).max(0.0) * thick);
    });
}

pub(super) fn forest(canvas: &mut Canvas, dice: &mut Dice) {
    let aspect = canvas.aspect();
    let [fog, bark] = *dice.pick(&[
        [hex(0xe6e8dc), hex(0x14140f)],
        [hex(0xd8e4ea), hex(0x0e1418)],
        [hex(0xf2dcb0), hex(0x1c120a)],
    ]);
    let light = (dice.range(0.2, 0.8) * aspect, dice.range(0.1, 0.4));
    let ground = dice.range(0.72, 0.84);
    canvas.each(|x, y, pixel| {
        let distance = ((x - light.0).powi(2) + ((y - light.1) * 0.8).powi(2)).sqrt();
        *pixel = lit(fog, 0.52 + 0.5 * (-distance * 1.8).exp());
    });
    let layers = 5;
    for layer in 0..layers {
        let depth = (layer as f32 + 0.5) / layers as f32;
        let tone = blend(fog, bark, depth.powf(1.3) * 0.98);
        let noise = Noise::new(dice.roll());
        let floor = ground - 0.16 + 0.3 * depth;
        canvas.below(
            |x| floor + 0.04 * noise.line(x * 4.0, 5) - 0.016 * tree_line(noise, x, 60.0),
            |x, y, below| {
                let moss = noise.fbm(x * 22.0, y * 30.0, 2) * 0.24 * depth;
                lit(blend(tone, fog, 0.24 * (1.0 - depth)), 1.0 + moss - below * 0.2)
            },
        );
        let trunks = 4 + (13.0 * (1.0 - depth)) as usize;
        for n in 0..trunks {
            let place = (n as f32 + dice.range(0.1, 0.9)) / trunks as f32;
            let thick = (0.004 + 0.034 * depth * depth) * dice.range(0.7, 1.25);
            trunk(
                canvas,
                noise,
                place * aspect,
                floor + 0.02,
                thick,
                tone,
                dice.range(-0.02, 0.02),
            );
        }
        if layer == 2 {
            rays(canvas, dice, light, fog);
        }
    }
}

fn trunk(canvas: &mut Canvas, noise: Noise, x: f32, foot: f32, thick: f32, tone: Color, lean: f32) {
    let edge = canvas.pixel() * 0.8;
    let reach = thick * 1.6 + lean.abs() + edge;
    canvas.area(x - reach, 0.0, x + reach, foot, |px, y, pixel| {
        let up = (foot - y) / foot;
        let middle = x + lean * up + thick * 0.18 * noise.at(x * 31.0, y * 3.0);
        let wide = thick * (1.0 - 0.38 * up + 0.5 * (-up * 26.0).exp());
        let across = (px - middle) / wide;
        let inside = 1.0 - smooth(wide - edge, wide + edge, (px - middle).abs());
        if inside <= 0.0 {
            return;
        }
        let bark = if thick > 0.006 { noise.at(px * 130.0, y * 11.0) * 0.25 } else { 0.0 };
        let round = 1.0 - 0.4 * across + bark * smooth(0.006, 0.02, thick);
        *pixel = blend(*pixel, lit(tone, round.max(0.2)), inside);
    });
}

fn rays(canvas: &mut Canvas, dice: &mut Dice, light: (f32, f32), fog: Color) {
    let noise = Noise::new(dice.roll());
    let beams = Field::new(canvas.aspect(), 160.0, |x, y| {
        let (dx, dy) = (x - light.0, y - light.1 + 0.25);
        let beam = smooth(0.05, 0.5, noise.line(dx.atan2(dy) * 7.0, 2)) * smooth(0.0, 0.3, dy);
        beam * (-(dx * dx + dy * dy) * 1.4).exp()
    });
    canvas.each(|x, y, pixel| *pixel = add(*pixel, lit(fog, beams.at(x, y) * 0.4)));
}
