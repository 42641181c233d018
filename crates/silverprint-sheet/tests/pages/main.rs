//! What a sheet consists of, as browsers read it.

mod outline;
mod overview;
mod page;
mod sheet;
mod shelf;
