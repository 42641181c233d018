//! `silverprint login` and `logout`: the user's own key, kept and removed.

use crate::args;
use crate::commands::door;
use crate::exit::Exit;
use crate::hints::NotKept;
use crate::keys;
use crate::printable::say;
use crate::settings::ConfigFile;
use anyhow::Context;
use silverprint_archive::ArchiveError;
use silverprint_core::{AccountRef, Silent, SourceError};
use silverprint_flickr::{ApiKey, Door};
use std::sync::Arc;
use std::time::Duration;

/// Whom Flickr is asked for to check a key: its own account, which has been
/// there from the beginning.
const SOMEBODY: &str = "flickr";
/// A check that takes longer is not worth the wait.
const CHECKED_WITHIN: Duration = Duration::from_secs(20);

/// Keeps the key.
pub(crate) fn run(args: &args::Login, config: &ConfigFile) -> anyhow::Result<Exit> {
    let text = keys::ask()?;
    let key: ApiKey = text.parse().context(NotKept)?;
    if !args.no_check {
        check(key, &args.flickr)?;
    }
    let keyring = (!args.file && !args.keyring.no_keyring).then(keys::the_keyring);
    let place = keys::keep(text.trim(), keyring.as_ref())?;
    say(&format!("the key is kept {place}"));
    for other in others(config) {
        say(&format!("note: {other}, and comes before it"));
    }
    Ok(Exit::Success)
}

/// Asks Flickr whether the key is good. Trouble on the way there says nothing
/// of the key.
fn check(key: ApiKey, flickr: &args::Flickr) -> anyhow::Result<()> {
    let base = door::base(flickr)?;
    let policy = door::believing(door::polite(), flickr)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asked = runtime.block_on(async {
        let source = door::connect(Door::Key(key), base, policy, Arc::new(Silent))?;
        let somebody: AccountRef = SOMEBODY.parse()?;
        anyhow::Ok(tokio::time::timeout(CHECKED_WITHIN, source.resolve(&somebody)).await)
    });
    // What still hangs must not keep us.
    runtime.shutdown_background();
    let trouble = match asked? {
        Ok(Err(error @ SourceError::BadKey { .. })) => {
            return Err(anyhow::Error::new(ArchiveError::from(error)).context(NotKept));
        }
        Ok(Ok(_) | Err(SourceError::NoSuchAccount { .. })) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer in {} s", CHECKED_WITHIN.as_secs()),
    };
    say(&format!("note: the key could not be checked: {trouble}"));
    Ok(())
}

/// Removes the key.
pub(crate) fn forget(args: &args::Logout, config: &ConfigFile) -> anyhow::Result<Exit> {
    let keyring = (!args.keyring.no_keyring).then(keys::the_keyring);
    let places = keys::forget(keyring.as_ref())?;
    match places.as_slice() {
        [] => say("there was no key to remove"),
        places => say(&format!("the key is removed from {}", places.join(" and "))),
    }
    for other in others(config) {
        say(&format!("note: {other}, and stays there"));
    }
    Ok(Exit::Success)
}

/// The keys that come before one that is kept, and where they stand.
fn others(config: &ConfigFile) -> Vec<String> {
    let mut others = Vec::new();
    if std::env::var_os(keys::VARIABLE).is_some_and(|text| !text.is_empty()) {
        others.push(format!("there is a key in {}", keys::VARIABLE));
    }
    if let Some(path) = config.with_key() {
        others.push(format!("there is a key in {}", path.display()));
    }
    others
}
