//! One file of one photo: its size, its address, its format.

use crate::PhotoId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use url::Url;

/// Flickr's sizes, smallest first; the variant names carry the longest edge
/// in pixels. <https://www.flickr.com/services/api/misc.urls.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each name is the size")]
pub enum Size {
    Square75,
    Thumb100,
    Square150,
    Small240,
    Small320,
    Small400,
    Medium500,
    Medium640,
    Medium800,
    Large1024,
    Large1600,
    Large2048,
    Large3072,
    /// 2:1 photos only.
    Large4096Wide,
    Large4096,
    Large5120,
    Large6144,
    /// What was uploaded; the only size with the camera's own bytes.
    Original,
}

/// A text that names no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no size: original, or one of sq t q s n w m z c l h k 3k 4k 5k 6k f (or its longest edge, such as 1024)"
)]
pub struct ParseSizeError(String);

impl Size {
    /// Every size, smallest first.
    pub const ALL: [Self; 18] = [
        Self::Square75,
        Self::Thumb100,
        Self::Square150,
        Self::Small240,
        Self::Small320,
        Self::Small400,
        Self::Medium500,
        Self::Medium640,
        Self::Medium800,
        Self::Large1024,
        Self::Large1600,
        Self::Large2048,
        Self::Large3072,
        Self::Large4096Wide,
        Self::Large4096,
        Self::Large5120,
        Self::Large6144,
        Self::Original,
    ];

    /// The label in the API: `url_o`, `width_o`, `height_o` for the original.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Square75 => "sq",
            Self::Thumb100 => "t",
            Self::Square150 => "q",
            Self::Small240 => "s",
            Self::Small320 => "n",
            Self::Small400 => "w",
            Self::Medium500 => "m",
            Self::Medium640 => "z",
            Self::Medium800 => "c",
            Self::Large1024 => "l",
            Self::Large1600 => "h",
            Self::Large2048 => "k",
            Self::Large3072 => "3k",
            Self::Large4096Wide => "f",
            Self::Large4096 => "4k",
            Self::Large5120 => "5k",
            Self::Large6144 => "6k",
            Self::Original => "o",
        }
    }

    /// The longest edge that Flickr makes, in pixels; none for the original.
    pub const fn longest_edge(self) -> Option<u32> {
        Some(match self {
            Self::Square75 => 75,
            Self::Thumb100 => 100,
            Self::Square150 => 150,
            Self::Small240 => 240,
            Self::Small320 => 320,
            Self::Small400 => 400,
            Self::Medium500 => 500,
            Self::Medium640 => 640,
            Self::Medium800 => 800,
            Self::Large1024 => 1024,
            Self::Large1600 => 1600,
            Self::Large2048 => 2048,
            Self::Large3072 => 3072,
            Self::Large4096Wide | Self::Large4096 => 4096,
            Self::Large5120 => 5120,
            Self::Large6144 => 6144,
            Self::Original => return None,
        })
    }

    /// Whether Flickr cut the picture to a square for it.
    pub const fn is_cropped(self) -> bool {
        matches!(self, Self::Square75 | Self::Square150)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Original => "original",
            other => other.label(),
        })
    }
}

impl FromStr for Size {
    type Err = ParseSizeError;

    fn from_str(text: &str) -> Result<Self, ParseSizeError> {
        let wanted = text.to_ascii_lowercase();
        let named = |size: &Self| {
            size.to_string() == wanted
                || size.label() == wanted
                || (!size.is_cropped()
                    && size.longest_edge().is_some_and(|edge| edge.to_string() == wanted))
        };
        // From the largest down, so that 4096 is `4k`, not the 2:1 size.
        let found = Self::ALL.into_iter().rev().find(named);
        found.ok_or_else(|| ParseSizeError(text.chars().take(40).collect()))
    }
}

/// One file of one photo, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Which size it is.
    pub size: Size,
    /// Where it lies.
    pub url: Url,
    /// Width in pixels, where the listing said it.
    pub width: Option<u32>,
    /// Height in pixels, where the listing said it.
    pub height: Option<u32>,
}

impl Rendition {
    /// The longest edge in pixels: as listed, else as the size has it.
    pub fn longest_edge(&self) -> Option<u32> {
        self.width.max(self.height).or(self.size.longest_edge())
    }

    /// The shortest edge in pixels, where both are listed.
    pub fn shortest_edge(&self) -> Option<u32> {
        Some(self.width?.min(self.height?))
    }

    /// What the bytes are known by: the last part of the address, with the
    /// photo's secret in it. It changes when the owner replaces the picture,
    /// and not when Flickr moves it to another host.
    pub fn identity(&self) -> Identity {
        let name = self.url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or("");
        Identity::of(name)
    }

    /// The format that the address promises.
    pub fn format(&self) -> Option<Format> {
        let name = self.url.path_segments()?.next_back()?;
        Format::from_extension(name.rsplit_once('.')?.1)
    }
}

/// A 64-bit fingerprint (FNV-1a) of a rendition's name; compared with what
/// the catalogue remembers, never used where an enemy chooses both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity(pub u64);

impl Identity {
    /// The fingerprint of a text.
    pub fn of(text: &str) -> Self {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
    }

    /// The fingerprint of a whole listing, to notice that metadata changed.
    pub fn of_listing(id: PhotoId, listing: &str) -> Self {
        Self(Self::of(listing).0 ^ id.get())
    }
}

/// The kinds of picture that a photostream holds, told by their first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each name is the format")]
pub enum Format {
    Jpeg,
    Png,
    Gif,
    Webp,
    Tiff,
}

impl Format {
    /// Every format, the most frequent first.
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::Gif, Self::Webp, Self::Tiff];

    /// The format of a file by its first bytes (12 are enough). Flickr's own
    /// JPEGs may begin FF D8 FF ED, without a JFIF header.
    pub fn sniff(start: &[u8]) -> Option<Self> {
        match start {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            _ => None,
        }
    }

    /// The extension that files of the format get.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Tiff => "tif",
        }
    }

    /// The format of an extension, in either case.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" => Self::Jpeg,
            "png" => Self::Png,
            "gif" => Self::Gif,
            "webp" => Self::Webp,
            "tif" | "tiff" => Self::Tiff,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_parse_by_label_name_and_edge() {
        for size in Size::ALL {
            assert_eq!(size.to_string().parse(), Ok(size));
            assert_eq!(size.label().parse(), Ok(size));
        }
        assert_eq!("1024".parse(), Ok(Size::Large1024));
        assert_eq!("4096".parse(), Ok(Size::Large4096));
        assert_eq!("ORIGINAL".parse(), Ok(Size::Original));
        assert!("huge".parse::<Size>().is_err());
        assert!(Size::ALL.is_sorted());
    }

    #[test]
    fn identity_follows_the_picture_and_not_the_host() {
        let at = |url: &str| Rendition {
            size: Size::Original,
            url: url.parse().unwrap(),
            width: None,
            height: None,
        };
        let here = at("https://live.staticflickr.com/65535/53_abc_o.jpg");
        let moved = at("https://farm3.staticflickr.com/2822/53_abc_o.jpg");
        let replaced = at("https://live.staticflickr.com/65535/53_def_o.jpg");
        assert_eq!(here.identity(), moved.identity());
        assert_ne!(here.identity(), replaced.identity());
        assert_eq!(here.format(), Some(Format::Jpeg));
    }
}
