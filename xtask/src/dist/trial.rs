//! What a user does first with an installed program.

use super::clean_root::CleanRoot;
use super::release::Release;
use crate::Failure;
use crate::command::{output, program, run};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A program as installed.
#[derive(Debug)]
pub(super) struct Installed<'a> {
    place: Place<'a>,
    program: String,
    /// Where it writes to.
    folder: String,
}

#[derive(Debug)]
enum Place<'a> {
    /// On this machine, run from a folder.
    Here(&'a Path),
    Within(&'a CleanRoot),
}

impl<'a> Installed<'a> {
    /// Installed on this machine; `scratch` is for what it writes.
    pub(super) fn here(program: &Path, scratch: &'a Path) -> Self {
        let program = program.to_string_lossy().into_owned();
        let folder = scratch.join("demo").to_string_lossy().into_owned();
        Self { place: Place::Here(scratch), program, folder }
    }

    /// Installed in a root of its own, on the path.
    pub(super) fn within(clean: &'a CleanRoot) -> Self {
        let (program, folder) = ("silverprint".to_owned(), "/root/demo".to_owned());
        Self { place: Place::Within(clean), program, folder }
    }

    fn command(&self, args: &[&str]) -> Command {
        match self.place {
            Place::Here(scratch) => program(args[0], &args[1..], scratch),
            Place::Within(clean) => clean.command(args),
        }
    }

    /// It says who it is and how it is used, archives its own photostream, and
    /// what it wrote is what it says it wrote.
    pub(super) fn live_through(&self, release: &Release) -> Result<(), Failure> {
        let version = output(self.command(&[&self.program, "--version"]))?;
        let expected = format!("silverprint {}", release.version);
        expect(version.trim() == expected, || format!("{version:?}, not {expected:?}"))?;
        let help = output(self.command(&[&self.program, "--help"]))?;
        expect(help.contains("Usage: silverprint"), || format!("this is no help: {help}"))?;
        run(self.command(&[&self.program, "demo", "--quiet", "--to", &self.folder]))?;
        let sums = "cd \"$1\" && test -s index.html && sha256sum --check --strict SHA256SUMS";
        let checked = output(self.command(&["sh", "-c", sums, "sh", &self.folder]))?;
        let n_good = checked.lines().filter(|line| line.ends_with(": OK")).count();
        expect(n_good > 0, || "the demo's SHA256SUMS names no file".to_owned())?;
        println!("{}: good, {n_good} files of the demo as summed", self.program);
        Ok(())
    }
}

/// A file that is there and holds something.
pub(super) fn expect_file(file: &Path) -> Result<(), Failure> {
    let is_there =
        fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0);
    expect(is_there, || format!("{} is missing or empty", file.display()))
}

pub(super) fn expect(is_so: bool, complaint: impl FnOnce() -> String) -> Result<(), Failure> {
    if is_so { Ok(()) } else { Err(complaint().into()) }
}
