//! The system's keyring: the Secret Service on Linux, the Keychain on macOS, the
//! Credential Manager on Windows, elsewhere none. It is asked in a thread of its
//! own and for a limited time: one that is dead, or that waits for a password
//! nobody types, keeps nobody.

#[cfg(any(windows, target_os = "macos"))]
#[path = "keyring/native.rs"]
mod system;
#[cfg(not(any(windows, target_os = "macos", target_os = "linux")))]
#[path = "keyring/none.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "keyring/secret_service.rs"]
mod system;

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// The keyring, and how it is to be asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyring {
    /// How long it may take.
    pub(super) patience: Duration,
    pub(super) may_prompt: Prompt,
}

/// Whether the keyring may ask for its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompt {
    Allowed,
    /// Nobody is there to type it.
    Never,
}

/// Why a keyring cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyringError {
    /// There is none.
    #[error("there is no keyring")]
    Absent,
    /// It is there and wants its password.
    #[error("the keyring is locked")]
    Locked,
    /// It does not answer.
    #[error("the keyring did not answer in {} s", .0.as_secs())]
    Silent(Duration),
    /// It says no.
    #[error("the keyring failed: {0}")]
    Failed(String),
}

/// What the key is kept under.
const SERVICE: &str = "silverprint";
const USER: &str = "flickr-api-key";

impl Keyring {
    pub(crate) const NAME: &str = system::NAME;

    /// The key in it.
    pub(super) fn get(&self) -> Result<Option<String>, KeyringError> {
        let prompt = self.may_prompt;
        self.in_time(move || system::get(prompt))
    }

    /// Puts a key in, over the one that was there.
    pub(super) fn set(&self, key: &str) -> Result<(), KeyringError> {
        let (prompt, key) = (self.may_prompt, key.to_owned());
        self.in_time(move || system::set(&key, prompt))
    }

    /// Takes the key out; says whether it was there.
    pub(super) fn remove(&self) -> Result<bool, KeyringError> {
        let prompt = self.may_prompt;
        self.in_time(move || system::remove(prompt))
    }

    /// A thread that outlasts our patience ends with the process.
    fn in_time<T: Send + 'static>(
        &self,
        ask: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        if !system::is_likely() {
            return Err(KeyringError::Absent);
        }
        let (tx, rx) = sync_channel(1);
        let thread = thread::Builder::new().name("keyring".to_owned());
        let spawned = thread.spawn(move || {
            // Nobody may be waiting any more.
            let _ = tx.send(ask());
        });
        spawned.map_err(|error| KeyringError::Failed(error.to_string()))?;
        match rx.recv_timeout(self.patience) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(KeyringError::Silent(self.patience)),
            Err(RecvTimeoutError::Disconnected) => {
                Err(KeyringError::Failed("its thread ended".to_owned()))
            }
        }
    }
}
