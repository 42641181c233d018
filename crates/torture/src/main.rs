//! `torture`: does everything to the released program that Flickr, the network,
//! the disk and the machine can do, row by row of a table, and looks from
//! outside for what was lost.
//!
//! "Nothing lost" means, after each row (see [`folder`]): every photo that the
//! server has is in the catalogue exactly once; `saved` means that the file's
//! hash is the server's and the thumbnail decodes to 120×120 grey; `failed`
//! only for faults that last; no stray or temporary file; the catalogue's
//! integrity check and `sha256sum -c` pass; a second run asks for no picture.
//!
//! It never depends on a crate of the program: it knows it as users do, by its
//! arguments, its exit codes, its `--json` and its folder. Linux only, for the
//! tools that bring faults of the disk and the clock about.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to people")]
#![expect(
    clippy::disallowed_methods,
    reason = "it looks at files and waits for processes, and serves nobody meanwhile"
)]

mod claims;
mod deal;
mod folder;
mod ground;
mod program;
mod row;
mod rows;
mod sums;
mod trace;

use anyhow::{Result, anyhow};
use clap::Parser;
use ground::{Common, Ground};
use row::{ROWS, Row};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use sums::Sums;

/// What the table speaks of.
const PHOTOS: u32 = 10_000;

/// Every fault of the table, one row after another.
#[derive(Debug, Parser)]
struct Args {
    /// The program under torture.
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// A folder for what the rows leave; a row that passes leaves nothing.
    #[arg(long, value_name = "DIR")]
    scratch: PathBuf,
    /// What every choice follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many photos a stream has where the row does not say otherwise; 10,000
    /// unless told.
    #[arg(long)]
    photos: Option<u32>,
    /// Only this row; some are run in no other way.
    #[arg(long, value_name = "ROW")]
    only: Option<u8>,
    /// A thousand photos, and a tenth of everything that is counted.
    #[arg(long)]
    quick: bool,
}

impl Args {
    fn photos(&self) -> u32 {
        self.photos.unwrap_or(PHOTOS)
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let chosen: Vec<&Row> = ROWS.iter().filter(|row| row.is_chosen(args.only)).collect();
    if chosen.is_empty() {
        eprintln!("no such row; there are:");
        for row in &ROWS {
            eprintln!("{:>3}  {}", row.number, row.fault);
        }
        return ExitCode::from(2);
    }
    let began = Instant::now();
    let (common, mut sums) = (Common::default(), Sums::default());
    let passes = |row: &&Row| passes(row, &args, &common, &mut sums);
    let all = chosen.len();
    let failed = all - chosen.into_iter().filter(passes).count();
    if args.only.is_none() {
        println!("{}", if args.quick { sums.of_quick() } else { sums.of_all() });
    }
    let took = seconds(began.elapsed());
    if failed > 0 {
        println!("{failed} rows failed; seed {}, {took}", args.seed);
        return ExitCode::FAILURE;
    }
    println!("nothing lost, nothing wrong; seed {}, {took}", args.seed);
    ExitCode::SUCCESS
}

/// Runs a row and prints its line.
fn passes(row: &Row, args: &Args, common: &Common, sums: &mut Sums) -> bool {
    let began = Instant::now();
    let mut aside = Duration::ZERO;
    let outcome = Ground::new(args, row.number, common).and_then(|ground| {
        let figures = run(row, &ground)?;
        aside = ground.aside();
        ground.leave()?;
        Ok(figures)
    });
    let took = began.elapsed();
    sums.add(row, took, aside);
    let took = seconds(took);
    let (number, fault) = (row.number, row.fault);
    match outcome {
        Ok(figures) => {
            println!("{number:>3}  {fault:<44} ok      {took:>8}  {figures}");
            true
        }
        Err(failure) => {
            println!("{number:>3}  {fault:<44} FAILED  {took:>8}  {failure:#}");
            println!("     seed {}; again: {}", args.seed, again(args, number));
            false
        }
    }
}

/// A row that panics has failed, and the others are run all the same.
fn run(row: &Row, ground: &Ground<'_>) -> Result<String> {
    catch_unwind(AssertUnwindSafe(|| (row.run)(ground)))
        .unwrap_or_else(|panic| Err(anyhow!("the row itself panicked: {}", words(panic.as_ref()))))
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}

/// The command that brings a row about again.
fn again(args: &Args, row: u8) -> String {
    let seed = args.seed;
    let quick = if args.quick { " --quick" } else { "" };
    let photos = args.photos.map_or(String::new(), |photos| format!(" --photos {photos}"));
    format!("cargo xtask torture --seed {seed}{photos} --only {row}{quick}")
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
