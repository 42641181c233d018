//! The system's fonts: which there are, what they have, and in which order they
//! are asked. The order depends on nothing but their names, so that the same
//! fonts make the same sheet.

use super::Fonts;
use super::coverage::Coverage;
use super::face::Face;
use crate::cluster::is_invisible;
use crate::script::Han;
use fontdb::{Database, FaceInfo, Source, Stretch, Style};
use read_fonts::{FontRef, TableProvider as _, types::Tag};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use subsetter::GlyphRemapper;

/// The largest fonts, of Chinese in all weights, have some 150 MB.
const LARGEST: u64 = 512 << 20;

/// A face of the system that can be printed with.
#[derive(Debug)]
struct Found {
    family: String,
    path: PathBuf,
    index: u32,
    name: String,
    coverage: Coverage,
}

/// All of them, the ones that are preferred first: one of each family.
#[derive(Debug, Default)]
pub(super) struct System(Vec<Found>);

impl System {
    pub(super) fn look(source: &Fonts) -> Self {
        let mut database = Database::new();
        match source {
            Fonts::OfSystem => database.load_system_fonts(),
            Fonts::In(folder) => database.load_fonts_dir(folder),
            Fonts::Bundled => {}
        }
        let mut families: BTreeMap<Rank<'_>, &FaceInfo> = BTreeMap::new();
        let mut faces: Vec<&FaceInfo> = database.faces().collect();
        faces.sort_by_cached_key(|face| {
            (plainness(face), path(face).map(Path::to_owned), face.index)
        });
        for face in faces {
            families.entry(Rank::of(face)).or_insert(face);
        }
        let found = families.into_values().filter_map(|face| found(&database, face));
        Self(found.collect())
    }

    /// The places of those that have all letters of a cluster, in order.
    pub(super) fn with_all(&self, cluster: &str, han: Han) -> Vec<usize> {
        let mut letters = cluster.chars().filter(|&letter| !is_invisible(letter)).peekable();
        let is_east = letters.peek().is_some_and(|&letter| is_eastern(letter));
        let letters: Vec<char> = letters.collect();
        let has_all = |found: &Found| letters.iter().all(|&letter| found.coverage.has(letter));
        let mut places: Vec<usize> =
            (0..self.0.len()).filter(|&place| has_all(&self.0[place])).collect();
        if is_east {
            places.sort_by_key(|&place| preference(&self.0[place].family, han));
        }
        places
    }

    pub(super) fn load(&self, place: usize) -> Option<Face> {
        let found = self.0.get(place)?;
        let mut bytes = Vec::new();
        File::open(&found.path).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
        // What cannot be embedded is of no use on paper.
        subsetter::subset(&bytes, found.index, &GlyphRemapper::new()).ok()?;
        Face::new(Arc::new(bytes), found.index, &found.name)
    }
}

/// How soon a family is asked: proportional ones before others, Noto's before
/// others, those without serifs before others.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank<'a> {
    is_monospaced: bool,
    is_not_noto: bool,
    is_not_sans: bool,
    family: &'a str,
}

impl<'a> Rank<'a> {
    fn of(face: &'a FaceInfo) -> Self {
        let family = face.families.first().map_or("", |(family, _)| family.as_str());
        Self {
            is_monospaced: face.monospaced || family.contains("Mono"),
            is_not_noto: !family.starts_with("Noto "),
            is_not_sans: !family.contains("Sans"),
            family,
        }
    }
}

/// How far a face is from its family's upright and regular one.
fn plainness(face: &FaceInfo) -> (bool, u16, bool) {
    let weight = face.weight.0.abs_diff(400);
    (face.style != Style::Normal, weight, face.stretch != Stretch::Normal)
}

fn path(face: &FaceInfo) -> Option<&Path> {
    match &face.source {
        Source::File(path) | Source::SharedFile(path, _) => Some(path),
        Source::Binary(_) => None,
    }
}

fn found(database: &Database, face: &FaceInfo) -> Option<Found> {
    let family = face.families.first()?.0.clone();
    // It has a box for every letter there is.
    if family.contains("LastResort") {
        return None;
    }
    let coverage = database.with_face_data(face.id, |data, index| {
        let font = FontRef::from_index(data, index).ok()?;
        may_print(&font).then(|| Coverage::of(&font)).flatten()
    })??;
    let (path, name) = (path(face)?.to_owned(), face.post_script_name.clone());
    Some(Found { family, path, index: face.index, name, coverage })
}

/// Whether a font has outlines that a PDF takes, and may be embedded. One that
/// only has pictures, as of emoji in colour, has none.
fn may_print(font: &FontRef<'_>) -> bool {
    let has = |tag: &[u8; 4]| font.table_data(Tag::new(tag)).is_some();
    let has_layers = font.colr().is_ok_and(|colr| colr.version() > 0);
    // Two of the bits that say "with restrictions" allow it; the first alone does not.
    // The others forbid what is done here: subsets, and outlines.
    let restricts = |fs_type: u16| fs_type & 0xf == 2 || fs_type & 0x300 != 0;
    let is_restricted = font.os2().is_ok_and(|os2| restricts(os2.fs_type()));
    let has_outlines = has(b"glyf") || has(b"CFF ");
    has_outlines && !has(b"CBDT") && !has(b"sbix") && !has_layers && !is_restricted
}

/// Whether it is written differently in China, Japan and Korea.
fn is_eastern(letter: char) -> bool {
    matches!(u32::from(letter), 0x2E80..=0x9FFF | 0xAC00..=0xD7FF | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x1F200..=0x1F2FF | 0x20000..=0x3FFFF)
}

/// The place among the families that have these forms; behind them where it is
/// none of them.
fn preference(family: &str, han: Han) -> usize {
    let families = han.families();
    families.iter().position(|wanted| family.starts_with(wanted)).unwrap_or(families.len())
}
