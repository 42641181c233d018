//! The lists beside the files: SHA256SUMS, which others check by, and
//! photos.jsonl, from which a lost catalogue would be built.

use super::check::{Check, Halt};
use super::finding::{Finding, FindingKind};
use super::inspect::{Flaw, open};
use silverprint_catalogue::{Catalogue, CatalogueError, Disagreement};
use silverprint_core::Layout;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

/// A sum and the longest path that any system takes.
const LONGEST_LINE: u64 = 64 << 10;

impl Check {
    pub(super) fn check_lists(&self, catalogue: &Catalogue) -> Result<(), Halt> {
        self.go_on()?;
        match compare_sums(catalogue, || open(&self.root, Layout::SUMS)) {
            Ok(()) => {}
            Err(Differs::Catalogue(error)) => return Err(error.into()),
            Err(Differs::Flaw((kind, detail))) => self.list(Layout::SUMS, kind, detail),
        }
        self.check_record(catalogue)
    }

    fn check_record(&self, catalogue: &Catalogue) -> Result<(), Halt> {
        if let Err((kind, detail)) = open(&self.root, Layout::RECORD) {
            self.list(Layout::RECORD, kind, detail);
            return Ok(());
        }
        catalogue.for_each_disagreement(&self.root, |disagreement| {
            self.go_on()?;
            let detail = match disagreement {
                Disagreement::NoLine(id) => format!("no line says what became of photo {id}"),
                Disagreement::OtherFiles(id) => {
                    format!("the last line of photo {id} is not as the catalogue has it")
                }
                Disagreement::UnknownPhoto(id) => {
                    format!("a line is of photo {id}, which the catalogue does not know")
                }
            };
            let id = disagreement.photo();
            self.to_repair(|damage| damage.disagreeing.push(id));
            let (kind, path) = (FindingKind::Disagrees, Layout::RECORD.to_owned());
            self.found(&Finding { kind, path, photo: Some(id), detail });
            Ok(())
        })
    }

    fn list(&self, path: &'static str, kind: FindingKind, detail: String) {
        self.to_repair(|damage| damage.lists.push(path));
        self.found(&Finding { kind, path: path.to_owned(), photo: None, detail });
    }
}

/// How SHA256SUMS is not the one that the catalogue would write.
enum Differs {
    Flaw(Flaw),
    Catalogue(CatalogueError),
}

impl From<CatalogueError> for Differs {
    fn from(error: CatalogueError) -> Self {
        Self::Catalogue(error)
    }
}

impl From<io::Error> for Differs {
    fn from(error: io::Error) -> Self {
        Self::Flaw((FindingKind::Unreadable, error.to_string()))
    }
}

/// Line by line, in the order in which they were written. Before the first file
/// there need be none.
fn compare_sums(
    catalogue: &Catalogue,
    open: impl Fn() -> Result<File, Flaw>,
) -> Result<(), Differs> {
    let mut sums = match open() {
        Err((FindingKind::Missing, _)) if catalogue.counts()?.files == 0 => return Ok(()),
        opened => BufReader::new(opened.map_err(Differs::Flaw)?),
    };
    let (mut number, mut line) = (0_u64, Vec::new());
    let disagrees = |detail| Err(Differs::Flaw((FindingKind::Disagrees, detail)));
    catalogue.for_each_file(|file| {
        number += 1;
        line.clear();
        sums.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if line == format!("{}  {}\n", file.sha256, file.path).as_bytes() {
            return Ok(());
        }
        disagrees(format!("line {number} is not the one of {}", file.path))
    })?;
    if sums.fill_buf()?.is_empty() {
        return Ok(());
    }
    disagrees(format!("it goes on after line {number}, the last one of a file"))
}
