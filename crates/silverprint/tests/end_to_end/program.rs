//! The program as a process: arguments, an environment, two streams, an end.

use fake_flickr::Server;
use serde_json::Value;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// A program that says nothing for so long hangs. Far more than the longest
/// wait that a test brings about.
const HANG: Duration = Duration::from_mins(3);

/// The port for discarding, which nobody uses.
const NOBODY: &str = "http://127.0.0.1:9/";

/// A folder that nobody has, in the form of this system.
const NOWHERE: &str = if cfg!(windows) { r"C:\nowhere" } else { "/nowhere" };

/// A command that is being put together.
pub(crate) struct Program {
    command: Command,
    stdin: Vec<u8>,
}

/// A line that the program wrote, with the stream it was written to.
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
    /// The program with nothing but these arguments, without a key, without the
    /// settings and the keyring of whoever runs the tests, and with a Flickr
    /// where nobody listens: no test reaches the real one.
    pub(crate) fn new(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_silverprint"));
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("SILVERPRINT_")) {
                command.env_remove(name);
            }
        }
        command
            .args(args)
            .env("SILVERPRINT_FLICKR_URL", NOBODY)
            .env("SILVERPRINT_NO_KEYRING", "yes")
            .env("XDG_CONFIG_HOME", NOWHERE)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self { command, stdin: Vec::new() }
    }

    /// `sync` of the server's photostream into a folder, with the right key.
    pub(crate) fn sync(server: &Server, folder: &Path) -> Self {
        Self::new(&["sync", &server.alias(), "--to"])
            .arg(folder)
            .env("SILVERPRINT_FLICKR_KEY", server.key())
            .env("SILVERPRINT_FLICKR_URL", server.base())
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// More arguments, as one would type them.
    pub(crate) fn args(mut self, args: &str) -> Self {
        self.command.args(args.split_whitespace());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What it reads from stdin.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.stdin = text.into();
        self
    }

    pub(crate) fn directory(mut self, path: &Path) -> Self {
        self.command.current_dir(path);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Ended {
        self.start().end()
    }

    /// Writes its stdout there instead.
    #[cfg(target_os = "linux")]
    pub(crate) fn stdout(mut self, file: std::fs::File) -> Self {
        self.command.stdout(file);
        self
    }

    pub(crate) fn start(mut self) -> Running {
        self.command.stdin(if self.stdin.is_empty() { Stdio::null() } else { Stdio::piped() });
        let mut child = self.command.spawn().expect("the program starts");
        if let Some(mut stdin) = child.stdin.take() {
            // It may have ended without a wish to read.
            let _ = stdin.write_all(&self.stdin);
        }
        let (tx, lines) = sync_channel(1024);
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        if let Some(stdout) = stdout {
            listen(stdout, tx.clone(), Line::Out);
        }
        listen(stderr.expect("it is piped"), tx, Line::Err);
        Running { child, lines, stdout: String::new(), stderr: String::new() }
    }
}

/// Sends a stream's lines until it ends, or nobody wants them any more.
fn listen(stream: impl Read + Send + 'static, lines: SyncSender<Line>, which: fn(String) -> Line) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8(line).expect("the program writes UTF-8");
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
    fn next(&mut self) -> Option<Line> {
        let line = match self.lines.recv_timeout(HANG) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => panic!("it hangs, after {}", self.so_far()),
        };
        let (text, stream) = match &line {
            Line::Out(text) => (text, &mut self.stdout),
            Line::Err(text) => (text, &mut self.stderr),
        };
        stream.push_str(text);
        stream.push('\n');
        Some(line)
    }

    fn so_far(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }

    /// Waits for a line.
    pub(crate) fn until(&mut self, mut is_it: impl FnMut(&Line) -> bool) {
        while let Some(line) = self.next() {
            if is_it(&line) {
                return;
            }
        }
        panic!("it ended before its time, after {}", self.so_far());
    }

    /// Waits until so many photos are saved. For `--json`.
    pub(crate) fn until_saved(&mut self, photos: usize) {
        let mut saved = 0;
        self.until(|line| {
            saved += usize::from(matches!(line, Line::Out(text) if is_event(text, "saved")));
            saved >= photos
        });
    }

    /// Kills it as no program can prevent (SIGKILL).
    pub(crate) fn kill(mut self) -> Ended {
        self.child.kill().expect("it is a child of ours");
        self.end()
    }

    /// Sends the signal of Ctrl-C.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let pid = pid.expect("a process has an id");
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it is ours");
    }

    /// Closes its streams on our side, as `| head` does, and waits for its end.
    pub(crate) fn stop_listening(mut self) -> Ended {
        let (_, nobody) = sync_channel(1);
        self.lines = nobody;
        self.end()
    }

    /// Hears it out.
    pub(crate) fn end(mut self) -> Ended {
        while self.next().is_some() {}
        let code = self.child.wait().expect("it is a child of ours").code();
        let (stdout, stderr) = (&mut self.stdout, &mut self.stderr);
        Ended { code, stdout: std::mem::take(stdout), stderr: std::mem::take(stderr) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that failed leaves no process behind; one that has ended stays ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_event(line: &str, event: &str) -> bool {
    serde_json::from_str::<Value>(line).is_ok_and(|line| line["event"] == event)
}

impl Ended {
    /// That it ended with this exit code; shows what it said if not.
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// That stderr says this.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "{words:?} is not in stderr:\n{}", self.stderr);
        self
    }

    /// That nothing was said at all.
    #[track_caller]
    pub(crate) fn is_silent(&self) {
        assert_eq!((self.stdout.as_str(), self.stderr.as_str()), ("", ""));
    }

    /// That an error is shown which names this, with a hint that names that.
    #[track_caller]
    pub(crate) fn explains(self, error: &str, hint: &str) -> Self {
        let has = |start: &str, words: &str| {
            self.stderr.lines().any(|line| line.starts_with(start) && line.contains(words))
        };
        assert!(has("error: ", error), "no error about {error:?}:\n{}", self.stderr);
        assert!(has("hint: ", hint), "no hint to {hint:?}:\n{}", self.stderr);
        self
    }

    /// The events of `--json`.
    pub(crate) fn events(&self) -> Vec<Value> {
        let event = |line| serde_json::from_str(line).expect("each line is a JSON object");
        self.stdout.lines().map(event).collect()
    }

    /// The receipt of `--json`.
    pub(crate) fn receipt(&self) -> Value {
        let last = self.events().pop().expect("a run ends with its receipt");
        assert_eq!(last["event"], "receipt", "{last}");
        last["receipt"].clone()
    }
}
