//! The command line as typed. What it means is made of it in `commands`.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use silverprint_core::{AccountRef, Size};
use silverprint_thumb::{Dimensions, Encoding, Fit, Tone};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use url::Url;

/// Downloads a Flickr photostream, makes a 120×120 black-and-white thumbnail
/// of each picture, and leaves a folder that opens in a browser.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  silverprint demo                        see what it does: no account, no network
  silverprint sync confoo                 a photostream into ./confoo; again to update
  silverprint sync https://www.flickr.com/photos/12345678@N00/ --to ~/archive
  silverprint sync confoo --thumbs-only   a wall of thumbnails and nothing else

Exit codes: 0 all there · 2 usage · 3 something is missing (failed.csv) · 4 access ·
5 passing trouble, run again · 7 disk · 11 folder in use · 130 interrupted · 1 a bug";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Archives a photostream; the same command again resumes and updates.
    Sync(Box<Sync>),
    /// Archives a photostream that the program itself serves: no account, no network.
    Demo(Demo),
    /// Prints what completes the command line in a shell.
    Completions(Completions),
    /// Prints the manual page, or writes all of them into a folder.
    Man(Man),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Man {
    /// Write a page for each command into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Sync {
    /// A photostream: its URL, the account's alias (`confoo`) or NSID (`12345678@N00`).
    pub(crate) target: AccountRef,
    #[command(flatten)]
    pub(crate) place: Place,
    /// How to ask Flickr: with your own API key, from `SILVERPRINT_FLICKR_KEY`.
    #[arg(long, value_enum, default_value_t = Access::Key)]
    pub(crate) access: Access,
    #[command(flatten)]
    pub(crate) what: What,
    #[command(flatten)]
    pub(crate) how: How,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// How to ask Flickr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Access {
    /// Your own API key.
    Key,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Place {
    /// The folder; by default named like the account, in the working directory.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "What")]
pub(crate) struct What {
    /// The largest size to keep: `original`, or one of Flickr's labels or edges (`l`, `1024`).
    #[arg(long, value_name = "SIZE", default_value = "original")]
    pub(crate) size: Size,
    /// Keep thumbnails only, made from the smallest rendition that covers them.
    #[arg(long)]
    pub(crate) thumbs_only: bool,
    /// The thumbnails' size in pixels.
    #[arg(long, value_name = "WxH", default_value = "120x120")]
    pub(crate) thumb: Dimensions,
    /// How a picture fills its thumbnail: cover, contain or stretch.
    #[arg(long, default_value = "cover")]
    pub(crate) fit: Fit,
    /// The thumbnails' tone: grey, bilevel or colour.
    #[arg(long, default_value = "grey")]
    pub(crate) tone: Tone,
    /// The thumbnails' format: jpg, png or webp.
    #[arg(long, value_name = "FORMAT", default_value = "jpg")]
    pub(crate) thumb_format: Encoding,
    /// Only photos uploaded on that day (UTC) or later.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) since: Option<jiff::civil::Date>,
    /// Only photos uploaded on that day (UTC) or earlier.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) until: Option<jiff::civil::Date>,
    /// At most so many photos, the newest first.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// List everything again, also where nothing seems to have changed.
    #[arg(long)]
    pub(crate) full: bool,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "How")]
pub(crate) struct How {
    /// At most so many connections to one host; how many are used is found out.
    #[arg(long, value_name = "N", default_value = "24")]
    pub(crate) connections: NonZeroUsize,
    /// At most so many requests a second to one host.
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// Threads that make thumbnails; by default one for each core.
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Give a connection up that brings less than 1 KiB/s for so long.
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) stall: u64,
    /// Only say what would be done.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Another Flickr: the API at BASE/services/rest/.
    #[arg(long, value_name = "BASE", env = "SILVERPRINT_FLICKR_URL")]
    pub(crate) flickr_url: Option<Url>,
}

#[derive(Debug, Clone, Copy, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// Events on stdout, one JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say nothing but errors.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more: every photo; twice: every attempt.
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) output: Output,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.001..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("requests a second, from 0.001 to 100000".to_owned()),
    }
}
