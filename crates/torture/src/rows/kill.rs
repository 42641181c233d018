//! Row 10: kill −9. A run is killed and the same command goes on, 200 times:
//! half of them at a random moment, which progress decides and no clock, and
//! half at a failpoint: as it is about to write, sync, rename or commit. The
//! last failpoints lie in the closing, when all photos are there.
//!
//! What was told as saved is there. What is fetched again is only what was in
//! flight: a picture under its last name is never asked for again, and what was
//! asked for and is not there after a kill is at most what is on its way at once.

use crate::folder::{Folder, Wanted};
use crate::ground::{Ground, serve};
use crate::program::{Ended, Line, Program, is_event};
use crate::trace::{Inject, meeting};
use anyhow::{Context, Result, ensure};
use fake_flickr::Server;
use fastrand::Rng;
use std::collections::BTreeSet;
use std::time::Duration;
use std::{fs, io};

const KILLS: usize = 200;
/// So slow that a kill finds requests under way, and rows that are not committed.
const LATENCY: Duration = Duration::from_millis(20);
const CONNECTIONS: [&str; 2] = ["--connections", "8"];
/// The program's own bound of photos on their way, for three hosts: those that are asked for, and
/// those that have come and wait to be stored. (What it has told as saved is none
/// of them, and is looked for.)
const MOST_IN_FLIGHT: usize = 3 * 256;
/// Temporary names that a failpoint is set on, one after another.
const NAMES: usize = 256;

/// A call to be killed at.
struct Failpoint {
    calls: &'static str,
    /// The file that it speaks of; any, where there is none. `#` is a number, or
    /// one of those that follow: what is only given a name again is not written.
    of: Option<&'static str>,
    /// The how-manieth is chosen up to this.
    most: usize,
}

const fn failpoint(calls: &'static str, of: Option<&'static str>, most: usize) -> Failpoint {
    Failpoint { calls, of, most }
}

const RENAMES: &str = "rename,renameat,renameat2,link,linkat";
const RECORD: Option<&str> = Some("photos.jsonl");
const LOG: Option<&str> = Some(".silverprint/catalogue.db-wal");

/// On the way of the photos. strace counts for each thread, and sixteen store.
const WORKING: [Failpoint; 10] = [
    failpoint("write", Some(".silverprint/incoming/0-#.part"), 40),
    failpoint("write", Some(".silverprint/incoming/1-#.part"), 40),
    failpoint("fsync", None, 6),
    failpoint("fsync", Some("photos"), 4),
    failpoint(RENAMES, None, 4),
    failpoint("write", RECORD, 2),
    failpoint("fdatasync", RECORD, 2),
    failpoint("pwrite64", LOG, 30),
    failpoint("fsync,fdatasync", LOG, 2),
    failpoint("ftruncate", None, 1),
];

/// When all photos are there. What is written first becomes SHA256SUMS, then
/// comes what the sheet lacks.
const CLOSING: [Failpoint; 4] = [
    failpoint(RENAMES, Some(".silverprint/incoming/0.part"), 1),
    failpoint("write", Some(".silverprint/incoming/1.part"), 1),
    failpoint("pwrite64", Some(".silverprint/catalogue.db"), 1),
    failpoint("unlink,unlinkat", LOG, 1),
];

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let mut config = ground.stream();
    config.latency.images = LATENCY;
    let server = serve(config)?;
    let wanted = Wanted::of(&server)?;
    let kills = ground.times(KILLS);
    let moments = kills / 2;
    let mut victim = Victim {
        ground,
        server: &server,
        folder: ground.folder("archive"),
        rng: Rng::with_seed(ground.seed),
        told: 0,
        again: 0,
        most_in_flight: 0,
    };
    let working = kills - CLOSING.len();
    // Where there are few kills, other seeds meet other failpoints.
    let first = victim.rng.usize(..WORKING.len());
    for kill in 0..working {
        let left = wanted.pictures().len() - victim.folder.stored()?.len();
        // So that there is work to be killed at until the last of them.
        let share = left / (working - kill + 1);
        let before = kill * moments / working;
        let at = if (kill + 1) * moments / working > before {
            At::Moment { share }
        } else {
            At::Failpoint(&WORKING[(first + kill - before) % WORKING.len()])
        };
        victim.is_killed(&at).with_context(|| format!("kill {}", kill + 1))?;
    }
    let stored = victim.folder.stored()?.len();
    ensure!(stored < wanted.pictures().len(), "the last kill came when all was there");
    server.reset_hits();
    victim.command().run()?.has_code(&[0])?;
    for failpoint in CLOSING {
        // What lies there as it should be is not written again. The kill before may
        // have come before it was.
        match fs::remove_file(victim.folder.at("sheet/head.js")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        victim.is_killed_at(&failpoint).context("in the closing")?;
    }
    victim.command().run()?.has_code(&[0])?;
    victim.folder.holds(&wanted)?;
    ground.rests(&server, &victim.folder, &wanted)?;
    let Victim { told, again, most_in_flight, .. } = victim;
    Ok(format!(
        "{moments} kills at moments, {} at failpoints; {told} told as saved before, all there; \
         {again} pictures fetched again, at most {most_in_flight} a kill",
        kills - moments
    ))
}

/// When it is killed.
enum At<'a> {
    /// About so many photos on.
    Moment {
        share: usize,
    },
    Failpoint(&'a Failpoint),
}

/// The run that is killed, and what that cost.
struct Victim<'a> {
    ground: &'a Ground<'a>,
    server: &'a Server,
    folder: Folder,
    rng: Rng,
    /// Photos that were told as saved by runs that were killed.
    told: usize,
    /// Pictures that were asked for and not there after a kill.
    again: usize,
    most_in_flight: usize,
}

impl Victim<'_> {
    fn command(&self) -> Program {
        self.ground.sync(self.server, &self.folder).args(&CONNECTIONS)
    }

    fn is_killed(&mut self, at: &At<'_>) -> Result<()> {
        let before = self.folder.stored()?;
        self.server.reset_hits();
        let ended = match at {
            At::Moment { share } => self.is_killed_at_a_moment(*share)?,
            At::Failpoint(failpoint) => self.is_killed_at(failpoint)?,
        };
        let hits = self.server.hits();
        let again = before.iter().find(|id| hits.of_photo(**id) > 0);
        ensure!(again.is_none(), "{again:?} was there, and was asked for again");
        let (stored, told) = (self.folder.stored()?, ended.told_saved()?);
        let lost = told.difference(&stored).next();
        ensure!(lost.is_none(), "{lost:?} was told as saved, and is lost");
        self.told += told.len();
        let asked: BTreeSet<u64> = hits.by_rendition.keys().map(|(id, _)| *id).collect();
        let in_flight = asked.difference(&stored).count();
        ensure!(in_flight <= MOST_IN_FLIGHT, "{in_flight} pictures were in flight");
        self.again += in_flight;
        self.most_in_flight = self.most_in_flight.max(in_flight);
        Ok(())
    }

    fn is_killed_at_a_moment(&mut self, share: usize) -> Result<Ended> {
        let mut running = self.command().start()?;
        let photos = self.rng.usize(..=share);
        let is_under_way = if photos == 0 {
            // While the folder is opened, or the first page is asked for.
            let starts = self.rng.bool();
            !starts || running.until(is_started)?
        } else {
            running.until_saved(photos)?
        };
        ensure!(is_under_way, "it ended before {photos} photos were saved");
        was_killed(running.kill()?)
    }

    fn is_killed_at(&mut self, failpoint: &Failpoint) -> Result<Ended> {
        let nth = self.rng.usize(1..=failpoint.most);
        let (of, nth) = match failpoint.of {
            None => (Vec::new(), nth),
            Some(of) if of.contains('#') => {
                let numbers = nth..=nth + NAMES;
                let name = |n: usize| self.folder.at(&of.replace('#', &n.to_string()));
                (numbers.map(name).collect(), 1)
            }
            Some(of) => (vec![self.folder.at(of)], nth),
        };
        let (calls, what) = (failpoint.calls, "signal=KILL");
        let inject = Inject { calls, of, what, when: nth.to_string() };
        let log = self.ground.scratch().join("trace");
        let ended = meeting(self.command(), &inject, &log)?.end()?;
        was_killed(ended).with_context(|| format!("at {calls} of {:?}, {nth}", failpoint.of))
    }
}

fn is_started(line: &Line) -> bool {
    matches!(line, Line::Out(text) if is_event(text, "started"))
}

fn was_killed(ended: Ended) -> Result<Ended> {
    let Ended { code, stderr, .. } = &ended;
    ensure!(code.is_none(), "it ended by itself, with exit {code:?}:\n{stderr}");
    Ok(ended)
}
