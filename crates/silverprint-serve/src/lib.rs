//! An archive's contact sheet in a browser, by HTTP on loopback, with the
//! progress of a running sync by server-sent events.
//!
//! [`Server`] is the way in. `place` says what is served, which is the sheet and
//! the pictures and nothing else; `answer` turns a request into a response,
//! `range` knows which bytes are meant, `file` streams them, on the threads of
//! `disk`; `watch` looks at what a running sync says of itself, and `events`
//! tells it.
//!
//! This crate must never write anything, read the catalogue, reach another
//! address than the loopback's, or print.

mod answer;
mod disk;
mod events;
mod file;
mod kind;
mod place;
mod range;
mod refusal;
mod server;
mod watch;

pub use server::{Port, ServeError, Server};
