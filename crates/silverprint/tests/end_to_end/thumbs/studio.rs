//! Pictures to make thumbnails of, and a look at those.

use crate::program::Program;
use image::codecs::jpeg::JpegEncoder;
use image::{ColorType, DynamicImage, GrayImage, ImageEncoder as _, Luma, Rgb, RgbImage};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
#[cfg(unix)]
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tempfile::TempDir;

/// A working directory; it goes when the test ends.
pub(super) struct Studio(TempDir);

/// A frame of a sheet, with what it leads to as a browser resolves it.
#[derive(Debug)]
pub(super) struct Print {
    pub(super) title: String,
    pub(super) picture: Option<PathBuf>,
    pub(super) thumb: Option<PathBuf>,
    pub(super) reason: Option<String>,
}

fn painted(width: u32, height: u32, seed: u8) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let byte = |number: u32| u8::try_from(number % 256).expect("it is the remainder");
        Rgb([byte(x * 2), byte(y * 3), seed.wrapping_mul(40)])
    })
}

pub(super) fn jpeg(width: u32, height: u32, seed: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(&painted(width, height, seed))
        .unwrap();
    bytes
}

/// Dark to the left and light to the right as stored, with an orientation.
pub(super) fn jpeg_turned(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let halves =
        GrayImage::from_fn(width, height, |x, _| Luma([if x < width / 2 { 5 } else { 250 }]));
    let exif = [
        b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(),
        &[orientation, 0, 0, 0, 0, 0, 0],
    ];
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif.concat()).unwrap();
    encoder.write_image(&halves, width, height, ColorType::L8.into()).unwrap();
    bytes
}

pub(super) fn png(width: u32, height: u32, seed: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::from(painted(width, height, seed));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

impl Studio {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for a test"))
    }

    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(super) fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// `thumbs` of these paths (apart by spaces), run in the working directory.
    pub(super) fn thumbs(&self, paths: &str) -> Program {
        Program::new(&["thumbs"]).directory(self.0.path()).args(paths)
    }

    /// The names in a folder.
    pub(super) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.at(folder)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The thumbnails below a folder; that each is whole, and nothing else there.
    pub(super) fn thumbnails(&self, folder: &str) -> Vec<String> {
        let root = self.at(folder).join("thumbs");
        let mut found: Vec<_> = files(&root)
            .into_iter()
            .map(|path| {
                let shown = path.display();
                let thumbnail =
                    image::open(&path).unwrap_or_else(|error| panic!("{shown}: {error}"));
                assert_eq!((thumbnail.width(), thumbnail.height()), (120, 120), "{shown}");
                assert_eq!(thumbnail.color(), ColorType::L8, "{shown}");
                path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned()
            })
            .collect();
        found.sort();
        let incoming = self.at(folder).join(".silverprint/incoming");
        assert_eq!(files(&incoming), [] as [PathBuf; 0], "nothing temporary is left");
        found
    }

    pub(super) fn grey(&self, path: &str) -> GrayImage {
        image::open(self.at(path)).unwrap().into_luma8()
    }

    /// Bytes and time of every file under `in`.
    pub(super) fn originals(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let look = |path: PathBuf| {
            let time = fs::metadata(&path).unwrap().modified().unwrap();
            (path.clone(), (fs::read(&path).unwrap(), time))
        };
        files(&self.at("in")).into_iter().map(look).collect()
    }

    /// The first page of a folder's sheet.
    pub(super) fn sheet(&self, folder: &str) -> Vec<Print> {
        let page = fs::read_to_string(self.at(folder).join("index.html")).unwrap();
        let folder = self.at(folder);
        page.split("<figure ").skip(1).map(|figure| Print::read(figure, &folder)).collect()
    }
}

impl Print {
    fn read(figure: &str, folder: &Path) -> Self {
        let between = |start: &str, end: &str| {
            let (_, rest) = figure.split_once(start)?;
            Some(rest.split_once(end)?.0)
        };
        let file = |reference: &str| folder.join(decoded(reference));
        let title = between("<p class=\"title\" title=\"", "\"").expect("each has a title");
        Self {
            title: title.to_owned(),
            picture: between("<a class=\"print\" href=\"", "\"").map(file),
            thumb: between("<img src=\"", "\"").map(file),
            reason: between("<span class=\"reason\"><bdi>", "</bdi>").map(ToOwned::to_owned),
        }
    }
}

/// A reference as a browser takes it for a path.
fn decoded(reference: &str) -> PathBuf {
    let mut bytes = Vec::new();
    let mut rest = reference.as_bytes();
    while let [first, after @ ..] = rest {
        let (byte, after) = match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).unwrap();
                (u8::from_str_radix(digits, 16).unwrap(), after)
            }
            _ => (*first, after),
        };
        bytes.push(byte);
        rest = after;
    }
    #[cfg(unix)]
    return std::ffi::OsString::from_vec(bytes).into();
    #[cfg(not(unix))]
    return String::from_utf8(bytes).unwrap().into();
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.symlink_metadata().unwrap().is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
