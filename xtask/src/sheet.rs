//! The contact sheet in a real browser: made-up archives, Playwright, axe, and
//! node's own test runner. Everything is opened from file://, without a network.

use crate::bench::rig::Rig;
use crate::command::{cargo, output, program, run as run_command, target};
use crate::{Failure, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Tests and their packages.
const FOLDER: &str = "crates/silverprint-sheet/browser";

/// What makes specimens, for measurements.
const RELEASED: [&str; 7] =
    ["build", "--release", "--locked", "-p", "silverprint-sheet", "--example", "specimen"];

/// The archives that tests open: what `specimen` is told to make of each. The small one
/// has three parts, of which the last is short: on its plain page axe is quick.
const SPECIMENS: [(&str, &[&str]); 3] =
    [("small", &["1020"]), ("large", &["100000"]), ("hostile", &["500", "hostile"])];

/// Which build of what makes specimens.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Build {
    /// As `cargo test` left it: optimised where it matters (see Cargo.toml), and there already in `ci`.
    Tested,
    /// For measurements.
    Released,
}

/// What the tests run in, installed.
pub(crate) fn install(root: &Path) -> Result<PathBuf, Failure> {
    tools::node_modules(&root.join(FOLDER))?;
    tools::chromium(root)
}

/// Every test, or only those in the file of that name: `viewer` runs viewer.test.mjs.
pub(crate) fn run(only: Option<&str>, root: &Path) -> Result<(), Failure> {
    let place = Place::ready(Build::Tested, root)?;
    let tests = place.tests(only)?;
    for (name, args) in SPECIMENS {
        place.make(name, args, root)?;
    }
    // Each file has a browser, which waits for the screen half of the time: two keep two cores busy.
    let mut node = place.node(&["--test", "--test-concurrency=2", "--test-reporter=spec"]);
    node.args(tests);
    run_command(node)
}

/// Every test.
pub(crate) fn run_all(root: &Path) -> Result<(), Failure> {
    run(None, root)
}

/// The photostream of the docs' pictures: several rows a month, painted by fake-flickr.
const PICTURED: [&str; 8] =
    ["--profile", "clean", "--photos", "3000", "--originals", "1024", "--paintings", "340"];

/// The docs' pictures, taken anew, of an archive that is synced for them.
pub(crate) fn take_pictures(root: &Path) -> Result<(), Failure> {
    let place = Place::ready(Build::Released, root)?;
    let rig = Rig::build(root)?;
    let folder = place.specimens.join("pictured");
    if folder.exists() {
        run_command(rig.silverprint(&["sheet", &folder.to_string_lossy()]))?;
    } else {
        rig.sync(&rig.serve(&PICTURED)?, &folder, &[])?;
    }
    let mut node = place.node(&["pictures.mjs"]);
    node.arg(root.join("docs/pictures"));
    run_command(node)
}

/// Where tests, specimens and the browser are.
#[derive(Debug)]
pub(crate) struct Place {
    folder: PathBuf,
    specimens: PathBuf,
    chromium: PathBuf,
    specimen: PathBuf,
}

impl Place {
    /// Installs what is missing, and builds what makes specimens.
    pub(crate) fn ready(build: Build, root: &Path) -> Result<Self, Failure> {
        let (folder, chromium) = (root.join(FOLDER), install(root)?);
        let target = target(root)?;
        // With the whole workspace's features, or what the tests compiled would be compiled again.
        let (args, profile): (&[&str], _) = match build {
            Build::Tested => (&["build", "--locked", "--workspace", "--examples"], "debug"),
            Build::Released => (&RELEASED, "release"),
        };
        run_command(cargo(args, root))?;
        let specimen = target.join(profile).join("examples/specimen");
        Ok(Self { folder, specimens: target.join("sheet"), chromium, specimen })
    }

    /// An archive-shaped folder of made-up photos. One that this very program
    /// made is left as it is: making a large one takes longer than testing it.
    pub(crate) fn make(&self, name: &str, args: &[&str], root: &Path) -> Result<PathBuf, Failure> {
        let folder = self.specimens.join(name);
        let stamp = self.specimens.join(format!("{name}.made-by"));
        let sum = output(program("sha256sum", &[&self.specimen.to_string_lossy()], root))?;
        let made_by = format!("{} {sum}", args.join(" "));
        if text_of(&stamp).is_some_and(|known| known == made_by) {
            return Ok(folder);
        }
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        run_command(self.specimen(&folder, args))?;
        write(&stamp, &made_by)?;
        Ok(folder)
    }

    /// What makes specimens, to be told what.
    pub(crate) fn specimen(&self, folder: &Path, args: &[&str]) -> Command {
        let mut make = program(&self.specimen, &[], &self.folder);
        make.arg(folder).args(args);
        make
    }

    /// Node, in the folder of the tests.
    pub(crate) fn node(&self, args: &[&str]) -> Command {
        let mut node = program("node", args, &self.folder);
        node.env("SILVERPRINT_CHROMIUM", &self.chromium);
        node.env("SILVERPRINT_SPECIMENS", &self.specimens);
        node.env("SILVERPRINT_SPECIMEN", &self.specimen);
        node
    }

    /// The files of tests, by name.
    fn tests(&self, only: Option<&str>) -> Result<Vec<String>, Failure> {
        let mut tests = Vec::new();
        for file in fs::read_dir(&self.folder)? {
            let name = file?.file_name().to_string_lossy().into_owned();
            let noun = name.strip_suffix(".test.mjs");
            if noun.is_some_and(|noun| only.is_none_or(|only| only == noun)) {
                tests.push(name);
            }
        }
        tests.sort();
        let none = || format!("no tests in {FOLDER} are called {}", only.unwrap_or("anything"));
        if tests.is_empty() { Err(none().into()) } else { Ok(tests) }
    }
}

#[expect(clippy::disallowed_methods, reason = "a chore waits for its own files")]
fn text_of(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

#[expect(clippy::disallowed_methods, reason = "a note for the next time, in the target folder")]
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    Ok(fs::write(path, text)?)
}
