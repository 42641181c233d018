//! From the process's arguments to what they mean: the command line, with what
//! the environment and the config file add.

use crate::args::Args;
use crate::printable::{is_harmful, say};
use crate::settings::{self, ConfigFile, Flags, Setting, SettingError};
use clap::error::ErrorKind;
use clap::{Command, CommandFactory, FromArgMatches};
use std::ffi::OsString;

/// What was asked for.
pub(crate) struct Asked {
    pub(crate) args: Args,
    pub(crate) config: ConfigFile,
}

/// Nothing to do, or nothing that could be done.
#[derive(Debug)]
pub(crate) enum Unasked {
    /// The help, the version, or a usage error, as clap says it.
    Clap(Box<clap::Error>),
    /// The config file, or a variable.
    Setting(SettingError),
}

impl From<clap::Error> for Unasked {
    fn from(error: clap::Error) -> Self {
        Self::Clap(Box::new(error))
    }
}

/// Shows the help or an error as clap does, in colour where that is wanted. But
/// an error repeats what was typed: where that could lead a terminal astray, it
/// comes as plain lines.
pub(crate) fn show(error: &clap::Error, arguments: &[OsString]) {
    let leads_astray = |argument: &OsString| argument.to_string_lossy().contains(is_harmful);
    if error.use_stderr() && arguments.iter().any(leads_astray) {
        error.render().to_string().lines().for_each(say);
    } else {
        // The help is for a reader; one that went away wants no more of it.
        let _ = error.print();
    }
}

/// Reads the arguments, the environment and the config file.
pub(crate) fn read(arguments: &[OsString]) -> Result<Asked, Unasked> {
    let variable = |name: &str| std::env::var_os(name);
    let file = ConfigFile::read(settings::named_in(arguments));
    let collected = file.and_then(|file| {
        let said = settings::collect(&Args::command(), &file, variable)?;
        Ok((file, said))
    });
    let (config, said) = match collected {
        Ok(collected) => collected,
        Err(error) => return without(error, arguments),
    };
    let (args, name) = parse(arguments, &said.settings)?;
    match said.check(&name) {
        Ok(()) => Ok(Asked { args, config }),
        Err(error) => without(error, arguments),
    }
}

/// Help must be had even where the config file is broken; and what makes no
/// use of it, or can do without, is not kept from its work.
fn without(error: SettingError, arguments: &[OsString]) -> Result<Asked, Unasked> {
    use crate::args::Command as Asks;
    let (args, _) = parse(arguments, &[])?;
    match args.command {
        Asks::Demo(_) | Asks::Simul(_) | Asks::Logout(_) => {
            say(&format!("note: no settings are used: {error}"));
            Ok(Asked { args, config: ConfigFile::default() })
        }
        Asks::Completions(_) | Asks::Man(_) => Ok(Asked { args, config: ConfigFile::default() }),
        _ => Err(Unasked::Setting(error)),
    }
}

/// The arguments, and the name of the command.
fn parse(arguments: &[OsString], settings: &[Setting]) -> Result<(Args, String), clap::Error> {
    let command = |settings, flags| settings::equip(Args::command(), settings, flags);
    let matches = command(settings, Flags::WithValue).try_get_matches_from(arguments);
    let mut matches = match matches {
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            command(settings, Flags::Plain).try_get_matches_from(arguments)?
        }
        matches => matches?,
    };
    let unbeaten = settings::unbeaten(&Args::command(), settings, &matches);
    if unbeaten.len() < settings.len() {
        matches = command(&unbeaten, Flags::WithValue).try_get_matches_from(arguments)?;
    }
    let name = matches.subcommand_name().unwrap_or_default().to_owned();
    Ok((Args::from_arg_matches(&matches)?, name))
}

/// The commands as help, man page and completions show them: the same on every
/// machine, whatever is set there.
pub(crate) fn plain() -> Command {
    settings::equip(Args::command(), &[], Flags::Plain)
}
