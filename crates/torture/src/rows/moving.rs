//! Row 14: fifty photos more or fewer while the stream is listed; pages that are
//! short, that repeat, and page numbers past the end, which are clamped. The
//! set is the truth: every photo that the stream has at the end is there, and
//! nothing is there or named as missing that it never had.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::{accounted_for, count};
use anyhow::{Result, ensure};
use fake_flickr::{Change, Paging, Server, Step};
use fastrand::Rng;
use std::collections::BTreeSet;

/// Photos that come and go in each run.
const MOVED: usize = 50;
/// Enough for several pages of 500.
const PHOTOS: u32 = 2600;

pub(crate) fn run(ground: &Ground) -> Result<String> {
    let times = ground.times(20);
    let mut rng = Rng::with_seed(ground.seed);
    let mut gone = 0;
    for time in 0..times {
        gone += once(ground, time, &mut rng)?;
    }
    Ok(format!("{times} streams of {PHOTOS} that moved by {MOVED}; {gone} deleted on the way"))
}

/// One run; how many of the photos that it began with were gone at its end.
fn once(ground: &Ground, time: usize, rng: &mut Rng) -> Result<usize> {
    let mut config = ground.stream_of(PHOTOS);
    config.stream.seed = ground.seed + time as u64;
    config.paging = Paging { short: 0.3, repeated: 0.3, lasting: false };
    config.script = script(rng);
    let server = serve(config)?;
    let ids = |server: &Server| server.truth().iter().map(|photo| photo.id).collect();
    let before: BTreeSet<u64> = ids(&server);
    let folder = ground.folder(&format!("moving-{time}"));
    let first = ground.sync(&server, &folder).run()?;
    // A photo that was deleted between its listing and its fetching is named.
    first.has_code(&[0, 3])?;
    let receipt = first.receipt()?;
    let after: BTreeSet<u64> = ids(&server);
    ensure!(count(&receipt, "unexplained")? == 0, "unexplained: {receipt}");
    let gone: Vec<u64> = before.difference(&after).copied().collect();
    ensure!(!gone.is_empty(), "the stream did not move");
    let n_gone = gone.len();
    // What was listed, and deleted before the end, is counted and not announced.
    let surplus = accounted_for(&receipt)?.checked_sub(count(&receipt, "announced")?);
    let explained = surplus.is_some_and(|surplus| surplus <= n_gone as u64);
    ensure!(explained, "the numbers do not add up: {receipt}");
    folder.holds(&Wanted::of(&server)?.gone(gone))?;
    Ok(n_gone)
}

/// Uploads and deletions after pages, about [`MOVED`] of both together.
fn script(rng: &mut Rng) -> Vec<Step> {
    let mut moved = 0;
    let mut steps = Vec::new();
    while moved < MOVED {
        let after_page = rng.u32(1..=5);
        let upload = rng.u32(1..=6);
        // Deletions hide photos from the pages after; most of them on what was read.
        let change = if rng.bool() {
            moved += upload as usize;
            Change::Upload(upload)
        } else {
            moved += 1;
            Change::DeleteAt(rng.usize(0..PHOTOS as usize - 2 * MOVED))
        };
        steps.push(Step { after_page, change });
    }
    steps
}
