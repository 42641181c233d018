//! JPEGs, decoded at the smallest scale that the thumbnail needs.

use std::io::{self, BufRead, BufReader, Seek};

use jpeg_decoder::{ColorTransform, Decoder, Error, PixelFormat, UnsupportedFeature};

use crate::decoded::{Channels, Decoded};
use crate::frame::{Components, Frame};
use crate::framing::Framing;
use crate::notes::Notes;
use crate::{Header, Limit, PictureFormat, ThumbError, ThumbnailSpec};

/// Decodes a JPEG for a thumbnail of `spec`; a cut one is an error.
pub(crate) fn decode<R: BufRead + Seek>(
    picture: &mut R,
    header: Header,
    spec: &ThumbnailSpec,
) -> Result<Decoded, ThumbError> {
    let frame = check(picture, header)?;
    let Notes { orientation, profile } = Notes::read(picture)?;
    picture.rewind()?;
    // It reads byte by byte.
    let mut decoder = Decoder::new(BufReader::new(picture));
    decoder.set_color_transform(match frame.components() {
        Components::Grey => ColorTransform::Grayscale,
        Components::Rgb => ColorTransform::RGB,
        Components::YCbCr => ColorTransform::YCbCr,
        Components::Cmyk => ColorTransform::CMYK,
        Components::Ycck => ColorTransform::YCCK,
    });
    decoder.read_info().map_err(failed)?;
    // Sizes were checked on our own reading of the header: both must have read the same.
    if decoder.info().map(|info| (info.width, info.height)) != Some((frame.width, frame.height)) {
        return Err(ThumbError::damaged(PictureFormat::Jpeg, "two frame headers"));
    }
    let eighths = Framing::new(spec, header, orientation).eighths();
    let (width, height) = scale(&mut decoder, &frame, eighths)?;
    // The component planes and the pixels made from them are there at once.
    let n_samples = u64::from(width) * u64::from(height) * frame.n_components();
    Limit::DECODED.check(header, 2 * n_samples)?;
    let samples = decoder.decode().map_err(failed)?;
    let channels = match decoder.info().map(|info| info.pixel_format) {
        Some(PixelFormat::L8) => Channels::Grey,
        Some(PixelFormat::RGB24) => Channels::Rgb,
        Some(PixelFormat::CMYK32) => Channels::Cmyk,
        Some(PixelFormat::L16) | None => {
            return Err(ThumbError::unsupported(PictureFormat::Jpeg, "16 bits a sample"));
        }
    };
    let scale = f64::from(eighths) / 8.0;
    Ok(Decoded { header, samples, channels, width, height, scale, orientation, profile })
}

/// Reads the frame header and refuses what cannot be decoded, or not within memory.
fn check<R: BufRead + Seek>(picture: &mut R, header: Header) -> Result<Frame, ThumbError> {
    picture.rewind()?;
    let frame = Frame::read(picture)?;
    picture.rewind()?;
    frame.check_supported()?;
    Limit::DECODED.check(header, frame.coefficient_bytes())?;
    Ok(frame)
}

/// Sets the scale and returns the size it gives.
fn scale<R: BufRead>(
    decoder: &mut Decoder<R>,
    frame: &Frame,
    eighths: u32,
) -> Result<(u32, u32), ThumbError> {
    let full = (frame.width, frame.height);
    if eighths == 8 {
        return Ok((full.0.into(), full.1.into()));
    }
    // The decoder takes the smallest scale that satisfies either side. Asking for
    // one side only, the longer, gives the scale that is meant, even of a line of pixels.
    let scaled = |side: u16| u16::try_from((u32::from(side) * eighths).div_ceil(8));
    let wanted = if full.0 >= full.1 {
        (scaled(full.0).unwrap_or(u16::MAX), u16::MAX)
    } else {
        (u16::MAX, scaled(full.1).unwrap_or(u16::MAX))
    };
    let (width, height) = decoder.scale(wanted.0, wanted.1).map_err(failed)?;
    Ok((width.into(), height.into()))
}

fn failed(error: Error) -> ThumbError {
    match error {
        Error::Io(error) => ThumbError::from_io(PictureFormat::Jpeg, error),
        // Pictures of several frames were refused by `check`: here a second frame
        // begins amid the first one's scan, as coded data looks when it is damaged.
        Error::Unsupported(UnsupportedFeature::Hierarchical) => {
            ThumbError::damaged(PictureFormat::Jpeg, "a frame header within the scan")
        }
        Error::Unsupported(feature) => {
            ThumbError::unsupported(PictureFormat::Jpeg, format!("{feature:?}"))
        }
        Error::Format(what) => ThumbError::damaged(PictureFormat::Jpeg, what),
        Error::Internal(cause) => ThumbError::damaged(PictureFormat::Jpeg, io::Error::other(cause)),
    }
}
