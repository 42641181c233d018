//! Outlines into pixels.

use crate::fonts::Face;
use ab_glyph_rasterizer::{Point, Rasterizer, point};
use image::RgbImage;
use read_fonts::model::glyph::outline::PathSink;

/// No glyph on a page is larger, in pixels: a font that says so is hostile.
const LARGEST: f32 = 4000.0;

/// Curves that enclose what is inked, in pixels of the page, from its upper left
/// corner.
#[derive(Debug, Default)]
pub(super) struct Inks {
    curves: Vec<Curve>,
    begin: Point,
    at: Point,
    /// What is drawn is moved by so much.
    origin: (f32, f32),
}

#[derive(Debug, Clone, Copy)]
enum Curve {
    Line([Point; 2]),
    Quadratic([Point; 3]),
    Cubic([Point; 4]),
}

impl Curve {
    fn points(&self) -> &[Point] {
        match self {
            Self::Line(points) => points,
            Self::Quadratic(points) => points,
            Self::Cubic(points) => points,
        }
    }

    fn moved(self, by: (f32, f32)) -> Self {
        let moved = |at: Point| point(at.x - by.0, at.y - by.1);
        match self {
            Self::Line(points) => Self::Line(points.map(moved)),
            Self::Quadratic(points) => Self::Quadratic(points.map(moved)),
            Self::Cubic(points) => Self::Cubic(points.map(moved)),
        }
    }
}

impl Inks {
    pub(super) fn polygon(corners: &[(f32, f32)]) -> Self {
        let mut inks = Self::default();
        for (place, &(x, y)) in corners.iter().enumerate() {
            // The page's own direction is down, an outline's up.
            if place == 0 { inks.move_to(x, -y) } else { inks.line_to(x, -y) }
        }
        inks.close();
        inks
    }

    pub(super) fn glyph(face: &Face, glyph: u16, size: f32, at: (f32, f32)) -> Self {
        let mut inks = Self { origin: at, ..Self::default() };
        face.draw(glyph, size, &mut inks);
        inks.close();
        inks
    }

    /// Inks a canvas.
    pub(super) fn put(&self, canvas: &mut RgbImage, grey: f32) {
        let points = || self.curves.iter().flat_map(Curve::points);
        let least = |of: fn(&Point) -> f32| points().map(of).fold(f32::INFINITY, f32::min).floor();
        let most =
            |of: fn(&Point) -> f32| points().map(of).fold(f32::NEG_INFINITY, f32::max).ceil();
        let corner = (least(|at| at.x), least(|at| at.y));
        let sides = (most(|at| at.x) - corner.0, most(|at| at.y) - corner.1);
        let is_sane = |side: f32| (0.0..=LARGEST).contains(&side);
        if !is_sane(sides.0) || !is_sane(sides.1) {
            return;
        }
        let mut rasterizer = Rasterizer::new(whole(sides.0) + 1, whole(sides.1) + 1);
        for curve in &self.curves {
            match curve.moved(corner) {
                Curve::Line([a, b]) => rasterizer.draw_line(a, b),
                Curve::Quadratic([a, b, c]) => rasterizer.draw_quad(a, b, c),
                Curve::Cubic([a, b, c, d]) => rasterizer.draw_cubic(a, b, c, d),
            }
        }
        rasterizer.for_each_pixel_2d(|x, y, coverage| {
            let place = (within(corner.0, x, canvas.width()), within(corner.1, y, canvas.height()));
            if let (Some(x), Some(y)) = place {
                let mixed = |under: u8| mix(under, grey, coverage);
                canvas.get_pixel_mut(x, y).0 = canvas.get_pixel(x, y).0.map(mixed);
            }
        });
    }

    fn close(&mut self) {
        if self.at != self.begin {
            self.curves.push(Curve::Line([self.at, self.begin]));
            self.at = self.begin;
        }
    }

    fn place(&self, x: f32, y: f32) -> Point {
        point(self.origin.0 + x, self.origin.1 - y)
    }
}

impl PathSink for Inks {
    fn move_to(&mut self, x: f32, y: f32) {
        Inks::close(self);
        self.begin = self.place(x, y);
        self.at = self.begin;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.place(x, y);
        self.curves.push(Curve::Line([self.at, to]));
        self.at = to;
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (control, to) = (self.place(cx, cy), self.place(x, y));
        self.curves.push(Curve::Quadratic([self.at, control, to]));
        self.at = to;
    }

    fn curve_to(&mut self, cx: f32, cy: f32, dx: f32, dy: f32, x: f32, y: f32) {
        let (first, second, to) = (self.place(cx, cy), self.place(dx, dy), self.place(x, y));
        self.curves.push(Curve::Cubic([self.at, first, second, to]));
        self.at = to;
    }

    fn close(&mut self) {
        Inks::close(self);
    }
}

/// A place on the canvas, if it is one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "places on a page are small, and it is looked at first whether it is one"
)]
fn within(corner: f32, offset: u32, side: u32) -> Option<u32> {
    let place = corner + offset as f32;
    (place >= 0.0 && place < side as f32).then_some(place as u32)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is a side that was found sane"
)]
fn whole(side: f32) -> usize {
    side as usize
}

/// A shade over another.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "both shades and what is between them are from 0 to 255"
)]
fn mix(under: u8, grey: f32, coverage: f32) -> u8 {
    let coverage = coverage.clamp(0.0, 1.0);
    let mixed = f32::from(under) * (1.0 - coverage) + grey * 255.0 * coverage;
    mixed.round().clamp(0.0, 255.0) as u8
}
