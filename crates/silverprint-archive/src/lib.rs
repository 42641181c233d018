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
mod closing;
mod container;
mod content;
mod cpu;
mod directories;
mod dirsync;
mod download;
mod examine;
mod listing;
mod memory;
mod orphans;
mod pipeline;
mod plan;
mod stop;
mod store;
mod tally;
#[cfg(test)]
mod testing;
mod thread;
mod video;

pub use archiver::{ArchiveError, Order, Report, archive};
pub use listing::PAGES_AHEAD;
pub use plan::{Fetch, Keep, Reason, Step, Videos, Wanted, plan};
pub use stop::{Stop, Stopper};
pub use store::FolderError;
