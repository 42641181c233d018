//! Where a row takes place: the program, a folder of its own on the disk, and
//! the amounts.

mod mounts;

use crate::Args;
use crate::folder::{Folder, Wanted};
use crate::program::Program;
use anyhow::{Context, Result, ensure};
use fake_flickr::{Config, Label, Server, StreamConfig};
use std::cell::{Cell, OnceCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A stream that several rows take place on, painted and summed once: it has no
/// faults but those that a row gives it.
#[derive(Default)]
pub(crate) struct Common(OnceCell<Plain>);

/// What is served, and what should come of it.
pub(crate) struct Plain {
    pub(crate) server: Server,
    pub(crate) wanted: Wanted,
}

/// Where a row takes place.
pub(crate) struct Ground<'a> {
    /// What every choice of the row follows from.
    pub(crate) seed: u64,
    /// How many photos a stream has, unless the row needs another number.
    pub(crate) photos: u32,
    /// The number that was asked for by name.
    asked: Option<u32>,
    is_quick: bool,
    program: PathBuf,
    scratch: PathBuf,
    common: &'a Common,
    aside: Cell<Duration>,
}

impl<'a> Ground<'a> {
    pub(crate) fn new(args: &Args, row: u8, common: &'a Common) -> Result<Self> {
        let scratch = args.scratch.join(format!("row-{row}"));
        if scratch.exists() {
            mounts::take_away(&scratch)?;
            fs::remove_dir_all(&scratch).context("what was left of another run")?;
        }
        fs::create_dir_all(&scratch).with_context(|| format!("create {}", scratch.display()))?;
        Ok(Self {
            // Rows have streams of their own, so that none leans on another.
            seed: args.seed.wrapping_mul(1000) + u64::from(row),
            photos: if args.quick { args.photos().min(1000) } else { args.photos() },
            asked: args.photos,
            is_quick: args.quick,
            program: args.program.canonicalize().context("the program under torture")?,
            scratch,
            common,
            aside: Cell::default(),
        })
    }

    /// This much of the row's time is what the fault itself lasts, and does not
    /// count.
    pub(crate) fn set_aside(&self, time: Duration) {
        self.aside.set(self.aside.get() + time);
    }

    /// What was set aside.
    pub(crate) fn aside(&self) -> Duration {
        self.aside.get()
    }

    /// The common stream, with nothing left of the faults of another row.
    pub(crate) fn plain(&self) -> Result<&'a Plain> {
        let Common(common) = self.common;
        let plain = if let Some(plain) = common.get() {
            plain
        } else {
            let server = serve(self.stream())?;
            let wanted = Wanted::of(&server)?;
            common.get_or_init(|| Plain { server, wanted })
        };
        plain.server.heal();
        plain.server.reset_hits();
        Ok(plain)
    }

    /// So many photos as were asked for by name, or else this number of the row's
    /// own.
    pub(crate) fn photos_or(&self, photos: u32) -> u32 {
        self.asked.unwrap_or(photos)
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

    /// Another run asks for no picture but of those that are missing.
    pub(crate) fn rests(&self, server: &Server, folder: &Folder, wanted: &Wanted) -> Result<()> {
        rests_after(server, self.sync(server, folder), wanted)
    }

    /// Nothing is left of a row that passed.
    pub(crate) fn leave(&self) -> Result<()> {
        fs::remove_dir_all(&self.scratch).context("tidy up")
    }
}

/// This command, the same as before, asks for no picture but of those that are
/// missing.
pub(crate) fn rests_after(server: &Server, command: Program, wanted: &Wanted) -> Result<()> {
    server.reset_hits();
    let ended = command.run().context("another run")?;
    let code = if wanted.missing().is_empty() { 0 } else { 3 };
    ended.has_code(&[code]).context("another run")?;
    let hits = server.hits();
    let stray = hits.by_rendition.keys().find(|(id, _)| !wanted.missing().contains(id));
    ensure!(stray.is_none(), "another run asked for the picture of {stray:?} again");
    Ok(())
}

/// Serves it, painted, so that no figure holds a painter's time.
pub(crate) fn serve(config: Config) -> Result<Server> {
    let server = Server::start(config).context("loopback has no ports")?;
    server.prepare(&[Label::O]);
    Ok(server)
}
