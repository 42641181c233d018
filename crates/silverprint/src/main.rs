//! `silverprint`: a Flickr photostream becomes a folder with a contact sheet.
//!
//! The binary turns arguments into an order, runs it, and is the only part
//! that prints: progress in `progress`, the receipt in `receipt`, advice in
//! `hints`, exit codes in `exit`.

mod args;
mod commands;
mod exit;
mod hints;
mod interrupt;
mod printable;
mod progress;
mod receipt;

use args::{Args, Command};
use clap::Parser;
use exit::Exit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let args = Args::parse();
    // A panic is a bug and has its own code; the message is printed already.
    catch_unwind(AssertUnwindSafe(|| run(args))).unwrap_or(Exit::Bug).into()
}

fn run(args: Args) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return hints::report(&anyhow::Error::new(error).context("start")),
    };
    let ended = runtime.block_on(async {
        match args.command {
            Command::Sync(args) => commands::sync::run(&args).await,
            Command::Demo(args) => commands::demo::run(&args).await,
            Command::Completions(args) => commands::manual::completions(&args),
            Command::Man(args) => commands::manual::man(&args),
        }
    });
    // What still hangs (a name look-up, say) must not keep us.
    runtime.shutdown_timeout(Duration::from_millis(100));
    ended.unwrap_or_else(|error| hints::report(&error))
}
