//! What is drawn on a page, as a PDF says it.

use super::Print;
use super::embedded::Embedded;
use crate::fonts::Face;
use crate::layout::Area;
use crate::line::{Glyph, Line, Piece};
use crate::page::Mark;
use crate::typesetter::Typesetter;
use pdf_writer::{Name, Ref, Str, TextStr};
use std::collections::BTreeMap;

/// A shift of a glyph that is smaller than that, in thousandths of an em, is none.
const SHIFT: f32 = 0.5;

/// A page's drawing.
pub(super) struct Content {
    drawn: pdf_writer::Content,
    /// A page's places are counted from its lower left corner here.
    height: f32,
    used: Used,
}

/// What a page must name as its resources.
#[derive(Default)]
pub(super) struct Used {
    pub(super) fonts: BTreeMap<String, Ref>,
    pub(super) pictures: BTreeMap<String, Ref>,
}

impl Content {
    pub(super) fn new(height: f32) -> Self {
        Self { drawn: pdf_writer::Content::new(), height, used: Used::default() }
    }

    pub(super) fn finish(self) -> (Vec<u8>, Used) {
        (self.drawn.finish().into_vec(), self.used)
    }

    pub(super) fn put(
        &mut self,
        mark: &Mark,
        prints: &[Option<Print>],
        typesetter: &Typesetter,
        embedded: &mut Embedded,
        reserve: &mut dyn FnMut() -> Ref,
    ) {
        match mark {
            Mark::Fill { area, grey } => {
                let y = self.height - area.y - area.height;
                self.drawn.set_fill_gray(*grey).rect(area.x, y, area.width, area.height);
                self.drawn.fill_nonzero();
            }
            Mark::Wedge { x, y, size } => self.wedge(*x, *y, *size),
            Mark::Print { area, frame } => {
                if let Some(Some(print)) = prints.get(*frame) {
                    self.print(*area, *frame, print);
                }
            }
            Mark::Text { line, x, y, size, grey } => {
                self.drawn.begin_text().set_fill_gray(*grey);
                let mut x = *x;
                for piece in &line.pieces {
                    let face = typesetter.face(piece.face);
                    let (name, id) = embedded.name(piece.face, reserve);
                    self.drawn.set_font(Name(name.as_bytes()), *size);
                    self.used.fonts.insert(name, id);
                    self.drawn.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, self.height - y]);
                    x += self.piece(line, piece, face, *size, embedded) * size;
                }
                self.drawn.end_text();
            }
        }
    }

    fn wedge(&mut self, x: f32, y: f32, size: f32) {
        let (top, bottom) = (self.height - y, self.height - y - size);
        self.drawn.set_fill_gray(0.0).move_to(x, top).line_to(x, bottom);
        self.drawn.line_to(x + size, f32::midpoint(top, bottom)).close_path().fill_nonzero();
    }

    /// As large as has room there, and in its middle.
    fn print(&mut self, area: Area, frame: usize, print: &Print) {
        let Area { x, y, width, height } = area.fitted(print.size);
        let name = format!("P{frame}");
        self.drawn.save_state();
        self.drawn.transform([width, 0.0, 0.0, height, x, self.height - y - height]);
        self.drawn.x_object(Name(name.as_bytes())).restore_state();
        self.used.pictures.insert(name, print.id);
    }

    /// The glyphs of a face. Says how far they go, in ems.
    fn piece(
        &mut self,
        line: &Line,
        piece: &Piece,
        face: &Face,
        size: f32,
        embedded: &mut Embedded,
    ) -> f32 {
        let mut pen = Pen::default();
        let parts = piece.glyphs.chunk_by(|one, next| one.from == next.from);
        for part in parts {
            let says = line.said_by(&part[0]);
            let ids: Vec<u16> =
                part.iter().map(|glyph| embedded.glyph(piece.face, glyph.id)).collect();
            // A letter of several glyphs, or of one that elsewhere stands for another,
            // says itself what it is.
            let is_plain =
                matches!(ids[..], [id] if !piece.is_boxes && embedded.says(piece.face, id, says));
            if !is_plain {
                pen.flush(&mut self.drawn);
                let mut span = self.drawn.begin_marked_content_with_properties(Name(b"Span"));
                span.properties().actual_text(TextStr(says));
            }
            for (glyph, id) in part.iter().zip(&ids) {
                pen.show(&mut self.drawn, glyph, *id, face.advance(glyph.id), size);
            }
            if !is_plain {
                pen.flush(&mut self.drawn);
                self.drawn.end_marked_content();
            }
        }
        pen.flush(&mut self.drawn);
        if pen.rise != 0.0 {
            // What comes after it begins on the baseline.
            self.drawn.set_rise(0.0);
        }
        pen.at
    }
}

/// Gathers glyphs that can be shown by one operator.
#[derive(Default)]
struct Pen {
    /// Where the next glyph stands, in ems, and where a reader thinks that it does.
    at: f32,
    thought: f32,
    /// How far above the baseline glyphs are shown, in points.
    rise: f32,
    shown: Vec<Shown>,
}

enum Shown {
    Glyphs(Vec<u8>),
    /// To the left, in thousandths of an em.
    Shift(f32),
}

impl Pen {
    fn show(
        &mut self,
        drawn: &mut pdf_writer::Content,
        glyph: &Glyph,
        id: u16,
        advance: f32,
        size: f32,
    ) {
        // There is a zero below zero, which would be another one.
        let rise = (glyph.y * size * 1000.0).round() / 1000.0 + 0.0;
        if rise.to_bits() != self.rise.to_bits() {
            self.flush(drawn);
            drawn.set_rise(rise);
            self.rise = rise;
        }
        let shift = ((self.thought - self.at - glyph.x) * 1000.0).round();
        if shift.abs() > SHIFT {
            self.shown.push(Shown::Shift(shift));
            self.thought -= shift / 1000.0;
        }
        match self.shown.last_mut() {
            Some(Shown::Glyphs(bytes)) => bytes.extend(id.to_be_bytes()),
            _ => self.shown.push(Shown::Glyphs(id.to_be_bytes().to_vec())),
        }
        // As the list of widths has it.
        self.thought += (advance * 1000.0).round() / 1000.0;
        self.at += glyph.advance;
    }

    /// Shows what is gathered.
    fn flush(&mut self, drawn: &mut pdf_writer::Content) {
        if self.shown.is_empty() {
            return;
        }
        let mut operator = drawn.show_positioned();
        let mut items = operator.items();
        for shown in self.shown.drain(..) {
            match shown {
                Shown::Glyphs(bytes) => items.show(Str(&bytes)),
                Shown::Shift(shift) => items.adjust(shift),
            };
        }
    }
}
