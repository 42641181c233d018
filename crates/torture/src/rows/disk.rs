//! Row 12: the disk fails: it is full, it says EIO, there are no more open
//! files to be had, it may only be read, the folder goes while the run is under
//! way. Each time the program stops by itself and soon, with exit 7, and says
//! what it tried, with which file, why that failed and what to do; what the
//! folder says that it has is there; and when the fault is gone the same
//! command goes on, fetches nothing again that was stored, and ends with
//! everything.
//!
//! Full and read-only disks are real ones, in memory; calls that fail are
//! strace's doing. Mounting needs root: where that may not be, those cases are
//! left out, and the figures say how many.

use crate::claims;
use crate::folder::{Folder, Wanted};
use crate::ground::{Ground, rests_after, serve};
use crate::program::{Ended, Program};
use crate::trace::{Inject, meeting, was_met};
use anyhow::{Context, Result, ensure};
use fake_flickr::Server;
use fastrand::Rng;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const PHOTOS: u32 = 200;
/// So slow that the run is under way for a while.
const LATENCY: Duration = Duration::from_millis(10);
/// A stop that takes longer is no clean one. It takes a fraction of it.
const SOON: Duration = Duration::from_secs(15);

/// What happens to the disk, or to the program's way to it.
enum Fault {
    /// Calls fail.
    Call {
        calls: &'static str,
        /// That speak of this file of the folder; of any, where it is empty.
        of: &'static str,
        what: &'static str,
        when: &'static str,
    },
    /// So many KiB, and no more.
    Full(u32),
    ReadOnly,
    Removed,
    /// It comes back later.
    MovedAway,
    /// So many open files, and no more.
    FewFiles(u32),
}

/// What the program finds.
enum Start {
    Nothing,
    /// What a killed run left.
    HalfDone,
    /// What a run left that went to its end.
    Done,
}

/// How it takes it.
enum Taken {
    /// It stops, and names this file and one of these causes.
    Stops(&'static str, &'static [&'static str]),
}

struct Case {
    name: &'static str,
    start: Start,
    fault: Fault,
    taken: Taken,
}

use Fault::{Call, FewFiles, Full, MovedAway, ReadOnly, Removed};
use Start::{Done, HalfDone, Nothing};
use Taken::Stops;

const RENAMES: &str = "rename,renameat,renameat2,link,linkat";
/// The system's words, and those of `SQLite`.
const FULL: &[&str] = &["No space left on device", "database or disk is full"];
const EIO: &[&str] = &["Input/output error", "disk I/O error"];
const MANY: &[&str] = &["Too many open files", "unable to open database file"];
const NO_WRITING: &[&str] = &["Read-only file system"];
const WENT: &[&str] = &["No such file or directory"];
const ENOSPC: &str = "error=ENOSPC";
const FAILS: &str = "error=EIO";
const RECORD: &str = "photos.jsonl";
const CATALOGUE: &str = ".silverprint/catalogue.db";
const LOG: &str = ".silverprint/catalogue.db-wal";
/// Of a run that stores nothing.
const CLOSING: &str = ".silverprint/incoming/0.part";
const TEMPORARY: &str = ".silverprint/incoming/0-20.part";

const fn case(name: &'static str, start: Start, fault: Fault, taken: Taken) -> Case {
    Case { name, start, fault, taken }
}

const fn call(
    calls: &'static str,
    of: &'static str,
    what: &'static str,
    when: &'static str,
) -> Fault {
    Call { calls, of, what, when }
}

const CASES: [Case; 28] = [
    case("a disk of 1 MiB", Nothing, Full(1024), Stops("archive", FULL)),
    case("a disk of 64 KiB", Nothing, Full(64), Stops("archive", FULL)),
    case("a full disk, gone on with", HalfDone, Full(700), Stops("archive", FULL)),
    case("a read-only disk", Nothing, ReadOnly, Stops("archive", NO_WRITING)),
    case("a folder, read-only", HalfDone, ReadOnly, Stops("archive", NO_WRITING)),
    case("the folder is removed", Nothing, Removed, Stops("archive", WENT)),
    case("the folder is moved", HalfDone, MovedAway, Stops("archive", WENT)),
    case("14 open files", Nothing, FewFiles(14), Stops("", MANY)),
    case("20 open files", Nothing, FewFiles(20), Stops("", MANY)),
    case("32 open files", HalfDone, FewFiles(32), Stops("", MANY)),
    case("no more sockets", Nothing, call("socket", "", "error=EMFILE", "2+"), Stops("", MANY)),
    case(
        "a file, EMFILE",
        Nothing,
        call("openat", TEMPORARY, "error=EMFILE", "1"),
        Stops("0-20", MANY),
    ),
    case("a picture, ENOSPC", Nothing, call("write", TEMPORARY, ENOSPC, "1"), Stops("0-20", FULL)),
    case("a picture, EIO", Nothing, call("write", TEMPORARY, FAILS, "1"), Stops("0-20", EIO)),
    case("a sync, EIO", Nothing, call("fsync", TEMPORARY, FAILS, "1"), Stops("0-20", EIO)),
    case(
        "a directory's sync, EIO",
        Nothing,
        call("fsync", "photos", FAILS, "2"),
        Stops("photos", EIO),
    ),
    case("a name, EIO", Nothing, call(RENAMES, TEMPORARY, FAILS, "1"), Stops("photos/", EIO)),
    case("photos.jsonl, EIO", Nothing, call("write", RECORD, FAILS, "2"), Stops(RECORD, EIO)),
    case("photos.jsonl, ENOSPC", HalfDone, call("write", RECORD, ENOSPC, "1"), Stops(RECORD, FULL)),
    case("its sync, EIO", Nothing, call("fdatasync", RECORD, FAILS, "2"), Stops(RECORD, EIO)),
    case(
        "the catalogue's log, EIO",
        Nothing,
        call("pwrite64", LOG, FAILS, "60+"),
        Stops(CATALOGUE, EIO),
    ),
    case(
        "the catalogue's log, ENOSPC",
        Nothing,
        call("pwrite64", LOG, ENOSPC, "60+"),
        Stops(CATALOGUE, FULL),
    ),
    case(
        "a commit, EIO",
        HalfDone,
        call("fsync,fdatasync", LOG, FAILS, "1"),
        Stops(CATALOGUE, EIO),
    ),
    case(
        "the catalogue unreadable",
        Done,
        call("pread64", CATALOGUE, FAILS, "2+"),
        Stops(CATALOGUE, EIO),
    ),
    case("photos.jsonl unreadable", Done, call("read", RECORD, FAILS, "1"), Stops(RECORD, EIO)),
    case(
        "read-only of a sudden",
        Nothing,
        call("openat", TEMPORARY, "error=EROFS", "1"),
        Stops("0-20", NO_WRITING),
    ),
    case("the sums, EIO", Done, call(RENAMES, CLOSING, FAILS, "1"), Stops("SHA256SUMS", EIO)),
    case("the sums, ENOSPC", Done, call("write", CLOSING, ENOSPC, "1"), Stops("SHA256SUMS", FULL)),
];

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let mut config = ground.stream_of(PHOTOS);
    config.latency.images = LATENCY;
    let server = serve(config)?;
    let wanted = Wanted::of(&server)?;
    let mounts = may_mount(ground)?;
    let every = ground.amount(1, 5);
    let turn = Rng::with_seed(ground.seed).usize(..every);
    let (mut done, mut left_out, mut slowest) = (0, 0, Duration::ZERO);
    let mut failed = Vec::new();
    for (n, case) in CASES.iter().enumerate().filter(|(n, _)| n % every == turn) {
        if !mounts && matches!(case.fault, Full(_) | ReadOnly) {
            left_out += 1;
            continue;
        }
        let around = ground.scratch().join(format!("case-{n}"));
        let scene = Scene { ground, server: &server, wanted: &wanted, around, case };
        match scene.plays() {
            Ok(took) => slowest = slowest.max(took),
            Err(failure) => failed.push(format!("{}: {failure:#}", case.name)),
        }
        done += 1;
    }
    ensure!(failed.is_empty(), "{} of {done}:\n{}", failed.len(), failed.join("\n"));
    let mounted = if mounts {
        String::new()
    } else {
        format!(", {left_out} left out, which need root to mount")
    };
    Ok(format!("{done} faults, each a clean stop in at most {slowest:.1?}{mounted}"))
}

/// One case, in a folder of its own.
struct Scene<'a> {
    ground: &'a Ground<'a>,
    server: &'a Server,
    wanted: &'a Wanted,
    /// Around the archive: what is mounted, where something is.
    around: PathBuf,
    case: &'a Case,
}

impl Scene<'_> {
    /// How long the program took to stop.
    fn plays(&self) -> Result<Duration> {
        fs::create_dir(&self.around)?;
        let folder = Folder::new(self.around.join("archive"));
        let disk = match self.case.fault {
            Full(_) | ReadOnly => Some(Mounted::at(&self.around)?),
            _ => None,
        };
        match self.case.start {
            Nothing => {}
            HalfDone => {
                let mut running = self.command(&folder).start()?;
                ensure!(running.until_saved(40)?, "it ended before its time");
                running.kill()?;
            }
            Done => {
                self.command(&folder).run()?.has_code(&[0])?;
                // With all in its place a run has nothing to write.
                fs::remove_file(folder.at("SHA256SUMS"))?;
            }
        }
        if let Some(disk) = &disk {
            disk.turn_bad(&self.case.fault)?;
        }
        let began = Instant::now();
        let ended = self.suffers(&folder)?;
        let took = began.elapsed();
        self.is_taken(&ended)?;
        ensure!(took <= SOON, "it took {took:.1?} to stop");
        if let Some(disk) = &disk {
            disk.turn_good()?;
        }
        self.goes_on(&folder)?;
        Ok(took)
    }

    fn command(&self, folder: &Folder) -> Program {
        self.ground.sync(self.server, folder).args(&["--connections", "8"])
    }

    /// The run that meets the fault.
    fn suffers(&self, folder: &Folder) -> Result<Ended> {
        let command = self.command(folder);
        match self.case.fault {
            Full(_) | ReadOnly => command.run(),
            FewFiles(n) => command.under("prlimit", &[&format!("--nofile={n}")]).run(),
            Removed => {
                let mut running = command.start()?;
                ensure!(running.until_saved(20)?, "it ended before its time");
                // What it makes meanwhile may be in the way once or twice.
                while folder.path().exists() {
                    let _ = fs::remove_dir_all(folder.path());
                }
                running.end()
            }
            MovedAway => {
                let mut running = command.start()?;
                ensure!(running.until_saved(20)?, "it ended before its time");
                let away = self.around.join("away");
                fs::rename(folder.path(), &away)?;
                let ended = running.end()?;
                ensure!(!folder.path().exists(), "it made another folder");
                fs::rename(&away, folder.path())?;
                Ok(ended)
            }
            Call { calls, of, what, when } => {
                let of = Some(of).filter(|of| !of.is_empty()).map(|of| folder.at(of));
                let when = when.to_owned();
                let inject = Inject { calls, of: of.into_iter().collect(), what, when };
                let log = self.ground.scratch().join("trace");
                let ended = meeting(command, &inject, &log)?.end()?;
                ensure!(was_met(&log)?, "{inject:?} was not met");
                Ok(ended)
            }
        }
    }

    fn is_taken(&self, ended: &Ended) -> Result<()> {
        let Stops(file, causes) = self.case.taken;
        ended.has_code(&[7])?;
        let error = ended.stderr.lines().find(|line| line.starts_with("error: "));
        let error = error.with_context(|| format!("no error is told:\n{}", ended.stderr))?;
        ensure!(error.contains(file), "{file} is not named: {error}");
        let tells = causes.iter().any(|cause| error.contains(cause));
        ensure!(tells, "none of {causes:?} is told: {error}");
        ensure!(ended.stderr.contains("hint: "), "what to do is not said:\n{}", ended.stderr);
        Ok(())
    }

    /// Nothing is claimed that is not there, and nothing is fetched again.
    fn goes_on(&self, folder: &Folder) -> Result<()> {
        claims::of_catalogue(folder, &self.ground.scratch().join("copy"))?;
        claims::of_record(folder)?;
        let stored = folder.stored()?;
        self.server.reset_hits();
        self.command(folder).run()?.has_code(&[0])?;
        let hits = self.server.hits();
        let again = stored.iter().find(|id| hits.of_photo(**id) > 0);
        ensure!(again.is_none(), "{again:?} was stored, and was fetched again");
        folder.holds(self.wanted)?;
        rests_after(self.server, self.command(folder), self.wanted)
    }
}

/// A disk in memory; unmounted when it is dropped.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn at(place: &'a Path) -> Result<Self> {
        mount(&["-t", "tmpfs", "tmpfs"], place)?;
        Ok(Self(place))
    }

    fn turn_bad(&self, fault: &Fault) -> Result<()> {
        match fault {
            Full(kib) => mount(&["-o", &format!("remount,size={kib}k")], self.0),
            _ => mount(&["-o", "remount,ro"], self.0),
        }
    }

    fn turn_good(&self) -> Result<()> {
        mount(&["-o", "remount,rw,size=256m"], self.0)
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        // What is still open in it does not keep it in the tree.
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

fn mount(args: &[&str], place: &Path) -> Result<()> {
    let done = Command::new("mount").args(args).arg(place).output().context("mount")?;
    ensure!(done.status.success(), "mount: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

fn may_mount(ground: &Ground<'_>) -> Result<bool> {
    let place = ground.scratch().join("mount");
    fs::create_dir(&place)?;
    Ok(Mounted::at(&place).is_ok())
}
