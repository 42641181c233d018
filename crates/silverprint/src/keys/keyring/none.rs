//! A system whose keyring we do not know: the key has the file.

use super::{KeyringError, Prompt};

pub(super) const NAME: &str = "none";

pub(super) fn is_likely() -> bool {
    false
}

pub(super) fn get(_prompt: Prompt) -> Result<Option<String>, KeyringError> {
    Err(KeyringError::Absent)
}

pub(super) fn set(_key: &str, _prompt: Prompt) -> Result<(), KeyringError> {
    Err(KeyringError::Absent)
}

pub(super) fn remove(_prompt: Prompt) -> Result<bool, KeyringError> {
    Err(KeyringError::Absent)
}
