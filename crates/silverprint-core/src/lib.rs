//! The words of the field as types, and the seams between the rooms.
//!
//! An [`Account`] owns a photostream; a [`Photo`] in it has [`Rendition`]s, one
//! for each [`Size`]. A [`Source`] lists photos and opens renditions into a
//! [`Sink`]; a [`Reporter`] hears how a run goes; a [`Receipt`] is what it came
//! to, with a [`Timing`]; a [`Tracer`] hears where the time goes; a [`NameTemplate`] says what a photo's files are called, and a [`Layout`] where
//! in the folder they lie.
//!
//! This crate does no I/O: no files, no sockets, no clocks, no threads.

mod account;
mod camera;
mod credit;
mod gate;
mod id;
mod layout;
mod license;
mod name;
mod photo;
mod receipt;
mod rendition;
mod reporter;
mod sink;
mod source;
mod text;
mod timing;
mod tracer;

pub use account::{Account, AccountRef, TargetError};
pub use camera::Camera;
pub use credit::Credit;
pub use gate::Gate;
pub use id::{IdError, Nsid, PathAlias, PhotoId};
pub use layout::Layout;
pub use license::License;
pub use name::{NameError, NameTemplate};
pub use photo::{Detail, Geo, Media, Photo, Taken};
pub use receipt::{Failure, ListingKind, Receipt, Withheld};
pub use rendition::{Format, Identity, ParseSizeError, Rendition, Size};
pub use reporter::{Reporter, Retrying, Silent, Waiting};
pub use sink::{FetchError, Head, Kept, Rejection, Sink, SinkError, StrongTag};
pub use source::{Page, Reject, Shows, Source, SourceError, Stream, Window};
pub use text::{grouped, one_line, without_query};
pub use timing::{Bound, Timing};
pub use tracer::{Part, Span, Stage, Tracer};
