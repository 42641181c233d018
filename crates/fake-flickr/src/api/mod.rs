//! The REST API: which method was called, by whom, and what is wrong with the call.

mod info;
mod listing;
mod people;

use std::collections::{HashMap, VecDeque};
use std::sync::PoisonError;

use crate::emit::{Emit, Notation};
use crate::http::{Delivery, Reply, Request};
use crate::page::Standing;
use crate::seed::{fraction, join};
use crate::setup::{Account, ApiFault, Key, PASSING_API};
use crate::world::Shared;

pub(crate) use listing::secret;
pub(crate) use people::{account, is_handle};

/// What the API remembers from call to call.
#[derive(Debug, Default)]
pub(crate) struct ApiState {
    pub(crate) calls: u64,
    pub(crate) revoked: bool,
    /// Faults that tests have set, for the next calls.
    pub(crate) faults: VecDeque<ApiFault>,
    /// Those of the site's pages.
    pub(crate) page_faults: VecDeque<ApiFault>,
    pub(crate) account: Account,
    /// How often each page was served.
    pub(crate) pages: HashMap<u32, u32>,
    /// How often each page of HTML was served.
    pub(crate) html_pages: HashMap<u32, u32>,
    /// The steps of the script that are still to come.
    pub(crate) script: Vec<crate::setup::Step>,
}

/// A call's parameters.
pub(crate) struct Call {
    params: HashMap<String, String>,
    pub(crate) notation: Notation,
}

/// Why a call fails: the code and the words.
pub(crate) struct Failure(pub(crate) u32, pub(crate) String);

impl Failure {
    pub(crate) fn new(code: u32, message: impl Into<String>) -> Self {
        Self(code, message.into())
    }

    pub(crate) fn user_not_found() -> Self {
        Self::new(1, "User not found")
    }
}

impl Call {
    fn new(query: &str, authorization: Option<&str>) -> Self {
        let mut params: HashMap<String, String> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if let Some(key) = authorization.and_then(consumer_key) {
            params.entry("api_key".to_owned()).or_insert(key);
        }
        let json = params.get("format").is_some_and(|format| format == "json");
        Self { params, notation: if json { Notation::Json } else { Notation::Xml } }
    }

    /// A parameter; empty ones count as missing.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.trim().parse().ok()
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, Failure> {
        self.get(name).ok_or_else(|| Failure::new(1, "Required parameter missing"))
    }

    fn method(&self) -> &str {
        self.get("method").unwrap_or_default()
    }

    /// The answer, in the notation and the wrapping that was asked for.
    fn reply(&self, notation: Notation, body: String) -> Reply {
        if notation == Notation::Xml {
            return Reply::new(200, "text/xml; charset=utf-8", body.into_bytes());
        }
        if self.get("nojsoncallback").is_some_and(|set| set != "0") {
            return Reply::new(200, "application/json", body.into_bytes());
        }
        let callback = self.get("jsoncallback").unwrap_or("jsonFlickrApi");
        let body = format!("{callback}({body})").into_bytes();
        Reply::new(200, "text/javascript; charset=utf-8", body)
    }
}

/// The key in the header of a call that is signed by OAuth. Signatures aren't looked at: without a
/// token they prove nothing but the key's secret, which nobody here has.
fn consumer_key(authorization: &str) -> Option<String> {
    let (_, rest) = authorization.strip_prefix("OAuth ")?.split_once("oauth_consumer_key=\"")?;
    rest.split_once('"').map(|(key, _)| key.to_owned())
}

/// Answers a call to `/services/rest/`.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Reply {
    let call = Call::new(&request.query, request.authorization.as_deref());
    shared.counters.api(call.method());
    let (fault, revoked) = {
        let mut state = shared.api.lock().unwrap_or_else(PoisonError::into_inner);
        state.calls += 1;
        let over = shared.config.revoke_after.is_some_and(|after| state.calls > after);
        state.revoked |= over;
        let number = state.calls;
        (state.faults.pop_front().or_else(|| drawn(shared, number)), state.revoked)
    };
    if fault.is_some() {
        shared.counters.fault();
    }
    match fault {
        None => good(shared, &call, call.notation, revoked),
        Some(fault) => faulty(shared, &call, fault, revoked),
    }
}

/// The fault that chance has for a call.
pub(crate) fn drawn(shared: &Shared, number: u64) -> Option<ApiFault> {
    let hash = join(shared.config.stream.seed ^ 0xa91, number);
    let which = join(hash, 1) % PASSING_API.len() as u64;
    let drawn = fraction(hash) < shared.config.api_faults;
    drawn.then(|| PASSING_API[usize::try_from(which).unwrap_or(0)])
}

fn good(shared: &Shared, call: &Call, notation: Notation, revoked: bool) -> Reply {
    let body = checked(shared, call, revoked)
        .and_then(|()| dispatch(shared, call, notation))
        .unwrap_or_else(|Failure(code, message)| Emit::fail(notation, code, &message));
    call.reply(notation, body)
}

fn faulty(shared: &Shared, call: &Call, fault: ApiFault, revoked: bool) -> Reply {
    const UNAVAILABLE: &str = "Sorry, the Flickr API service is not currently available.";
    const TRAILING: &str = "{\"stat\":\"fail\",\"message\":\"Sorry, the Flickr API service is not \
        currently available.\",\"code\":201},";
    match fault {
        ApiFault::Code(code) => {
            let message = match code {
                95 => "SSL is required",
                96 => "Invalid signature",
                97 => "Missing signature",
                98 => "Login failed / Invalid auth token",
                99 => "Insufficient permissions. Method requires read privileges; none granted.",
                100 => "Invalid API Key (Key has expired)",
                105 => "Service currently unavailable",
                106 => "Write operation failed",
                _ => UNAVAILABLE,
            };
            call.reply(call.notation, Emit::fail(call.notation, code, message))
        }
        ApiFault::TrailingComma => {
            Reply::new(200, "text/xml; charset=utf-8", TRAILING.as_bytes().to_vec())
        }
        ApiFault::BadJson => {
            let whole = good(shared, call, call.notation, revoked);
            let half = whole.body.len() / 2;
            let body = whole.body.slice(0, half).to_vec();
            Reply { body: body.into(), ..whole }
        }
        ApiFault::OtherNotation => {
            let other = match call.notation {
                Notation::Json => Notation::Xml,
                Notation::Xml => Notation::Json,
            };
            // The header keeps saying what was asked for.
            let asked = good(shared, call, call.notation, revoked);
            Reply { headers: asked.headers, ..good(shared, call, other, revoked) }
        }
        ApiFault::Status(429) => crate::fault::too_many(crate::fault::RetryAfter::Unsaid),
        ApiFault::Status(status) => {
            Reply::html(status, "<html><body><h1>Bad, bad panda!</h1></body></html>\n")
        }
        ApiFault::Reset => Reply::text(200, "").delivered(Delivery::ResetBefore),
        ApiFault::Stall => Reply::text(200, "").delivered(Delivery::StallBefore),
    }
}

/// The checks that come before any method.
fn checked(shared: &Shared, call: &Call, revoked: bool) -> Result<(), Failure> {
    let format = call.get("format").unwrap_or("rest");
    if !matches!(format, "rest" | "json") {
        return Err(Failure::new(111, format!("Format \"{format}\" not found")));
    }
    let key = call.get("api_key").unwrap_or_default();
    if key.len() != 32 || !key.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(Failure::new(100, "Invalid API Key (Key has invalid format)"));
    }
    let taken = match shared.site_keys.take(key) {
        Standing::Good => !revoked,
        Standing::Expired => return Err(Failure::new(100, "Invalid API Key (Key has expired)")),
        Standing::Foreign => {
            !revoked && !matches!(&shared.config.key, Key::Only(only) if only != key)
        }
    };
    if taken { Ok(()) } else { Err(Failure::new(100, "Invalid API Key (Key not found)")) }
}

fn dispatch(shared: &Shared, call: &Call, notation: Notation) -> Result<String, Failure> {
    match call.method() {
        "flickr.urls.lookupUser" => people::lookup(shared, call, notation),
        "flickr.people.findByUsername" => people::find(shared, call, notation),
        "flickr.people.getInfo" => people::info(shared, call, notation),
        "flickr.people.getPublicPhotos" => listing::public_photos(shared, call, notation),
        "flickr.people.getPhotos" => listing::photos(shared, call, notation),
        "flickr.photos.getInfo" => info::photo(shared, call, notation),
        "flickr.photos.getSizes" => info::sizes(shared, call, notation),
        "flickr.video.getStreamInfo" => info::streams(shared, call, notation),
        "flickr.test.null" => Ok(Emit::ok(notation, |_| {})),
        "flickr.test.echo" => Ok(echo(call, notation)),
        method => Err(Failure::new(112, format!("Method \"{method}\" not found"))),
    }
}

/// Says what was asked, but for the names that can't be names of elements.
fn echo(call: &Call, notation: Notation) -> String {
    const NAMES: [&str; 8] =
        ["method", "api_key", "format", "nojsoncallback", "user_id", "page", "per_page", "extras"];
    Emit::ok(notation, |emit| {
        for name in NAMES {
            if let Some(value) = call.get(name) {
                emit.content(name, value);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_found_in_headers() {
        let header = "OAuth oauth_nonce=\"1\", oauth_consumer_key=\"abc\", oauth_version=\"1.0\"";
        assert_eq!(consumer_key(header).as_deref(), Some("abc"));
        assert_eq!(consumer_key("Basic abc"), None);
        assert_eq!(consumer_key("OAuth oauth_consumer_key=\"abc"), None);
    }

    proptest! {
        #[test]
        fn any_call_is_read_without_panic(query in "[ -~é]{0,60}", header in "(OAuth )?[ -~é]{0,60}") {
            Call::new(&query, Some(&header));
        }
    }
}
