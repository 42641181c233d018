//! Programs that chores run: without a terminal to ask at, shown as typed,
//! judged by their exit code.

use crate::Failure;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program to be run at the top of the repository.
pub(crate) fn program(name: impl AsRef<OsStr>, args: &[&str], root: &Path) -> Command {
    let mut command = Command::new(name);
    command.args(args).current_dir(root).stdin(Stdio::null());
    command
}

/// The cargo that runs this chore. What it tells xtask about xtask is taken
/// out again: build scripts that look at it would think that all had changed.
pub(crate) fn cargo(args: &[&str], root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = program(cargo, args, root);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Where cargo puts what it builds.
pub(crate) fn target(root: &Path) -> Result<PathBuf, Failure> {
    let metadata = ["metadata", "--format-version", "1", "--no-deps", "--locked"];
    let metadata: Value = serde_json::from_str(&output(cargo(&metadata, root))?)?;
    let target = metadata["target_directory"].as_str();
    Ok(target.ok_or("cargo metadata has no target directory")?.into())
}

/// Runs it with its output shown.
pub(crate) fn run(mut command: Command) -> Result<(), Failure> {
    let line = line(&command);
    println!("$ {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}`: {status}").into()),
        Err(error) => Err(format!("`{line}` could not be started: {error}").into()),
    }
}

/// Runs it silently and takes what it prints.
pub(crate) fn output(mut command: Command) -> Result<String, Failure> {
    let line = line(&command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{line}` could not be started: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(format!("`{line}`: {}", output.status).into())
    }
}

/// Whether it runs and is content; nothing is shown.
pub(crate) fn succeeds(mut command: Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    let args = command.get_args().map(OsStr::to_string_lossy);
    [name].into_iter().chain(args).collect::<Vec<_>>().join(" ")
}
