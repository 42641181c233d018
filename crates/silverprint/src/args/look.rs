//! What `list` and `verify` take.

use clap::Args as ClapArgs;
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
pub(crate) struct Verify {
    /// The archive's folder.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Threads that read; by default one for each core.
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Findings on stdout as one JSON object a line, and what they come to.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Findings and errors only.
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
}

const VERIFY: &str = "\
Examples:
  silverprint verify confoo               reads every byte; exit code 3 where something is wrong
  silverprint verify confoo --json | jq -r 'select(.event == \"finding\").finding.path'";
