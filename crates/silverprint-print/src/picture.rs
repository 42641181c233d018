//! A thumbnail as paper takes it: a JPEG goes into a PDF as it is; everything else
//! is decoded.

use image::{DynamicImage, ImageReader, Limits};
use std::io::Cursor;

/// A thumbnail's sides are not longer.
const LONGEST_SIDE: u32 = 10_000;
/// Nor does it take more when it is decoded.
const MOST_BYTES: u64 = 64 << 20;

/// A thumbnail that can be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) tone: Tone,
    pub(crate) bytes: Bytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Grey,
    Color,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bytes {
    /// A whole file.
    Jpeg(Vec<u8>),
    /// A byte for each pixel, or three; rows from the top.
    Pixels(Vec<u8>),
}

impl Picture {
    /// For a PDF; none where the bytes are no picture that one can have.
    pub(crate) fn for_pdf(bytes: Vec<u8>) -> Option<Self> {
        match jpeg_header(&bytes) {
            Some((width, height, tone)) => {
                Some(Self { width, height, tone, bytes: Bytes::Jpeg(bytes) })
            }
            None => decoded(&bytes).map(Self::of),
        }
    }

    fn of(image: DynamicImage) -> Self {
        let (width, height) = (image.width(), image.height());
        let tone = if image.color().has_color() { Tone::Color } else { Tone::Grey };
        Self { width, height, tone, bytes: Bytes::Pixels(image.into_bytes()) }
    }
}

/// Decoded, to a byte for each pixel or three; none where it is damaged.
pub(crate) fn decoded(bytes: &[u8]) -> Option<DynamicImage> {
    let image = decode(bytes)?;
    let has_color = image.color().has_color();
    Some(if has_color { image.into_rgb8().into() } else { image.into_luma8().into() })
}

fn decode(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let image = reader.decode().ok()?;
    (image.width() > 0 && image.height() > 0).then_some(image)
}

/// Width, height and tone of a JPEG that every reader of PDF can decode: 8 bits,
/// Huffman codes, one component or three, from start to end marker.
fn jpeg_header(jpeg: &[u8]) -> Option<(u32, u32, Tone)> {
    if !jpeg.starts_with(&[0xff, 0xd8]) || !jpeg.ends_with(&[0xff, 0xd9]) {
        return None;
    }
    let mut at = 2;
    let mut found = None;
    loop {
        let marker = *jpeg.get(at + 1).filter(|_| jpeg[at] == 0xff)?;
        let length = usize::from(u16::from_be_bytes(jpeg.get(at + 2..at + 4)?.try_into().ok()?));
        let body = jpeg.get(at + 4..at + 2 + length)?;
        match marker {
            0xc0..=0xc2 => found = Some(frame_header(body)?),
            // Arithmetic codes, lossless and hierarchical frames.
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return None,
            0xda => return found,
            _ => {}
        }
        at += 2 + length;
    }
}

fn frame_header(body: &[u8]) -> Option<(u32, u32, Tone)> {
    let side =
        |at: usize| Some(u32::from(u16::from_be_bytes(body.get(at..at + 2)?.try_into().ok()?)));
    let (height, width) = (side(1)?, side(3)?);
    let tone = match body.get(5)? {
        1 => Tone::Grey,
        3 => Tone::Color,
        _ => return None,
    };
    let fits = |side: u32| (1..=LONGEST_SIDE).contains(&side);
    (body[0] == 8 && fits(width) && fits(height)).then_some((width, height, tone))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use image::{GrayImage, ImageFormat, RgbImage};
    use proptest::prelude::*;

    pub(crate) fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    pub(crate) fn grey(shade: u8) -> DynamicImage {
        GrayImage::from_fn(12, 8, |x, _| {
            image::Luma([shade.wrapping_add(u8::try_from(x).unwrap())])
        })
        .into()
    }

    #[test]
    fn a_jpeg_stays_as_it_is() {
        for (image, tone) in [
            (grey(7), Tone::Grey),
            (RgbImage::from_pixel(12, 8, image::Rgb([200, 30, 4])).into(), Tone::Color),
        ] {
            let jpeg = written(&image, ImageFormat::Jpeg);
            let picture = Picture::for_pdf(jpeg.clone()).unwrap();
            let expected = Picture { width: 12, height: 8, tone, bytes: Bytes::Jpeg(jpeg) };
            assert_eq!(picture, expected);
        }
    }

    #[test]
    fn other_pictures_are_decoded() {
        let png = Picture::for_pdf(written(&grey(7), ImageFormat::Png)).unwrap();
        assert_eq!((png.width, png.height, png.tone), (12, 8, Tone::Grey));
        assert!(matches!(&png.bytes, Bytes::Pixels(pixels) if pixels[..3] == [7, 8, 9]));
        let image = RgbImage::from_pixel(3, 2, image::Rgb([200, 30, 4])).into();
        let webp = Picture::for_pdf(written(&image, ImageFormat::WebP)).unwrap();
        assert!(matches!(&webp.bytes, Bytes::Pixels(pixels) if pixels[..4] == [200, 30, 4, 200]));
    }

    #[test]
    fn what_is_cut_or_none_is_no_picture() {
        let jpeg = written(&grey(7), ImageFormat::Jpeg);
        assert_eq!(jpeg_header(&jpeg[..jpeg.len() - 2]), None);
        assert_eq!(Picture::for_pdf(b"<html>".to_vec()), None);
        assert_eq!(Picture::for_pdf(Vec::new()), None);
        assert_eq!(Picture::for_pdf(vec![0xff, 0xd8, 0xff, 0xd9]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn bytes_of_any_kind_are_no_danger(mut bytes in any::<Vec<u8>>(), is_jpeg in any::<bool>()) {
            if is_jpeg {
                bytes.splice(0..0, [0xff, 0xd8, 0xff, 0xc0]);
                bytes.extend([0xff, 0xd9]);
            }
            let _ = Picture::for_pdf(bytes);
        }
    }
}
