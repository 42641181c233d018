//! One entry after another, in the transaction and the lines of a group.

use super::{Before, sync_names};
use crate::error::Context;
use crate::line::Line;
use crate::names::Names;
use crate::record::Record;
use crate::snapshot::LISTING;
use crate::{CatalogueError, Entry, Saved, State, ledger};
use rusqlite::{Connection, params};
use silverprint_core::{Failure, Photo, PhotoId, Receipt};
use std::path::Path;

/// The open transaction, and the lines that go with it.
pub(super) struct Group<'a> {
    pub(super) sql: &'a Connection,
    pub(super) record: &'a mut Record,
    pub(super) before: &'a mut Before,
    pub(super) names: &'a mut Option<Names>,
    pub(super) path: &'a Path,
}

impl Group<'_> {
    pub(super) fn write(&mut self, entry: Entry) -> Result<(), CatalogueError> {
        match entry {
            Entry::Listed(photo) => self.listed(&photo),
            Entry::Saved(saved) => self.saved(saved, State::Done),
            Entry::SavedInPart(saved) => self.saved(saved, State::Pending),
            Entry::Files(id, wanted) => {
                let files =
                    ledger::files(self.sql, id).context("read a photo's files", self.path)?;
                // Who asked may be gone.
                let _ = wanted.try_send(files);
                Ok(())
            }
            Entry::LastFailure(id, wanted) => {
                let found = ledger::last_failure(self.sql, id);
                let found = found.context("read why a photo failed", self.path)?;
                let _ = wanted.try_send(found.map(|(_, failure)| failure));
                Ok(())
            }
            Entry::IsAnothers(stem, id, wanted) => {
                let _ = wanted.try_send(self.names()?.is_anothers(&stem, id));
                Ok(())
            }
            Entry::Failed { photo, failure, at } => self.failed(&photo, &failure, at),
            Entry::Damaged { id, failure, at } => self.damaged(id, &failure, at),
            Entry::Mended { id, thumbnail, at } => self
                .change_known("keep that a photo was mended", id, |line| line.mended(thumbnail, at))
                .map(drop),
            Entry::DeletedUpstream { ids, at } => {
                ids.into_iter().try_for_each(|id| self.deleted(id, at))
            }
            Entry::Listing(listing) => {
                let json = serde_json::to_string(&listing).expect("it is plain fields");
                let upsert = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)";
                self.execute("keep the listing", upsert, (LISTING, json))
            }
            Entry::Run { receipt, started, ended } => self.run(&receipt, started, ended),
            Entry::Reopened(id) => {
                let update = "UPDATE photo SET state = 'pending' WHERE id = ?1";
                self.execute("reopen a photo", update, [id.get().cast_signed()])
            }
            // The group itself sees to it.
            Entry::Settle(_) => Ok(()),
        }
    }

    fn listed(&mut self, photo: &Photo) -> Result<(), CatalogueError> {
        let attempt = "keep a listed photo";
        match ledger::mark(self.sql, photo.id).context(attempt, self.path)? {
            None => ledger::store(self.sql, &Line::new(photo)).context(attempt, self.path),
            Some(mark) if mark.fingerprint == photo.fingerprint() && !mark.deleted => Ok(()),
            Some(_) => self.change(attempt, photo, |line| line.listed(photo)),
        }
    }

    fn saved(&mut self, saved: Saved, state: State) -> Result<(), CatalogueError> {
        let mut line = self.line("keep a saved photo", &saved.photo)?;
        line.saved(saved);
        line.state = state;
        self.keep("keep a saved photo", &line)
    }

    fn failed(&mut self, photo: &Photo, failure: &Failure, at: i64) -> Result<(), CatalogueError> {
        let attempt = "keep a failed attempt";
        let mut line = self.line(attempt, photo)?;
        line.failed(photo, failure, at);
        self.keep(attempt, &line)?;
        ledger::attempt(self.sql, photo.id, failure, at).context(attempt, self.path)
    }

    fn damaged(&mut self, id: PhotoId, failure: &Failure, at: i64) -> Result<(), CatalogueError> {
        let attempt = "keep that a photo is damaged";
        let is_known = self.change_known(attempt, id, |it| it.damaged(failure.clone(), at))?;
        if !is_known {
            return Ok(());
        }
        ledger::attempt(self.sql, id, failure, at).context(attempt, self.path)
    }

    /// Keeps a change of a photo, if it is known. Says whether it is.
    fn change_known(
        &mut self,
        attempt: &'static str,
        id: PhotoId,
        change: impl FnOnce(&mut Line),
    ) -> Result<bool, CatalogueError> {
        let Some(mut line) = ledger::load(self.sql, id).context(attempt, self.path)? else {
            return Ok(false);
        };
        change(&mut line);
        self.keep(attempt, &line)?;
        Ok(true)
    }

    fn deleted(&mut self, id: PhotoId, at: i64) -> Result<(), CatalogueError> {
        let attempt = "keep that a photo was deleted";
        let known = ledger::load(self.sql, id).context(attempt, self.path)?;
        match known.filter(|line| line.deleted_at.is_none()) {
            Some(mut line) => {
                line.deleted_at = Some(at);
                self.keep(attempt, &line)
            }
            None => Ok(()),
        }
    }

    fn run(&self, receipt: &Receipt, started: i64, ended: i64) -> Result<(), CatalogueError> {
        let json = serde_json::to_string(receipt).expect("it is plain fields, keyed by strings");
        let insert = "INSERT INTO run (started, ended, receipt) VALUES (?1, ?2, ?3)";
        self.execute("keep the receipt", insert, params![started, ended, json])
    }

    /// Keeps a change of a photo, if it is one.
    fn change(
        &mut self,
        attempt: &'static str,
        photo: &Photo,
        change: impl FnOnce(&mut Line) -> bool,
    ) -> Result<(), CatalogueError> {
        let mut line = self.line(attempt, photo)?;
        if change(&mut line) { self.keep(attempt, &line) } else { Ok(()) }
    }

    /// What is known of a photo, even if that is only that it is listed.
    fn line(&self, attempt: &'static str, photo: &Photo) -> Result<Line, CatalogueError> {
        let known = ledger::load(self.sql, photo.id).context(attempt, self.path)?;
        Ok(known.unwrap_or_else(|| Line::new(photo)))
    }

    fn keep(&mut self, attempt: &'static str, line: &Line) -> Result<(), CatalogueError> {
        ledger::store(self.sql, line).context(attempt, self.path)?;
        self.record.push(line);
        if self.record.is_full() {
            sync_names(self.before, self.path)?;
            self.record.flush()?;
        }
        Ok(())
    }

    fn names(&mut self) -> Result<&Names, CatalogueError> {
        if self.names.is_none() {
            *self.names = Some(Names::read(self.sql).context("read the names", self.path)?);
        }
        Ok(self.names.as_ref().expect("read just now"))
    }

    fn execute(
        &self,
        attempt: &'static str,
        statement: &str,
        values: impl rusqlite::Params,
    ) -> Result<(), CatalogueError> {
        let mut statement = self.sql.prepare_cached(statement).context(attempt, self.path)?;
        statement.execute(values).context(attempt, self.path).map(drop)
    }
}
