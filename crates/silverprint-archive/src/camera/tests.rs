use super::*;
use proptest::prelude::*;
use std::io::Cursor;

/// A block with these entries of its first directory and of its Exif, each a
/// tag, a type, a count and the bytes of the value, least significant first.
type Entries<'a> = &'a [(u16, u16, u32, &'a [u8])];

fn tiff(main: Entries<'_>, exif: Entries<'_>) -> Vec<u8> {
    let length = |entries: usize| 2 + 12 * entries + 4;
    let second = 8 + length(main.len() + 1);
    let mut values_at = second + length(exif.len());
    let pointer = u32::try_from(second).unwrap().to_le_bytes();
    let main = [main, &[(0x8769, 4, 1, &pointer)]].concat();
    let mut out = [&b"II*\0"[..], &8_u32.to_le_bytes()].concat();
    let mut values = Vec::new();
    for entries in [&main[..], exif] {
        out.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
        for (tag, kind, count, value) in entries {
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(count.to_le_bytes());
            if value.len() <= 4 {
                out.extend([value, &[0; 4][value.len()..]].concat());
            } else {
                out.extend(u32::try_from(values_at).unwrap().to_le_bytes());
                values_at += value.len();
                values.extend_from_slice(value);
            }
        }
        out.extend([0; 4]);
    }
    out.extend(values);
    out
}

fn ratio(num: u32, denom: u32) -> Vec<u8> {
    [num.to_le_bytes(), denom.to_le_bytes()].concat()
}

const ASCII: u16 = 2;
const SHORT: u16 = 3;
const RATIONAL: u16 = 5;

fn sample() -> Vec<u8> {
    let main: Entries<'_> = &[
        (0x010F, ASCII, 16, b"  Box Works \0\0\0\0"),
        (0x0110, ASCII, 6, b"Box 7\0"),
        (0x0131, ASCII, 9, b"Dark\x1broom"),
    ];
    let exif: Entries<'_> = &[
        (0x829A, RATIONAL, 1, &ratio(10, 1250)),
        (0x829D, RATIONAL, 1, &ratio(28, 10)),
        (0x8827, SHORT, 1, &400_u16.to_le_bytes()),
        (0x9003, ASCII, 20, b"2013:02:27 18:03:11\0"),
        (0x9011, ASCII, 7, b"+01:00\0"),
        (0x9209, SHORT, 1, &[0x19, 0]),
        (0x920A, RATIONAL, 1, &ratio(35, 1)),
        (0xA405, SHORT, 1, &52_u16.to_le_bytes()),
        (0xA434, ASCII, 12, b"Glass 35/2.8"),
    ];
    tiff(main, exif)
}

fn expected() -> Camera {
    let text = |text: &str| Some(text.to_owned());
    Camera {
        make: text("Box Works"),
        model: text("Box 7"),
        lens: text("Glass 35/2.8"),
        software: text("Darkroom"),
        exposure: Some(0.008),
        aperture: Some(2.8),
        iso: Some(400),
        focal_length: Some(35.0),
        focal_length_35mm: Some(52),
        flash: Some(true),
        taken: text("2013-02-27 18:03:11+01:00"),
    }
}

fn of(bytes: &[u8], format: Format) -> Option<Camera> {
    camera(&Content::Made(bytes.to_vec()), format)
}

fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut jpeg = vec![0xFF, 0xD8];
    for (marker, body) in segments {
        jpeg.extend([0xFF, 0xFF, *marker]);
        jpeg.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
        jpeg.extend(*body);
    }
    jpeg.extend([0xFF, 0xDA, 0, 2]);
    jpeg
}

fn in_jpeg(block: &[u8]) -> Vec<u8> {
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x/>";
    jpeg(&[(0xE0, b"JFIF\0"), (0xE1, xmp), (0xE1, &[b"Exif\0\0", block].concat())])
}

fn in_png(block: &[u8]) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, body) in [(b"IHDR", &[0; 13][..]), (b"IDAT", &[7; 900]), (b"eXIf", block)] {
        png.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        png.extend([&name[..], body, &[0; 4]].concat());
    }
    png
}

fn in_webp(block: &[u8]) -> Vec<u8> {
    let mut webp = b"RIFF\0\0\0\0WEBP".to_vec();
    for (name, body) in [(b"VP8X", &[0; 10][..]), (b"VP8 ", &[7; 901]), (b"EXIF", block)] {
        webp.extend(name);
        webp.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
        webp.extend(body);
        webp.extend(vec![0; body.len() % 2]);
    }
    webp
}

#[test]
fn each_format_gives_its_camera() {
    let block = sample();
    let prefixed = [b"Exif\0\0", &block[..]].concat();
    for (bytes, format) in [
        (in_jpeg(&block), Format::Jpeg),
        (in_png(&block), Format::Png),
        (in_webp(&block), Format::Webp),
        (in_webp(&prefixed), Format::Webp),
        (block, Format::Tiff),
    ] {
        assert_eq!(of(&bytes, format), Some(expected()), "{format:?}");
    }
}

#[test]
fn a_picture_without_exif_has_no_camera() {
    assert_eq!(of(&jpeg(&[(0xE0, b"JFIF\0")]), Format::Jpeg), None);
    assert_eq!(of(&in_jpeg(&tiff(&[], &[])), Format::Jpeg), None);
    assert_eq!(of(b"\xFF\xD8\xFF", Format::Jpeg), None);
    assert_eq!(of(b"", Format::Tiff), None);
    assert_eq!(of(b"GIF89a", Format::Gif), None);
}

#[test]
fn what_makes_no_sense_is_left_out() {
    let exif: Entries<'_> = &[
        (0x829A, RATIONAL, 1, &ratio(1, 0)),
        (0x829D, RATIONAL, 1, &ratio(0, 10)),
        (0x8827, SHORT, 1, &u16::MAX.to_le_bytes()),
        (0x8833, 4, 1, &204_800_u32.to_le_bytes()),
        (0x9003, ASCII, 20, b"0000:00:00 00:00:00\0"),
        (0x920A, SHORT, 1, &[35, 0]),
        (0xA405, SHORT, 1, &[0, 0]),
    ];
    let make = [(0x010F, ASCII, 5, &b"    \0"[..])];
    let read = of(&in_jpeg(&tiff(&make, exif)), Format::Jpeg);
    assert_eq!(read, Some(Camera { iso: Some(204_800), ..Camera::default() }));
    let taken = |text: &[u8], offset: &[u8]| {
        let exif: Entries<'_> = &[(0x9003, ASCII, 20, text), (0x9011, ASCII, 7, offset)];
        of(&in_jpeg(&tiff(&[], exif)), Format::Jpeg)?.taken
    };
    assert_eq!(taken(b"2013:02:30 18:03:11\0", b"+01:00\0"), None);
    let west = taken(b"2013:02:27 18:03:11\0", b"-09:30\0");
    assert_eq!(west.as_deref(), Some("2013-02-27 18:03:11-09:30"));
    let odd = taken(b"2013:02:27 18:03:11\0", b"+99:00\0");
    assert_eq!(odd.as_deref(), Some("2013-02-27 18:03:11"));
}

#[test]
fn long_texts_are_cut() {
    let long = "x".repeat(900);
    let main = [(0x0110, ASCII, 900, long.as_bytes())];
    for (bytes, format) in
        [(in_jpeg(&tiff(&main, &[])), Format::Jpeg), (tiff(&main, &[]), Format::Tiff)]
    {
        let model = of(&bytes, format).unwrap().model.unwrap();
        assert_eq!(model.chars().count(), LONGEST_TEXT + 1);
    }
}

/// Of a picture on disk only headers are read, however large it is.
#[test]
fn the_rest_of_a_large_picture_is_passed_over() {
    struct Counted(Cursor<Vec<u8>>, usize);
    impl std::io::Read for Counted {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let read = self.0.read(out)?;
            self.1 += read;
            Ok(read)
        }
    }
    impl std::io::Seek for Counted {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    let mut png = in_png(&sample());
    let idat = png.windows(4).position(|window| window == b"IDAT").unwrap();
    png.splice(idat - 4..idat, 8_000_900_u32.to_be_bytes());
    png.splice(idat + 4..idat + 4, vec![7; 8_000_000]);
    let mut counted = Counted(Cursor::new(png), 0);
    assert_eq!(block::find(&mut counted, Format::Png).unwrap(), Some(sample()));
    assert!(counted.1 < 2000, "{} bytes read", counted.1);

    // A TIFF whose directory lies behind its pixels.
    let block = sample();
    let shift = 8_000_000_u32;
    let mut far = Counted(Cursor::new(behind_pixels(&block, shift)), 0);
    let found = block::find(&mut far, Format::Tiff).unwrap().unwrap();
    assert_eq!(read(found), Some(expected()));
    assert!(far.1 < 2000, "{} bytes read", far.1);
}

/// The sample's directories, moved back by so many bytes.
fn behind_pixels(block: &[u8], shift: u32) -> Vec<u8> {
    let long = |at: usize| u32::from_le_bytes(block[at..at + 4].try_into().unwrap());
    let short = |at: usize| usize::from(u16::from_le_bytes([block[at], block[at + 1]]));
    let mut moved = block.to_vec();
    let mut at = 8;
    for _ in 0..2 {
        let count = short(at);
        for entry in (0..count).map(|entry| at + 2 + 12 * entry) {
            let length = long(entry + 4) * if short(entry + 2) == 5 { 8 } else { 1 };
            if length > 4 || short(entry) == 0x8769 {
                let value = (long(entry + 8) + shift).to_le_bytes();
                moved[entry + 8..entry + 12].copy_from_slice(&value);
            }
        }
        at += 2 + 12 * count + 4;
    }
    moved[4..8].copy_from_slice(&(8 + shift).to_le_bytes());
    moved.splice(8..8, vec![7; shift as usize]);
    moved
}

proptest! {
    /// Whatever the bytes: no panic, and nothing without end.
    #[test]
    fn hostile_bytes_give_something_or_nothing(
        format in prop::sample::select(&Format::ALL[..]),
        noise in proptest::collection::vec(any::<u8>(), 0..400),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in any::<prop::sample::Index>(),
    ) {
        let _ = of(&noise, format);
        let block = sample();
        let mut bytes = match format {
            Format::Jpeg => in_jpeg(&block),
            Format::Png => in_png(&block),
            Format::Webp => in_webp(&block),
            _ => block,
        };
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(end.index(bytes.len() + 1));
        // What is read is one line each, and stays JSON.
        if let Some(camera) = of(&bytes, format) {
            let json = serde_json::to_string(&camera).unwrap();
            prop_assert!(json.len() < 4000);
            prop_assert_eq!(serde_json::from_str::<Camera>(&json).unwrap(), camera);
        }
    }
}
