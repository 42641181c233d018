//! Row 13: the wall clock jumps a day back or a month ahead while the image
//! hosts refuse all and have said when to come back, as a number of seconds or
//! as a date. No hang, and nobody comes back early.
//!
//! The clock is libfaketime's, which reads it from a file; the monotonic one is
//! left alone, as a real jump does.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::{Line, is_event};
use anyhow::{Context, Result, ensure};
use fake_flickr::{RetryAfter, Storm};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long the hosts refuse.
const STORM: u32 = 3;
/// What may still be asked once the first refusal has come: what was under way
/// at the three hosts, and one request of each to see whether it is over.
const MOST_REFUSED: u64 = 3 * 24 + 3;

pub(crate) fn run(ground: &Ground) -> Result<String> {
    let mut figures = Vec::new();
    for jump in ["-1d", "+30d"] {
        for after in [RetryAfter::Seconds(STORM), RetryAfter::Date(STORM)] {
            figures.push(jumps(ground, jump, after)?);
        }
    }
    Ok(figures.join(", "))
}

fn jumps(ground: &Ground, jump: &str, after: RetryAfter) -> Result<String> {
    let mut config = ground.stream_of(400);
    let lasts = Duration::from_secs(STORM.into());
    config.storms = vec![Storm { at_image: 100, lasts, after }];
    let server = serve(config)?;
    let folder = ground.folder(&format!("clock{jump}{}", figures_of(after)));
    let clock = ground.scratch().join("clock");
    fs::write(&clock, "+0\n")?;
    let began = Instant::now();
    let mut running = ground
        .sync(&server, &folder)
        .env("LD_PRELOAD", library()?)
        .env("FAKETIME_TIMESTAMP_FILE", &clock)
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .start()?;
    let waits = |line: &Line| matches!(line, Line::Out(text) if is_event(text, "waiting"));
    ensure!(running.until(waits)?, "it ended without a wait");
    fs::write(&clock, format!("{jump}\n"))?;
    running.end()?.has_code(&[0])?;
    let refused = server.hits().refused;
    folder.holds(&Wanted::of(&server)?)?;
    ensure!(refused <= MOST_REFUSED, "{refused} requests were refused: it came back early");
    Ok(format!(
        "{jump} {}: {refused} refused, {:.0} s",
        figures_of(after),
        began.elapsed().as_secs_f64()
    ))
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
