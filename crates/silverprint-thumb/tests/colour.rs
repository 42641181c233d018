//! Colour profiles: those that matter are applied, and those that do not change nothing.
//! How exactly they are applied, `pillow.rs` judges.

mod pictures;

use std::io::Cursor;

use image::{DynamicImage, GrayImage, Rgb};
use jpeg_encoder::ColorType;
use pictures::profiles::{self, patches};
use proptest::prelude::*;
use silverprint_thumb::Thumbnailer;

const GREY: &str = "256x128 stretch grey png";
const COLOUR: &str = "256x128 stretch colour png";

fn thumbnail(spec: &str, picture: &[u8]) -> DynamicImage {
    let mut thumbnailer = Thumbnailer::new(spec.parse().unwrap());
    let thumbnail = thumbnailer.thumbnail(Cursor::new(picture)).unwrap();
    image::load_from_memory(&thumbnail.bytes).unwrap()
}

/// The picture in every format, with this profile.
fn every_format(picture: &DynamicImage, icc: &[u8]) -> [Vec<u8>; 4] {
    let grey = picture.color().channel_count() == 1;
    let color = if grey { ColorType::Luma } else { ColorType::Rgb };
    let size = (picture.width(), picture.height());
    [
        profiles::jpeg(picture.as_bytes(), size, color, icc),
        profiles::png(picture, icc),
        profiles::webp(picture, icc),
        profiles::tiff(picture, icc),
    ]
}

fn most_apart(one: &DynamicImage, other: &DynamicImage) -> u8 {
    let pairs = one.as_bytes().iter().zip(other.as_bytes());
    pairs.map(|(one, other)| one.abs_diff(*other)).max().unwrap()
}

fn luma([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    u8::try_from((sum + 500) / 1000).unwrap()
}

#[test]
fn srgb_by_its_numbers_changes_nothing() {
    let picture = DynamicImage::from(patches());
    // The same numbers from elsewhere: by another name, and without the code points.
    let mut renamed = moxcms::ColorProfile::new_srgb();
    renamed.description = None;
    renamed.cicp = None;
    for icc in [profiles::srgb(), renamed.encode().unwrap()] {
        for spec in [GREY, COLOUR] {
            for picture in [&picture, &picture.to_luma8().into()] {
                let with = every_format(picture, &icc);
                for (with, without) in with.iter().zip(every_format(picture, b"")) {
                    assert!(most_apart(&thumbnail(spec, with), &thumbnail(spec, &without)) == 0);
                }
            }
        }
    }
}

#[test]
fn a_profile_that_matters_is_applied_in_every_format() {
    let picture = DynamicImage::from(patches());
    for (name, icc) in profiles::rgb() {
        let plain = thumbnail(GREY, &profiles::png(&picture, b""));
        let made = every_format(&picture, &icc).map(|picture| thumbnail(GREY, &picture));
        for (idx, other) in made.iter().enumerate() {
            let (changed, apart) = (most_apart(&plain, other), most_apart(&made[1], other));
            // JPEG's own rounding, of which saturated colors make more.
            let most = if idx == 0 { 6 } else { 0 };
            assert!(changed > 5 && apart <= most, "{name}, {idx}: {changed} {apart}");
        }
        let colored = thumbnail(COLOUR, &profiles::png(&picture, &icc));
        let grey = colored.into_rgb8().pixels().map(|Rgb([r, g, b])| luma([*r, *g, *b])).collect();
        let grey = GrayImage::from_raw(256, 128, grey).unwrap();
        assert!(most_apart(&grey.into(), &made[1]) <= 1, "{name}");
    }
}

#[test]
fn a_grey_profile_is_a_curve_for_grey_and_nothing_for_colors() {
    let grey = DynamicImage::from(patches()).to_luma8().into();
    let darker = profiles::grey(2.8);
    let plain = thumbnail(GREY, &profiles::png(&grey, b""));
    let [jpeg, png, _webp_has_no_grey, tiff] = every_format(&grey, &darker);
    // JPEG's own rounding comes first; the others round once.
    for (picture, most) in [(jpeg, 4.0), (png, 0.6), (tiff, 0.6)] {
        let made = thumbnail(GREY, &picture).into_luma8();
        for (before, after) in plain.to_luma8().pixels().zip(made.pixels()) {
            let meant = (f64::from(before.0[0]) / 255.0).powf(2.8);
            let srgb = if meant <= 0.003_130_8 {
                255.0 * 12.92 * meant
            } else {
                255.0 * (1.055 * meant.powf(1.0 / 2.4) - 0.055)
            };
            let off = (srgb - f64::from(after.0[0])).abs();
            assert!(off < most, "{before:?} became {after:?}, off by {off}");
        }
    }
    let picture = DynamicImage::from(patches());
    let with = thumbnail(GREY, &profiles::png(&picture, &darker));
    assert!(most_apart(&with, &thumbnail(GREY, &profiles::png(&picture, b""))) == 0);
}

#[test]
fn white_paper_stays_white() {
    let picture = pictures::with_holes(256, 128);
    for (name, icc) in profiles::rgb() {
        for picture in [profiles::png(&picture, &icc), profiles::webp(&picture, &icc)] {
            let made = thumbnail(GREY, &picture).into_luma8();
            assert_eq!(made.get_pixel(5, 5).0, [255], "{name}");
        }
    }
}

#[test]
fn what_exif_calls_adobe_rgb_is_it() {
    let picture = patches();
    let (_, adobe) = &profiles::rgb()[1];
    let plain = profiles::jpeg(&picture, (256, 128), ColorType::Rgb, b"");
    let profiled = profiles::jpeg(&picture, (256, 128), ColorType::Rgb, adobe);
    let called = |jpeg: &[u8]| {
        let exif = pictures::exif_of_adobe_rgb();
        let len = u16::try_from(exif.len() + 8).unwrap().to_be_bytes();
        [&jpeg[..2], b"\xFF\xE1", &len, b"Exif\0\0", &exif, &jpeg[2..]].concat()
    };
    assert!(most_apart(&thumbnail(GREY, &called(&plain)), &thumbnail(GREY, &profiled)) == 0);
    // A profile knows better.
    let srgb = profiles::jpeg(&picture, (256, 128), ColorType::Rgb, &profiles::srgb());
    assert!(most_apart(&thumbnail(GREY, &called(&srgb)), &thumbnail(GREY, &plain)) == 0);
}

#[test]
fn pictures_of_many_profiles_in_turn_keep_their_own() {
    let picture = DynamicImage::from(patches());
    let mut icc = profiles::rgb();
    icc.extend([("srgb", profiles::srgb()), ("grey", profiles::grey(1.8)), ("none", vec![1])]);
    let mut thumbnailer = Thumbnailer::new(GREY.parse().unwrap());
    let mut make = |icc: &[u8]| {
        thumbnailer.thumbnail(Cursor::new(profiles::png(&picture, icc))).unwrap().bytes
    };
    let first: Vec<_> = icc.iter().map(|(_, icc)| make(icc)).collect();
    for (idx, (name, icc)) in icc.iter().enumerate().rev() {
        assert!(first[idx] == make(icc), "{name}");
    }
}

#[test]
fn a_profile_in_many_pieces_is_read() {
    // A tag that nobody knows makes it long: 1.5 times what a segment holds.
    let (_, mut icc) = profiles::rgb().swap_remove(0);
    icc.resize(100_000, 0);
    let len = u32::try_from(icc.len()).unwrap();
    icc[..4].copy_from_slice(&len.to_be_bytes());
    let picture = patches();
    let whole = profiles::jpeg(&picture, (256, 128), ColorType::Rgb, &icc);
    let short = profiles::jpeg(&picture, (256, 128), ColorType::Rgb, &profiles::rgb()[0].1);
    assert!(most_apart(&thumbnail(GREY, &whole), &thumbnail(GREY, &short)) == 0);
    // Without its second piece it is as none.
    let at = whole.windows(14).position(|bytes| bytes == b"ICC_PROFILE\0\x02\x02").unwrap();
    let mut lacking = whole;
    lacking[at] = b'_';
    let plain = profiles::jpeg(&picture, (256, 128), ColorType::Rgb, b"");
    assert!(most_apart(&thumbnail(GREY, &lacking), &thumbnail(GREY, &plain)) == 0);
}

proptest! {
    #[test]
    fn changed_profiles_are_read_without_panic(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        len in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut icc: Vec<Vec<u8>> = profiles::rgb().into_iter().map(|(_, icc)| icc).collect();
        icc.extend([profiles::srgb(), profiles::grey(2.2), profiles::press()]);
        let mut icc = icc.swap_remove(which.index(icc.len()));
        // What a profile says of itself stands in its head and the list of its tags.
        let head = icc.len().min(400);
        for (at, byte) in changes {
            icc[at.index(head)] = byte;
        }
        if let Some(len) = len {
            icc.truncate(len.index(icc.len()) + 1);
        }
        let mut thumbnailer = Thumbnailer::new("8x8 stretch grey png".parse().unwrap());
        let grey = DynamicImage::from(GrayImage::new(9, 9));
        let rgb = DynamicImage::from(image::RgbImage::new(9, 9));
        for picture in [profiles::png(&grey, &icc), profiles::png(&rgb, &icc)] {
            prop_assert!(thumbnailer.thumbnail(Cursor::new(picture)).is_ok());
        }
        let ink = profiles::jpeg(&[7; 81 * 4], (9, 9), ColorType::Cmyk, &icc);
        prop_assert!(thumbnailer.thumbnail(Cursor::new(ink)).is_ok());
    }
}
