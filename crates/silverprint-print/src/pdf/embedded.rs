//! The fonts of a file: of each only the glyphs that were used, with what they
//! say, so that text can be searched and copied.

use super::deflated;
use super::objects::Objects;
use crate::fonts::{Face, FaceId};
use crate::typesetter::Typesetter;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Name, Rect, Ref, Str};
use std::collections::BTreeMap;
use std::io::{self, Write};
use subsetter::GlyphRemapper;

const SYSTEM_INFO: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The fonts that pages have used so far.
#[derive(Default)]
pub(super) struct Embedded(BTreeMap<FaceId, Use>);

/// What was used of one.
struct Use {
    id: Ref,
    /// From a font's glyphs to those that are embedded; in the order in which they
    /// were first used, so that pages can be written before all are known.
    glyphs: GlyphRemapper,
    /// What an embedded glyph says.
    says: BTreeMap<u16, String>,
}

impl Embedded {
    /// What pages call a font, and the object that it will be.
    pub(super) fn name(&mut self, face: FaceId, reserve: &mut dyn FnMut() -> Ref) -> (String, Ref) {
        let used = self.0.entry(face).or_insert_with(|| Use {
            id: reserve(),
            glyphs: GlyphRemapper::new(),
            says: BTreeMap::new(),
        });
        (format!("F{}", face.number()), used.id)
    }

    /// What a glyph is called among those that are embedded.
    pub(super) fn glyph(&mut self, face: FaceId, glyph: u16) -> u16 {
        self.0.get_mut(&face).map_or(0, |used| used.glyphs.remap(glyph))
    }

    /// Whether an embedded glyph says that, wherever it stands.
    pub(super) fn says(&mut self, face: FaceId, glyph: u16, text: &str) -> bool {
        let Some(used) = self.0.get_mut(&face) else { return false };
        used.says.entry(glyph).or_insert_with(|| text.to_owned()) == text
    }

    /// Writes them all.
    pub(super) fn write<W: Write>(
        &self,
        objects: &mut Objects<W>,
        typesetter: &Typesetter,
    ) -> io::Result<()> {
        self.0.iter().try_for_each(|(&id, used)| used.write(objects, typesetter.face(id)))
    }
}

impl Use {
    fn write<W: Write>(&self, objects: &mut Objects<W>, face: &Face) -> io::Result<()> {
        let cut = subsetter::subset(face.bytes(), face.index, &self.glyphs);
        let cut = cut.map_err(|error| {
            io::Error::other(format!("the font {} cannot be embedded: {error}", face.name))
        })?;
        let outlines = Outlines::of(&cut);
        let name = self.name_in_file(face);
        let [descendant, descriptor, file, to_unicode] = std::array::from_fn(|_| objects.reserve());
        objects.write(|chunk| {
            let mut font = chunk.type0_font(self.id);
            font.base_font(Name(name.as_bytes())).encoding_predefined(Name(b"Identity-H"));
            font.descendant_font(descendant).to_unicode(to_unicode);
        })?;
        objects.write(|chunk| {
            let mut font = chunk.cid_font(descendant);
            font.subtype(outlines.kind()).base_font(Name(name.as_bytes()));
            font.system_info(SYSTEM_INFO).font_descriptor(descriptor).default_width(0.0);
            if matches!(outlines, Outlines::TrueType(_)) {
                font.cid_to_gid_map_predefined(Name(b"Identity"));
            }
            let widths = self.glyphs.remapped_gids().map(|glyph| thousandths(face.advance(glyph)));
            font.widths().consecutive(0, widths);
        })?;
        self.write_descriptor(objects, face, (descriptor, file), &outlines)?;
        let packed = deflated(outlines.bytes())?;
        objects.write(|chunk| {
            let mut stream = chunk.stream(file, &packed);
            stream.filter(Filter::FlateDecode);
            match outlines {
                Outlines::TrueType(bytes) => {
                    stream.pair(Name(b"Length1"), i32::try_from(bytes.len()).unwrap_or(i32::MAX));
                }
                Outlines::Cff(_) => {
                    stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
                }
            }
        })?;
        let packed = deflated(&self.cmap())?;
        objects.write(|chunk| {
            chunk.cmap(to_unicode, &packed).filter(Filter::FlateDecode);
        })
    }

    fn write_descriptor<W: Write>(
        &self,
        objects: &mut Objects<W>,
        face: &Face,
        (descriptor, file): (Ref, Ref),
        outlines: &Outlines<'_>,
    ) -> io::Result<()> {
        let name = self.name_in_file(face);
        let shape = face.shape();
        objects.write(|chunk| {
            let mut it = chunk.font_descriptor(descriptor);
            it.name(Name(name.as_bytes())).flags(FontFlags::SYMBOLIC);
            let [left, bottom, right, top] = shape.bounds.map(thousandths);
            it.bbox(Rect::new(left, bottom, right, top)).italic_angle(0.0);
            it.ascent(thousandths(shape.ascent)).descent(thousandths(shape.descent));
            // How thick stems are is nowhere written in a font; readers that have the
            // font do not ask.
            it.cap_height(thousandths(shape.cap_height)).stem_v(80.0);
            match outlines {
                Outlines::TrueType(_) => it.font_file2(file),
                Outlines::Cff(_) => it.font_file3(file),
            };
        })
    }

    /// Its name behind six letters that tell one choice of glyphs from another.
    fn name_in_file(&self, face: &Face) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for glyph in self.glyphs.remapped_gids() {
            hash = (hash ^ u64::from(glyph)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut name = String::new();
        for _ in 0..6 {
            name.push(char::from(b'A' + u8::try_from(hash % 26).expect("26 letters")));
            hash /= 26;
        }
        name.push('+');
        let plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-';
        name.extend(face.name.chars().filter(plain).take(63));
        name
    }

    fn cmap(&self) -> Vec<u8> {
        let mut cmap = UnicodeCmap::new(Name(b"Custom"), SYSTEM_INFO);
        for (&glyph, text) in &self.says {
            cmap.pair_with_multiple(glyph, text.chars());
        }
        cmap.finish().into_vec()
    }
}

/// The outlines of a font that is cut down.
enum Outlines<'a> {
    TrueType(&'a [u8]),
    /// The table of that name alone: the rest of the font says nothing more.
    Cff(&'a [u8]),
}

impl<'a> Outlines<'a> {
    fn of(font: &'a [u8]) -> Self {
        cff(font).map_or(Self::TrueType(font), Self::Cff)
    }

    const fn kind(&self) -> CidFontType {
        match self {
            Self::TrueType(_) => CidFontType::Type2,
            Self::Cff(_) => CidFontType::Type0,
        }
    }

    const fn bytes(&self) -> &'a [u8] {
        match self {
            Self::TrueType(bytes) | Self::Cff(bytes) => bytes,
        }
    }
}

/// The table `CFF ` of a font.
fn cff(font: &[u8]) -> Option<&[u8]> {
    let long =
        |at: usize| Some(u32::from_be_bytes(font.get(at..at + 4)?.try_into().ok()?) as usize);
    let tables = usize::from(u16::from_be_bytes(font.get(4..6)?.try_into().ok()?));
    let record = (0..tables).map(|table| 12 + 16 * table);
    let record = record.into_iter().find(|&at| font.get(at..at + 4) == Some(b"CFF "))?;
    let (offset, length) = (long(record + 8)?, long(record + 12)?);
    font.get(offset..offset.checked_add(length)?)
}

/// A length in ems as fonts in a PDF have it.
fn thousandths(ems: f32) -> f32 {
    (ems * 1000.0).round()
}
