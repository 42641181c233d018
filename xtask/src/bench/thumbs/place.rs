//! Everything that the measurement stands on, installed and built: the rivals,
//! our own programs, and the pictures.

use super::kind::Kind;
use super::tool::Program;
use crate::Failure;
use crate::bench::cores;
use crate::bench::report::read;
use crate::command::{cargo, program, run, succeeds, target};
use crate::tools;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PICTURES: &str = "bench/thumbs/pictures.py";

/// The programs, the pictures, and a folder for what is written.
#[derive(Debug)]
pub(super) struct Place {
    root: PathBuf,
    release: PathBuf,
    scratch: PathBuf,
    python: PathBuf,
    /// The cores that this process may use.
    cores: Vec<usize>,
}

impl Place {
    /// Installs and builds what is missing.
    pub(super) fn ready(root: &Path) -> Result<Self, Failure> {
        tools::check_compiler(root)?;
        let target = target(root)?;
        let place = Self {
            root: root.to_owned(),
            release: target.join("release"),
            scratch: target.join("bench/thumbs"),
            python: tools::rivals(root)?,
            cores: cores::allowed()?,
        };
        fs::create_dir_all(&place.scratch)?;
        if !succeeds(program("taskset", &["--version"], root)) {
            return Err("no taskset; on Debian: apt-get install util-linux".into());
        }
        place.find_imagemagick();
        place.build_turbo()?;
        let clock = ["-p", "silverprint-thumb", "--example", "clock"];
        let eighth = ["-p", "silverprint-jpeg", "--example", "eighth"];
        for what in [&clock[..], &eighth[..], &["-p", "silverprint"]] {
            run(cargo(&[&["build", "--release", "--locked"], what].concat(), root))?;
        }
        place.make_pictures()?;
        Ok(place)
    }

    /// `ImageMagick`'s library is Debian's. Without it that rival is missing, no more.
    fn find_imagemagick(&self) {
        let is_there = || succeeds(program(&self.python, &["-c", "import wand.image"], &self.root));
        for package in ["libmagickwand-6.q16-6", "libmagickwand-7.q16-10"] {
            if is_there() {
                return;
            }
            if let Err(failure) = tools::install(&[package], &self.root) {
                println!("{failure}");
            }
        }
    }

    /// The C rival. The headers are Debian's; other systems have to bring them.
    fn build_turbo(&self) -> Result<(), Failure> {
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let build = || {
            let fast = ["-O3", "-march=native", "-ffast-math", "-Wall", "-Wextra"];
            let mut build = program(&compiler, &fast, &self.root);
            build.args(["bench/thumbs/turbo.c", "-o"]).arg(self.turbo());
            build.args(["-ljpeg", "-lm"]);
            build
        };
        if !succeeds(build()) {
            tools::install(&["libjpeg62-turbo-dev"], &self.root)?;
        }
        run(build())
    }

    /// Makes the pictures, unless this very program has made them before.
    fn make_pictures(&self) -> Result<(), Failure> {
        let (script, folder) = (self.root.join(PICTURES), self.pictures());
        let is_complete = read(&folder.join("complete")).ok() == Some(read(&script)?);
        if !is_complete {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            let mut make = self.python(PICTURES);
            make.arg(folder);
            run(make)?;
        }
        Ok(())
    }

    /// A script, for the Python that has the rivals.
    pub(super) fn python(&self, script: &str) -> Command {
        let mut python = program(&self.python, &[script], &self.root);
        python.env("PYTHONDONTWRITEBYTECODE", "1");
        python
    }

    /// A maker of thumbnails, on one core, one thread.
    pub(super) fn rival(&self, rival: Program) -> Command {
        let core = self.cores.last().expect("a process has a core");
        let mut command = match rival {
            Program::Ours => self.pinned(&[*core], &self.clock()),
            Program::Turbo => self.pinned(&[*core], &self.turbo()),
            Program::Python(name) => {
                let mut python = self.pinned(&[*core], &self.python);
                python.args(["bench/thumbs/rivals.py", name]);
                python
            }
        };
        for threads in ["OMP_NUM_THREADS", "MAGICK_THREAD_LIMIT", "VIPS_CONCURRENCY"] {
            command.env(threads, "1");
        }
        command.env("PYTHONDONTWRITEBYTECODE", "1").arg(self.pictures());
        command
    }

    /// A program kept to these cores.
    pub(super) fn pinned(&self, cores: &[usize], what: &Path) -> Command {
        let mut command = program("taskset", &["--cpu-list", &cores::named(cores)], &self.root);
        command.arg(what);
        command
    }

    /// A folder that is there and empty.
    pub(super) fn empty_folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.scratch.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// The pictures of a kind, in order.
    pub(super) fn pictures_of(&self, kind: &Kind) -> Result<Vec<PathBuf>, Failure> {
        let entries = fs::read_dir(self.pictures().join(kind.name))?;
        let mut paths =
            entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Failure>>()?;
        paths.sort();
        Ok(paths)
    }

    pub(super) fn pictures(&self) -> PathBuf {
        self.scratch.join("pictures")
    }

    pub(super) fn cores(&self) -> &[usize] {
        &self.cores
    }

    pub(super) fn silverprint(&self) -> PathBuf {
        self.release.join("silverprint")
    }

    pub(super) fn clock(&self) -> PathBuf {
        self.release.join("examples/clock")
    }

    pub(super) fn eighth(&self) -> PathBuf {
        self.release.join("examples/eighth")
    }

    fn turbo(&self) -> PathBuf {
        self.scratch.join("turbo")
    }
}
