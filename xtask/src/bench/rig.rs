//! What measurements stand on: the programs built for release, a fake-flickr
//! as a process of its own, and runs whose receipt and CPU time are taken.

use crate::Failure;
use crate::command::{cargo, output, program, run, target};
use serde_json::Value;
use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// Any key will do for fake-flickr.
const KEY: &str = "0123456789abcdef0123456789abcdef";
/// The kernel counts the CPU time of processes in hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

/// The programs, and a folder for what they write.
#[derive(Debug)]
pub(crate) struct Rig {
    root: PathBuf,
    binaries: PathBuf,
    scratch: PathBuf,
    /// How many folders were set aside.
    n_aside: Cell<u32>,
}

/// Where folders are that were set aside.
const ASIDE: &str = "aside";

impl Rig {
    /// Builds them for release.
    pub(crate) fn build(root: &Path) -> Result<Self, Failure> {
        let args = ["build", "--release", "--locked", "-p", "silverprint", "-p", "fake-flickr"];
        run(cargo(&args, root))?;
        let target = target(root)?;
        let scratch = target.join("bench");
        fs::create_dir_all(&scratch)?;
        let binaries = target.join("release");
        let rig = Self { root: root.to_owned(), binaries, scratch, n_aside: Cell::new(0) };
        rig.clear_aside()?;
        Ok(rig)
    }

    /// Starts a photostream. It ends with the value.
    pub(crate) fn serve(&self, args: &[&str]) -> Result<FakeFlickr, Failure> {
        FakeFlickr::start(program(self.binaries.join("fake-flickr"), args, &self.root))
    }

    /// A folder that is not there yet. What others left to write is written
    /// first, so that nobody's run pays for it. Nor for what they left to be
    /// removed: ext4 without a journal gives no inode away again that was freed
    /// within the last minute, and looks through all of those for each new file,
    /// which made a seventh of the CPU time of 1,000 copies. So the old files are
    /// emptied and set aside, until the rig is taken down; what a measurement removes
    /// itself is its own affair.
    pub(crate) fn new_folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.folder(name);
        if folder.exists() {
            empty(&folder)?;
            let aside = self.scratch.join(ASIDE);
            fs::create_dir_all(&aside)?;
            let n = self.n_aside.get();
            fs::rename(&folder, aside.join(n.to_string()))?;
            self.n_aside.set(n + 1);
        }
        output(program("sync", &[], &self.root))?;
        Ok(folder)
    }

    fn clear_aside(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.scratch.join(ASIDE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Where a folder of that name is.
    pub(super) fn folder(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    /// `silverprint`, to be told what to do.
    pub(crate) fn silverprint(&self, args: &[&str]) -> Command {
        let mut silverprint = program(self.binaries.join("silverprint"), args, &self.root);
        silverprint.env("SILVERPRINT_FLICKR_KEY", KEY);
        silverprint
    }

    /// Runs `silverprint sync` to its end.
    pub(crate) fn sync(
        &self,
        server: &FakeFlickr,
        folder: &Path,
        args: &[&str],
    ) -> Result<Run, Failure> {
        let mut sync = self.silverprint(&["sync", &server.alias]);
        sync.args(["--json", "--quiet", "--flickr-url", &server.base, "--to"]).arg(folder);
        sync.args(args).stdout(Stdio::piped());
        let (hits, cpu) = (server.hits()?, children_cpu()?);
        let began = Instant::now();
        let mut child = sync.spawn()?;
        let events = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut receipt = Value::Null;
        for line in events.lines() {
            let line = line?;
            if line.contains("\"receipt\"") {
                receipt = serde_json::from_str::<Value>(&line)?["receipt"].take();
            }
        }
        let status = child.wait()?;
        let seconds = began.elapsed().as_secs_f64();
        if !status.success() {
            return Err(format!("silverprint sync: {status}; {receipt}").into());
        }
        let calls = server.hits()?.api - hits.api;
        Ok(Run { receipt, seconds, cpu: children_cpu()? - cpu, calls })
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        // What is left is removed when the next one is built.
        let _ = self.clear_aside();
    }
}

/// Takes the contents of all files in it, and leaves the files.
fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let (kind, path) = entry.and_then(|entry| Ok((entry.file_type()?, entry.path())))?;
        if kind.is_dir() {
            empty(&path)?;
        } else if kind.is_file() {
            File::options().write(true).truncate(true).open(&path)?;
        }
    }
    Ok(())
}

/// A run of `silverprint sync`.
#[derive(Debug)]
pub(crate) struct Run {
    receipt: Value,
    /// From its start to its end, as the user waits.
    pub(crate) seconds: f64,
    /// CPU seconds of the program alone.
    pub(crate) cpu: f64,
    /// API calls.
    pub(crate) calls: u64,
}

impl Run {
    /// One of the receipt's numbers.
    pub(crate) fn count(&self, name: &str) -> Result<u64, Failure> {
        let count = self.receipt[name].as_u64();
        Ok(count.ok_or_else(|| format!("the receipt has no {name}: {}", self.receipt))?)
    }

    /// One of the receipt's times.
    pub(crate) fn timing(&self, name: &str) -> Result<f64, Failure> {
        let time = self.receipt["timing"][name].as_f64();
        Ok(time.ok_or_else(|| format!("the receipt has no {name}: {}", self.receipt))?)
    }

    /// What bounded most of it, with its share.
    pub(crate) fn bounded_by(&self) -> Result<String, Failure> {
        let bound = self.receipt["timing"]["bound"].as_object().ok_or("a receipt without times")?;
        let times = || bound.iter().filter_map(|(name, time)| Some((name, time.as_f64()?)));
        let all: f64 = times().map(|(_, time)| time).sum();
        let most = times().max_by(|(_, a), (_, b)| a.total_cmp(b)).ok_or("no time went by")?;
        Ok(format!("{}, {:.0} %", most.0, 100.0 * most.1 / all))
    }

    /// Fails where a number is not what it must be for the measurement to mean
    /// anything.
    pub(crate) fn expect(&self, name: &str, expected: u64) -> Result<(), Failure> {
        match self.count(name)? {
            count if count == expected => Ok(()),
            count => Err(format!("{name}: {count}, not {expected}: {}", self.receipt).into()),
        }
    }
}

/// A photostream being served, until it is dropped.
#[derive(Debug)]
pub(crate) struct FakeFlickr {
    child: Child,
    /// Where its API is, and its own levers.
    pub(crate) base: String,
    pub(crate) alias: String,
}

/// What it was asked for.
#[derive(Debug)]
pub(crate) struct Hits {
    api: u64,
    /// Requests for pictures, by HEAD and by GET.
    pub(crate) images: u64,
}

impl FakeFlickr {
    fn start(mut command: Command) -> Result<Self, Failure> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut line = || -> Result<String, Failure> {
            Ok(said.next().ok_or("fake-flickr ended before it served")??)
        };
        // Three lines: it would stumble over a pipe that is closed too soon.
        let (base, alias, _nsid) = (line()?, line()?, line()?);
        let alias = alias.trim_start_matches("alias ").to_owned();
        Ok(Self { child, base, alias })
    }

    pub(crate) fn hits(&self) -> Result<Hits, Failure> {
        let hits: Value = serde_json::from_str(&self.ask("/__fake/hits")?)?;
        let api = hits["api"].as_object().ok_or("fake-flickr counts no API calls")?;
        let images = hits["images"].as_u64().ok_or("fake-flickr counts no pictures")?;
        Ok(Hits { api: api.values().filter_map(Value::as_u64).sum(), images })
    }

    /// Pulls one of its levers, and hears what it says.
    pub(crate) fn ask(&self, path: &str) -> Result<String, Failure> {
        let host = self.base.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("fake-flickr answered no HTTP")?;
        if head.split(' ').nth(1) == Some("200") {
            Ok(body.to_owned())
        } else {
            Err(format!("fake-flickr, asked for {path}: {body}").into())
        }
    }

    /// CPU seconds that it has used so far.
    pub(crate) fn cpu(&self) -> Result<f64, Failure> {
        cpu_of_process(self.child.id())
    }
}

impl Drop for FakeFlickr {
    fn drop(&mut self) {
        // It ends by being killed; if it is gone already, so much the better.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU seconds of the children that have ended, and of theirs.
pub(crate) fn children_cpu() -> Result<f64, Failure> {
    cpu_of("self", 15)
}

/// CPU seconds that a process has used so far, all its threads together.
pub(crate) fn cpu_of_process(id: u32) -> Result<f64, Failure> {
    cpu_of(&id.to_string(), 13)
}

/// Two fields of `/proc/PID/stat`, user and system time: 13 its own, 15 its
/// children's. Counted from 0 (proc(5) counts from 1), the name may hold blanks.
#[expect(clippy::disallowed_methods, reason = "a line that the kernel makes: no disk")]
fn cpu_of(process: &str, field: usize) -> Result<f64, Failure> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, after_name) = stat.rsplit_once(") ").ok_or("an unknown form of /proc/PID/stat")?;
    let ticks = after_name.split_whitespace().skip(field - 2).take(2);
    let ticks: Vec<f64> = ticks.map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS_A_SECOND)
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
