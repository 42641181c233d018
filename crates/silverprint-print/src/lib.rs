//! The contact sheet on paper: frames in, pages out.
//!
//! A [`PdfSheet`] takes its [`Heading`] once and then [`Frame`]s, the oldest
//! first, and writes page after page to whoever takes bytes; memory holds a few
//! hundred frames and the fonts, however many photos there are. A [`PageSheet`]
//! takes the same and makes of one page a picture. What a page looks like is
//! composed once, for both (`page`).
//!
//! Thumbnails are read when their page is made, by a function that the caller
//! gives, and go into a PDF as they are. Titles may hold anything: they are cut to
//! their cell, and letters that the bundled font lacks are set in the system's.
//!
//! This crate never knows network, tokio or SQL. Of files it opens the system's
//! fonts and nothing else.

mod cell;
mod cluster;
mod fonts;
mod frame;
mod layout;
mod line;
mod page;
mod pager;
mod paper;
mod pdf;
mod picture;
mod raster;
mod script;
#[cfg(test)]
mod testing;
mod typesetter;

pub use fonts::Fonts;
pub use frame::{Frame, Heading, Lack, Thumb};
pub use paper::{Columns, NoColumns, NoPaper, Paper};
pub use pdf::PdfSheet;
pub use raster::PageSheet;
pub use script::Lacking;

/// What a sheet is begun with.
#[derive(Debug, Clone)]
pub struct Order {
    /// What stands over every page.
    pub heading: Heading,
    /// How many frames will come.
    pub frames: u64,
    /// How large a page is.
    pub paper: Paper,
    /// How many prints stand side by side.
    pub columns: Columns,
}

/// What a sheet on paper came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// How many pages it has.
    pub pages: u64,
    /// How many frames.
    pub frames: u64,
    /// Writing for which no font was found: boxes stand for it.
    pub lacking: Vec<Lacking>,
}
