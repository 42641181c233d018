//! Pictures of some bytes that claim to be of gigabytes, in every format that is
//! read, and some that are mostly something else than a picture.

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// One of them.
pub(super) struct Bomb {
    pub(super) name: String,
    pub(super) extension: &'static str,
    /// What it claims, as a listing would.
    pub(super) size: (u32, u32),
    pub(super) bytes: Vec<u8>,
}

pub(super) fn all() -> Vec<Bomb> {
    let zeros = packed_zeros(64);
    [jpegs(), stuffed_jpegs(), pngs(&zeros), stuffed_pngs(&zeros), gifs(), webps(), tiffs()]
        .into_iter()
        .flatten()
        .collect()
}

/// So many MiB of nothing, packed.
fn packed_zeros(mebibytes: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![0; 1 << 20];
    (0..mebibytes).for_each(|_| packed.write_all(&block).unwrap());
    packed.finish().unwrap()
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], content].concat()
}

/// Tables, a frame, and scans with nothing in them.
fn jpeg(frame: u8, (width, height): (u32, u32), components: u8, scans: usize) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    file.extend(segment(0xDB, &[&[0][..], &[1; 64]].concat()));
    // One code of one bit, for nothing: in both classes.
    for table in [0x00, 0x10] {
        let mut counts = [0; 16];
        counts[0] = 1;
        file.extend(segment(0xC4, &[&[table][..], &counts, &[0]].concat()));
    }
    let mut header = vec![8];
    header.extend(u16::try_from(height).unwrap().to_be_bytes());
    header.extend(u16::try_from(width).unwrap().to_be_bytes());
    header.push(components);
    (1..=components).for_each(|n| header.extend([n, if n == 1 { 0x22 } else { 0x11 }, 0]));
    file.extend(segment(frame, &header));
    let is_progressive = matches!(frame, 0xC2 | 0xCA);
    for _ in 0..scans {
        let mut scan = vec![components];
        (1..=components).for_each(|n| scan.extend([n, 0]));
        scan.extend([0, if is_progressive { 0 } else { 63 }, 0]);
        file.extend(segment(0xDA, &scan));
        file.extend([0; 64]);
    }
    file.extend([0xFF, 0xD9]);
    file
}

fn jpegs() -> Vec<Bomb> {
    const SIZES: [(u32, u32); 7] = [
        (65_535, 65_535),
        (65_500, 65_500),
        (16_384, 16_384),
        (65_535, 1),
        (1, 65_535),
        (65_535, 4_000),
        (23_000, 11_000),
    ];
    let mut bombs = Vec::new();
    for frame in [0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA] {
        for size in SIZES {
            for components in [1, 3, 4] {
                let name = format!("frame {frame:x}, {}x{}, {components}", size.0, size.1);
                let bytes = jpeg(frame, size, components, 1);
                bombs.push(Bomb { name, extension: "jpg", size, bytes });
            }
        }
    }
    bombs
}

/// Small pictures, most of which is no picture.
fn stuffed_jpegs() -> Vec<Bomb> {
    let plain = jpeg(0xC0, (64, 64), 3, 1);
    let stuffed = |stuffing: Vec<u8>| [&plain[..2], &stuffing, &plain[2..]].concat();
    let exif = |entries: u16, next: u32| {
        let mut block = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
        block.extend(entries.to_le_bytes());
        // Texts of four gigabytes.
        let entry = [0x0F, 0x01, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 8, 0, 0, 0];
        (0..entries.min(5000)).for_each(|_| block.extend(entry));
        block.extend(next.to_le_bytes());
        block
    };
    let profile = |n: u8| {
        let mut part = b"ICC_PROFILE\0".to_vec();
        part.extend([n, 255]);
        part.extend(vec![0xFF; 65_000]);
        segment(0xE2, &part)
    };
    let comments = segment(0xFE, &vec![b'x'; 60_000]).repeat(400);
    let parts = [
        ("a directory that follows itself", stuffed(segment(0xE1, &exif(1, 8)))),
        ("a directory of everything", stuffed(segment(0xE1, &exif(65_535, 0)))),
        ("texts beyond measure", stuffed(segment(0xE1, &exif(5000, 0)))),
        ("a profile of 255 parts", stuffed((1..=255).flat_map(profile).collect())),
        ("a profile of equal parts", stuffed((0..255).flat_map(|_| profile(1)).collect())),
        ("24 MB of comments", stuffed(comments)),
        ("very many comments", stuffed(segment(0xFE, b"").repeat(500_000))),
        ("fill bytes", stuffed(vec![0xFF; 8 << 20])),
        ("tables", stuffed(segment(0xDB, &[&[0][..], &[1; 64]].concat()).repeat(100_000))),
        ("very many scans", jpeg(0xC2, (16_384, 16_384), 3, 5000)),
        ("very many scans of a small one", jpeg(0xC2, (64, 64), 3, 50_000)),
    ];
    let bomb = |(name, bytes): (&str, Vec<u8>)| {
        let (name, size) = (name.to_owned(), (64, 64));
        Bomb { name, extension: "jpg", size, bytes }
    };
    parts.into_iter().map(bomb).collect()
}

fn chunk(kind: &[u8], content: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(content);
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[..], kind, content, &crc.sum().to_be_bytes()].concat()
}

fn png((width, height): (u32, u32), depth: u8, color: u8, interlace: u8, rest: &[u8]) -> Vec<u8> {
    let mut header = width.to_be_bytes().to_vec();
    header.extend(height.to_be_bytes());
    header.extend([depth, color, 0, 0, interlace]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(b"IHDR", &header));
    if color == 3 {
        file.extend(chunk(b"PLTE", &[0; 768]));
    }
    file.extend(rest);
    file.extend(chunk(b"IEND", b""));
    file
}

fn pngs(zeros: &[u8]) -> Vec<Bomb> {
    let data = chunk(b"IDAT", zeros);
    let mut bombs = Vec::new();
    for size in [
        (0x7FFF_FFFF, 0x7FFF_FFFF),
        (50_000, 50_000),
        (16_384, 16_384),
        (1, 0x7FFF_FFFF),
        (0x7FFF_FFFF, 1),
    ] {
        for (depth, color) in [(8, 0), (16, 2), (16, 6), (8, 3)] {
            for interlace in [0, 1] {
                let name = format!("{}x{} {depth} {color} {interlace}", size.0, size.1);
                let bytes = png(size, depth, color, interlace, &data);
                bombs.push(Bomb { name, extension: "png", size, bytes });
            }
        }
    }
    bombs
}

fn stuffed_pngs(zeros: &[u8]) -> Vec<Bomb> {
    let data = chunk(b"IDAT", zeros);
    let with = |kind: &[u8; 4], start: &[u8]| {
        [chunk(kind, &[start, zeros].concat()), data.clone()].concat()
    };
    let animation = [0x7FFF_FFFF_u32.to_be_bytes(), [0; 4]].concat();
    let parts = [
        ("a packed profile", with(b"iCCP", b"x\0\0")),
        ("a packed text", with(b"zTXt", b"x\0\0")),
        ("a packed text in a language", with(b"iTXt", b"x\0\x01\0\0\0")),
        ("very many texts", [chunk(b"tEXt", b"a\0b").repeat(200_000), data.clone()].concat()),
        ("very many frames", [chunk(b"acTL", &animation), data.clone()].concat()),
        ("very many empty parts", [chunk(b"IDAT", b"").repeat(200_000), data.clone()].concat()),
        ("an Exif that is none", [chunk(b"eXIf", &vec![0xFF; 1 << 20]), data.clone()].concat()),
    ];
    let bomb = |(name, rest): (&str, Vec<u8>)| {
        let size = (64, 64);
        let bytes = png(size, 8, 0, 0, &rest);
        Bomb { name: name.to_owned(), extension: "png", size, bytes }
    };
    parts.into_iter().map(bomb).collect()
}

fn gifs() -> Vec<Bomb> {
    let mut bombs = Vec::new();
    for (canvas, frame, frames) in [
        ((65_535_u16, 65_535_u16), (65_535_u16, 65_535_u16), 1),
        ((65_535, 65_535), (1, 1), 1),
        ((1, 1), (65_535, 65_535), 1),
        ((16_384, 16_384), (16_384, 16_384), 1),
        ((16_384, 16_384), (1, 1), 1000),
        ((65_535, 65_535), (65_535, 65_535), 1000),
        ((64, 64), (64, 64), 100_000),
        ((65_535, 1), (65_535, 1), 10),
    ] {
        let mut bytes = b"GIF89a".to_vec();
        bytes.extend([canvas.0.to_le_bytes(), canvas.1.to_le_bytes()].concat());
        bytes.extend([0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
        for _ in 0..frames {
            bytes.extend([0x2C, 0, 0, 0, 0]);
            bytes.extend([frame.0.to_le_bytes(), frame.1.to_le_bytes()].concat());
            bytes.extend([0, 2, 2, 0x4C, 0x01, 0]);
        }
        bytes.push(0x3B);
        let name = format!("{}x{}, {frames} of {}x{}", canvas.0, canvas.1, frame.0, frame.1);
        let size = (canvas.0.into(), canvas.1.into());
        bombs.push(Bomb { name, extension: "gif", size, bytes });
    }
    bombs
}

fn riff(parts: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut content = b"WEBP".to_vec();
    for (kind, part) in parts {
        content.extend_from_slice(&kind[..]);
        content.extend(u32::try_from(part.len()).unwrap().to_le_bytes());
        content.extend(part);
        content.resize(content.len().next_multiple_of(2), 0);
    }
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [b"RIFF", &length[..], &content].concat()
}

fn webps() -> Vec<Bomb> {
    let canvas = |flags: u8, width: u32, height: u32| {
        let (width, height) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
        [&[flags, 0, 0, 0], &width[..3], &height[..3]].concat()
    };
    let lossless = |width: u32, height: u32| {
        let bits = (width - 1) | ((height - 1) << 14);
        [&[0x2F], &bits.to_le_bytes()[..], &[0; 64]].concat()
    };
    let lossy = |width: u16, height: u16| {
        let edges = [width.to_le_bytes(), height.to_le_bytes()].concat();
        [&[0x50, 0x06, 0, 0x9D, 0x01, 0x2A], &edges[..], &[0; 128]].concat()
    };
    let frame = |picture: Vec<u8>| {
        let inner = [b"VP8L", &u32::try_from(picture.len()).unwrap().to_le_bytes()[..], &picture];
        [&[0; 6][..], &[0xFF; 6], &[10, 0, 0, 0], &inner.concat()].concat()
    };
    let largest = 1 << 24;
    let parts: [(&str, (u32, u32), Vec<u8>); 10] = [
        ("lossless", (16_384, 16_384), riff(&[(b"VP8L", lossless(16_384, 16_384))])),
        ("lossless strip", (16_384, 1), riff(&[(b"VP8L", lossless(16_384, 1))])),
        ("lossy", (16_383, 16_383), riff(&[(b"VP8 ", lossy(16_383, 16_383))])),
        ("lossy strip", (1, 16_383), riff(&[(b"VP8 ", lossy(1, 16_383))])),
        (
            "canvas",
            (largest, largest),
            riff(&[(b"VP8X", canvas(0, largest, largest)), (b"VP8L", lossless(1, 1))]),
        ),
        (
            "canvas and its frame",
            (16_384, 16_384),
            riff(&[(b"VP8X", canvas(0x10, 16_384, 16_384)), (b"VP8L", lossless(16_384, 16_384))]),
        ),
        (
            "frame beyond its canvas",
            (16, 16),
            riff(&[(b"VP8X", canvas(0x10, 16, 16)), (b"VP8L", lossless(16_384, 16_384))]),
        ),
        (
            "frames",
            (16_384, 16_384),
            riff(&[
                (b"VP8X", canvas(2, 16_384, 16_384)),
                (b"ANIM", vec![0; 6]),
                (b"ANMF", frame(lossless(16_384, 16_384))),
                (b"ANMF", frame(lossless(16_384, 16_384))),
            ]),
        ),
        (
            "alpha",
            (16_383, 16_383),
            riff(&[
                (b"VP8X", canvas(0x10, 16_383, 16_383)),
                (b"ALPH", vec![1; 64]),
                (b"VP8 ", lossy(16_383, 16_383)),
            ]),
        ),
        (
            "profile",
            (64, 64),
            riff(&[
                (b"VP8X", canvas(0x20, 64, 64)),
                (b"ICCP", vec![0xFF; 8 << 20]),
                (b"VP8L", lossless(64, 64)),
            ]),
        ),
    ];
    let bomb = |(name, size, bytes): (&str, (u32, u32), Vec<u8>)| Bomb {
        name: name.to_owned(),
        extension: "webp",
        size,
        bytes,
    };
    parts.into_iter().map(bomb).collect()
}

fn tiff(entries: &[(u16, u16, u32, u32)], next: u32, rest: &[u8]) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        file.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    file.extend(next.to_le_bytes());
    file.extend(rest);
    file
}

fn tiffs() -> Vec<Bomb> {
    let mut bombs = Vec::new();
    for size in [(0xFFFF_FFFF, 0xFFFF_FFFF), (50_000, 50_000), (16_384, 16_384), (1, 0xFFFF_FFFF)] {
        // As it is, LZW, deflate, PackBits, JPEG.
        for packing in [1, 5, 8, 32_773, 7] {
            for (strips, next) in [(1, 0), (0x4000_0000, 8)] {
                let entries = [
                    (256, 4, 1, size.0),
                    (257, 4, 1, size.1),
                    (258, 3, 1, 16),
                    (259, 3, 1, packing),
                    (262, 3, 1, 1),
                    (273, 4, strips, 200),
                    (277, 3, 1, 1),
                    (278, 4, 1, size.1),
                    (279, 4, strips, 0xFFFF_FFF0),
                ];
                let name = format!("{}x{}, packed {packing}, {strips}", size.0, size.1);
                let bytes = tiff(&entries, next, &[0; 4096]);
                bombs.push(Bomb { name, extension: "tif", size, bytes });
            }
        }
    }
    bombs
}
