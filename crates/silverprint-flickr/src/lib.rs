//! Flickr as a [`silverprint_core::Source`]: wire format in, photos out.
//!
//! [`Api`] asks the API at a [`Base`] with an [`ApiKey`]. What comes back is
//! told from the body alone and becomes an [`Answer`], whether it was JSON, XML
//! or neither; a [`Listing`] is the part of it that holds photos.
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
mod breath;
mod call;
mod failure;
mod key;
mod listing;
mod person;
mod photo;
mod scalar;
mod stream;
mod xml;

pub use address::{Refusal, picture_address};
pub use answer::{Answer, AnswerError, Unreadable};
pub use api::Api;
pub use base::{Base, BaseError};
pub use failure::{Class, Failure};
pub use key::{ApiKey, KeyError};
pub use listing::{Listing, ListingError};
pub use photo::read_photo;
pub use xml::XmlError;
