//! The trace event format of Chrome, in its form as an array: an object an
//! event, times in microseconds. Photos are one process of it and the pages of
//! the listing another, each lane a thread; the third counts what is under way
//! at each host. Ids are in it, titles are not.

use serde_json::{Value, json};
use silverprint_core::{Part, PhotoId, Span, Stage};
use std::collections::HashSet;
use std::io::{self, Write};
use std::time::{Duration, Instant};

const PHOTOS: u32 = 1;
const LISTING: u32 = 2;
const HOSTS: u32 = 3;

/// A photo and its first stage begin together. Which of two that begin together
/// is within the other is for the reader to guess, so the whole is a nanosecond
/// longer at both ends.
const MARGIN: Duration = Duration::from_nanos(1);

/// The events, as they are written.
pub(super) struct Drawing<W> {
    out: W,
    began: Instant,
    /// What comes before the next event.
    before: &'static str,
    /// Lanes that have their name.
    named: HashSet<(u32, u32)>,
}

impl<W: Write> Drawing<W> {
    pub(super) fn begin(out: W, began: Instant) -> io::Result<Self> {
        let mut drawing = Self { out, began, before: "[\n", named: HashSet::new() };
        for (process, name) in [(PHOTOS, "photos"), (LISTING, "listing"), (HOSTS, "hosts")] {
            drawing.name(process, 0, "process_name", name)?;
        }
        Ok(drawing)
    }

    pub(super) fn span(&mut self, span: &Span) -> io::Result<()> {
        let (process, name, kind, arguments) = match span.part {
            Part::Photo(id) => {
                (PHOTOS, format!("photo {id}"), "photo", json!({ "id": id.to_string() }))
            }
            Part::Stage(id, stage) => {
                (PHOTOS, name(stage).to_owned(), "stage", arguments(id, span.bytes))
            }
            Part::Page(number) => (LISTING, format!("page {number}"), "page", json!({})),
        };
        if self.named.insert((process, span.lane)) {
            let lane = format!("lane {}", span.lane);
            self.name(process, span.lane, "thread_name", &lane)?;
        }
        let margin = if kind == "photo" { MARGIN } else { Duration::ZERO };
        let from = self.since(span.from).saturating_sub(margin);
        let duration = (self.since(span.to) + margin).saturating_sub(from);
        self.event(&json!({
            "ph": "X",
            "pid": process,
            "tid": span.lane,
            "ts": microseconds(from),
            "dur": microseconds(duration),
            "name": name,
            "cat": kind,
            "args": arguments,
        }))
    }

    pub(super) fn under_way(&mut self, host: &str, at: Instant, n: usize) -> io::Result<()> {
        self.event(&json!({
            "ph": "C",
            "pid": HOSTS,
            "tid": 0,
            "ts": microseconds(self.since(at)),
            "name": format!("connections to {host}"),
            "args": { "under way": n },
        }))
    }

    /// The array is whole.
    pub(super) fn end(mut self) -> io::Result<W> {
        self.out.write_all(b"\n]\n")?;
        Ok(self.out)
    }

    fn name(&mut self, process: u32, lane: u32, what: &str, name: &str) -> io::Result<()> {
        let arguments = json!({ "name": name });
        self.event(&json!({
            "ph": "M",
            "pid": process,
            "tid": lane,
            "name": what,
            "args": arguments,
        }))
    }

    fn event(&mut self, event: &Value) -> io::Result<()> {
        write!(self.out, "{}{event}", std::mem::replace(&mut self.before, ",\n"))
    }

    fn since(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.began)
    }
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Begun => "look",
        Stage::Gate => "gate",
        Stage::Answer => "wire: answer",
        Stage::Body => "wire: body",
        Stage::Cores => "cores",
        Stage::Disk => "disk",
        Stage::Commit => "commit",
    }
}

fn arguments(id: PhotoId, bytes: u64) -> Value {
    let id = id.to_string();
    if bytes > 0 { json!({ "id": id, "bytes": bytes }) } else { json!({ "id": id }) }
}

#[expect(clippy::cast_precision_loss, reason = "a run of months is exact to the nanosecond")]
fn microseconds(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_array_of_events_in_which_a_stage_lies_within_its_photo() {
        let began = Instant::now();
        let at = |milliseconds| began + Duration::from_millis(milliseconds);
        let id = PhotoId::new(7);
        let mut drawing = Drawing::begin(Vec::new(), began).unwrap();
        let span = |part, from, to| Span { part, lane: 3, from: at(from), to: at(to), bytes: 0 };
        let body = Span { bytes: 5, ..span(Part::Stage(id, Stage::Body), 10, 20) };
        drawing.span(&body).unwrap();
        drawing.span(&span(Part::Photo(id), 10, 20)).unwrap();
        drawing.span(&span(Part::Page(2), 0, 5)).unwrap();
        drawing.under_way("a \"host\"", at(12), 4).unwrap();
        let events: Vec<Value> = serde_json::from_slice(&drawing.end().unwrap()).unwrap();
        let find = |kind: &str| events.iter().find(|event| event["cat"] == kind).unwrap();
        let (photo, stage, page) = (find("photo"), find("stage"), find("page"));
        let (from, to) = (
            |it: &Value| it["ts"].as_f64().unwrap(),
            |it: &Value| it["ts"].as_f64().unwrap() + it["dur"].as_f64().unwrap(),
        );
        assert!(from(photo) < from(stage) && to(stage) < to(photo), "{photo} {stage}");
        assert_eq!((&photo["tid"], &photo["args"]["id"]), (&json!(3), &json!("7")));
        assert_eq!((&stage["name"], &stage["args"]["bytes"]), (&json!("wire: body"), &json!(5)));
        assert_eq!((&page["pid"], &page["name"]), (&json!(LISTING), &json!("page 2")));
        let counted = events.iter().find(|event| event["ph"] == "C").unwrap();
        assert_eq!(counted["args"]["under way"], 4);
        let names = events.iter().filter(|event| event["name"] == "thread_name").count();
        assert_eq!(names, 2, "each lane has its name once");
    }
}
