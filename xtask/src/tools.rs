//! What the tests need besides Rust: a C compiler, a Python with Pillow, which
//! judges our thumbnails, one with the clients that judge fake-flickr, a browser,
//! and a node that drives it. What is missing is installed where that needs no questions, else named.

use crate::Failure;
use crate::command::{cargo, output, program, run, succeeds, target};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Pillow that thumbnails are held against; a newer one is a change to
/// look at, not one to wake up to.
const PILLOW: &str = "12.2.0";

/// Where the C compiler is asked for by name: `SQLite` and ring are built by it.
pub(crate) fn check_compiler(root: &Path) -> Result<(), Failure> {
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    if succeeds(program(&compiler, &["--version"], root)) {
        return Ok(());
    }
    Err(format!("no C compiler ({compiler}); on Debian: apt-get install gcc libc6-dev").into())
}

/// A Python with Pillow: the one that `SILVERPRINT_PYTHON` names, else our
/// own virtual environment, made at the first time.
pub(crate) fn python(root: &Path) -> Result<PathBuf, Failure> {
    if let Some(named) = env::var_os("SILVERPRINT_PYTHON") {
        let named = PathBuf::from(named);
        return if succeeds(program(&named, &["-c", "import PIL.Image"], root)) {
            Ok(named)
        } else {
            Err(format!("SILVERPRINT_PYTHON={} has no Pillow", named.display()).into())
        };
    }
    let python = root.join(".venv/bin/python");
    if !has_pinned_pillow(&python, root) {
        create_environment(".venv", root)?;
        let requirement = format!("pillow=={PILLOW}");
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        let binary = ["--only-binary", ":all:", &requirement];
        run(program(&python, &[&pip[..], &binary[..]].concat(), root))?;
    }
    if has_pinned_pillow(&python, root) {
        Ok(python)
    } else {
        Err(format!("{} has no Pillow {PILLOW}", python.display()).into())
    }
}

/// A browser for the contact sheet: the one that `SILVERPRINT_CHROMIUM` names,
/// else one that is installed, else Debian's smallest.
pub(crate) fn chromium(root: &Path) -> Result<PathBuf, Failure> {
    const NAMES: [&str; 4] =
        ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
    let runs = |name: &Path| succeeds(program(name, &["--version"], root));
    if let Some(named) = env::var_os("SILVERPRINT_CHROMIUM") {
        let named = PathBuf::from(named);
        let missing = format!("SILVERPRINT_CHROMIUM={} does not run", named.display());
        return if runs(&named) { Ok(named) } else { Err(missing.into()) };
    }
    let installed = || NAMES.into_iter().map(PathBuf::from).find(|name| runs(name));
    if installed().is_none() {
        install(&NAMES[..1], root)?;
    }
    Ok(installed().ok_or("chromium-headless-shell is installed and does not run")?)
}

/// Node and npm, which comes with it, or, from Debian, beside it.
fn node(root: &Path) -> Result<(), Failure> {
    let runs = |name: &str| succeeds(program(name, &["--version"], root));
    if runs("node") && runs("npm") {
        return Ok(());
    }
    install(&["nodejs", "npm"], root)
}

/// The packages that a folder's package-lock.json names, beside it in `node_modules`. Nothing of
/// theirs is run as it is installed.
pub(crate) fn node_modules(folder: &Path) -> Result<(), Failure> {
    node(folder)?;
    let npm = |args: &[&str]| program("npm", args, folder);
    // As the lock is, with nothing missing and nothing else.
    if succeeds(npm(&["ls", "--all"])) {
        return Ok(());
    }
    run(npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
}

/// A program of others, compiled once, into the folder of tools: cargo's own way
/// to install, with the versions that its makers locked.
pub(crate) fn compiled(name: &str, version: &str, root: &Path) -> Result<PathBuf, Failure> {
    let tools = target(root)?.join("tools");
    let file = tools.join("bin").join(name);
    let said =
        if file.exists() { output(program(&file, &["--version"], root))? } else { String::new() };
    if said.split_whitespace().last() != Some(version) {
        let mut install =
            cargo(&["install", "--locked", "--quiet", &format!("{name}@{version}")], root);
        // It runs for seconds, and would be optimised for minutes.
        install.args(["--debug", "--root"]).arg(&tools).env("CARGO_PROFILE_DEV_DEBUG", "false");
        run(install)?;
    }
    Ok(file)
}

fn has_pinned_pillow(python: &Path, root: &Path) -> bool {
    let script = format!("import PIL.Image, sys; sys.exit(PIL.__version__ != '{PILLOW}')");
    succeeds(program(python, &["-c", &script], root))
}

/// A Python with the judges of fake-flickr: a virtual environment of their own,
/// since they bring much that nothing else may lean on.
pub(crate) fn judges(root: &Path) -> Result<PathBuf, Failure> {
    pinned(".venv-judges", "xtask/judges/requirements.txt", root)
}

/// A Python with the rivals of our thumbnails, and what draws and judges pictures.
pub(crate) fn rivals(root: &Path) -> Result<PathBuf, Failure> {
    pinned(".venv-bench", "bench/thumbs/requirements.txt", root)
}

/// A Python with those who download from lists, our rivals on a bad line.
pub(crate) fn downloaders(root: &Path) -> Result<PathBuf, Failure> {
    pinned(".venv-faults", "bench/faults/requirements.txt", root)
}

/// A Python with sigal, which makes galleries.
pub(crate) fn galleries(root: &Path) -> Result<PathBuf, Failure> {
    pinned(".venv-sheet", "bench/sheet/requirements.txt", root)
}

/// Thumbsup, which makes galleries, in the `node_modules` of a folder. The database that it leans on
/// is C, compiled against the headers of the node that is there.
pub(crate) fn thumbsup(folder: &Path) -> Result<(), Failure> {
    node_modules(folder)?;
    let opens = "new (require('better-sqlite3'))(':memory:')";
    if succeeds(program("node", &["--eval", opens], folder)) {
        return Ok(());
    }
    let headers = "/usr/include/node/node.h";
    if !Path::new(headers).exists() {
        install(&["libnode-dev"], folder)?;
    }
    let mut rebuild = program("npm", &["rebuild", "better-sqlite3"], folder);
    rebuild.env("npm_config_build_from_source", "true").env("npm_config_nodedir", "/usr");
    run(rebuild)
}

/// A Python with those that do the whole job, or parts of it, and who judges them.
pub(crate) fn workers(root: &Path) -> Result<PathBuf, Failure> {
    pinned(".venv-job", "bench/job/requirements.txt", root)
}

/// The Python of a virtual environment that has exactly what a file of requirements names.
fn pinned(environment: &str, requirements: &str, root: &Path) -> Result<PathBuf, Failure> {
    let python = root.join(environment).join("bin/python");
    let has_all = || succeeds(program(&python, &["-c", HAS_ALL, requirements], root));
    if !has_all() {
        create_environment(environment, root)?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        let pinned = ["--only-binary", ":all:", "--no-deps", "-r", requirements];
        run(program(&python, &[&pip[..], &pinned[..]].concat(), root))?;
    }
    if has_all() {
        Ok(python)
    } else {
        Err(format!("{} has not what {requirements} names", python.display()).into())
    }
}

/// Whether every requirement is installed in the version that it is pinned to.
const HAS_ALL: &str = "\
import importlib.metadata, sys
lines = [line.strip() for line in open(sys.argv[1])]
pins = [line.split('==') for line in lines if line and line[0] not in '#-']
sys.exit(not all(importlib.metadata.version(name) == pin for name, pin in pins))";

/// A virtual environment, from whichever Python can make one. Debian's cannot without the
/// package python3-venv, so that is fetched before a second try.
fn create_environment(name: &str, root: &Path) -> Result<(), Failure> {
    let create = |python: &str| program(python, &["-m", "venv", "--clear", name], root);
    if succeeds(create("python3")) {
        return Ok(());
    }
    install(&["python3", "python3-venv"], root)?;
    // An older python3 before Debian's in PATH may be the one that failed.
    if succeeds(create("python3")) { Ok(()) } else { run(create("/usr/bin/python3")) }
}

/// Debian packages, without a question: as root, or where sudo asks nothing.
pub(crate) fn install(packages: &[&str], root: &Path) -> Result<(), Failure> {
    let apt = |args: &[&str]| {
        // Another apt at work is waited for.
        let wait = "-oDPkg::Lock::Timeout=120";
        let apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", wait];
        run(as_root(&[&apt[..], args].concat(), root))
    };
    let missing = |cause| format!("missing: {} ({cause})", packages.join(", "));
    apt(&["update", "-qq"]).map_err(missing)?;
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    apt(&[&install[..], packages].concat()).map_err(missing)?;
    Ok(())
}

/// A program run as root: by itself, or by a sudo that asks nothing.
pub(crate) fn as_root(args: &[&str], root: &Path) -> Command {
    let is_root = succeeds(program("sh", &["-c", "test \"$(id -u)\" = 0"], root));
    if is_root {
        program(args[0], &args[1..], root)
    } else {
        program("sudo", &[&["-n"], args].concat(), root)
    }
}
