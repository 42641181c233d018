//! Row 13: the wall clock jumps a day back or a month ahead while the image
//! hosts refuse all and have said when to come back, as a number of seconds or
//! as a date. No hang, and nobody comes back early; nor after the second time
//! that they say so, when the clock has been wrong for a while.
//!
//! The clock is libfaketime's, which reads it from a file; the monotonic one is
//! left alone, as a real jump does.

use crate::folder::{Folder, Wanted};
use crate::ground::{Ground, serve};
use crate::program::{Line, is_event};
use anyhow::{Context, Result, ensure};
use fake_flickr::{RetryAfter, Storm};
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

/// When to come back, as the hosts have it.
const SAID: u32 = 3;
/// How long they refuse: they are asked twice in vain.
const STORM: Duration = Duration::from_millis(4500);
/// When all who were under way at the first refusal have theirs, too…
const ALL_REFUSED: Duration = Duration::from_millis(500);
/// …and until when nobody comes back. A date has no fractions of a second.
const NOBODY_UNTIL: Duration = Duration::from_millis(1800);
/// After that each of the three hosts is asked once whether it is over.
const MOST_PROBES: u64 = 3;
/// Twice what was said, and the photos.
const SOON: Duration = Duration::from_secs(20);
/// Seconds that a run takes at most beside the clock's jump.
const RUN: i64 = 60;

/// How the clock jumps, for libfaketime and in seconds.
const JUMPS: [(&str, i64); 2] = [("-1d", -86_400), ("+30d", 30 * 86_400)];

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let mut figures = Vec::new();
    for (n, jump) in JUMPS.into_iter().enumerate() {
        // Each word and each jump once, at least.
        let mut words = [RetryAfter::Date(SAID), RetryAfter::Seconds(SAID)];
        words.rotate_left(n);
        for &after in &words[..ground.amount(2, 1)] {
            figures.push(jumps(ground, jump, after)?);
        }
    }
    Ok(figures.join(", "))
}

fn jumps(ground: &Ground<'_>, (jump, by): (&str, i64), after: RetryAfter) -> Result<String> {
    let mut config = ground.stream_of(400);
    config.storms = vec![Storm { at_image: 100, lasts: STORM, after }];
    let server = serve(config)?;
    let folder = ground.folder(&format!("clock{jump}{}", figures_of(after)));
    let clock = ground.scratch().join("clock");
    fs::write(&clock, "+0\n")?;
    let mut running = ground
        .sync(&server, &folder)
        .env("LD_PRELOAD", library()?)
        .env("FAKETIME_TIMESTAMP_FILE", &clock)
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .start()?;
    let waits = |line: &Line| matches!(line, Line::Out(text) if is_event(text, "waiting"));
    ensure!(running.until(waits)?, "it ended without a wait");
    let began = Instant::now();
    fs::write(&clock, format!("{jump}\n"))?;
    let refused = || server.hits().refused;
    thread::sleep(ALL_REFUSED);
    let at_once = refused();
    thread::sleep(NOBODY_UNTIL.saturating_sub(began.elapsed()));
    let early = refused() - at_once;
    running.end()?.has_code(&[0])?;
    let took = began.elapsed();
    let probes = refused() - at_once;
    ensure!(early == 0, "{early} requests came back early");
    ensure!(probes <= MOST_PROBES, "{probes} requests were refused again");
    ensure!(probes > 0, "nobody was refused after the clock had jumped");
    ensure!(took <= SOON, "it took {took:.1?}: it waited by the wrong clock");
    has_jumped(&folder, by)?;
    let wanted = Wanted::of(&server)?;
    folder.holds(&wanted)?;
    ground.rests(&server, &folder, &wanted)?;
    let (after, took) = (figures_of(after), took.as_secs_f64());
    Ok(format!("{jump} {after}: {at_once} refused, {probes} again, {took:.1} s"))
}

/// The run itself has seen the clock jump.
fn has_jumped(folder: &Folder, by: i64) -> Result<()> {
    let query = "SELECT started, ended FROM run ORDER BY id DESC LIMIT 1";
    let (started, ended): (i64, i64) = folder
        .sound_catalogue()?
        .query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .context("the times of the run")?;
    let seen = ended - started;
    ensure!((seen - by).abs() < RUN, "the clock did not jump: the run took {seen} s by it");
    Ok(())
}

fn figures_of(after: RetryAfter) -> &'static str {
    if matches!(after, RetryAfter::Date(_)) { "date" } else { "seconds" }
}

/// libfaketime, where Debian and others keep it.
fn library() -> Result<PathBuf> {
    let folders = ["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from);
    let below = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let all = folders.iter().cloned().chain(below.map(|entry| entry.path()));
    let mut places = all.flat_map(|folder| [folder.join("faketime/libfaketime.so.1")]);
    places.find(|path| path.exists()).context("libfaketime is missing: apt-get install libfaketime")
}
