//! Completions and manual pages, made of the command line itself. (The least
//! that packaging needs; to be replaced.)

use crate::args::{Args, Completions, Man};
use crate::exit::Exit;
use clap::CommandFactory;
use std::io::stdout;

pub(crate) fn completions(args: &Completions) -> anyhow::Result<Exit> {
    let mut command = Args::command();
    clap_complete::generate(args.shell, &mut command, "silverprint", &mut stdout());
    Ok(Exit::Success)
}

pub(crate) fn man(args: &Man) -> anyhow::Result<Exit> {
    match &args.dir {
        Some(dir) => clap_mangen::generate_to(Args::command().disable_help_subcommand(true), dir)?,
        None => clap_mangen::Man::new(Args::command()).render(&mut stdout())?,
    }
    Ok(Exit::Success)
}
