//! The program as a process: arguments, an environment, two streams, an end.

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// A program that says nothing for so long hangs. Far more than the longest
/// wait that a row brings about.
const HANG: Duration = Duration::from_mins(10);

/// A command that is being put together.
pub(crate) struct Program {
    command: Command,
}

/// A line that the program wrote, by the stream it was written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Out(String),
    Err(String),
}

/// The program while it runs; killed if it is dropped.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<Line>,
    stdout: String,
    stderr: String,
}

/// How the program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    /// None where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    /// With no key, and without the settings and the keyring of whoever runs it.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("SILVERPRINT_")) {
                command.env_remove(name);
            }
        }
        command
            .env("SILVERPRINT_FLICKR_URL", "http://127.0.0.1:9/")
            .env("SILVERPRINT_NO_KEYRING", "yes")
            .env("XDG_CONFIG_HOME", "/nowhere")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self { command }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The same command as another program's arguments: `strace … COMMAND`.
    pub(crate) fn under(self, wrapper: &str, args: &[&str]) -> Self {
        let mut command = Command::new(wrapper);
        command.args(args).arg(self.command.get_program()).args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { command }
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Result<Ended> {
        self.start()?.end()
    }

    pub(crate) fn start(mut self) -> Result<Running> {
        let mut child = self.command.spawn().context("start the program")?;
        let (tx, lines) = sync_channel(1024);
        listen(child.stdout.take().context("stdout is piped")?, tx.clone(), Line::Out);
        listen(child.stderr.take().context("stderr is piped")?, tx, Line::Err);
        Ok(Running { child, lines, stdout: String::new(), stderr: String::new() })
    }
}

/// Sends a stream's lines until it ends, or nobody wants them any more.
fn listen(stream: impl Read + Send + 'static, lines: SyncSender<Line>, which: fn(String) -> Line) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            if lines.send(which(line)).is_err() {
                return;
            }
        }
    });
}

impl Running {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next line; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Line>> {
        let line = match self.lines.recv_timeout(HANG) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) => bail!("it hangs, after {}", self.so_far()),
        };
        let (text, stream) = match &line {
            Line::Out(text) => (text, &mut self.stdout),
            Line::Err(text) => (text, &mut self.stderr),
        };
        stream.push_str(text);
        stream.push('\n');
        Ok(Some(line))
    }

    fn so_far(&self) -> String {
        format!("{}\n{}", tail(&self.stdout), tail(&self.stderr))
    }

    /// Waits for a line; false where the program ended before.
    pub(crate) fn until(&mut self, mut is_it: impl FnMut(&Line) -> bool) -> Result<bool> {
        while let Some(line) = self.next()? {
            if is_it(&line) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits until so many photos are saved; false where the program ended before.
    pub(crate) fn until_saved(&mut self, photos: usize) -> Result<bool> {
        let mut saved = 0;
        self.until(|line| {
            saved += usize::from(matches!(line, Line::Out(text) if is_event(text, "saved")));
            saved >= photos
        })
    }

    /// Lets go of what it said so far.
    pub(crate) fn forget(&mut self) {
        self.stdout.clear();
        self.stderr.clear();
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("a process has an id")?, signal).context("send a signal")
    }

    /// Kills it as no program can prevent.
    pub(crate) fn kill(mut self) -> Result<Ended> {
        self.child.kill().context("kill the program")?;
        self.end()
    }

    /// Hears it out.
    pub(crate) fn end(mut self) -> Result<Ended> {
        while self.next()?.is_some() {}
        let code = self.child.wait().context("wait for the program")?.code();
        let (stdout, stderr) = (&mut self.stdout, &mut self.stderr);
        Ok(Ended { code, stdout: std::mem::take(stdout), stderr: std::mem::take(stderr) })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A row that failed leaves no process behind; one that has ended stays
        // ended. What strace follows goes first: it would outlive it.
        if matches!(self.child.try_wait(), Ok(None)) {
            for pid in children(self.child.id()) {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The processes that this one has started. (In a process group of their own they
/// would be easier to find, and Ctrl-C would not reach them any more.)
fn children(pid: u32) -> Vec<Pid> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let words = children.unwrap_or_default();
    words.split_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)).collect()
}

/// Whether a line of `--json` is this event. Text is enough: a name stands in
/// no other place of a line with a colon before it and no backslash.
pub(crate) fn is_event(line: &str, event: &str) -> bool {
    line.contains(&format!("\"event\":\"{event}\""))
}

impl Ended {
    /// That it ended with one of these exit codes; shows what it said if not.
    pub(crate) fn has_code(&self, codes: &[i32]) -> Result<()> {
        let said = || format!("{}\n{}", tail(&self.stdout), tail(&self.stderr));
        let code = self.code.with_context(|| format!("it was killed:\n{}", said()))?;
        ensure!(codes.contains(&code), "exit {code}, not one of {codes:?}:\n{}", said());
        ensure!(!self.stderr.contains("panicked"), "it panicked:\n{}", self.stderr);
        Ok(())
    }

    /// That stderr says this.
    pub(crate) fn says(&self, words: &str) -> Result<()> {
        ensure!(self.stderr.contains(words), "{words:?} is not said:\n{}", tail(&self.stderr));
        Ok(())
    }

    /// The photos that it said were saved.
    pub(crate) fn told_saved(&self) -> Result<BTreeSet<u64>> {
        let id = |line: &str| {
            let event: Value = serde_json::from_str(line)?;
            let id = &event["id"];
            let id = id.as_u64().or_else(|| id.as_str()?.parse().ok());
            id.with_context(|| format!("an event has no id: {line}"))
        };
        // The last line of one that was killed may be torn.
        let whole = self.stdout.lines().filter(|line| line.ends_with('}'));
        whole.filter(|line| is_event(line, "saved")).map(id).collect()
    }

    /// The receipt of `--json`.
    pub(crate) fn receipt(&self) -> Result<Value> {
        let last = self.stdout.lines().rfind(|line| is_event(line, "receipt"));
        let last = last.with_context(|| format!("no receipt:\n{}", tail(&self.stderr)))?;
        Ok(serde_json::from_str::<Value>(last)?["receipt"].take())
    }
}

/// One of a receipt's numbers.
pub(crate) fn count(receipt: &Value, name: &str) -> Result<u64> {
    receipt[name].as_u64().with_context(|| format!("the receipt has no {name}: {receipt}"))
}

/// What was announced is in exactly one of the receipt's numbers.
pub(crate) fn accounts_for_all(receipt: &Value) -> Result<()> {
    let (announced, accounted) = (count(receipt, "announced")?, accounted_for(receipt)?);
    ensure!(accounted == announced, "the numbers do not add up: {receipt}");
    Ok(())
}

/// How many photos are in one of the receipt's numbers.
pub(crate) fn accounted_for(receipt: &Value) -> Result<u64> {
    const NUMBERS: [&str; 7] =
        ["saved", "already", "adopted", "remade", "unreadable", "unexplained", "left"];
    let mut sum = 0;
    for name in NUMBERS {
        sum += count(receipt, name)?;
    }
    let failed = receipt["failed"].as_object().context("a number for each kind of failure")?;
    sum += failed.values().filter_map(Value::as_u64).sum::<u64>();
    Ok(sum)
}

/// The last lines, which say why.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
