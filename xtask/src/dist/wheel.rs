//! The Python wheel: the program for those who install by pip, pipx or uv.

use super::release::{Release, new_environment, pip};
use super::stage::PAGES;
use super::trial::{self, Installed};
use super::{new_folder, only, read, write};
use crate::command::{forget_xtask, program, run};
use crate::{Failure, tools};
use std::fs;
use std::path::{Path, PathBuf};

/// What maturin finds beside its pyproject.toml.
const DOCUMENTS: [&str; 3] = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Where a file lies under an environment's top.
const BASH: &str = "share/bash-completion/completions/silverprint";
const ZSH: &str = "share/zsh/site-functions/_silverprint";
const FISH: &str = "share/fish/vendor_completions.d/silverprint.fish";
const NOTICES: &str = "share/doc/silverprint/THIRD-PARTY.txt.gz";
const MAN: &str = "share/man/man1";

/// Packs it. maturin calls cargo, which finds everything built already, unless
/// the environment differs: `SOURCE_DATE_EPOCH`, say, is looked at by whatever
/// compiles C. maturin needs none, its files all bear one fixed time.
pub(super) fn make(release: &Release) -> Result<PathBuf, Failure> {
    let project = project(release)?;
    let maturin = release.maturin(&tools::python(&release.root)?)?;
    let args = ["build", "--release", "--locked", "--quiet", "--target-dir"];
    let mut build = program(maturin, &args, &project);
    build.arg(&release.target).arg("--out").arg(release.products());
    forget_xtask(&mut build);
    run(build)?;
    only(&release.products(), ".whl")
}

/// A copy of the project's pyproject.toml with what it lacks in the
/// repository: files that are made. In the wheel they lie as in /usr.
fn project(release: &Release) -> Result<PathBuf, Failure> {
    const CRATE: &str = "crates/silverprint/Cargo.toml";
    let project = release.stage().join("wheel");
    let data = project.join("files/data");
    new_folder(&data)?;
    for document in DOCUMENTS {
        fs::copy(release.root.join(document), project.join(document))?;
    }
    let completions = release.stage().join("completions");
    for (from, to) in
        [("silverprint.bash", BASH), ("_silverprint", ZSH), ("silverprint.fish", FISH)]
    {
        copy(&completions.join(from), &data.join(to))?;
    }
    copy(&release.stage().join("THIRD-PARTY.txt.gz"), &data.join(NOTICES))?;
    for page in fs::read_dir(release.stage().join("man"))? {
        let page = page?;
        copy(&page.path(), &data.join(MAN).join(page.file_name()))?;
    }
    let manifest = release.root.join(CRATE);
    let manifest = manifest.to_str().ok_or("the repository's path is no text")?;
    let made = read(&release.root.join("pyproject.toml"))?
        .replace(&format!("\"{CRATE}\""), &format!("{manifest:?}\ndata = \"files\""));
    write(&project.join("pyproject.toml"), &made)?;
    Ok(project)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::copy(from, to)?;
    Ok(())
}

/// Installs it into a new environment and runs it there.
pub(super) fn try_out(wheel: &Path, release: &Release) -> Result<(), Failure> {
    let scratch = release.scratch("wheel")?;
    let environment = scratch.join("environment");
    new_environment(&environment, &tools::python(&release.root)?, &release.root)?;
    let mut install = pip(&environment, &["install", "--no-index"], &release.root);
    install.arg(wheel);
    run(install)?;
    for file in [BASH, ZSH, FISH, NOTICES] {
        trial::expect_file(&environment.join(file))?;
    }
    for page in PAGES {
        trial::expect_file(&environment.join(MAN).join(page))?;
    }
    Installed::here(&environment.join("bin/silverprint"), &scratch).live_through(release)
}
