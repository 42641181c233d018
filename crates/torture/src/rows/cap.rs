//! Row 8: image hosts that let in so many requests a second, and say so to
//! nobody. What comes settles between 0.7 and 1.0 of the cap, measured from the
//! server's own counts from a quarter of the photos to nine tenths of them: what
//! is let in is at least that, and what is offered hardly more, for who hammers
//! at the door has not settled.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::{Line, Running, is_event};
use anyhow::{Result, ensure};
use fake_flickr::{RetryAfter, Server};
use std::time::{Duration, Instant};

/// Seconds that a run lasts if the cap is used up, and where it has to be quick:
/// long enough to settle. Its photos are as many as that takes, however many a
/// stream has else.
const LASTS: (u32, u32) = (15, 10);
/// Of what is offered, refused: one in so many at most, which is what finding
/// out takes.
const MOST_REFUSED: u64 = 10;

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let figures = [50, 400].map(|cap| under(ground, cap));
    let figures: Vec<String> = figures.into_iter().collect::<Result<_>>()?;
    Ok(figures.join("; "))
}

fn under(ground: &Ground<'_>, cap: u32) -> Result<String> {
    let photos = cap * ground.amount(LASTS.0, LASTS.1);
    let mut config = ground.stream_of(photos);
    // Flickr's pictures come from one host, too.
    config.image_hosts = 1;
    (config.cap, config.cap_says) = (Some(cap), RetryAfter::Unsaid);
    let server = serve(config)?;
    let wanted = Wanted::of(&server)?;
    let folder = ground.folder(&format!("cap-{cap}"));
    let mut running = ground.sync(&server, &folder).start()?;
    let settled = settled(&mut running, &server, photos as usize)?;
    running.end()?.has_code(&[0])?;
    folder.holds(&wanted)?;
    ground.rests(&server, &folder, &wanted)?;
    settled.judged(cap)
}

/// What came in a while.
struct Settled {
    took: Duration,
    offered: u64,
    refused: u64,
}

impl Settled {
    fn judged(&self, cap: u32) -> Result<String> {
        let Self { took, offered, refused } = *self;
        let let_in = f64::from(u32::try_from(offered - refused)?);
        let full = f64::from(cap) * took.as_secs_f64();
        let share = let_in / full;
        ensure!(share >= 0.7, "{cap}/s: it settled at {share:.2} of it");
        // A tenth of a second's worth may come at once.
        let most = full + f64::from(cap) / 10.0;
        ensure!(let_in <= most, "{cap}/s: {let_in} were let in, in {took:.1?}");
        let is_polite = refused * MOST_REFUSED <= offered;
        ensure!(is_polite, "{cap}/s: {refused} of {offered} requests were refused");
        Ok(format!("{cap}/s: {share:.2} of it, {refused} of {offered} refused"))
    }
}

/// What came from when a quarter of the photos was saved until nine tenths were:
/// what a run begins and ends with is not what it settles at.
fn settled(running: &mut Running, server: &Server, photos: usize) -> Result<Settled> {
    let mut saved = 0;
    let mut until = |running: &mut Running, goal: usize| -> Result<_> {
        let there = running.until(|line| {
            saved += usize::from(matches!(line, Line::Out(text) if is_event(text, "saved")));
            saved >= goal
        })?;
        ensure!(there, "it ended after {saved} of {photos}");
        Ok((Instant::now(), server.hits()))
    };
    let (began, before) = until(running, photos / 4)?;
    let (ended, after) = until(running, photos * 9 / 10)?;
    Ok(Settled {
        took: ended - began,
        offered: after.images - before.images,
        refused: after.refused - before.refused,
    })
}
