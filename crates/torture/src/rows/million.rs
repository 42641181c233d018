//! Row 20: a photostream of a million. Memory stays under 300 MiB, and is flat
//! after a tenth; everything is there, and another run asks for nothing. Only by
//! its own number, for it takes as long as all others; thumbnails and pictures
//! are tiny, for it is the number that counts.

use crate::folder::{Folder, Wanted};
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
/// And from the fifth tenth to the ninth, when all that is ever needed was.
const SETTLED_KIB: u64 = 8 << 10;

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let photos = ground.photos_or(ground.amount(PHOTOS, 20_000));
    let stream = StreamConfig { originals: 160, ..StreamConfig::tiny(ground.seed, photos) };
    let server = Server::start(Config::new(stream))?;
    let folder = ground.folder("archive");
    let mut running = ground.sync(&server, &folder).start()?;
    let peaks = Peaks::of(&mut running, photos)?;
    let ended = running.end()?;
    ended.has_code(&[0])?;
    let receipt = ended.receipt()?;
    accounts_for_all(&receipt)?;
    let saved = count(&receipt, "saved")?;
    ensure!(saved == u64::from(photos), "saved {saved}");
    are_there(&folder, photos)?;
    let figures = peaks.judged(count(&receipt, "peak_memory")? >> 10)?;
    ground.rests(&server, &folder, &Wanted::default())?;
    Ok(format!("{saved} saved; {figures}"))
}

/// As many as that by every count; to hash them all is for rows with fewer.
fn are_there(folder: &Folder, photos: u32) -> Result<()> {
    let query = "SELECT count(*) FROM photo WHERE state = 'saved'";
    let saved: u32 = folder.sound_catalogue()?.query_row(query, [], |row| row.get(0))?;
    ensure!(saved == photos, "the catalogue has {saved} saved");
    for name in ["photos", "thumbs"] {
        let files = fs::read_dir(folder.at(name)).with_context(|| name.to_owned())?.count();
        ensure!(files == photos as usize, "{files} files are in {name}/");
    }
    Ok(())
}

/// The most memory ever held, in KiB, as the system has it.
struct Peaks {
    /// After each tenth of the photos but the last.
    tenths: Vec<u64>,
    /// When the program told its receipt, or shortly before.
    last: u64,
}

impl Peaks {
    fn of(running: &mut Running, photos: u32) -> Result<Self> {
        let mut tenths = Vec::new();
        let mut saved = 0;
        for tenth in 1..10 {
            let goal = photos / 10 * tenth;
            let there = running.until(|line| {
                saved += u32::from(matches!(line, Line::Out(text) if is_event(text, "saved")));
                saved >= goal
            })?;
            ensure!(there, "it ended after {saved}");
            tenths.push(peak(running.pid())?);
            running.forget();
        }
        let mut last = *tenths.last().context("nine tenths")?;
        // Nobody is waited for: the program may be gone as soon as it has told it.
        let pid = running.pid();
        running.until(|line| {
            let is_saved = matches!(line, Line::Out(text) if is_event(text, "saved"));
            saved += u32::from(is_saved);
            if !is_saved || saved == photos {
                last = peak(pid).unwrap_or(0).max(last);
            }
            matches!(line, Line::Out(text) if is_event(text, "receipt"))
        })?;
        Ok(Self { tenths, last })
    }

    /// What the receipt says counts where it is more.
    fn judged(&self, told: u64) -> Result<String> {
        let tenth = |n: usize| self.tenths.get(n - 1).copied().context("nine tenths");
        let (first, fifth, ninth) = (tenth(1)?, tenth(5)?, tenth(9)?);
        let last = self.last.max(told);
        let figures = format!(
            "{} MiB after a tenth, {} after five, {} after nine, {} at the end",
            first >> 10,
            fifth >> 10,
            ninth >> 10,
            last >> 10
        );
        ensure!(last <= MOST_KIB, "{figures}");
        ensure!(last <= first + first / FLAT + HELD_BACK_KIB, "not flat: {figures}");
        ensure!(ninth <= fifth + SETTLED_KIB, "not flat to the end: {figures}");
        Ok(figures)
    }
}

fn peak(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("no VmHWM in /proc/PID/status")?.parse()?)
}
