//! What is drawn on: so wide, with colour or without.

use crate::scale::lines;

/// The least that is drawn in, whatever the terminal says.
const NARROWEST: usize = 24;

/// Whether there is colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// As ANSI has it.
    Colour,
    /// None.
    Plain,
}

/// A terminal, or a file that is looked at like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    width: usize,
    ink: Ink,
}

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// What makes the program fast.
    Move,
    /// What it waits for.
    Answer,
    /// What waits for it.
    Waits,
    /// What it is compared with.
    Slow,
    /// Numbers and names.
    None,
}

impl Tone {
    fn code(self) -> &'static str {
        match self {
            Self::Move => "32",
            Self::Answer => "90",
            Self::Waits => "33",
            Self::Slow => "34",
            Self::None => "",
        }
    }
}

impl Sheet {
    /// So many cells wide.
    pub fn new(width: usize, ink: Ink) -> Self {
        Self { width: width.max(NARROWEST), ink }
    }

    pub(super) fn width(self) -> usize {
        self.width
    }

    /// A text in its tone.
    pub(super) fn inked(self, tone: Tone, text: &str) -> String {
        if self.ink == Ink::Plain || tone == Tone::None || text.trim().is_empty() {
            return text.to_owned();
        }
        format!("\x1b[{}m{text}\x1b[0m", tone.code())
    }

    /// Cells of many tones, each run of one inked together; nothing blank at the end.
    pub(super) fn cells(self, cells: impl IntoIterator<Item = (Tone, char)>) -> String {
        let mut runs: Vec<(Tone, String)> = Vec::new();
        for (tone, cell) in cells {
            match runs.last_mut() {
                Some((last, run)) if *last == tone => run.push(cell),
                _ => runs.push((tone, cell.into())),
            }
        }
        while let Some((_, run)) = runs.last_mut() {
            run.truncate(run.trim_end().len());
            if !run.is_empty() {
                break;
            }
            runs.pop();
        }
        runs.iter().map(|(tone, run)| self.inked(*tone, run)).collect()
    }

    /// A sentence in lines, each with its end.
    pub(super) fn wrapped(self, text: &str) -> String {
        lines(text, self.width).join("\n") + "\n"
    }
}
