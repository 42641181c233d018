//! Catalogue and record brought to agree: a lost catalogue is built from
//! photos.jsonl and the files, one that a crash left behind catches up, and a
//! record that was lost is written again.

use crate::catalogue::steady;
use crate::error::Context;
use crate::line::Line;
use crate::record::{Record, refuse_symlink, sync_folder};
use crate::{CatalogueError, Role, ledger, schema};
use rusqlite::{Connection, OptionalExtension};
use silverprint_core::PhotoId;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Under this key is how much of the record the catalogue has taken in.
const RECORD_LENGTH: &str = "record";

/// What a rebuild came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rebuilt {
    pub(crate) photos: u64,
    pub(crate) missing: u64,
    pub(crate) unreadable: u64,
}

/// What becomes of the rows of files that are not in the folder, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// They are forgotten, and their photos pending again: the next run brings
    /// them.
    PendingAgain,
    /// They stay as the record has them.
    AsRecorded,
}

/// Builds a catalogue at `new` from the record and the files of `folder`. Under
/// another name than its last, it is there whole or not at all.
pub(crate) fn build(
    folder: &Path,
    new: &Path,
    record: &Record,
    absent: Absent,
) -> Result<Rebuilt, CatalogueError> {
    refuse_symlink(new)?;
    remove(new).context("remove", new)?;
    let attempt = "rebuild the catalogue";
    let mut sql = Connection::open(new).and_then(steady).context(attempt, new)?;
    schema::set_page_size(&sql).context(attempt, new)?;
    // Nobody else sees it, it is synced once, whole, and thrown away if
    // anything fails. (A journal in memory would hold all of it there.)
    let careless = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";
    sql.execute_batch(careless).context(attempt, new)?;
    schema::migrate(&mut sql, new)?;
    let unreadable = replay_all(&sql, new, record)?;
    let missing = match absent {
        Absent::PendingAgain => forget_missing(&sql, folder).context(attempt, new)?,
        Absent::AsRecorded => 0,
    };
    set_record_length(&sql, record.length()).context(attempt, new)?;
    let count = "SELECT count(*) FROM photo";
    let photos: i64 = sql.query_one(count, [], |row| row.get(0)).context(attempt, new)?;
    sql.close().map_err(|(_, error)| error).context(attempt, new)?;
    Ok(Rebuilt { photos: photos.cast_unsigned(), missing, unreadable })
}

/// Moves a catalogue out of the way, with its log; `word` says what is wrong
/// with it. Returns where it lies now.
pub(crate) fn set_aside(path: &Path, word: &str) -> Result<PathBuf, CatalogueError> {
    let mut number = 1;
    let mut aside = path.with_extension(format!("db.{word}-1"));
    while fs::symlink_metadata(&aside).is_ok() {
        number += 1;
        aside.set_extension(format!("{word}-{number}"));
    }
    for tail in ["-wal", "-shm", ""] {
        match fs::rename(tailed(path, tail), tailed(&aside, tail)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            moved => moved.context("set aside", path)?,
        }
    }
    Ok(aside)
}

/// Takes in what the record has and the catalogue has not (it is written
/// first, so a crash leaves it ahead), or writes again what the record lost.
pub(crate) fn reconcile(
    sql: &mut Connection,
    path: &Path,
    record: &mut Record,
) -> Result<(), CatalogueError> {
    let attempt = "agree with photos.jsonl";
    let known = record_length(sql).context(attempt, path)?;
    if known == record.length() {
        return Ok(());
    }
    let change = sql.transaction().context(attempt, path)?;
    let lacking = if known < record.length() {
        let Some(Torn { at, behind }) = take_in(&change, path, record, known)? else {
            set_record_length(&change, record.length()).context(attempt, path)?;
            return change.commit().context(attempt, path);
        };
        // What follows the torn end is safe before it is cut off with it: killed
        // in between, the record is one that lost something.
        set_record_length(&change, u64::MAX >> 1).context(attempt, path)?;
        change.commit().context(attempt, path)?;
        record.cut(at)?;
        behind
    } else {
        let lacking = recorded(&change).context(attempt, path)?;
        change.commit().context(attempt, path)?;
        lacking
    };
    for id in lacking {
        if let Some(line) = ledger::load(sql, id).context(attempt, path)? {
            record.push(&line);
        }
        if record.is_full() {
            record.flush()?;
        }
    }
    record.sync()?;
    set_record_length(sql, record.length()).context(attempt, path)
}

/// Where lines end that came to the disk whole, and whose lines follow.
struct Torn {
    at: u64,
    behind: Vec<PhotoId>,
}

/// Takes the lines in that the catalogue has not. Zeros are pages that never
/// came to the disk: the power failed between lines and their sync. Nobody was
/// told of those, and what they spoke of is found again by its files. A whole
/// line behind them is as good as any: its files were there before it.
fn take_in(
    sql: &Connection,
    path: &Path,
    record: &Record,
    known: u64,
) -> Result<Option<Torn>, CatalogueError> {
    let mut torn: Option<Torn> = None;
    record.for_each_line(known..record.length(), |at, text| {
        match (Line::parse(text), &mut torn) {
            (Some(line), torn) => {
                if let Some(torn) = torn {
                    torn.behind.push(line.id);
                }
                return ledger::restore(sql, &line).context("agree with photos.jsonl", path);
            }
            (None, None) if text.contains(&0) => torn = Some(Torn { at, behind: Vec::new() }),
            (None, _) => {}
        }
        Ok(())
    })?;
    Ok(torn)
}

/// Notes, in the transaction that takes it in, how long the record is.
pub(crate) fn set_record_length(sql: &Connection, length: u64) -> rusqlite::Result<()> {
    let upsert = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)";
    sql.prepare_cached(upsert)?.execute((RECORD_LENGTH, ledger::bits(length)))?;
    Ok(())
}

pub(crate) fn record_length(sql: &Connection) -> rusqlite::Result<u64> {
    let query = "SELECT value FROM meta WHERE key = ?1";
    let length =
        sql.query_one(query, [RECORD_LENGTH], |row| ledger::unsigned(row, 0)).optional()?;
    Ok(length.unwrap_or_default())
}

/// Photos that have, or should have, a line.
fn recorded(sql: &Connection) -> rusqlite::Result<Vec<PhotoId>> {
    let query = "SELECT id FROM photo WHERE state <> 'pending' OR deleted_at IS NOT NULL";
    sql.prepare(query)?.query_map([], |row| ledger::photo_id(row, 0))?.collect()
}

/// Takes every line in. Returns how many could not be read.
fn replay_all(sql: &Connection, path: &Path, record: &Record) -> Result<u64, CatalogueError> {
    let attempt = "take in photos.jsonl";
    let mut unreadable = 0;
    sql.execute_batch("BEGIN").context(attempt, path)?;
    record.for_each_line(0..record.length(), |_, text| {
        if let Some(line) = Line::parse(text) {
            return ledger::restore(sql, &line).context(attempt, path);
        }
        unreadable += 1;
        Ok(())
    })?;
    sql.execute_batch("COMMIT").context(attempt, path)?;
    Ok(unreadable)
}

/// Forgets files that are not there, or not whole; a photo whose picture or
/// thumbnail that is, is pending again. Returns how many photos that is.
fn forget_missing(sql: &Connection, folder: &Path) -> rusqlite::Result<u64> {
    const DELETE: &str = "DELETE FROM file WHERE photo = ?1 AND role = ?2 AND version = ?3";
    // An older version that is gone leaves nothing to be done.
    const AGAIN: &str = "UPDATE photo SET state = 'pending', at = NULL \
         WHERE id = ?1 AND state = 'saved' AND NOT EXISTS (SELECT 1 FROM file \
         WHERE file.photo = ?1 AND file.role = ?2 AND file.version > ?3)";
    const NOTHING_LEFT: &str = "UPDATE photo SET state = 'pending', at = NULL \
         WHERE state = 'saved' AND NOT EXISTS (SELECT 1 FROM file WHERE file.photo = photo.id)";
    let missing = missing_files(sql, folder)?;
    sql.execute_batch("BEGIN")?;
    let mut pending = 0;
    for file in missing {
        sql.prepare_cached(DELETE)?.execute(file)?;
        pending += sql.prepare_cached(AGAIN)?.execute(file)? as u64;
    }
    pending += sql.execute(NOTHING_LEFT, [])? as u64;
    sql.execute_batch("COMMIT")?;
    Ok(pending)
}

fn missing_files(sql: &Connection, folder: &Path) -> rusqlite::Result<Vec<(i64, Role, u32)>> {
    let mut missing = Vec::new();
    let mut files = sql.prepare("SELECT photo, role, version, path, bytes FROM file")?;
    let mut rows = files.query([])?;
    while let Some(row) = rows.next()? {
        let whole = fs::symlink_metadata(folder.join(row.get_ref(3)?.as_str()?))
            .is_ok_and(|found| found.is_file() && ledger::unsigned(row, 4) == Ok(found.len()));
        if !whole {
            missing.push((row.get(0)?, row.get(1)?, row.get(2)?));
        }
    }
    Ok(missing)
}

/// Syncs the new catalogue and gives it its name. A log that an old one left
/// would be replayed into it, so it goes first.
pub(crate) fn put_in_place(new: &Path, path: &Path) -> io::Result<()> {
    File::open(new)?.sync_all()?;
    let sync_above = || path.parent().map_or(Ok(()), sync_folder);
    remove(path)?;
    // Else the old log might come back with the new catalogue.
    sync_above()?;
    fs::rename(new, path)?;
    sync_above()
}

/// Removes a database, if there is one, and what lies beside it.
fn remove(path: &Path) -> io::Result<()> {
    for tail in ["-wal", "-shm", "-journal", ""] {
        match fs::remove_file(tailed(path, tail)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The name of what lies beside a database.
pub(crate) fn tailed(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    name.into()
}
