//! What is raced over: six cells, a stream and a line each.

use std::fmt;

/// Which rendition everybody fetches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The originals, of 12 megapixels.
    Originals,
    /// The copies of 1024 pixels.
    Copies,
}

/// A stream, and the line to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) kind: Kind,
    pub(super) photos: usize,
    /// Milliseconds before each answer.
    pub(super) latency: u32,
    /// Bytes a second of all bodies together.
    pub(super) bandwidth: Option<u64>,
}

/// A race of all tools.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) name: &'static str,
    pub(super) setting: Setting,
    /// How many photos there are in a rehearsal.
    few: usize,
}

/// 1 Gbit/s, in bytes.
pub(super) const GIGABIT: u64 = 125_000_000;

/// The numbers of photos are such that the fastest takes a second or two, the slowest not much
/// more than a minute, and all of it less than an hour.
pub(super) const CELLS: [Cell; 6] = [
    cell("originals-0", Kind::Originals, (80, 8), 0, None),
    cell("originals-50", Kind::Originals, (80, 8), 50, None),
    cell("originals-gigabit", Kind::Originals, (80, 8), 0, Some(GIGABIT)),
    cell("copies-0", Kind::Copies, (800, 40), 0, None),
    cell("copies-50", Kind::Copies, (950, 40), 50, None),
    cell("copies-150", Kind::Copies, (370, 40), 150, None),
];

const fn cell(
    name: &'static str,
    kind: Kind,
    (photos, few): (usize, usize),
    latency: u32,
    bandwidth: Option<u64>,
) -> Cell {
    Cell { name, setting: Setting { kind, photos, latency, bandwidth }, few }
}

impl Cell {
    /// The same with few photos, to see that everything works.
    pub(super) fn in_small(self) -> Self {
        let setting = Setting { photos: self.few, ..self.setting };
        Self { name: self.name, setting, few: self.few }
    }
}

impl Kind {
    /// The label that fake-flickr has it under.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Originals => "o",
            Self::Copies => "l",
        }
    }

    /// How Silverprint is told to keep it.
    pub(super) fn size(self) -> &'static str {
        match self {
            Self::Originals => "original",
            Self::Copies => "1024",
        }
    }
}

impl fmt::Display for Setting {
    /// As a heading.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Originals => "originals of 12 MP",
            Kind::Copies => "copies of 1024 px",
        };
        match (self.bandwidth, self.latency) {
            (Some(_), _) => write!(f, "{kind}, 1 Gbit/s"),
            (None, latency) => write!(f, "{kind}, {latency} ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_say_what_differs() {
        let headings: Vec<String> = CELLS.iter().map(|cell| cell.setting.to_string()).collect();
        assert_eq!(headings[1], "originals of 12 MP, 50 ms");
        assert_eq!(headings[2], "originals of 12 MP, 1 Gbit/s");
        assert_eq!(headings[5], "copies of 1024 px, 150 ms");
    }
}
