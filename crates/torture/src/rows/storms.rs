//! Row 7: storms of 429, two of 2 s and one of 30 s (shorter where it has to be
//! quick), each with another word on when to come back: seconds, a date, none.
//! Nothing is lost, no photo pays for it, retries are at most a fifth of all
//! requests, and the user is told what is waited for, in each of the storms.

use crate::folder::{Folder, Wanted};
use crate::ground::{Ground, serve};
use crate::program::{Line, Program, accounts_for_all, is_event};
use anyhow::{Result, ensure};
use fake_flickr::{Fault, RetryAfter, Server, Storm, Times};
use std::time::Duration;

/// Enough that what is under way at once is a small part.
const LEAST_PHOTOS: u32 = 1000;
/// So often in a row a photo may fail and come all the same.
const MAY_FAIL: u32 = 5;
/// As many as are under way at once.
const PAYERS: u32 = 4;

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let payers = Payers::new(ground)?;
    // Meanwhile: it mostly waits.
    let running = payers.sync(ground).start()?;
    let figures = storms(ground)?;
    running.end()?.has_code(&[0])?;
    payers.paid_nothing()?;
    Ok(figures)
}

fn storms(ground: &Ground<'_>) -> Result<String> {
    let long = ground.amount(30, 3);
    let photos = ground.photos.max(LEAST_PHOTOS);
    let mut config = ground.stream_of(photos);
    let storm = |quarter: u32, seconds, after| {
        let at_image = u64::from(photos * quarter / 4);
        Storm { at_image, lasts: Duration::from_secs(seconds), after }
    };
    config.storms = vec![
        storm(1, 2, RetryAfter::Seconds(2)),
        storm(2, 2, RetryAfter::Date(2)),
        storm(3, long, RetryAfter::Unsaid),
    ];
    if !ground.is_quick() {
        ground.set_aside(Duration::from_secs(long));
    }
    let server = serve(config)?;
    let wanted = Wanted::of(&server)?;
    let folder = ground.folder("archive");
    let mut running = ground.sync(&server, &folder).start()?;
    let mut waits = Waits::default();
    while let Some(line) = running.next()? {
        waits.hear(&line);
    }
    let ended = running.end()?;
    ended.has_code(&[0])?;
    accounts_for_all(&ended.receipt()?)?;
    let hits = server.hits();
    folder.holds(&wanted)?;
    ground.rests(&server, &folder, &wanted)?;

    waits.are_of_each_storm(photos)?;
    ensure!(hits.refused > 0, "no storm blew");
    let again = hits.images.saturating_sub(wanted.pictures().len() as u64);
    ensure!(again * 5 <= hits.images, "{again} of {} requests were retries", hits.images);
    Ok(format!(
        "storms of 2, 2 and {long} s: {again} of {} requests again, {} waits told",
        hits.images,
        waits.after.len()
    ))
}

/// How many photos were saved whenever a wait was told.
#[derive(Default)]
struct Waits {
    saved: u32,
    after: Vec<u32>,
}

impl Waits {
    fn hear(&mut self, line: &Line) {
        let Line::Out(text) = line else { return };
        self.saved += u32::from(is_event(text, "saved"));
        if is_event(text, "waiting") {
            self.after.push(self.saved);
        }
    }

    /// That one of them was told about when each of the storms began.
    fn are_of_each_storm(&self, photos: u32) -> Result<()> {
        for quarter in 1..=3 {
            let (at, near) = (photos * quarter / 4, photos / 8);
            let is_told = self.after.iter().any(|saved| saved.abs_diff(at) <= near);
            ensure!(is_told, "no wait was told near {at} photos: {:?}", self.after);
        }
        Ok(())
    }
}

/// A few photos that a storm refuses, and that then fail as often as a photo may:
/// if the storm had cost them anything, they would be given up.
struct Payers {
    server: Server,
    wanted: Wanted,
    folder: Folder,
}

impl Payers {
    fn new(ground: &Ground<'_>) -> Result<Self> {
        let mut config = ground.stream_of(PAYERS);
        config.image_hosts = 1;
        // All are asked for before the first is refused.
        config.latency.images = Duration::from_millis(200);
        let (lasts, after) = (Duration::from_secs(2), RetryAfter::Seconds(2));
        config.storms = vec![Storm { at_image: 1, lasts, after }];
        let server = serve(config)?;
        let wanted = Wanted::of(&server)?;
        for id in wanted.pictures().keys() {
            server.fault(*id, Fault::Status(500), Times::N(MAY_FAIL));
        }
        Ok(Self { server, wanted, folder: ground.folder("payers") })
    }

    fn sync(&self, ground: &Ground<'_>) -> Program {
        ground.sync(&self.server, &self.folder)
    }

    fn paid_nothing(&self) -> Result<()> {
        let hits = self.server.hits();
        let due = u64::from(PAYERS * MAY_FAIL);
        ensure!(hits.refused >= PAYERS.into(), "the storm refused {} only", hits.refused);
        ensure!(hits.faults == due, "{} faults were met, of {due}", hits.faults);
        self.folder.holds(&self.wanted)
    }
}
