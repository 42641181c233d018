//! Faults that pass leave no trace; faults that last are named, one by one.

use crate::folder::{Folder, truth};
use crate::program::Program;
use crate::site::{ids, serve, tiny};
use fake_flickr::{ApiFault, Fault, Faults, Paging, RetryAfter, Server, Times};
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn two_thousand_photos_with_passing_faults_of_every_kind_are_all_saved() {
    let mut config = tiny(11, 2000);
    config.faults = Faults::mixed(11, 0.1);
    // Each host has a gate of its own, and pauses alone.
    config.image_hosts = 16;
    config.api_faults = 0.2;
    config.paging = Paging { short: 0.2, repeated: 0.2, ..Paging::default() };
    let server = serve(config);
    for fault in [ApiFault::Code(105), ApiFault::TrailingComma, ApiFault::Status(502)] {
        server.api_fault(fault);
    }
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path()).args("--stall 2");
    sync().run().with(0);
    let faults = server.hits().faults;
    assert!(faults > 150, "they were met: {faults}");
    folder.check_holds(&truth(&server));

    server.reset_hits();
    let again = sync().run().with(0).says("nothing new on the first page");
    let hits = server.hits();
    assert_eq!(hits.images, 0);
    // Faults of the API cost calls of their own.
    let calls = hits.api_total() - hits.faults;
    assert!(calls <= 3, "{calls} calls:\n{}", again.stderr);
}

#[test]
fn a_storm_of_refusals_loses_nothing() {
    let server = serve(tiny(12, 120));
    server.storm(std::time::Duration::from_millis(700), RetryAfter::Unsaid);
    let folder = Folder::new();
    let ended = Program::sync(&server, &folder.path()).arg("--json").run().with(0);
    assert!(server.hits().refused > 0);
    let waits = |event: &serde_json::Value| event["event"] == "waiting";
    assert!(ended.events().iter().any(waits), "the wait is told:\n{}", ended.stdout);
    folder.check_holds(&truth(&server));
}

#[test]
fn each_try_of_a_photo_can_be_watched() {
    let server = serve(tiny(16, 12));
    let id = ids(&server)[3];
    let again = || server.fault(id, Fault::Status(502), Times::N(2));
    again();
    let folder = Folder::new();
    let ended = Program::sync(&server, &folder.path()).arg("--json").run().with(0);
    let events = ended.events();
    let of_it = |kind: &str| -> Vec<&serde_json::Value> {
        let of_it = |event: &&serde_json::Value| {
            event["event"] == kind && event["id"].to_string().contains(&id.to_string())
        };
        events.iter().filter(of_it).collect()
    };
    let tries = of_it("retrying");
    assert_eq!(tries.len(), 2, "{}", ended.stdout);
    for (event, attempt) in tries.iter().zip(1..) {
        assert_eq!(event["attempt"], attempt, "{event}");
        assert_eq!(event["reason"], "502 Bad Gateway", "{event}");
        assert!(event["wait_ms"].is_u64(), "{event}");
        let what = event["what"].as_str().unwrap();
        assert!(what.contains(&id.to_string()) && !what.contains('?'), "{event}");
    }
    assert_eq!(of_it("saved").len(), 1);

    again();
    let folder = Folder::new();
    let ended = Program::sync(&server, &folder.path()).arg("-vv").run().with(0);
    for attempt in 1..=2 {
        let start = format!("attempt {attempt} of {id} failed, again in ");
        let is_it = |line: &str| line.starts_with(&start) && line.ends_with(": 502 Bad Gateway");
        assert!(ended.stderr.lines().any(is_it), "{}", ended.stderr);
    }
}

/// What to do to a photo, and what failed.csv then says of it.
type Lasting = (Fault, &'static str);

/// Gives the newest photos these faults for good.
fn give(server: &Server, faults: &[Lasting]) -> Vec<(u64, Lasting)> {
    let given: Vec<_> = ids(server).into_iter().zip(faults.iter().copied()).collect();
    for (id, (fault, _)) in &given {
        server.fault(*id, *fault, Times::Forever);
    }
    given
}

fn heal(server: &Server, given: &[(u64, Lasting)]) {
    for (id, (fault, _)) in given {
        server.fault(*id, *fault, Times::N(0));
    }
}

/// Archives a stream in which some photos fail for good: the rest is there,
/// each of them is named; another run asks for them alone; once the server is
/// well again they come, and failed.csv goes.
fn check_lasting(seed: u64, faults: &[Lasting], code: i32, kind: &str, most_attempts: u32) {
    let server = serve(tiny(seed, 40));
    let given = give(&server, faults);
    let failing: BTreeSet<u64> = given.iter().map(|(id, _)| *id).collect();
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path()).arg("--json").run();

    let first = sync().with(code);
    let receipt = first.receipt();
    assert_eq!(receipt["saved"], 40 - given.len());
    assert_eq!(receipt["failed"], json!({ kind: given.len() }), "{receipt}");
    let failed = folder.failed();
    assert!(failed.keys().eq(&failing), "{failed:?}");
    for (id, (fault, reason)) in &given {
        let row = &failed[id];
        assert!(row.contains(reason), "{fault:?}: {row}");
        assert!(row.contains(&format!("/{id}_")), "the address is named: {row}");
        let attempts = server.hits().of_photo(*id);
        assert!(row.ends_with(&format!(",{attempts}")), "{attempts} attempts: {row}");
        assert!((2..=most_attempts).contains(&attempts), "{fault:?} was tried {attempts} times");
    }
    let mut whole = truth(&server);
    let missing: Vec<_> = failing.iter().filter_map(|id| whole.remove_entry(id)).collect();
    for (path, sha256) in whole.values() {
        assert_eq!(folder.files().get(path), Some(sha256));
    }
    assert_eq!(folder.files().len(), 2 * whole.len(), "and nothing of the missing");
    folder.check_itself();

    server.reset_hits();
    sync().with(code);
    let asked: BTreeSet<u64> = server.hits().by_rendition.keys().map(|(id, _)| *id).collect();
    assert_eq!(asked, failing, "another run tries exactly those again");

    heal(&server, &given);
    server.reset_hits();
    let healed = sync().with(0).receipt();
    assert_eq!(server.hits().images, given.len() as u64);
    assert_eq!((&healed["saved"], &healed["listing"]), (&json!(given.len()), &json!("quick")));
    whole.extend(missing);
    folder.check_holds(&whole);
}

#[test]
fn what_is_gone_is_named_and_comes_when_it_is_back() {
    let gone = [
        (Fault::Status(403), "403 Forbidden"),
        (Fault::Status(404), "404 Not Found"),
        (Fault::Status(410), "410 Gone"),
        (Fault::PlaceholderRedirect, "redirected to photo_unavailable.gif"),
        (Fault::Placeholder, "a gif came where a jpg was asked for"),
    ];
    check_lasting(13, &gone, 3, "gone", 2);
}

#[test]
fn trouble_that_does_not_pass_is_named_and_another_run_goes_on() {
    let trouble = [
        (Fault::Html, "a page of text instead of a picture"),
        (Fault::Empty, "an empty body"),
        (Fault::Status(500), "500 Internal Server Error"),
        (Fault::ShortBody, "body"),
    ];
    check_lasting(14, &trouble, 5, "passing", 6);
}

#[test]
fn what_is_damaged_at_the_source_is_kept_and_said() {
    let server = serve(tiny(15, 30));
    let given = give(&server, &[(Fault::CorruptStructure, ""), (Fault::CorruptScan, "")]);
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path());
    let ended = sync().run().with(0).says("damaged at the source");
    assert!(ended.stderr.lines().any(|line| {
        line.trim_start().starts_with("2  damaged at the source: kept as they are")
    }));
    let truth = truth(&server);
    for (id, (path, sha256)) in &truth {
        let damaged = given.iter().any(|(damaged, _)| damaged == id);
        let kept = folder.files()[path] == *sha256;
        assert_eq!(kept, !damaged, "{path}");
        let record = &folder.records()[id];
        assert_eq!(record["state"], "saved");
        assert_eq!(record["defect"].is_string(), damaged, "{record}");
        let attempts = server.hits().of_photo(*id);
        assert_eq!(attempts, if damaged { 2 } else { 1 }, "the same bytes twice are the source's");
    }
    assert!(folder.failed().is_empty());
    folder.check_itself();

    server.reset_hits();
    let again = sync().arg("--json").run().with(0).receipt();
    assert_eq!((&again["defective"], &again["already"]), (&json!(2), &json!(30)), "{again}");
    assert_eq!(server.hits().images, 0, "nobody asks for them for ever");
}
