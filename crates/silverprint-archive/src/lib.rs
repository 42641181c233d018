//! A photostream becomes a folder.
//!
//! [`archive`] is the one way in: it resolves the account, lists its
//! photostream (`listing`), decides for each photo what is to be done
//! ([`plan()`]), sends it its way (`pipeline`) and closes with the receipt, the
//! sums and the contact sheet. `store` is the only place that writes files.
//!
//! This crate must never know how bytes come over a wire (it is given a
//! [`Source`](silverprint_core::Source)), how rows are kept, or who watches: it
//! prints nothing and parses no arguments.

mod archiver;
mod budget;
mod camera;
mod closing;
mod content;
mod cpu;
mod dirsync;
mod download;
mod examine;
mod listing;
mod memory;
mod pipeline;
mod plan;
mod stop;
mod store;
mod tally;
#[cfg(test)]
mod testing;
mod thread;

pub use archiver::{ArchiveError, Order, Report, archive};
pub use listing::PAGES_AHEAD;
pub use plan::{Fetch, Keep, Reason, Step, Wanted, plan};
pub use stop::{Stop, Stopper};
pub use store::FolderError;
