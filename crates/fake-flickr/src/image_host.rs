//! The image hosts: whose picture a path means, and how it is answered when nothing goes wrong.

use std::sync::PoisonError;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;

use crate::body::Body;
use crate::fault;
use crate::http::{Framing, Reply, Request};
use crate::photo::{About, Photo};
use crate::rendition::Label;
use crate::seed::fraction;
use crate::video;
use crate::world::Shared;

/// What the path of a picture says.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    id: u64,
    secret: u64,
    label: Label,
    extension: String,
    /// `_d` before the extension: to be saved, not shown.
    attachment: bool,
}

/// Reads `/65535/40000000042_0123456789_b.jpg`.
fn parse(path: &str) -> Option<Name> {
    let (_, file) = path.strip_prefix('/')?.split_once('/')?;
    let (stem, extension) = file.rsplit_once('.')?;
    let mut parts = stem.split('_');
    let id = parts.next()?.parse().ok()?;
    let secret = u64::from_str_radix(parts.next()?, 16).ok()?;
    let mut suffix = parts.next().unwrap_or_default();
    let mut attachment = parts.next() == Some("d");
    if suffix == "d" {
        (suffix, attachment) = ("", true);
    }
    let label = Label::from_suffix(suffix)?;
    Some(Name { id, secret, label, extension: extension.to_owned(), attachment })
}

/// Answers a request to an image host.
pub(crate) async fn answer(shared: &Shared, request: &Request) -> Reply {
    if let Some(asked) = video::read(shared, &request.path, &request.query) {
        shared.counters.video();
        return stream(shared, request, asked);
    }
    let number = shared.counters.image();
    if let Some(storm) = shared.config.storms.iter().find(|storm| storm.at_image == number + 1) {
        shared.limits.storm(storm.lasts, storm.after);
    }
    if let Some(after) = shared.limits.refuses() {
        shared.counters.refused();
        return fault::too_many(after);
    }
    if request.path == "/photo_unavailable.gif" {
        return placeholder(shared);
    }
    let Some(name) = parse(&request.path) else { return Reply::text(404, "Not Found") };
    shared.counters.rendition(name.id, name.label);
    if let Some(forged) = shared.forgeries.of(name.id).reply() {
        return forged;
    }
    let fault = if request.method == "GET" { shared.meet(name.id) } else { None };
    if let Some(fault) = fault {
        shared.counters.fault();
        if matches!(fault, fault::Fault::TooMany(_)) {
            shared.counters.refused();
        }
    }
    // What needs no picture is answered without painting one.
    if let Some(fault @ (fault::Fault::Status(_) | fault::Fault::TooMany(_))) = fault {
        return fault::apply(fault, Reply::text(200, ""), Reply::text(200, ""));
    }
    let reply = picture(shared, request, &name).await;
    match fault {
        Some(fault) if matches!(reply.status, 200 | 206) => {
            fault::apply(fault, reply, placeholder(shared))
        }
        _ => reply,
    }
}

/// Answers a request for a video's stream.
fn stream(shared: &Shared, request: &Request, asked: Result<video::Asked, Reply>) -> Reply {
    if let Some(after) = shared.limits.refuses() {
        shared.counters.refused();
        return fault::too_many(after);
    }
    let asked = match asked {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    let (reply, tag) = asked.answer(shared);
    let reply = conditional(shared, request, &asked.photo, &tag, reply);
    let id = asked.photo.id;
    match (request.method == "GET").then(|| shared.meet_video(id)).flatten() {
        Some(fault) => video::apply(shared, id, fault, reply),
        None => reply,
    }
}

async fn picture(shared: &Shared, request: &Request, name: &Name) -> Reply {
    let photo = {
        let stream = shared.stream.read().unwrap_or_else(PoisonError::into_inner);
        stream.viewable(name.id)
    };
    let right = |photo: &Photo| {
        photo.secret(name.label) == name.secret && photo.extension(name.label) == name.extension
    };
    let Some(photo) = photo.filter(right) else { return gone(name.id) };
    let Some(encoded) = shared.darkroom.picture(&photo, name.label).await else {
        return gone(name.id);
    };
    let body = encoded.with_comment(&comment(&photo, name.label));
    let reply = headers(&photo, name, body);
    let tag = format!("\"{:010x}{:x}\"", photo.secret(name.label), photo.id);
    conditional(shared, request, &photo, &tag, reply)
}

/// The words that make a file one photo's own.
pub(crate) fn comment(photo: &Photo, label: Label) -> String {
    format!("fake-flickr {} v{} {label}", photo.id, photo.version)
}

/// The answer for a photo that isn't there: some hosts say 404, some send you to a placeholder.
fn gone(id: u64) -> Reply {
    if crate::seed::join(id, About::Gone as u64) & 1 == 0 {
        Reply::text(404, "Not Found")
    } else {
        Reply::redirect("/photo_unavailable.gif")
    }
}

fn placeholder(shared: &Shared) -> Reply {
    Reply::new(
        200,
        "image/gif",
        Body::from([shared.placeholder.clone(), Bytes::new(), Bytes::new()]),
    )
}

fn headers(photo: &Photo, name: &Name, body: Body) -> Reply {
    let (width, height) = photo.dimensions(name.label).unwrap_or((0, 0));
    let kind = match photo.extension(name.label) {
        "png" => "image/png",
        "gif" => "image/gif",
        _ => "image/jpeg",
    };
    let len = body.len();
    let reply = Reply::new(200, kind, body)
        .with("imagewidth", width.to_string())
        .with("imageheight", height.to_string())
        .with("x-ttdb-l", len.to_string())
        .with("Cache-Control", "max-age=315360000,public");
    if name.attachment {
        let file = format!("attachment; filename={}_{}.{}", name.id, name.label, name.extension);
        return reply.with("Content-Disposition", file);
    }
    reply
}

/// Adds the validators, and answers what asks with them: If-None-Match, Range, If-Range.
fn conditional(
    shared: &Shared,
    request: &Request,
    photo: &Photo,
    tag: &str,
    reply: Reply,
) -> Reply {
    if reply.status != 200 {
        return reply;
    }
    let seconds = u64::try_from(photo.posted).unwrap_or(0);
    let modified = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
    let same = |value: &String| *value == *tag || *value == modified;
    let reply = reply.with("ETag", tag.to_owned()).with("Accept-Ranges", "bytes");
    let mut reply = reply.with("Last-Modified", modified.clone());
    if request.if_none_match.as_deref() == Some(tag) {
        return Reply { status: 304, body: Body::default(), ..reply };
    }
    let fresh = request.if_range.as_ref().is_none_or(same);
    let len = reply.body.len();
    match request.range.as_deref().filter(|_| fresh).map(|range| span(range, len)) {
        Some(Span::Part(from, to)) => {
            reply.status = 206;
            reply.body = reply.body.slice(from, to);
            reply.with("Content-Range", format!("bytes {from}-{}/{len}", to - 1))
        }
        Some(Span::Outside) => Reply::text(416, "").with("Content-Range", format!("bytes */{len}")),
        Some(Span::Whole) | None => chunked(shared, photo, reply),
    }
}

/// What a Range header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Span {
    Part(usize, usize),
    Outside,
    Whole,
}

/// Reads `bytes=a-b`, `bytes=a-` and `bytes=-n`. Several ranges at once are ignored, as is allowed.
fn span(range: &str, len: usize) -> Span {
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Span::Whole;
    };
    let number = |text: &str| text.trim().parse::<usize>();
    match (from.trim().is_empty(), number(from), number(to)) {
        (true, _, Ok(last)) if last > 0 && len > 0 => Span::Part(len.saturating_sub(last), len),
        (true, _, Ok(_)) => Span::Outside,
        (false, Ok(from), _) if from >= len => Span::Outside,
        (false, Ok(from), Ok(to)) if to >= from => Span::Part(from, to.saturating_add(1).min(len)),
        (false, Ok(from), Err(_)) if to.trim().is_empty() => Span::Part(from, len),
        _ => Span::Whole,
    }
}

/// Some photos' pictures come without a length.
fn chunked(shared: &Shared, photo: &Photo, reply: Reply) -> Reply {
    if fraction(photo.hash(About::Chunked)) < shared.config.stream.shares.chunked {
        reply.framed(Framing::Chunked)
    } else {
        reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_read() {
        let name = parse("/65535/40000000042_00123456ab_b.jpg").unwrap();
        assert_eq!((name.id, name.secret, name.label), (40_000_000_042, 0x1234_56ab, Label::L));
        assert_eq!(parse("/1/2_3.jpg").unwrap().label, Label::M);
        assert!(parse("/1/2_3_o_d.png").unwrap().attachment);
        assert!(parse("/1/2_3_d.jpg").unwrap().attachment);
        for bad in ["", "/", "/1", "/1/2.jpg", "/1/x_3.jpg", "/1/2_x.jpg", "/1/2_3_y.jpg", "/1/2_3"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn ranges_are_read() {
        assert_eq!(span("bytes=0-3", 10), Span::Part(0, 4));
        assert_eq!(span("bytes=4-", 10), Span::Part(4, 10));
        assert_eq!(span("bytes=4-99", 10), Span::Part(4, 10));
        assert_eq!(span("bytes=-3", 10), Span::Part(7, 10));
        assert_eq!(span("bytes=10-", 10), Span::Outside);
        assert_eq!(span("bytes=0-1,4-5", 10), Span::Whole);
        assert_eq!(span("lines=0-1", 10), Span::Whole);
    }

    proptest! {
        #[test]
        fn any_path_is_read_without_panic(path in "/?[ -~é]{0,60}") {
            parse(&path);
        }

        #[test]
        fn parts_lie_within(range in "bytes=[0-9]{0,20}-[0-9]{0,20}", len in 0_usize..100) {
            if let Span::Part(from, to) = span(&range, len) {
                prop_assert!(from < to && to <= len);
            }
        }
    }
}
