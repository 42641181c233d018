//! Where a user's settings live on each system.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The usual config file; `None` on a system that says no home.
pub(super) fn config_file() -> Option<PathBuf> {
    Some(folder()?.join("config.toml"))
}

/// The file that `login --file` keeps a key in, beside the config file, so
/// that the latter can be shown and shared.
pub(crate) fn key_file() -> Option<PathBuf> {
    Some(folder()?.join("key"))
}

/// `$XDG_CONFIG_HOME/silverprint` where that is set, on every system; else
/// where the system keeps such things.
fn folder() -> Option<PathBuf> {
    let set = absolute("XDG_CONFIG_HOME");
    Some(set.or_else(systems_own)?.join("silverprint"))
}

#[cfg(windows)]
fn systems_own() -> Option<PathBuf> {
    absolute("APPDATA")
}

#[cfg(target_os = "macos")]
fn systems_own() -> Option<PathBuf> {
    Some(env::home_dir()?.join("Library/Application Support"))
}

#[cfg(not(any(windows, target_os = "macos")))]
fn systems_own() -> Option<PathBuf> {
    Some(env::home_dir()?.join(".config"))
}

/// A relative path in such a variable is to be ignored (XDG Base Directory).
fn absolute(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// No shell reads the config file: `~/` means the home here as well.
pub(super) fn from_home(value: &str) -> OsString {
    match (value.strip_prefix("~/"), env::home_dir()) {
        (Some(below), Some(home)) => home.join(Path::new(below)).into_os_string(),
        _ => value.into(),
    }
}
