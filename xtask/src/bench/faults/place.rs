//! What the tools run in: installed, built, and with the lists that they read.

use super::stream::{Stream, TruePhoto};
use super::tool::Tool;
use crate::Failure;
use crate::bench::rig::Rig;
use crate::command::{output, program, succeeds};
use crate::tools;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Programs, and the Debian packages that have them.
const DEBIAN: [(&str, &str); 4] =
    [("rclone", "rclone"), ("aria2c", "aria2"), ("curl", "curl"), ("wget", "wget")];

/// A list of the pictures, a line each.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    /// Their addresses.
    Urls,
    /// Below their one host.
    Paths,
    /// As curl has them in its configuration.
    Config,
}

/// Our own programs, those from `PyPI`, and a folder for what is written.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) rig: Rig,
    root: PathBuf,
    pub(super) scratch: PathBuf,
    /// The programs of the virtual environment.
    python: PathBuf,
}

impl Place {
    /// Installs and builds what is missing.
    pub(super) fn ready(root: &Path) -> Result<Self, Failure> {
        let python = tools::downloaders(root)?;
        let is_missing = |tool: &&(&str, &str)| !succeeds(program(tool.0, &["--version"], root));
        let missing: Vec<&str> = DEBIAN.iter().filter(is_missing).map(|tool| tool.1).collect();
        if !missing.is_empty() {
            tools::install(&missing, root)?;
        }
        let rig = Rig::build(root)?;
        let scratch = crate::command::target(root)?.join("bench/faults");
        fs::create_dir_all(&scratch)?;
        Ok(Self { rig, root: root.to_owned(), scratch, python: python.with_file_name("") })
    }

    /// A program that asks loopback itself, whatever proxies there are.
    pub(super) fn program(&self, name: impl AsRef<OsStr>, args: &[&str]) -> Command {
        let mut command = program(name, args, &self.root);
        for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(proxy);
        }
        command
    }

    /// Where a program from `PyPI` is.
    pub(super) fn pypi(&self, name: &str) -> PathBuf {
        self.python.join(name)
    }

    /// Writes the pictures' addresses in the three forms that tools read.
    #[expect(clippy::disallowed_methods, reason = "a chore waits for its own files")]
    pub(super) fn write_lists(&self, stream: &Stream) -> Result<(), Failure> {
        for list in [List::Urls, List::Paths, List::Config] {
            let line = |photo: &TruePhoto| match list {
                List::Urls => photo.url.clone(),
                List::Paths => photo.url.trim_start_matches(stream.host()).replacen('/', "", 1),
                List::Config => format!("url = {}", photo.url),
            };
            let lines: Vec<String> = stream.photos.iter().map(line).collect();
            fs::write(self.list(list), lines.join("\n") + "\n")?;
        }
        Ok(())
    }

    /// Where a list is.
    pub(super) fn list(&self, list: List) -> PathBuf {
        self.scratch.join(match list {
            List::Urls => "urls",
            List::Paths => "paths",
            List::Config => "curlrc",
        })
    }

    /// What the tool said in its last turn.
    #[expect(clippy::disallowed_methods, reason = "a chore waits for its own files")]
    pub(super) fn log(&self, tool: &Tool) -> Result<File, Failure> {
        Ok(File::create(self.scratch.join(format!("{}.log", tool.name)))?)
    }

    /// The version that a tool says it has.
    pub(super) fn version(&self, tool: &Tool) -> Result<String, Failure> {
        let said = output((tool.version)(self))?;
        let first = said.lines().next().unwrap_or_default();
        let number = first.split_whitespace().find_map(|word| {
            let number = word.trim_start_matches('v');
            number.starts_with(|first: char| first.is_ascii_digit()).then_some(number)
        });
        Ok(number.unwrap_or(first).to_owned())
    }
}

/// A command as one would type it, with names for what differs from run to run.
pub(super) fn as_typed(command: &Command, stream: &Stream, folder: &Path) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let words = words.map(|word| {
        let word = word.to_string_lossy();
        let word = match Path::new(&*word).file_name() {
            Some(name) if Path::new(&*word).is_file() => name.to_string_lossy().into_owned(),
            _ => word.into_owned(),
        };
        let word = word.replace(&*folder.to_string_lossy(), "FOLDER");
        word.replace(stream.host(), "HOST").replace(&stream.server.base, "URL")
    });
    words.collect::<Vec<_>>().join(" ")
}
