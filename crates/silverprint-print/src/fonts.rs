//! The fonts of a sheet: Noto Sans, which the program brings along, and for
//! letters that it lacks those of the system, of which nothing is read before one
//! is needed.

mod coverage;
mod face;
mod system;

use crate::cluster::is_invisible;
use crate::script::Han;
pub(crate) use face::{Face, FaceId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use system::System;

/// Noto Sans Regular; fonts/README.md says what of it.
static BUNDLED: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");

/// Where fonts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fonts {
    /// The bundled one, and those of the system where it lacks a letter.
    OfSystem,
    /// The bundled one, and those in a folder.
    In(PathBuf),
    /// The bundled one only.
    Bundled,
}

/// The faces in use.
pub(crate) struct Cabinet {
    source: Fonts,
    system: Option<System>,
    faces: Vec<Face>,
    /// By the place in the system's list.
    loaded: HashMap<usize, Option<FaceId>>,
    /// What was found for a single letter.
    known: HashMap<(char, Han), Option<FaceId>>,
}

/// A face for a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// This one has it.
    Has(FaceId),
    /// None has it; this one shows boxes.
    Lacks(FaceId),
}

impl Cabinet {
    pub(crate) fn new(source: Fonts) -> Self {
        let bundled = Face::new(Arc::new(BUNDLED), 0, "NotoSans-Regular");
        let bundled = bundled.expect("the bundled font is whole");
        Self {
            source,
            system: None,
            faces: vec![bundled],
            loaded: HashMap::new(),
            known: HashMap::new(),
        }
    }

    pub(crate) fn face(&self, id: FaceId) -> &Face {
        &self.faces[id.0]
    }

    /// The face for a cluster: one that has all of it, else one that has its
    /// first letter.
    pub(crate) fn choose(&mut self, cluster: &str, han: Han) -> Choice {
        let mut letters = cluster.chars().filter(|&letter| !is_invisible(letter));
        let Some(first) = letters.next() else { return Choice::Has(FaceId::BUNDLED) };
        let found = match letters.next() {
            None => self.for_letter(first, han),
            Some(_) => self.find(cluster, han).or_else(|| self.for_letter(first, han)),
        };
        found.map_or(Choice::Lacks(FaceId::BUNDLED), Choice::Has)
    }

    fn for_letter(&mut self, letter: char, han: Han) -> Option<FaceId> {
        if let Some(&known) = self.known.get(&(letter, han)) {
            return known;
        }
        let found = self.find(letter.encode_utf8(&mut [0; 4]), han);
        self.known.insert((letter, han), found);
        found
    }

    fn find(&mut self, cluster: &str, han: Han) -> Option<FaceId> {
        if self.faces[0].has_all(cluster) {
            return Some(FaceId::BUNDLED);
        }
        let system = self.system.get_or_insert_with(|| System::look(&self.source));
        // A file may have changed since it was looked at: then the next one is taken.
        let places = system.with_all(cluster, han);
        places
            .into_iter()
            .find_map(|place| self.load(place).filter(|id| self.face(*id).has_all(cluster)))
    }

    fn load(&mut self, place: usize) -> Option<FaceId> {
        if let Some(&loaded) = self.loaded.get(&place) {
            return loaded;
        }
        let face = self.system.as_ref().and_then(|system| system.load(place));
        let id = face.map(|face| {
            self.faces.push(face);
            FaceId(self.faces.len() - 1)
        });
        self.loaded.insert(place, id);
        id
    }
}
