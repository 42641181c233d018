//! The ways in: with a key of one's own, with the site's, or without any.

use crate::{Api, ApiKey, Base, Visitor};
use silverprint_core::Source;
use silverprint_http::Client;
use std::sync::Arc;

/// How Flickr is asked. One is never taken for another: what a door does not
/// show stays unshown, until the user chooses another.
#[derive(Debug)]
pub enum Door {
    /// The API, with the user's own key: everything that is public.
    Key(ApiKey),
    /// The API, with the key that the site's pages carry for their script, as a
    /// browser asks it. Only where the user chose that by name.
    Site,
    /// The pages as a visitor sees them at first, without a key.
    Page,
}

/// The source behind a door. `client` must ask whom `base` allows.
pub fn connect(door: Door, base: Base, client: Client) -> Arc<dyn Source> {
    match door {
        Door::Key(key) => Arc::new(Api::new(base, key, client)),
        Door::Site => Arc::new(Api::with_site_key(base, client)),
        Door::Page => Arc::new(Visitor::new(base, client)),
    }
}
