//! What a thumbnail looks like, and the one line of text that says so.
//!
//! The line is stored beside a thumbnail and compared later, so it must not
//! change: `120x120 cover grey jpg`.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// The recipe of a thumbnail. Its text, such as `120x120 cover grey jpg`, is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThumbnailSpec {
    /// Width of the thumbnail in pixels: exactly this.
    pub width: NonZeroU32,
    /// Height of the thumbnail in pixels: exactly this.
    pub height: NonZeroU32,
    /// How a picture of another shape is brought into this one.
    pub fit: Fit,
    /// Which colors are left.
    pub tone: Tone,
    /// The format it is written in.
    pub encoding: Encoding,
}

/// How a picture of one shape becomes a thumbnail of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fit {
    /// The largest centered part of the picture that has the thumbnail's shape.
    #[default]
    Cover,
    /// The whole picture, centered on white paper.
    Contain,
    /// The whole picture, squeezed into the thumbnail's shape.
    Stretch,
}

/// Which colors a thumbnail has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// 8-bit grey: the luma of ITU-R BT.601, as Pillow's `convert("L")` computes it.
    #[default]
    Grey,
    /// Black and white only, with Floyd–Steinberg's dots, as Pillow's `convert("1")` sets them.
    Bilevel,
    /// As the picture is: 8-bit RGB, or grey where the picture itself is.
    Colour,
}

/// The format a thumbnail is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// JPEG, quality 85.
    #[default]
    Jpg,
    /// PNG, 8 bits a sample.
    Png,
    /// WebP, lossless.
    Webp,
}

/// Width and height, written as in `120x120`; each side from 1 to [`Dimensions::MAX_SIDE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dimensions {
    /// Pixels across.
    pub width: NonZeroU32,
    /// Pixels down.
    pub height: NonZeroU32,
}

/// A text that is no [`ThumbnailSpec`], or no part of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {expected}")]
pub struct SpecError {
    /// The text as it was given.
    pub text: String,
    /// What it should have been.
    pub expected: &'static str,
}

impl ThumbnailSpec {
    /// Reads a size such as `120x120`.
    pub fn parse_size(text: &str) -> Result<Dimensions, SpecError> {
        text.parse()
    }
}

impl Dimensions {
    /// The longest side a thumbnail may have: past it, it is none.
    pub const MAX_SIDE: u32 = 4096;
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 3] = [Self::Jpg, Self::Png, Self::Webp];

    /// The extension of a file in this encoding, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

impl Default for ThumbnailSpec {
    /// 120x120 cover grey jpg.
    fn default() -> Self {
        const SIDE: NonZeroU32 = NonZeroU32::new(120).unwrap();
        Self {
            width: SIDE,
            height: SIDE,
            fit: Fit::default(),
            tone: Tone::default(),
            encoding: Encoding::default(),
        }
    }
}

impl fmt::Display for ThumbnailSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height, fit, tone, encoding } = self;
        write!(f, "{width}x{height} {fit} {tone} {encoding}")
    }
}

impl FromStr for ThumbnailSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let parts: Vec<&str> = text.split(' ').collect();
        let [size, fit, tone, encoding] = parts[..] else {
            return Err(SpecError {
                text: text.to_owned(),
                expected: "thumbnail such as \"120x120 cover grey jpg\"",
            });
        };
        let Dimensions { width, height } = size.parse()?;
        let (fit, tone, encoding) = (fit.parse()?, tone.parse()?, encoding.parse()?);
        Ok(Self { width, height, fit, tone, encoding })
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for Dimensions {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let error = || SpecError {
            text: text.to_owned(),
            expected: "size such as 120x120, each side from 1 to 4096",
        };
        let side = |side: &str| {
            // `u32` would also take a leading plus.
            let digits = side.bytes().all(|byte| byte.is_ascii_digit());
            let side: NonZeroU32 = side.parse().ok().filter(|_| digits)?;
            (side.get() <= Self::MAX_SIDE).then_some(side)
        };
        let (width, height) = text.split_once('x').ok_or_else(error)?;
        let (width, height) = side(width).zip(side(height)).ok_or_else(error)?;
        Ok(Self { width, height })
    }
}

/// Text and back for an enum whose variants are words.
macro_rules! words {
    ($name:ident, $expected:literal, $($variant:ident = $word:literal),+) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word),+ })
            }
        }

        impl FromStr for $name {
            type Err = SpecError;

            fn from_str(text: &str) -> Result<Self, SpecError> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(SpecError { text: text.to_owned(), expected: $expected }),
                }
            }
        }
    };
}

words!(
    Fit,
    "fit: cover, contain or stretch",
    Cover = "cover",
    Contain = "contain",
    Stretch = "stretch"
);
words!(
    Tone,
    "tone: grey, bilevel or colour",
    Grey = "grey",
    Bilevel = "bilevel",
    Colour = "colour"
);
words!(Encoding, "thumbnail format: jpg, png or webp", Jpg = "jpg", Png = "png", Webp = "webp");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_default_is_the_line_that_is_stored() {
        assert_eq!(ThumbnailSpec::default().to_string(), "120x120 cover grey jpg");
    }

    #[test]
    fn sizes_out_of_range_are_refused() {
        for text in
            ["", "x", "120", "0x120", "120x0", "120x4097", "+120x120", "120X120", "1x2x3", " 1x2"]
        {
            assert!(text.parse::<Dimensions>().is_err(), "{text}");
        }
        assert_eq!("4096x1".parse::<Dimensions>().unwrap().to_string(), "4096x1");
    }

    #[test]
    fn specs_with_words_missing_or_unknown_are_refused() {
        for text in [
            "",
            "120x120",
            "120x120 cover grey",
            "120x120 cover gray jpg",
            "120x120 cover grey jpg ",
        ] {
            assert!(text.parse::<ThumbnailSpec>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_spec_survives_its_text(
            width in 1..=Dimensions::MAX_SIDE,
            height in 1..=Dimensions::MAX_SIDE,
            fit in prop::sample::select(vec![Fit::Cover, Fit::Contain, Fit::Stretch]),
            tone in prop::sample::select(vec![Tone::Grey, Tone::Bilevel, Tone::Colour]),
            encoding in prop::sample::select(vec![Encoding::Jpg, Encoding::Png, Encoding::Webp]),
        ) {
            let spec = ThumbnailSpec {
                width: width.try_into().unwrap(),
                height: height.try_into().unwrap(),
                fit, tone, encoding,
            };
            prop_assert_eq!(spec.to_string().parse::<ThumbnailSpec>(), Ok(spec));
        }

        #[test]
        fn any_text_is_parsed_or_refused(text in ".{0,40}") {
            let _ = text.parse::<ThumbnailSpec>();
            let _ = ThumbnailSpec::parse_size(&text);
        }
    }
}
