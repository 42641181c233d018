//! A picture at its last size, on its way to grey, or to sRGB's colors.

use image::{DynamicImage, GrayImage, RgbImage};

use crate::decoded::Channels;
use crate::profile::Conversion;
use crate::{Tone, tone};

/// A picture at its last size: grey, RGB or ink.
#[derive(Debug)]
pub(crate) struct Small {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) channels: Channels,
    pub(crate) samples: Vec<u8>,
}

impl Small {
    /// A color picture from its planes, each as large as it.
    pub(crate) fn from_ycbcr(width: u32, height: u32, [y, cb, cr]: [&[u8]; 3]) -> Self {
        let chroma = cb.iter().zip(cr);
        let samples = y.iter().zip(chroma).flat_map(|(&y, (&cb, &cr))| tone::rgb([y, cb, cr]));
        Self { width, height, channels: Channels::Rgb, samples: samples.collect() }
    }

    /// Its colors made sRGB's, where `conversion` is given, and then its `tone`'s:
    /// grey, or RGB where that is wanted. `None` if it has fewer samples than pixels.
    pub(crate) fn finish(
        mut self,
        conversion: Option<&Conversion>,
        tone: Tone,
    ) -> Option<DynamicImage> {
        if let Some(conversion) = conversion {
            self.channels = conversion.apply(&mut self.samples);
        }
        let Self { width, height, .. } = self;
        if tone::reduce(&mut self.samples, self.channels, tone) == Channels::Rgb {
            RgbImage::from_raw(width, height, self.samples).map(DynamicImage::ImageRgb8)
        } else {
            GrayImage::from_raw(width, height, self.samples).map(DynamicImage::ImageLuma8)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_become_the_colors_that_jfif_means() {
        // Grey, libjpeg's red and blue, and what lies beyond every color.
        let planes: [&[u8]; 3] = [&[90, 76, 29, 255], &[128, 85, 255, 255], &[128, 255, 107, 0]];
        let small = Small::from_ycbcr(2, 2, planes);
        let colors = [90, 90, 90, 254, 0, 0, 0, 0, 254, 75, 255, 255];
        assert!(small.samples.iter().zip(colors).all(|(a, b)| a.abs_diff(b) <= 1), "{small:?}");
        let grey = small.finish(None, Tone::Grey).unwrap();
        assert_eq!(grey.as_bytes()[0], 90);
    }
}
