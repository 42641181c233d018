//! Where a row takes place: the program, a folder of its own on the disk, and
//! the amounts.

use crate::Args;
use crate::folder::{Folder, Wanted};
use crate::program::Program;
use anyhow::{Context, Result, ensure};
use fake_flickr::{Config, Label, Server, StreamConfig};
use std::fs;
use std::path::{Path, PathBuf};

/// Where a row takes place.
pub(crate) struct Ground {
    /// What every choice of the row follows from.
    pub(crate) seed: u64,
    /// How many photos a stream has, unless the row needs another number.
    pub(crate) photos: u32,
    is_quick: bool,
    program: PathBuf,
    scratch: PathBuf,
}

impl Ground {
    pub(crate) fn new(args: &Args, row: u8) -> Result<Self> {
        let scratch = args.scratch.join(format!("row-{row}"));
        if scratch.exists() {
            fs::remove_dir_all(&scratch).context("what was left of another run")?;
        }
        fs::create_dir_all(&scratch).with_context(|| format!("create {}", scratch.display()))?;
        Ok(Self {
            // Rows have streams of their own, so that none leans on another.
            seed: args.seed.wrapping_mul(1000) + u64::from(row),
            photos: if args.quick { args.photos.min(1000) } else { args.photos },
            is_quick: args.quick,
            program: args.program.canonicalize().context("the program under torture")?,
            scratch,
        })
    }

    /// How often: so many times, or a tenth of them where it has to be quick.
    pub(crate) fn times(&self, full: usize) -> usize {
        if self.is_quick { full.div_ceil(10) } else { full }
    }

    /// Whether it has to be quick.
    pub(crate) fn is_quick(&self) -> bool {
        self.is_quick
    }

    /// One amount or another.
    pub(crate) fn amount<T>(&self, full: T, quick: T) -> T {
        if self.is_quick { quick } else { full }
    }

    /// The folder that all of the row's folders lie in.
    pub(crate) fn scratch(&self) -> &Path {
        &self.scratch
    }

    /// Plain photos of about 6 kB, as many as the row is to have.
    pub(crate) fn stream(&self) -> Config {
        self.stream_of(self.photos)
    }

    /// The same with another number of photos.
    pub(crate) fn stream_of(&self, photos: u32) -> Config {
        Config::new(StreamConfig::tiny(self.seed, photos))
    }

    /// A folder that is not there yet.
    pub(crate) fn folder(&self, name: &str) -> Folder {
        Folder::new(self.scratch.join(name))
    }

    /// `sync` of the server's photostream into a folder, with the right key,
    /// and `--json`.
    pub(crate) fn sync(&self, server: &Server, folder: &Folder) -> Program {
        self.run(&["sync", &server.alias(), "--json", "--to"])
            .arg(folder.path())
            .env("SILVERPRINT_FLICKR_KEY", server.key())
            .env("SILVERPRINT_FLICKR_URL", server.base())
    }

    /// The program with these arguments.
    pub(crate) fn run(&self, args: &[&str]) -> Program {
        Program::new(&self.program).args(args)
    }

    /// The same command again asks for no picture but of those that are missing.
    pub(crate) fn rests(&self, server: &Server, folder: &Folder, wanted: &Wanted) -> Result<()> {
        server.reset_hits();
        let ended = self.sync(server, folder).run()?;
        ended.has_code(if wanted.missing().is_empty() { &[0] } else { &[3, 5] })?;
        let hits = server.hits();
        let stray = hits.by_rendition.keys().find(|(id, _)| !wanted.missing().contains(id));
        ensure!(stray.is_none(), "another run asked for the picture of {stray:?} again");
        Ok(())
    }

    /// Nothing is left of a row that passed.
    pub(crate) fn leave(&self) -> Result<()> {
        fs::remove_dir_all(&self.scratch).context("tidy up")
    }
}

/// Serves it, painted, so that no figure holds a painter's time.
pub(crate) fn serve(config: Config) -> Result<Server> {
    let server = Server::start(config).context("loopback has no ports")?;
    server.prepare(&[Label::O]);
    Ok(server)
}
