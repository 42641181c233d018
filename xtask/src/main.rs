//! The project's own chores, as `cargo xtask CHORE`. Plain std, so that it
//! builds in seconds on a machine with nothing but Rust.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to who runs it")]

mod bench;
mod ci;
mod command;
mod deny;
mod deps;
mod dist;
mod fuzz;
mod judges;
mod links;
mod sheet;
mod tidy;
mod tools;
mod torture;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Why a chore failed, in words: there is nobody to tell kinds apart.
type Failure = Box<dyn std::error::Error>;

const HELP: &str = "\
cargo xtask CHORE

  ci     check, build and test everything, in order; stops at what fails first
  judges let clients of others take fake-flickr for Flickr
  deps   check that crates depend on nothing that their room forbids
  deny   check what we depend on: licences, sources, what is banned, advisories
  dist   make what people install, into target/dist; `dist check` also tries it
  fuzz   let random bytes at what reads bytes from outside, each target for a short while;
         `fuzz TARGET [SECONDS]` one for long, `fuzz keep TARGET` keeps what it found
  torture
         do everything to the released program that can happen to it, and look for
         what was lost: `torture --seed N [--photos N] [--only ROW] [--quick]`
  sheet  open contact sheets in a browser and do all that one can do there;
         `sheet viewer` runs the tests in viewer.test.mjs only, `sheet pictures` takes
         the docs' pictures anew
  tidy   name the longest files and functions (a report, no gate)
  bench  measure, and write what came out into bench/README.md";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let root = repository();
    let outcome = match args.as_slice() {
        ["ci"] => ci::run(&root),
        ["judges"] => judges::run_all(&root),
        ["deny"] => deny::run_all(&root),
        ["deps"] => deps::run(&root),
        ["dist"] => dist::run(&root),
        ["dist", "check"] => dist::check(&root),
        ["fuzz"] => fuzz::run_all(&root),
        ["fuzz", "keep", target] => fuzz::keep(target, &root),
        ["fuzz", target] => fuzz::run_one(target, None, &root),
        ["fuzz", target, seconds] => fuzz::run_one(target, Some(seconds), &root),
        ["sheet"] => sheet::run_all(&root),
        ["sheet", "pictures"] => sheet::take_pictures(&root),
        ["sheet", only] => sheet::run(Some(only), &root),
        ["torture", args @ ..] => torture::run(args, &root),
        ["tidy"] => tidy::run(&root),
        ["bench"] => {
            println!("{}", bench::list());
            return ExitCode::SUCCESS;
        }
        ["bench", "job", words @ ..] => bench::run_job(words, &root),
        ["bench", name] => bench::run(name, &root),
        [] | ["help" | "-h" | "--help"] => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        unknown => {
            eprintln!("no such chore: {}\n\n{HELP}", unknown.join(" "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("failed: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The top of the checkout that this was built in.
fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in the repository").to_owned()
}
