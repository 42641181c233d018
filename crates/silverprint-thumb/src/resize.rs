//! Brings a part of a decoded picture, or of one of its planes, to a size.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::decoded::{Channels, Decoded};
use crate::error::Cause;
use crate::framing::{Crop, Framing};
use crate::{Header, Limit, ThumbError, lanczos};

/// Samples as they lie in memory, and where they lie on the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Samples<'a> {
    pub(crate) bytes: &'a [u8],
    /// Those of one pixel; alpha is laid on white before.
    pub(crate) channels: Channels,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Samples for each of the full picture's pixels, across and down: less than one where
    /// decoding scaled, or where chroma has fewer. The last ones may reach past its edge.
    pub(crate) scale: (f64, f64),
}

impl<'a> From<&'a Decoded> for Samples<'a> {
    fn from(decoded: &'a Decoded) -> Self {
        Self {
            bytes: &decoded.samples,
            channels: decoded.channels,
            width: decoded.width,
            height: decoded.height,
            scale: (decoded.scale, decoded.scale),
        }
    }
}

/// Resizes the part that `framing` wants; `header` is the picture's.
pub(crate) fn resize(
    resizer: &mut Resizer,
    samples: Samples<'_>,
    framing: Framing,
    header: Header,
) -> Result<Vec<u8>, ThumbError> {
    let Framing { width, height, .. } = framing;
    let pixel_type = match samples.channels {
        Channels::Grey => PixelType::U8,
        Channels::GreyAlpha => PixelType::U8x2,
        Channels::Rgb => PixelType::U8x3,
        Channels::Rgba | Channels::Cmyk => PixelType::U8x4,
    };
    // Rows are resized first: columns as before, rows as after.
    let between = u64::from(samples.width) * u64::from(height) * pixel_type.size() as u64;
    Limit::DECODED.check(header, between)?;
    let inconsistent = |cause: Cause| ThumbError::damaged(header.format, cause);
    let from = ImageRef::new(samples.width, samples.height, samples.bytes, pixel_type)
        .map_err(|error| inconsistent(error.into()))?;
    let mut scaled = Image::new(width, height, pixel_type);
    resizer
        .resize(&from, &mut scaled, &options(samples, framing.crop))
        .map_err(|error| inconsistent(error.into()))?;
    Ok(scaled.into_vec())
}

/// The crop, in the scale that the picture was decoded at and within its pixels.
fn options(samples: Samples<'_>, crop: Crop) -> ResizeOptions {
    let span = |start: f64, len: f64, scale: f64, most: u32| {
        let (start, most) = (start * scale, f64::from(most));
        let mut len = (len * scale).min(most - start);
        if start + len > most {
            len = len.next_down(); // The sum was rounded up past the edge.
        }
        (start, len)
    };
    let (left, width) = span(crop.left, crop.width, samples.scale.0, samples.width);
    let (top, height) = span(crop.top, crop.height, samples.scale.1, samples.height);
    // Ink is no alpha: four channels are four channels.
    ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(lanczos::filter()))
        .crop(left, top, width, height)
        .use_alpha(false)
}
