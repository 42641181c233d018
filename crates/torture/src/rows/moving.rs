//! Row 14: fifty photos more or fewer while the stream is listed; pages that are
//! short, that repeat, and page numbers past the end, which are clamped. The
//! set is the truth: every photo that the stream has at the end is there, and
//! nothing is there or named as missing that it never had.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::{accounted_for, count};
use anyhow::{Result, ensure};
use fake_flickr::{Change, Config, Hits, Paging, Server, Step};
use fastrand::Rng;
use std::collections::BTreeSet;

/// Photos that come and go in each run.
const MOVED: usize = 50;
const PER_PAGE: u32 = 500;
/// Pages, the last of which has so few photos…
const PAGES: u32 = 6;
const ON_THE_LAST: u32 = 15;
/// …that it is gone when these are, and was announced.
const PHOTOS: u32 = (PAGES - 1) * PER_PAGE + ON_THE_LAST;

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let times = ground.times(20);
    let mut rng = Rng::with_seed(ground.seed);
    let mut odd = Odd::default();
    for time in 0..times {
        once(ground, time, &mut rng, &mut odd)?;
    }
    let Odd { gone, short, repeating, clamped } = odd;
    for (n, kind) in [(short, "short"), (repeating, "repeating"), (clamped, "clamped")] {
        ensure!(n > 0, "no page was {kind}");
    }
    Ok(format!(
        "{times} streams of up to {PHOTOS} that moved by {MOVED}; {gone} deleted on the way, \
         {short} short pages, {repeating} repeating, {clamped} clamped"
    ))
}

/// What was met on all the runs.
#[derive(Default)]
struct Odd {
    /// Photos that a run began with, and that were gone at its end.
    gone: usize,
    short: u64,
    repeating: u64,
    clamped: u64,
}

impl Odd {
    fn add(&mut self, hits: &Hits, gone: usize) {
        self.gone += gone;
        self.short += hits.short_pages;
        self.repeating += hits.repeating_pages;
        self.clamped += hits.clamped_pages;
    }
}

fn once(ground: &Ground<'_>, time: usize, rng: &mut Rng, odd: &mut Odd) -> Result<()> {
    let server = serve(stream(ground, time, rng))?;
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
    odd.add(&server.hits(), gone.len());
    // What was listed, and deleted before the end, is counted and not announced.
    let surplus = accounted_for(&receipt)?.checked_sub(count(&receipt, "announced")?);
    let explained = surplus.is_some_and(|surplus| surplus <= gone.len() as u64);
    ensure!(explained, "the numbers do not add up: {receipt}");
    let wanted = Wanted::of(&server)?.gone(gone);
    folder.holds(&wanted)?;
    ground.rests(&server, &folder, &wanted)
}

/// A stream, and the uploads and deletions after its pages: about [`MOVED`] of
/// both together.
fn stream(ground: &Ground<'_>, time: usize, rng: &mut Rng) -> Config {
    let odd = Paging { short: 0.3, repeated: 0.3, lasting: false, clamped: true };
    let (photos, paging, script) = match time % 4 {
        // Nothing makes the reader look at the first page twice.
        0 => (PER_PAGE + ON_THE_LAST, Paging { short: 0.0, repeated: 0.0, ..odd }, lost_second()),
        2 => (PHOTOS, odd, lost_last(rng)),
        _ => (PHOTOS, odd, moves(rng)),
    };
    let mut config = ground.stream_of(photos);
    config.stream.seed = ground.seed + time as u64;
    config.paging = paging;
    config.script = script;
    config
}

/// Any.
fn moves(rng: &mut Rng) -> Vec<Step> {
    let mut moved = 0;
    let mut steps = Vec::new();
    while moved < MOVED {
        let after_page = rng.u32(1..PAGES);
        let upload = rng.u32(1..=6);
        let change = if rng.bool() {
            moved += upload as usize;
            Change::Upload(upload)
        } else {
            moved += 1;
            deletion(rng)
        };
        steps.push(Step { after_page, change });
    }
    steps
}

/// The first page announces a second one, which is gone before anybody can ask
/// for it: whoever does is past the end, however he reads.
fn lost_second() -> Vec<Step> {
    (0..MOVED).map(|_| Step { after_page: 1, change: Change::DeleteAt(0) }).collect()
}

/// The last page is there until the one before it was served, and then no more.
fn lost_last(rng: &mut Rng) -> Vec<Step> {
    let before = ON_THE_LAST as usize / 2;
    let step = |n| {
        let after_page = if n < before { rng.u32(1..PAGES - 1) } else { PAGES - 1 };
        Step { after_page, change: deletion(rng) }
    };
    (0..MOVED).map(step).collect()
}

/// It pulls a photo over the border of each page behind it, past who reads on.
fn deletion(rng: &mut Rng) -> Change {
    Change::DeleteAt(rng.usize(0..PHOTOS as usize - 2 * MOVED))
}
