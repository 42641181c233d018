//! Towns: a skyline at dusk, a street, a staircase seen from above.

use super::canvas::Canvas;
use super::color::{Color, add, blend, hex, lit, ramp, smooth};
use super::noise::Noise;
use super::sky::Sky;
use crate::seed::Dice;

pub(super) fn city(canvas: &mut Canvas, dice: &mut Dice) {
    let horizon = dice.range(0.64, 0.8);
    let sky = Sky::new(dice, canvas.aspect(), horizon);
    sky.paint(canvas, horizon);
    let late = dice.range(0.35, 0.9);
    let night = hex(0x0c1226);
    canvas.area(0.0, 0.0, canvas.aspect(), horizon + 0.03, |_, y, pixel| {
        *pixel = blend(*pixel, night, late * (1.0 - 0.7 * smooth(0.1, 1.0, y / horizon)));
    });
    let window = *dice.pick(&[hex(0xffd890), hex(0xffe8c0), hex(0xffc070)]);
    for (layer, tall) in [(0, 0.2), (1, 0.3), (2, 0.38)] {
        let depth = layer as f32 / 2.0;
        let wall = blend(sky.haze, hex(0x0a0c12), 0.42 + 0.2 * late + 0.34 * depth);
        let row = Row { horizon, depth, tall, wall, window, lights: 0.16 + late * 0.5 };
        blocks(canvas, dice, &row);
    }
    let water = Noise::new(dice.roll());
    canvas.reflect(
        horizon,
        |x, below| water.fbm(x * 10.0, 1.6 / (below + 0.02), 3) * (0.006 + below * 0.16),
        |below, above| add(lit(above, 0.72 - below * 0.6), lit(night, 0.12)),
    );
    canvas.area(0.0, horizon - 0.008, canvas.aspect(), horizon + 0.004, |_, _, pixel| {
        *pixel = lit(*pixel, 0.25);
    });
    for _ in 0..(6.0 * late) as usize {
        let x = dice.range(0.0, 1.0) * canvas.aspect();
        canvas.glow(x, horizon - 0.012, 0.012, window, 0.9);
        canvas.glow(x, horizon + 0.06, 0.014, window, 0.35);
    }
}

/// A row of buildings at one distance.
struct Row {
    horizon: f32,
    depth: f32,
    tall: f32,
    wall: Color,
    window: Color,
    lights: f32,
}

fn blocks(canvas: &mut Canvas, dice: &mut Dice, row: &Row) {
    let noise = Noise::new(dice.roll());
    let middle = dice.range(0.3, 0.7) * canvas.aspect();
    let mut x = -0.02;
    while x < canvas.aspect() {
        let wide = dice.range(0.035, 0.1) * (0.75 + 0.5 * row.depth);
        // Towers stand where the town is densest.
        let dense = (-((x - middle) * 1.7).powi(2)).exp();
        let high = row.tall * dice.range(0.25, 0.7) + dense * row.tall * dice.range(0.1, 1.0);
        building(canvas, dice, noise, row, (x, wide, high));
        x += wide * dice.range(0.86, 1.25);
    }
}

fn building(
    canvas: &mut Canvas,
    dice: &mut Dice,
    noise: Noise,
    row: &Row,
    (x, wide, high): (f32, f32, f32),
) {
    let (top, roof) = (row.horizon - high, dice.below(5));
    if roof == 0 {
        let mast = (x + wide * 0.5, top - high * 0.24);
        canvas.limb((x + wide * 0.5, top), mast, (0.003, 0.001), row.wall);
        canvas.glow(mast.0, mast.1, 0.005, hex(0xff6040), 0.9);
    } else if roof == 1 {
        canvas.area(x + wide * 0.2, top - 0.02, x + wide * 0.8, top, |_, _, p| *p = row.wall);
    }
    let pitch = (0.0105 + 0.006 * row.depth, 0.0125 + 0.007 * row.depth);
    let lights = row.lights * dice.range(0.3, 1.1);
    let key = dice.below(4096) as i32;
    canvas.area(x, top, x + wide, row.horizon, |px, py, pixel| {
        let (u, v) = ((px - x) / pitch.0, (py - top) / pitch.1);
        let side = 1.0 + 0.16 * (0.5 - (px - x) / wide);
        *pixel = lit(row.wall, side);
        let pane = (0.24..0.76).contains(&u.fract()) && (0.26..0.74).contains(&v.fract());
        let within = u > 0.3 && px < x + wide - pitch.0 * 0.4 && v > 0.6;
        let luck = noise.cell(u as i32 + key * 131, v as i32);
        if pane && within && luck < lights {
            let bright = 0.45 + 0.55 * noise.cell(v as i32, u as i32 + key);
            *pixel = blend(*pixel, row.window, bright * (0.35 + 0.65 * row.depth));
        }
    });
}

pub(super) fn street(canvas: &mut Canvas, dice: &mut Dice) {
    let aspect = canvas.aspect();
    let eye = (aspect * dice.range(0.38, 0.62), dice.range(0.5, 0.62));
    let [sky_high, sky_low, stone, lamp] = dice
        .pick(&[
            [0x9aa8b4, 0xfff2d8, 0x6c6258, 0xffd890],
            [0x1c2a48, 0xf0a868, 0x3c3c48, 0xffcf80],
            [0xb8c4cc, 0xffffff, 0x54565c, 0xfff0d0],
            [0x0e1428, 0x5c6a90, 0x282c38, 0xffc878],
        ])
        .map(hex);
    let view = Street {
        eye,
        wide: (dice.range(0.3, 0.5), dice.range(0.3, 0.5)),
        ground: 0.2,
        noise: Noise::new(dice.roll()),
        sky: [sky_high, sky_low],
        stone,
        lamp,
        wet: dice.range(0.2, 0.9),
    };
    canvas.each(|x, y, pixel| *pixel = view.seen(x, y));
    canvas.glow(eye.0, eye.1 - 0.03, 0.2, sky_low, 0.35);
    lamps(canvas, dice, &view);
    people(canvas, dice, &view);
}

/// A street in perspective.
struct Street {
    eye: (f32, f32),
    /// How far the walls are, to the left and to the right.
    wide: (f32, f32),
    /// How high the eye is above the ground.
    ground: f32,
    noise: Noise,
    sky: [Color; 2],
    stone: Color,
    lamp: Color,
    wet: f32,
}

impl Street {
    fn seen(&self, x: f32, y: f32) -> Color {
        let (dx, dy) = (x - self.eye.0, y - self.eye.1);
        let side = if dx < 0.0 { self.wide.0 } else { self.wide.1 };
        let wall = side / dx.abs().max(1e-4);
        let floor = if dy > 0.0 { self.ground / dy } else { f32::INFINITY };
        let sky = ramp(&[self.sky[0], self.sky[1]], (y / self.eye.1).powf(1.4));
        if floor < wall {
            return self.paved(dx * floor, floor, y);
        }
        let (along, up) = (wall, -dy * wall);
        let house = (along * 0.62) as i32 + if dx < 0.0 { 0 } else { 1000 };
        let roof = 0.75 + 0.75 * self.noise.cell(house, 7);
        let color = if up < roof { self.front(house, along, up, roof, dx) } else { sky };
        // Distance fades into the light at the end of the street.
        blend(color, self.sky[1], 1.0 - (-along * 0.1).exp())
    }

    fn front(&self, house: i32, along: f32, up: f32, roof: f32, dx: f32) -> Color {
        let tone = 0.5 + 0.7 * self.noise.cell(house, 1);
        // One side of a street has the light.
        let tone = tone * if dx < 0.0 { 0.62 } else { 1.05 };
        let plaster = 1.0 + 0.2 * self.noise.fbm(along * 7.0, up * 7.0, 3);
        let mut color = lit(self.stone, tone * plaster);
        let (u, v) = ((along * 3.1).fract(), ((up + self.ground) * 3.4).fract());
        let floor = ((up + self.ground) * 3.4) as i32;
        if (0.3..0.7).contains(&u) && (0.22..0.8).contains(&v) && up < roof - 0.1 {
            let lights = self.noise.cell((along * 3.1) as i32 + house * 31, floor);
            let glass = lit(self.sky[0], 0.32);
            color = if lights > 0.68 { lit(self.lamp, 0.85) } else { glass };
            if (u - 0.5).abs() < 0.015 {
                color = lit(color, 0.5);
            }
        } else if (0.26..0.74).contains(&u) && (0.16..0.22).contains(&v) {
            color = lit(color, 1.35);
        }
        color
    }

    fn paved(&self, across: f32, away: f32, y: f32) -> Color {
        let row = (away * 9.0).floor();
        let brick = (across * 11.0 + row * 0.5).fract().abs();
        let joint =
            smooth(0.0, 0.14, brick.min(1.0 - brick)) * smooth(0.0, 0.16, (away * 9.0).fract());
        let cobble = 0.62 + 0.38 * joint * smooth(8.0, 2.0, away) + 0.25 * smooth(2.0, 8.0, away);
        let shine = self.noise.fbm(across * 9.0, away * 3.0, 3) * 0.5 + 0.5;
        let sky = blend(self.sky[1], self.sky[0], smooth(0.0, 0.5, y - self.eye.1) * 0.8);
        let middle = (-(across / 0.2).powi(2)).exp();
        let stone = lit(self.stone, 0.62 * cobble);
        let wet = blend(stone, sky, self.wet * (0.16 + 0.6 * middle) * shine * cobble);
        blend(wet, self.sky[1], 1.0 - (-away * 0.1).exp())
    }
}

fn lamps(canvas: &mut Canvas, dice: &mut Dice, view: &Street) {
    let right = dice.chance(0.5);
    let side = if right { view.wide.1 * 0.82 } else { -view.wide.0 * 0.82 };
    for n in (0..6).rev() {
        let away = 0.85 + n as f32 * 1.1;
        let x = view.eye.0 + side / away;
        let (foot, head) = (view.eye.1 + view.ground / away, view.eye.1 - 0.34 / away);
        let iron = blend(hex(0x08080a), view.sky[1], 1.0 - (-away * 0.12).exp());
        canvas.limb((x, foot), (x, head), (0.007 / away, 0.004 / away), iron);
        canvas.glow(x, head, 0.035 / away, view.lamp, 1.1);
        canvas.disc(x, head, 0.011 / away, 0.003, lit(view.lamp, 1.1), 1.0);
        canvas.glow(x, foot + 0.03 / away, 0.03 / away, view.lamp, 0.28 * view.wet);
    }
}

fn people(canvas: &mut Canvas, dice: &mut Dice, view: &Street) {
    for _ in 0..=dice.below(4) {
        let away = dice.range(1.0, 3.6);
        let x = view.eye.0 + dice.range(-0.2, 0.2) / away;
        let y = view.eye.1 + view.ground / away;
        let size = 0.215 / away;
        let coat = blend(hex(0x060608), view.sky[1], 1.0 - (-away * 0.07).exp());
        let stride = size * dice.range(0.06, 0.16);
        for leg in [-1.0, 1.0] {
            let foot = (x + leg * stride, y);
            canvas.limb((x, y - size * 0.5), foot, (size * 0.06, size * 0.035), coat);
        }
        canvas.limb((x, y - size * 0.38), (x, y - size * 0.76), (size * 0.125, size * 0.1), coat);
        canvas.disc(x, y - size * 0.93, size * 0.072, canvas.pixel(), coat, 1.0);
        if dice.chance(0.4) {
            umbrella(canvas, (x, y - size * 1.06), size * 0.36, coat);
        }
        let shadow = lit(coat, 1.0);
        canvas.limb((x, y), (x + size * 0.1, y + size * 0.4), (size * 0.07, size * 0.02), shadow);
    }
}

fn umbrella(canvas: &mut Canvas, (x, y): (f32, f32), size: f32, color: Color) {
    let edge = canvas.pixel();
    canvas.area(x - size, y - size, x + size, y, |px, py, pixel| {
        let distance = ((px - x).powi(2) + ((py - y) * 1.5).powi(2)).sqrt();
        *pixel = blend(*pixel, color, 1.0 - smooth(size - edge, size + edge, distance));
    });
    canvas.limb((x, y), (x, y + size * 0.8), (size * 0.03, size * 0.03), color);
}

pub(super) fn stairs(canvas: &mut Canvas, dice: &mut Dice) {
    let aspect = canvas.aspect();
    let noise = Noise::new(dice.roll());
    let center = (aspect * dice.range(0.42, 0.58), dice.range(0.4, 0.6));
    let [dark, bright, well] = dice
        .pick(&[
            [0x1a1612, 0xe8dcc4, 0xfff8e0],
            [0x12161c, 0xc8d2da, 0xf4faff],
            [0x20120c, 0xd8a878, 0xfff0c8],
            [0x161616, 0xd8d8d8, 0x0a0a0a],
        ])
        .map(hex);
    let spin = if dice.chance(0.5) { 1.0 } else { -1.0 };
    let (steps, pitch) = (18.0 + dice.below(14) as f32, dice.range(0.5, 0.78));
    let light = dice.range(0.0, std::f32::consts::TAU);
    let oval = dice.range(0.78, 1.0);
    let pixel_size = canvas.pixel();
    canvas.each(|x, y, pixel| {
        let (dx, dy) = (x - center.0, (y - center.1) / oval);
        let r = (dx * dx + dy * dy).sqrt().max(1e-4);
        let angle = dy.atan2(dx) * spin;
        // One turn of the staircase makes the well smaller by a factor: a logarithmic spiral.
        let turn = angle / std::f32::consts::TAU;
        let flight = (r / 0.07).ln() / pitch - turn;
        let (floor, across) = (flight.floor(), flight.fract().abs());
        let depth = ((floor + turn) * 0.2).clamp(-0.2, 1.0);
        if flight < 0.0 {
            let glow = 1.0 - smooth(0.0, 0.09, r) * 0.35;
            *pixel = lit(well, glow);
            return;
        }
        let step = turn * steps + floor * steps * 0.5;
        let within = step.rem_euclid(1.0);
        let shade = 0.5 + 0.5 * (angle * spin - light).cos();
        let tread = blend(dark, bright, (0.24 + 0.6 * shade) * (0.45 + 0.7 * depth));
        let riser = smooth(0.0, 0.08, within) * (0.66 + 0.34 * smooth(0.0, 0.9, within));
        let grain = 1.0 + 0.12 * noise.fbm(dx * 30.0, dy * 30.0, 3);
        let edge = (pixel_size * 1.5 / (r * pitch)).max(0.012);
        // From the inside: the rail, the steps, the wall.
        *pixel = if across < 0.07 + edge {
            blend(lit(dark, 0.5), bright, 0.55 * smooth(0.03, 0.05, across) * shade)
        } else if across < 0.15 {
            let bars = smooth(0.3, 0.5, ((step * 4.0).rem_euclid(1.0) - 0.5).abs() * 2.0);
            lit(blend(lit(dark, 0.55), tread, bars * 0.55), 0.8)
        } else if across < 0.7 {
            let shadow = smooth(0.13, 0.34, across);
            lit(tread, riser * grain * (0.5 + 0.5 * shadow))
        } else {
            let plain = 0.2 + 0.5 * shade * (1.0 - smooth(0.7, 1.0, across) * 0.7);
            lit(blend(dark, bright, plain * (0.4 + 0.5 * depth)), grain)
        };
    });
    canvas.glow(center.0, center.1, 0.12, well, 0.3);
}
