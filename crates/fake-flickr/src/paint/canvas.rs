//! A plain buffer of pixels, and the few strokes that every scene is painted with.

use super::color::{Color, blend, luma, smooth};

/// A finished picture, 8 bits a color.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgb: Vec<u8>,
}

/// A part of a picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    picture: &'a Picture,
    x: usize,
    y: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Picture {
    /// All of it.
    pub(crate) fn view(&self) -> View<'_> {
        View { picture: self, x: 0, y: 0, width: self.width, height: self.height }
    }

    /// The square in its middle.
    pub(crate) fn square(&self) -> View<'_> {
        let side = self.width.min(self.height);
        let (x, y) = ((self.width - side) / 2, (self.height - side) / 2);
        View { picture: self, x, y, width: side, height: side }
    }
}

impl View<'_> {
    /// The pixels of one row.
    pub(crate) fn row(&self, y: usize) -> &[u8] {
        let start = ((self.y + y) * self.picture.width + self.x) * 3;
        &self.picture.rgb[start..start + self.width * 3]
    }
}

/// A picture being painted. Its height is 1, its width is `aspect`; y grows downwards.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Color>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![[0.0; 3]; width * height] }
    }

    /// Width over height.
    pub(super) fn aspect(&self) -> f32 {
        self.width as f32 / self.height as f32
    }

    /// The side of a pixel.
    pub(super) fn pixel(&self) -> f32 {
        1.0 / self.height as f32
    }

    /// Paints every pixel.
    pub(super) fn each(&mut self, paint: impl FnMut(f32, f32, &mut Color)) {
        self.area(0.0, 0.0, self.aspect(), 1.0, paint);
    }

    /// Paints the pixels of a rectangle.
    pub(super) fn area(
        &mut self,
        left: f32,
        top: f32,
        right: f32,
        bottom: f32,
        mut paint: impl FnMut(f32, f32, &mut Color),
    ) {
        let scale = self.height as f32;
        let columns = clamp(left * scale, self.width)..clamp((right * scale).ceil(), self.width);
        for row in clamp(top * scale, self.height)..clamp((bottom * scale).ceil(), self.height) {
            let y = (row as f32 + 0.5) / scale;
            let line = &mut self.pixels[row * self.width..][..self.width];
            for column in columns.clone() {
                paint((column as f32 + 0.5) / scale, y, &mut line[column]);
            }
        }
    }

    /// Paints everything below a line, with a soft edge. The painter gets x, y and the depth
    /// below the line.
    pub(super) fn below(
        &mut self,
        line: impl Fn(f32) -> f32,
        paint: impl Fn(f32, f32, f32) -> Color,
    ) {
        let scale = self.height as f32;
        for column in 0..self.width {
            let x = (column as f32 + 0.5) / scale;
            let top = line(x);
            for row in clamp(top * scale - 1.0, self.height)..self.height {
                let y = (row as f32 + 0.5) / scale;
                let cover = ((y - top) * scale + 0.5).clamp(0.0, 1.0);
                let pixel = &mut self.pixels[row * self.width + column];
                *pixel = blend(*pixel, paint(x, y, (y - top).max(0.0)), cover);
            }
        }
    }

    /// Adds a light that fades from its middle.
    pub(super) fn glow(&mut self, x: f32, y: f32, radius: f32, light: Color, strength: f32) {
        let reach = radius * 2.6;
        self.area(x - reach, y - reach, x + reach, y + reach, |px, py, pixel| {
            let distance = ((px - x).powi(2) + (py - y).powi(2)) / (radius * radius);
            if distance < 6.7 {
                let amount = strength * ((-distance).exp() - 0.0012).max(0.0);
                // Light on light saturates as film does.
                for (channel, light) in pixel.iter_mut().zip(light) {
                    *channel += (1.0 - *channel * 0.75).max(0.0) * light * amount;
                }
            }
        });
    }

    /// A disc whose edge is `soft` wide.
    pub(super) fn disc(
        &mut self,
        x: f32,
        y: f32,
        radius: f32,
        soft: f32,
        color: Color,
        cover: f32,
    ) {
        let reach = radius + soft;
        self.area(x - reach, y - reach, x + reach, y + reach, |px, py, pixel| {
            let distance = ((px - x).powi(2) + (py - y).powi(2)).sqrt();
            let inside = 1.0 - smooth(radius - soft, radius + soft, distance);
            *pixel = blend(*pixel, color, inside * cover);
        });
    }

    /// A line from one point to another, tapering from one width to the other.
    pub(super) fn limb(
        &mut self,
        from: (f32, f32),
        to: (f32, f32),
        widths: (f32, f32),
        color: Color,
    ) {
        let reach = widths.0.max(widths.1) + self.pixel();
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).max(1e-9);
        let edge = self.pixel() * 0.7;
        let (left, right) = (from.0.min(to.0) - reach, from.0.max(to.0) + reach);
        let (top, bottom) = (from.1.min(to.1) - reach, from.1.max(to.1) + reach);
        self.area(left, top, right, bottom, |x, y, pixel| {
            let along = (((x - from.0) * dx + (y - from.1) * dy) / length).clamp(0.0, 1.0);
            let (ox, oy) = (x - from.0 - along * dx, y - from.1 - along * dy);
            let width = widths.0 + (widths.1 - widths.0) * along;
            let inside = 1.0 - smooth(width - edge, width + edge, (ox * ox + oy * oy).sqrt());
            *pixel = blend(*pixel, color, inside);
        });
    }

    /// Mirrors what is above a horizon into what is below it, as rippled water does.
    pub(super) fn reflect(
        &mut self,
        horizon: f32,
        ripple: impl Fn(f32, f32) -> f32,
        tint: impl Fn(f32, Color) -> Color,
    ) {
        let scale = self.height as f32;
        let first = clamp(horizon * scale, self.height);
        for row in first..self.height {
            for column in 0..self.width {
                let (x, y) = ((column as f32 + 0.5) / scale, (row as f32 + 0.5) / scale);
                let depth = y - horizon;
                let shift = ripple(x, depth);
                let from_row = clamp((horizon - depth + shift) * scale, first.max(1));
                let from_row = from_row.min(first.saturating_sub(1));
                let from_column = clamp((x + shift * 0.4) * scale, self.width).min(self.width - 1);
                let above = self.pixels[from_row * self.width + from_column];
                self.pixels[row * self.width + column] = tint(depth, above);
            }
        }
    }

    /// Stretches the tones over the whole range, darkens the corners, and makes 8 bits of it.
    pub(super) fn finish(self, vignette: f32) -> Picture {
        let (low, high) = self.tones();
        let gain = 0.94 / (high - low).max(0.2);
        let (half, aspect) = (self.aspect() / 2.0, self.aspect());
        let mut rgb = Vec::with_capacity(self.pixels.len() * 3);
        for (at, pixel) in self.pixels.iter().enumerate() {
            let x = ((at % self.width) as f32 / self.height as f32 - half) / aspect.max(1.0);
            let y = ((at / self.width) as f32 / self.height as f32 - 0.5) / aspect.max(1.0);
            let dark = 1.0 - vignette * smooth(0.1, 0.62, (x * x + y * y).sqrt());
            for channel in pixel {
                let value = ((channel - low) * gain + 0.03).clamp(0.0, 1.0) * dark;
                // A gentle S, as photographic paper has it.
                let value = value + 0.25 * (value * value * (3.0 - 2.0 * value) - value);
                rgb.push((value * 255.0 + 0.5) as u8);
            }
        }
        Picture { width: self.width, height: self.height, rgb }
    }

    /// The darkest and the brightest tone, but for a hundredth of the pixels each.
    fn tones(&self) -> (f32, f32) {
        let mut counts = [0_usize; 256];
        for pixel in self.pixels.iter().step_by(3) {
            counts[(luma(*pixel).clamp(0.0, 1.0) * 255.0) as usize] += 1;
        }
        let few = self.pixels.len() / 300;
        let tone = |mut order: Box<dyn Iterator<Item = usize>>| {
            let mut seen = 0;
            let found = order.find(|&tone| {
                seen += counts[tone];
                seen > few
            });
            found.unwrap_or(128) as f32 / 255.0
        };
        (tone(Box::new(0..256)), tone(Box::new((0..256).rev())))
    }
}

fn clamp(place: f32, limit: usize) -> usize {
    (place.max(0.0) as usize).min(limit)
}
