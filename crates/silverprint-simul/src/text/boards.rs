//! Boards × time in blocks: bars for the whole, stairs for one board after the
//! other, and the first rounds of the simultaneous exhibition, move by move. What
//! is written goes to a text, which cannot fail.

use super::sheet::{Sheet, Tone};
use crate::outcome::{Outcome, Played, Row};
use crate::scale::{face, grouped, marks, rough, times, words};
use std::fmt::Write;
use std::time::Duration;

/// The most lines that a picture takes.
const LINES: usize = 24;
/// The shortest bar that says anything.
pub(super) const SHORTEST: usize = 10;
/// Parts of a block, an eighth each.
const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/// A mark takes so many cells at its end.
const MARK: usize = 6;
/// Marks of an axis stand at least so far apart.
const APART: usize = 10;

/// The time of each manner as a bar; where that has no room, a line each.
pub(super) fn bars(played: &Played, sheet: Sheet) -> String {
    let mut bars = vec![("one after the other", Tone::Slow, &played.sequential)];
    if let Some(seated) = &played.seated {
        bars.push(("each master at one", Tone::Slow, seated));
    }
    bars.push(("simultaneously", Tone::Move, &played.simultaneous));
    let names = bars.iter().map(|(name, ..)| name.len()).max().unwrap_or_default();
    let faces = bars.iter().map(|(.., it)| face(it.took).len()).max().unwrap_or_default();
    let longest = bars.iter().map(|(.., it)| it.took).max().unwrap_or_default();
    let faster = times(played.speedup());
    let beside = names + faces + faster.chars().count() + 6;
    let Some(room) = sheet.width().checked_sub(beside + SHORTEST) else {
        return listed(&bars, &faster);
    };
    let mut text = String::new();
    for (name, tone, outcome) in bars {
        let bar = sheet.inked(tone, &bar(outcome.took, longest, room + SHORTEST));
        let clock = face(outcome.took);
        let _ = write!(text, "{name:names$}  {clock:>faces$}  {bar}");
        if tone == Tone::Move {
            let _ = write!(text, "  {}", sheet.inked(tone, &faster));
        }
        text.push('\n');
    }
    text
}

fn listed(bars: &[(&str, Tone, &Outcome)], faster: &str) -> String {
    let mut text = String::new();
    for (name, _, outcome) in bars {
        let _ = writeln!(text, "{name}\n  {}", face(outcome.took));
    }
    let _ = writeln!(text, "  {faster} as fast");
    text
}

/// A part of the longest as a bar of so many cells at most.
pub(super) fn bar(part: Duration, longest: Duration, cells: usize) -> String {
    let eighths = (part.as_millis() * cells as u128 * 8).div_ceil(longest.as_millis().max(1));
    let eighths = usize::try_from(eighths).unwrap_or(usize::MAX).min(cells * 8);
    let mut bar = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(EIGHTHS[eighths % 8]);
    }
    bar
}

/// One board after the other: two boards a line, as long as their games are.
pub(super) fn stairs(played: &Played, sheet: Sheet) -> String {
    let rows = chosen(&played.sequential.rows, 2 * LINES);
    let name = |row: &Row| grouped(row.board.into());
    let names = rows.iter().map(|row| name(row).len()).max().unwrap_or_default();
    // The last mark stands under the end, and so beyond it.
    let room = sheet.width() - names - 1 - MARK;
    let span = played.sequential.last_answer;
    let mut text = sheet.wrapped(&format!("One after the other, all {}:", words(rough(span))));
    for pair in rows.chunks(2) {
        let upper = covered(pair[0], span, room);
        let lower = pair.get(1).map(|row| covered(row, span, room));
        let cells =
            (0..room).map(|at| match (upper[at], lower.as_ref().is_some_and(|it| it[at])) {
                (true, true) => (Tone::Slow, '█'),
                (true, false) => (Tone::Slow, '▀'),
                (false, true) => (Tone::Slow, '▄'),
                (false, false) => (Tone::None, ' '),
            });
        let _ = writeln!(text, "{:>names$} {}", name(pair[0]), sheet.cells(cells));
    }
    text.push_str(&axis(span, names, room, sheet));
    text
}

/// The cells that a game lies in.
fn covered(row: &Row, span: Duration, cells: usize) -> Vec<bool> {
    let at = |time: Duration| (time.as_millis() * cells as u128) / span.as_millis().max(1);
    // However short, it is somewhere.
    let (first, end) = (at(row.began), at(row.ended).max(at(row.began) + 1));
    (0..cells as u128).map(|cell| (first..end).contains(&cell)).collect()
}

/// The first rounds of the simultaneous exhibition, a line for each board.
pub(super) fn rounds(played: &Played, sheet: Sheet) -> String {
    let rows = chosen(&played.simultaneous.rows, LINES);
    let name = |row: &Row| grouped(row.board.into());
    let names = rows.iter().map(|row| name(row).len()).max().unwrap_or_default();
    let room = sheet.width() - names - 1;
    let cell = cell(played, room);
    let shown = whole_rounds(played, cell, room);
    let span = cell * u32::try_from(shown).unwrap_or(u32::MAX);
    let mut text = sheet.wrapped(&format!(
        "Simultaneously, the first {} of {}:",
        words(rough(span.min(played.simultaneous.last_answer))),
        words(rough(played.simultaneous.took))
    ));
    for row in rows {
        let cells = states(row, cell, shown).into_iter().map(State::shown);
        let _ = writeln!(text, "{:>names$} {}", name(row), sheet.cells(cells));
    }
    text.push_str(&axis(span, names, shown, sheet));
    text.push_str(&legend(names, sheet));
    text
}

/// So many cells as whole rounds take, or all of them.
fn whole_rounds(played: &Played, cell: Duration, room: usize) -> usize {
    let round = round(played).as_millis();
    let rounds = cell.as_millis() * room as u128 / round.max(1);
    let cells = (rounds * round).div_ceil(cell.as_millis());
    usize::try_from(cells).ok().filter(|cells| (1..=room).contains(cells)).unwrap_or(room)
}

/// The time of a cell: a master's move, or more where that would show less than
/// two rounds, or less where the exhibition is shorter than the line.
fn cell(played: &Played, room: usize) -> Duration {
    let terms = played.exhibition.terms();
    let room = u32::try_from(room).unwrap_or(u32::MAX);
    let simultaneous = &played.simultaneous;
    let whole = simultaneous.last_answer / room + Duration::from_millis(1);
    let cell = terms.master.max(round(played) * 2 / room).min(whole);
    // The clock knows no less.
    Duration::from_millis(u64::try_from(cell.as_millis()).unwrap_or(u64::MAX).max(1))
}

/// From a board's move to its next one.
fn round(played: &Played) -> Duration {
    let terms = played.exhibition.terms();
    (played.simultaneous.took / terms.moves).max(terms.master + terms.opponent)
}

/// What a board does in a cell's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waits,
    Moved,
    Answers,
    Over,
}

impl State {
    fn shown(self) -> (Tone, char) {
        match self {
            Self::Waits => (Tone::Waits, '·'),
            Self::Moved => (Tone::Move, '█'),
            Self::Answers => (Tone::Answer, '░'),
            Self::Over => (Tone::None, ' '),
        }
    }
}

/// A board's first cells: a move shows wherever a part of it lies.
fn states(row: &Row, cell: Duration, cells: usize) -> Vec<State> {
    let mut states = vec![State::Waits; cells];
    let at = |time: Duration| {
        usize::try_from(time.as_millis() / cell.as_millis()).unwrap_or(cells).min(cells)
    };
    let after = |time: Duration| {
        usize::try_from(time.as_millis().div_ceil(cell.as_millis())).unwrap_or(cells).min(cells)
    };
    for it in &row.moves {
        states[at(it.made)..after(it.answered)].fill(State::Answers);
    }
    states[after(row.ended)..].fill(State::Over);
    for it in &row.moves {
        states[at(it.start)..after(it.made)].fill(State::Moved);
    }
    states
}

fn legend(indent: usize, sheet: Sheet) -> String {
    let entries = [
        (State::Moved, "a master moves"),
        (State::Answers, "the opponent thinks"),
        (State::Waits, "waits for a master"),
    ];
    // On a narrow one it begins further left, or the longest would not fit.
    let longest = entries.iter().map(|(_, said)| said.chars().count()).max().unwrap_or(0);
    let indent = indent.min(sheet.width().saturating_sub(longest + 3));
    let mut text = String::new();
    let mut used = 0;
    for (state, said) in entries {
        let width = said.chars().count() + 5;
        if used > 0 && used + width + indent + 1 > sheet.width() {
            text.push('\n');
            used = 0;
        }
        let start = if used == 0 { indent + 1 } else { 3 };
        let (tone, cell) = state.shown();
        let _ = write!(text, "{:start$}{} {said}", "", sheet.inked(tone, &cell.to_string()));
        used += width;
    }
    text + "\n"
}

/// Marks under a picture: each begins at its time.
fn axis(span: Duration, indent: usize, cells: usize, sheet: Sheet) -> String {
    let mut line = " ".repeat(indent + 1);
    for mark in marks(span, (cells / APART) as u64) {
        let at = mark.as_millis() * cells as u128 / span.as_millis().max(1);
        let at = usize::try_from(at).unwrap_or(cells) + indent + 1;
        let label = format!("╵{}", if mark.is_zero() { "0".to_owned() } else { words(mark) });
        let used = line.chars().count();
        // The last one may have no room.
        if at >= used && at + label.chars().count() <= sheet.width() {
            line.push_str(&" ".repeat(at - used));
            line.push_str(&label);
        }
    }
    line + "\n"
}

/// At most so many of the rows, evenly.
fn chosen(rows: &[Row], most: usize) -> Vec<&Row> {
    rows.iter().step_by(rows.len().div_ceil(most).max(1)).collect()
}
