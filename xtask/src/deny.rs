//! What we depend on, held against `deny.toml` by cargo-deny: licences, where
//! code comes from, what is banned; and known vulnerabilities, where the list of
//! them can be had. It lies on GitHub: without a way there that is said, and
//! nothing more is claimed.

use crate::command::{program, run};
use crate::{Failure, tools};
use std::path::Path;

/// The rules of a newer one are a change to look at.
const VERSION: &str = "0.20.2";
/// Which workspaces there are: the second is that of the fuzz targets.
const MANIFESTS: [&str; 2] = ["Cargo.toml", "fuzz/Cargo.toml"];

/// Checks everything; without the list of advisories everything else.
pub(crate) fn run_all(root: &Path) -> Result<(), Failure> {
    let cargo_deny = tools::compiled("cargo-deny", VERSION, root)?;
    let deny = |manifest: &str, network: &str, args: &[&str]| {
        let whole = ["--manifest-path", manifest, "--all-features", network];
        let config = ["--config", "deny.toml"];
        run(program(&cargo_deny, &[&whole[..], &config, args].concat(), root))
    };
    for manifest in MANIFESTS {
        deny(manifest, "--locked", &["check", "bans", "licenses", "sources"])?;
    }
    if let Err(cause) = deny(MANIFESTS[0], "--locked", &["fetch", "db"]) {
        println!("advisories: NOT CHECKED, their list cannot be had here ({cause})");
        return Ok(());
    }
    for manifest in MANIFESTS {
        deny(manifest, "--frozen", &["check", "advisories"])?;
    }
    Ok(())
}
