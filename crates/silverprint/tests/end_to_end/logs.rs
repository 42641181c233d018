//! The log: on stderr as loud as asked for, in a file, filtered.

use crate::folder::Folder;
use crate::program::Program;
use crate::site::{serve, tiny};
use std::fs;

/// The lines of a log among others: they begin with a moment.
fn logged(text: &str) -> Vec<&str> {
    let is_logged = |line: &&str| {
        let moment = line.split(' ').next().unwrap_or_default();
        moment.ends_with('Z') && moment.contains('T') && moment.contains(':')
    };
    text.lines().filter(is_logged).collect()
}

#[test]
fn it_is_as_loud_as_asked_for() {
    let server = serve(tiny(101, 3));
    let count = |args: &str| {
        let folder = Folder::new();
        let ended = Program::sync(&server, &folder.path()).args(args).run().with(0);
        logged(&ended.stderr).len()
    };
    assert_eq!(count(""), 0);
    assert_eq!(count("-q"), 0);
    let (attempts, everything) = (count("-vv"), count("-vvv"));
    assert!(attempts >= 3, "each picture is an attempt: {attempts}");
    assert!(everything > attempts, "{everything} {attempts}");
}

#[test]
fn it_is_appended_to_a_file_and_then_stderr_is_as_ever() {
    let server = serve(tiny(102, 3));
    let around = tempfile::tempdir().unwrap();
    let log = around.path().join("log");
    let mut before = 0;
    for _ in 0..2 {
        let folder = Folder::new();
        let sync = Program::sync(&server, &folder.path()).arg("--log").arg(&log);
        let ended = sync.run().with(0);
        assert_eq!(logged(&ended.stderr).len(), 0, "{}", ended.stderr);
        let text = fs::read_to_string(&log).unwrap();
        assert_eq!(logged(&text).len(), text.lines().count(), "{text}");
        assert!(text.lines().count() >= before + 3, "{text}");
        before = text.lines().count();
    }
}

#[test]
fn a_filter_chooses_what_is_in_it() {
    let server = serve(tiny(103, 3));
    let run = |filter: &str| {
        let folder = Folder::new();
        Program::sync(&server, &folder.path()).env("SILVERPRINT_LOG", filter).run()
    };
    let ended = run("silverprint_http=trace").with(0);
    let lines = logged(&ended.stderr);
    assert!(!lines.is_empty());
    assert!(lines.iter().all(|line| line.contains(" silverprint_http")), "{lines:?}");
    assert_eq!(logged(&run("off").with(0).stderr).len(), 0);
    run("silverprint=loud").with(2).explains("SILVERPRINT_LOG", "TARGET=LEVEL");
}

#[test]
fn a_log_that_cannot_be_written_is_said_at_once() {
    let server = serve(tiny(104, 1));
    let folder = Folder::new();
    let ended = Program::sync(&server, &folder.path()).args("--log /nowhere/log").run();
    ended.with(2).says("cannot open the log /nowhere/log");
    assert_eq!(server.hits().api_total(), 0);
}
