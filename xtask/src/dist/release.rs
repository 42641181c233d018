//! What is released: its version, for which machine, and where its parts lie.

use crate::command::{cargo, output, program, run, succeeds};
use crate::{Failure, tools};
use serde_json::Value;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that is to be packaged.
#[derive(Debug)]
pub(super) struct Release {
    pub(super) root: PathBuf,
    /// Where cargo builds.
    pub(super) target: PathBuf,
    pub(super) version: String,
    /// The machine that it runs on, as Rust names it.
    pub(super) triple: String,
    /// The time that packaged files bear, in seconds since 1970: the commit's,
    /// so that the same commit makes the same packages.
    pub(super) epoch: String,
}

impl Release {
    /// Asks cargo, rustc and git.
    pub(super) fn look(root: &Path) -> Result<Self, Failure> {
        let metadata = metadata(root, &["--no-deps"])?;
        let target = metadata["target_directory"].as_str();
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let version = packages
            .filter(|package| package["name"] == "silverprint")
            .find_map(|package| package["version"].as_str());
        let rustc = output(program("rustc", &["--version", "--verbose"], root))?;
        let triple = rustc.lines().find_map(|line| line.strip_prefix("host: "));
        Ok(Self {
            root: root.to_owned(),
            target: target.ok_or("cargo metadata has no target directory")?.into(),
            version: version.ok_or("cargo metadata has no silverprint")?.to_owned(),
            triple: triple.ok_or("rustc does not say for which machine it builds")?.to_owned(),
            epoch: epoch(root)?,
        })
    }

    /// The name of the tarball and of the folder in it.
    pub(super) fn name(&self) -> String {
        format!("silverprint-{}-{}", self.version, self.triple)
    }

    pub(super) fn binary(&self) -> PathBuf {
        self.target.join("release/silverprint")
    }

    /// What goes into packages and is no program. Beside the program, since
    /// cargo-deb knows only that place wherever cargo builds.
    pub(super) fn stage(&self) -> PathBuf {
        self.target.join("release/dist")
    }

    /// What is handed out.
    pub(super) fn products(&self) -> PathBuf {
        self.target.join("dist")
    }

    /// A folder for what a trial leaves; new ones are made in it by name.
    pub(super) fn scratch(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.trials().join(name);
        super::new_folder(&folder)?;
        Ok(folder)
    }

    /// Where trials are made; what a failed one leaves stays to be looked at.
    pub(super) fn trials(&self) -> PathBuf {
        self.target.join("dist-trial")
    }

    /// Removes what good trials left.
    pub(super) fn clear_trials(&self) -> Result<(), Failure> {
        Ok(fs::remove_dir_all(self.trials())?)
    }

    /// cargo-deb, compiled where it is missing: 42 s on two cores.
    pub(super) fn cargo_deb(&self) -> Result<PathBuf, Failure> {
        tools::compiled("cargo-deb", "3.8.0", &self.root)
    }

    /// maturin, in a Python environment of its own.
    pub(super) fn maturin(&self, python: &Path) -> Result<PathBuf, Failure> {
        const VERSION: &str = "1.16.0";
        let environment = self.target.join("tools/python");
        let maturin = environment.join("bin/maturin");
        let version = output_or_nothing(program(&maturin, &["--version"], &self.root));
        if version.split_whitespace().last() != Some(VERSION) {
            new_environment(&environment, python, &self.root)?;
            let requirement = format!("maturin=={VERSION}");
            let args = ["install", "--only-binary", ":all:", &requirement];
            run(pip(&environment, &args, &self.root))?;
        }
        Ok(maturin)
    }
}

/// What cargo knows of the workspace.
pub(super) fn metadata(root: &Path, args: &[&str]) -> Result<Value, Failure> {
    let metadata = ["metadata", "--format-version", "1", "--locked"];
    Ok(serde_json::from_str(&output(cargo(&[&metadata[..], args].concat(), root))?)?)
}

/// A new Python environment.
pub(super) fn new_environment(folder: &Path, python: &Path, root: &Path) -> Result<(), Failure> {
    let mut create = program(python, &["-m", "venv", "--clear"], root);
    create.arg(folder);
    run(create)
}

pub(super) fn pip(environment: &Path, args: &[&str], root: &Path) -> Command {
    let pip = ["-m", "pip", "--quiet", "--disable-pip-version-check"];
    program(environment.join("bin/python"), &[&pip[..], args].concat(), root)
}

/// `SOURCE_DATE_EPOCH` where it is set, as packagers do; else the commit's
/// time; else, outside of git, now.
fn epoch(root: &Path) -> Result<String, Failure> {
    if let Ok(epoch) = env::var("SOURCE_DATE_EPOCH") {
        return Ok(epoch);
    }
    let is_checkout = succeeds(program("git", &["rev-parse", "HEAD"], root));
    let time = if is_checkout {
        program("git", &["log", "-1", "--format=%ct"], root)
    } else {
        program("date", &["+%s"], root)
    };
    Ok(output(time)?.trim().to_owned())
}

/// What a program says that may not be there.
fn output_or_nothing(mut command: Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).into_owned()
}
