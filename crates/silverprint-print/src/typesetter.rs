//! Texts into lines: parted by direction, script and font, shaped, ordered as
//! they are seen, and cut to the room that there is.

use crate::cluster::clusters;
use crate::fonts::{Cabinet, Choice, Face, FaceId, Fonts};
use crate::line::{Glyph, Line, Piece};
use crate::script::{self, Han, Lacking};
use harfrust::{
    Buffer, BufferFlags, Direction, Script, ShapeOptions, ShapePlan, ShaperFont, shape,
};
use silverprint_core::one_line;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use unicode_bidi::{BidiInfo, Level};

/// No line on paper holds more letters.
const LONGEST: usize = 300;

/// Sets texts, and remembers what it could not set.
pub(crate) struct Typesetter {
    cabinet: Cabinet,
    buffer: Buffer,
    plans: HashMap<(FaceId, bool, Script), ShapePlan>,
    lacking: BTreeSet<Lacking>,
}

/// A part of a text that one font shapes in one direction.
#[derive(Debug)]
struct Item {
    range: Range<usize>,
    face: FaceId,
    is_boxes: bool,
    script: Script,
    level: Level,
}

impl Typesetter {
    pub(crate) fn new(fonts: Fonts) -> Self {
        Self {
            cabinet: Cabinet::new(fonts),
            buffer: Buffer::new(),
            plans: HashMap::new(),
            lacking: BTreeSet::new(),
        }
    }

    pub(crate) fn face(&self, id: FaceId) -> &Face {
        self.cabinet.face(id)
    }

    /// What no font had, so far.
    pub(crate) fn lacking(&self) -> impl Iterator<Item = &Lacking> {
        self.lacking.iter()
    }

    /// A text in that room, of letters of that size; what has no room shows as an
    /// ellipsis.
    pub(crate) fn fit(&mut self, text: &str, size: f32, room: f32) -> Line {
        let text = one_line(text, LONGEST);
        let room = room / size;
        let whole = self.set(&text);
        if whole.width <= room {
            return whole;
        }
        let mut ends: Vec<usize> = clusters(&text).map(|(at, _)| at).collect();
        // A cut changes how letters join; so what seems to fit is only where to begin.
        let seems_to_fit = fitting(&whole, room);
        ends.truncate(ends.partition_point(|&end| end <= seems_to_fit).max(1));
        while let Some(end) = ends.pop() {
            let cut = self.set(&format!("{}…", text[..end].trim_end()));
            if cut.width <= room {
                return cut;
            }
        }
        Line::default()
    }

    /// A text that is clean already, however wide it becomes.
    fn set(&mut self, text: &str) -> Line {
        let bidi = BidiInfo::new(text, None);
        let Some(paragraph) = bidi.paragraphs.first() else { return Line::default() };
        let levels = bidi.reordered_levels(paragraph, 0..text.len());
        let items = self.items(text, &levels);
        let order: Vec<Level> = items.iter().map(|item| item.level).collect();
        let order = BidiInfo::reorder_visual(&order);
        let pieces: Vec<Piece> =
            order.into_iter().map(|place| self.shape(text, &items[place])).collect();
        let advances = pieces.iter().flat_map(|piece| &piece.glyphs).map(|glyph| glyph.advance);
        Line {
            width: advances.sum(),
            text: text.to_owned(),
            is_from_right: paragraph.level.is_rtl(),
            pieces,
        }
    }

    /// The parts of a text, in the order in which it is read.
    fn items(&mut self, text: &str, levels: &[Level]) -> Vec<Item> {
        let han = Han::of(text);
        let mut items: Vec<Item> = Vec::new();
        // What all scripts share belongs to the one before, or to the first.
        let is_own = |script: &Script| !script::is_shared(*script);
        let mut script = text.chars().map(script::of).find(is_own).unwrap_or(Script::LATIN);
        for (at, cluster) in clusters(text) {
            let of_first = cluster.chars().next().map_or(Script::COMMON, script::of);
            if is_own(&of_first) {
                script = of_first;
            }
            let (face, is_boxes) = match self.cabinet.choose(cluster, han) {
                Choice::Has(face) => (face, false),
                Choice::Lacks(face) => {
                    self.lacking.insert(script::lacking(of_first));
                    (face, true)
                }
            };
            let level = levels[at];
            let item = Item { range: at..at + cluster.len(), face, is_boxes, script, level };
            match items.last_mut() {
                Some(last) if last.goes_on_with(&item) => last.range.end = item.range.end,
                _ => items.push(item),
            }
        }
        items
    }

    fn shape(&mut self, text: &str, item: &Item) -> Piece {
        let Self { cabinet, buffer, plans, .. } = self;
        let face = cabinet.face(item.face);
        let is_rtl = item.level.is_rtl();
        let direction = if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight };
        let plan = plans
            .entry((item.face, is_rtl, item.script))
            .or_insert_with(|| ShapePlan::new(&face.font, direction, Some(item.script), None, &[]));
        buffer.clear();
        buffer.push_str(&text[item.range.clone()]);
        // Letters join over the border of an item, where the fonts let them.
        buffer.set_pre_context(&text[..item.range.start]);
        buffer.set_post_context(&text[item.range.end..]);
        buffer.set_direction(direction);
        buffer.set_script(Some(item.script));
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        let shaped =
            shape(&ShaperFont::new(&face.font), buffer, ShapeOptions::new().plan(Some(plan)));
        // The direction and the script are the plan's own; what else could be wrong
        // with a font leaves the line without these letters.
        let glyphs = if shaped.is_ok() { glyphs(buffer, face, item) } else { Vec::new() };
        Piece { face: item.face, is_boxes: item.is_boxes, glyphs }
    }
}

impl Item {
    fn goes_on_with(&self, next: &Self) -> bool {
        self.face == next.face
            && self.is_boxes == next.is_boxes
            && self.script == next.script
            && self.level == next.level
    }
}

/// What the shaper made, with what each glyph says.
fn glyphs(buffer: &Buffer, face: &Face, item: &Item) -> Vec<Glyph> {
    let start = item.range.start;
    let place = |cluster: u32| (start + cluster as usize).min(item.range.end);
    let mut begins: Vec<usize> =
        buffer.glyph_infos().iter().map(|info| place(info.cluster)).collect();
    begins.sort_unstable();
    begins.dedup();
    // What shows nothing has no glyph: the first glyph says it as well.
    if let Some(first) = begins.first_mut() {
        *first = start;
    }
    let range = |cluster: u32| {
        let next = begins.partition_point(|&begin| begin <= place(cluster));
        let from = begins[next.saturating_sub(1)];
        (from, begins.get(next).copied().unwrap_or(item.range.end))
    };
    let positions = buffer.glyph_positions();
    let glyph = |(info, at): (&harfrust::GlyphInfo, &harfrust::GlyphPosition)| {
        let (from, to) = range(info.cluster);
        Glyph {
            // Fonts have no more glyphs than that; one that says so shows a box.
            id: u16::try_from(info.glyph_id).unwrap_or(0),
            advance: face.ems(at.x_advance),
            x: face.ems(at.x_offset),
            y: face.ems(at.y_offset),
            from,
            to,
        }
    };
    buffer.glyph_infos().iter().zip(positions).map(glyph).collect()
}

/// How much of a line's text, from its beginning, is no wider than that.
fn fitting(line: &Line, room: f32) -> usize {
    let mut parts: Vec<(usize, f32)> = line
        .pieces
        .iter()
        .flat_map(|piece| &piece.glyphs)
        .map(|glyph| (glyph.to, glyph.advance))
        .collect();
    parts.sort_by_key(|&(to, _)| to);
    let (mut end, mut width) = (0, 0.0);
    for (to, advance) in parts {
        width += advance;
        if width > room {
            break;
        }
        end = to;
    }
    end
}

#[cfg(test)]
mod tests;
