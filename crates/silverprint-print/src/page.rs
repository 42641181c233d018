//! A page as marks at their places: what a PDF and a picture of it both show.

use crate::cell;
use crate::frame::{Frame, Heading};
use crate::layout::{Area, LEADING, Layout};
use crate::line::Line;
use crate::pager::Page;
use crate::typesetter::Typesetter;
use silverprint_core::grouped;

/// How dark: 0 is black, 1 is the paper.
pub(crate) const BLACK: f32 = 0.0;
pub(crate) const GREY: f32 = 0.38;
const PALE: f32 = 0.7;

/// Places are in points from the page's upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    /// A filled rectangle.
    Fill { area: Area, grey: f32 },
    /// A triangle that points to the right, as high as it is wide.
    Wedge { x: f32, y: f32, size: f32 },
    /// The thumbnail of the page's frame so many, as large as has room in there.
    Print { area: Area, frame: usize },
    /// A line whose first glyph stands at `x` on the baseline `y`.
    Text { line: Line, x: f32, y: f32, size: f32, grey: f32 },
}

/// What is put on a page, in the order in which it was put there.
pub(crate) struct Canvas<'a> {
    typesetter: &'a mut Typesetter,
    /// For each frame whether its thumbnail can be printed.
    has_print: &'a [bool],
    marks: Vec<Mark>,
}

/// Composes a page. `has_print` says for each of its frames whether there is a
/// thumbnail that can be printed.
pub(crate) fn compose(
    page: &Page,
    layout: &Layout,
    heading: &Heading,
    has_print: &[bool],
    typesetter: &mut Typesetter,
) -> Vec<Mark> {
    let mut canvas = Canvas { typesetter, has_print, marks: Vec::new() };
    canvas.header(page, layout.header(), heading);
    for (place, (number, frame)) in (page.first..).zip(&page.frames).enumerate() {
        cell::set(&mut canvas, layout, place, number, frame);
    }
    let header = layout.header();
    canvas.text(&heading.address, (header.x, layout.foot()), header.width, 6.0, GREY);
    canvas.marks
}

impl Canvas<'_> {
    fn header(&mut self, page: &Page, area: Area, heading: &Heading) {
        let right = area.x + area.width;
        let baseline = area.y + 12.5;
        let of = format!("page {} of {}", page.number, page.of);
        let taken = self.text_to_right(&of, (right, baseline), area.width, 7.5, GREY);
        self.text(&heading.name, (area.x, baseline), area.width - taken - 12.0, 14.0, BLACK);
        self.text(&contents(page), (area.x, baseline + 12.0), area.width, 7.5, GREY);
        let rule = Area { y: baseline + 18.0, height: 1.4, ..area };
        self.marks.push(Mark::Fill { area: rule, grey: BLACK });
    }

    /// A thumbnail; or an empty frame that says why it is empty.
    pub(crate) fn print(&mut self, area: Area, place: usize, frame: &Frame) {
        if self.has_print.get(place).copied().unwrap_or(false) {
            self.marks.push(Mark::Print { area, frame: place });
            return;
        }
        self.outline(area, 0.5, PALE);
        let room = area.width - 8.0;
        let middle = (area.x + area.width / 2.0, area.y + area.height / 2.0);
        self.text_in_middle(frame.lack.words(), middle, room, BLACK);
        self.text_in_middle(&frame.reason, (middle.0, middle.1 + LEADING), room, GREY);
    }

    fn outline(&mut self, area: Area, thick: f32, grey: f32) {
        let Area { x, y, width, height } = area;
        let thick = thick.min(width / 2.0).min(height / 2.0);
        for area in [
            Area { height: thick, ..area },
            Area { y: y + height - thick, height: thick, ..area },
            Area { width: thick, ..area },
            Area { x: x + width - thick, width: thick, ..area },
        ] {
            self.marks.push(Mark::Fill { area, grey });
        }
    }

    pub(crate) fn wedge(&mut self, x: f32, y: f32, size: f32) {
        self.marks.push(Mark::Wedge { x, y, size });
    }

    /// A text from there on; one that is read from the right ends where its room
    /// does. Says how wide it became.
    pub(crate) fn text(
        &mut self,
        text: &str,
        at: (f32, f32),
        room: f32,
        size: f32,
        grey: f32,
    ) -> f32 {
        let line = self.typesetter.fit(text, size, room);
        let width = line.width * size;
        let indent = if line.is_from_right { room - width } else { 0.0 };
        self.put(line, (at.0 + indent, at.1), size, grey);
        width
    }

    /// A text that ends there. Says how wide it became.
    pub(crate) fn text_to_right(
        &mut self,
        text: &str,
        end: (f32, f32),
        room: f32,
        size: f32,
        grey: f32,
    ) -> f32 {
        let line = self.typesetter.fit(text, size, room);
        let width = line.width * size;
        self.put(line, (end.0 - width, end.1), size, grey);
        width
    }

    fn text_in_middle(&mut self, text: &str, middle: (f32, f32), room: f32, grey: f32) {
        let line = self.typesetter.fit(text, cell::TITLE, room);
        let x = middle.0 - line.width * cell::TITLE / 2.0;
        self.put(line, (x, middle.1), cell::TITLE, grey);
    }

    fn put(&mut self, line: Line, at: (f32, f32), size: f32, grey: f32) {
        if !line.pieces.is_empty() {
            self.marks.push(Mark::Text { line, x: at.0, y: at.1, size, grey });
        }
    }
}

/// How many photographs there are, which of them are on the page, and of when.
fn contents(page: &Page) -> String {
    let (Some(first), Some(last)) = (page.frames.first(), page.frames.last()) else {
        return "no photographs".to_owned();
    };
    let photographs = match page.in_all {
        1 => "1 photograph".to_owned(),
        n => format!("{} photographs", grouped(n)),
    };
    let last_number = page.first + page.frames.len() as u64 - 1;
    let frames = if last_number == page.first {
        format!("frame {}", page.first)
    } else {
        format!("frames {}–{last_number}", page.first)
    };
    let days = match (first.day.as_str(), last.day.as_str()) {
        ("", day) | (day, "") => day.to_owned(),
        (from, to) if from == to => from.to_owned(),
        (from, to) => format!("{from} – {to}"),
    };
    let parts = [photographs, frames, days];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("  ·  ")
}

#[cfg(test)]
mod tests;
