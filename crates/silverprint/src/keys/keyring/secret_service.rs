//! The Secret Service of the desktop's session bus: GNOME's keyring, KDE's
//! wallet, `KeePassXC`.

use super::{KeyringError, Prompt, SERVICE, USER};
use dbus_secret_service::{Collection, EncryptionType, Error, Item, SecretService};
use std::collections::HashMap;

pub(super) const NAME: &str = "Secret Service";
/// So long the service shows its prompt; our own patience ends before.
const PROMPTED_FOR: u64 = 120;

/// Without a session's bus there is no service, and libdbus would start a bus.
pub(super) fn is_likely() -> bool {
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty())
}

pub(super) fn get(prompt: Prompt) -> Result<Option<String>, KeyringError> {
    let service = connect(prompt)?;
    let found = service.search_items(attributes()).map_err(error)?;
    let item = match (found.unlocked.first(), found.locked.first()) {
        (Some(item), _) => item,
        (None, Some(item)) => {
            item.unlock().map_err(error)?;
            item
        }
        (None, None) => return Ok(None),
    };
    text(item).map(Some)
}

fn text(item: &Item<'_>) -> Result<String, KeyringError> {
    let secret = item.get_secret().map_err(error)?;
    String::from_utf8(secret).map_err(|_| KeyringError::Failed("what it keeps is no text".into()))
}

pub(super) fn set(key: &str, prompt: Prompt) -> Result<(), KeyringError> {
    let service = connect(prompt)?;
    let collection = collection(&service)?;
    let label = "Silverprint: API key for Flickr";
    let put = collection.create_item(label, attributes(), key.as_bytes(), true, "text/plain");
    put.map(drop).map_err(error)
}

fn collection(service: &SecretService) -> Result<Collection<'_>, KeyringError> {
    let collection = service.get_default_collection().map_err(error)?;
    collection.ensure_unlocked().or_else(|_| collection.unlock()).map_err(error)?;
    Ok(collection)
}

pub(super) fn remove(prompt: Prompt) -> Result<bool, KeyringError> {
    let service = connect(prompt)?;
    let found = service.search_items(attributes()).map_err(error)?;
    for item in &found.locked {
        item.unlock().map_err(error)?;
    }
    let items: Vec<_> = found.unlocked.iter().chain(&found.locked).collect();
    for item in &items {
        item.delete().map_err(error)?;
    }
    Ok(!items.is_empty())
}

/// Unencrypted on the bus: its socket is the user's own, and whoever can listen
/// there can ask for the key as well.
fn connect(prompt: Prompt) -> Result<SecretService, KeyringError> {
    let seconds = match prompt {
        Prompt::Allowed => PROMPTED_FOR,
        Prompt::Never => 0,
    };
    let connected = SecretService::connect_with_max_prompt_timeout(EncryptionType::Plain, seconds);
    connected.map_err(|_| KeyringError::Absent)
}

fn attributes() -> HashMap<&'static str, &'static str> {
    HashMap::from([("service", SERVICE), ("username", USER)])
}

fn error(error: Error) -> KeyringError {
    match error {
        Error::Locked | Error::Prompt => KeyringError::Locked,
        Error::Unavailable => KeyringError::Absent,
        other => KeyringError::Failed(other.to_string()),
    }
}
