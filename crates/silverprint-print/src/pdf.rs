//! A sheet as a PDF, written page by page: what is written is forgotten, but for
//! where it stands in the file, and for the glyphs that were used. Fonts, the list
//! of pages and the years to jump to come at the end.
//!
//! Nothing in it depends on the clock or on chance: the same frames and the same
//! fonts make the same bytes.

mod content;
mod embedded;
mod objects;

use crate::fonts::Fonts;
use crate::frame::{Frame, Thumb};
use crate::layout::Layout;
use crate::page::compose;
use crate::pager::{Page, Pager};
use crate::picture::{Bytes, Picture, Tone};
use crate::typesetter::Typesetter;
use crate::{Order, Printed};
use content::Content;
use embedded::Embedded;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use jiff::tz::Offset;
use jiff::{Timestamp, civil};
use objects::Objects;
use pdf_writer::types::NumberingStyle;
use pdf_writer::writers::{Catalog, DocumentInfo, PageLabel};
use pdf_writer::{Date, Filter, Finish as _, Name, Rect, Ref, TextStr};
use std::io::{self, Write};

/// A sheet that is being written.
pub struct PdfSheet<W, R> {
    objects: Objects<W>,
    pager: Pager,
    typesetter: Typesetter,
    embedded: Embedded,
    /// Reads a thumbnail.
    read: R,
    /// The list of pages, to which each refers.
    tree: Ref,
    pages: Vec<Ref>,
    /// The first page of each year.
    years: Vec<(i16, Ref)>,
    newest: Option<i64>,
}

impl<W: Write, R: FnMut(&Thumb) -> Option<Vec<u8>>> PdfSheet<W, R> {
    /// Begins a sheet. `read` is asked for each thumbnail once, when its page is
    /// written.
    pub fn new(order: Order, fonts: Fonts, read: R, out: W) -> io::Result<Self> {
        let mut objects = Objects::new(out)?;
        let tree = objects.reserve();
        Ok(Self {
            objects,
            pager: Pager::new(order),
            typesetter: Typesetter::new(fonts),
            embedded: Embedded::default(),
            read,
            tree,
            pages: Vec::new(),
            years: Vec::new(),
            newest: None,
        })
    }

    /// Adds a frame; the oldest comes first.
    pub fn add(&mut self, frame: Frame) -> io::Result<()> {
        self.pager.add(frame);
        while let Some((page, layout)) = self.pager.next() {
            self.write_page(&page, &layout)?;
        }
        Ok(())
    }

    /// Writes what is left, and what makes it a document.
    pub fn finish(mut self) -> io::Result<(Printed, W)> {
        while let Some((page, layout)) = self.pager.rest() {
            self.write_page(&page, &layout)?;
        }
        self.embedded.write(&mut self.objects, &self.typesetter)?;
        let (tree, kids) = (self.tree, self.pages.clone());
        let count = i32::try_from(kids.len()).map_err(io::Error::other)?;
        self.objects.write(|chunk| {
            chunk.pages(tree).count(count).kids(kids);
        })?;
        let outline = self.write_years()?;
        let catalog = self.write_catalog(outline)?;
        let info = self.write_info()?;
        let lacking = self.typesetter.lacking().cloned().collect();
        let printed = Printed { lacking, ..self.pager.printed() };
        Ok((printed, self.objects.finish(catalog, info)?))
    }

    fn write_page(&mut self, page: &Page, layout: &Layout) -> io::Result<()> {
        let mut prints = Vec::with_capacity(page.frames.len());
        for frame in &page.frames {
            let bytes = frame.thumb.as_ref().and_then(|thumb| (self.read)(thumb));
            let picture = bytes.and_then(Picture::for_pdf);
            let print = picture.map(|picture| {
                Ok::<_, io::Error>(Print {
                    size: (picture.width, picture.height),
                    id: self.write_picture(&picture)?,
                })
            });
            prints.push(print.transpose()?);
        }
        let has_print: Vec<bool> = prints.iter().map(Option::is_some).collect();
        let heading = &self.pager.heading;
        let marks = compose(page, layout, heading, &has_print, &mut self.typesetter);
        let mut content = Content::new(layout.height);
        for mark in &marks {
            let (objects, typesetter) = (&mut self.objects, &self.typesetter);
            content.put(mark, &prints, typesetter, &mut self.embedded, &mut || objects.reserve());
        }
        let id = self.put_page(content, layout)?;
        self.note_year(page, id);
        self.pages.push(id);
        Ok(())
    }

    fn put_page(&mut self, content: Content, layout: &Layout) -> io::Result<Ref> {
        let (drawn, used) = content.finish();
        let drawn = deflated(&drawn)?;
        let (contents, id, tree) = (self.objects.reserve(), self.objects.reserve(), self.tree);
        self.objects.write(|chunk| {
            chunk.stream(contents, &drawn).filter(Filter::FlateDecode);
        })?;
        self.objects.write(|chunk| {
            let mut page = chunk.page(id);
            page.parent(tree).media_box(Rect::new(0.0, 0.0, layout.width, layout.height));
            page.contents(contents);
            let mut resources = page.resources();
            let mut fonts = resources.fonts();
            for (name, font) in &used.fonts {
                fonts.pair(Name(name.as_bytes()), *font);
            }
            fonts.finish();
            let mut pictures = resources.x_objects();
            for (name, picture) in &used.pictures {
                pictures.pair(Name(name.as_bytes()), *picture);
            }
        })?;
        Ok(id)
    }

    fn write_picture(&mut self, picture: &Picture) -> io::Result<Ref> {
        let id = self.objects.reserve();
        let packed;
        let (bytes, filter) = match &picture.bytes {
            Bytes::Jpeg(bytes) => (bytes, Filter::DctDecode),
            Bytes::Pixels(pixels) => {
                packed = deflated(pixels)?;
                (&packed, Filter::FlateDecode)
            }
        };
        self.objects.write(|chunk| {
            let mut image = chunk.image_xobject(id, bytes);
            image.filter(filter);
            // Their sides are ten thousand at most.
            image.width(picture.width.cast_signed()).height(picture.height.cast_signed());
            match picture.tone {
                Tone::Grey => image.color_space().device_gray(),
                Tone::Color => image.color_space().device_rgb(),
            }
            image.bits_per_component(8).interpolate(true);
        })?;
        Ok(id)
    }

    /// Remembers where a year begins, and of when the newest photo is.
    fn note_year(&mut self, page: &Page, id: Ref) {
        for seconds in page.frames.iter().filter_map(|frame| frame.posted) {
            let Some(moment) = moment(seconds) else { continue };
            self.newest = self.newest.max(Some(seconds));
            if self.years.last().is_none_or(|&(year, _)| year < moment.year()) {
                self.years.push((moment.year(), id));
            }
        }
    }

    /// The years as an outline to jump by; none where there is but one.
    fn write_years(&mut self) -> io::Result<Option<Ref>> {
        if self.years.len() < 2 {
            return Ok(None);
        }
        let root = self.objects.reserve();
        let items: Vec<Ref> = self.years.iter().map(|_| self.objects.reserve()).collect();
        for (place, &(year, page)) in self.years.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| items[before]);
            self.objects.write(|chunk| {
                let mut item = chunk.outline_item(items[place]);
                item.title(TextStr(&year.to_string())).parent(root);
                if let Some(before) = before {
                    item.prev(before);
                }
                if let Some(&after) = items.get(place + 1) {
                    item.next(after);
                }
                item.dest().page(page).fit();
            })?;
        }
        let count = i32::try_from(items.len()).map_err(io::Error::other)?;
        self.objects.write(|chunk| {
            let mut outline = chunk.outline(root);
            outline.first(items[0]).last(items[items.len() - 1]).count(count);
        })?;
        Ok(Some(root))
    }

    fn write_catalog(&mut self, outline: Option<Ref>) -> io::Result<Ref> {
        let (id, label, tree) = (self.objects.reserve(), self.objects.reserve(), self.tree);
        self.objects.write(|chunk| {
            let mut label = chunk.indirect(label).start::<PageLabel<'_>>();
            label.style(NumberingStyle::Arabic);
        })?;
        self.objects.write(|chunk| {
            let mut catalog = chunk.indirect(id).start::<Catalog<'_>>();
            catalog.pages(tree);
            catalog.viewer_preferences().display_doc_title(true);
            if let Some(outline) = outline {
                catalog.outlines(outline);
            }
            catalog.page_labels().nums().insert(0, label);
        })?;
        Ok(id)
    }

    fn write_info(&mut self) -> io::Result<Ref> {
        let id = self.objects.reserve();
        let heading = &self.pager.heading;
        let title = match heading.name.as_str() {
            "" => "Contact sheet".to_owned(),
            name => format!("{name}: contact sheet"),
        };
        let created = self.newest.and_then(date);
        self.objects.write(|chunk| {
            let mut info = chunk.indirect(id).start::<DocumentInfo<'_>>();
            info.title(TextStr(&title)).producer(TextStr(&heading.producer));
            info.creator(TextStr(&heading.producer));
            if let Some(created) = created {
                info.creation_date(created);
            }
        })?;
        Ok(id)
    }
}

/// A thumbnail that is in the file.
pub(super) struct Print {
    id: Ref,
    /// In pixels.
    size: (u32, u32),
}

fn deflated(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn moment(seconds: i64) -> Option<civil::DateTime> {
    Some(Offset::UTC.to_datetime(Timestamp::from_second(seconds).ok()?))
}

/// The day of the newest photo stands for that of the sheet.
fn date(seconds: i64) -> Option<Date> {
    let moment = moment(seconds)?;
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    let date = Date::new(u16::try_from(moment.year()).ok()?).month(part(moment.month()));
    let date = date.day(part(moment.day())).hour(part(moment.hour()));
    let date = date.minute(part(moment.minute())).second(part(moment.second()));
    Some(date.utc_offset_hour(0).utc_offset_minute(0))
}

#[cfg(test)]
mod tests;
