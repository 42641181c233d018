//! The night sky over a camp: stars or their trails, a moon, the Milky Way.

use super::canvas::Canvas;
use super::color::{Color, add, blend, hex, lit, ramp, smooth};
use super::noise::{Field, Noise};
use crate::seed::Dice;

pub(super) fn night(canvas: &mut Canvas, dice: &mut Dice) {
    let aspect = canvas.aspect();
    let [zenith, low, glow] = dice
        .pick(&[
            [0x060a18, 0x28406c, 0xf0d0a0],
            [0x080614, 0x3c2c58, 0xffb890],
            [0x040c10, 0x1c4c50, 0xd0f0d8],
        ])
        .map(hex);
    let noise = Noise::new(dice.roll());
    let (lean, middle) = (dice.range(-0.9, 0.9), dice.range(0.3, 0.7) * aspect);
    let dust = Field::new(aspect, 150.0, |x, y| noise.fbm(x * 4.0, y * 4.0, 5));
    let moonlit = dice.chance(0.35);
    canvas.each(|x, y, pixel| {
        let band = (x - middle - lean * (y - 0.5)) / (1.0 + lean * lean).sqrt();
        let cloud = (-(band / 0.15).powi(2)).exp() * (0.75 + 1.1 * dust.at(x, y)).max(0.0);
        let rift = smooth(0.02, 0.3, dust.at(y + 0.3, x)) * (-(band / 0.07).powi(2)).exp();
        let milk = (cloud - rift * 0.9).max(0.0) * if moonlit { 0.25 } else { 0.7 };
        let sky = ramp(&[zenith, zenith, low], y + 0.12 * dust.at(x, y));
        let warm = lit(glow, 0.34 * smooth(0.45, 1.0, y));
        *pixel = add(add(sky, lit([0.62, 0.64, 0.74], milk)), warm);
    });
    if moonlit || dice.chance(0.7) {
        stars(canvas, dice, if moonlit { 260 } else { 900 });
    } else {
        trails(canvas, dice);
    }
    if moonlit {
        moon(canvas, dice);
    }
    foreground(canvas, dice, glow);
}

fn stars(canvas: &mut Canvas, dice: &mut Dice, n: usize) {
    for _ in 0..n {
        let (x, y) = (dice.unit() * canvas.aspect(), dice.unit() * 0.92);
        let bright = dice.unit().powi(5);
        let warm = dice.range(0.86, 1.0);
        let color = [1.0, warm, dice.range(0.85, 1.0)];
        canvas.disc(x, y, 0.0009 + 0.0022 * bright, 0.0012, color, 0.35 + 0.65 * bright);
        if bright > 0.6 {
            canvas.glow(x, y, 0.009, color, 0.5 * bright);
        }
    }
}

/// What stars draw while the shutter is open for an hour.
fn trails(canvas: &mut Canvas, dice: &mut Dice) {
    let pole = (dice.range(0.2, 0.8) * canvas.aspect(), dice.range(0.3, 0.6));
    for _ in 0..230 {
        let (r, start) = (dice.unit().sqrt() * 1.3, dice.range(0.0, std::f32::consts::TAU));
        let (bright, steps) = (0.2 + 0.7 * dice.unit().powi(2), 9);
        let at = |n: usize| {
            let angle = start + 0.55 * n as f32 / steps as f32;
            (pole.0 + r * angle.cos(), pole.1 + r * angle.sin())
        };
        for n in 0..steps {
            let color = lit([0.92, 0.94, 1.0], bright);
            canvas.limb(at(n), at(n + 1), (0.0008, 0.0008), color);
        }
    }
}

fn moon(canvas: &mut Canvas, dice: &mut Dice) {
    let (x, y) = (dice.range(0.25, 0.75) * canvas.aspect(), dice.range(0.14, 0.4));
    let (size, noise) = (dice.range(0.035, 0.085), Noise::new(dice.roll()));
    let phase = dice.range(-0.5, 1.3);
    canvas.glow(x, y, size * 3.2, hex(0xd8dce8), 0.42);
    let edge = canvas.pixel();
    canvas.area(x - size * 1.1, y - size * 1.1, x + size * 1.1, y + size * 1.1, |px, py, pixel| {
        let (dx, dy) = ((px - x) / size, (py - y) / size);
        let r = (dx * dx + dy * dy).sqrt();
        let inside = 1.0 - smooth(size - edge, size + edge, r * size);
        let seas = smooth(-0.05, 0.3, noise.fbm(dx * 1.9, dy * 1.9, 4)) * 0.3;
        let lit_side = smooth(-0.25, 0.25, dx + phase * (1.0 - dy * dy).max(0.0).sqrt());
        let tone = (0.98 - seas - 0.12 * r * r) * (0.06 + 0.94 * lit_side);
        *pixel = blend(*pixel, lit(hex(0xf8f4e8), tone), inside);
    });
}

fn foreground(canvas: &mut Canvas, dice: &mut Dice, glow: Color) {
    let noise = Noise::new(dice.roll());
    let (far, base) = (Noise::new(dice.roll()), dice.range(0.8, 0.88));
    canvas.below(
        |x| base - 0.05 + 0.2 * far.line(x * 1.6, 6),
        |_, _, below| add(hex(0x0c1018), lit(glow, 0.05 * smooth(0.1, 0.0, below))),
    );
    let pines = 46.0;
    let line = |x: f32| {
        let (cell, within) = ((x * pines).floor(), (x * pines).fract());
        let high =
            0.03 + 0.1 * noise.cell(cell as i32, 3) * (0.4 + noise.line(x * 3.0, 2).abs() * 1.6);
        let boughs = 1.0 - 0.12 * ((within * 40.0).sin()).abs();
        base + 0.07 - high * (1.0 - (within - 0.5).abs() * 2.0).max(0.0) * boughs
    };
    canvas.below(line, |_, _, _| hex(0x030406));
    if dice.chance(0.55) {
        let (x, y, size) = (dice.range(0.25, 0.75) * canvas.aspect(), 0.945, 0.05);
        canvas.glow(x, y - 0.01, 0.1, hex(0xffb050), 0.55);
        let edge = canvas.pixel();
        canvas.area(x - size, y - size, x + size, y, |px, py, pixel| {
            let up = (y - py) / size;
            let inside = smooth(-edge, edge, size * (1.0 - up) - (px - x).abs());
            let warm = 1.05 - 0.45 * up - ((px - x) / size).abs() * 0.35;
            *pixel = blend(*pixel, lit(hex(0xffc878), warm), inside);
        });
    }
}
