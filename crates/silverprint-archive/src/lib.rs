//! A photostream becomes a folder.
//!
//! [`archive`] is the way in: it resolves the account, lists its
//! photostream (`listing`), decides for each photo what is to be done
//! ([`plan()`]), sends it its way (`pipeline`) and closes with the receipt, the
//! sums and the contact sheet. `store` is the only place that writes
//! files into it. What is there can be listed ([`Listed`]) and checked
//! ([`verify()`]); several folders side by side get an [`overview()`]. Pictures of
//! the disk become thumbnails and a sheet by [`local()`]. [`print()`] puts the sheet on
//! paper.
//!
//! This crate must never know how bytes come over a wire (it is given a
//! [`Source`](silverprint_core::Source)), how rows are kept, or who watches: it
//! prints nothing and parses no arguments.

mod archiver;
mod attempt;
mod beneath;
mod budget;
mod buffer;
mod camera;
mod closing;
mod container;
mod content;
mod cpu;
mod csv;
mod directories;
mod dirsync;
mod download;
mod examine;
mod left;
mod listed;
mod listing;
mod local;
mod memory;
mod orphans;
mod overview;
mod pipeline;
mod plan;
mod progress;
mod seen;
mod sheet;
mod stop;
mod store;
mod tally;
#[cfg(test)]
mod testing;
mod thread;
mod turn;
mod verify;
mod video;
mod watch;

pub use archiver::{ArchiveError, Order, Report, archive};
pub use beneath::open as open_beneath;
pub use csv::csv_field;
pub use listed::Listed;
pub use listing::PAGES_AHEAD;
pub use local::{LocalError, LocalOrder, LocalReceipt, LocalReport, Onlooker, PassedOver, local};
pub use overview::{Overview, OverviewError, overview};
pub use pipeline::FAILURES;
pub use plan::{Fetch, Keep, Reason, Step, Videos, Wanted, plan};
pub use progress::{Paused, Progress};
pub use sheet::paper::{PaperError, PaperKind, PaperOrder, print};
pub use sheet::{SheetMade, sheet};
pub use stop::{Stop, Stopper};
pub use store::FolderError;
pub use turn::Turn;
pub use verify::{
    BuiltAgain, By, Finding, FindingKind, Inspector, Remedy, Repair, Repaired, Scope, Unrepaired,
    Verified, VerifyError, VerifyOrder, verify,
};
