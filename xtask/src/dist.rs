//! What people install, made of the release build into `target/dist/`: a
//! tarball, a Debian package, a Python wheel, and their checksums. `check`
//! makes them and then lives through each as a user would: installs it where
//! nothing of ours is, runs it, and looks for what it brought.
//!
//! A program that runs on any Linux would be linked against musl; its std
//! comes from where toolchains come from, which not every machine that builds
//! us can reach. So it is linked against the glibc of the machine that builds,
//! and what is asked of the user's glibc is printed.

mod clean_root;
mod deb;
mod measure;
mod notices;
mod release;
mod source;
mod stage;
mod tarball;
mod trial;
mod wheel;

use crate::command::{output, program, succeeds};
use crate::{Failure, ci};
use release::Release;
use std::fs;
use std::path::{Path, PathBuf};

/// What was made.
#[derive(Debug)]
struct Made {
    tarball: PathBuf,
    /// Only where Debian's own tools can say what the program depends on.
    deb: Option<PathBuf>,
    wheel: PathBuf,
}

/// Makes everything.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let release = Release::look(root)?;
    make(&release)?;
    Ok(())
}

/// Makes everything and tries it out.
pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    let release = Release::look(root)?;
    let made = make(&release)?;
    source::try_out(&release)?;
    tarball::try_out(&made.tarball, &release)?;
    wheel::try_out(&made.wheel, &release)?;
    if let Some(deb) = &made.deb {
        deb::try_out(deb, &release)?;
    }
    release.clear_trials()
}

/// The tests' server can speak TLS as an authority of its own; the demo's in the
/// program must not. Features of crates that are built together are one.
#[expect(clippy::disallowed_methods, reason = "a chore waits for its own files")]
fn has_no_authority(release: &Release) -> Result<(), Failure> {
    const ITS_NAME: &[u8] = b"fake-flickr, for tests only";
    let program = fs::read(release.binary())?;
    if program.windows(ITS_NAME.len()).any(|part| part == ITS_NAME) {
        return Err("the program holds the tests' proxy: it was built with fake-flickr".into());
    }
    Ok(())
}

fn make(release: &Release) -> Result<Made, Failure> {
    ci::build(&release.root)?;
    has_no_authority(release)?;
    new_folder(&release.products())?;
    stage::lay(release)?;
    let made = Made {
        tarball: tarball::make(release)?,
        deb: if is_debian(&release.root) { Some(deb::make(release)?) } else { None },
        wheel: wheel::make(release)?,
    };
    if made.deb.is_none() {
        println!("no Debian here: no package for it is made, and none is tried");
    }
    let products: Vec<&Path> = [Some(&made.tarball), made.deb.as_ref(), Some(&made.wheel)]
        .into_iter()
        .flatten()
        .map(PathBuf::as_path)
        .collect();
    write_sums(&products, release)?;
    measure::print(&products, release)?;
    Ok(made)
}

fn is_debian(root: &Path) -> bool {
    succeeds(program("dpkg", &["--version"], root))
        && succeeds(program("apt-get", &["--version"], root))
}

fn write_sums(products: &[&Path], release: &Release) -> Result<(), Failure> {
    let folder = release.products();
    let mut sums = program("sha256sum", &["--"], &folder);
    sums.args(products.iter().filter_map(|product| product.file_name()));
    write(&folder.join("SHA256SUMS"), &output(sums)?)
}

/// An empty folder, whatever was there before.
fn new_folder(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

#[expect(clippy::disallowed_methods, reason = "into target/, where everything can be made again")]
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = fs::write(path, text);
    Ok(written.map_err(|error| format!("cannot write {}: {error}", path.display()))?)
}

#[expect(clippy::disallowed_methods, reason = "a chore waits for its own files")]
fn read(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path);
    Ok(text.map_err(|error| format!("cannot read {}: {error}", path.display()))?)
}

/// The one file in a folder whose name ends so.
fn only(folder: &Path, ending: &str) -> Result<PathBuf, Failure> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut paths = entries.into_iter().map(|entry| entry.path()).filter(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending))
    });
    match (paths.next(), paths.next()) {
        (Some(path), None) => Ok(path),
        (None, _) => Err(format!("no *{ending} in {}", folder.display()).into()),
        (Some(_), Some(_)) => Err(format!("several *{ending} in {}", folder.display()).into()),
    }
}
