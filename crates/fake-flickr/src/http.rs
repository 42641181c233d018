//! HTTP/1.1 by hand, so that every byte is meant: requests as they are read, answers as they are
//! made.

use std::borrow::Cow;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::body::Body;

/// Heads longer than this are refused.
const LONGEST_HEAD: usize = 32 << 10;
/// Bodies that clients send: forms, at most.
const LONGEST_FORM: usize = 1 << 20;

/// A request, as far as this server cares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The query, and the form where one was posted.
    pub(crate) query: String,
    pub(crate) range: Option<String>,
    pub(crate) if_range: Option<String>,
    pub(crate) if_none_match: Option<String>,
    pub(crate) authorization: Option<String>,
    pub(crate) close: bool,
    pub(crate) form_len: usize,
}

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    Length,
    Chunked,
    Close,
}

/// What becomes of an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    ResetBefore,
    ResetAfter(usize),
    CutAfter(usize),
    StallBefore,
    StallAfter(usize),
    Drip,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, Cow<'static, str>)>,
    pub(crate) body: Body,
    pub(crate) framing: Framing,
    pub(crate) delivery: Delivery,
}

impl Reply {
    pub(crate) fn new(status: u16, kind: &'static str, body: impl Into<Body>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", kind.into())],
            body: body.into(),
            framing: Framing::Length,
            delivery: Delivery::Whole,
        }
    }

    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.as_bytes().to_vec())
    }

    pub(crate) fn html(status: u16, text: &str) -> Self {
        Self::new(status, "text/html; charset=utf-8", text.as_bytes().to_vec())
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::text(302, "").with("Location", to.to_owned())
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn framed(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    pub(crate) fn delivered(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// The head as it goes over the wire.
    pub(crate) fn head(&self, close: bool) -> Vec<u8> {
        let mut head = Vec::with_capacity(512);
        let mut line = |parts: &[&str]| {
            for part in parts {
                head.extend_from_slice(part.as_bytes());
            }
            head.extend_from_slice(b"\r\n");
        };
        line(&["HTTP/1.1 ", &self.status.to_string(), " ", reason(self.status)]);
        for (name, value) in &self.headers {
            line(&[name, ": ", value]);
        }
        match self.framing {
            Framing::Length if self.status == 304 => {}
            Framing::Length => line(&["Content-Length: ", &self.body.len().to_string()]),
            Framing::Chunked => line(&["Transfer-Encoding: chunked"]),
            Framing::Close => {}
        }
        if close || self.framing == Framing::Close {
            line(&["Connection: close"]);
        }
        line(&[]);
        head
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Whatever",
    }
}

/// What parsing the bytes read so far came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A request, and how many bytes its head had.
    Request(Box<Request>, usize),
    /// More bytes are needed.
    Partial,
    /// This is no HTTP.
    Bad,
}

/// Reads the head of a request from the start of these bytes.
pub(crate) fn parse(bytes: &[u8]) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parser = httparse::Request::new(&mut headers);
    let len = match parser.parse(bytes) {
        Ok(httparse::Status::Complete(len)) => len,
        Ok(httparse::Status::Partial) if bytes.len() <= LONGEST_HEAD => return Parsed::Partial,
        _ => return Parsed::Bad,
    };
    let target = parser.path.unwrap_or("/");
    // Proxies and some clients send the whole URL.
    let target = target
        .strip_prefix("http://")
        .map_or(target, |rest| rest.find('/').map_or("/", |slash| &rest[slash..]));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: parser.method.unwrap_or_default().to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        close: parser.version == Some(0),
        ..Request::default()
    };
    for header in parser.headers.iter() {
        let value = || String::from_utf8_lossy(header.value).trim().to_owned();
        match header.name.to_ascii_lowercase().as_str() {
            "range" => request.range = Some(value()),
            "if-range" => request.if_range = Some(value()),
            "authorization" => request.authorization = Some(value()),
            "if-none-match" => request.if_none_match = Some(value()),
            "connection" => request.close |= value().eq_ignore_ascii_case("close"),
            "content-length" => match value().parse() {
                Ok(len) if len <= LONGEST_FORM => request.form_len = len,
                _ => return Parsed::Bad,
            },
            "transfer-encoding" => return Parsed::Bad,
            _ => {}
        }
    }
    Parsed::Request(Box::new(request), len)
}

/// What came instead of a request.
pub(crate) enum Incoming {
    Request(Box<Request>),
    /// The client closed.
    Gone,
    /// Not HTTP.
    Bad,
}

/// Reads one request; what comes after it stays in the buffer.
pub(crate) async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
) -> io::Result<Incoming> {
    let (mut request, head) = loop {
        if !buffer.is_empty() {
            match parse(buffer) {
                Parsed::Request(request, head) => break (request, head),
                Parsed::Bad => return Ok(Incoming::Bad),
                Parsed::Partial => {}
            }
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(Incoming::Gone);
        }
    };
    let whole = head + request.form_len;
    while buffer.len() < whole {
        if stream.read_buf(buffer).await? == 0 {
            return Ok(Incoming::Gone);
        }
    }
    if whole > head {
        request.query.push('&');
        request.query.push_str(&String::from_utf8_lossy(&buffer[head..whole]));
    }
    buffer.drain(..whole);
    Ok(Incoming::Request(request))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn requests_are_read() {
        let bytes = b"GET /a/b.jpg?x=1&y HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2\r\n\r\nrest";
        let Parsed::Request(request, len) = parse(bytes) else { panic!("no request") };
        assert_eq!(&bytes[len..], b"rest");
        assert_eq!((request.path.as_str(), request.query.as_str()), ("/a/b.jpg", "x=1&y"));
        assert_eq!(request.range.as_deref(), Some("bytes=1-2"));
        assert!(!request.close);
        assert_eq!(parse(b"GET / HTTP/1.1\r\nHo"), Parsed::Partial);
        assert_eq!(parse(b"\x16\x03\x01\x02"), Parsed::Bad);
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            parse(&bytes);
        }

        #[test]
        fn any_request_line_is_parsed(line in "(GET|HEAD) [ -~]{0,40} HTTP/1.1", header in "[ -~]{0,40}") {
            parse(format!("{line}\r\n{header}\r\n\r\n").as_bytes());
        }
    }
}
