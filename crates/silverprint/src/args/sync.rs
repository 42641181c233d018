//! What `sync` and `demo` take.

use super::rates::{bandwidth, rate};
use super::{Flickr, Keyring, Output, Thumbnail};
use clap::{Args as ClapArgs, ValueEnum};
use silverprint_core::{AccountRef, NameTemplate, Size};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sync {
    /// Photostreams: URLs, aliases (`confoo`) or NSIDs (`12345678@N00`).
    #[arg(required = true, value_name = "TARGET")]
    pub(crate) targets: Vec<AccountRef>,
    #[command(flatten)]
    pub(crate) order: Order,
}

/// All of `sync` but whose photostream.
#[derive(Debug, ClapArgs)]
pub(crate) struct Order {
    /// The folder; by default named like the account, in the working directory.
    /// With several targets: the folder around theirs, by default the working directory.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
    /// How to ask Flickr; by default with a key where there is one, else as a page's visitor.
    #[arg(long, value_enum)]
    pub(crate) access: Option<Access>,
    #[command(flatten)]
    pub(crate) what: What,
    #[command(flatten)]
    pub(crate) how: How,
    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  silverprint sync confoo                          into ./confoo; the same again to update
  silverprint sync confoo --since 2020-01-01 --limit 500
  silverprint sync confoo --access site --bandwidth 2M
  silverprint sync confoo 12345678@N00 --to ~/flickr   one folder each, and a page over them
  silverprint sync confoo --dry-run                say only what would be done";

/// How to ask Flickr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Access {
    /// With your own API key: all that is public.
    Key,
    /// With the key that Flickr's own pages carry: all that is public, on Flickr's terms for visitors.
    Site,
    /// As a visitor, without a key: what the photostream's pages show at first, 25 of each 100, and of videos the stills.
    Page,
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
    /// Of videos keep the still only, not the stream.
    #[arg(long)]
    pub(crate) no_videos: bool,
    /// What the files under photos/ are called: `{taken:%Y}/{title} {id}`; `{id}` must be in it.
    #[arg(long, value_name = "TEMPLATE", default_value = "{id}")]
    pub(crate) name: NameTemplate,
    #[command(flatten)]
    pub(crate) thumbnail: Thumbnail,
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
    #[command(flatten)]
    pub(crate) manners: Manners,
    /// Threads that make thumbnails; by default one for each core.
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) measuring: Measuring,
    /// Only say what would be done.
    #[arg(long, conflicts_with_all = ["sequential", "trace"])]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) flickr: Flickr,
    #[command(flatten)]
    pub(crate) keyring: Keyring,
}

/// What shows where the time goes.
#[derive(Debug, ClapArgs)]
pub(crate) struct Measuring {
    /// One photo after the other, each to its end: to see what that costs.
    #[arg(long)]
    pub(crate) sequential: bool,
    /// Draw every photo's way, for Perfetto (ui.perfetto.dev) or Chrome's tracing page.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
}

/// How hosts are treated.
#[derive(Debug, ClapArgs)]
pub(crate) struct Manners {
    /// At most so many connections to one host; how many are used is found out.
    #[arg(long, value_name = "N", default_value = "24")]
    pub(crate) connections: NonZeroUsize,
    /// At most so many requests a second to one host.
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// At most so many bytes a second in all: `800k`, `5M`, `1G`.
    #[arg(long, value_name = "N", value_parser = bandwidth)]
    pub(crate) bandwidth: Option<NonZeroU64>,
    /// Give a connection up that brings less than 1 KiB/s for so long.
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) stall: u64,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  silverprint demo\n  silverprint demo --to /tmp/demo -v")]
pub(crate) struct Demo {
    /// The folder; by default `silverprint-demo`, in the working directory.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) measuring: Measuring,
    #[command(flatten)]
    pub(crate) output: Output,
}
