//! Pillow's judgement: every thumbnail is at least 30 dB PSNR from what Pillow makes
//! of the full decode, over every format and kind of picture.
//!
//! `SILVERPRINT_PYTHON` names a Python that has Pillow; `cargo xtask ci` sets it up.

mod pictures;

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufReader, Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use image::DynamicImage;
use jpeg_encoder::{ColorType, SamplingFactor};
use pictures::profiles;
use pictures::{BASELINE, Jpeg, PROGRESSIVE, photo, photo_jpeg, with_holes};
use silverprint_thumb::{ThumbnailSpec, Thumbnailer};

/// The Python that judges, if there is one.
#[expect(clippy::print_stderr, reason = "a test that cannot run says how it would")]
fn python() -> Option<OsString> {
    let python = env::var_os("SILVERPRINT_PYTHON");
    if python.is_none() {
        assert_ne!(env::var("CI").as_deref(), Ok("true"), "CI must set SILVERPRINT_PYTHON");
        eprintln!(
            "not judged: SILVERPRINT_PYTHON names no Python with Pillow; `cargo xtask ci` sets it up"
        );
    }
    python
}

#[test]
fn every_thumbnail_is_within_30_db_of_pillows() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    draw(dir.path());
    run(Path::new(&python), "draw", dir.path(), b"");
    let thumbs = thumbnails(dir.path());
    run(Path::new(&python), "judge", dir.path(), &thumbs);
}

#[test]
fn profiles_are_applied_as_little_cms_does() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    let mut thumbnailer = Thumbnailer::new("256x128 stretch grey png".parse().unwrap());
    for (name, bytes) in profiled() {
        let path = dir.path().join(&name);
        File::create_new(&path).unwrap().write_all(&bytes).unwrap();
        let thumbnail = thumbnailer.thumbnail(Cursor::new(bytes)).unwrap();
        let thumb = dir.path().join(format!("{name}.thumb"));
        File::create_new(&thumb).unwrap().write_all(&thumbnail.bytes).unwrap();
        writeln!(lines, "{}\t{}", path.display(), thumb.display()).unwrap();
    }
    run(Path::new(&python), "colours", dir.path(), &lines);
}

/// The same patches with each profile, in formats that keep every sample.
fn profiled() -> Vec<(String, Vec<u8>)> {
    let picture = DynamicImage::from(profiles::patches());
    let grey = DynamicImage::from(picture.to_luma8());
    let mut pictures = Vec::new();
    for (name, icc) in profiles::rgb() {
        pictures.push((format!("{name}.png"), profiles::png(&picture, &icc)));
        pictures.push((format!("{name}.webp"), profiles::webp(&picture, &icc)));
        pictures.push((format!("{name}.tiff"), profiles::tiff(&picture, &icc)));
    }
    // Nearer to light itself, Little CMS gets the darks wrong: of 1.0, by up to nine levels.
    for gamma in [1.8, 2.8] {
        let icc = profiles::grey(gamma);
        pictures.push((format!("grey-{gamma}.png"), profiles::png(&grey, &icc)));
        pictures.push((format!("grey-{gamma}.tiff"), profiles::tiff(&grey, &icc)));
    }
    let ink = pictures::ink(&profiles::patches());
    let press = profiles::jpeg(&ink, (256, 128), ColorType::Cmyk, &profiles::press());
    pictures.push(("press.jpg".to_owned(), press));
    pictures
}

/// Writes the pictures that can be written from here; Pillow adds those of its own encoders.
fn draw(dir: &Path) {
    let write = |name: &str, bytes: Vec<u8>| {
        File::create_new(dir.join(name)).unwrap().write_all(&bytes).unwrap();
    };
    jpegs(write);
    others(write);
}

fn jpegs(write: impl Fn(&str, Vec<u8>)) {
    for (sampling, tag) in [
        (SamplingFactor::F_1_1, "444"),
        (SamplingFactor::F_2_1, "422"),
        (SamplingFactor::F_1_2, "440"),
        (SamplingFactor::F_2_2, "420"),
        (SamplingFactor::F_4_1, "411"),
    ] {
        let how = Jpeg { sampling, ..BASELINE };
        write(&format!("baseline-{tag}.jpg"), photo_jpeg(1024, 683, how));
        write(
            &format!("progressive-{tag}.jpg"),
            photo_jpeg(683, 1024, Jpeg { progressive: true, ..how }),
        );
    }
    for (width, height) in [
        (150, 150),
        (180, 121),
        (240, 180),
        (333, 500),
        (640, 480),
        (719, 721),
        (1021, 767),
        (1440, 1441),
        (2048, 1365),
        (4000, 3000),
        (3000, 300),
        (120, 2000),
        (60, 90),
    ] {
        write(&format!("size-{width}x{height}.jpg"), photo_jpeg(width, height, BASELINE));
    }
    write("progressive-4000x3000.jpg", photo_jpeg(4000, 3000, PROGRESSIVE));
    write("progressive-601x399.jpg", photo_jpeg(601, 399, PROGRESSIVE));
    write(
        "restarts.jpg",
        photo_jpeg(1600, 1200, Jpeg { restart_interval: 7, optimized: true, ..BASELINE }),
    );
    let grey = DynamicImage::from(photo(1500, 1001)).into_luma8();
    write("grey.jpg", pictures::jpeg(&grey, (1500, 1001), ColorType::Luma, BASELINE));
    write("rgb.jpg", pictures::rgb_jpeg(900, 700));
    write("cmyk.jpg", pictures::cmyk_jpeg(900, 700, ColorType::Cmyk));
    write("ycck.jpg", pictures::cmyk_jpeg(901, 703, ColorType::CmykAsYcck));
    for turned in 1..=8 {
        write(&format!("turned-{turned}.jpg"), photo_jpeg(1203, 800, Jpeg { turned, ..BASELINE }));
    }
}

fn others(write: impl Fn(&str, Vec<u8>)) {
    let picture = DynamicImage::from(photo(800, 601));
    write("rgb8.png", pictures::png(&picture, 0));
    write("rgb16.png", pictures::png(&picture.to_rgb16().into(), 0));
    write("rgba16.png", pictures::png(&with_holes(400, 301).to_rgba16().into(), 0));
    write("grey8.png", pictures::png(&picture.to_luma8().into(), 0));
    write("grey16.png", pictures::png(&picture.to_luma16().into(), 0));
    write("grey-alpha.png", pictures::png(&with_holes(500, 700).to_luma_alpha8().into(), 0));
    write("alpha.png", pictures::png(&with_holes(640, 480), 0));
    write("alpha.webp", pictures::webp(&with_holes(640, 480), 0));
    write("rgb8.webp", pictures::webp(&picture, 0));
    write("rgb8.tiff", pictures::tiff(&picture));
    write("holes.gif", pictures::gif(&[with_holes(300, 200), picture.clone()]));
    for turned in [3, 5, 6, 8] {
        write(&format!("turned-{turned}.png"), pictures::png(&picture, turned));
        write(&format!("turned-{turned}.webp"), pictures::webp(&picture, turned));
    }
}

/// Makes the thumbnails of all pictures in `dir`; returns a line of picture, thumbnail and spec each.
fn thumbnails(dir: &Path) -> Vec<u8> {
    let mut thumbnailers = [
        "120x120 cover grey jpg",
        "120x120 stretch grey jpg",
        "120x120 cover grey png",
        "120x120 cover bilevel png",
    ]
    .map(|spec| Thumbnailer::new(spec.parse::<ThumbnailSpec>().unwrap()));
    let mut pictures: Vec<PathBuf> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    pictures.sort();
    let mut lines = Vec::new();
    for path in &pictures {
        for (idx, thumbnailer) in thumbnailers.iter_mut().enumerate() {
            let picture = BufReader::new(File::open(path).unwrap());
            let thumbnail = thumbnailer
                .thumbnail(picture)
                .unwrap_or_else(|error| panic!("{}: {error:?}", path.display()));
            let thumb = format!("{}.thumb{idx}", path.display());
            File::create_new(&thumb).unwrap().write_all(&thumbnail.bytes).unwrap();
            writeln!(lines, "{}\t{thumb}\t{}", path.display(), thumbnailer.spec()).unwrap();
        }
    }
    lines
}

fn run(python: &Path, what: &str, dir: &Path, input: &[u8]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pillow.py");
    let mut child = Command::new(python)
        .arg(script)
        .arg(what)
        .arg(dir)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    child.stdin.take().unwrap().write_all(input).unwrap();
    assert!(child.wait().unwrap().success(), "pillow.py {what} found fault");
}
