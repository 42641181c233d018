//! What a run says while it goes. Every method has an empty body, so that an
//! observer implements what it shows and no more.

use crate::{Account, Failure, ListingKind, Photo, PhotoId, Receipt};
use std::time::Duration;

/// Hears how a run goes. Called from many tasks at once; must not block.
pub trait Reporter: Send + Sync {
    /// The account is known; work begins.
    fn started(&self, _account: &Account) {}

    /// A page of the listing came: how many photos are listed so far, how
    /// many the site announces.
    fn listed(&self, _listed: u64, _announced: u64) {}

    /// The listing is over.
    fn listing_done(&self, _kind: ListingKind, _listed: u64) {}

    /// A photo needs nothing: it is all there.
    fn already(&self, _id: PhotoId) {}

    /// A photo is to be done in this run.
    fn planned(&self, _photo: &Photo) {}

    /// So many bytes of pictures came over the wire.
    fn received(&self, _bytes: u64) {}

    /// A photo is done: its files are in the folder.
    fn saved(&self, _photo: &Photo, _path: Option<&str>, _bytes: u64) {}

    /// A photo could not be done in this run.
    fn failed(&self, _photo: &Photo, _failure: &Failure) {}

    /// An attempt failed, and will be repeated.
    fn retrying(&self, _retrying: &Retrying) {}

    /// Nothing goes to a host for so long, and why.
    fn waiting(&self, _waiting: &Waiting) {}

    /// Something that is no failure, but that one should know.
    fn note(&self, _message: &str) {}

    /// The run is over.
    fn receipt(&self, _receipt: &Receipt) {}
}

/// An attempt failed and will be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retrying {
    /// The photo that it was for; none where it was a listing, say.
    pub photo: Option<PhotoId>,
    /// What was asked for: host and path, never the query.
    pub what: String,
    /// Which attempt failed, from 1 on.
    pub attempt: u32,
    /// What was wrong with it.
    pub reason: String,
    /// The next one begins after so long, or later where it has to queue.
    pub wait: Duration,
}

/// A host is paused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub host: String,
    /// What it said, such as `429 Too Many Requests`.
    pub reason: String,
    /// For how long.
    pub pause: Duration,
}

/// Hears and says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Reporter for Silent {}
