//! Writes a finished thumbnail in its format.

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageEncoder};
use jpeg_encoder::{ColorType, Encoder};

use crate::error::Cause;
use crate::{Encoding, ThumbError, grey_jpeg};

const JPEG_QUALITY: u8 = 85;

pub(crate) fn encode(thumbnail: &DynamicImage, encoding: Encoding) -> Result<Vec<u8>, ThumbError> {
    let mut bytes = Vec::new();
    let written = match encoding {
        Encoding::Jpg => jpeg(thumbnail, &mut bytes),
        Encoding::Png => write(thumbnail, PngEncoder::new(Cursor::new(&mut bytes))),
        Encoding::Webp => write(thumbnail, WebPEncoder::new_lossless(Cursor::new(&mut bytes))),
    };
    written.map_err(|cause| ThumbError::Encode { encoding, cause })?;
    Ok(bytes)
}

/// Grey by our own encoder, which is faster; colors are asked for rarely.
fn jpeg(thumbnail: &DynamicImage, bytes: &mut Vec<u8>) -> Result<(), Cause> {
    let (width, height) = (thumbnail.width().try_into()?, thumbnail.height().try_into()?);
    let samples = thumbnail.as_bytes();
    if thumbnail.color().has_color() {
        Encoder::new(bytes, JPEG_QUALITY).encode(samples, width, height, ColorType::Rgb)?;
    } else {
        *bytes = grey_jpeg::encode(samples, width, height, JPEG_QUALITY);
    }
    Ok(())
}

fn write(thumbnail: &DynamicImage, encoder: impl ImageEncoder) -> Result<(), Cause> {
    Ok(thumbnail.write_with_encoder(encoder)?)
}
