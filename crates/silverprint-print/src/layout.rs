//! Where things stand on a page, in points from its upper left corner.

use crate::paper::{Columns, Paper};

const MARGIN: f32 = 36.0;
/// Between the upper margin and the first row: name, counts, rule, air.
const HEADER: f32 = 47.0;
/// Above the lower margin: the address, and air.
const FOOTER: f32 = 14.0;
/// Between columns.
const GAP: f32 = 8.0;
/// Between rows there is at least so much.
const ROW_GAP: f32 = 8.0;
/// A number and a day stand side by side under a print of such a width.
const WIDE: f32 = 58.0;

/// A place on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Area {
    /// The area of a picture of that size that is as large as has room in here, in
    /// the middle.
    pub(crate) fn fitted(self, size: (u32, u32)) -> Self {
        let (width, height) = (sides(size.0), sides(size.1));
        let scale = (self.width / width).min(self.height / height);
        let (width, height) = (width * scale, height * scale);
        let x = self.x + (self.width - width) / 2.0;
        let y = self.y + (self.height - height) / 2.0;
        Self { x, y, width, height }
    }
}

/// How the day stands to the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    Beside,
    Below,
}

/// The grid of one sheet: the same on all its pages.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    /// Of the page.
    pub(crate) width: f32,
    pub(crate) height: f32,
    columns: usize,
    rows: usize,
    print: (f32, f32),
    /// From one row to the next.
    pitch: f32,
    pub(crate) day: Day,
}

/// A caption's lines are so far apart.
pub(crate) const LEADING: f32 = 8.4;
/// From a print to the first line's top.
pub(crate) const CAPTION_GAP: f32 = 2.6;

impl Layout {
    /// For prints of that shape, in pixels.
    pub(crate) fn new(paper: Paper, columns: Columns, shape: (u32, u32)) -> Self {
        let (width, height) = paper.size();
        let columns = columns.count();
        let room = height - 2.0 * MARGIN - HEADER - FOOTER;
        let n_columns = small(columns);
        let column = (width - 2.0 * MARGIN - GAP * (n_columns - 1.0)) / n_columns;
        let day = if column < WIDE { Day::Below } else { Day::Beside };
        let lines = if day == Day::Below { 3.0 } else { 2.0 };
        let caption = CAPTION_GAP + lines * LEADING;
        let ratio = sides(shape.1) / sides(shape.0);
        // A very tall one is made smaller, so that there is a row.
        let print_height = (column * ratio).min(room - caption);
        let print = (print_height / ratio, print_height);
        let row = print_height + caption;
        let rows = whole((room + ROW_GAP) / (row + ROW_GAP)).max(1);
        // What is left over is between the rows.
        let pitch = if rows > 1 { (room - row) / small(rows - 1) } else { row };
        Self { width, height, columns, rows, print, pitch: pitch.min(row + 3.0 * ROW_GAP), day }
    }

    /// How many frames a page has.
    pub(crate) fn per_page(&self) -> usize {
        self.columns * self.rows
    }

    /// The print of a page's frame so many.
    pub(crate) fn print(&self, place: usize) -> Area {
        let (column, row) = (place % self.columns, place / self.columns);
        // Columns are as far apart as the page allows, also where prints are narrow.
        let step = (self.width - 2.0 * MARGIN + GAP) / small(self.columns);
        Area {
            x: MARGIN + step * small(column),
            y: MARGIN + HEADER + self.pitch * small(row),
            width: self.print.0,
            height: self.print.1,
        }
    }

    /// How wide a caption may be.
    pub(crate) fn caption_width(&self) -> f32 {
        (self.width - 2.0 * MARGIN + GAP) / small(self.columns) - GAP
    }

    /// What lies over the grid.
    pub(crate) fn header(&self) -> Area {
        Area { x: MARGIN, y: MARGIN, width: self.width - 2.0 * MARGIN, height: HEADER }
    }

    /// The last line's baseline.
    pub(crate) fn foot(&self) -> f32 {
        self.height - MARGIN
    }
}

/// No page has so many columns or rows that this would not be exact.
#[expect(clippy::cast_precision_loss, reason = "it is a number of columns or rows")]
fn small(number: usize) -> f32 {
    number as f32
}

#[expect(
    clippy::cast_precision_loss,
    reason = "thumbnails are small, and a shape is no exact thing"
)]
fn sides(pixels: u32) -> f32 {
    pixels.clamp(1, 10_000) as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of rows, which is small and not negative"
)]
fn whole(number: f32) -> usize {
    number.max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_film_of_36_on_either_paper() {
        for paper in [Paper::A4, Paper::Letter] {
            let layout = Layout::new(paper, Columns::default(), (120, 120));
            assert_eq!((layout.columns, layout.rows), (6, 6), "{paper}");
        }
    }

    #[test]
    fn everything_is_on_the_page_whatever_the_shape() {
        for paper in [Paper::A4, Paper::Letter] {
            for columns in 2..=10 {
                for shape in [(120, 120), (200, 150), (1, 10_000), (10_000, 1), (0, 0)] {
                    let columns = columns.to_string().parse().unwrap();
                    let layout = Layout::new(paper, columns, shape);
                    check(&layout, &format!("{paper} {columns} {shape:?}"));
                }
            }
        }
    }

    fn check(layout: &Layout, what: &str) {
        let first = layout.print(0);
        let last = layout.print(layout.per_page() - 1);
        let lines = if layout.day == Day::Below { 3.0 } else { 2.0 };
        let bottom = last.y + last.height + CAPTION_GAP + lines * LEADING;
        assert!(bottom <= layout.height - MARGIN - FOOTER + 0.1, "{what}: {bottom}");
        assert!(last.x + layout.caption_width() <= layout.width - MARGIN + 0.1, "{what}");
        assert!(first.width > 0.0 && first.height > 0.0, "{what}: {first:?}");
        assert!(first.width <= layout.caption_width() + 0.1, "{what}: {first:?}");
        assert!(layout.per_page() < 10_000, "{what}");
    }
}
