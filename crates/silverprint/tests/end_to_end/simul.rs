//! `simul`: the exhibition of the talk, as its users play it.

use crate::program::Program;
use serde_json::Value;
use std::fs;

fn simul(args: &str) -> Program {
    Program::new(&["simul"]).args(args)
}

fn told(args: &str) -> Vec<Value> {
    let ended = simul(args).arg("--json").run().with(0);
    assert_eq!(ended.stderr, "");
    ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_talks_exhibition_takes_twelve_hours_or_one() {
    let ended = simul("").run().with(0);
    assert_eq!(ended.stderr, "");
    for words in ["12:00:00", " 1:00:00", "12×", "13th board", "1:00:55"] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
    // No terminal, no colour, and no wider than said.
    assert!(!ended.stdout.contains('\u{1b}'), "{}", ended.stdout);
    assert!(ended.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ended.stdout);
}

#[test]
fn json_tells_what_was_measured() {
    let talk = &told("")[0];
    for (name, value) in [
        ("v", 1),
        ("boards", 24),
        ("masters", 1),
        ("moves", 30),
        ("master_seconds", 5),
        ("opponent_seconds", 55),
        ("sequential_seconds", 43_200),
        ("concurrent_seconds", 3600),
        ("last_answer_seconds", 3655),
    ] {
        assert_eq!(talk[name], value, "{name}: {talk}");
    }
    assert_eq!(talk["event"], "exhibition");
    assert_eq!(talk["bottleneck"]["board"], 13);
    assert_eq!(talk["bottleneck"]["each_more_seconds"], 150);
    assert_eq!(talk["seated_seconds"], Value::Null);
    let two = &told("--masters 2 --master 2.5s")[0];
    assert_eq!(
        (&two["concurrent_seconds"], &two["seated_seconds"]),
        (&1697.5.into(), &20_700.into())
    );
}

#[test]
fn a_sweep_has_a_line_for_each_number_of_boards() {
    let lines = told("--sweep 1..60");
    assert_eq!(lines.len(), 60);
    for (line, boards) in lines.iter().zip(1..) {
        // Waiting bounds it up to the 12th board, the master from the 13th on.
        let expected = if boards <= 12 { 29 * 60 + 5 * boards } else { 150 * boards };
        assert_eq!(
            (&line["boards"], &line["concurrent_seconds"]),
            (&boards.into(), &expected.into())
        );
        assert_eq!(line["sequential_seconds"], boards * 1800);
        assert_eq!(line["concurrent_busy"] == 1.0, boards >= 12, "{line}");
        assert_eq!(line["waited_seconds"] == 0, boards <= 12, "{line}");
    }
}

#[test]
fn it_is_drawn_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    for args in ["", "--sweep 1..20", "--json"] {
        let file = folder.path().join("exhibition.svg");
        simul(args).arg("--svg").arg(&file).run().with(0).says("exhibition.svg");
        let picture = fs::read_to_string(&file).unwrap();
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"), "{picture}");
    }
    let ended = simul("--svg").arg(folder.path()).run().with(2);
    ended.says("something that is no file has that name");
    simul("--svg").arg(folder.path().join("no/such.svg")).run().with(2).says("no/such.svg");
}

#[test]
fn what_cannot_be_played_is_refused_with_the_limit() {
    for (args, words) in [
        ("--boards 0", "0 is not in 1..=100000"),
        ("--boards 100001", "100001 is not in 1..=100000"),
        ("--masters 0", "0 is not in 1..=100000"),
        ("--moves 0", "0 is not in 1.."),
        ("--boards 100000 --moves 1000", "at most 5000000 are played: take fewer"),
        ("--sweep 99000..99999", "at most 5000000 are played: take fewer"),
        ("--sweep 60..1", "the smaller first"),
        ("--sweep 1..60 --boards 5", "cannot be used with"),
        ("--master 5", "a time with its unit"),
        ("--master 0s", "a master's move takes 1 ms to 24 h"),
        ("--opponent 25h", "an opponent's answer takes 0 s to 24 h"),
        ("--master 0.5ms", "whole milliseconds"),
    ] {
        let ended = simul(args).run().with(2).says(words);
        assert_eq!(ended.stdout, "", "{args}");
    }
}

#[test]
fn its_options_stand_in_the_environment_too() {
    let ended = simul("--json").env("SILVERPRINT_BOARDS", "12").run().with(0);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(told["concurrent_seconds"], 1800);
    // A sweep that is typed beats boards that are said elsewhere.
    let swept = simul("--json --sweep 3..4").env("SILVERPRINT_BOARDS", "12").run().with(0);
    assert_eq!(swept.stdout.lines().count(), 2);
}

#[test]
fn a_sweep_of_few_boards_may_have_more_moves_than_the_usual_ones() {
    let swept = simul("--json --sweep 1..2 --moves 210000").run().with(0);
    let points: Vec<Value> =
        swept.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(points[0]["concurrent_seconds"], 210_000 * 60 - 55);
    assert_eq!(points[1]["boards"], 2);
}
