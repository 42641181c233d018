//! The books of a run: numbers, lines, and what the sheet will show. One thread
//! keeps them, and it is the one that tells the onlooker.

use super::error::LocalError;
use super::made::Journal;
use super::receipt::{LocalReceipt, Onlooker};
use super::root::Roots;
use super::walk::Place;
use super::worker::{Outcome, What};
use super::{shown, unreadable};
use std::io;
use std::path::Path;

/// A frame of the sheet.
#[derive(Debug)]
pub(super) struct Print {
    number: usize,
    pub(super) picture: Picture,
    /// Why there is no thumbnail.
    pub(super) failure: Option<Box<str>>,
}

/// What a frame is of.
#[derive(Debug)]
pub(super) enum Picture {
    Found(Place),
    /// A path that was named, and is not there.
    Named(Box<str>),
}

/// Kept while a run goes on.
pub(super) struct Book<'a> {
    roots: &'a Roots,
    onlooker: &'a dyn Onlooker,
    /// A rehearsal has none.
    journal: Option<Journal>,
    receipt: LocalReceipt,
    prints: Vec<Print>,
}

impl<'a> Book<'a> {
    pub(super) fn new(
        roots: &'a Roots,
        journal: Option<Journal>,
        onlooker: &'a dyn Onlooker,
    ) -> Self {
        Self { roots, onlooker, journal, receipt: LocalReceipt::default(), prints: Vec::new() }
    }

    /// A path that was named cannot be walked.
    pub(super) fn no_path(&mut self, path: &Path, error: &io::Error) {
        let reason = unreadable(error);
        self.onlooker.failed(path, &reason);
        self.receipt.failed += 1;
        let (picture, failure) = (Picture::Named(shown(path).into()), Some(reason.into()));
        self.prints.push(Print { number: 0, picture, failure });
    }

    /// Enters what became of something. `Err` where that ends the run.
    pub(super) fn enter(&mut self, outcome: Outcome) -> Result<(), LocalError> {
        let Outcome { number, place, what } = outcome;
        let path = self.roots.shown(&place);
        let mut failure = None;
        match what {
            What::Made { thumbnail, bytes, made } => {
                self.receipt.made += 1;
                self.receipt.bytes += bytes;
                self.onlooker.made(&path, &thumbnail, bytes);
                if let (Some(journal), Some(made)) = (&mut self.journal, made) {
                    journal.enter(&thumbnail, made)?;
                }
            }
            What::Already => {
                self.receipt.already += 1;
                self.onlooker.already(&path);
            }
            What::WouldMake => {
                self.receipt.left += 1;
                self.onlooker.would_make(&path);
            }
            What::Failed(reason) => {
                self.receipt.failed += 1;
                self.onlooker.failed(&path, &reason);
                failure = Some(reason.into());
            }
            What::Passed(why) => {
                *self.receipt.passed_over.entry(why).or_default() += 1;
                self.onlooker.passed_over(&path, why);
                return Ok(());
            }
            What::Disk(error) => return Err(error),
        }
        self.prints.push(Print { number, picture: Picture::Found(place), failure });
        Ok(())
    }

    /// The numbers, and the prints in the order of the walk.
    pub(super) fn close(mut self) -> Result<(LocalReceipt, Vec<Print>), LocalError> {
        if let Some(journal) = &mut self.journal {
            journal.flush()?;
        }
        self.prints.sort_by_key(|print| print.number);
        Ok((self.receipt, self.prints))
    }
}
