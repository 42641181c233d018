//! `silverprint simul`: the chess exhibition, played, measured and drawn. To
//! stdout goes what was measured, to stderr where the picture is.

use crate::args;
use crate::exit::Exit;
use crate::printable::say;
use crate::progress::json;
use crate::stdout;
use crate::whole;
use anstream::{AutoStream, ColorChoice};
use serde_json::{Number, Value, json};
use silverprint_simul::text::{self, Ink, Sheet};
use silverprint_simul::{Bottleneck, Exhibition, Played, Point, Sweep, Swept, Terms, svg};
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

/// How wide it is drawn where nobody says how wide it is.
const USUAL: usize = 100;
/// A picture on a wider terminal is no better.
const WIDEST: usize = 160;

pub(crate) fn run(args: &args::Simul) -> anyhow::Result<Exit> {
    let &args::Simul { boards, masters, moves, master, opponent, .. } = args;
    // A sweep has its own numbers of boards.
    let boards = args.sweep.map_or(boards, Sweep::first);
    let exhibition = Exhibition::new(Terms { boards, masters, moves, master, opponent })?;
    match args.sweep {
        Some(range) => sweep(args, exhibition, range)?,
        None => play(args, exhibition)?,
    }
    Ok(Exit::Success)
}

fn play(args: &args::Simul, exhibition: Exhibition) -> anyhow::Result<()> {
    let played = Played::new(exhibition);
    if let Some(path) = &args.svg {
        draw(path, &svg::exhibition(&played))?;
    }
    if args.json {
        json::write("exhibition", told(&played));
    } else {
        stdout::write(&text::exhibition(&played, sheet()));
    }
    Ok(())
}

fn sweep(args: &args::Simul, exhibition: Exhibition, range: Sweep) -> anyhow::Result<()> {
    let swept = Swept::new(exhibition, range)?;
    if let Some(path) = &args.svg {
        draw(path, &svg::sweep(&swept))?;
    }
    if args.json {
        for point in &swept.points {
            json::write("exhibition", told_of_point(&swept, point));
        }
    } else {
        stdout::write(&text::sweep(&swept, sheet()));
    }
    Ok(())
}

/// What stdout is: a terminal's width and colours, where it is one and nobody
/// wants it without (`NO_COLOR`, `TERM=dumb`).
fn sheet() -> Sheet {
    let out = io::stdout();
    let size = out.is_terminal().then(terminal_size::terminal_size).flatten();
    let width = size.map_or(USUAL, |(width, _)| usize::from(width.0).min(WIDEST));
    let is_plain = AutoStream::choice(&out) == ColorChoice::Never;
    Sheet::new(width, if is_plain { Ink::Plain } else { Ink::Colour })
}

fn draw(path: &Path, svg: &str) -> anyhow::Result<()> {
    whole::write(path, svg.as_bytes())?;
    say(&format!("drawn into {}", path.display()));
    Ok(())
}

fn told(played: &Played) -> Value {
    let mut told = told_of_terms(&played.exhibition, played.exhibition.terms().boards);
    told["sequential_seconds"] = seconds(played.sequential.took);
    if let Some(seated) = &played.seated {
        told["seated_seconds"] = seconds(seated.took);
    }
    told["concurrent_seconds"] = seconds(played.simultaneous.took);
    told["last_answer_seconds"] = seconds(played.simultaneous.last_answer);
    told["waited_seconds"] = seconds(played.simultaneous.waited);
    told["speedup"] = json!(played.speedup());
    told["sequential_busy"] = json!(played.sequential.busy_share());
    told["concurrent_busy"] = json!(played.simultaneous.busy_share());
    told["bottleneck"] = told_of_bottleneck(played.bottleneck);
    told
}

fn told_of_point(swept: &Swept, point: &Point) -> Value {
    let mut told = told_of_terms(&swept.exhibition, point.boards);
    told["sequential_seconds"] = seconds(point.sequential);
    told["concurrent_seconds"] = seconds(point.simultaneous);
    told["last_answer_seconds"] = seconds(point.last_answer);
    told["waited_seconds"] = seconds(point.waited);
    told["speedup"] = json!(point.speedup());
    told["concurrent_busy"] = json!(point.busy);
    told["bottleneck"] = told_of_bottleneck(swept.bottleneck);
    told
}

fn told_of_terms(exhibition: &Exhibition, boards: u32) -> Value {
    let terms = exhibition.terms();
    json!({
        "boards": boards,
        "masters": terms.masters,
        "moves": terms.moves,
        "master_seconds": seconds(terms.master),
        "opponent_seconds": seconds(terms.opponent),
    })
}

/// Null where none was found.
fn told_of_bottleneck(found: Option<Bottleneck>) -> Value {
    let told = |found: Bottleneck| {
        json!({
            "board": found.board(),
            "enough_boards": found.enough,
            "concurrent_seconds": seconds(found.took),
            "each_more_seconds": seconds(found.each_more),
        })
    };
    found.map_or(Value::Null, told)
}

/// Whole seconds are whole numbers.
fn seconds(time: Duration) -> Value {
    if time.subsec_nanos() == 0 {
        Value::Number(Number::from(time.as_secs()))
    } else {
        json!(time.as_secs_f64())
    }
}
