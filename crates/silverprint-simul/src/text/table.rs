//! A sweep as a table with a bar a line: how many games are finished an hour.

use super::boards::{SHORTEST, bar};
use super::sheet::{Sheet, Tone};
use crate::scale::{face, grouped, percent, times};
use crate::sweep::{Point, Swept};
use std::time::Duration;

/// Columns from the left; the last ones go where there is no room.
const HEADINGS: [&str; 5] = ["boards", "simultaneously", "faster", "busy", "one after the other"];

pub(super) fn table(swept: &Swept, sheet: Sheet) -> String {
    let rows: Vec<_> = swept.points.iter().map(columns).collect();
    let mut widths = Vec::new();
    let mut used = 0;
    for (column, heading) in HEADINGS.into_iter().enumerate() {
        let texts = rows.iter().map(|row| row[column].chars().count());
        let width = texts.chain([heading.len()]).max().unwrap_or_default();
        if used + width > sheet.width() {
            break;
        }
        widths.push(width);
        used += width + 2;
    }
    let room = sheet.width().saturating_sub(used);
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(text, width)| format!("{text:>width$}"));
        cells.collect::<Vec<_>>().join("  ")
    };
    let mut text = line(&HEADINGS.map(str::to_owned));
    text.push_str(if room >= "games an hour".len() { "  games an hour\n" } else { "\n" });
    for (point, row) in swept.points.iter().zip(&rows) {
        text.push_str(&line(row));
        if room >= SHORTEST {
            text.push_str("  ");
            text.push_str(&pace(swept, point, sheet, room));
        }
        text.push('\n');
    }
    text
}

fn columns(point: &Point) -> [String; 5] {
    [
        grouped(point.boards.into()),
        face(point.simultaneous),
        times(point.speedup()),
        percent(point.busy),
        face(point.sequential),
    ]
}

/// The games an hour as a bar: as long as the fastest one's, or less.
fn pace(swept: &Swept, point: &Point, sheet: Sheet, room: usize) -> String {
    let hour = |point: &Point| Duration::from_secs_f64(point.games_an_hour().min(1e9));
    let fastest = swept.points.iter().map(hour).max().unwrap_or_default();
    let helps = swept.bottleneck.is_none_or(|found| point.boards < found.board());
    let tone = if helps { Tone::Move } else { Tone::Waits };
    let number = format!(" {:.1}", point.games_an_hour());
    let beside = number.len() + " ◂".chars().count();
    let bar = bar(hour(point), fastest, room.saturating_sub(beside).max(1));
    let is_first = swept.bottleneck.is_some_and(|found| point.boards == found.board());
    let note = if is_first { " ◂" } else { "" };
    format!("{}{}{note}", sheet.inked(tone, &bar), number)
}
