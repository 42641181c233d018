//! Five hundred frames: their texts as a script, their prints in strips, and the
//! same as a plain page.

use crate::entry::Entry;
use crate::ledger::Made;
use crate::navigation::{self, Navigation};
use crate::page::{PLAIN_TEMPLATES, PlainPage};
use crate::row::Row;
use crate::script::Call;
use crate::shelf::Shelf;
use crate::strip::{self, PER_STRIP};
use crate::subject::Subject;
use sha2::{Digest as _, Sha256};
use silverprint_core::Layout;
use std::fmt::Write as _;

/// Frames in a part. A plain page of more would scroll for ever, of fewer click for
/// ever.
pub(crate) const PER_PART: usize = 500;

/// A part that may be made. A place without a row is one of a frame that is not
/// listed yet.
pub(crate) struct Part<'a> {
    pub(crate) number: u64,
    pub(crate) rows: &'a [Option<Row>],
    pub(crate) subject: Subject,
    /// What the account is called.
    pub(crate) name: &'a str,
    /// How large a print is; only those fit a strip.
    pub(crate) print: (u32, u32),
    pub(crate) navigation: &'a Navigation,
}

impl Part<'_> {
    /// What its scripts say of its rows, as if all their prints were in strips.
    pub(crate) fn entries(&self) -> Vec<Option<Entry>> {
        let entry = |row: &Option<Row>| row.as_ref().map(|row| Entry::new(row, self.subject));
        self.rows.iter().map(entry).collect()
    }

    /// The sum of everything that goes into its files, but for the prints
    /// themselves: they have their stamps.
    pub(crate) fn made_from(&self, entries: &[Option<Entry>]) -> String {
        let mut sum = Sha256::new();
        let mut add = |bytes: &[u8]| {
            sum.update((bytes.len() as u64).to_le_bytes());
            sum.update(bytes);
        };
        for template in PLAIN_TEMPLATES {
            add(template.as_bytes());
        }
        add(env!("CARGO_PKG_VERSION").as_bytes());
        add(self.name.as_bytes());
        add(format!("{:?} {:?}", self.print, self.navigation).as_bytes());
        add(&self.script(entries));
        for thumb in self.rows.iter().flatten().filter_map(|row| row.thumb.as_ref()) {
            add(thumb.path.as_bytes());
            add(thumb.stamp.as_bytes());
        }
        hexadecimal(&sum.finalize())
    }

    /// Makes it.
    pub(crate) fn make<S: Shelf>(
        &self,
        mut entries: Vec<Option<Entry>>,
        from: String,
        to: &mut S,
    ) -> Result<Made, S::Error> {
        let mut made = Made::new(from);
        let strips = self.rows.chunks(PER_STRIP).zip(entries.chunks_mut(PER_STRIP));
        for (idx, (rows, entries)) in strips.enumerate() {
            let prints: Vec<_> = rows.iter().map(|row| self.print_of(row.as_ref(), to)).collect();
            let strip = strip::join(&prints, self.print);
            for ((row, entry), is_in) in rows.iter().zip(entries).zip(&strip.holds) {
                if let (Some(row), Some(entry), false) = (row, entry, is_in) {
                    entry.set_apart(row.thumb.as_ref());
                }
            }
            let Some(jpeg) = strip.jpeg else { continue };
            let per_part = (PER_PART / PER_STRIP) as u64;
            let number = self.number * per_part + idx as u64;
            put(to, &mut made, &strip_path(number), &jpeg)?;
            made.has_strips = true;
        }
        put(to, &mut made, &part_path(self.number), &self.script(&entries))?;
        put(to, &mut made, &texts_path(self.number), &self.texts(&entries))?;
        let page = PlainPage::new(self).html().map_err(S::Error::from)?;
        put(to, &mut made, &navigation::plain_path(self.number), page.as_bytes())?;
        Ok(made)
    }

    fn print_of<S: Shelf>(&self, row: Option<&Row>, on: &mut S) -> Option<Vec<u8>> {
        let thumb = row?.thumb.as_ref()?;
        let fits = (thumb.width, thumb.height) == self.print;
        if fits { on.read(&thumb.path) } else { None }
    }

    /// `silverprint.part(…)`.
    fn script(&self, entries: &[Option<Entry>]) -> Vec<u8> {
        Call::to("part").with(&self.number).with(&entries).into_bytes()
    }

    /// `silverprint.texts(…)`: what a search needs, apart from all else, which would
    /// be four times as much to read.
    fn texts(&self, entries: &[Option<Entry>]) -> Vec<u8> {
        let texts: Vec<_> = entries.iter().map(|entry| entry.as_ref().map(Entry::sought)).collect();
        Call::to("texts").with(&self.number).with(&texts).into_bytes()
    }
}

fn put<S: Shelf>(to: &mut S, made: &mut Made, path: &str, bytes: &[u8]) -> Result<(), S::Error> {
    to.write(path, bytes)?;
    made.add(path, bytes.len());
    Ok(())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn part_path(number: u64) -> String {
    format!("{}/parts/{number:05}.js", Layout::SHEET)
}

fn texts_path(number: u64) -> String {
    format!("{}/texts/{number:05}.js", Layout::SHEET)
}

fn strip_path(number: u64) -> String {
    format!("{}/strips/{number:05}.jpg", Layout::SHEET)
}
