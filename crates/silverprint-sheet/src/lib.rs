//! The contact sheet: rows in, files out.
//!
//! A [`ContactSheet`] takes its [`Heading`] once and then [`Row`]s, the oldest
//! first, and puts its files on a [`Shelf`], which is whoever has the folder:
//! `index.html` with the wall, its data as scripts in parts, its prints joined to
//! strips, and plain pages for who has no scripts. A sheet that is made again
//! touches only what changed. All of it opens from `file://` without network. An
//! [`Overview`] is the page over several archives.
//!
//! This crate never knows network, tokio or SQL, and opens no files. Titles and
//! reasons may hold anything; paths may hold anything; addresses that are not
//! http(s) are left out.

mod asset;
mod caption;
mod columns;
mod date;
mod entry;
mod frame;
mod head;
mod heading;
mod ledger;
mod link;
mod navigation;
mod overview;
mod page;
mod part;
mod prose;
mod row;
mod script;
mod sheet;
mod shelf;
mod strip;
mod subject;
mod text;

pub use asset::Asset;
pub use caption::Caption;
pub use heading::Heading;
pub use overview::{Archived, Overview};
pub use row::{Picture, Row, Thumb};
pub use sheet::{ContactSheet, SheetError};
pub use shelf::Shelf;
