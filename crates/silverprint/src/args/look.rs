//! What `list`, `verify` and `sheet` take.

use super::{Access, Flickr, Keyring, Manners};
use clap::{ArgAction, Args as ClapArgs};
use std::num::NonZeroUsize;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = LIST)]
pub(crate) struct List {
    /// The archive's folder.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Only what is missing: why, and what would bring it.
    #[arg(long)]
    pub(crate) failed: bool,
    /// One JSON object a line.
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    /// Comma-separated values (RFC 4180), with a heading.
    #[arg(long)]
    pub(crate) csv: bool,
}

const LIST: &str = "\
Examples:
  silverprint list confoo                 the newest first
  silverprint list confoo --failed        what is missing, why, and what would bring it
  silverprint list confoo --json | jq -r 'select(.width > 4000).path'
  silverprint list confoo --csv > photos.csv";

#[derive(Debug, ClapArgs)]
#[command(after_help = VERIFY)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own, as typed")]
pub(crate) struct Verify {
    /// The archive's folder.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Put right what is wrong: fetch damaged pictures again, make thumbnails and lists again.
    #[arg(long)]
    pub(crate) repair: bool,
    /// Only what was not found good since everything was last checked, or began to be.
    #[arg(long)]
    pub(crate) since_last: bool,
    /// First make the catalogue again, from photos.jsonl; the one that is there is set aside.
    #[arg(long)]
    pub(crate) rebuild: bool,
    /// Threads that read; by default one for each core.
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// Findings on stdout as one JSON object a line, and what they come to.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Findings and errors only.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Say more: twice, every attempt of a repair; three times, everything.
    #[arg(short, long, action = ArgAction::Count, help_heading = "Output")]
    pub(crate) verbose: u8,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = SHEET)]
pub(crate) struct Sheet {
    /// The archive's folder.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// What was made, on stdout, as one JSON object.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Errors only.
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
}

const SHEET: &str = "\
Examples:
  silverprint sheet confoo                confoo/index.html again: only what has changed is written";

/// How Flickr is asked for what a repair needs.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "For --repair")]
pub(crate) struct Asking {
    /// How to ask Flickr, as with sync; a page's visitor is shown no streams of videos.
    #[arg(long, value_enum)]
    pub(crate) access: Option<Access>,
    #[command(flatten)]
    pub(crate) manners: Manners,
    #[command(flatten)]
    pub(crate) flickr: Flickr,
    #[command(flatten)]
    pub(crate) keyring: Keyring,
}

const VERIFY: &str = "\
Examples:
  silverprint verify confoo               reads every byte; exit code 3 where something is wrong
  silverprint verify confoo --repair      and puts it right; exit code 3 where that cannot be
  silverprint verify confoo --since-last  goes on where a check was stopped; later, only what is new
  silverprint verify confoo --rebuild     after the catalogue was lost or damaged
  silverprint verify confoo --json | jq -r 'select(.event == \"finding\").finding.path'

A repair asks for exactly what is damaged, and takes only the bytes that were stored.
What cannot be had again stays as it is and is named, also by `list --failed`. Files
that are not the archive's are named and left alone.

Each file that is found good is noted. Without --since-last the notes begin anew, and
everything is read: disks rot without a sign, so do that from time to time. With it,
files that have a note are passed over.";
