//! What a picture's colors mean, and the way from there to sRGB.
//!
//! Phones write Display P3, cameras Adobe RGB: taken for sRGB, their grey is wrong by
//! up to twenty levels. Most profiles are sRGB's own, though, and are found to be so by
//! their numbers; those cost nothing. A stream's pictures share a few profiles, so what
//! was found is kept. A profile that is broken, or of another kind of samples than the
//! picture has, is as none, as it is to browsers.

use std::fmt;
use std::sync::Arc;

use moxcms::{
    CmsError, ColorProfile, DataColorSpace, Layout, ParsingOptions, Transform8BitExecutor,
    TransformOptions,
};

use crate::decoded::Channels;
use crate::meaning::Meaning;

/// What a picture says of its colors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Nothing, or that they are sRGB's.
    #[default]
    None,
    /// That they are Adobe RGB (1998)'s, by a word in EXIF instead of a profile.
    AdobeRgb,
    /// An ICC profile, not looked into yet.
    Icc(Vec<u8>),
}

/// Profiles met before, and what became of them. Keep one per thread.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    /// The last used stands first.
    known: Vec<Known>,
}

/// The way from a profile's colors to sRGB's, of a small picture.
#[derive(Clone)]
pub(crate) enum Conversion {
    /// Of grey samples: a table.
    Grey(Arc<[u8; 256]>),
    /// From RGB to RGB.
    Rgb(Arc<Transform8BitExecutor>),
    /// From ink to RGB.
    Cmyk(Arc<Transform8BitExecutor>),
}

#[derive(Debug)]
struct Known {
    profile: Profile,
    samples: DataColorSpace,
    conversion: Option<Conversion>,
}

impl Profile {
    /// The largest profile looked at: those of presses have 3 MB, of cameras a few kB.
    pub(crate) const MOST_BYTES: usize = 4 << 20;

    /// A profile of these bytes; no bytes, or too many, are none.
    pub(crate) fn from_icc(icc: Option<Vec<u8>>) -> Self {
        match icc {
            Some(icc) if (1..=Self::MOST_BYTES).contains(&icc.len()) => Self::Icc(icc),
            _ => Self::None,
        }
    }
}

impl Profiles {
    /// Profiles kept: a stream has one or two, and one of a press is large.
    const KEPT: usize = 4;

    /// How the colors of `channels` come to be sRGB's, or `None` where they are as they
    /// stand: the profile is none, broken, or sRGB's own within what grey can show.
    pub(crate) fn conversion(
        &mut self,
        profile: &Profile,
        channels: Channels,
    ) -> Option<Conversion> {
        if *profile == Profile::None {
            return None;
        }
        let samples = color_space(channels);
        let met = |known: &Known| known.samples == samples && known.profile == *profile;
        let known = if let Some(idx) = self.known.iter().position(met) {
            self.known.remove(idx)
        } else {
            self.known.truncate(Self::KEPT - 1);
            let conversion = open(profile).ok().and_then(|open| find(&open, samples).ok()?);
            Known { profile: profile.clone(), samples, conversion }
        };
        let conversion = known.conversion.clone();
        self.known.insert(0, known);
        conversion
    }
}

impl Conversion {
    /// Does it need more than luma? Grey samples it takes from a table.
    pub(crate) fn needs_colour(&self) -> bool {
        !matches!(self, Self::Grey(_))
    }

    /// Converts samples of the channels that it was found for, without alpha, and
    /// tells what they are then: grey or RGB.
    pub(crate) fn apply(&self, samples: &mut Vec<u8>) -> Channels {
        match self {
            Self::Grey(table) => {
                for sample in samples {
                    *sample = table[usize::from(*sample)];
                }
                Channels::Grey
            }
            Self::Rgb(transform) => {
                *samples = run(&**transform, samples, 3);
                Channels::Rgb
            }
            Self::Cmyk(transform) => {
                *samples = run(&**transform, samples, 4);
                Channels::Rgb
            }
        }
    }
}

impl fmt::Debug for Conversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grey(_) => "Grey",
            Self::Rgb(_) => "Rgb",
            Self::Cmyk(_) => "Cmyk",
        })
    }
}

/// The transforms refuse only what is no whole number of pixels.
fn run(transform: &Transform8BitExecutor, samples: &[u8], channels: usize) -> Vec<u8> {
    let mut converted = vec![0; samples.len() / channels * 3];
    let whole = &samples[..samples.len() / channels * channels];
    if transform.transform(whole, &mut converted).is_err() {
        debug_assert!(false, "whole pixels on both sides");
    }
    converted
}

fn color_space(channels: Channels) -> DataColorSpace {
    match channels {
        Channels::Grey | Channels::GreyAlpha => DataColorSpace::Gray,
        Channels::Rgb | Channels::Rgba => DataColorSpace::Rgb,
        Channels::Cmyk => DataColorSpace::Cmyk,
    }
}

fn open(profile: &Profile) -> Result<ColorProfile, CmsError> {
    match profile {
        Profile::None => Ok(ColorProfile::new_srgb()),
        Profile::AdobeRgb => Ok(ColorProfile::new_adobe_rgb()),
        Profile::Icc(icc) => {
            let limits =
                ParsingOptions { max_allowed_clut_size: Profile::MOST_BYTES, ..Default::default() };
            ColorProfile::new_from_slice_with_options(icc, limits)
        }
    }
}

/// Perceptual, as everybody's default is, and by the curves rather than by the code
/// points that newer profiles name beside them: as Little CMS reads them.
fn options() -> TransformOptions {
    TransformOptions { allow_use_cicp_transfer: false, ..TransformOptions::default() }
}

/// The way from `profile` for a picture of `samples`, if one is needed.
fn find(profile: &ColorProfile, samples: DataColorSpace) -> Result<Option<Conversion>, CmsError> {
    let srgb = ColorProfile::new_srgb();
    let transform = |from| profile.create_transform_8bit(from, &srgb, Layout::Rgb, options());
    Ok(match (samples, profile.color_space) {
        // A profile of RGB on grey samples tells of red, green and blue that are all the same.
        (DataColorSpace::Gray, DataColorSpace::Gray | DataColorSpace::Rgb) => {
            let meaning = Meaning::of(profile)?;
            let differs = !meaning.is_srgb(greys());
            differs.then(|| Conversion::Grey(Arc::new(meaning.grey_table())))
        }
        (DataColorSpace::Rgb, DataColorSpace::Rgb) => {
            let is_srgb = Meaning::of(profile).is_ok_and(|meaning| meaning.is_srgb(colors()));
            if is_srgb { None } else { Some(Conversion::Rgb(transform(Layout::Rgb)?)) }
        }
        // Four samples a pixel, of whichever meaning, are called RGBA there.
        (DataColorSpace::Cmyk, DataColorSpace::Cmyk) => {
            Some(Conversion::Cmyk(transform(Layout::Rgba)?))
        }
        _ => None,
    })
}

fn greys() -> impl Iterator<Item = [u8; 3]> {
    (0..=255).map(|grey| [grey; 3])
}

fn colors() -> impl Iterator<Item = [u8; 3]> {
    const LEVELS: [u8; 6] = [0, 24, 64, 128, 192, 255];
    let pairs = LEVELS.into_iter().flat_map(|red| LEVELS.map(|green| (red, green)));
    pairs.flat_map(|(red, green)| LEVELS.map(|blue| [red, green, blue]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colors_that_matter_are_asked_for() {
        let mut profiles = Profiles::default();
        let icc = |profile: ColorProfile| Profile::from_icc(profile.encode().ok());
        let (p3, srgb) = (icc(ColorProfile::new_display_p3()), icc(ColorProfile::new_srgb()));
        let mut needs = |profile: &Profile, channels| {
            profiles.conversion(profile, channels).map(|conversion| conversion.needs_colour())
        };
        assert_eq!(needs(&p3, Channels::Rgb), Some(true));
        assert_eq!(needs(&Profile::AdobeRgb, Channels::Rgb), Some(true));
        assert_eq!(needs(&Profile::AdobeRgb, Channels::Grey), Some(false));
        assert_eq!(
            needs(&icc(ColorProfile::new_gray_with_gamma(1.8)), Channels::Grey),
            Some(false)
        );
        for nothing in [Profile::None, srgb, Profile::Icc(b"no profile".to_vec())] {
            assert_eq!(needs(&nothing, Channels::Rgb), None, "{nothing:?}");
        }
        assert_eq!(needs(&p3, Channels::Cmyk), None);
    }
}
