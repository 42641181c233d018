//! Answers of an API that means harm: they do not end, or become more when they
//! are read.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

/// Writes an answer until it is done, or nobody listens any more.
pub(super) type Answer = fn(&mut TcpStream) -> io::Result<()>;

pub(super) const ALL: [(&str, Answer); 24] = [
    ("a status line without end", |out| for_ever(out, "HTTP/1.1 200 ", "OK")),
    ("headers without end", |out| for_ever(out, OK, "x-more: and more\r\n")),
    ("a header without end", |out| for_ever(out, "HTTP/1.1 200 OK\r\nx-long: ", "aaaaaaaa")),
    ("news of an answer without end", |out| for_ever(out, "", "HTTP/1.1 103 Early Hints\r\n\r\n")),
    ("redirects without end", |out| {
        write!(
            out,
            "HTTP/1.1 302 Found\r\nlocation: /services/rest/again\r\ncontent-length: 0\r\n\r\n"
        )
    }),
    ("a text without end", |out| for_ever(out, &format!("{OK}\r\n{{\"stat\":\""), "aaaaaaaa")),
    ("blanks without end", |out| for_ever(out, &format!("{OK}\r\n"), "        ")),
    ("a page without end", |out| for_ever(out, &format!("{OK}\r\n<html>"), "<p>more")),
    ("a length beyond measure", |out| {
        for_ever(out, &format!("{OK}content-length: 9223372036854775807\r\n\r\n{{"), "\"a\":1,")
    }),
    ("a length that is no number", |out| {
        for_ever(out, &format!("{OK}content-length: 99999999999999999999999\r\n\r\n{{"), "\"a\":1,")
    }),
    ("a chunk beyond measure", |out| {
        for_ever(out, &format!("{CHUNKED}FFFFFFFFFFFFFFFF\r\n"), "aaaaaaaa")
    }),
    ("a chunk's name without end", |out| for_ever(out, &format!("{CHUNKED}1;"), "aaaaaaaa")),
    ("very many chunks of a byte", |out| {
        out.write_all(CHUNKED.as_bytes())?;
        out.write_all("1\r\n{\r\n".repeat(1 << 16).as_bytes())
    }),
    ("trailers without end", |out| for_ever(out, &format!("{CHUNKED}0\r\n"), "x-more: more\r\n")),
    ("arrays in arrays", |out| bounded(out, "{\"stat\":\"ok\",\"photos\":", "[", 4 << 20, "")),
    ("objects in objects", |out| bounded(out, "{\"stat\":\"ok\",\"a\":", "{\"a\":", 4 << 20, "")),
    ("very many small values", |out| {
        bounded(out, "{\"stat\":\"ok\",\"photos\":{\"photo\":[", "0,", 4 << 20, "0]}}")
    }),
    ("very many photos", |out| {
        bounded(out, "{\"stat\":\"ok\",\"photos\":{\"photo\":[", "{\"id\":1},", 30 << 20, "{}]}}")
    }),
    ("very many keys", |out| bounded(out, "{\"stat\":\"ok\"", ",\"a\":1", 4 << 20, "}")),
    ("one very long title", |out| {
        bounded(out, "{\"stat\":\"ok\",\"user\":{\"id\":\"", "a", 4 << 20, "\"}}")
    }),
    ("elements in elements", |out| bounded(out, "<rsp stat=\"ok\">", "<a>", 4 << 20, "")),
    ("entities of entities", |out| {
        let mut text = String::from("<!DOCTYPE rsp [<!ENTITY a0 \"aaaaaaaaaa\">");
        for n in 1..20 {
            let ten = format!("&a{};", n - 1).repeat(10);
            write!(text, "<!ENTITY a{n} \"{ten}\">").expect("a text takes all");
        }
        bounded(out, &(text + "]><rsp stat=\"ok\"><user id=\""), "&a19;", 5, "\"/></rsp>")
    }),
    ("very many attributes", |out| bounded(out, "<rsp stat=\"ok\"", " a=\"1\"", 4 << 20, "/>")),
    ("a packed body", |out| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        let zeros = vec![b' '; 1 << 20];
        for _ in 0..256 {
            packed.write_all(&zeros)?;
        }
        let packed = packed.finish()?;
        write!(out, "{OK}content-encoding: gzip\r\ncontent-length: {}\r\n\r\n", packed.len())?;
        out.write_all(&packed)
    }),
];

const OK: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// No client that is right listens so long; one that is not has had its chance.
const LONG_ENOUGH: usize = 1 << 30;

fn for_ever(out: &mut TcpStream, start: &str, more: &str) -> io::Result<()> {
    out.write_all(start.as_bytes())?;
    let block = more.repeat((1 << 16) / more.len());
    for _ in 0..LONG_ENOUGH / block.len() {
        out.write_all(block.as_bytes())?;
    }
    Ok(())
}

/// A body that is whole: so much of `more`, in between.
fn bounded(
    out: &mut TcpStream,
    start: &str,
    more: &str,
    bytes: usize,
    end: &str,
) -> io::Result<()> {
    let body = [start, &more.repeat((bytes / more.len()).max(1)), end].concat();
    write!(out, "{OK}content-length: {}\r\n\r\n", body.len())?;
    out.write_all(body.as_bytes())
}

/// Serves that answer to everybody; says where.
pub(super) fn serve(answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let mut stream = stream;
                let head = BufReader::new(stream.try_clone().unwrap()).lines();
                let _ = head.map_while(Result::ok).take_while(|line| !line.is_empty()).count();
                // Who has heard enough hangs up.
                let _ = answer(&mut stream);
            });
        }
    });
    base
}
