//! The folder that a run leaves, judged from outside: by its files alone, held
//! against what the server has.

use anyhow::{Context, Result, bail, ensure};
use fake_flickr::{Label, Server, TruePhoto};
use image::{ColorType, ImageDecoder, ImageReader};
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What may lie in a folder; everything else is a stray.
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

/// A folder that the program archives into.
pub(crate) struct Folder {
    path: PathBuf,
}

/// A picture as it should be there.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    /// Below the folder.
    pub(crate) path: String,
    pub(crate) sha256: String,
    /// Damaged at the source, and kept as it came.
    is_defective: bool,
}

/// What should be in a folder, and what should be named as missing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pictures: BTreeMap<u64, Picture>,
    missing: BTreeSet<u64>,
    /// Photos that were deleted upstream while the run went on: their pictures
    /// may be there or be named as missing.
    gone: BTreeSet<u64>,
}

impl Wanted {
    /// Every photo that the server lists, in its largest rendition.
    pub(crate) fn of(server: &Server) -> Result<Self> {
        let pictures: Option<_> =
            server.truth().iter().map(|photo| picture(server, photo)).collect();
        Ok(Self {
            pictures: pictures.context("the server has no picture of a photo")?,
            ..Self::default()
        })
    }

    /// These cannot be had, and are to be named.
    pub(crate) fn without(mut self, missing: impl IntoIterator<Item = u64>) -> Self {
        for id in missing {
            self.pictures.remove(&id);
            self.missing.insert(id);
        }
        self
    }

    /// This one is damaged at the source: these are the bytes that come.
    pub(crate) fn damaged(mut self, id: u64, bytes: &[u8]) -> Result<Self> {
        let picture = self.pictures.get_mut(&id).context("it is listed")?;
        (picture.sha256, picture.is_defective) = (sha256(bytes), true);
        Ok(self)
    }

    /// These went while the run was under way.
    pub(crate) fn gone(mut self, ids: impl IntoIterator<Item = u64>) -> Self {
        self.gone.extend(ids);
        self
    }

    pub(crate) fn pictures(&self) -> &BTreeMap<u64, Picture> {
        &self.pictures
    }

    pub(crate) fn missing(&self) -> &BTreeSet<u64> {
        &self.missing
    }

    /// Whether it is or was a photo of the stream.
    fn knows(&self, id: u64) -> bool {
        let is_in = |ids: &BTreeSet<u64>| ids.contains(&id);
        self.pictures.contains_key(&id) || is_in(&self.missing) || is_in(&self.gone)
    }
}

/// The path and the hash of what is archived of a photo: its largest rendition
/// that is no square cut out of it.
fn picture(server: &Server, photo: &TruePhoto) -> Option<(u64, Picture)> {
    let is_whole = |label: Label| !matches!(label, Label::Sq | Label::Q);
    let rendition = photo.renditions.iter().rfind(|rendition| is_whole(rendition.label))?;
    let (_, extension) = rendition.url.rsplit_once('.')?;
    let path = format!("photos/{}.{extension}", photo.id);
    let sha256 = server.rendered(photo.id, rendition.label)?.sha256;
    Some((photo.id, Picture { path, sha256, is_defective: false }))
}

impl Folder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    fn text(&self, path: &str) -> Result<String> {
        fs::read_to_string(self.at(path)).with_context(|| path.to_owned())
    }

    /// The photos that have a picture under its last name.
    pub(crate) fn stored(&self) -> Result<BTreeSet<u64>> {
        if !self.at("photos").exists() {
            return Ok(BTreeSet::new());
        }
        let names = self.names("photos")?;
        Ok(names.iter().filter_map(|name| name.split_once('.')?.0.parse().ok()).collect())
    }

    fn names(&self, folder: &str) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.at(folder)).with_context(|| folder.to_owned())?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    /// That exactly what is wanted is there, and that the folder agrees with
    /// itself.
    pub(crate) fn holds(&self, wanted: &Wanted) -> Result<()> {
        let files = self.files()?;
        self.has_pictures(wanted, &files)?;
        has_nothing_else(wanted, &files)?;
        self.names_the_missing(wanted)?;
        self.records_agree(wanted)?;
        self.catalogue_agrees(wanted)?;
        self.sums_agree(&files)?;
        self.has_no_strays()
    }

    /// Every file under `photos/` and `thumbs/`, with its SHA-256.
    fn files(&self) -> Result<BTreeMap<String, String>> {
        let mut files = BTreeMap::new();
        for folder in ["photos", "thumbs"] {
            for name in self.names(folder)? {
                let path = format!("{folder}/{name}");
                let sha256 = sha256(&fs::read(self.at(&path)).with_context(|| path.clone())?);
                files.insert(path, sha256);
            }
        }
        Ok(files)
    }

    fn has_pictures(&self, wanted: &Wanted, files: &BTreeMap<String, String>) -> Result<()> {
        for (id, picture) in &wanted.pictures {
            match files.get(&picture.path) {
                None => bail!("{} is lost", picture.path),
                Some(sha256) if *sha256 != picture.sha256 => bail!("{} is wrong", picture.path),
                // Of what cannot be decoded there may be no thumbnail, but no wrong one.
                Some(_) if picture.is_defective && !files.contains_key(&thumbnail(*id)) => (),
                Some(_) => is_thumbnail(&self.at(&thumbnail(*id)))?,
            }
        }
        Ok(())
    }

    /// failed.csv has exactly those that cannot be had.
    fn names_the_missing(&self, wanted: &Wanted) -> Result<()> {
        let named = self.named()?;
        let lost: Vec<_> = wanted.missing.difference(&named).take(5).collect();
        ensure!(lost.is_empty(), "missing, and not named: {lost:?}");
        let mut too_many = named.difference(&wanted.missing).filter(|id| !wanted.gone.contains(id));
        ensure!(too_many.next().is_none(), "named as missing without a reason");
        Ok(())
    }

    /// The ids in failed.csv.
    pub(crate) fn named(&self) -> Result<BTreeSet<u64>> {
        if !self.at("failed.csv").exists() {
            return Ok(BTreeSet::new());
        }
        let text = self.text("failed.csv")?;
        let (head, lines) = text.split_once('\n').context("failed.csv has a head")?;
        ensure!(head == "id,url,reason,attempts", "the head of failed.csv is {head}");
        let id = |line: &str| line.split_once(',')?.0.parse().ok();
        lines.lines().map(|line| id(line).context("a line of failed.csv has no id")).collect()
    }

    /// The last line of each photo in photos.jsonl.
    fn records_agree(&self, wanted: &Wanted) -> Result<()> {
        let mut records = BTreeMap::new();
        for line in self.text("photos.jsonl")?.lines() {
            let record: Value = serde_json::from_str(line).context("a line of photos.jsonl")?;
            let id = &record["id"];
            let id = id.as_u64().or_else(|| id.as_str()?.parse().ok());
            records.insert(id.context("a line of photos.jsonl has no id")?, record);
        }
        for (id, picture) in &wanted.pictures {
            let record = records.get(id).with_context(|| format!("{id} is not in photos.jsonl"))?;
            ensure!(record["state"] == "saved", "{id} is {} in photos.jsonl", record["state"]);
            let is_defective = record["defect"].is_string();
            ensure!(is_defective == picture.is_defective, "{id}: defect {}", record["defect"]);
        }
        let stray = records.keys().find(|id| !wanted.knows(**id));
        ensure!(stray.is_none(), "{stray:?} is in photos.jsonl, and nowhere else");
        Ok(())
    }

    /// Every photo is in the catalogue exactly once, in the right state.
    fn catalogue_agrees(&self, wanted: &Wanted) -> Result<()> {
        let catalogue = self.sound_catalogue()?;
        let mut rows = catalogue.prepare("SELECT id, state FROM photo")?;
        let rows =
            rows.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
        let states: BTreeMap<u64, String> =
            rows.iter().map(|(id, state)| (id.cast_unsigned(), state.clone())).collect();
        ensure!(states.len() == rows.len(), "a photo is in the catalogue twice");
        let state = |id: &u64| states.get(id).map(String::as_str);
        for id in wanted.pictures.keys() {
            ensure!(state(id) == Some("saved"), "{id} is {:?} in the catalogue", state(id));
        }
        for id in &wanted.missing {
            ensure!(state(id) == Some("failed"), "{id} is {:?} in the catalogue", state(id));
        }
        let stray = states.keys().find(|id| !wanted.knows(**id));
        ensure!(stray.is_none(), "{stray:?} is in the catalogue, and nowhere else");
        Ok(())
    }

    /// The catalogue, if it is whole.
    pub(crate) fn sound_catalogue(&self) -> Result<Connection> {
        let catalogue = Connection::open(self.at(".silverprint/catalogue.db"))?;
        let said: String = catalogue.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        ensure!(said == "ok", "integrity_check: {said}");
        let broken = catalogue.prepare("PRAGMA foreign_key_check")?.exists([])?;
        ensure!(!broken, "foreign_key_check: a row points to nothing");
        Ok(catalogue)
    }

    /// SHA256SUMS has every file; and `sha256sum` thinks so too.
    fn sums_agree(&self, files: &BTreeMap<String, String>) -> Result<()> {
        let text = self.text("SHA256SUMS")?;
        let line = |line: &str| line.split_once("  ").map(|(sum, path)| (path.into(), sum.into()));
        let sums: Option<BTreeMap<String, String>> = text.lines().map(line).collect();
        ensure!(sums.as_ref() == Some(files), "SHA256SUMS and the files differ");
        if files.is_empty() {
            return Ok(());
        }
        let check = ["--check", "--strict", "--quiet", "SHA256SUMS"];
        let checked = Command::new("sha256sum").args(check).current_dir(&self.path).output()?;
        ensure!(
            checked.status.success(),
            "sha256sum: {}",
            String::from_utf8_lossy(&checked.stderr)
        );
        Ok(())
    }

    /// Nothing temporary and nothing strange lies about.
    fn has_no_strays(&self) -> Result<()> {
        let incoming = self.names(".silverprint/incoming")?;
        ensure!(incoming.is_empty(), "left in incoming: {incoming:?}");
        for name in self.names(".")? {
            ensure!(KNOWN.contains(&name.as_str()), "a stray: {name}");
        }
        Ok(())
    }
}

fn has_nothing_else(wanted: &Wanted, files: &BTreeMap<String, String>) -> Result<()> {
    for path in files.keys() {
        let id = path.split_once('/').and_then(|(_, name)| name.split_once('.'));
        let id = id.and_then(|(id, _)| id.parse().ok()).unwrap_or(0);
        let is_wanted = wanted
            .pictures
            .get(&id)
            .is_some_and(|picture| *path == picture.path || *path == thumbnail(id));
        ensure!(is_wanted || wanted.gone.contains(&id), "{path} should not be there");
    }
    Ok(())
}

fn thumbnail(id: u64) -> String {
    format!("thumbs/{id}.jpg")
}

/// That a file is a 120×120 JPEG of one 8-bit channel, and decodes.
fn is_thumbnail(path: &Path) -> Result<()> {
    let decode = || {
        let decoder = ImageReader::open(path)?.into_decoder()?;
        ensure!(decoder.dimensions() == (120, 120), "{:?}", decoder.dimensions());
        ensure!(decoder.color_type() == ColorType::L8, "{:?}", decoder.color_type());
        let mut pixels = vec![0; 120 * 120];
        decoder.read_image(&mut pixels)?;
        Ok(())
    };
    decode().with_context(|| path.display().to_string())
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // A string takes all.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
