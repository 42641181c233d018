//! Brings a part of a decoded picture, or of one of its planes, to a size.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{ResizeAlg, ResizeOptions, Resizer};

use crate::decoded::Decoded;
use crate::error::Cause;
use crate::framing::{Crop, Framing};
use crate::{Header, Limit, ThumbError, lanczos};

/// The samples of one plane as they lie in memory, and where they lie on the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Samples<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Samples for each of the full picture's pixels, across and down: less than one where
    /// decoding scaled, or where chroma has fewer. The last ones may reach past its edge.
    pub(crate) scale: (f64, f64),
}

/// Resizes the part of a decoded picture that `framing` wants, each channel for itself;
/// alpha is laid on white before.
pub(crate) fn resize(
    resizer: &mut Resizer,
    decoded: &mut Decoded,
    framing: Framing,
) -> Result<Vec<u8>, ThumbError> {
    let Decoded { header, width, height, scale, channels, .. } = *decoded;
    let n_channels = channels.count();
    let mut small = vec![0; framing.width as usize * framing.height as usize * n_channels];
    let planes = decoded.split().ok_or_else(|| lacking(header))?;
    for (channel, bytes) in planes.enumerate() {
        let plane = Samples { bytes, width, height, scale: (scale, scale) };
        let plane = resize_plane(resizer, plane, framing, header)?;
        let of_channel = small.iter_mut().skip(channel).step_by(n_channels);
        of_channel.zip(plane).for_each(|(to, from)| *to = from);
    }
    Ok(small)
}

/// Resizes the part of a plane that `framing` wants; `header` is the picture's. (The resizer
/// is compiled for each kind of pixel that it is asked for: of its thirteen one is enough,
/// and a minute of compiling less.)
pub(crate) fn resize_plane(
    resizer: &mut Resizer,
    plane: Samples<'_>,
    framing: Framing,
    header: Header,
) -> Result<Vec<u8>, ThumbError> {
    let Framing { width, height, .. } = framing;
    // Rows are resized first: columns as before, rows as after.
    Limit::DECODED.check(header, u64::from(plane.width) * u64::from(height))?;
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

/// The error of a picture that has not what its header says.
pub(crate) fn lacking(header: Header) -> ThumbError {
    ThumbError::damaged(header.format, "fewer samples than pixels")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ThumbnailSpec;
    use crate::decoded::Channels;

    /// A picture of such pixels, which only the channel and the place tell apart.
    fn picture(channels: Channels, of: &[u32]) -> Decoded {
        let (width, height) = (62, 47);
        let sample =
            |pixel: u32, channel: u32| u8::try_from(pixel * (3 + 5 * channel) % 256).unwrap();
        let samples = (0..width * height)
            .flat_map(|pixel| of.iter().map(move |channel| sample(pixel, *channel)));
        Decoded::bare((width, height), channels, samples.collect())
    }

    #[test]
    fn colors_are_resized_as_each_channel_is_alone() {
        let spec: ThumbnailSpec = "20x20 cover colour png".parse().unwrap();
        let resized = |mut decoded: Decoded| {
            let framing = Framing::new(&spec, decoded.header, decoded.orientation);
            assert!(framing.crop.left.fract() > 0.0, "between two pixels: {framing:?}");
            resize(&mut Resizer::new(), &mut decoded, framing).unwrap()
        };
        let grey = |channel| resized(picture(Channels::Grey, &[channel]));
        for (channels, n) in [(Channels::Rgb, 3), (Channels::Cmyk, 4)] {
            let all: Vec<u32> = (0..n).collect();
            let together = resized(picture(channels, &all));
            for channel in all {
                let alone = grey(channel);
                assert!(alone.iter().any(|sample| *sample != alone[0]), "a picture of something");
                let of_channel: Vec<u8> =
                    together.iter().skip(channel as usize).step_by(n as usize).copied().collect();
                assert_eq!(of_channel, alone, "channel {channel} of {channels:?}");
            }
        }
    }
}
