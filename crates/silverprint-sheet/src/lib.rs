//! The contact sheet: rows in, pages out.
//!
//! A [`ContactSheet`] takes its [`Heading`] once and then [`Row`]s, newest
//! first, up to [`ContactSheet::PER_PAGE`] at a time, and gives each page as a
//! [`PageFile`]: a relative path and HTML that opens from `file://` without
//! network and without JavaScript. What pages need besides is in
//! [`ContactSheet::assets`]. An [`Overview`] is the page over several archives.
//!
//! This crate never knows network, tokio or SQL, and writes no files: whoever
//! calls it writes them whole. Titles and reasons may hold anything; paths may
//! hold anything; addresses that are not http(s) are left out.

mod date;
mod frame;
mod heading;
mod link;
mod navigation;
mod overview;
mod page;
mod row;
mod sheet;
mod subject;
mod text;

pub use heading::Heading;
pub use overview::{Archived, Overview};
pub use row::Row;
pub use sheet::{Asset, ContactSheet, PageFile, SheetError};
