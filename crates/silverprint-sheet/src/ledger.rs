//! What the sheet that lies there was made from: parts of which nothing has
//! changed are not made again.

use crate::shelf::Shelf;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The first line; another one is not understood, and everything is made again.
const TITLE: &str = "silverprint sheet 1";

/// Each part by its number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    parts: BTreeMap<u64, Made>,
}

/// A part as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// The sum of everything that it was made from, in hexadecimal.
    pub(crate) from: String,
    /// Files that were written for it, with their lengths: a file that the
    /// power took has another.
    pub(crate) files: Vec<(String, u64)>,
    /// Whether prints of it are in strips.
    pub(crate) has_strips: bool,
}

impl Made {
    /// Whether its files are there, made from the same.
    pub(crate) fn lies_on<S: Shelf>(&self, from: &str, place: &mut S) -> bool {
        let is_there = |(path, length): &(String, u64)| place.length(path) == Some(*length);
        self.from == from && self.files.iter().all(is_there)
    }
}

impl Ledger {
    /// What a ledger says. Lines that cannot be read are not there.
    pub(crate) fn read(text: &str) -> Self {
        let mut lines = text.lines();
        if lines.next() != Some(TITLE) {
            return Self::default();
        }
        Self { parts: lines.filter_map(line).collect() }
    }

    pub(crate) fn part(&self, number: u64) -> Option<&Made> {
        self.parts.get(&number)
    }

    pub(crate) fn add(&mut self, number: u64, made: Made) {
        self.parts.insert(number, made);
    }

    pub(crate) fn has_strips(&self) -> bool {
        self.parts.values().any(|made| made.has_strips)
    }

    /// The files of the parts that another ledger does not have, and those that
    /// its parts no longer have.
    pub(crate) fn surplus<'a>(&'a self, now: &'a Self) -> impl Iterator<Item = &'a str> {
        let is_kept = |number: &u64, path: &str| {
            now.part(*number).is_some_and(|made| made.files.iter().any(|(file, _)| file == path))
        };
        self.parts.iter().flat_map(move |(number, made)| {
            let files = made.files.iter().map(|(path, _)| path.as_str());
            files.filter(move |path| !is_kept(number, path))
        })
    }

    pub(crate) fn write(&self) -> String {
        let mut text = format!("{TITLE}\n");
        for (number, made) in &self.parts {
            let strips = if made.has_strips { "strips" } else { "apart" };
            let _ = write!(text, "{number} {} {strips}", made.from);
            for (path, length) in &made.files {
                let _ = write!(text, " {path}:{length}");
            }
            text.push('\n');
        }
        text
    }
}

fn line(line: &str) -> Option<(u64, Made)> {
    let mut words = line.split(' ');
    let number = words.next()?.parse().ok()?;
    let from = words.next()?.to_owned();
    let has_strips = match words.next()? {
        "strips" => true,
        "apart" => false,
        _ => return None,
    };
    let file = |word: &str| {
        let (path, length) = word.rsplit_once(':')?;
        // It names what may be removed.
        let is_ours = path.starts_with("sheet/") && !path.contains("..");
        is_ours.then_some((path.to_owned(), length.parse().ok()?))
    };
    let files = words.map(file).collect::<Option<_>>()?;
    Some((number, Made { from, files, has_strips }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn made(from: &str, files: &[&str]) -> Made {
        let files = files.iter().map(|path| ((*path).to_owned(), 7)).collect();
        Made { from: from.to_owned(), files, has_strips: true }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut ledger = Ledger::default();
        ledger.add(0, made("ab", &["sheet/parts/00000.js"]));
        ledger.add(12, made("cd", &[]));
        assert_eq!(Ledger::read(&ledger.write()), ledger);
        assert_eq!(Ledger::read(&ledger.write().replace("sheet 1", "sheet 2")), Ledger::default());
    }

    #[test]
    fn what_is_no_longer_made_is_surplus() {
        let (mut before, mut now) = (Ledger::default(), Ledger::default());
        before.add(0, made("ab", &["sheet/a", "sheet/b"]));
        before.add(1, made("cd", &["sheet/c"]));
        now.add(0, made("ef", &["sheet/b"]));
        assert_eq!(before.surplus(&now).collect::<Vec<_>>(), ["sheet/a", "sheet/c"]);
    }

    proptest! {
        #[test]
        fn no_ledger_names_what_is_not_the_sheets(text in "[0-9a-z ./:\n]{0,200}") {
            let ledger = Ledger::read(&format!("{TITLE}\n{text}"));
            for path in ledger.surplus(&Ledger::default()) {
                prop_assert!(path.starts_with("sheet/") && !path.contains(".."));
            }
        }
    }
}
