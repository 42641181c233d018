//! The plain tarball: unpack it and run it.

use super::release::Release;
use super::stage::PAGES;
use super::trial::Installed;
use super::{new_folder, trial};
use crate::Failure;
use crate::command::{program, run};
use std::fs;
use std::path::{Path, PathBuf};

/// What lies in it as it lies in the repository.
const DOCUMENTS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Packs it.
pub(super) fn make(release: &Release) -> Result<PathBuf, Failure> {
    let parent = release.stage().join("tarball");
    let folder = parent.join(release.name());
    new_folder(&folder)?;
    fs::copy(release.binary(), folder.join("silverprint"))?;
    for document in DOCUMENTS {
        fs::copy(release.root.join(document), folder.join(document))?;
    }
    let mut copy =
        program("cp", &["-r", "completions", "man", "THIRD-PARTY.txt.gz"], &release.root);
    copy.current_dir(release.stage()).arg(&folder);
    run(copy)?;
    let tarball = release.products().join(release.name() + ".tar.gz");
    // The same files make the same bytes, whoever packs them and when.
    let time = format!("--mtime=@{}", release.epoch);
    let who = ["--owner=0", "--group=0", "--numeric-owner", "--mode=u+w,go=rX"];
    let how = ["--sort=name", &time, "--use-compress-program=gzip -9n", "-cf"];
    let mut tar = program("tar", &[who, how].concat(), &parent);
    tar.arg(&tarball).arg(release.name());
    run(tar)?;
    Ok(tarball)
}

/// Unpacks it and runs what was in it.
pub(super) fn try_out(tarball: &Path, release: &Release) -> Result<(), Failure> {
    let scratch = release.scratch("tarball")?;
    let mut tar = program("tar", &["-xzf"], &scratch);
    tar.arg(tarball);
    run(tar)?;
    let folder = scratch.join(release.name());
    for page in PAGES {
        trial::expect_file(&folder.join("man").join(page))?;
    }
    for document in DOCUMENTS {
        trial::expect_file(&folder.join(document))?;
    }
    Installed::here(&folder.join("silverprint"), &scratch).live_through(release)
}
