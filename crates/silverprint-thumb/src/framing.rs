//! Which part of a picture becomes which rectangle of pixels.

use image::metadata::Orientation;

use crate::{Fit, Header, ThumbnailSpec};

/// A part of the picture and the size it is brought to, both as stored: turning comes after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Framing {
    /// In pixels of the full picture; fractions are meant.
    pub(crate) crop: Crop,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// A part of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crop {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Framing {
    pub(crate) fn new(spec: &ThumbnailSpec, header: Header, orientation: Orientation) -> Self {
        // Centered crops and whole pictures look the same from all sides, so it is
        // enough to turn the frame instead of the picture.
        let (mut width, mut height) = (spec.width.get(), spec.height.get());
        if swaps_sides(orientation) {
            (width, height) = (height, width);
        }
        let whole = (f64::from(header.width), f64::from(header.height));
        match spec.fit {
            Fit::Stretch => Self { crop: Crop::center(whole, whole), width, height },
            Fit::Cover => {
                let (across, down) = (whole.0 / f64::from(width), whole.1 / f64::from(height));
                let part = if across > down {
                    (whole.1 * f64::from(width) / f64::from(height), whole.1)
                } else {
                    (whole.0, whole.0 * f64::from(height) / f64::from(width))
                };
                Self { crop: Crop::center(whole, part), width, height }
            }
            Fit::Contain => {
                let ratio = (f64::from(width) / whole.0).min(f64::from(height) / whole.1);
                Self {
                    crop: Crop::center(whole, whole),
                    width: rounded(whole.0 * ratio, width),
                    height: rounded(whole.1 * ratio, height),
                }
            }
        }
    }

    /// The smallest n for which the crop, decoded at n/8, still has 1.375 pixels for
    /// each of the thumbnail's. Sites' copies of 3:2 have 1.39 to 1.42 at some scale,
    /// and are 43 to 51 dB from the whole picture by it, as those of 4:3 with 1.6 are;
    /// with 1.07 or less it is 39 and fewer. Encoding at 85 alone costs more than
    /// that scale does: 36 to 45 dB.
    pub(crate) fn eighths(&self) -> u32 {
        const OVERSAMPLING: f64 = 1.375;
        let enough = |part: f64, n: u32, pixels: u32| {
            part * f64::from(n) / 8.0 >= OVERSAMPLING * f64::from(pixels)
        };
        [1, 2, 4]
            .into_iter()
            .find(|&n| {
                enough(self.crop.width, n, self.width) && enough(self.crop.height, n, self.height)
            })
            .unwrap_or(8)
    }
}

impl Crop {
    fn center((width, height): (f64, f64), (part_width, part_height): (f64, f64)) -> Self {
        Self {
            left: (width - part_width) / 2.0,
            top: (height - part_height) / 2.0,
            width: part_width,
            height: part_height,
        }
    }
}

/// Does turning it make rows of columns?
fn swaps_sides(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a side of the thumbnail first"
)]
fn rounded(side: f64, most: u32) -> u32 {
    side.round().clamp(1.0, f64::from(most)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dimensions, PictureFormat};

    fn framing(size: &str, fit: Fit, (width, height): (u32, u32), turned: u8) -> Framing {
        let Dimensions { width: w, height: h } = size.parse().unwrap();
        let spec = ThumbnailSpec { width: w, height: h, fit, ..ThumbnailSpec::default() };
        let header = Header { format: PictureFormat::Jpeg, width, height };
        Framing::new(&spec, header, Orientation::from_exif(turned).unwrap())
    }

    fn check(framed: Framing, crop: [f64; 4], size: (u32, u32)) {
        let [left, top, width, height] = crop;
        assert_eq!(framed.crop, Crop { left, top, width, height });
        assert_eq!((framed.width, framed.height), size);
    }

    #[test]
    fn cover_takes_the_center() {
        check(framing("120x120", Fit::Cover, (400, 300), 1), [50., 0., 300., 300.], (120, 120));
        check(framing("120x120", Fit::Cover, (300, 401), 1), [0., 50.5, 300., 300.], (120, 120));
        check(framing("60x30", Fit::Cover, (100, 100), 1), [0., 25., 100., 50.], (60, 30));
    }

    #[test]
    fn a_turned_picture_is_framed_as_it_will_be_seen() {
        check(framing("60x30", Fit::Cover, (100, 100), 6), [25., 0., 50., 100.], (30, 60));
        check(framing("60x30", Fit::Contain, (100, 200), 6), [0., 0., 100., 200.], (30, 60));
    }

    #[test]
    fn contain_keeps_the_whole_picture_and_at_least_a_pixel() {
        check(framing("120x120", Fit::Contain, (400, 300), 1), [0., 0., 400., 300.], (120, 90));
        check(framing("120x120", Fit::Contain, (1, 5000), 1), [0., 0., 1., 5000.], (1, 120));
    }

    #[test]
    fn the_scale_leaves_more_than_a_third_as_many_pixels_again() {
        assert_eq!(framing("120x120", Fit::Cover, (4000, 3000), 1).eighths(), 1);
        assert_eq!(framing("120x120", Fit::Cover, (1320, 9000), 1).eighths(), 1);
        assert_eq!(framing("120x120", Fit::Cover, (1319, 9000), 1).eighths(), 2);
        assert_eq!(framing("120x120", Fit::Cover, (2048, 1365), 1).eighths(), 1);
        assert_eq!(framing("120x120", Fit::Cover, (683, 1024), 1).eighths(), 2);
        assert_eq!(framing("120x120", Fit::Cover, (500, 333), 1).eighths(), 4);
        assert_eq!(framing("120x120", Fit::Cover, (500, 375), 1).eighths(), 4);
        assert_eq!(framing("120x120", Fit::Cover, (5000, 1), 1).eighths(), 8);
        assert_eq!(framing("120x120", Fit::Contain, (10_000, 500), 1).eighths(), 1);
    }
}
