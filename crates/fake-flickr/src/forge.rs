//! Photos of somebody who means harm: what listings say of them, and what is served in their
//! pictures' place.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::http::Reply;

/// What is said and served of one photo. What is `None` is as ever.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgery {
    /// Its title in listings.
    pub title: Option<String>,
    /// Its description in listings.
    pub description: Option<String>,
    /// Its tags in listings.
    pub tags: Option<String>,
    /// The address that listings have for each of its renditions.
    pub url: Option<String>,
    /// Width and height that listings have for each of its renditions.
    pub size: Option<(u32, u32)>,
    /// Where requests for its pictures are sent on to.
    pub redirect: Option<String>,
    /// The bytes that are served for each of its renditions.
    pub body: Option<Bytes>,
}

impl Forgery {
    /// What is answered in a picture's place.
    pub(crate) fn reply(self) -> Option<Reply> {
        if let Some(to) = self.redirect {
            return Some(Reply::redirect(&to));
        }
        self.body.map(|body| Reply::new(200, "image/jpeg", body.to_vec()))
    }
}

/// All of them, by photo.
#[derive(Debug, Default)]
pub(crate) struct Forgeries(Mutex<HashMap<u64, Forgery>>);

impl Forgeries {
    pub(crate) fn set(&self, id: u64, forgery: Forgery) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, forgery);
    }

    /// That of a photo; an empty one for most.
    pub(crate) fn of(&self, id: u64) -> Forgery {
        let forgeries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forgeries.get(&id).cloned().unwrap_or_default()
    }
}
