//! Row 9: 0.5 % of the bodies come at one byte a second or not at all. They are
//! given up after the time limit (2 s here, and the usual 20 s in a small run
//! of its own), and meanwhile the others keep at least 80 % of the throughput
//! that they have where nothing is slow.

use crate::folder::{Folder, Wanted};
use crate::ground::{Ground, serve};
use crate::program::Program;
use anyhow::{Result, ensure};
use fake_flickr::{Fault, Faults, Server, Times};
use std::time::{Duration, Instant};

const KINDS: [Fault; 3] = [Fault::Drip, Fault::StallHeader, Fault::StallBody];
const SHARE: f64 = 0.005;

pub(crate) fn run(ground: &Ground) -> Result<String> {
    let (clean, _) = throughput(ground, "clean", 0.0)?;
    let (struck, slow) = throughput(ground, "slow", SHARE)?;
    let kept = struck / clean;
    ensure!(slow > 0, "no photo was struck");
    ensure!(kept >= 0.8, "the others keep {kept:.2} of their throughput");
    let figures = format!("{slow} slow ones, the others keep {kept:.2} of {clean:.0}/s");
    if ground.is_quick() {
        return Ok(figures);
    }
    let seconds = with_the_usual_limit(ground)?;
    Ok(format!("{figures}; with the usual limit of 20 s: {seconds:.0} s"))
}

/// Photos a second of those that nothing befalls, and how many are struck.
fn throughput(ground: &Ground, name: &str, share: f64) -> Result<(f64, usize)> {
    let mut config = ground.stream();
    // A little latency, so that connections are what counts, and one of them
    // that waits in vain is missed.
    config.latency.images = Duration::from_millis(15);
    config.faults = Faults::none().seeded(ground.seed).and(&KINDS, share, Times::Once);
    let server = serve(config)?;
    let folder = ground.folder(name);
    let slow = struck(&server);
    let others = Wanted::of(&server)?.pictures().len() - slow;
    // The last ones may be waited for: that is not throughput.
    let goal = others * 95 / 100;
    let began = Instant::now();
    let mut running = sync(ground, &server, &folder, "2").start()?;
    let there = running.until_saved(goal)?;
    ensure!(there, "it ended before {goal} were there");
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no 53 bits")]
    let rate = goal as f64 / began.elapsed().as_secs_f64();
    running.end()?.has_code(&[0])?;
    folder.holds(&Wanted::of(&server)?)?;
    Ok((rate, slow))
}

/// A small run under the limit that people have; how long it took.
fn with_the_usual_limit(ground: &Ground) -> Result<f64> {
    let mut config = ground.stream_of(200);
    config.faults = Faults::none().seeded(ground.seed).and(&KINDS, 0.03, Times::Once);
    let server = serve(config)?;
    let folder = ground.folder("usual");
    ensure!(struck(&server) > 0, "no photo was struck");
    let began = Instant::now();
    sync(ground, &server, &folder, "20").run()?.has_code(&[0])?;
    folder.holds(&Wanted::of(&server)?)?;
    Ok(began.elapsed().as_secs_f64())
}

fn sync(ground: &Ground, server: &Server, folder: &Folder, stall: &str) -> Program {
    ground.sync(server, folder).args(&["--stall", stall])
}

fn struck(server: &Server) -> usize {
    server.truth().iter().filter(|photo| server.fault_of(photo.id).is_some()).count()
}
