//! Row 7: storms of 429, two of 2 s and one of 30 s (shorter where it has to be
//! quick), each with another word on when to come back: seconds, a date, none.
//! Nothing is lost, no photo pays for it, retries are at most a fifth of all
//! requests, and the user is told what is waited for.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::{accounts_for_all, is_event};
use anyhow::{Result, ensure};
use fake_flickr::{RetryAfter, Storm};
use std::time::Duration;

pub(crate) fn run(ground: &Ground) -> Result<String> {
    let long = ground.amount(30, 3);
    let mut config = ground.stream();
    let at = |quarter: u64| u64::from(ground.photos) * quarter / 4;
    let storm = |quarter, seconds, after| {
        let lasts = Duration::from_secs(seconds);
        Storm { at_image: at(quarter), lasts, after }
    };
    config.storms = vec![
        storm(1, 2, RetryAfter::Seconds(2)),
        storm(2, 2, RetryAfter::Date(2)),
        storm(3, long, RetryAfter::Unsaid),
    ];
    let server = serve(config)?;
    let wanted = Wanted::of(&server)?;
    let folder = ground.folder("archive");
    let ended = ground.sync(&server, &folder).run()?;
    ended.has_code(&[0])?;
    accounts_for_all(&ended.receipt()?)?;
    let hits = server.hits();
    folder.holds(&wanted)?;
    ground.rests(&server, &folder, &wanted)?;

    let waits = ended.stdout.lines().filter(|line| is_event(line, "waiting")).count();
    ensure!(waits >= 3, "{waits} waits were told, of three storms");
    ensure!(hits.refused > 0, "no storm blew");
    let again = hits.images.saturating_sub(wanted.pictures().len() as u64);
    ensure!(again * 5 <= hits.images, "{again} of {} requests were retries", hits.images);
    Ok(format!(
        "storms of 2, 2 and {long} s: {again} of {} requests again, {waits} waits told",
        hits.images
    ))
}
