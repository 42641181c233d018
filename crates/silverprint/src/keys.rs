//! The user's own API key: where it may stand, in order, and where `login`
//! keeps it. It never comes from the arguments, which everybody on the machine
//! can read.

mod keyfile;
mod keyring;

use crate::printable::say;
use crate::settings::{self, ConfigFile, ConfigKey};
use anyhow::Context;
pub(crate) use keyfile::KeyFileError;
pub(crate) use keyring::{Keyring, KeyringError};
use silverprint_flickr::{ApiKey, KeyError};
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::time::Duration;

/// The environment's variable.
pub(crate) const VARIABLE: &str = "SILVERPRINT_FLICKR_KEY";
/// A keyring that has not answered by then is dead. Longer than any that lives
/// takes, shorter than anybody's patience.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// So long somebody may take to type the keyring's password.
const UNLOCKED_WITHIN: Duration = Duration::from_mins(1);
/// More than any key has.
const LONGEST_LINE: u64 = 4096;

/// A file with a key in it that others can read.
#[derive(Debug, thiserror::Error)]
#[error("{} holds an API key, and others can read it", file.display())]
pub(crate) struct OpenToOthers {
    pub(crate) file: PathBuf,
}

/// What looking for a key came to.
pub(crate) enum Found {
    Key(ApiKey),
    /// None; or none that could be had, for that reason.
    Nothing(Option<KeyringError>),
}

/// The system's keyring, with the patience that fits who is there: somebody at
/// a terminal can unlock it, nobody else can.
pub(crate) fn the_keyring() -> Keyring {
    let is_somebody_there = io::stdin().is_terminal() && io::stderr().is_terminal();
    if is_somebody_there {
        Keyring { patience: UNLOCKED_WITHIN, may_prompt: keyring::Prompt::Allowed }
    } else {
        Keyring { patience: ANSWERS_WITHIN, may_prompt: keyring::Prompt::Never }
    }
}

/// The key: of the environment, else of the config file, else of the file or
/// the keyring that `login` put it into. `keyring` is `None` where it is to be
/// left alone.
pub(crate) fn find(config: &ConfigFile, keyring: Option<&Keyring>) -> anyhow::Result<Found> {
    let text = std::env::var_os(VARIABLE).unwrap_or_default();
    // Set to nothing is not set: so are variables that a script passes on.
    if let Some(key) = parsed(&text.to_string_lossy()).context(VARIABLE)? {
        return Ok(Found::Key(key));
    }
    match config.key()? {
        ConfigKey::Key(key) => {
            if let Some(key) = parsed(&key).context("key, in the config file")? {
                return Ok(Found::Key(key));
            }
        }
        ConfigKey::Open(file) => return Err(OpenToOthers { file }.into()),
        ConfigKey::Nothing => {}
    }
    if let Some(path) = settings::key_file()
        && let Some(text) = keyfile::read(&path)?
        && let Some(key) = parsed(&text).with_context(|| path.display().to_string())?
    {
        return Ok(Found::Key(key));
    }
    in_keyring(keyring)
}

fn in_keyring(keyring: Option<&Keyring>) -> anyhow::Result<Found> {
    let Some(keyring) = keyring else { return Ok(Found::Nothing(None)) };
    match keyring.get() {
        Ok(Some(text)) => Ok(match parsed(&text).context("the key in the keyring")? {
            Some(key) => Found::Key(key),
            None => Found::Nothing(None),
        }),
        Ok(None) | Err(KeyringError::Absent) => Ok(Found::Nothing(None)),
        Err(error) => Ok(Found::Nothing(Some(error))),
    }
}

fn parsed(text: &str) -> Result<Option<ApiKey>, KeyError> {
    match text.parse() {
        Err(KeyError::Empty) => Ok(None),
        key => key.map(Some),
    }
}

/// Reads a key without showing it: typed at the terminal, or the first line of
/// stdin.
pub(crate) fn ask() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password("API key (it will not be shown): ")
            .context("read the key from the terminal");
    }
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST_LINE).read_to_string(&mut text);
    read.context("read the key from stdin")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Keeps a key: in the keyring, else in the file; says where it went. It is in
/// one of them only, so that no old one comes before it.
pub(crate) fn keep(key: &str, keyring: Option<&Keyring>) -> anyhow::Result<String> {
    let path = settings::key_file();
    if let Some(keyring) = keyring {
        match keyring.set(key) {
            Ok(()) => {
                if let Some(path) = &path {
                    keyfile::remove(path)?;
                }
                return Ok(format!("in the system's keyring ({})", Keyring::NAME));
            }
            Err(error) => say(&format!("note: not in the keyring: {error}")),
        }
    }
    let path = path.context("there is no home to keep a file in: set XDG_CONFIG_HOME")?;
    keyfile::write(&path, key)?;
    Ok(format!("in {}, for your eyes only", path.display()))
}

/// Removes what [`keep`] kept. Says from where, for each place.
pub(crate) fn forget(keyring: Option<&Keyring>) -> anyhow::Result<Vec<String>> {
    let mut places = Vec::new();
    if let Some(path) = settings::key_file()
        && keyfile::remove(&path)?
    {
        places.push(path.display().to_string());
    }
    if let Some(keyring) = keyring {
        match keyring.remove() {
            Ok(true) => places.push("the system's keyring".to_owned()),
            Ok(false) | Err(KeyringError::Absent) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(places)
}
