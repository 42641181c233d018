//! The config file: options under their own names, for all commands at the
//! top, for one command in the section of its name; and `key`.

use super::error::SettingError;
use super::{options, place};
use clap::Command;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// More than anybody writes by hand.
const LONGEST: u64 = 1 << 20;
/// At most so many letters differ between a name and the nearest.
const NEAR: usize = 4;
/// What options take.
const OF_OPTIONS: &str = "a text, a number, or true or false";

/// A config file as read; empty where there is none.
#[derive(Default)]
pub(crate) struct ConfigFile {
    path: Option<PathBuf>,
    /// Without the key.
    table: Table,
    key: Option<Value>,
    /// Whether others than its owner may read it.
    is_open: bool,
}

/// What the file says of the key. It holds a secret, so it is not shown.
pub(crate) enum ConfigKey {
    Nothing,
    Key(String),
    /// Others may read it.
    Open(PathBuf),
}

/// Shows no value: one may be a secret that was written under a wrong name.
impl fmt::Debug for ConfigFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ConfigFile {
    /// The file that the arguments or the environment name, which must be
    /// there; else the usual one, which need not.
    pub(crate) fn read(named: Option<PathBuf>) -> Result<Self, SettingError> {
        let variable = std::env::var_os("SILVERPRINT_CONFIG").filter(|it| !it.is_empty());
        if let Some(path) = named.or_else(|| variable.map(PathBuf::from)) {
            return Self::read_at(&path);
        }
        let Some(usual) = place::config_file() else { return Ok(Self::default()) };
        match Self::read_at(&usual) {
            Err(SettingError::Unreadable { source, .. })
                if source.kind() == io::ErrorKind::NotFound =>
            {
                Ok(Self::default())
            }
            read => read,
        }
    }

    fn read_at(path: &Path) -> Result<Self, SettingError> {
        let unreadable = |source| SettingError::Unreadable { file: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        let is_open = is_open(&file).map_err(unreadable)?;
        let mut text = String::new();
        file.take(LONGEST + 1).read_to_string(&mut text).map_err(unreadable)?;
        if text.len() as u64 > LONGEST {
            return Err(SettingError::TooLong { file: path.to_owned(), most: LONGEST });
        }
        Self::parse(path, &text, is_open)
    }

    pub(crate) fn parse(path: &Path, text: &str, is_open: bool) -> Result<Self, SettingError> {
        // Its own text would show the line, and the line may be that of the key.
        let syntax = |error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            SettingError::Syntax {
                file: path.to_owned(),
                line: before.split('\n').count(),
                message: error.message().to_owned(),
            }
        };
        let mut table: Table = toml::from_str(text).map_err(syntax)?;
        let key = table.remove("key");
        Ok(Self { path: Some(path.to_owned()), table, key, is_open })
    }

    pub(super) fn path(&self) -> PathBuf {
        self.path.clone().unwrap_or_default()
    }

    /// The user's key, if it stands here and nobody else can read it.
    pub(crate) fn key(&self) -> Result<ConfigKey, SettingError> {
        match &self.key {
            None => Ok(ConfigKey::Nothing),
            Some(_) if self.is_open => Ok(ConfigKey::Open(self.path())),
            Some(Value::String(key)) => Ok(ConfigKey::Key(key.clone())),
            Some(other) => Err(self.kind("key", "a text", other)),
        }
    }

    /// The file, where a key stands in it.
    pub(crate) fn with_key(&self) -> Option<&Path> {
        self.key.as_ref().and(self.path.as_deref())
    }

    /// What is said of an option: in the section of the command, else at the
    /// top, if that counts. With the key as one would look for it.
    pub(super) fn value(&self, command: &str, long: &str, top: bool) -> Option<(String, String)> {
        let in_section =
            || Some((format!("[{command}] {long}"), self.section(command)?.get(long)?));
        let at_top = || self.table.get(long).filter(|_| top).map(|value| (long.to_owned(), value));
        let (key, value) = in_section().or_else(at_top)?;
        Some((key, text(value)?))
    }

    fn section(&self, command: &str) -> Option<&Table> {
        self.table.get(command)?.as_table()
    }

    /// That every name in it is one of an option, and every value of a kind
    /// that options have.
    pub(super) fn check_names(&self, commands: &Command) -> Result<(), SettingError> {
        let all = || commands.get_subcommands().flat_map(options).filter_map(|arg| arg.get_long());
        for (name, value) in &self.table {
            match (commands.find_subcommand(name), value) {
                (Some(command), Value::Table(section)) => {
                    self.check_section(command, section)?;
                }
                _ if all().any(|known| known == name) => self.check_kind(name, value)?,
                (Some(_), other) => return Err(self.kind(name, "a section of that name", other)),
                _ => {
                    let sections = commands.get_subcommands().map(Command::get_name);
                    let known = all().chain(["key"]).chain(sections);
                    return Err(self.unknown(name, None, known));
                }
            }
        }
        Ok(())
    }

    fn check_section(&self, command: &Command, section: &Table) -> Result<(), SettingError> {
        for (name, value) in section {
            let mut known = options(command).filter_map(|arg| arg.get_long());
            if !known.any(|known| known == name) {
                let known = options(command).filter_map(|arg| arg.get_long());
                return Err(self.unknown(name, Some(command.get_name()), known));
            }
            self.check_kind(name, value)?;
        }
        Ok(())
    }

    fn check_kind(&self, key: &str, value: &Value) -> Result<(), SettingError> {
        if text(value).is_some() { Ok(()) } else { Err(self.kind(key, OF_OPTIONS, value)) }
    }

    fn kind(&self, key: &str, expected: &'static str, value: &Value) -> SettingError {
        let (file, key) = (self.path(), key.to_owned());
        SettingError::Kind { file, key, expected, found: value.type_str() }
    }

    fn unknown<'a>(
        &self,
        name: &str,
        section: Option<&str>,
        known: impl Iterator<Item = &'a str>,
    ) -> SettingError {
        let near = known.map(|known| (strsim::damerau_levenshtein(name, known), known));
        let nearest = near.min().filter(|(distance, _)| *distance <= NEAR);
        SettingError::UnknownKey {
            file: self.path(),
            key: name.to_owned(),
            section: section.map(ToOwned::to_owned),
            nearest: nearest.map(|(_, known)| known.to_owned()),
        }
    }
}

/// A value as one would type it after the option.
fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Datetime(date) => date.to_string(),
        Value::Array(_) | Value::Table(_) => return None,
    })
}

/// Whether others than the owner may read it.
#[cfg(unix)]
pub(crate) fn is_open(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

/// Folders of a user are closed to others by their system.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix, where it can fail")]
pub(crate) fn is_open(_file: &File) -> io::Result<bool> {
    Ok(false)
}
