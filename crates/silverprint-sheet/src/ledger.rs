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
    /// Files that were written for it, as `path:length`, a space before each: in one
    /// piece, for there are thousands of parts. A file that the power took has
    /// another length.
    files: String,
    /// Whether prints of it are in strips.
    pub(crate) has_strips: bool,
}

impl Made {
    /// One that has no files yet.
    pub(crate) const fn new(from: String) -> Self {
        Self { from, files: String::new(), has_strips: false }
    }

    /// Notes a file of it.
    pub(crate) fn add(&mut self, path: &str, length: usize) {
        let _ = write!(self.files, " {path}:{length}");
    }

    fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.files.split_whitespace().filter_map(file)
    }

    /// Whether its files are there, made from the same.
    pub(crate) fn lies_on<S: Shelf>(&self, from: &str, place: &mut S) -> bool {
        let mut files = self.files();
        self.from == from && files.all(|(path, length)| place.length(path) == Some(length))
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
            now.part(*number).is_some_and(|made| made.files().any(|(file, _)| file == path))
        };
        self.parts.iter().flat_map(move |(number, made)| {
            let files = made.files().map(|(path, _)| path);
            files.filter(move |path| !is_kept(number, path))
        })
    }

    pub(crate) fn write(&self) -> String {
        let mut text = format!("{TITLE}\n");
        for (number, made) in &self.parts {
            let strips = if made.has_strips { "strips" } else { "apart" };
            let _ = writeln!(text, "{number} {} {strips}{}", made.from, made.files);
        }
        text
    }
}

fn line(line: &str) -> Option<(u64, Made)> {
    let mut words = line.split(' ');
    let number = words.next()?.parse().ok()?;
    let mut made = Made::new(words.next()?.to_owned());
    made.has_strips = match words.next()? {
        "strips" => true,
        "apart" => false,
        _ => return None,
    };
    for word in words {
        let (path, _) = file(word)?;
        // It names what may be removed.
        if !path.starts_with("sheet/") || path.contains("..") {
            return None;
        }
        made.files.push(' ');
        made.files.push_str(word);
    }
    Some((number, made))
}

/// What a word says: a file and its length.
fn file(word: &str) -> Option<(&str, u64)> {
    let (path, length) = word.rsplit_once(':')?;
    Some((path, length.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn made(from: &str, files: &[&str]) -> Made {
        let mut made = Made { has_strips: true, ..Made::new(from.to_owned()) };
        for path in files {
            made.add(path, 7);
        }
        made
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
