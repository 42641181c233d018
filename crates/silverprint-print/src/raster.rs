//! One page of a sheet as a picture. The others are counted, and nothing is read
//! for them.

mod glyph;

use crate::fonts::Fonts;
use crate::frame::{Frame, Thumb};
use crate::layout::{Area, Layout};
use crate::line::Line;
use crate::page::{Mark, compose};
use crate::pager::{Page, Pager};
use crate::picture::decoded;
use crate::typesetter::Typesetter;
use crate::{Order, Printed};
use glyph::Inks;
use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageError, Rgb, RgbImage};
use std::num::NonZeroU64;

/// Pixels to the point, 216 to the inch: twice as many as a usual thumbnail has
/// in six columns.
const SCALE: f32 = 3.0;

/// Of a larger thumbnail so much is kept, in pixels a side.
const LARGEST_PRINT: u32 = 640;

/// A sheet of which one page is wanted.
pub struct PageSheet<R> {
    pager: Pager,
    typesetter: Typesetter,
    read: R,
    wanted: u64,
    picture: Option<RgbImage>,
}

impl<R: FnMut(&Thumb) -> Option<Vec<u8>>> PageSheet<R> {
    /// Begins a sheet; `read` is asked for each thumbnail of the page.
    pub fn new(order: Order, fonts: Fonts, page: NonZeroU64, read: R) -> Self {
        Self {
            pager: Pager::new(order),
            typesetter: Typesetter::new(fonts),
            read,
            wanted: page.get(),
            picture: None,
        }
    }

    /// Adds a frame; the oldest comes first.
    pub fn add(&mut self, frame: Frame) {
        self.pager.add(frame);
        while let Some((page, layout)) = self.pager.next() {
            self.look_at(&page, &layout);
        }
    }

    /// The page as a PNG; none where the sheet has not so many.
    pub fn finish(mut self) -> Result<(Printed, Option<Vec<u8>>), ImageError> {
        while let Some((page, layout)) = self.pager.rest() {
            self.look_at(&page, &layout);
        }
        let lacking = self.typesetter.lacking().cloned().collect();
        let printed = Printed { lacking, ..self.pager.printed() };
        let png = self.picture.map(encode).transpose()?;
        Ok((printed, png))
    }

    fn look_at(&mut self, page: &Page, layout: &Layout) {
        if page.number != self.wanted {
            return;
        }
        let thumbs = page.frames.iter().map(|frame| frame.thumb.as_ref());
        let mut read = |thumb: &Thumb| Some(small(decoded(&(self.read)(thumb)?)?));
        let prints: Vec<Option<DynamicImage>> =
            thumbs.map(|thumb| thumb.and_then(&mut read)).collect();
        let has_print: Vec<bool> = prints.iter().map(Option::is_some).collect();
        let heading = &self.pager.heading;
        let marks = compose(page, layout, heading, &has_print, &mut self.typesetter);
        let mut canvas =
            RgbImage::from_pixel(pixels(layout.width), pixels(layout.height), Rgb([u8::MAX; 3]));
        for mark in &marks {
            put(&mut canvas, mark, &prints, &self.typesetter);
        }
        self.picture = Some(canvas);
    }
}

fn put(
    canvas: &mut RgbImage,
    mark: &Mark,
    prints: &[Option<DynamicImage>],
    typesetter: &Typesetter,
) {
    match mark {
        Mark::Fill { area, grey } => {
            let (left, top) = (area.x * SCALE, area.y * SCALE);
            let (right, bottom) = (left + area.width * SCALE, top + area.height * SCALE);
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
            Inks::polygon(&corners).put(canvas, *grey);
        }
        Mark::Wedge { x, y, size } => {
            let (x, y, size) = (x * SCALE, y * SCALE, size * SCALE);
            let corners = [(x, y), (x + size, y + size / 2.0), (x, y + size)];
            Inks::polygon(&corners).put(canvas, 0.0);
        }
        Mark::Print { area, frame } => {
            if let Some(Some(picture)) = prints.get(*frame) {
                print(canvas, *area, picture);
            }
        }
        Mark::Text { line, x, y, size, grey } => {
            text(canvas, line, (x * SCALE, y * SCALE), size * SCALE, *grey, typesetter);
        }
    }
}

fn text(
    canvas: &mut RgbImage,
    line: &Line,
    (mut x, y): (f32, f32),
    size: f32,
    grey: f32,
    typesetter: &Typesetter,
) {
    for piece in &line.pieces {
        let face = typesetter.face(piece.face);
        for glyph in &piece.glyphs {
            let at = (x + glyph.x * size, y - glyph.y * size);
            Inks::glyph(face, glyph.id, size, at).put(canvas, grey);
            x += glyph.advance * size;
        }
    }
}

/// A picture that is no larger than a print needs: a page has hundreds of them at once.
fn small(picture: DynamicImage) -> DynamicImage {
    let is_larger = picture.width().max(picture.height()) > LARGEST_PRINT;
    if is_larger { picture.thumbnail(LARGEST_PRINT, LARGEST_PRINT) } else { picture }
}

/// A thumbnail, made as large as has room there.
fn print(canvas: &mut RgbImage, area: Area, picture: &DynamicImage) {
    let area = area.fitted((picture.width(), picture.height()));
    let (width, height) = (pixels(area.width).max(1), pixels(area.height).max(1));
    let image = picture.resize_exact(width, height, FilterType::CatmullRom).into_rgb8();
    let (x, y) = (pixels(area.x), pixels(area.y));
    imageops::replace(canvas, &image, x.into(), y.into());
}

/// A length on the page in whole pixels.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths on a page are positive and small"
)]
fn pixels(points: f32) -> u32 {
    (points * SCALE).round().max(0.0) as u32
}

/// In grey, where all of it is.
fn encode(picture: RgbImage) -> Result<Vec<u8>, ImageError> {
    let is_grey = picture.pixels().all(|Rgb([red, green, blue])| red == green && green == blue);
    let picture = DynamicImage::from(picture);
    let picture = if is_grey { DynamicImage::from(picture.into_luma8()) } else { picture };
    let mut png = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut png))?;
    Ok(png)
}

#[cfg(test)]
mod tests;
