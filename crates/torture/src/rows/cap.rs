//! Row 8: image hosts that let in so many requests a second, and say so to
//! nobody. What is let in settles between 0.7 and 1.0 of the cap, measured from
//! the server's own counts once a tenth of the photos is there.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::{Line, Running, is_event};
use anyhow::{Context, Result, ensure};
use fake_flickr::{RetryAfter, Server};
use std::time::Instant;

/// Seconds that a run lasts if the cap is used up: long enough to settle.
const LASTS: (u32, u32) = (40, 15);

pub(crate) fn run(ground: &Ground) -> Result<String> {
    let figures = [50, 400].map(|cap| under(ground, cap));
    let figures: Vec<String> = figures.into_iter().collect::<Result<_>>()?;
    Ok(figures.join("; "))
}

fn under(ground: &Ground, cap: u32) -> Result<String> {
    let photos = (cap * ground.amount(LASTS.0, LASTS.1)).min(ground.photos);
    let mut config = ground.stream_of(photos);
    // Flickr's pictures come from one host, too.
    config.image_hosts = 1;
    (config.cap, config.cap_says) = (Some(cap), RetryAfter::Unsaid);
    let server = serve(config)?;
    let wanted = Wanted::of(&server)?;
    let folder = ground.folder(&format!("cap-{cap}"));
    let mut running = ground.sync(&server, &folder).start()?;
    let share = settled(&mut running, &server, photos as usize)? / f64::from(cap);
    running.end()?.has_code(&[0])?;
    let hits = server.hits();
    folder.holds(&wanted)?;
    ensure!((0.7..=1.0).contains(&share), "{cap}/s: it settled at {share:.2} of it");
    let refused = 100 * hits.refused / hits.images;
    Ok(format!("{cap}/s: {share:.2} of it, {refused} % refused"))
}

/// Requests a second that were let in, from when a quarter of the photos was
/// saved until nine tenths were: what a run begins and ends with is not what it
/// settles at.
fn settled(running: &mut Running, server: &Server, photos: usize) -> Result<f64> {
    let let_in = |server: &Server| {
        let hits = server.hits();
        hits.images - hits.refused
    };
    let mut saved = 0;
    let mut until = |running: &mut Running, goal: usize| -> Result<(Instant, u64)> {
        let there = running.until(|line| {
            saved += usize::from(matches!(line, Line::Out(text) if is_event(text, "saved")));
            saved >= goal
        })?;
        ensure!(there, "it ended after {saved} of {photos}");
        Ok((Instant::now(), let_in(server)))
    };
    let (began, before) = until(running, photos / 4)?;
    let (ended, after) = until(running, photos * 9 / 10)?;
    let requests = u32::try_from(after - before).context("a number of requests")?;
    Ok(f64::from(requests) / (ended - began).as_secs_f64())
}
