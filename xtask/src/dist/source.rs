//! From the source: `cargo install`, which is the way where there is Rust and
//! no package for the machine.

use super::release::Release;
use super::trial::Installed;
use crate::Failure;
use crate::command::{cargo, run};

/// Installs it elsewhere than a user's own programs, of what is built already,
/// and runs it there.
pub(super) fn try_out(release: &Release) -> Result<(), Failure> {
    let scratch = release.scratch("source")?;
    let args = ["install", "--quiet", "--locked", "--path", "crates/silverprint", "--root"];
    let mut install = cargo(&args, &release.root);
    install.arg(&scratch);
    run(install)?;
    Installed::here(&scratch.join("bin/silverprint"), &scratch).live_through(release)
}
