//! Killed ten times, as no program can prevent, a run loses nothing and
//! fetches nothing again that was stored.
//!
//! What may be fetched twice is what was asked for and not yet stored when the
//! run was killed, and nothing else: a file under its last name is adopted,
//! with or without its row. That is checked exactly, photo by photo. How many
//! that can be is bounded by the photos on their way at once, not by
//! `--connections`: a place at the host is handed on when the body is there,
//! and the picture then waits for a core and for the disk.

use crate::archive::accounted_for;
use crate::folder::{Folder, truth};
use crate::program::Program;
use crate::site::{ids, serve, tiny};
use fake_flickr::{Faults, Server};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const PHOTOS: u32 = 700;
const KILLS: usize = 10;
/// The pipeline's own bound of photos on their way.
const MOST_IN_FLIGHT: u64 = 256;

#[test]
fn ten_kills_lose_nothing_and_what_was_stored_is_not_fetched_again() {
    let mut config = tiny(21, PHOTOS);
    config.latency.images = Duration::from_millis(8);
    let server = serve(config);
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path()).args("--json --connections 2").start();

    // How many runs found each photo not stored, and so may ask for it.
    let mut may_ask: BTreeMap<u64, u32> = BTreeMap::new();
    let mut note_missing = |stored: &BTreeSet<u64>| {
        for id in ids(&server).into_iter().filter(|id| !stored.contains(id)) {
            *may_ask.entry(id).or_default() += 1;
        }
    };
    for kill in 1..=KILLS {
        note_missing(&folder.pictures());
        let mut run = sync();
        run.until_saved(4 * kill);
        run.kill();
    }
    let stored = folder.pictures();
    assert!(stored.len() < PHOTOS as usize, "the last kill came before the end");
    note_missing(&stored);
    let ended = sync().end().with(0);

    let hits = server.hits();
    for (id, most) in may_ask {
        let asked = hits.of_photo(id);
        assert!((1..=most).contains(&asked), "{id} was asked for {asked} times, not 1..={most}");
    }
    let again = hits.images - u64::from(PHOTOS);
    assert!(again <= KILLS as u64 * MOST_IN_FLIGHT, "{again} were asked for again");

    let receipt = ended.receipt();
    assert_eq!(receipt["announced"], PHOTOS);
    assert_eq!(receipt["announced"], accounted_for(&receipt), "{receipt}");
    folder.check_holds(&truth(&server));
    check_rests(&server, &folder);
}

/// That nothing is left to do.
fn check_rests(server: &Server, folder: &Folder) {
    server.reset_hits();
    let again = Program::sync(server, &folder.path()).arg("--json").run().with(0).receipt();
    assert_eq!((&again["already"], &again["listing"]), (&PHOTOS.into(), &"quick".into()));
    assert_eq!(server.hits().images, 0);
}

#[test]
fn ten_kills_among_faults_of_all_kinds_lose_nothing() {
    let mut config = tiny(22, 2000);
    config.faults = Faults::mixed(22, 0.1);
    config.latency.images = Duration::from_millis(8);
    let server = serve(config);
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path()).args("--json --connections 2 --stall 1");
    for kill in 1..=KILLS {
        let mut run = sync().start();
        run.until_saved(3 * kill);
        run.kill();
    }
    let receipt = sync().run().with(0).receipt();
    assert_eq!(receipt["announced"], accounted_for(&receipt), "{receipt}");
    folder.check_holds(&truth(&server));
    server.reset_hits();
    sync().run().with(0);
    assert_eq!(server.hits().images, 0, "nothing is left to do");
}

#[test]
fn killed_while_files_are_written_over_the_next_run_trusts_no_row() {
    let server = serve(tiny(23, 150));
    let folder = Folder::new();
    let sync = |args: &str| Program::sync(&server, &folder.path()).args("--json").args(args);
    sync("").run().with(0);
    for other in ["--tone bilevel", "--thumb-format png"] {
        let mut run = sync(other).start();
        run.until_saved(20);
        run.kill();
        server.reset_hits();
        sync("").run().with(0);
        folder.check_holds(&truth(&server));
        assert_eq!(server.hits().images, 0, "the pictures were there all the time");
    }

    let smaller = Folder::new();
    let sync = |args: &str| Program::sync(&server, &smaller.path()).args("--json").args(args);
    sync("--size t").run().with(0);
    let mut run = sync("").start();
    run.until_saved(20);
    run.kill();
    sync("--size t").run().with(0);
    smaller.check_itself();
    sync("").run().with(0);
    smaller.check_holds(&truth(&server));
}
