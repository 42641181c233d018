//! The command line as typed. What it means is made of it in `commands`; what
//! the environment and the config file add to it, in `settings`.

mod look;
mod rates;
mod serve;
mod simul;
mod sync;
mod thumbnail;
mod thumbs;
mod times;

use clap::{Args as ClapArgs, Parser, Subcommand};
use clap_complete::Shell;
pub(crate) use look::{Asking, List, Sheet, Verify};
pub(crate) use serve::Serve;
pub(crate) use simul::Simul;
use std::path::PathBuf;
pub(crate) use sync::{Access, Demo, Manners, Measuring, Order, Sync, What};
pub(crate) use thumbnail::Thumbnail;
pub(crate) use thumbs::Thumbs;

/// Downloads a Flickr photostream, makes a 120×120 black-and-white thumbnail
/// of each picture, and leaves a folder that opens in a browser.
#[derive(Debug, Parser)]
#[command(name = "silverprint", version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Another config file than the usual one.
    #[arg(long, value_name = "FILE", global = true, help_heading = "Output")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  silverprint demo                        see what it does: no account, no network
  silverprint sync confoo                 a photostream into ./confoo; again to update
  silverprint sync https://www.flickr.com/photos/12345678@N00/ --to ~/archive
  silverprint sync confoo --thumbs-only   a wall of thumbnails and nothing else
  silverprint thumbs ~/Pictures           pictures of your own, into ./Pictures-thumbs
  silverprint serve confoo                its contact sheet in a browser, also while a sync runs
  silverprint sheet confoo --pdf it.pdf   on paper, 36 photos a page
  silverprint list confoo --failed        what is missing, why, and what would bring it
  silverprint simul                       why it is fast, on 24 chessboards

Every option can also stand in config.toml (size = \"1024\") or in the environment
(SILVERPRINT_SIZE=1024). Arguments beat the environment, the environment beats the file.

Exit codes: 0 all there · 2 usage · 3 something is missing (failed.csv) · 4 access ·
5 passing trouble, run again · 7 disk · 11 folder in use · 130 interrupted · 1 a bug";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Archives photostreams; the same command again resumes and updates.
    Sync(Box<Sync>),
    /// Archives a photostream that the program itself serves: no account, no network.
    Demo(Demo),
    /// Makes thumbnails and a sheet of pictures on the disk: no account, no network.
    Thumbs(Thumbs),
    /// Lists what the catalogue knows: every photo, or what is missing.
    List(List),
    /// Shows the contact sheet in a browser, and how far a running sync is.
    Serve(Serve),
    /// Checks every byte and every thumbnail against the catalogue.
    Verify(Verify),
    /// Makes the contact sheet again, or prints it.
    Sheet(Sheet),
    /// Plays a chess exhibition on a virtual clock: why it is fast.
    Simul(Simul),
    /// Keeps your API key where only you can read it.
    Login(Login),
    /// Removes the API key that `login` kept.
    Logout(Logout),
    /// Prints completions for a shell.
    #[command(after_help = COMPLETIONS)]
    Completions(Completions),
    /// Prints the man page.
    Man(Man),
}

const COMPLETIONS: &str = "\
Examples:
  silverprint completions bash > ~/.local/share/bash-completion/completions/silverprint
  silverprint completions zsh > ~/.zfunc/_silverprint
  silverprint completions fish > ~/.config/fish/completions/silverprint.fish";

#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// Events on stdout, one JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more: every photo; twice: every attempt; three times: everything.
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Append the log to a file as well; `SILVERPRINT_LOG` chooses what is in it.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = LOGIN)]
pub(crate) struct Login {
    /// Your own API key: asked for, or read from stdin; never an argument.
    #[arg(long, required = true)]
    pub(crate) key: bool,
    /// Keep it in a file of your own (mode 0600) instead of the system's keyring.
    #[arg(long)]
    pub(crate) file: bool,
    /// Do not ask Flickr whether the key is good.
    #[arg(long)]
    pub(crate) no_check: bool,
    #[command(flatten)]
    pub(crate) flickr: Flickr,
    #[command(flatten)]
    pub(crate) keyring: Keyring,
}

const LOGIN: &str = "\
Examples:
  silverprint login --key                 asks for the key, and does not show it
  pass flickr/key | silverprint login --key --file

Flickr gives keys to Pro members: https://www.flickr.com/services/apps/create/";

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  silverprint logout")]
pub(crate) struct Logout {
    #[command(flatten)]
    pub(crate) keyring: Keyring,
}

/// Which Flickr to ask, and what to believe it by.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(crate) struct Flickr {
    /// Another Flickr: the API at BASE/services/rest/, pages at BASE/photos/…
    #[arg(long, value_name = "BASE")]
    pub(crate) flickr_url: Option<url::Url>,
    /// Trust the certificates in this PEM file as well.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ClapArgs)]
pub(crate) struct Keyring {
    /// Leave the system's keyring alone.
    #[arg(long)]
    pub(crate) no_keyring: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: Shell,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  silverprint man | man -l -\n  silverprint man --dir ~/.local/share/man/man1"
)]
pub(crate) struct Man {
    /// Write the pages of all commands into this folder instead.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}
