//! Row 20: a photostream of a million. Memory stays under 300 MiB, and is flat
//! after a tenth. Only by its own number, for it takes as long as all others;
//! thumbnails and pictures are tiny, for it is the number that counts.

use crate::ground::Ground;
use crate::program::{Line, Running, accounts_for_all, count, is_event};
use anyhow::{Context, Result, ensure};
use fake_flickr::{Config, Server, StreamConfig};
use std::fs;

const PHOTOS: u32 = 1_000_000;
const MOST_KIB: u64 = 300 << 10;
/// What memory may grow by after a tenth of the photos: a tenth of what it was
/// then, and what an allocator may hold back.
const FLAT: u64 = 10;
const HELD_BACK_KIB: u64 = 16 << 10;

pub(crate) fn run(ground: &Ground) -> Result<String> {
    let photos = ground.amount(PHOTOS, 20_000);
    let stream = StreamConfig { originals: 160, ..StreamConfig::tiny(ground.seed, photos) };
    let server = Server::start(Config::new(stream))?;
    let folder = ground.folder("archive");
    let mut running = ground.sync(&server, &folder).start()?;
    let peaks = peaks(&mut running, photos)?;
    let ended = running.end()?;
    ended.has_code(&[0])?;
    let receipt = ended.receipt()?;
    accounts_for_all(&receipt)?;
    let saved = count(&receipt, "saved")?;
    ensure!(saved == u64::from(photos), "saved {saved}");
    let last = count(&receipt, "peak_memory")? >> 10;
    let first = *peaks.first().context("ten tenths")?;
    folder.sound_catalogue()?;
    ensure!(last <= MOST_KIB, "{} MiB", last >> 10);
    let is_flat = last <= first + first / FLAT + HELD_BACK_KIB;
    ensure!(is_flat, "{} MiB after a tenth, {} MiB at the end", first >> 10, last >> 10);
    Ok(format!("{saved} saved; {} MiB after a tenth, {} MiB at the end", first >> 10, last >> 10))
}

/// The most memory ever held, in KiB, after each tenth of the photos.
fn peaks(running: &mut Running, photos: u32) -> Result<Vec<u64>> {
    let mut peaks = Vec::new();
    let mut saved = 0;
    for tenth in 1..10 {
        let goal = photos / 10 * tenth;
        let there = running.until(|line| {
            saved += u32::from(matches!(line, Line::Out(text) if is_event(text, "saved")));
            saved >= goal
        })?;
        ensure!(there, "it ended after {saved}");
        peaks.push(peak(running.pid())?);
        running.forget();
    }
    Ok(peaks)
}

fn peak(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("no VmHWM in /proc/PID/status")?.parse()?)
}
