//! `silverprint list`: what the catalogue knows, as a table for people, as
//! JSON or CSV for programs. Rows are written as they are read.

mod missing;
mod table;

use crate::args;
use crate::exit::Exit;
use crate::printable::{Printable, say};
use crate::stdout;
use silverprint_archive::Listed;
use silverprint_catalogue::{Catalogue, CatalogueError, DAMAGED, PhotoRow, State};
use silverprint_core::grouped;
use std::io::{self, BufWriter, IsTerminal, Write};
use table::Table;

/// Why the list ended before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// What each row becomes.
enum Shape {
    Table(Table),
    Missing,
    Json,
    Csv(Watched),
}

/// Whether somebody looks at what is written.
enum Watched {
    /// At a terminal, which no text may lead astray.
    AtTerminal,
    /// A program reads it, and has each text as it is.
    ByProgram,
}

impl Watched {
    fn line(&self, line: &str) -> String {
        match self {
            Self::AtTerminal => Printable(line).to_string(),
            // No spreadsheet reads on after a NUL.
            Self::ByProgram => line.replace('\0', ""),
        }
    }
}

pub(crate) fn run(args: &args::List) -> anyhow::Result<Exit> {
    let catalogue = Catalogue::open_read_only(&args.dir)?;
    let shape = shape(args);
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&catalogue, &shape, args.failed, &mut out) {
        Err(ListError::Write(error)) => stdout::left_early(Err(error))?,
        Err(ListError::Catalogue(error)) => return Err(error.into()),
        Ok(counts) => match shape {
            Shape::Table(_) => say(&counts.line()),
            Shape::Missing if counts.missing == 0 => say("nothing is missing"),
            Shape::Missing | Shape::Json | Shape::Csv(_) => {}
        },
    }
    Ok(Exit::Success)
}

fn shape(args: &args::List) -> Shape {
    match (args.json, args.csv, args.failed) {
        (true, ..) => Shape::Json,
        (_, true, _) if io::stdout().is_terminal() => Shape::Csv(Watched::AtTerminal),
        (_, true, _) => Shape::Csv(Watched::ByProgram),
        (.., true) => Shape::Missing,
        _ => {
            // Only a terminal has a width; a pipe takes lines as long as they are.
            let is_terminal = io::stdout().is_terminal();
            let size = is_terminal.then(terminal_size::terminal_size).flatten();
            Shape::Table(Table::new(size.map(|(width, _)| width.0.into())))
        }
    }
}

fn write(
    catalogue: &Catalogue,
    shape: &Shape,
    only_missing: bool,
    out: &mut impl Write,
) -> Result<Counts, ListError> {
    let mut counts = Counts::default();
    match shape {
        Shape::Table(table) => writeln!(out, "{}", table.heading())?,
        Shape::Csv(_) => write!(out, "{}\r\n", Listed::csv_header())?,
        Shape::Missing | Shape::Json => {}
    }
    catalogue.for_each_photo(|row| {
        counts.add(&row);
        if only_missing && !is_missing(&row) {
            return Ok(());
        }
        match shape {
            Shape::Table(table) => writeln!(out, "{}", table.row(&row))?,
            Shape::Missing => writeln!(out, "{}", missing::explained(&row))?,
            Shape::Json => {
                let line = stdout::json(&Listed::new(&row)).map_err(io::Error::from)?;
                writeln!(out, "{line}")?;
            }
            Shape::Csv(watched) => {
                write!(out, "{}\r\n", watched.line(&Listed::new(&row).csv_line()))?;
            }
        }
        Ok::<_, ListError>(())
    })?;
    out.flush()?;
    Ok(counts)
}

/// Whether it should be in the folder and is not. What is no longer in the
/// photostream need not be there; unless it was, and is damaged now.
fn is_missing(row: &PhotoRow) -> bool {
    let is_damaged = row.failure.as_ref().is_some_and(|failure| failure.kind == DAMAGED);
    row.state != State::Done && (row.deleted_at.is_none() || is_damaged)
}

/// How many of what were listed.
#[derive(Debug, Default)]
struct Counts {
    photos: u64,
    missing: u64,
    deleted: u64,
}

impl Counts {
    fn add(&mut self, row: &PhotoRow) {
        self.photos += 1;
        self.missing += u64::from(is_missing(row));
        self.deleted += u64::from(row.deleted_at.is_some());
    }

    fn line(&self) -> String {
        let photos = if self.photos == 1 { "photo" } else { "photos" };
        let mut parts = vec![format!("{} {photos}", grouped(self.photos))];
        let mut count = |number: u64, what: &str| {
            if number > 0 {
                parts.push(format!("{} {what}", grouped(number)));
            }
        };
        count(self.missing, "missing (--failed says why)");
        count(self.deleted, "no longer in the photostream");
        parts.join(", ")
    }
}
