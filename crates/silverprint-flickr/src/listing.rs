//! The part of an answer that lists photos: a photostream's page or an album's.

use crate::Answer;
use crate::scalar::Scalar;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The entries of one answer, unread, and what it says of the rest.
#[derive(Debug)]
pub struct Listing<'a> {
    /// The raw text of each entry, for [`crate::read_photo`].
    pub entries: Vec<&'a RawValue>,
    /// Which page the answer says it is.
    pub number: Option<u32>,
    /// How many pages it announces.
    pub pages: u32,
    /// How many photos it announces in all.
    pub total: u64,
}

/// An answer that is none of a listing.
#[derive(Debug, thiserror::Error)]
pub enum ListingError {
    /// It has another shape.
    #[error("it lists no photos: {0}")]
    Shape(#[from] serde_json::Error),
    /// Without it nobody could say whether all of them came.
    #[error("it does not say how many {what} there are")]
    Uncounted {
        /// Of what.
        what: &'static str,
    },
}

impl<'a> Listing<'a> {
    /// Finds the listing in an answer.
    pub fn parse(answer: &'a Answer) -> Result<Self, ListingError> {
        let json = answer.json();
        // Almost always an array. XML cannot say whether one entry is an array
        // of one, and an empty list may be null.
        let shelf = match serde_json::from_str::<Root<'_, Vec<&RawValue>>>(json) {
            Ok(root) => root.photos,
            Err(_) => serde_json::from_str::<Root<'_, Option<&RawValue>>>(json)?.photos.into_many(),
        };
        let counted = |what| move || ListingError::Uncounted { what };
        Ok(Self {
            entries: shelf.photo,
            number: shelf.page.number(),
            pages: shelf.pages.number().ok_or_else(counted("pages"))?,
            total: shelf.total.number().ok_or_else(counted("photos"))?,
        })
    }
}

#[derive(Deserialize)]
struct Root<'a, P> {
    #[serde(borrow, alias = "photoset")]
    #[serde(bound(deserialize = "P: Deserialize<'de> + Default"))]
    photos: Shelf<'a, P>,
}

#[derive(Deserialize)]
struct Shelf<'a, P> {
    #[serde(default)]
    photo: P,
    #[serde(borrow, default)]
    page: Scalar<'a>,
    #[serde(borrow, default)]
    pages: Scalar<'a>,
    #[serde(borrow, default)]
    total: Scalar<'a>,
}

impl<'a> Shelf<'a, Option<&'a RawValue>> {
    fn into_many(self) -> Shelf<'a, Vec<&'a RawValue>> {
        let photo = self.photo.into_iter().collect();
        Shelf { photo, page: self.page, pages: self.pages, total: self.total }
    }
}
