//! Any text as a config file: options or an error, and no error shows the key.
#![no_main]

#[path = "../../crates/silverprint/src"]
mod program {
    #[expect(dead_code, reason = "the program does more with them")]
    #[expect(unused_imports, reason = "the program does more with them")]
    pub(crate) mod settings;
}

use clap::{Arg, ArgAction, Command, value_parser};
use libfuzzer_sys::fuzz_target;
use program::settings::{ConfigFile, ConfigKey, collect};
use std::path::{Path, PathBuf};

/// An option of each kind.
fn commands() -> Command {
    let text = Arg::new("size").long("size");
    let number = Arg::new("jobs").long("jobs").value_parser(value_parser!(u16).range(1..));
    let path = Arg::new("to").long("to").value_parser(value_parser!(PathBuf));
    let flag = Arg::new("full").long("full").action(ArgAction::SetTrue);
    let choice = Arg::new("access").long("access").value_parser(["key", "site", "page"]);
    let sync = Command::new("sync").args([text, number, path, flag, choice]);
    Command::new("silverprint").subcommand(sync).subcommand(Command::new("list"))
}

fuzz_target!(|text: &str| {
    let file = match ConfigFile::parse(Path::new("config.toml"), text, false) {
        Ok(file) => file,
        Err(error) => return assert!(!error.to_string().contains('\u{0}')),
    };
    let key = match file.key() {
        Ok(ConfigKey::Key(key)) => Some(key),
        _ => None,
    };
    let said = collect(&commands(), &file, |_| None);
    let shown = match &said {
        Ok(said) => format!("{said:?}"),
        Err(error) => format!("{error} {error:?} {:?}", error.hint()),
    };
    // A key of a few letters may be a part of any word.
    let key = key.filter(|key| key.len() >= 16 && text.matches(key.as_str()).count() == 1);
    assert!(key.is_none_or(|key| !shown.contains(&key)), "the key is shown");
});
