//! The released program, and the torturer that does to it what Flickr, the
//! network, the disk and the machine can do.

use crate::command::{cargo, program, run as run_command, succeeds, target};
use crate::{Failure, ci, tools};
use std::path::Path;

/// Builds both, and lets one at the other.
pub(crate) fn run(args: &[&str], root: &Path) -> Result<(), Failure> {
    run_command(cargo(&["build", "--release", "--locked", "-p", "torture"], root))?;
    run_built("release/torture", args, root)
}

/// The short form, which is part of everything that must pass. Its torturer is the
/// one that the tests have built: to build all below it for release takes a minute.
pub(crate) fn run_quick(root: &Path) -> Result<(), Failure> {
    ci::build_tests(root)?;
    run_built("debug/torture", &["--seed", "1", "--quick"], root)
}

fn run_built(torturer: &str, args: &[&str], root: &Path) -> Result<(), Failure> {
    install_missing(root)?;
    ci::build(root)?;
    let target = target(root)?;
    let mut torture = program(target.join(torturer), args, root);
    torture.arg("--program").arg(target.join("release/silverprint"));
    torture.arg("--scratch").arg(target.join("torture"));
    run_command(torture)
}

/// What brings faults of the disk and the clock about.
fn install_missing(root: &Path) -> Result<(), Failure> {
    let has_strace = succeeds(program("strace", &["--version"], root));
    let library =
        "ls /usr/lib/faketime/libfaketime.so.1 || ls /usr/lib/*/faketime/libfaketime.so.1";
    let has_faketime = succeeds(program("sh", &["-c", library], root));
    if has_strace && has_faketime {
        return Ok(());
    }
    tools::install(&["strace", "libfaketime"], root)
}
