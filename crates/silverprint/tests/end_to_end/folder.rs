//! The folder that a run leaves, looked at from outside: by its files alone.

use fake_flickr::{Label, Server};
use image::{ColorType, ImageDecoder, ImageReader};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder to archive into; it goes when the test ends.
pub(crate) struct Folder {
    /// Around the archive, so that what is written beside it would be seen.
    around: TempDir,
}

/// What the server has: for each photo the path of its picture and its SHA-256.
pub(crate) type Truth = BTreeMap<u64, (String, String)>;

/// The truth of the largest renditions there are: the original where it is
/// offered, and never a square that Flickr cut out of the picture.
pub(crate) fn truth(server: &Server) -> Truth {
    let is_whole = |label: &&Label| !matches!(label, Label::Sq | Label::Q);
    truth_of(server, |labels| *labels.iter().rfind(is_whole).expect("some size is not cropped"))
}

/// The truth of the renditions that `choose` takes of those that there are.
pub(crate) fn truth_of(server: &Server, choose: impl Fn(&[Label]) -> Label) -> Truth {
    let photos = server.truth();
    let picture = |photo: &fake_flickr::TruePhoto| {
        let labels: Vec<_> = photo.renditions.iter().map(|rendition| rendition.label).collect();
        let label = choose(&labels);
        let rendition = photo.rendition(label).expect("it is one of them");
        let extension = rendition.url.rsplit_once('.').expect("it has an extension").1;
        let rendered = server.rendered(photo.id, label).expect("the photo is listed");
        (photo.id, (format!("photos/{}.{extension}", photo.id), rendered.sha256))
    };
    photos.iter().map(picture).collect()
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { around: tempfile::tempdir().expect("there is room for a test") }
    }

    /// The folder itself. It is not there before the first run.
    pub(crate) fn path(&self) -> PathBuf {
        self.around.path().join("archive")
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).expect("it is text")
    }

    /// Every file under `photos/` and `thumbs/`, with its SHA-256.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for part in ["photos", "thumbs"] {
            for entry in fs::read_dir(self.at(part)).expect("the folder has its parts") {
                let path = format!("{part}/{}", entry.unwrap().file_name().to_str().unwrap());
                let sha256 = sha256(&self.bytes(&path));
                files.insert(path, sha256);
            }
        }
        files
    }

    /// The photos that have a picture under its last name.
    pub(crate) fn pictures(&self) -> BTreeSet<u64> {
        let Ok(entries) = fs::read_dir(self.at("photos")) else { return BTreeSet::new() };
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let id = |name: std::ffi::OsString| name.to_str()?.split_once('.')?.0.parse().ok();
        entries.map(name).filter_map(id).collect()
    }

    /// What SHA256SUMS says.
    pub(crate) fn sums(&self) -> BTreeMap<String, String> {
        let text = self.text("SHA256SUMS");
        let line = |line: &str| {
            let (sum, path) = line.split_once("  ").expect("sum, two spaces, path");
            (path.to_owned(), sum.to_owned())
        };
        text.lines().map(line).collect()
    }

    /// The last line of each photo in photos.jsonl.
    pub(crate) fn records(&self) -> BTreeMap<u64, Value> {
        let text = self.text("photos.jsonl");
        let line = |line: &str| {
            let value: Value = serde_json::from_str(line).expect("each line is JSON");
            let id = &value["id"];
            let id = id.as_u64().or_else(|| id.as_str()?.parse().ok()).expect("it has an id");
            (id, value)
        };
        text.lines().map(line).collect()
    }

    /// The lines of failed.csv by photo; empty where there is no such file.
    pub(crate) fn failed(&self) -> BTreeMap<u64, String> {
        if !self.at("failed.csv").exists() {
            return BTreeMap::new();
        }
        let text = self.text("failed.csv");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("id,url,reason,attempts"));
        let row = |line: &str| {
            let (id, rest) = line.split_once(',').expect("four fields");
            (id.parse().expect("an id"), rest.to_owned())
        };
        let failed: BTreeMap<_, _> = lines.map(row).collect();
        assert!(!failed.is_empty(), "a failed.csv in which nothing failed");
        failed
    }

    /// Every page of the contact sheet.
    pub(crate) fn sheet(&self) -> String {
        let mut html = self.text("index.html");
        for path in files_below(&self.at("sheet")) {
            if path.extension().is_some_and(|extension| extension == "html") {
                html.push_str(&fs::read_to_string(path).unwrap());
            }
        }
        html
    }

    /// That the folder agrees with itself: sums, records, catalogue; and that
    /// nothing temporary and nothing strange lies about.
    #[track_caller]
    pub(crate) fn check_itself(&self) {
        assert_eq!(self.sums(), self.files(), "SHA256SUMS and the files");
        let incoming: Vec<_> = files_below(&self.at(".silverprint/incoming"));
        assert!(incoming.is_empty(), "left behind: {incoming:?}");
        let beside: Vec<_> = fs::read_dir(self.around.path()).unwrap().collect();
        assert_eq!(beside.len(), 1, "{beside:?}");
        self.check_names();
        self.check_catalogue();
    }

    fn check_names(&self) {
        const KNOWN: [&str; 8] = [
            ".silverprint",
            "SHA256SUMS",
            "failed.csv",
            "index.html",
            "photos",
            "photos.jsonl",
            "sheet",
            "thumbs",
        ];
        for entry in fs::read_dir(self.path()).unwrap() {
            let name = entry.unwrap().file_name();
            assert!(KNOWN.iter().any(|known| name == *known), "a stray {}", name.display());
        }
    }

    fn check_catalogue(&self) {
        let catalogue = rusqlite::Connection::open(self.at(".silverprint/catalogue.db")).unwrap();
        let check = |pragma: &str| {
            let said = catalogue.query_row(pragma, [], |row| row.get::<_, String>(0)).unwrap();
            assert_eq!(said, "ok", "{pragma}");
        };
        check("PRAGMA integrity_check");
        let mut broken = catalogue.prepare("PRAGMA foreign_key_check").unwrap();
        assert!(!broken.exists([]).unwrap(), "a row points to nothing");
    }

    /// That the pictures of exactly these photos are there, byte for byte, each
    /// with a thumbnail, a record and a place on the sheet; and the rest of the
    /// folder agrees.
    #[track_caller]
    pub(crate) fn check_holds(&self, truth: &Truth) {
        let files = self.files();
        let mut expected: BTreeSet<String> = BTreeSet::new();
        let (records, sheet) = (self.records(), self.sheet());
        for (id, (path, sha256)) in truth {
            assert_eq!(files.get(path), Some(sha256), "{path}");
            let thumb = format!("thumbs/{id}.jpg");
            check_thumbnail(&self.at(&thumb));
            expected.extend([path.clone(), thumb]);
            if records[id]["photo"]["media"] == "video" {
                expected.insert(format!("photos/{id}.mp4"));
            }
            assert_eq!(records[id]["state"], "saved", "{id} in photos.jsonl");
            assert!(sheet.contains(&id.to_string()), "{id} is not on the sheet");
        }
        let found: BTreeSet<String> = files.into_keys().collect();
        assert_eq!(found, expected, "files that are there, and that should be");
        assert!(records.keys().eq(truth.keys()), "photos.jsonl has exactly the photos");
        assert!(!self.at("failed.csv").exists(), "{}", self.text("failed.csv"));
        self.check_itself();
    }
}

/// That a file is a 120×120 JPEG of one 8-bit channel, and decodes.
#[track_caller]
fn check_thumbnail(path: &Path) {
    let decoder = ImageReader::open(path).expect("it is there").into_decoder().expect("a JPEG");
    assert_eq!(decoder.dimensions(), (120, 120), "{}", path.display());
    assert_eq!(decoder.color_type(), ColorType::L8, "{}", path.display());
    let mut pixels = vec![0; 120 * 120];
    decoder.read_image(&mut pixels).expect("it decodes");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let into = if entry.file_type().unwrap().is_dir() { &mut folders } else { &mut files };
            into.push(entry.path());
        }
    }
    files
}

pub(crate) fn every_file(folder: &Folder) -> Vec<PathBuf> {
    files_below(&folder.path())
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").expect("a string takes all");
    }
    text
}
