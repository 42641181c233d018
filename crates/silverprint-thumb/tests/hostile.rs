//! Bytes from outside: whatever they are, no panic, and an answer that makes sense.

mod pictures;

use std::io::Cursor;
use std::sync::LazyLock;

use image::DynamicImage;
use pictures::{BASELINE, Jpeg, PROGRESSIVE, photo, photo_jpeg, with_holes};
use proptest::prelude::*;
use silverprint_thumb::{ThumbError, Thumbnailer, ends_whole, read_header};

/// Whole pictures of every format, small, so that a changed byte often hits something.
static PICTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let picture = DynamicImage::from(photo(40, 30));
    vec![
        photo_jpeg(40, 30, BASELINE),
        photo_jpeg(97, 61, Jpeg { restart_interval: 2, turned: 6, ..BASELINE }),
        photo_jpeg(40, 30, PROGRESSIVE),
        pictures::cmyk_jpeg(33, 17, jpeg_encoder::ColorType::CmykAsYcck),
        pictures::png(&picture, 5),
        pictures::png(&with_holes(21, 23).to_rgba16().into(), 0),
        pictures::gif(&[with_holes(20, 30), picture.clone()]),
        pictures::webp(&with_holes(25, 19), 8),
        pictures::tiff(&picture),
        include_bytes!("data/lossy.webp").to_vec(),
    ]
});

/// Those of [`PICTURES`] whose format has an end marker or a length.
const WITH_END_MARKER: std::ops::Range<usize> = 0..8;

/// Everything that reads the bytes, for its panics.
fn read(bytes: &[u8]) {
    let _ = read_header(Cursor::new(bytes));
    let _ = ends_whole(Cursor::new(bytes));
    for spec in ["16x12 cover grey jpg", "12x16 contain colour png"] {
        let mut thumbnailer = Thumbnailer::new(spec.parse().unwrap());
        let made =
            [thumbnailer.thumbnail(Cursor::new(bytes)), thumbnailer.salvage(Cursor::new(bytes))];
        for thumbnail in made.into_iter().flatten() {
            let made = image::load_from_memory(&thumbnail.bytes).unwrap();
            let size = format!("{}x{}", made.width(), made.height());
            assert_eq!(spec.split(' ').next(), Some(&*size));
        }
    }
}

#[test]
fn no_prefix_ends_whole() {
    for (idx, picture) in PICTURES.iter().enumerate() {
        assert!(ends_whole(Cursor::new(picture)).unwrap(), "picture {idx}");
        if !WITH_END_MARKER.contains(&idx) {
            continue;
        }
        for len in 0..picture.len() {
            let whole = ends_whole(Cursor::new(&picture[..len])).unwrap_or(false);
            assert!(!whole, "picture {idx}: {len} of {} bytes", picture.len());
        }
    }
}

#[test]
fn no_prefix_has_a_thumbnail() {
    let mut thumbnailer = Thumbnailer::new("8x8 cover grey png".parse().unwrap());
    for (idx, picture) in PICTURES.iter().enumerate() {
        for len in (0..picture.len()).step_by(7) {
            let result = thumbnailer.thumbnail(Cursor::new(&picture[..len]));
            assert!(result.is_err(), "picture {idx}: {len} of {} bytes", picture.len());
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes);
    }

    #[test]
    fn any_bytes_behind_magic_are_read_without_panic(
        magic in prop::sample::select(vec![
            &b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x10\x00\x10\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"[..],
            b"\xFF\xD8\xFF",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0",
            b"GIF89a\x10\0\x10\0\x80\0\0",
            b"RIFF\x40\0\0\0WEBPVP8 \x30\0\0\0",
            b"RIFF\x40\0\0\0WEBPVP8L\x30\0\0\0\x2F",
            b"RIFF\x40\0\0\0WEBPVP8X\x0A\0\0\0",
            b"II*\0\x08\0\0\0",
            b"MM\0*\0\0\0\x08",
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        read(&[magic, &bytes].concat());
    }

    #[test]
    fn changed_and_cut_pictures_are_read_without_panic(
        picture in prop::sample::select(&**PICTURES),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut picture = picture;
        for (at, byte) in changes {
            let at = at.index(picture.len());
            picture[at] = byte;
        }
        if let Some(cut) = cut {
            picture.truncate(cut.index(picture.len()));
        }
        read(&picture);
    }

    #[test]
    fn damaged_headers_are_read_without_panic(
        picture in prop::sample::select(&**PICTURES),
        changes in prop::collection::vec((0..120_usize, any::<u8>()), 1..4),
    ) {
        let mut picture = picture;
        for (at, byte) in changes {
            if let Some(found) = picture.get_mut(at) {
                *found = byte;
            }
        }
        read(&picture);
    }
}

/// A canvas of 24×18, and a frame that claims 16,383×16,383: its decoder would take
/// 400 MB before it compared the two.
#[test]
fn a_frame_that_outgrows_its_canvas_is_damaged_before_it_is_believed() {
    let mut bomb = b"RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\x10\0\0\0\x17\0\0\x11\0\0".to_vec();
    bomb.extend(b"VP8 \x40\0\0\0\0\x06\0\x9D\x01\x2A\xFF\xFF\xFF\xFF");
    bomb.extend([0; 64]);
    let riff = u32::try_from(bomb.len() - 8).unwrap().to_le_bytes();
    bomb[4..8].copy_from_slice(&riff);
    let mut thumbnailer = Thumbnailer::new("16x12 cover grey jpg".parse().unwrap());
    let error = thumbnailer.salvage(Cursor::new(&bomb)).unwrap_err();
    let ThumbError::Damaged { cause, .. } = error else { panic!("{error}") };
    assert_eq!(cause.to_string(), "a frame larger than its canvas");
}
