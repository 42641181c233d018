//! What `thumbs` takes.

use super::{Output, Thumbnail};
use clap::Args as ClapArgs;
use std::num::NonZeroUsize;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Thumbs {
    /// Folders, with all that is below them, and single files.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The folder for thumbnails and sheet; by default `NAME-thumbs` in the working directory, after the one folder PATH.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) thumbnail: Thumbnail,
    /// Threads that make thumbnails; by default one for each core.
    #[arg(long, value_name = "N", help_heading = "How")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Only say what would be done.
    #[arg(long, help_heading = "How")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  silverprint thumbs ~/Pictures            into ./Pictures-thumbs; the same again after adding some
  silverprint thumbs 2023 2024 --to site   into site/thumbs/2023/…, site/thumbs/2024/…
  silverprint thumbs photos --to site --thumb 400x300 --tone colour
  silverprint thumbs photos --json | jq -r 'select(.event == \"failed\").picture'

Of photos/2024/a.jpg the thumbnail is DIR/thumbs/photos/2024/a.jpg.jpg. Pictures are told by
their first bytes. Hidden files and folders are passed over; links are followed to files,
not to folders. Pictures are never written to.";
