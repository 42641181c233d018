//! What `serve` takes.

use clap::Args as ClapArgs;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = SERVE)]
pub(crate) struct Serve {
    /// The archive's folder.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Listen at this port, 0 for any that is free; by default 4321, or another one where that is taken.
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
}

const SERVE: &str = "\
Examples:
  silverprint serve confoo                says the address, and serves until Ctrl-C
  silverprint serve confoo --port 8080

Only this machine can reach it (127.0.0.1), and everybody who is logged in there. The
sheet, the pictures and the thumbnails are served, nothing else, and nothing is
written. While a sync of the folder runs, the page shows how far it is.";
