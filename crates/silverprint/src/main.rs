//! `silverprint`: a Flickr photostream becomes a folder with a contact sheet.
//!
//! The binary turns arguments into an order, runs it, and is the only part
//! that prints: progress in `progress`, the receipt in `receipt`, what it says
//! of its speed in `report`, a drawing of that in `trace`, the log in `logs`, advice in `hints`, exit codes in `exit`. Nothing is looked up, read
//! or started before a command needs it.

mod args;
mod cli;
mod commands;
mod exit;
mod hints;
mod interrupt;
mod keys;
mod logs;
mod printable;
mod progress;
mod receipt;
mod report;
mod settings;
mod stdout;
mod trace;
mod whole;

use args::Command;
use cli::{Asked, Unasked};
use exit::Exit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let asked = match cli::read(&arguments) {
        Ok(asked) => asked,
        Err(Unasked::Clap(error)) => {
            cli::show(&error, &arguments);
            return if error.use_stderr() { Exit::Usage } else { Exit::Success }.into();
        }
        Err(Unasked::Setting(error)) => return hints::report(&error.into()).into(),
    };
    // A panic is a bug and has its own code; the message is printed already.
    catch_unwind(AssertUnwindSafe(|| run(asked))).unwrap_or(Exit::Bug).into()
}

fn run(asked: Asked) -> Exit {
    let Asked { args, config } = asked;
    let ended = match args.command {
        Command::Sync(args) => commands::sync::run(&args, &config),
        Command::Demo(args) => commands::demo::run(&args),
        Command::Thumbs(args) => commands::thumbs::run(&args),
        Command::List(args) => commands::list::run(&args),
        Command::Serve(args) => commands::serve::run(&args),
        Command::Verify(args) => commands::verify::run(&args, &config),
        Command::Sheet(args) => commands::sheet::run(&args),
        Command::Simul(args) => commands::simul::run(&args),
        Command::Login(args) => commands::login::run(&args, &config),
        Command::Logout(args) => commands::login::forget(&args, &config),
        Command::Completions(args) => commands::manual::completions(&args),
        Command::Man(args) => commands::manual::man(&args),
    };
    ended.unwrap_or_else(|error| hints::report(&error)).or(stdout::exit())
}
