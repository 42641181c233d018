//! Row 9: 0.5 % of the bodies come at one byte a second or not at all. They are
//! given up after the time limit (2 s here, and the usual 20 s in a small run
//! of its own), and meanwhile the others keep at least 80 % of the throughput
//! that they have where nothing is slow.

use crate::deal::{Deal, Dealt};
use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use anyhow::{Result, ensure};
use fake_flickr::{Fault, Server, Times};
use std::time::{Duration, Instant};

const KINDS: [Fault; 3] = [Fault::Drip, Fault::StallHeader, Fault::StallBody];
const NONE: Deal<'_> = Deal { kinds: &[], share: 0.0, times: Times::Once };
const FEW: Deal<'_> = Deal { kinds: &KINDS, share: 0.005, times: Times::Once };
const MORE: Deal<'_> = Deal { kinds: &KINDS, share: 0.03, times: Times::Once };
/// A little latency, so that connections are what counts, and one of them that
/// waits in vain is missed.
const LATENCY: Duration = Duration::from_millis(15);
/// When people's runs give a connection up.
const USUAL: Duration = Duration::from_secs(20);
/// What a run with one that is given up takes besides.
const BESIDES: Duration = Duration::from_secs(10);

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let mut config = ground.stream();
    config.latency.images = LATENCY;
    let server = serve(config)?;
    let wanted = Wanted::of(&server)?;
    let (clean, _) = throughput(ground, "clean", &server, &wanted, NONE)?;
    let (struck, slow) = throughput(ground, "slow", &server, &wanted, FEW)?;
    let kept = struck / clean;
    ensure!(kept >= 0.8, "the others keep {kept:.2} of their throughput");
    let figures = format!("{slow} slow ones, the others keep {kept:.2} of {clean:.0}/s");
    if ground.is_quick() {
        return Ok(figures);
    }
    let began = Instant::now();
    let took = with_the_usual_limit(ground)?.as_secs_f64();
    ground.set_aside(began.elapsed());
    Ok(format!("{figures}; with the usual limit of 20 s: {took:.1} s"))
}

/// Photos a second of those that nothing befalls, and how many are struck.
fn throughput(
    ground: &Ground<'_>,
    name: &str,
    server: &Server,
    wanted: &Wanted,
    deal: Deal<'_>,
) -> Result<(f64, usize)> {
    server.reset_hits();
    let dealt = Dealt::out(server, wanted, &[deal], ground.seed)?;
    let folder = ground.folder(name);
    let slow = dealt.len();
    // The last ones may be waited for: that is not throughput.
    let goal = (wanted.pictures().len() - slow) * 95 / 100;
    let began = Instant::now();
    let mut running = ground.sync(server, &folder).args(&["--stall", "2"]).start()?;
    let there = running.until_saved(goal)?;
    ensure!(there, "it ended before {goal} were there");
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no 53 bits")]
    let rate = goal as f64 / began.elapsed().as_secs_f64();
    running.end()?.has_code(&[0])?;
    if slow > 0 {
        dealt.were_met(&server.hits())?;
    }
    folder.holds(wanted)?;
    ground.rests(server, &folder, wanted)?;
    Ok((rate, slow))
}

/// A small run under the limit that people have; how long it took. The first
/// three are slow, before anything is known of their host: they are waited for to
/// the end of the limit, and no longer.
fn with_the_usual_limit(ground: &Ground<'_>) -> Result<Duration> {
    let server = serve(ground.stream_of(200))?;
    let wanted = Wanted::of(&server)?;
    let dealt = Dealt::out(&server, &wanted, &[MORE], ground.seed)?;
    let newest = server.truth().into_iter().map(|photo| photo.id);
    for (id, kind) in newest.zip(KINDS) {
        server.fault(id, kind, Times::Once);
    }
    let folder = ground.folder("usual");
    let began = Instant::now();
    ground.sync(&server, &folder).run()?.has_code(&[0])?;
    let took = began.elapsed();
    let met = server.hits().faults;
    ensure!(met >= dealt.len() as u64, "{met} faults were met");
    let is_usual = (USUAL..=USUAL + BESIDES).contains(&took);
    ensure!(is_usual, "it took {took:.1?} where connections are given up after {USUAL:?}");
    folder.holds(&wanted)?;
    ground.rests(&server, &folder, &wanted)?;
    Ok(took)
}
