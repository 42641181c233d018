//! What can be wrong with a config file or a variable: each error names the
//! place, the key and the value.

use clap::error::{ContextKind, ContextValue};
use std::error::Error;
use std::io;
use std::path::PathBuf;

/// The config file or a variable is not as it should be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingError {
    /// It was named, or is there, and cannot be read.
    #[error("cannot read the config file {}: {source}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    /// No config file is so long.
    #[error("the config file {} is longer than {most} bytes", file.display())]
    TooLong { file: PathBuf, most: u64 },
    /// Not TOML.
    #[error("{}, line {line}: {message}", file.display())]
    Syntax { file: PathBuf, line: usize, message: String },
    /// No option of that name.
    #[error("{}: {key} is no option{}", file.display(), of(section.as_deref()))]
    UnknownKey {
        file: PathBuf,
        key: String,
        /// Of the command that the section is named after.
        section: Option<String>,
        /// The nearest that there is.
        nearest: Option<String>,
    },
    /// Not of the kind that belongs there.
    #[error("{}: {key}: expected {expected}, not {found}", file.display())]
    Kind { file: PathBuf, key: String, expected: &'static str, found: &'static str },
    /// The option takes no such value.
    #[error("{}: {key} = {value:?}: {reason}", file.display())]
    Value { file: PathBuf, key: String, value: String, reason: String },
    /// The option takes no such value.
    #[error("{name}={value:?}: {reason}")]
    Variable { name: String, value: String, reason: String },
}

impl SettingError {
    /// What would help.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownKey { nearest: Some(nearest), .. } => {
                Some(format!("the nearest there is: {nearest}"))
            }
            Self::UnknownKey { .. } => Some(
                "`silverprint sync --help` lists the options; a section is named after its command"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

fn of(section: Option<&str>) -> String {
    section.map_or_else(String::new, |section| format!(" of `silverprint {section}`"))
}

/// Why clap takes no such value, without clap's own words around it.
pub(super) fn reason(error: &clap::Error) -> String {
    if let Some(source) = error.source() {
        return source.to_string();
    }
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(valid)) => format!("expected one of {}", valid.join(", ")),
        _ => "no such value".to_owned(),
    }
}
