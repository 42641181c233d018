//! What `list`, `verify` and `sheet` take.

use super::{Access, Flickr, Keyring, Manners};
use clap::{ArgAction, Args as ClapArgs};
use silverprint_print::{Columns, Paper};
use std::num::{NonZeroU64, NonZeroUsize};
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
    #[command(flatten)]
    pub(crate) print: Print,
    #[command(flatten)]
    pub(crate) printing: Printing,
    /// What was made, on stdout, as one JSON object.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Errors only.
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
}

const SHEET: &str = "\
Examples:
  silverprint sheet confoo                confoo/index.html again: only what has changed is written
  silverprint sheet confoo --pdf confoo.pdf --paper letter
  silverprint sheet confoo --png page.png --page 3 --columns 8

A PDF has all frames, the oldest first, 36 a page unless --columns says otherwise. The archive
is only read then. Titles in scripts that the program's own font lacks are set in the system's
fonts; where none has a letter a box stands for it, and what would help is said.";

/// The sheet on paper, instead of the one for browsers.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "On paper")]
#[group(id = "print", multiple = true)]
pub(crate) struct Print {
    /// Print all of it into a PDF.
    #[arg(long, value_name = "FILE")]
    pub(crate) pdf: Option<PathBuf>,
    /// Make a picture of one page.
    #[arg(long, value_name = "FILE")]
    pub(crate) png: Option<PathBuf>,
}

/// How it is printed.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "On paper")]
pub(crate) struct Printing {
    /// Which page of it --png shows.
    #[arg(long, value_name = "N", requires = "png", default_value = "1")]
    pub(crate) page: NonZeroU64,
    /// The paper: a4 or letter.
    #[arg(long, default_value = "a4", requires = "print")]
    pub(crate) paper: Paper,
    /// Prints side by side, 2 to 10.
    #[arg(long, value_name = "N", default_value = "6", requires = "print")]
    pub(crate) columns: Columns,
}

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
