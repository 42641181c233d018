//! What stands under a print: its number, its day, its title.

use crate::frame::Frame;
use crate::layout::{CAPTION_GAP, Day, LEADING, Layout};
use crate::page::{BLACK, Canvas, GREY};

/// Sizes of letters.
const NUMBER: f32 = 6.6;
const DAY: f32 = 6.0;
pub(crate) const TITLE: f32 = 6.6;
/// From a line's top to its baseline.
const ASCENT: f32 = 6.4;
/// The wedge before a number, as on the edge of a film.
const WEDGE: f32 = 3.6;
/// Between a number and its day there is at least so much.
const APART: f32 = 4.0;

/// A frame with all that belongs to it.
pub(crate) fn set(
    canvas: &mut Canvas<'_>,
    layout: &Layout,
    place: usize,
    number: u64,
    frame: &Frame,
) {
    let print = layout.print(place);
    canvas.print(print, place, frame);
    let width = layout.caption_width();
    let mut baseline = print.y + print.height + CAPTION_GAP + ASCENT;
    canvas.wedge(print.x, baseline - WEDGE - 0.5, WEDGE);
    let after_wedge = WEDGE + 2.0;
    let what = if frame.is_video { format!("{number} video") } else { number.to_string() };
    let room = width - after_wedge;
    let taken =
        after_wedge + canvas.text(&what, (print.x + after_wedge, baseline), room, NUMBER, BLACK);
    if layout.day == Day::Beside {
        let room = width - taken - APART;
        canvas.text_to_right(&frame.day, (print.x + width, baseline), room, DAY, GREY);
    }
    baseline += LEADING;
    canvas.text(&frame.title, (print.x, baseline), width, TITLE, BLACK);
    if layout.day == Day::Below {
        canvas.text(&frame.day, (print.x, baseline + LEADING), width, DAY, GREY);
    }
}
