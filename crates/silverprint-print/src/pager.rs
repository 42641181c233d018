//! From frames to pages.

use crate::frame::{Frame, Heading};
use crate::layout::Layout;
use crate::{Order, Printed};
use std::mem;

/// So many frames are looked at before the first page, to see how large prints
/// are: as many as decide that for the wall.
const LOOKED_AT: usize = 500;
/// A thumbnail where none says how large one is.
const USUAL: (u32, u32) = (120, 120);

/// A page that has its frames.
#[derive(Debug)]
pub(crate) struct Page {
    /// Which of how many, from 1.
    pub(crate) number: u64,
    pub(crate) of: u64,
    /// The number of its first frame, and of the sheet's last.
    pub(crate) first: u64,
    pub(crate) in_all: u64,
    pub(crate) frames: Vec<Frame>,
}

/// Gathers frames to pages.
#[derive(Debug)]
pub(crate) struct Pager {
    pub(crate) heading: Heading,
    order: Order,
    layout: Option<Layout>,
    held: Vec<Frame>,
    /// Frames on pages that are given away.
    away: u64,
    pages: u64,
}

impl Pager {
    pub(crate) fn new(order: Order) -> Self {
        let heading = order.heading.clone().cleaned();
        Self { heading, order, layout: None, held: Vec::new(), away: 0, pages: 0 }
    }

    /// Takes a frame. Those that come after the last that was announced are left
    /// out.
    pub(crate) fn add(&mut self, frame: Frame) {
        if self.away + (self.held.len() as u64) < self.order.frames {
            self.held.push(frame.cleaned());
        }
    }

    /// The next page, if it has all its frames.
    pub(crate) fn next(&mut self) -> Option<(Page, Layout)> {
        if self.layout.is_none() && self.held.len() < LOOKED_AT {
            return None;
        }
        let layout = self.layout().clone();
        (self.held.len() >= layout.per_page()).then(|| self.page(layout))
    }

    /// The next page, of what is left. A sheet of nothing has a page as well.
    pub(crate) fn rest(&mut self) -> Option<(Page, Layout)> {
        let layout = self.layout().clone();
        (!self.held.is_empty() || self.pages == 0).then(|| self.page(layout))
    }

    fn page(&mut self, layout: Layout) -> (Page, Layout) {
        let rest = self.held.split_off(layout.per_page().min(self.held.len()));
        let frames = mem::replace(&mut self.held, rest);
        let first = self.away + 1;
        self.pages += 1;
        self.away += frames.len() as u64;
        let (of, in_all) = (self.n_pages(&layout), self.order.frames);
        (Page { number: self.pages, of, first, in_all, frames }, layout)
    }

    /// How many pages there will be.
    fn n_pages(&self, layout: &Layout) -> u64 {
        self.order.frames.div_ceil(layout.per_page() as u64).max(1)
    }

    fn layout(&mut self) -> &Layout {
        let (order, held) = (&self.order, &self.held);
        self.layout.get_or_insert_with(|| Layout::new(order.paper, order.columns, shape(held)))
    }

    /// What came of it.
    pub(crate) fn printed(&self) -> Printed {
        Printed { pages: self.pages, frames: self.away, lacking: Vec::new() }
    }
}

/// How large a print is: as the largest of the thumbnails.
fn shape(frames: &[Frame]) -> (u32, u32) {
    let thumbs = || frames.iter().filter_map(|frame| frame.thumb.as_ref());
    let width = thumbs().map(|thumb| thumb.width).max();
    let height = thumbs().map(|thumb| thumb.height).max();
    match (width, height) {
        (Some(width), Some(height)) if width > 0 && height > 0 => (width, height),
        _ => USUAL,
    }
}
