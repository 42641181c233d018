//! A maker of thumbnails as a process of its own, which holds its pictures and
//! is asked, so that several can take turns. First it says its version, or
//! `missing: ` and why; then each line that it reads is a request, and each line
//! that it prints an answer:
//!
//! - `load KIND FOLDER`: read the pictures of a kind, and write the thumbnail
//!   of each into FOLDER; how many. So everything has been done once before
//!   it is timed.
//! - `time N`: make the thumbnails of all loaded pictures N times; seconds.

use super::kind::Kind;
use super::place::Place;
use super::tool::Tool;
use crate::Failure;
use crate::bench::rig::cpu_of_process;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running maker of thumbnails; it ends with the value.
#[derive(Debug)]
pub(super) struct Rival {
    pub(super) tool: &'static Tool,
    pub(super) version: String,
    process: Process,
}

impl Rival {
    pub(super) fn start(tool: &'static Tool, place: &Place) -> Result<Self, Failure> {
        let mut process = Process::start(place.rival(tool.program))?;
        let version = process.answer()?;
        match version.strip_prefix("missing: ") {
            Some(cause) => Err(cause.to_owned().into()),
            None => Ok(Self { tool, version, process }),
        }
    }

    /// Loads a kind, and has the thumbnails written.
    pub(super) fn load(&mut self, kind: &Kind, folder: &Path) -> Result<(), Failure> {
        self.process.ask(&format!("load {} {}", kind.name, folder.display())).map_err(
            |failure| format!("{} on the pictures of {}: {failure}", self.tool.title, kind.name),
        )?;
        Ok(())
    }

    /// How long all of the loaded kind takes, so many times.
    pub(super) fn time(&mut self, times: u32) -> Result<Time, Failure> {
        let id = self.process.child.id();
        let before = cpu_of_process(id)?;
        let seconds = self.process.ask(&format!("time {times}"))?.parse()?;
        Ok(Time { seconds, cpu: cpu_of_process(id)? - before })
    }
}

/// Seconds by its own clock, and of CPU time in hundredths: what the others on
/// the machine took is between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    pub(super) seconds: f64,
    pub(super) cpu: f64,
}

/// A process that answers lines with lines.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Process {
    pub(super) fn start(mut command: Command) -> Result<Self, Failure> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let requests = child.stdin.take().expect("it is piped");
        let answers = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Ok(Self { child, requests, answers })
    }

    pub(super) fn ask(&mut self, request: &str) -> Result<String, Failure> {
        writeln!(self.requests, "{request}")?;
        self.answer()
    }

    pub(super) fn answer(&mut self) -> Result<String, Failure> {
        Ok(self.answers.next().ok_or("it ended without an answer")??)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It holds nothing that must be closed; if it has ended, so much the better.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
