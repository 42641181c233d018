//! A Debian with nothing in it but what every Debian has, in a folder. It is
//! the building machine's own release: an older one may lack the glibc that
//! the program asks for. Fetched once and kept as a tarball under `target/`;
//! each trial unpacks its own.

use super::release::Release;
use super::{new_folder, read};
use crate::command::{output, program, run, succeeds};
use crate::{Failure, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where users read man pages and type. They and what our package depends on
/// are in the tarball as packages, not installed, so that the root is clean
/// and a trial needs no network.
const USERS_PROGRAMS: [&str; 4] = ["bash-completion", "fish", "man-db", "zsh"];
const DEPENDS: [&str; 1] = ["ca-certificates"];

/// A clean Debian in a folder, which only root can remove.
#[derive(Debug)]
pub(super) struct CleanRoot {
    folder: PathBuf,
    /// Where commands are run from.
    root: PathBuf,
}

impl CleanRoot {
    /// A new one; what an earlier trial left is removed.
    pub(super) fn unpack(release: &Release) -> Result<Self, Failure> {
        let tarball = tarball(release)?;
        let folder = release.trials().join("debian");
        let clean = Self { folder, root: release.root.clone() };
        clean.remove()?;
        fs::create_dir_all(&clean.folder)?;
        let mut tar = tools::as_root(&["tar", "--numeric-owner", "-xpf"], &release.root);
        tar.arg(&tarball).arg("-C").arg(&clean.folder);
        run(tar)?;
        Ok(clean)
    }

    /// A command inside, without what is set outside.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        const ENVIRONMENT: [&str; 6] = [
            "env",
            "-i",
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root",
            "LC_ALL=C.UTF-8",
            "DEBIAN_FRONTEND=noninteractive",
        ];
        let mut command = tools::as_root(&["chroot"], &self.root);
        command.arg(&self.folder).args(ENVIRONMENT).args(args);
        command
    }

    /// `apt-get`, which finds what it needs inside already.
    pub(super) fn apt(&self, args: &[&str]) -> Result<(), Failure> {
        let apt = ["apt-get", "-y", "-qq", "--no-install-recommends", "-oDpkg::Use-Pty=0"];
        println!("in a clean Debian: apt-get {}", args.join(" "));
        output(self.command(&[&apt[..], args].concat()))?;
        Ok(())
    }

    /// A shell of each kind, and man.
    pub(super) fn install_users_programs(&self) -> Result<(), Failure> {
        self.apt(&[&["install"], &USERS_PROGRAMS[..]].concat())
    }

    /// Copies a file to a path inside.
    pub(super) fn copy_in(&self, file: &Path, to: &str) -> Result<(), Failure> {
        let mut copy = tools::as_root(&["cp"], &self.root);
        copy.arg(file).arg(self.folder.join(to.trim_start_matches('/')));
        run(copy)
    }

    /// Removes it.
    pub(super) fn remove(&self) -> Result<(), Failure> {
        let mut remove = tools::as_root(&["rm", "-rf", "--one-file-system"], &self.root);
        remove.arg(&self.folder);
        run(remove)
    }
}

/// The kept one, fetched where it is missing. What it holds is its name.
fn tarball(release: &Release) -> Result<PathBuf, Failure> {
    let suite = suite()?;
    let packages = [&DEPENDS[..], &USERS_PROGRAMS[..]].concat();
    let folder = release.target.join("roots");
    let tarball = folder.join(format!("{suite}+{}.tar", packages.join("+")));
    if tarball.exists() {
        return Ok(tarball);
    }
    if !succeeds(program("mmdebstrap", &["--version"], &release.root)) {
        tools::install(&["mmdebstrap"], &release.root)?;
    }
    new_folder(&folder)?;
    let unfinished = folder.join("unfinished.tar");
    let fetch = format!(
        "--customize-hook=chroot \"$1\" apt-get install -y -qq --download-only \
         --no-install-recommends {}",
        packages.join(" ")
    );
    let args = ["--variant=minbase", "--format=tar", "--quiet", "--skip=cleanup/apt"];
    let mut mmdebstrap = tools::as_root(&[&["mmdebstrap"], &args[..]].concat(), &release.root);
    mmdebstrap.arg(fetch).arg(&suite).arg(&unfinished);
    run(mmdebstrap)?;
    fs::rename(&unfinished, &tarball)?;
    Ok(tarball)
}

/// The name of this machine's Debian.
fn suite() -> Result<String, Failure> {
    let release = read(Path::new("/etc/os-release"))?;
    let suite = codename(&release).ok_or("/etc/os-release names no Debian")?;
    Ok(suite.to_owned())
}

fn codename(os_release: &str) -> Option<&str> {
    let name = os_release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="))?;
    let name = name.trim_matches('"');
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_is_one_plain_word() {
        assert_eq!(codename("ID=debian\nVERSION_CODENAME=bookworm\n"), Some("bookworm"));
        assert_eq!(codename("VERSION_CODENAME=\"trixie\"\n"), Some("trixie"));
        assert_eq!(codename("VERSION_CODENAME=../x\n"), None);
        assert_eq!(codename("VERSION_CODENAME=\n"), None);
        assert_eq!(codename("ID=arch\n"), None);
    }
}
