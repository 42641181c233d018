//! What is known of an archive's photos.
//!
//! A [`Catalogue`] is a database beside `photos.jsonl`, the append-only
//! record that it can be rebuilt from. A [`Snapshot`] says what is known, for
//! the planner; a [`Writer`] is the thread that is told, by a [`Recorder`] and
//! an [`Entry`] at a time, what was learned and done.
//!
//! This crate must never know the network or an async runtime, nor what a
//! listing looks like inside: it keeps the source's JSON as it came.

mod agreement;
mod catalogue;
mod checked;
mod commits;
mod digest;
mod entry;
mod error;
mod file;
mod held;
mod ledger;
mod line;
mod names;
mod queue;
mod rebuild;
mod record;
mod row;
mod schema;
mod snapshot;
mod state;
mod writer;

pub use agreement::Disagreement;
pub use catalogue::{Catalogue, Opened};
pub use checked::Checked;
pub use digest::{Digest, ParseDigestError};
pub use entry::{Entry, LastListing, Moved, Saved};
pub use error::CatalogueError;
pub use file::{File, Role};
pub use held::Held;
pub use line::DAMAGED;
pub use row::{Counts, FailureRow, FileRow, PhotoRow, Place};
pub use snapshot::{Known, KnownPicture, Snapshot, SpecId};
pub use state::State;
pub use writer::{Closed, Recorder, Writer};
