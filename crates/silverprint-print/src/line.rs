//! A line of text that is set: glyphs in the order in which they stand.

use crate::fonts::FaceId;

/// Lengths are in ems.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Line {
    /// What it says, in the order in which it is read.
    pub(crate) text: String,
    pub(crate) width: f32,
    /// It is read from the right.
    pub(crate) is_from_right: bool,
    pub(crate) pieces: Vec<Piece>,
}

/// Glyphs of one face, side by side, from the left.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub(crate) face: FaceId,
    /// No font has its letters.
    pub(crate) is_boxes: bool,
    pub(crate) glyphs: Vec<Glyph>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) id: u16,
    /// From here to the next one.
    pub(crate) advance: f32,
    /// Where it is drawn, from where it stands; up is positive.
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// The part of the text that it shows, together with its neighbours of the
    /// same part.
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Line {
    /// What a glyph says.
    pub(crate) fn said_by(&self, glyph: &Glyph) -> &str {
        self.text.get(glyph.from..glyph.to).unwrap_or_default()
    }
}
