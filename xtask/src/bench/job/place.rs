//! What the race stands on: everybody installed and built, the lists that they read, and the judge.

use super::cell::Kind;
use super::stream::Stream;
use crate::Failure;
use crate::bench::rig::Rig;
use crate::bench::{cores, report};
use crate::command::{cargo, output, program, run, succeeds, target};
use crate::tools;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Programs, and the Debian packages that have them.
const DEBIAN: [(&str, &str); 4] = [
    ("aria2c", "aria2"),
    ("curl", "curl"),
    ("vipsthumbnail", "libvips-tools"),
    ("taskset", "util-linux"),
];
/// The two cores that everybody shares with the server, wherever this runs.
const CORES: usize = 2;

/// Where each turn's folder is.
const FILES: &str = "job/files";

/// The programs, and a folder for what is written.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) rig: Rig,
    root: PathBuf,
    release: PathBuf,
    scratch: PathBuf,
    python: PathBuf,
    /// How many cores there are for all.
    pub(super) cores: usize,
}

impl Place {
    /// Installs and builds what is missing; from then on everything that is started shares two
    /// cores.
    pub(super) fn ready(root: &Path) -> Result<Self, Failure> {
        let python = tools::workers(root)?;
        let is_missing = |tool: &&(&str, &str)| !succeeds(program(tool.0, &["--help"], root));
        let missing: Vec<&str> = DEBIAN.iter().filter(is_missing).map(|tool| tool.1).collect();
        if !missing.is_empty() {
            tools::install(&missing, root)?;
        }
        let rig = Rig::build(root)?;
        let target = target(root)?;
        let scratch = target.join("bench/job");
        fs::create_dir_all(&scratch)?;
        let mut cores = cores::allowed()?;
        cores.truncate(CORES);
        cores::keep_to(&cores, root)?;
        let release = target.join("release");
        let cores = cores.len();
        let place = Self { rig, root: root.to_owned(), release, scratch, python, cores };
        let mut grey = place.python("grey.py");
        grey.arg(place.grey());
        output(grey)?;
        Ok(place)
    }

    /// A program that asks loopback itself, whatever proxies there are.
    pub(super) fn program(&self, name: impl AsRef<OsStr>, args: &[&str]) -> Command {
        let mut command = program(name, args, &self.root);
        for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(proxy);
        }
        command
    }

    /// One of our scripts.
    pub(super) fn python(&self, script: &str) -> Command {
        let mut command = self.program(&self.python, &[]);
        command.arg(Path::new("bench/job").join(script)).env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// A program of the virtual environment.
    pub(super) fn pypi(&self, name: &str) -> Command {
        self.program(self.python.with_file_name(name), &[])
    }

    /// Builds the example that fetches a list with our own client, and keeps nothing.
    pub(super) fn build_fetch(&self) -> Result<PathBuf, Failure> {
        let example = ["-p", "silverprint-http", "--example", "fetch"];
        run(cargo(&[&["build", "--release", "--locked"], &example[..]].concat(), &self.root))?;
        Ok(self.release.join("examples/fetch"))
    }

    /// Writes a list.
    #[expect(clippy::disallowed_methods, reason = "a chore waits for its own files")]
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.list(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    /// Where a list is.
    pub(super) fn list(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    /// The profile that makes vipsthumbnail's pictures grey.
    pub(super) fn grey(&self) -> PathBuf {
        self.scratch.join("grey.icc")
    }

    /// Where the thumbnails are that others are held against.
    pub(super) fn references(&self, kind: Kind) -> PathBuf {
        self.scratch.join(kind.file())
    }

    /// A folder that is not there yet, with nothing left to be written to the disk.
    pub(super) fn new_folder(&self) -> Result<PathBuf, Failure> {
        self.rig.new_folder(FILES)
    }

    /// The same as the last run left it.
    pub(super) fn folder(&self) -> PathBuf {
        self.rig.folder(FILES)
    }

    /// What the tool says in this turn.
    #[expect(clippy::disallowed_methods, reason = "a chore waits for its own files")]
    pub(super) fn log(&self, tool: &str) -> Result<File, Failure> {
        Ok(File::create(self.scratch.join(format!("{tool}.log")))?)
    }

    /// Has the judge make the thumbnails as they should be.
    pub(super) fn make_references(&self, stream: &Stream) -> Result<(), Failure> {
        let mut judge = self.python("judge.py");
        judge.arg("references").args(stream.judged_by());
        output(judge)?;
        Ok(())
    }

    /// Has the judge count what is right in a folder.
    pub(super) fn judge(
        &self,
        stream: &Stream,
        folder: &Path,
        thumbs: &str,
    ) -> Result<Value, Failure> {
        let mut judge = self.python("judge.py");
        judge.arg("tally").args(stream.judged_by()).arg(folder).arg(folder.join(thumbs));
        Ok(serde_json::from_str(&output(judge)?)?)
    }

    /// Everybody's versions.
    pub(super) fn versions(&self) -> Result<String, Failure> {
        let mut packages = self.python("versions.py");
        packages.arg("bench/job/requirements.txt");
        let said = [
            output(self.rig.silverprint(&["--version"]))?,
            output(packages)?,
            output(self.program("aria2c", &["--version"]))?,
            output(self.program("curl", &["--version"]))?,
            output(self.program("vipsthumbnail", &["--vips-version"]))?,
        ];
        let [ours, packages, aria2, curl, vips] =
            said.map(|said| said.lines().next().unwrap_or_default().trim().to_owned());
        let word = |text: &str| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let aria2 = aria2.replace(" version", "");
        Ok(format!(
            "{ours}; {packages}; {}, {}, vipsthumbnail of {}",
            word(&aria2),
            word(&curl),
            word(&vips)
        ))
    }

    /// A command as one would type it, with names for what differs from run to run.
    pub(super) fn as_typed(&self, command: &Command, stream: &Stream, folder: &Path) -> String {
        let lists = format!("{}/", self.scratch.display());
        let words = [command.get_program()].into_iter().chain(command.get_args());
        let words = words.map(|word| {
            let word = word.to_string_lossy();
            let word = match Path::new(&*word).file_name() {
                Some(name) if Path::new(&*word).is_absolute() && Path::new(&*word).is_file() => {
                    name.to_string_lossy().into_owned()
                }
                _ => word.into_owned(),
            };
            let word = word.replace(&*folder.to_string_lossy(), "FOLDER");
            let word = word.replace(&*lists, "");
            word.replace(stream.host(), "HOST").replace(&stream.server.base, "URL")
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// Where the plot goes.
    pub(super) fn plot(&self) -> PathBuf {
        self.root.join("bench/job/job.svg")
    }
}

/// Writes a file of the repository.
#[expect(clippy::disallowed_methods, reason = "our own file, under version control")]
pub(super) fn publish(path: &Path, text: &str) -> Result<(), Failure> {
    if report::read(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    Ok(fs::write(path, text)?)
}
