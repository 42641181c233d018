//! The one command that checks and tests everything: what it passes, a
//! reviewer need not look for.

use crate::command::{self, cargo};
use crate::{Failure, deny, deps, dist, fuzz, judges, links, sheet, tools, torture};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

type Step = (&'static str, fn(&Path) -> Result<(), Failure>);

/// In this order: what is quick and often wrong comes first. Only `build`
/// uses the release profile; the tests run in the dev profile, which is
/// optimised where it matters (see Cargo.toml).
const STEPS: [Step; 14] = [
    ("tools", tools),
    ("format", format),
    ("clippy", clippy),
    ("deps", deps::run),
    ("deny", deny::run_all),
    ("doc", doc),
    ("build", build),
    ("dist", dist::check),
    ("test", test),
    ("sheet", sheet::run_all),
    ("torture", torture::run_quick),
    ("fuzz", fuzz::run_all),
    ("judges", judges::run_all),
    ("links", links::run),
];

/// The program alone, as it is released: built together with fake-flickr it
/// would get that crate's proxy, authority and all.
const BUILD: [&str; 5] = ["build", "--release", "--locked", "-p", "silverprint"];

/// Every step, until one fails.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let start = Instant::now();
    for (idx, (name, step)) in STEPS.iter().enumerate() {
        println!("\n== {}/{} {name}", idx + 1, STEPS.len());
        let begun = Instant::now();
        step(root).map_err(|cause| format!("step {name}: {cause}"))?;
        println!("== {name}: good, {:.1} s", begun.elapsed().as_secs_f64());
    }
    println!("\n== all good, {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn tools(root: &Path) -> Result<(), Failure> {
    tools::check_compiler(root)?;
    let python = tools::python(root)?;
    println!("Pillow: {}", python.display());
    println!("browser: {}", sheet::install(root)?.display());
    Ok(())
}

fn format(root: &Path) -> Result<(), Failure> {
    command::run(cargo(&["fmt", "--all", "--check"], root))
}

fn clippy(root: &Path) -> Result<(), Failure> {
    let args = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    command::run(cargo(&args, root))
}

fn doc(root: &Path) -> Result<(), Failure> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"], root);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    command::run(doc)
}

/// What the tests run, and those programs of it that other steps run: in `ci` it is
/// there already.
pub(crate) fn build_tests(root: &Path) -> Result<(), Failure> {
    command::run(cargo(&["test", "--workspace", "--locked", "--no-run", "--quiet"], root))
}

/// The program as it is released.
pub(crate) fn build(root: &Path) -> Result<(), Failure> {
    command::run(cargo(&BUILD, root))
}

fn test(root: &Path) -> Result<(), Failure> {
    let mut test = cargo(&["test", "--workspace", "--locked"], root);
    test.env("SILVERPRINT_PYTHON", tools::python(root)?);
    test.env("SILVERPRINT_CHROMIUM", tools::chromium(root)?);
    if let Some(recorded) = recorded(root) {
        test.env("SILVERPRINT_RECORDED", recorded);
    }
    command::run(test)
}

/// Answers that Flickr once gave: they are not ours to publish, so that they
/// lie beside the checkout, where they are at all.
fn recorded(root: &Path) -> Option<OsString> {
    let beside = || root.join("../shared/flickr-recorded").canonicalize().ok();
    env::var_os("SILVERPRINT_RECORDED").or_else(|| beside().map(PathBuf::into_os_string))
}
