//! The client (signatures first; the gate follows).
use silverprint_core::{FetchError, Reporter, Sink};
use std::sync::Arc;
use url::Url;

/// How to treat hosts.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Sent with every request.
    pub user_agent: String,
    /// Whether loopback addresses may be asked, over plain HTTP too.
    pub loopback: bool,
}

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct BuildError;

/// Asks hosts. Cheap to clone: all clones share the gates.
#[derive(Clone)]
pub struct Client {}

impl Client {
    /// A client with no connection yet.
    pub fn new(_policy: Policy, _reporter: Arc<dyn Reporter>) -> Result<Self, BuildError> {
        Ok(Self {})
    }

    /// Fetches `url` into `sink`, with all retries. Says how many attempts it took.
    pub async fn get(&self, _url: &Url, _sink: &mut dyn Sink) -> Result<u32, FetchError> {
        Err(FetchError::Local(std::io::Error::other("not yet")))
    }
}
