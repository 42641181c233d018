//! Everything is in its cell.

use super::*;
use crate::fonts::Fonts;
use crate::pager::Pager;
use crate::testing::{frame, hostile, order};

/// The page of as many frames as there are hostile titles, and more.
fn marks(columns: &str) -> (Layout, Vec<Mark>) {
    let frames: Vec<Frame> = hostile().iter().map(|title| frame(title)).collect();
    let mut order = order(frames.len());
    order.columns = columns.parse().unwrap();
    let mut pager = Pager::new(order);
    for frame in frames {
        pager.add(Frame { day: "a day that is far longer than days are".repeat(9), ..frame });
    }
    let (page, layout) = pager.rest().unwrap();
    let has_print: Vec<bool> = (0..page.frames.len()).map(|place| place % 2 == 0).collect();
    let mut typesetter = Typesetter::new(Fonts::Bundled);
    let heading = pager.heading.clone();
    let marks = compose(&page, &layout, &heading, &has_print, &mut typesetter);
    (layout, marks)
}

#[test]
fn no_text_leaves_its_cell() {
    for columns in ["2", "6", "10"] {
        let (layout, marks) = marks(columns);
        let grid = layout.print(0);
        let in_grid = |y: f32| y > grid.y && y < layout.foot() - 5.0;
        let mut n_texts = 0;
        for mark in &marks {
            let Mark::Text { line, x, y, size, .. } = mark else { continue };
            let end = x + line.width * size;
            let right = layout.width - grid.x + 0.1;
            assert!(*x >= grid.x - 0.1 && end <= right, "{columns}: {x} {end}: {}", line.text);
            if !in_grid(*y) {
                continue;
            }
            n_texts += 1;
            let cells = (0..layout.per_page()).map(|place| layout.print(place).x);
            let cell = cells.filter(|&left| left <= x + 0.1).fold(0.0, f32::max);
            let right = cell + layout.caption_width() + 0.1;
            assert!(end <= right, "{columns}: {end} is beyond {right}: {}", line.text);
        }
        assert!(n_texts > 10, "{columns}: {n_texts}");
    }
}

#[test]
fn a_frame_without_a_print_says_so() {
    let (_, marks) = marks("6");
    let texts = marks
        .iter()
        .filter(|mark| matches!(mark, Mark::Text { line, .. } if line.text == "no thumbnail"));
    let prints = marks.iter().filter(|mark| matches!(mark, Mark::Print { .. })).count();
    assert_eq!(texts.count() + prints, hostile().len());
}

#[test]
fn a_page_says_what_is_on_it() {
    let page = |first, in_all, days: &[&str]| {
        let frames =
            days.iter().map(|&day| Frame { day: day.to_owned(), ..Frame::default() }).collect();
        contents(&Page { number: 1, of: 1, first, in_all, frames })
    };
    assert_eq!(page(1, 0, &[]), "no photographs");
    assert_eq!(page(1, 1, &["2 Nov 2013"]), "1 photograph  ·  frame 1  ·  2 Nov 2013");
    let several = page(37, 7_845, &["", "x", "3 Nov 2013"]);
    assert_eq!(several, "7,845 photographs  ·  frames 37–39  ·  3 Nov 2013");
    let range = page(1, 2, &["1 Nov 2013", "3 Nov 2013"]);
    assert_eq!(range, "2 photographs  ·  frames 1–2  ·  1 Nov 2013 – 3 Nov 2013");
    assert_eq!(page(1, 2, &["", ""]), "2 photographs  ·  frames 1–2");
}
