//! Row 16: Ctrl-C. Once, and what is in flight is drained within 5 s, also where
//! a picture stalls; twice, and it ends at once. Either way nothing half-made is
//! left, exit 130, and the same command goes on without fetching anything again
//! that was stored.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::{Line, Running};
use anyhow::{Result, ensure};
use fake_flickr::{Fault, Server, Times};
use fastrand::Rng;
use rustix::process::Signal;
use std::time::{Duration, Instant};

const PHOTOS: u32 = 400;
const DRAINED_IN: Duration = Duration::from_secs(5);
const AT_ONCE: Duration = Duration::from_secs(1);

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let times = ground.times(50);
    let mut rng = Rng::with_seed(ground.seed);
    let (mut once, mut twice) = (Duration::ZERO, Duration::ZERO);
    for time in 0..times {
        let took = interrupted(ground, time, &mut rng)?;
        let longest = if time % 2 == 0 { &mut once } else { &mut twice };
        *longest = (*longest).max(took);
    }
    ensure!(once <= DRAINED_IN, "once: it took {once:.1?}");
    ensure!(twice <= AT_ONCE, "twice: it took {twice:.1?}");
    Ok(format!("{times} times; once: within {once:.1?}, twice: within {twice:.1?}"))
}

/// How long it took to end. Every second time it is asked twice.
fn interrupted(ground: &Ground<'_>, time: usize, rng: &mut Rng) -> Result<Duration> {
    let mut config = ground.stream_of(PHOTOS);
    config.latency.images = Duration::from_millis(4);
    let server = serve(config)?;
    let twice = time % 2 == 1;
    let stalls = twice || time.is_multiple_of(4);
    // As long as this one does not come the run has something in flight.
    let slow = server.truth()[0].id;
    if stalls {
        server.fault(slow, Fault::StallBody, Times::Forever);
    }
    let folder = ground.folder(&format!("interrupt-{time}"));
    let mut running = ground.sync(&server, &folder).args(&["--connections", "4"]).start()?;
    ensure!(running.until_saved(rng.usize(1..150))?, "it ended before its time");
    if stalls && server.hits().faults == 0 {
        // Others came first; the stalled one is among the first that are listed.
        ensure!(running.until(|_| server.hits().faults > 0)?, "it ended before it stalled");
    }
    let began = Instant::now();
    running.signal(Signal::INT)?;
    if twice {
        hears(&mut running)?;
        running.signal(Signal::INT)?;
    }
    running.end()?.has_code(&[130])?;
    let took = began.elapsed();
    let hits = server.hits();
    ensure!(!stalls || hits.faults > 0, "nothing stalled");
    if !twice {
        let stored = folder.stored()?;
        // One that was asked for again waited at the gate in between, and may wait there.
        let asked = hits.by_rendition.keys().map(|(id, _)| *id);
        let asked = asked.filter(|id| hits.of_photo(*id) == 1);
        let lost = asked.filter(|id| !(stalls && *id == slow)).find(|id| !stored.contains(id));
        ensure!(lost.is_none(), "{lost:?} was in flight, and was not drained");
    }
    server.heal();
    goes_on(ground, &server, time)?;
    Ok(took)
}

/// It says that it heard.
fn hears(running: &mut Running) -> Result<()> {
    let says =
        |line: &Line| matches!(line, Line::Err(text) if text.contains("again to stop at once"));
    ensure!(running.until(says)?, "it said nothing of a second Ctrl-C");
    Ok(())
}

fn goes_on(ground: &Ground<'_>, server: &Server, time: usize) -> Result<()> {
    let folder = ground.folder(&format!("interrupt-{time}"));
    let stored = folder.stored()?;
    server.reset_hits();
    ground.sync(server, &folder).run()?.has_code(&[0])?;
    let hits = server.hits();
    let again = stored.iter().find(|id| hits.of_photo(**id) > 0);
    ensure!(again.is_none(), "{again:?} was stored, and was fetched again");
    let wanted = Wanted::of(server)?;
    folder.holds(&wanted)?;
    ground.rests(server, &folder, &wanted)
}
