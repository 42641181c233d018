//! Every format but JPEG, decoded at full size by the `image` crate; and damaged
//! JPEGs, of which its decoder shows what there is.

use std::io::{BufRead, BufReader, Seek};

use image::error::ImageError;
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::decoded::{Care, Channels, Decoded};
use crate::profile::Profile;
use crate::{Header, Limit, PictureFormat, ThumbError, ends_whole, tone, webp};

/// What fills the memory before decoding: white and opaque, at any depth.
const UNREAD: u8 = 0xFF;

/// Decodes a picture into `samples`, which is memory to use again.
///
/// With [`Care::Lenient`], what cannot be decoded stays white, and only a picture
/// without a single sample is an error.
pub(crate) fn decode<R: BufRead + Seek>(
    picture: &mut R,
    header: Header,
    mut samples: Vec<u8>,
    care: Care,
) -> Result<Decoded, ThumbError> {
    // The decoders stop after the last pixel or the first frame, and miss what is cut behind it.
    if care == Care::Strict && !ends_whole(&mut *picture)? {
        return Err(ThumbError::damaged(header.format, "it ends before its end marker"));
    }
    if header.format == PictureFormat::WebP && webp::outgrows(picture, header)? {
        return Err(ThumbError::damaged(header.format, "a frame larger than its canvas"));
    }
    let mut decoder = open(picture, header)?;
    let (width, height) = decoder.dimensions();
    if (width, height) != (header.width, header.height) {
        return Err(ThumbError::damaged(header.format, "its headers contradict each other"));
    }
    let (channels, sample_bytes) = layout(header.format, decoder.color_type())?;
    // A block of metadata that makes no sense turns nothing.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = Profile::from_icc(decoder.icc_profile().unwrap_or(None));
    samples.clear();
    samples.resize(usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX), UNREAD);
    if let Err(error) = decoder.read_image(&mut samples) {
        let nothing = samples.iter().all(|&sample| sample == UNREAD);
        if care == Care::Strict || nothing {
            return Err(failed(header, error));
        }
    }
    if sample_bytes == 2 {
        tone::narrow(&mut samples);
    }
    Ok(Decoded { header, samples, channels, width, height, scale: 1.0, orientation, profile })
}

fn open<R: BufRead + Seek>(
    picture: &mut R,
    header: Header,
) -> Result<impl ImageDecoder, ThumbError> {
    picture.rewind()?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(header.width);
    limits.max_image_height = Some(header.height);
    limits.max_alloc = Some(Limit::DECODED.amount());
    let mut reader = ImageReader::with_format(BufReader::new(picture), image_format(header.format));
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| failed(header, error))?;
    Limit::DECODED.check(header, decoder.total_bytes().saturating_mul(copies(header.format)))?;
    Ok(decoder)
}

/// How often the picture is in memory while it is decoded: PNG's decoder alone
/// writes its rows straight to where they belong (measured on 64 Mpx of each).
const fn copies(format: PictureFormat) -> u64 {
    match format {
        PictureFormat::Png => 1,
        PictureFormat::Jpeg | PictureFormat::Gif | PictureFormat::WebP | PictureFormat::Tiff => 2,
    }
}

/// The channels, and the bytes of one sample.
fn layout(format: PictureFormat, color: ColorType) -> Result<(Channels, u8), ThumbError> {
    Ok(match color {
        ColorType::L8 => (Channels::Grey, 1),
        ColorType::La8 => (Channels::GreyAlpha, 1),
        ColorType::Rgb8 => (Channels::Rgb, 1),
        ColorType::Rgba8 => (Channels::Rgba, 1),
        ColorType::L16 => (Channels::Grey, 2),
        ColorType::La16 => (Channels::GreyAlpha, 2),
        ColorType::Rgb16 => (Channels::Rgb, 2),
        ColorType::Rgba16 => (Channels::Rgba, 2),
        _ => return Err(ThumbError::unsupported(format, format!("samples of {color:?}"))),
    })
}

const fn image_format(format: PictureFormat) -> ImageFormat {
    match format {
        PictureFormat::Jpeg => ImageFormat::Jpeg,
        PictureFormat::Png => ImageFormat::Png,
        PictureFormat::Gif => ImageFormat::Gif,
        PictureFormat::WebP => ImageFormat::WebP,
        PictureFormat::Tiff => ImageFormat::Tiff,
    }
}

fn failed(header: Header, error: ImageError) -> ThumbError {
    let Header { format, width, height } = header;
    match error {
        ImageError::IoError(error) => ThumbError::from_io(format, error),
        ImageError::Limits(_) => ThumbError::TooLarge { width, height, limit: Limit::DECODED },
        ImageError::Unsupported(what) => ThumbError::unsupported(format, what.to_string()),
        error => ThumbError::damaged(format, error),
    }
}
