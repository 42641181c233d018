//! What comes out of every kind of picture: its size, its tone, the right way up;
//! and the errors of what is cut, unsupported or too large.

mod pictures;

use std::io::Cursor;

use image::{DynamicImage, Rgb, RgbImage};
use jpeg_encoder::ColorType;
use pictures::{BASELINE, Jpeg, PROGRESSIVE, photo, photo_jpeg, with_holes};
use silverprint_thumb::{
    Header, Limit, PictureFormat, ThumbError, Thumbnail, ThumbnailSpec, Thumbnailer, batch,
    ends_whole, read_header,
};

const LOSSY_WEBP: &[u8] = include_bytes!("data/lossy.webp");

fn thumbnail(spec: &str, picture: &[u8]) -> Result<DynamicImage, ThumbError> {
    let thumbnail = Thumbnailer::new(spec.parse().unwrap()).thumbnail(Cursor::new(picture))?;
    Ok(image::load_from_memory(&thumbnail.bytes).unwrap())
}

fn salvaged(picture: &[u8]) -> Result<DynamicImage, ThumbError> {
    let spec = "120x120 stretch grey png".parse().unwrap();
    let thumbnail = Thumbnailer::new(spec).salvage(Cursor::new(picture))?;
    Ok(image::load_from_memory(&thumbnail.bytes).unwrap())
}

/// One picture in every format, with its name.
fn every_format(width: u32, height: u32) -> Vec<(&'static str, Vec<u8>)> {
    let picture = DynamicImage::from(photo(width, height));
    vec![
        ("baseline", photo_jpeg(width, height, BASELINE)),
        ("progressive", photo_jpeg(width, height, PROGRESSIVE)),
        ("cmyk", pictures::cmyk_jpeg(width, height, ColorType::Cmyk)),
        ("png", pictures::png(&picture, 0)),
        ("gif", pictures::gif(std::slice::from_ref(&picture))),
        ("webp", pictures::webp(&picture, 0)),
        ("tiff", pictures::tiff(&picture)),
    ]
}

/// Four colors, one in each corner, so that every turn of it differs.
fn corners() -> RgbImage {
    RgbImage::from_fn(160, 80, |x, y| match (x < 80, y < 40) {
        (true, true) => Rgb([255, 255, 255]),
        (false, true) => Rgb([170, 170, 170]),
        (true, false) => Rgb([85, 85, 85]),
        (false, false) => Rgb([0, 0, 0]),
    })
}

#[test]
fn every_size_becomes_exactly_the_size_asked_for() {
    let sizes = [(1, 1), (1, 600), (600, 1), (2, 3), (7, 9), (17, 500), (121, 119), (1200, 40)];
    for (width, height) in sizes {
        for (name, picture) in every_format(width, height) {
            for spec in [
                "120x120 cover grey jpg",
                "33x80 stretch bilevel png",
                "120x64 contain colour webp",
                "1x1 contain grey png",
            ] {
                let made = thumbnail(spec, &picture)
                    .unwrap_or_else(|error| panic!("{name} {width}x{height} {spec}: {error:?}"));
                let size = format!("{}x{} ", made.width(), made.height());
                assert!(spec.starts_with(&size), "{name} {width}x{height} {spec}: {size}");
            }
        }
    }
}

#[test]
fn a_very_long_jpeg_is_shown_too() {
    for (width, height) in [(1, 5000), (5000, 1), (9000, 16)] {
        let picture = photo_jpeg(width, height, BASELINE);
        assert_eq!(thumbnail("120x120 cover grey jpg", &picture).unwrap().width(), 120);
    }
}

#[test]
fn tones_are_what_they_say() {
    let picture = photo_jpeg(300, 200, BASELINE);
    let grey = thumbnail("50x50 cover grey jpg", &picture).unwrap();
    assert!(matches!(grey, DynamicImage::ImageLuma8(_)));
    let colored = thumbnail("50x50 cover colour jpg", &picture).unwrap();
    assert!(matches!(colored, DynamicImage::ImageRgb8(_)));
    let bilevel = thumbnail("50x50 cover bilevel png", &picture).unwrap().into_luma8();
    assert!(bilevel.pixels().all(|pixel| matches!(pixel.0[0], 0 | 255)));
}

#[test]
fn all_eight_orientations_come_out_upright() {
    let upright = DynamicImage::from(corners());
    // How the stored picture must lie for each tag to bring it upright.
    let stored = |turned| match turned {
        2 => upright.fliph(),
        3 => upright.rotate180(),
        4 => upright.flipv(),
        5 => upright.rotate90().fliph(),
        6 => upright.rotate270(),
        7 => upright.rotate270().fliph(),
        8 => upright.rotate90(),
        _ => upright.clone(),
    };
    for turned in 0..=8 {
        let lying = stored(turned);
        let jpeg = pictures::jpeg(
            lying.as_bytes(),
            (lying.width(), lying.height()),
            ColorType::Rgb,
            Jpeg { turned, ..BASELINE },
        );
        let (png, webp) = (pictures::png(&lying, turned), pictures::webp(&lying, turned));
        let tiff = pictures::turned_tiff(&lying.to_luma8(), turned);
        for (name, picture) in [("jpeg", jpeg), ("png", png), ("webp", webp), ("tiff", tiff)] {
            let made = thumbnail("64x32 contain grey png", &picture).unwrap().into_luma8();
            for (x, y, grey) in [(8, 8, 255), (56, 8, 170), (8, 24, 85), (56, 24, 0)] {
                let found = made.get_pixel(x, y).0[0];
                assert!(found.abs_diff(grey) <= 3, "{name} {turned}: {found} for {grey}");
            }
        }
    }
}

#[test]
fn what_is_transparent_and_what_is_beside_the_picture_is_white() {
    for picture in [
        pictures::png(&with_holes(300, 300), 0),
        pictures::webp(&with_holes(300, 300), 0),
        pictures::gif(&[with_holes(300, 300)]),
    ] {
        let made = thumbnail("60x60 stretch grey png", &picture).unwrap().into_luma8();
        assert_eq!(made.get_pixel(5, 5).0, [255]);
    }
    let dark = DynamicImage::from(RgbImage::new(100, 50));
    let made = thumbnail("60x60 contain grey png", &pictures::png(&dark, 0)).unwrap().into_luma8();
    assert_eq!((made.get_pixel(30, 2).0, made.get_pixel(30, 30).0), ([255], [0]));
}

#[test]
fn the_header_tells_format_and_size_as_stored() {
    let check = |picture: &[u8], format, (width, height)| {
        let expected = Header { format, width, height };
        assert_eq!(read_header(Cursor::new(picture)).unwrap(), expected);
    };
    for (name, picture) in every_format(37, 21) {
        let format = match name {
            "png" => PictureFormat::Png,
            "gif" => PictureFormat::Gif,
            "webp" => PictureFormat::WebP,
            "tiff" => PictureFormat::Tiff,
            _ => PictureFormat::Jpeg,
        };
        check(&picture, format, (37, 21));
    }
    check(&pictures::webp(&with_holes(37, 21), 6), PictureFormat::WebP, (37, 21));
    check(LOSSY_WEBP, PictureFormat::WebP, (64, 48));
    let turned = photo_jpeg(37, 21, Jpeg { turned: 6, ..BASELINE });
    check(&turned, PictureFormat::Jpeg, (37, 21));
}

#[test]
fn a_cut_picture_is_an_error_and_ends_not_whole() {
    let mut cuttable = every_format(200, 150);
    cuttable.push(("lossy webp", LOSSY_WEBP.to_vec()));
    cuttable.push(("restarts", photo_jpeg(200, 150, Jpeg { restart_interval: 5, ..BASELINE })));
    for (name, picture) in cuttable {
        let len = picture.len();
        assert!(thumbnail("120x120 cover grey jpg", &picture).is_ok(), "{name}");
        assert!(ends_whole(Cursor::new(&picture)).unwrap(), "{name}");
        for cut in [len / 4, len / 2, len * 3 / 4, len * 9 / 10, len - 2, len - 1] {
            let result = thumbnail("120x120 cover grey jpg", &picture[..cut]);
            assert!(
                matches!(result, Err(ThumbError::Damaged { .. })),
                "{name}: {cut} of {len} bytes: {result:?}"
            );
            if name != "tiff" {
                assert!(!ends_whole(Cursor::new(&picture[..cut])).unwrap_or(false), "{name} {cut}");
            }
        }
    }
}

#[test]
fn what_a_camera_appends_does_no_harm() {
    for (name, mut picture) in every_format(90, 60) {
        picture.extend_from_slice(b"MotionPhoto_Data\0\0\0\x18ftypmp42 and more \xFF\xD8\xFF");
        assert!(ends_whole(Cursor::new(&picture)).unwrap(), "{name}");
        assert!(thumbnail("120x120 cover grey jpg", &picture).is_ok(), "{name}");
    }
}

#[test]
fn the_end_of_an_embedded_thumbnail_is_not_the_end() {
    let inner = photo_jpeg(16, 12, BASELINE);
    let outer = photo_jpeg(160, 120, BASELINE);
    let len = u16::try_from(inner.len() + 8).unwrap().to_be_bytes();
    let app1 = [b"\xFF\xE1".as_slice(), &len, b"Exif\0\0", &inner].concat();
    let picture = [&outer[..2], &app1, &outer[2..]].concat();
    assert!(ends_whole(Cursor::new(&picture)).unwrap());
    assert!(!ends_whole(Cursor::new(&picture[..app1.len() + 20])).unwrap());
    assert!(!ends_whole(Cursor::new(&picture[..picture.len() - 2])).unwrap());
}

#[test]
fn salvage_shows_the_part_that_came() {
    let picture = DynamicImage::from(photo(400, 300));
    for (name, whole) in [
        ("baseline", photo_jpeg(400, 300, BASELINE)),
        ("progressive", photo_jpeg(400, 300, PROGRESSIVE)),
        ("png", pictures::png(&picture, 0)),
    ] {
        let sound = salvaged(&whole).unwrap().into_luma8();
        let half = salvaged(&whole[..whole.len() / 2])
            .unwrap_or_else(|error| panic!("{name}: {error:?}"))
            .into_luma8();
        let near = |row: u32| {
            (0..120)
                .filter(|&x| {
                    half.get_pixel(x, row).0[0].abs_diff(sound.get_pixel(x, row).0[0]) < 40
                })
                .count()
        };
        assert!(near(20) > 100, "{name}: the upper part differs");
    }
}

#[test]
fn a_sound_picture_salvaged_is_its_thumbnail() {
    for (name, picture) in every_format(333, 222) {
        let mut thumbnailer = Thumbnailer::new("120x120 cover grey jpg".parse().unwrap());
        let strict = thumbnailer.thumbnail(Cursor::new(&picture)).unwrap();
        let lenient = thumbnailer.salvage(Cursor::new(&picture)).unwrap();
        assert!(strict.bytes == lenient.bytes, "{name}");
    }
}

#[test]
fn luma_need_not_be_sampled_highest() {
    // The same picture by libjpeg, luma with half the columns and rows of chroma, and at its best.
    let low = thumbnail("64x48 stretch grey png", include_bytes!("data/low-luma.jpg"));
    let whole = thumbnail("64x48 stretch grey png", include_bytes!("data/full-luma.jpg"));
    let (low, whole) = (low.unwrap().into_luma8(), whole.unwrap().into_luma8());
    let apart = low.pixels().zip(whole.pixels()).map(|(a, b)| u32::from(a.0[0].abs_diff(b.0[0])));
    assert!(apart.sum::<u32>() < 64 * 48 * 6);
}

#[test]
fn what_no_decoder_can_is_said_by_name() {
    let picture = photo_jpeg(64, 48, BASELINE);
    let frame = picture.windows(4).position(|bytes| bytes == [0xFF, 0xC0, 0, 17]).unwrap();
    let check = |offset: usize, byte: u8, named: &str| {
        let mut changed = picture.clone();
        changed[frame + offset] = byte;
        for result in [thumbnail("9x9 cover grey png", &changed), salvaged(&changed)] {
            match result {
                Err(ThumbError::Unsupported { format: PictureFormat::Jpeg, what }) => {
                    assert!(what.contains(named), "{what}");
                }
                other => panic!("{named}: {other:?}"),
            }
        }
    };
    check(1, 0xC9, "arithmetic");
    check(1, 0xCA, "arithmetic");
    check(1, 0xC3, "lossless");
    check(1, 0xC5, "hierarchical");
    check(4, 12, "12 bits");
    let tall = pictures::jpeg(&vec![0; 65_535], (1, 65_535), ColorType::Luma, BASELINE);
    let result = thumbnail("9x9 cover grey png", &tall);
    assert!(matches!(result, Err(ThumbError::Unsupported { what, .. }) if what.contains("65,500")));
    let tall = pictures::jpeg(&vec![0; 65_500], (1, 65_500), ColorType::Luma, BASELINE);
    assert!(thumbnail("9x9 cover grey png", &tall).is_ok());
}

#[test]
fn what_is_no_picture_is_refused_with_its_first_bytes() {
    for (bytes, start) in [(&b"<!DOCTYPE html><html>"[..], &b"<!DOCTYPE html><"[..]), (b"", b"")] {
        for error in [
            thumbnail("9x9 cover grey png", bytes).unwrap_err(),
            read_header(Cursor::new(bytes)).unwrap_err(),
            ends_whole(Cursor::new(bytes)).unwrap_err(),
        ] {
            assert!(matches!(&error, ThumbError::NotAPicture { start: found } if found == start));
        }
    }
}

#[test]
fn a_bomb_is_refused_from_its_header() {
    let mut jpeg = photo_jpeg(64, 48, BASELINE);
    let frame = jpeg.windows(4).position(|bytes| bytes == [0xFF, 0xC0, 0, 17]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xFF);
    let mut progressive = photo_jpeg(64, 48, PROGRESSIVE);
    let frame = progressive.windows(4).position(|bytes| bytes == [0xFF, 0xC2, 0, 17]).unwrap();
    progressive[frame + 5..frame + 9].copy_from_slice(&[0x30, 0, 0x30, 0]);
    let mut gif = pictures::gif(&[with_holes(8, 8)]);
    gif[6..10].copy_from_slice(&[0, 0x30, 0, 0x30]);
    // Of its DC coefficients memory is asked for when they are found to be there.
    let strict = thumbnail("9x9 cover grey png", &progressive);
    assert!(matches!(strict, Err(ThumbError::Damaged { .. })), "{strict:?}");
    let lenient = salvaged(&progressive);
    assert!(matches!(lenient, Err(ThumbError::TooLarge { .. })), "{lenient:?}");
    for (name, bomb, limit) in [("jpeg", jpeg, "256 Mpx"), ("gif", gif, "192 MiB decoded")] {
        for result in [thumbnail("9x9 cover grey png", &bomb), salvaged(&bomb)] {
            match result {
                Err(ThumbError::TooLarge { limit: found, .. }) => {
                    assert_eq!(found.to_string(), limit, "{name}");
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    }
    assert_eq!(Limit::Pixels(1 << 20).to_string(), "1 Mpx");
}

#[test]
fn a_thumbnail_may_not_be_a_poster() {
    let width = u32::MAX.try_into().unwrap();
    let spec = ThumbnailSpec { width, ..ThumbnailSpec::default() };
    let result = Thumbnailer::new(spec).thumbnail(Cursor::new(LOSSY_WEBP));
    assert!(matches!(result, Err(ThumbError::SpecTooLarge { limit: 4096, .. })));
}

#[test]
fn a_lossy_webp_is_decoded() {
    let made = thumbnail("64x48 stretch grey png", LOSSY_WEBP).unwrap().into_luma8();
    assert!(made.get_pixel(32, 24).0[0] < 20 && made.get_pixel(0, 47).0[0] > 200);
}

#[test]
fn a_batch_comes_in_order_and_one_by_one_is_the_same() {
    let spec = ThumbnailSpec::default();
    let pictures: Vec<Vec<u8>> = (0..23)
        .map(|n| match n % 5 {
            0 => photo_jpeg(640 + n, 480, BASELINE),
            1 => photo_jpeg(320, 200 + n, PROGRESSIVE),
            2 => LOSSY_WEBP.to_vec(),
            3 => photo_jpeg(64, 64, BASELINE)[..400].to_vec(),
            _ => b"no picture at all".to_vec(),
        })
        .collect();
    let bytes = |made: Result<Thumbnail, ThumbError>| made.map(|made| made.bytes).ok();
    for threads in [1, 2, 7, 40] {
        let made = batch(spec, &pictures, threads.try_into().unwrap());
        assert_eq!(made.len(), pictures.len());
        for (made, picture) in made.into_iter().zip(&pictures) {
            assert_eq!(bytes(made), bytes(silverprint_thumb::thumbnail(spec, picture)));
        }
    }
    let none: [&[u8]; 0] = [];
    assert!(batch(spec, &none, 3.try_into().unwrap()).is_empty());
}
