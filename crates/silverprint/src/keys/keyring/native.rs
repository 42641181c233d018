//! The keyrings that belong to the system: the Keychain on macOS, the
//! Credential Manager on Windows. Both ask for passwords by themselves.

use super::{KeyringError, Prompt, SERVICE, USER};
#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
use keyring_core::{CredentialStore, Entry, Error};
use std::sync::Arc;
#[cfg(windows)]
use windows_native_keyring_store::Store;

#[cfg(target_os = "macos")]
pub(super) const NAME: &str = "Keychain";
#[cfg(windows)]
pub(super) const NAME: &str = "Credential Manager";

/// It is always there.
pub(super) fn is_likely() -> bool {
    true
}

pub(super) fn get(_prompt: Prompt) -> Result<Option<String>, KeyringError> {
    match entry()?.get_password() {
        Ok(key) => Ok(Some(key)),
        Err(Error::NoEntry) => Ok(None),
        Err(other) => Err(error(&other)),
    }
}

pub(super) fn set(key: &str, _prompt: Prompt) -> Result<(), KeyringError> {
    entry()?.set_password(key).map_err(|it| error(&it))
}

pub(super) fn remove(_prompt: Prompt) -> Result<bool, KeyringError> {
    match entry()?.delete_credential() {
        Ok(()) => Ok(true),
        Err(Error::NoEntry) => Ok(false),
        Err(other) => Err(error(&other)),
    }
}

fn entry() -> Result<Entry, KeyringError> {
    let store: Arc<CredentialStore> = Store::new().map_err(|it| error(&it))?;
    Entry::new_in_store(&store, SERVICE, USER).map_err(|it| error(&it))
}

fn error(error: &Error) -> KeyringError {
    match error {
        Error::NoStorageAccess(_) => KeyringError::Locked,
        other => KeyringError::Failed(other.to_string()),
    }
}
