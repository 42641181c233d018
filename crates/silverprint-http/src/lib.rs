//! Polite, patient HTTP: one gate per host, and bodies that are whole.
//!
//! [`Client::get`] is the one way in ([`Client::get_along`] where redirects are
//! to be judged). Each host has a gate of its own:
//!
//! * **permits**: how many requests are under way at once, found by one
//!   controller (`level`) that grows while throughput does;
//! * **pause**: a host that says 429 or 503 is left alone for a while, all of
//!   it, and the request that heard it loses nothing; when the pause is over one
//!   request goes ahead of all;
//! * **pace**: at most so many requests a second, as the user set it, and as
//!   another controller (`rate`) learns it of a host that refuses what exceeds
//!   a limit of its own;
//! * **budget**: retries are paid from what successes earned; where they are
//!   used up the host is paused like one that refuses, so that a host in trouble
//!   is not asked ever more;
//! * **patience**: a host without one good answer for too long is given up, and
//!   nobody waits for it any more.
//!
//! Over all hosts together there is the **bandwidth**: at most so many bytes a
//! second, likewise.
//!
//! A large body that ended early is gone on with where the host lets it
//! (`resume`); a part that does not fit exactly is never taken.
//!
//! A body counts when it is whole and the [`Sink`](silverprint_core::Sink)
//! accepted it; everything before that is an attempt, and is repeated.
//!
//! This crate knows nothing of photos, of Flickr or of disks.

mod address;
mod answer;
mod backoff;
mod bandwidth;
mod body;
mod client;
mod host;
mod level;
mod pace;
mod policy;
mod rate;
mod resume;
mod tries;
mod trouble;
mod usual;

pub use client::{BuildError, Client, MayFollow, RootsFault};
pub use policy::{Backoff, MayAsk, Policy, Stall};
