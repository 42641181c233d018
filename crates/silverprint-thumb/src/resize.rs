//! Brings a part of a decoded picture, or of one of its planes, to a size.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{ResizeAlg, ResizeOptions, Resizer};

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
    let channels = samples.channels.count();
    if channels == 1 {
        return resize_plane(resizer, samples, framing, header);
    }
    let mut scaled = vec![0; framing.width as usize * framing.height as usize * channels];
    for channel in 0..channels {
        let plane: Vec<u8> =
            samples.bytes.iter().skip(channel).step_by(channels).copied().collect();
        let plane = Samples { bytes: &plane, ..samples };
        let resized = resize_plane(resizer, plane, framing, header)?;
        for (to, from) in scaled.iter_mut().skip(channel).step_by(channels).zip(resized) {
            *to = from;
        }
    }
    Ok(scaled)
}

/// One sample a pixel. The resizer is compiled anew for each kind of pixel, seven to
/// fifteen seconds each; interleaved colours, which come here seldom (of thumbnails in colour,
/// or with a profile, of pictures that are no ordinary JPEG), are not worth that.
fn resize_plane(
    resizer: &mut Resizer,
    plane: Samples<'_>,
    framing: Framing,
    header: Header,
) -> Result<Vec<u8>, ThumbError> {
    let Framing { width, height, .. } = framing;
    // Rows are resized first: columns as before, rows as after.
    let between = u64::from(plane.width) * u64::from(height);
    Limit::DECODED.check(header, between)?;
    let inconsistent = |cause: Cause| ThumbError::damaged(header.format, cause);
    let from = TypedImageRef::<U8>::from_buffer(plane.width, plane.height, plane.bytes)
        .map_err(|error| inconsistent(error.into()))?;
    let mut scaled = vec![0; width as usize * height as usize];
    let mut to = TypedImage::<U8>::from_buffer(width, height, &mut scaled)
        .map_err(|error| inconsistent(error.into()))?;
    resizer
        .resize_typed(&from, &mut to, &options(plane, framing.crop))
        .map_err(|error| inconsistent(error.into()))?;
    Ok(scaled)
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
    ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(lanczos::filter()))
        .crop(left, top, width, height)
}
