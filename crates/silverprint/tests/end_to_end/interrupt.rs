//! Ctrl-C: once, and what is in flight arrives; twice, and it ends at once.
//! Either way the next run goes on where this one ended.
#![cfg(unix)]

use crate::folder::{Folder, truth};
use crate::program::{Line, Program, Running};
use crate::site::{ids, serve, tiny};
use fake_flickr::{Fault, Server, Times};
use std::fs;
use std::time::Duration;

/// A long run that is well under way.
fn under_way(server: &Server, folder: &Folder) -> Running {
    let sync = Program::sync(server, &folder.path());
    let mut run = sync.args("--json --connections 4 --stall 3600").start();
    run.until_saved(20);
    run
}

fn interrupt(run: &mut Running) {
    run.interrupt();
    run.until(|line| matches!(line, Line::Err(text) if text.contains("again to stop at once")));
}

/// That nothing half-made is left, and that another run fetches just the rest.
fn check_goes_on(server: &Server, folder: &Folder) {
    let incoming = fs::read_dir(folder.at(".silverprint/incoming")).unwrap().count();
    assert_eq!(incoming, 0, "nothing temporary is left");
    let stored = folder.pictures();
    let truth = truth(server);
    assert!(stored.len() < truth.len(), "it ended before its end");
    server.reset_hits();
    Program::sync(server, &folder.path()).run().with(0);
    let hits = server.hits();
    assert!(stored.iter().all(|id| hits.of_photo(*id) == 0), "what was stored stays");
    assert_eq!(hits.images, (truth.len() - stored.len()) as u64);
    folder.check_holds(&truth);
}

#[test]
fn once_what_is_in_flight_arrives_and_the_next_run_goes_on() {
    let mut config = tiny(51, 1_500);
    config.latency.images = Duration::from_millis(2);
    let server = serve(config);
    let folder = Folder::new();
    let mut run = under_way(&server, &folder);
    interrupt(&mut run);
    let ended = run.end().with(130);
    let receipt = ended.receipt();
    assert_eq!(receipt["interrupted"], true);
    assert!(receipt["left"].as_u64() > Some(0), "{receipt}");
    assert_eq!(receipt["saved"], folder.pictures().len(), "every file has its row");
    folder.check_itself();
    check_goes_on(&server, &folder);
}

#[test]
fn once_nothing_more_is_asked_for() {
    let mut config = tiny(55, 400);
    // One after another: whoever still let them all go would take the whole grace.
    config.latency.images = Duration::from_millis(200);
    let server = serve(config);
    let folder = Folder::new();
    let sync = Program::sync(&server, &folder.path());
    let mut run = sync.args("--json --connections 1 --stall 3600").start();
    run.until_saved(3);
    interrupt(&mut run);
    let asked = server.hits().images;
    run.end().with(130);
    let after = server.hits().images - asked;
    // At each host one or two may have passed the gate meanwhile; in the grace sixty would.
    assert!(after <= 6, "{after} more were asked for");
    check_goes_on(&server, &folder);
}

#[test]
fn photos_that_trickle_in_do_not_lengthen_the_grace() {
    // As many as are in flight at once take far longer than the grace of all.
    let server = serve(tiny(54, 400));
    let folder = Folder::new();
    let mut run = Program::sync(&server, &folder.path()).args("--json --bandwidth 60k").start();
    run.until_saved(20);
    interrupt(&mut run);
    let in_flight = folder.pictures().len();
    run.end().with(130);
    let arrived = folder.pictures().len() - in_flight;
    // 6 kB each: in four seconds there is room for forty, not for 256.
    assert!(arrived < 150, "{arrived} photos arrived after the wish to end");
    check_goes_on(&server, &folder);
}

#[test]
fn twice_it_ends_at_once_and_the_next_run_goes_on() {
    let server = serve(tiny(52, 60));
    // As long as this one does not come the run goes on.
    let slow = ids(&server)[0];
    server.fault(slow, Fault::StallBody, Times::Forever);
    let folder = Folder::new();
    let mut run = under_way(&server, &folder);
    interrupt(&mut run);
    run.interrupt();
    run.end().with(130).says("stopping at once");
    server.fault(slow, Fault::StallBody, Times::N(0));
    check_goes_on(&server, &folder);
}

#[test]
fn before_anything_was_begun_it_just_ends() {
    let server = serve(tiny(53, 5));
    server.api_fault(fake_flickr::ApiFault::Stall);
    let folder = Folder::new();
    let run = Program::sync(&server, &folder.path()).args("--stall 3600").start();
    while server.hits().api_total() == 0 {
        std::thread::yield_now();
    }
    run.interrupt();
    run.end().with(130);
    Program::sync(&server, &folder.path()).run().with(0);
    folder.check_holds(&truth(&server));
}
