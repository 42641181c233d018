//! A Flickr photostream that misbehaves on demand.
//!
//! A [`Server`] serves a photostream on loopback ports of its own: the REST API as it was
//! recorded, with its loose typing; the site's pages, with the models and the key in them; image hosts that send pictures painted by this crate; and
//! every fault that was seen of the real ones, by [`Faults`] or by hand. Everything follows from
//! the seed in [`StreamConfig`]: the same seed makes the same stream, byte for byte.
//!
//! It is used by integration tests in their own process, by benches as a binary, and by
//! `silverprint demo`.
//!
//! This crate must never know any other crate of this workspace: a server that shared its types
//! with the client would share its mistakes.
//!
//! ```
//! use fake_flickr::{Config, Fault, Label, Server, Times};
//!
//! let server = Server::start(Config::clean(1, 10))?;
//! let newest = &server.truth()[0];
//! server.fault(newest.id, Fault::Status(503), Times::Once);
//! assert!(newest.rendition(Label::O).unwrap().url.starts_with("http://127.0.0.1:"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod api;
mod body;
mod calendar;
mod config;
mod connection;
mod darkroom;
mod delivery;
mod develop;
mod emit;
mod fault;
mod forge;
mod hits;
mod http;
mod image_host;
mod pace;
mod page;
mod paint;
mod photo;
#[cfg(feature = "proxy")]
mod proxy;
mod rendition;
mod scale;
mod seed;
mod server;
mod setup;
mod stream;
mod title;
mod truth;
mod video;
mod world;

pub use config::{Plan, Shares, StreamConfig};
pub use fault::{Fault, Faults, PASSING, RetryAfter, Rule, Times, UnknownFault};
pub use forge::Forgery;
pub use hits::Hits;
pub use page::{PageShape, Pages, PastEnd, SiteKeys};
pub use photo::{Media, Original, Photo};
#[cfg(feature = "proxy")]
pub use proxy::Proxy;
pub use rendition::{Label, UnknownLabel};
pub use server::Server;
pub use setup::{
    Account, ApiFault, Change, Config, Key, Latency, PASSING_API, Paging, Step, Storm,
};
pub use stream::Stream;
pub use truth::{Rendered, TruePhoto, TrueRendition, TrueVideo};
pub use video::{VideoFault, Videos};
