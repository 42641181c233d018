//! Stopped or killed, a run leaves whole thumbnails only, and the next one goes
//! on where it ended.

use super::studio::{Studio, jpeg};
use crate::program::{Line, Running};
use std::fs::File;

const PICTURES: usize = 400;

/// A run that is well under way.
fn under_way(studio: &Studio) -> Running {
    let picture = jpeg(640, 480, 1);
    for n in 0..PICTURES {
        studio.put(&format!("in/{}/{n}.jpg", n % 7), &picture);
    }
    let mut run = studio.thumbs("in --json --jobs 1").start();
    run.until_saved(20);
    run
}

fn check_goes_on(studio: &Studio, stored: usize) {
    assert!(stored < PICTURES, "it ended before its end");
    assert!(!studio.at("in-thumbs/index.html").exists(), "a part is no sheet");
    let receipt = studio.thumbs("in --json").run().with(0).receipt();
    let count = |name: &str| usize::try_from(receipt[name].as_u64().unwrap()).unwrap();
    assert_eq!(count("made") + count("already"), PICTURES);
    // What a killed run had not yet written down, it makes again.
    assert!(count("already") <= stored, "{receipt}");
    assert_eq!(studio.thumbnails("in-thumbs").len(), PICTURES);
    assert_eq!(studio.sheet("in-thumbs").len(), PICTURES);
}

#[cfg(unix)]
#[test]
fn on_ctrl_c_what_is_in_work_is_finished_and_nothing_is_made_twice() {
    let studio = Studio::new();
    let mut run = under_way(&studio);
    run.interrupt();
    run.until(|line| matches!(line, Line::Err(text) if text.contains("again to stop at once")));
    let ended = run.end().with(130);
    let receipt = ended.receipt();
    assert_eq!(receipt["interrupted"], true);
    let stored = studio.thumbnails("in-thumbs").len();
    assert_eq!(receipt["made"], stored, "every thumbnail is accounted for");
    check_goes_on(&studio, stored);
}

#[test]
fn killed_it_leaves_nothing_that_looks_whole_and_is_not() {
    let studio = Studio::new();
    under_way(&studio).kill();
    // What was being written lies apart until the next start.
    let incoming = studio.at(".").join("in-thumbs/.silverprint/incoming");
    let left = std::fs::read_dir(&incoming).unwrap().count();
    assert!(left <= 1, "one thread writes one file at a time");
    for entry in std::fs::read_dir(&incoming).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let stored = studio.thumbnails("in-thumbs").len();
    check_goes_on(&studio, stored);
}

#[test]
fn two_runs_do_not_share_a_folder() {
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    studio.thumbs("in").run().with(0);
    let lock = File::open(studio.at("in-thumbs/.silverprint/lock")).unwrap();
    lock.lock().unwrap();
    studio.thumbs("in").run().with(11).explains("in use", "wait for it to end");
}
