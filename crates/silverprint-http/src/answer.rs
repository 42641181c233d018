//! The head of an answer, read: a body to take, another address to ask, or
//! trouble of one kind or another.

use crate::backoff::{Clock, retry_after};
use crate::resume::rest_of;
use crate::trouble::{Refusal, Trouble};
use reqwest::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, DATE, ETAG, HeaderName, LOCATION, RETRY_AFTER,
};
use reqwest::{Response, StatusCode};
use silverprint_core::{Head, Kept, Sink, StrongTag};
use std::time::Duration;
use url::Url;

/// What one request asks for.
pub(crate) struct Question<'a> {
    pub(crate) url: Url,
    /// The beginning that the sink has already.
    pub(crate) kept: Option<&'a Kept>,
    pub(crate) leg: Leg,
    pub(crate) clock: Clock,
    /// Which attempt it is a part of, counted from 1.
    pub(crate) attempt: u32,
}

/// Which request of an attempt it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leg {
    /// To the address itself.
    First,
    /// To one that a redirect led to.
    Redirected,
}

/// What a head that is no trouble leads to.
pub(crate) enum Answer {
    Body(Response, Head),
    Elsewhere(Url),
}

/// Reads the head of an answer to that question.
pub(crate) fn classify(
    response: Response,
    question: &Question<'_>,
    sink: &dyn Sink,
) -> Result<Answer, Trouble> {
    let status = response.status();
    if let Some(kept) = question.kept {
        match status {
            StatusCode::PARTIAL_CONTENT => return rest(response, kept),
            StatusCode::RANGE_NOT_SATISFIABLE => return Err(Trouble::Unfit(status.to_string())),
            _ => {}
        }
    }
    if sink.takes(status.as_u16()) {
        let head = Head {
            status: status.as_u16(),
            length: content_length(&response),
            from: 0,
            tag: tag(&response),
        };
        return Ok(Answer::Body(response, head));
    }
    if status.is_redirection() {
        return elsewhere(&response, &question.url).map(Answer::Elsewhere);
    }
    Err(match status {
        StatusCode::TOO_MANY_REQUESTS => refused(Refusal::TooMany, &response, question.clock),
        StatusCode::SERVICE_UNAVAILABLE => refused(Refusal::Unavailable, &response, question.clock),
        StatusCode::REQUEST_TIMEOUT => Trouble::Passing(status.to_string()),
        // Signed addresses say so when their time is over; it may have passed
        // while this one waited at the gate.
        StatusCode::FORBIDDEN if question.leg == Leg::Redirected => {
            Trouble::Expired(format!("{status} at the address that it redirects to"))
        }
        status if status.is_client_error() => Trouble::Missing(status.to_string()),
        status => Trouble::Passing(status.to_string()),
    })
}

/// The rest of a body, if it is exactly that. A part has to come with the tag
/// of its body (RFC 9110, 15.3.7): a host that sends none, or a weak one, may
/// not have looked at ours and sent a part of another body.
fn rest(response: Response, kept: &Kept) -> Result<Answer, Trouble> {
    if etag(&response).as_ref() != Some(&kept.tag) {
        return Err(Trouble::Unfit("a part came, and not surely of the same body".to_owned()));
    }
    let whole = rest_of(kept, text(&response, &CONTENT_RANGE).unwrap_or("no Content-Range"));
    let whole = whole.map_err(Trouble::Unfit)?;
    let status = response.status().as_u16();
    let head = Head { status, length: Some(whole), from: kept.bytes, tag: Some(kept.tag.clone()) };
    Ok(Answer::Body(response, head))
}

/// `Content-Length` as sent. reqwest's own accessor says what is left to read.
fn content_length(response: &Response) -> Option<u64> {
    text(response, &CONTENT_LENGTH)?.parse().ok()
}

/// What a rest may be asked for by; nothing where the host gives no parts.
fn tag(response: &Response) -> Option<StrongTag> {
    let gives_no_parts = text(response, &ACCEPT_RANGES).is_some_and(|unit| unit.trim() == "none");
    if gives_no_parts { None } else { etag(response) }
}

/// What the host knows the body by, if that is a promise.
fn etag(response: &Response) -> Option<StrongTag> {
    text(response, &ETAG).and_then(StrongTag::parse)
}

/// A header as text, where there is one and it is that.
fn text<'a>(response: &'a Response, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

fn refused(why: Refusal, response: &Response, ours: Clock) -> Trouble {
    let (reason, retry_after) = (response.status().to_string(), asked_for(response, ours));
    Trouble::Refused { why, reason, retry_after }
}

/// How long the host asks to be left alone. A date is read by the host's own
/// clock where it tells it: ours may be wrong by days.
fn asked_for(response: &Response, ours: Clock) -> Option<Duration> {
    let date = text(response, &DATE);
    let hosts_clock = date.and_then(|date| httpdate::parse_http_date(date).ok());
    retry_after(text(response, &RETRY_AFTER)?, hosts_clock.unwrap_or_else(|| ours.now()))
}

/// Where a redirect leads. Flickr sends the askers of a photo that is gone to
/// a picture that says so; that picture is never wanted.
fn elsewhere(response: &Response, url: &Url) -> Result<Url, Trouble> {
    let next = text(response, &LOCATION).and_then(|location| url.join(location).ok());
    let next = next.ok_or_else(|| Trouble::Passing("a redirect to nowhere".to_owned()))?;
    let name = next.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or("");
    if name.starts_with("photo_unavailable") {
        return Err(Trouble::Missing(format!("redirected to {name}")));
    }
    Ok(next)
}
