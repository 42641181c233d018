//! What a run says of its time: the claim and its numbers, the way to check it,
//! and the drawing of every photo's way. Nothing is timed here: it is held that
//! numbers fit each other, not how large they are.

use crate::folder::{Folder, truth};
use crate::program::Program;
use crate::site::{ids, odd, serve, tiny};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

const BOUNDS: [&str; 5] = ["listing", "wire", "limit", "cores", "disk"];

#[test]
fn shares_sum_to_the_time_of_the_run() {
    let server = serve(tiny(91, 40));
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path()).arg("--json").run().with(0).receipt();
    let receipt = sync();
    let timing = &receipt["timing"];
    let number = |name: &str| timing[name].as_f64().unwrap_or_else(|| panic!("{name}: {timing}"));
    let seconds = receipt["seconds"].as_f64().unwrap();
    let bound = timing["bound"].as_object().unwrap();
    assert!(bound.keys().all(|name| BOUNDS.contains(&name.as_str())), "{bound:?}");
    let sum: f64 = bound.values().map(|it| it.as_f64().unwrap()).sum();
    assert!((sum - seconds).abs() < 1e-6, "{sum} of {seconds}: {timing}");
    assert!((number("photos_a_second") * seconds - 40.0).abs() < 1e-6, "{timing}");
    let bytes = receipt["bytes"].as_f64().unwrap();
    assert!((number("bytes_a_second") * seconds - bytes).abs() < 1.0, "{timing}");
    assert!(number("one_after_the_other") > 0.0 && number("heartbeat_p999_ms") >= 0.0, "{timing}");
    if cfg!(unix) {
        assert!((number("cores") * seconds - number("cpu_seconds")).abs() < 1e-6, "{timing}");
    }

    let nothing_new = sync();
    assert_eq!(nothing_new["timing"]["one_after_the_other"], Value::Null, "{nothing_new}");
}

#[test]
fn the_claim_is_said_where_something_was_fetched() {
    let server = serve(tiny(92, 12));
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path()).run().with(0);
    let first = sync().says("one after the other ").says("; bounded by the ").says(" photos/s, ");
    assert!(first.stderr.contains("; this run "), "{}", first.stderr);
    let second = sync();
    assert!(!second.stderr.contains("one after the other"), "{}", second.stderr);
}

#[test]
fn one_by_one_nothing_is_asked_for_before_the_photo_before_is_done() {
    let at_once = |arguments: &str| {
        // Several pages, and several hosts; a videos' stream is part of its photo.
        let mut config = odd(93, 60);
        config.latency.images = Duration::from_millis(5);
        let server = serve(config);
        let folder = Folder::new();
        Program::sync(&server, &folder.path()).args(arguments).run().with(0);
        folder.check_holds(&truth(&server));
        server.hits().at_once
    };
    assert_eq!(at_once("--sequential"), 1);
    assert!(at_once("") > 1, "together they are under way together");
}

/// An event of a trace that took a time.
#[derive(Debug)]
struct Span {
    name: String,
    lane: (u64, u64),
    from: f64,
    to: f64,
}

fn spans<'a>(events: &'a [Value], kind: &'a str) -> impl Iterator<Item = (&'a Value, Span)> {
    let of_kind = move |event: &&Value| event["ph"] == "X" && event["cat"] == kind;
    events.iter().filter(of_kind).map(|event| {
        let number = |name: &str| event[name].as_f64().unwrap_or_else(|| panic!("{name}: {event}"));
        let whole = |name: &str| event[name].as_u64().unwrap_or_else(|| panic!("{name}: {event}"));
        let (from, duration) = (number("ts"), number("dur"));
        assert!(from >= 0.0 && duration >= 0.0, "{event}");
        let name = event["name"].as_str().unwrap().to_owned();
        let lane = (whole("pid"), whole("tid"));
        (event, Span { name, lane, from, to: from + duration })
    })
}

#[test]
fn a_trace_shows_every_photos_way_and_nothing_twice_in_a_lane() {
    let server = serve(odd(94, 60));
    let folder = Folder::new();
    let around = tempfile::tempdir().unwrap();
    let path = around.path().join("trace.json");
    Program::sync(&server, &folder.path()).arg("--trace").arg(&path).run().with(0);
    assert_eq!(fs::read_dir(around.path()).unwrap().count(), 1, "it is whole, and alone");
    let text = fs::read_to_string(&path).unwrap();
    for photo in server.truth().iter().filter(|photo| photo.title.len() > 8) {
        assert!(!text.contains(&photo.title), "{:?}", photo.title);
    }
    let events: Vec<Value> = serde_json::from_str(&text).unwrap();

    let mut ways = BTreeMap::new();
    let mut lanes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (event, way) in spans(&events, "photo") {
        let id: u64 = event["args"]["id"].as_str().unwrap().parse().unwrap();
        lanes.entry(way.lane).or_default().push((way.from, way.to));
        assert!(ways.insert(id, way).is_none(), "{event}");
    }
    assert_eq!(ways.keys().copied().collect::<BTreeSet<_>>(), ids(&server).into_iter().collect());
    for times in lanes.values_mut() {
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(times.windows(2).all(|two| two[0].1 <= two[1].0 + 0.01), "{times:?}");
    }

    let mut stages: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for (event, stage) in spans(&events, "stage") {
        let id: u64 = event["args"]["id"].as_str().unwrap().parse().unwrap();
        let way = &ways[&id];
        assert_eq!(stage.lane, way.lane, "{event}");
        assert!(way.from <= stage.from && stage.to <= way.to, "{stage:?} is not in {way:?}");
        stages.entry(id).or_default().insert(stage.name);
    }
    let expected = ["look", "gate", "wire: answer", "wire: body", "cores", "disk"];
    for (id, stages) in stages {
        assert_eq!(stages, expected.map(ToOwned::to_owned).into(), "{id}");
    }
    assert!(events.iter().any(|it| it["ph"] == "C"), "connections are counted");
}

#[test]
fn a_trace_that_cannot_be_written_is_said_before_anything_is_begun() {
    let server = serve(tiny(95, 3));
    for place in ["no-such-folder/trace.json", "."] {
        let folder = Folder::new();
        let ended = Program::sync(&server, &folder.path()).arg("--trace").arg(place).run();
        assert!(ended.code != Some(0), "{place}: {}", ended.stderr);
        let ended = ended.says("error: --trace: cannot write ");
        assert!(ended.stderr.contains(place), "{}", ended.stderr);
        assert!(!folder.path().exists(), "{place}");
    }
    assert_eq!(server.hits().images, 0);
}
