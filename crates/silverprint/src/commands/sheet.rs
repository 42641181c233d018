//! `silverprint sheet`: the contact sheet again, from what the catalogue knows.

use crate::args;
use crate::commands::job;
use crate::exit::Exit;
use crate::logs;
use crate::printable::say;
use crate::progress::json;
use crate::receipt::grouped;
use serde_json::json;
use silverprint_archive::{SheetMade, sheet};

pub(crate) fn run(args: &args::Sheet) -> anyhow::Result<Exit> {
    logs::start(&args::Output::default())?;
    job::in_runtime(async {
        let made = sheet(&args.dir, env!("CARGO_PKG_VERSION")).await?;
        tell(args, &made);
        Ok(Exit::Success)
    })
}

fn tell(args: &args::Sheet, made: &SheetMade) {
    let path = made.index.display();
    if args.json {
        let path = path.to_string();
        json::write("sheet", json!({ "sheet": { "path": path, "frames": made.frames } }));
    } else if !args.quiet {
        let frames = if made.frames == 1 { "frame" } else { "frames" };
        say(&format!("{path}: {} {frames}", grouped(made.frames)));
    }
}
