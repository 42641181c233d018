//! The sizes Flickr makes of a photo: their labels, URL suffixes and dimensions.

use std::fmt;
use std::str::FromStr;

/// A rendition's label, as the API's `url_…` extras name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named by its label and its longest edge in LABELS")]
pub enum Label {
    Sq,
    T,
    Q,
    S,
    N,
    W,
    M,
    Z,
    C,
    L,
    H,
    K,
    K3,
    K4,
    F,
    K5,
    K6,
    O,
}

/// What is fixed about a label.
struct Spec {
    label: Label,
    name: &'static str,
    /// The suffix in the file's name; empty for none.
    suffix: &'static str,
    edge: u32,
    /// What `flickr.photos.getSizes` calls it.
    title: &'static str,
}

const fn spec(
    label: Label,
    name: &'static str,
    suffix: &'static str,
    edge: u32,
    title: &'static str,
) -> Spec {
    Spec { label, name, suffix, edge, title }
}

const SPECS: [Spec; 18] = [
    spec(Label::Sq, "sq", "s", 75, "Square"),
    spec(Label::T, "t", "t", 100, "Thumbnail"),
    spec(Label::Q, "q", "q", 150, "Large Square"),
    spec(Label::S, "s", "m", 240, "Small"),
    spec(Label::N, "n", "n", 320, "Small 320"),
    spec(Label::W, "w", "w", 400, "Small 400"),
    spec(Label::M, "m", "", 500, "Medium"),
    spec(Label::Z, "z", "z", 640, "Medium 640"),
    spec(Label::C, "c", "c", 800, "Medium 800"),
    spec(Label::L, "l", "b", 1024, "Large"),
    spec(Label::H, "h", "h", 1600, "Large 1600"),
    spec(Label::K, "k", "k", 2048, "Large 2048"),
    spec(Label::K3, "3k", "3k", 3072, "X-Large 3K"),
    spec(Label::K4, "4k", "4k", 4096, "X-Large 4K"),
    spec(Label::F, "f", "f", 4096, "X-Large 4K (2:1)"),
    spec(Label::K5, "5k", "5k", 5120, "X-Large 5K"),
    spec(Label::K6, "6k", "6k", 6144, "X-Large 6K"),
    spec(Label::O, "o", "o", 0, "Original"),
];

/// The extras that ask for a rendition, in the order of [`Label::ALL`].
const EXTRAS: [&str; 18] = [
    "url_sq", "url_t", "url_q", "url_s", "url_n", "url_w", "url_m", "url_z", "url_c", "url_l",
    "url_h", "url_k", "url_3k", "url_4k", "url_f", "url_5k", "url_6k", "url_o",
];

const HEIGHTS: [&str; 18] = [
    "height_sq",
    "height_t",
    "height_q",
    "height_s",
    "height_n",
    "height_w",
    "height_m",
    "height_z",
    "height_c",
    "height_l",
    "height_h",
    "height_k",
    "height_3k",
    "height_4k",
    "height_f",
    "height_5k",
    "height_6k",
    "height_o",
];

const WIDTHS: [&str; 18] = [
    "width_sq", "width_t", "width_q", "width_s", "width_n", "width_w", "width_m", "width_z",
    "width_c", "width_l", "width_h", "width_k", "width_3k", "width_4k", "width_f", "width_5k",
    "width_6k", "width_o",
];

impl Label {
    /// Every label, the smallest first, the original last.
    pub const ALL: [Label; 18] = [
        Self::Sq,
        Self::T,
        Self::Q,
        Self::S,
        Self::N,
        Self::W,
        Self::M,
        Self::Z,
        Self::C,
        Self::L,
        Self::H,
        Self::K,
        Self::K3,
        Self::K4,
        Self::F,
        Self::K5,
        Self::K6,
        Self::O,
    ];

    fn spec(self) -> &'static Spec {
        &SPECS[self as usize]
    }

    /// The label as the API writes it: `sq`, `3k`, `o`.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// What `flickr.photos.getSizes` calls it.
    pub(crate) fn title(self) -> &'static str {
        self.spec().title
    }

    /// The extra that asks for it: `url_sq`.
    pub(crate) fn extra(self) -> &'static str {
        EXTRAS[self as usize]
    }

    /// The field with its height: `height_sq`.
    pub(crate) fn height(self) -> &'static str {
        HEIGHTS[self as usize]
    }

    /// The field with its width: `width_sq`.
    pub(crate) fn width(self) -> &'static str {
        WIDTHS[self as usize]
    }

    /// Its longest edge in pixels.
    pub(crate) fn edge(self) -> u32 {
        self.spec().edge
    }

    /// The suffix in a picture's file name; empty for the medium size.
    pub(crate) fn suffix(self) -> &'static str {
        self.spec().suffix
    }

    /// The label that a file name's suffix stands for.
    pub(crate) fn from_suffix(suffix: &str) -> Option<Self> {
        SPECS.iter().find(|spec| spec.suffix == suffix).map(|spec| spec.label)
    }

    /// True for the sizes cut to a square.
    pub(crate) fn is_square(self) -> bool {
        matches!(self, Self::Sq | Self::Q)
    }

    /// True for the sizes whose secret is their own, so that their URL can't be guessed.
    pub(crate) fn has_own_secret(self) -> bool {
        self >= Self::H
    }

    /// The dimensions of this rendition of an upright original; `None` where Flickr makes none.
    pub(crate) fn dimensions(self, width: u32, height: u32) -> Option<(u32, u32)> {
        let (edge, longest) = (self.spec().edge, width.max(height));
        if self == Self::O {
            return Some((width, height));
        }
        let panorama = longest >= 2 * width.min(height);
        if edge >= longest || (self == Self::F && !panorama) {
            return None;
        }
        if self.is_square() {
            return Some((edge, edge));
        }
        let scaled = |side: u32| ((side * edge + longest / 2) / longest).max(1);
        Some((scaled(width), scaled(height)))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no rendition label; labels are sq t q s n w m z c l h k 3k 4k f 5k 6k o")]
pub struct UnknownLabel(String);

impl FromStr for Label {
    type Err = UnknownLabel;

    fn from_str(name: &str) -> Result<Self, UnknownLabel> {
        Self::ALL
            .into_iter()
            .find(|label| label.name() == name)
            .ok_or_else(|| UnknownLabel(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_match_their_place_in_the_table() {
        for (position, label) in Label::ALL.into_iter().enumerate() {
            assert_eq!(label as usize, position);
            assert_eq!(SPECS[position].label, label);
            assert_eq!(label.extra().strip_prefix("url_"), Some(label.name()));
            assert_eq!(Label::from_suffix(label.suffix()), Some(label));
            assert_eq!(label.name().parse(), Ok(label));
        }
        assert!("x".parse::<Label>().is_err());
    }

    #[test]
    fn only_sizes_smaller_than_the_original_are_made() {
        assert_eq!(Label::M.dimensions(800, 600), Some((500, 375)));
        assert_eq!(Label::C.dimensions(800, 600), None);
        assert_eq!(Label::Sq.dimensions(800, 600), Some((75, 75)));
        assert_eq!(Label::O.dimensions(800, 600), Some((800, 600)));
        assert_eq!(Label::F.dimensions(6000, 4000), None);
        assert_eq!(Label::F.dimensions(6000, 3000), Some((4096, 2048)));
    }
}
