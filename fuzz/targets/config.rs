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

/// Can stand in every kind of quotes.
const ANOTHER: &str = "another key";

/// All that the program says of a file, and the key in it.
fn read(file: &ConfigFile) -> (String, Option<String>) {
    let shown = match collect(&commands(), file, |_| None) {
        Ok(said) => format!("{file:?} {said:?}"),
        Err(error) => format!("{file:?} {error} {error:?} {:?}", error.hint()),
    };
    match file.key() {
        Ok(ConfigKey::Key(key)) => (shown, Some(key)),
        _ => (shown, None),
    }
}

fuzz_target!(|text: &str| {
    let parse = |text: &str| ConfigFile::parse(Path::new("config.toml"), text, false);
    let file = match parse(text) {
        Ok(file) => file,
        Err(error) => return assert!(!error.to_string().contains('\u{0}')),
    };
    let (shown, Some(key)) = read(&file) else { return };
    if key.is_empty() || text.matches(key.as_str()).count() != 1 {
        return;
    }
    // Words of our own may be in a key, so that finding it says nothing: but with
    // another key in its place, all that is shown must be the same.
    let Ok(other) = parse(&text.replace(&key, ANOTHER)) else { return };
    let (shown_of_other, key_of_other) = read(&other);
    if key_of_other.as_deref() == Some(ANOTHER) {
        assert_eq!(shown, shown_of_other, "what is shown depends on the key");
    }
});
