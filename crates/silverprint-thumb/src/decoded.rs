//! A picture's samples between decoder and resizer.

use image::metadata::Orientation;

use crate::Header;
use crate::profile::Profile;

/// A decoded picture, 8 bits a sample, rows without padding.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) header: Header,
    pub(crate) samples: Vec<u8>,
    pub(crate) channels: Channels,
    /// Columns in `samples`: fewer than the header's where decoding scaled.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The scale it was decoded at. The last column and row of a scaled picture may
    /// reach past its edge, so the size alone does not tell it.
    pub(crate) scale: f64,
    /// How to turn it for people.
    pub(crate) orientation: Orientation,
    /// What its colors mean.
    pub(crate) profile: Profile,
}

/// What the samples of one pixel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Ink, so that 0 is paper.
    Cmyk,
}

impl Decoded {
    /// Lays the samples of each channel together, in the memory that they have, and gives
    /// the planes. `None` if there are fewer than the size says.
    pub(crate) fn split(&mut self) -> Option<impl Iterator<Item = &[u8]>> {
        let (width, rows) = (self.width as usize, self.height as usize);
        let channels = self.channels.count();
        let samples = self.samples.get_mut(..width * rows * channels)?;
        if channels > 1 && !samples.is_empty() {
            split_rows(samples, width, channels);
            gather_pieces(samples, width, channels);
        }
        Some(samples.chunks_exact((width * rows).max(1)))
    }
}

#[cfg(test)]
impl Decoded {
    /// A picture that lies as it is shown, and means what sRGB does.
    pub(crate) fn bare((width, height): (u32, u32), channels: Channels, samples: Vec<u8>) -> Self {
        Self {
            header: Header { format: crate::PictureFormat::Png, width, height },
            samples,
            channels,
            width,
            height,
            scale: 1.0,
            orientation: Orientation::NoTransforms,
            profile: Profile::None,
        }
    }
}

/// Of every row for itself: first all of its first channel, then all of its second.
fn split_rows(samples: &mut [u8], width: usize, channels: usize) {
    let mut split = vec![0; width * channels];
    for row in samples.chunks_exact_mut(width * channels) {
        for (channel, piece) in split.chunks_exact_mut(width).enumerate() {
            let of_channel = row.iter().skip(channel).step_by(channels);
            piece.iter_mut().zip(of_channel).for_each(|(to, from)| *to = *from);
        }
        row.copy_from_slice(&split);
    }
}

/// Brings the pieces of split rows together, those of a channel in one plane. Each piece
/// goes to its place and pushes out the one that lay there, until one comes to where
/// the first was taken from: a large picture is in memory once.
fn gather_pieces(samples: &mut [u8], width: usize, channels: usize) {
    let n_pieces = samples.len() / width;
    let rows = n_pieces / channels;
    let place = |piece: usize| piece % channels * rows + piece / channels;
    let mut is_there = vec![false; n_pieces];
    let mut held = vec![0; width];
    for start in 0..n_pieces {
        let mut at = start;
        while !is_there[at] {
            is_there[at] = true;
            if at == start {
                held.copy_from_slice(&samples[at * width..][..width]);
            }
            at = place(at);
            held.swap_with_slice(&mut samples[at * width..][..width]);
        }
    }
}

impl Channels {
    /// Samples of one pixel.
    pub(crate) const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }
}

/// What to do with a picture that is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// It is an error.
    Strict,
    /// Show what there is.
    Lenient,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_planes_are_the_channels(
            (width, height) in (1..20_u32, 1..20_u32),
            channels in prop::sample::select(vec![Channels::Grey, Channels::Rgb, Channels::Cmyk]),
            more in 0..3_usize,
        ) {
            let (n_pixels, n) = ((width * height) as usize, channels.count());
            let sample = |idx| u8::try_from(idx * 7 % 251).unwrap();
            let samples: Vec<u8> = (0..n_pixels * n + more).map(sample).collect();
            let mut decoded = Decoded::bare((width, height), channels, samples.clone());
            let planes: Vec<Vec<u8>> = decoded.split().unwrap().map(<[u8]>::to_vec).collect();
            prop_assert_eq!(planes.len(), n);
            for (channel, plane) in planes.iter().enumerate() {
                let of_channel = samples[..n_pixels * n].iter().skip(channel).step_by(n);
                prop_assert!(plane.iter().eq(of_channel));
            }
            decoded.samples.truncate(n_pixels * n - 1);
            prop_assert!(decoded.split().is_none());
        }
    }
}
