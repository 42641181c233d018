//! `silverprint completions` and `silverprint man`: made from the same table
//! that reads the arguments.

use crate::args;
use crate::cli;
use crate::exit::Exit;
use crate::stdout;
use crate::whole;
use anyhow::Context;
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use std::fs;
use std::io::{self, Write};

/// Completions to stdout.
pub(crate) fn completions(args: &args::Completions) -> anyhow::Result<Exit> {
    let mut command = cli::plain();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "silverprint", &mut script);
    print(&script)
}

/// The main page to stdout, or all pages into a folder.
pub(crate) fn man(args: &args::Man) -> anyhow::Result<Exit> {
    let mut command = cli::plain().disable_help_subcommand(true);
    command.build();
    match &args.dir {
        None => print(&page(&command)?),
        Some(folder) => {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
            for sub in command.get_subcommands() {
                // `silverprint sync`, with its page named as man looks for it.
                let name = format!("silverprint-{}", sub.get_name());
                let page = page(&sub.clone().display_name(&name).name(&name))?;
                whole::write(&folder.join(format!("{name}.1")), &page)?;
            }
            whole::write(&folder.join("silverprint.1"), &page(&command)?)?;
            Ok(Exit::Success)
        }
    }
}

fn page(command: &Command) -> anyhow::Result<Vec<u8>> {
    let mut roff = Vec::new();
    render(&Man::new(command.clone()), command, &mut roff).context("write a page")?;
    Ok(roff)
}

/// As clap's own, but for the examples: their lines stay lines, and columns
/// columns.
fn render(man: &Man, command: &Command, roff: &mut Vec<u8>) -> io::Result<()> {
    man.render_title(roff)?;
    man.render_name_section(roff)?;
    man.render_synopsis_section(roff)?;
    man.render_description_section(roff)?;
    man.render_options_section(roff)?;
    if command.has_subcommands() {
        man.render_subcommands_section(roff)?;
    }
    if let Some(after) = command.get_after_help() {
        examples(&after.to_string()).to_writer(roff)?;
    }
    man.render_version_section(roff)
}

fn examples(after: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    for line in after.lines().skip_while(|line| *line == "Examples:") {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff
}

fn print(bytes: &[u8]) -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    stdout::left_early(out.write_all(bytes).and_then(|()| out.flush()))?;
    Ok(Exit::Success)
}
