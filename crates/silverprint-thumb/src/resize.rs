//! Brings a part of a decoded picture to a size.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayImage, RgbImage};

use crate::decoded::{Channels, Decoded};
use crate::error::Cause;
use crate::framing::{Crop, Framing};
use crate::{Limit, ThumbError};

/// Catmull and Rom's is the bicubic that Pillow's `resize` takes unless told otherwise.
/// Over the test pictures, before encoding: 52 dB from Pillow's on average, Lanczos 42.
const FILTER: FilterType = FilterType::CatmullRom;

/// Resizes the part that `framing` wants of a grey or RGB picture.
pub(crate) fn resize(
    resizer: &mut Resizer,
    decoded: &Decoded,
    framing: Framing,
) -> Result<DynamicImage, ThumbError> {
    let Framing { width, height, .. } = framing;
    let pixel_type =
        if decoded.channels == Channels::Rgb { PixelType::U8x3 } else { PixelType::U8 };
    // Rows are resized first: columns as before, rows as after.
    let between = u64::from(decoded.width) * u64::from(height) * pixel_type.size() as u64;
    Limit::DECODED.check(decoded.header, between)?;
    let inconsistent = |cause: Cause| ThumbError::damaged(decoded.header.format, cause);
    let from = ImageRef::new(decoded.width, decoded.height, &decoded.samples, pixel_type)
        .map_err(|error| inconsistent(error.into()))?;
    let mut scaled = Image::new(width, height, pixel_type);
    resizer
        .resize(&from, &mut scaled, &options(decoded, framing.crop))
        .map_err(|error| inconsistent(error.into()))?;
    let samples = scaled.into_vec();
    let image = if pixel_type == PixelType::U8x3 {
        RgbImage::from_raw(width, height, samples).map(DynamicImage::ImageRgb8)
    } else {
        GrayImage::from_raw(width, height, samples).map(DynamicImage::ImageLuma8)
    };
    image.ok_or_else(|| inconsistent("fewer samples than pixels".into()))
}

/// The crop, in the scale that the picture was decoded at and within its pixels.
fn options(decoded: &Decoded, crop: Crop) -> ResizeOptions {
    let span = |start: f64, len: f64, most: u32| {
        let (start, most) = (start * decoded.scale, f64::from(most));
        let mut len = (len * decoded.scale).min(most - start);
        if start + len > most {
            len = len.next_down(); // The sum was rounded up past the edge.
        }
        (start, len)
    };
    let (left, width) = span(crop.left, crop.width, decoded.width);
    let (top, height) = span(crop.top, crop.height, decoded.height);
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FILTER)).crop(left, top, width, height)
}
