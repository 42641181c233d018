//! The Debian package: installed by apt where nothing of ours is, tried, and
//! removed again.

use super::clean_root::CleanRoot;
use super::release::Release;
use super::stage::PAGES;
use super::trial::{Installed, expect};
use crate::command::{output, program, run, succeeds};
use crate::{Failure, tools};
use std::fs;
use std::path::{Path, PathBuf};

/// What shells look for, and what Debian's policy asks for.
const FILES: [&str; 7] = [
    "/usr/bin/silverprint",
    "/usr/share/bash-completion/completions/silverprint",
    "/usr/share/zsh/vendor-completions/_silverprint",
    "/usr/share/fish/vendor_completions.d/silverprint.fish",
    "/usr/share/doc/silverprint/copyright",
    "/usr/share/doc/silverprint/changelog.gz",
    "/usr/share/doc/silverprint/THIRD-PARTY.txt.gz",
];

/// What the program needs of Debian; cargo-deb finds the first one out.
const DEPENDS: [&str; 3] = ["libc6 (>= 2.", "libgcc-s1", "ca-certificates"];

/// Packs it, of what is built.
pub(super) fn make(release: &Release) -> Result<PathBuf, Failure> {
    if !succeeds(program("dpkg-shlibdeps", &["--version"], &release.root)) {
        tools::install(&["dpkg-dev"], &release.root)?;
    }
    compress_pages(release)?;
    let args = ["--package", "silverprint", "--no-build", "--locked", "--output"];
    let mut cargo_deb = program(release.cargo_deb()?, &args, &release.root);
    cargo_deb.arg(release.products()).env("SOURCE_DATE_EPOCH", &release.epoch);
    run(cargo_deb)?;
    super::only(&release.products(), ".deb")
}

/// Debian's policy wants man pages compressed. cargo-deb does that too, but not
/// with what lies where cargo builds.
fn compress_pages(release: &Release) -> Result<(), Failure> {
    let folder = release.stage().join("debian");
    super::new_folder(&folder)?;
    for page in fs::read_dir(release.stage().join("man"))? {
        let page = page?;
        fs::copy(page.path(), folder.join(page.file_name()))?;
    }
    let mut gzip = program("gzip", &["-9n", "--recursive"], &release.root);
    gzip.arg(folder);
    run(gzip)
}

/// Installs it into a clean Debian, looks at it, and removes it.
pub(super) fn try_out(deb: &Path, release: &Release) -> Result<(), Failure> {
    expect_depends(deb, &release.root)?;
    let clean = CleanRoot::unpack(release)?;
    clean.copy_in(deb, "/root/silverprint.deb")?;
    clean.apt(&["install", "/root/silverprint.deb"])?;
    expect_files(&clean)?;
    Installed::within(&clean).live_through(release)?;
    expect_man_and_completions(&clean)?;
    clean.apt(&["purge", "silverprint"])?;
    let left = FILES.iter().find(|file| succeeds(clean.command(&["test", "-e", file])));
    expect(left.is_none(), || format!("purged, and there is still {}", left.unwrap_or(&"")))?;
    clean.remove()
}

/// What the package says it needs; apt is content with saying too little.
fn expect_depends(deb: &Path, root: &Path) -> Result<(), Failure> {
    let mut field = program("dpkg-deb", &["--field"], root);
    field.arg(deb).arg("Depends");
    let depends = output(field)?;
    println!("Depends: {}", depends.trim());
    for needed in DEPENDS {
        expect(depends.contains(needed), || format!("{needed} is not in Depends: {depends}"))?;
    }
    Ok(())
}

/// All is there, as packed, and what must be compressed is.
fn expect_files(clean: &CleanRoot) -> Result<(), Failure> {
    let verified = output(clean.command(&["dpkg", "--verify", "silverprint"]))?;
    expect(verified.is_empty(), || format!("not as packed: {verified}"))?;
    let listed = output(clean.command(&["dpkg", "--listfiles", "silverprint"]))?;
    let pages = PAGES.map(|page| format!("/usr/share/man/man1/{page}.gz"));
    for file in FILES.into_iter().chain(pages.iter().map(String::as_str)) {
        expect(listed.lines().any(|line| line == file), || format!("the package has no {file}"))?;
        let is_compressed = Path::new(file).extension().is_some_and(|extension| extension == "gz");
        let check: &[&str] = if is_compressed { &["gzip", "--test"] } else { &["test", "-s"] };
        let is_good = succeeds(clean.command(&[check, &[file]].concat()));
        expect(is_good, || format!("{file} is empty or damaged"))?;
    }
    Ok(())
}

/// The pages and completions in the programs that users read and type in.
fn expect_man_and_completions(clean: &CleanRoot) -> Result<(), Failure> {
    const BASH: &str = "\
        . /usr/share/bash-completion/bash_completion; \
        _completion_loader silverprint; COMP_WORDS=(silverprint sy); COMP_CWORD=1; \
        $(complete -p silverprint | sed 's/.*-F \\([^ ]*\\).*/\\1/') silverprint sy silverprint; \
        echo ${COMPREPLY[@]}";
    const ZSH: &str = "autoload -U compinit; compinit -u -D; echo $_comps[silverprint]";
    const FISH: &str = "complete --do-complete 'silverprint sy'";
    clean.install_users_programs()?;
    let said = |command: &[&str], expected: &str| {
        let said = output(clean.command(command))?;
        let line = command.join(" ");
        expect(said.contains(expected), || format!("{line}: no {expected} in: {said}"))
    };
    said(&["man", "silverprint"], "silverprint")?;
    said(&["man", "silverprint-sync"], "--thumbs-only")?;
    said(&["bash", "-c", BASH], "sync")?;
    said(&["zsh", "-c", ZSH], "_silverprint")?;
    said(&["fish", "-c", FISH], "sync")
}
