//! What the environment and the config file say of options. Every long option
//! of a command can stand in both, under its own name; arguments beat the
//! environment, the environment beats the file. There is one table, clap's:
//! what is said elsewhere becomes the option's default, so that `--help` shows
//! it and everything after clap knows nothing of it.

mod error;
mod file;
mod flags;
mod place;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command, parser::ValueSource};
pub(crate) use error::SettingError;
pub(crate) use file::{ConfigFile, ConfigKey, is_open};
pub(crate) use flags::Flags;
pub(crate) use place::key_file;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The value of an option, said elsewhere than in the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Of which command.
    command: String,
    /// Clap's id of the option.
    option: String,
    value: OsString,
    origin: Origin,
}

/// Where a value was said.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    /// Under that key.
    File(String),
    /// In that variable.
    Environment(String),
}

impl Origin {
    fn is_stronger_than(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Environment(_), Self::File(_)))
    }
}

/// Everything that is said of the options of all commands.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) settings: Vec<Setting>,
    /// What a command's options do not take: no affair of the other commands.
    bad: Vec<(String, SettingError)>,
}

impl Said {
    /// That nothing is wrong with what is said of this command.
    pub(crate) fn check(self, command: &str) -> Result<(), SettingError> {
        let of_command = self.bad.into_iter().find(|(of, _)| of == command);
        of_command.map_or(Ok(()), |(_, error)| Err(error))
    }
}

/// Everything that is said of the options of these commands. `variable` looks
/// up the environment.
pub(crate) fn collect(
    commands: &Command,
    file: &ConfigFile,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Said, SettingError> {
    file.check_names(commands)?;
    let mut all = Said::default();
    for command in commands.get_subcommands() {
        for arg in options(command) {
            let Some((value, origin)) = said(command, arg, file, &variable) else { continue };
            let (command, option) = (command.get_name().to_owned(), arg.get_id().to_string());
            match check(arg, &value) {
                Ok(()) => all.settings.push(Setting { command, option, value, origin }),
                Err(reason) => all.bad.push((command, error(file, &origin, &value, reason))),
            }
        }
    }
    Ok(all)
}

/// The options of a command that may be said elsewhere: its long ones, but for
/// those that only make sense as an argument.
fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    let name = command.get_name();
    command.get_arguments().filter(move |arg| is_settable(name, arg))
}

fn is_settable(command: &str, arg: &Arg) -> bool {
    let Some(long) = arg.get_long() else { return false };
    // The last pairs are what `login` and `sheet` do, and that is said when they are run.
    !matches!(
        (command, long),
        (_, "config" | "help" | "version")
            | ("completions" | "man", _)
            | ("login", "key" | "file")
            | ("sheet", "pdf" | "png" | "page")
    )
}

/// The variable of an option.
fn variable_of(long: &str) -> String {
    match long {
        // That name is the filter of the log: what is in it, not where it goes.
        "log" => "SILVERPRINT_LOG_FILE".to_owned(),
        _ => format!("SILVERPRINT_{}", long.replace('-', "_").to_uppercase()),
    }
}

fn said(
    command: &Command,
    arg: &Arg,
    file: &ConfigFile,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Option<(OsString, Origin)> {
    let long = arg.get_long()?;
    // The folder of the demo, or of thumbnails, is nobody's archive: only what is
    // said of these commands counts.
    let is_shared = !matches!((command.get_name(), long), ("demo" | "thumbs", "to"));
    let name = variable_of(long);
    // Set to nothing is not set: so are variables that a script passes on.
    let value = variable(&name).filter(|value| !value.is_empty() && is_shared);
    if let Some(value) = value {
        return Some((value, Origin::Environment(name)));
    }
    let (key, value) = file.value(command.get_name(), long, is_shared)?;
    let is_path = arg.get_value_parser().type_id() == ValueParser::path_buf().type_id();
    let value = if is_path { place::from_home(&value) } else { value.into() };
    Some((value, Origin::File(key)))
}

/// Whether the option takes that value, and if not, why.
fn check(arg: &Arg, value: &OsStr) -> Result<(), String> {
    let parser = match arg.get_action() {
        ArgAction::SetTrue => flags::parser(),
        _ => arg.get_value_parser().clone(),
    };
    let mut typed = OsString::from("--value=");
    typed.push(value);
    let arg = Arg::new("value").long("value").num_args(1).value_parser(parser);
    let command = Command::new("check").no_binary_name(true).arg(arg);
    let Err(error) = command.try_get_matches_from([typed]) else { return Ok(()) };
    Err(error::reason(&error))
}

fn error(file: &ConfigFile, origin: &Origin, value: &OsStr, reason: String) -> SettingError {
    let value = value.to_string_lossy().into_owned();
    match origin {
        Origin::File(key) => {
            SettingError::Value { file: file.path(), key: key.clone(), value, reason }
        }
        Origin::Environment(name) => SettingError::Variable { name: name.clone(), value, reason },
    }
}

/// The commands with these settings as their options' defaults.
pub(crate) fn equip(commands: Command, settings: &[Setting], flags: Flags) -> Command {
    commands.mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        command.mut_args(|arg| {
            let is_it = |it: &&Setting| it.command == name && *arg.get_id() == it.option.as_str();
            let setting = settings.iter().find(is_it);
            let arg = match setting {
                Some(setting) => arg.default_value(setting.value.clone()),
                None => arg,
            };
            let arg = if is_settable(&name, &arg) { flags.equip(arg) } else { arg };
            match setting {
                Some(setting) => explained(arg, setting),
                None => arg,
            }
        })
    })
}

/// Says in the help where a value comes from.
fn explained(arg: Arg, setting: &Setting) -> Arg {
    let from = match &setting.origin {
        Origin::File(key) => format!("config.toml, {key}"),
        Origin::Environment(name) => name.clone(),
    };
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let value = setting.value.to_string_lossy();
    // Flags have no value to show, and clap wants to hear of none.
    let takes_value = arg.get_action().takes_values();
    let arg = if takes_value { arg.hide_default_value(true) } else { arg };
    arg.help(format!("{help} [{from}: {value}]"))
}

/// The settings that nothing stronger speaks against: an argument beats what
/// is said elsewhere of an option that it excludes, and so does the environment
/// what the file says.
pub(crate) fn unbeaten(
    commands: &Command,
    settings: &[Setting],
    matches: &ArgMatches,
) -> Vec<Setting> {
    let Some((name, matches)) = matches.subcommand() else { return settings.to_vec() };
    let Some(command) = commands.find_subcommand(name) else { return settings.to_vec() };
    let typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mine = || settings.iter().filter(|it| it.command == name);
    let is_excluded = |setting: &Setting| {
        let others = exclusions(command, &setting.option);
        let is_said = |other: &String| {
            mine().any(|it| it.option == *other && it.origin.is_stronger_than(&setting.origin))
        };
        others.iter().any(|other| typed(other) || is_said(other))
    };
    settings.iter().filter(|it| it.command != name || !is_excluded(it)).cloned().collect()
}

/// The options that cannot be given together with this one.
fn exclusions(command: &Command, option: &str) -> Vec<String> {
    let conflicts = |arg: &Arg| -> Vec<String> {
        command.get_arg_conflicts_with(arg).iter().map(|it| it.get_id().to_string()).collect()
    };
    let mut excluded = Vec::new();
    for arg in command.get_arguments() {
        let (id, conflicts) = (arg.get_id().to_string(), conflicts(arg));
        if id == option {
            excluded.extend(conflicts);
        } else if conflicts.iter().any(|it| it == option) {
            excluded.push(id);
        }
    }
    excluded
}

/// The config file that the arguments name: known before anything else is.
pub(crate) fn named_in(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments = arguments.iter().skip(1).take_while(|it| *it != "--");
    let mut named = None;
    while let Some(argument) = arguments.next() {
        if argument == "--config" {
            named = arguments.next().map(PathBuf::from);
        } else if let Some(path) = argument.to_str().and_then(|it| it.strip_prefix("--config=")) {
            named = Some(path.into());
        }
    }
    named
}

#[cfg(test)]
mod tests;
