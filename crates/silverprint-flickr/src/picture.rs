//! Pictures over the wire: the same way whatever listed them.

use crate::{Base, picture_address};
use silverprint_core::{FetchError, Sink};
use silverprint_http::Client;
use url::Url;

/// Fetches what lies at an address of a listing, if it may be asked for.
pub(crate) async fn open(
    base: &Base,
    client: &Client,
    url: &Url,
    sink: &mut dyn Sink,
) -> Result<u32, FetchError> {
    let url = picture_address(url, base).map_err(|refusal| {
        let host = url.host_str().unwrap_or("an address without a host").to_owned();
        FetchError::Forbidden { host, message: refusal.to_string() }
    })?;
    client.get(&url, sink).await
}
