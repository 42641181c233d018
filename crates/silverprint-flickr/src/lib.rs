//! Flickr as a [`silverprint_core::Source`]: wire format in, photos out.
//!
//! There are three [`Door`]s, and [`connect`] opens one. [`Api`] asks the API at
//! a [`Base`] with the user's [`ApiKey`], or with the one of the site's pages.
//! What comes back is told from the body alone and becomes an [`Answer`], whether
//! it was JSON, XML or neither; a [`Listing`] is the part of it that holds
//! photos. [`Visitor`] reads the pages that everybody sees; a [`Leaf`] is one of
//! them, and its photos become entries in the API's own form. Pages are asked
//! for as `robots.txt` has it.
//!
//! This crate never knows disk, SQL or codecs, and never shows a key: not in a
//! message, not in `Debug`. One call lists 500 photos with the addresses of
//! their files; there is no call per photo, and there must never be one: a key
//! has 3,600 calls an hour, across everybody who uses it. Only a video costs one,
//! for no listing says where its stream is.

mod address;
mod answer;
mod api;
mod attempt;
mod base;
mod call;
mod door;
mod entry;
mod failure;
mod found_key;
mod key;
mod keys;
mod leaf;
mod listing;
mod model;
mod person;
mod photo;
mod picture;
mod progress;
mod refusals;
mod robots;
mod scalar;
mod script;
mod site;
mod stream;
mod visitor;
mod words;
mod xml;

pub use address::{Refusal, picture_address};
pub use answer::{Answer, AnswerError, Unreadable};
pub use api::Api;
pub use base::{Base, BaseError};
pub use door::{Door, connect};
pub use failure::{Class, Failure};
pub use key::{ApiKey, KeyError};
pub use leaf::{Leaf, LeafError};
pub use listing::{Listing, ListingError};
pub use model::ModelError;
pub use photo::read_photo;
pub use visitor::Visitor;
pub use xml::XmlError;
