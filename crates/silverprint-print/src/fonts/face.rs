//! A font that texts are set in.

use crate::cluster::is_invisible;
use harfrust::GlyphId;
use harfrust::font::Font;
use harfrust::font::Source;
use read_fonts::model::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use std::fmt;
use std::sync::Arc;

/// The bytes of a font's file.
pub(crate) type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Which of the faces in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FaceId(pub(super) usize);

impl FaceId {
    /// The one that is always there.
    pub(crate) const BUNDLED: Self = Self(0);

    /// A number that no other has.
    pub(crate) const fn number(self) -> usize {
        self.0
    }
}

/// A face's measures, in ems.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    /// Left, bottom, right, top.
    pub(crate) bounds: [f32; 4],
    pub(crate) ascent: f32,
    pub(crate) descent: f32,
    pub(crate) cap_height: f32,
}

pub(crate) struct Face {
    pub(crate) font: Font,
    bytes: Bytes,
    /// Which of the fonts in the file.
    pub(crate) index: u32,
    /// Its PostScript name.
    pub(crate) name: String,
    per_em: f32,
}

impl Face {
    /// None where it is no font.
    pub(crate) fn new(bytes: Bytes, index: u32, name: &str) -> Option<Self> {
        let blob = harfrust_blob(&bytes);
        let font = Font::new(blob, index)?;
        let per_em = f32::from(font.units_per_em());
        (per_em > 0.0).then(|| Self { font, bytes, index, name: name.to_owned(), per_em })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// Whether it has every letter that shows something.
    pub(crate) fn has_all(&self, text: &str) -> bool {
        let charmap = self.font.charmap();
        let mut shown = text.chars().filter(|&letter| !is_invisible(letter));
        shown.all(|letter| charmap.map_unicode(letter).is_some())
    }

    /// A length in the font's units, in ems.
    pub(crate) fn ems(&self, units: i32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "lengths of letters are small")]
        let units = units as f32;
        units / self.per_em
    }

    pub(crate) fn shape(&self) -> Shape {
        let metrics = self.font.metrics();
        let ems = |units: f32| units / self.per_em;
        let line = metrics.h_line().unwrap_or_default();
        let bounds = metrics.bounds;
        let side = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max];
        Shape {
            bounds: side.map(|side| ems(side.to_f32())),
            ascent: ems(line.ascender.to_f32()),
            descent: ems(line.descender.to_f32()),
            cap_height: ems(match metrics.cap_height {
                Some(height) => height.to_f32(),
                None => 0.7 * self.per_em,
            }),
        }
    }

    /// Draws a glyph's outline, so many pixels to the em.
    pub(crate) fn draw(&self, glyph: u16, pixels: f32, sink: &mut dyn PathSink) {
        let glyphs = self.font.outline_glyphs();
        let Some(outline) = glyphs.get(GlyphId::new(glyph.into())) else { return };
        let options = DrawOptions::new().with_ppem(Some(pixels));
        // A glyph that is damaged shows as far as it goes.
        let _ = outline.draw(&options, DrawMemory::Scratch, sink);
    }

    /// How wide a glyph is by itself, in ems.
    pub(crate) fn advance(&self, glyph: u16) -> f32 {
        self.font.glyph_metrics().h_advance(GlyphId::new(glyph.into())) / self.per_em
    }
}

fn harfrust_blob(bytes: &Bytes) -> Source {
    Source::from(read_fonts::model::Blob::from(Arc::clone(bytes)))
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Face")
            .field("name", &self.name)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}
