//! The catalogue of one folder: opened, mended, asked.
//!
//! Who opens it for more than reading holds the folder's lock
//! ([`Layout::LOCK`]): opening repairs what a crash left, which must not be
//! what another process is about to write.

use crate::error::{Context, is_damage};
use crate::ledger::{listing, photo_id};
use crate::names::Names;
use crate::rebuild::{Absent, build, put_in_place, reconcile, record_length, set_aside, tailed};
use crate::record::{Record, refuse_symlink};
use crate::{CatalogueError, Snapshot, Writer, schema};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use serde_json::value::RawValue;
use silverprint_core::{Layout, PhotoId};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is known of an archive's photos.
pub struct Catalogue {
    pub(crate) path: PathBuf,
    pub(crate) sql: Connection,
    /// None where it is open for reading only.
    pub(crate) record: Option<Record>,
    /// Read when the writer is first asked about one.
    pub(crate) names: Option<Names>,
}

/// What [`Catalogue::open`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// Nothing: the catalogue is new.
    New,
    /// A catalogue, whole.
    Existing,
    /// A record without a sound catalogue: another one was built from it.
    Rebuilt {
        /// How many photos it knows now.
        photos: u64,
        /// Of these, photos that were saved and whose picture or thumbnail is
        /// not in the folder, or not whole: they are pending again.
        missing: u64,
        /// Lines of photos.jsonl that could not be read.
        unreadable: u64,
        /// Where the damaged catalogue lies now, if there was one.
        set_aside: Option<PathBuf>,
    },
}

impl Catalogue {
    /// Opens the catalogue of a folder; makes, migrates or rebuilds it, and
    /// brings it and photos.jsonl to agree, as needed.
    pub fn open(folder: &Path) -> Result<(Self, Opened), CatalogueError> {
        let private = folder.join(Layout::PRIVATE);
        refuse_symlink(&private)?;
        fs::create_dir_all(&private).context("make", &private)?;
        let path = folder.join(Layout::CATALOGUE);
        let record = Record::open(folder)?;
        let (sql, opened) = match find(&path)? {
            Found::Sound(sql) => (sql, Opened::Existing),
            Found::Nothing if record.length() == 0 => (connect(&path)?, Opened::New),
            Found::Nothing => rebuilt(folder, &path, &record, Absent::PendingAgain, None)?,
            Found::Damaged => {
                rebuilt(folder, &path, &record, Absent::PendingAgain, Some("damaged"))?
            }
        };
        Ok((Self::set_up(sql, path, record)?, opened))
    }

    /// Opens a catalogue of which the caller knows that nobody has touched it since it
    /// was last closed: its pages, which may be gigabytes, are not looked through.
    pub fn open_untouched(folder: &Path) -> Result<Self, CatalogueError> {
        let path = folder.join(Layout::CATALOGUE);
        refuse_links(&path)?;
        let sql = connect(&path)?;
        schema::check_version(&sql, &path)?;
        Self::set_up(sql, path, Record::open(folder)?)
    }

    /// Opens the catalogue of a folder to write it; one that is lost or damaged
    /// is an error.
    pub fn open_existing(folder: &Path) -> Result<Self, CatalogueError> {
        let path = folder.join(Layout::CATALOGUE);
        match find(&path)? {
            Found::Sound(sql) => Self::set_up(sql, path, Record::open(folder)?),
            Found::Nothing => Err(nothing_there(folder, path)),
            Found::Damaged => Err(CatalogueError::Damaged { path }),
        }
    }

    /// Builds the catalogue from photos.jsonl, whatever is in its place: that is
    /// set aside. Unlike [`Self::open`] it takes the record at its word: rows of
    /// files that are not in the folder are kept, as they were in the catalogue
    /// that was lost, so that they can be named and brought back.
    pub fn build_again(folder: &Path) -> Result<(Self, Opened), CatalogueError> {
        if !Self::has_record(folder) {
            return Err(Self::no_record(folder));
        }
        let private = folder.join(Layout::PRIVATE);
        refuse_symlink(&private)?;
        fs::create_dir_all(&private).context("make", &private)?;
        let (path, record) = (folder.join(Layout::CATALOGUE), Record::open(folder)?);
        let aside = match find(&path)? {
            Found::Nothing => None,
            Found::Damaged => Some("damaged"),
            Found::Sound(_) => Some("old"),
        };
        let (sql, opened) = rebuilt(folder, &path, &record, Absent::AsRecorded, aside)?;
        Ok((Self::set_up(sql, path, record)?, opened))
    }

    /// Whether photos.jsonl goes on behind what it has taken in: a run was
    /// killed between the two.
    pub fn is_behind(&self, folder: &Path) -> Result<bool, CatalogueError> {
        let known = record_length(&self.sql).context("read the catalogue", &self.path)?;
        let found = fs::symlink_metadata(folder.join(Layout::RECORD));
        Ok(found.is_ok_and(|found| found.is_file() && found.len() > known))
    }

    /// Whether there is a record that a catalogue can be built from.
    pub fn has_record(folder: &Path) -> bool {
        let found = fs::symlink_metadata(folder.join(Layout::RECORD));
        found.is_ok_and(|found| found.is_file() && found.len() > 0)
    }

    /// Why there is none: nothing in its place, or a link.
    pub fn no_record(folder: &Path) -> CatalogueError {
        let path = folder.join(Layout::RECORD);
        refuse_symlink(&path).err().unwrap_or(CatalogueError::NoRecord { path })
    }

    fn set_up(
        mut sql: Connection,
        path: PathBuf,
        mut record: Record,
    ) -> Result<Self, CatalogueError> {
        configure(&sql).context("configure the catalogue", &path)?;
        schema::migrate(&mut sql, &path)?;
        reconcile(&mut sql, &path, &mut record)?;
        Ok(Self { path, sql, record: Some(record), names: None })
    }

    /// Opens the catalogue as it is, to read it: makes nothing, mends nothing,
    /// and may be done while another process writes, or where nobody can.
    pub fn open_read_only(folder: &Path) -> Result<Self, CatalogueError> {
        let path = folder.join(Layout::CATALOGUE);
        refuse_links(&path)?;
        if !path.exists() {
            return Err(nothing_there(folder, path));
        }
        let sql = connect_to_read(&path).context("open the catalogue", &path)?;
        match schema::check_version(&sql, &path)? {
            0 => Err(nothing_there(folder, path)),
            found => {
                schema::look_current(&sql, found).context("read an older schema", &path)?;
                Ok(Self { path, sql, record: None, names: None })
            }
        }
    }

    /// Has things read that belong together: all is of one moment, whatever a run
    /// writes meanwhile.
    pub fn at_one_moment<T, E: From<CatalogueError>>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let moment = self.sql.unchecked_transaction();
        let moment = moment.context("read the catalogue", &self.path)?;
        let outcome = read(self);
        // Nothing was written that would have to be kept.
        drop(moment);
        outcome
    }

    /// Fails if the database is not in order, all of it: pages and indexes.
    pub fn check(&self) -> Result<(), CatalogueError> {
        let check = "PRAGMA integrity_check(1)";
        let is_ok = |row: &rusqlite::Row<'_>| Ok(row.get_ref(0)?.as_str()? == "ok");
        match self.sql.query_one(check, [], is_ok) {
            Ok(true) => Ok(()),
            Ok(false) => Err(CatalogueError::Damaged { path: self.path.clone() }),
            Err(error) => Err(error).context("check the catalogue", &self.path),
        }
    }

    /// What the planner must know of every photo.
    pub fn snapshot(&self) -> Result<Snapshot, CatalogueError> {
        Snapshot::read(&self.sql, &self.path)
    }

    /// The listings of photos that are pending or failed, and still in the
    /// photostream as far as is known. All at once: a listing runs ahead of
    /// the downloads by some pages only, so they are few.
    pub fn unfinished(&self) -> Result<Vec<(PhotoId, Box<RawValue>)>, CatalogueError> {
        const QUERY: &str = "SELECT id, listing FROM photo \
             WHERE state IN ('pending', 'failed') AND deleted_at IS NULL";
        let read = || {
            let mut photos = self.sql.prepare(QUERY)?;
            let photos = photos.query_map([], |row| Ok((photo_id(row, 0)?, listing(row, 1)?)))?;
            photos.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().context("read what is unfinished", &self.path)
    }

    /// Starts the thread that writes.
    pub fn write(self) -> Result<Writer, CatalogueError> {
        self.write_after(|| Ok(()))
    }

    /// The same, which has something done before lines are written to photos.jsonl, before
    /// each commit, and at the end: that the files which entries tell of are on the disk under
    /// their names. Where that fails nothing is committed, and nothing more written.
    pub fn write_after(
        self,
        before: impl FnMut() -> io::Result<()> + Send + 'static,
    ) -> Result<Writer, CatalogueError> {
        if self.record.is_none() {
            return Err(CatalogueError::ReadOnly { path: self.path });
        }
        Writer::start(self, Box::new(before))
    }
}

/// What is at the place of the catalogue.
enum Found {
    /// No file, or one without a table.
    Nothing,
    Damaged,
    Sound(Connection),
}

/// Neither the database nor what the engine lays beside it may be a link: it
/// follows them, writes there, and cuts the file off.
pub(crate) fn refuse_links(path: &Path) -> Result<(), CatalogueError> {
    ["", "-wal", "-shm", "-journal"].iter().try_for_each(|tail| refuse_symlink(&tailed(path, tail)))
}

fn find(path: &Path) -> Result<Found, CatalogueError> {
    refuse_links(path)?;
    if !path.exists() {
        return Ok(Found::Nothing);
    }
    let sql = connect(path)?;
    match (is_blank(&sql), is_sound(&sql)) {
        (Ok(true), _) => Ok(Found::Nothing),
        (Ok(false), Ok(true)) => {
            schema::check_version(&sql, path)?;
            Ok(Found::Sound(sql))
        }
        (Ok(_), Ok(false)) => Ok(Found::Damaged),
        (Err(error), _) | (_, Err(error)) if is_damage(&error) => Ok(Found::Damaged),
        (Err(error), _) | (_, Err(error)) => Err(error).context("check the catalogue", path),
    }
}

fn is_blank(sql: &Connection) -> rusqlite::Result<bool> {
    sql.query_one("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

/// Whether the pages of the database are in order.
fn is_sound(sql: &Connection) -> rusqlite::Result<bool> {
    sql.query_one("PRAGMA quick_check(1)", [], |row| Ok(row.get_ref(0)?.as_str()? == "ok"))
}

/// Builds another one; only then what is there is set aside, as `aside`, or goes.
fn rebuilt(
    folder: &Path,
    path: &Path,
    record: &Record,
    absent: Absent,
    aside: Option<&str>,
) -> Result<(Connection, Opened), CatalogueError> {
    let new = path.with_extension("db.new");
    let done = build(folder, &new, record, absent)?;
    let set_aside = aside.map(|word| set_aside(path, word)).transpose()?;
    put_in_place(&new, path).context("rename", &new)?;
    let (photos, missing, unreadable) = (done.photos, done.missing, done.unreadable);
    Ok((connect(path)?, Opened::Rebuilt { photos, missing, unreadable, set_aside }))
}

fn nothing_there(folder: &Path, path: PathBuf) -> CatalogueError {
    if Catalogue::has_record(folder) {
        CatalogueError::Lost { path }
    } else {
        CatalogueError::Missing { path }
    }
}

fn connect(path: &Path) -> Result<Connection, CatalogueError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(path, flags);
    sql.and_then(steady).context("open the catalogue", path)
}

/// Has each query planned once. By default the engine plans a kept one anew whenever
/// a value is bound that its plan could depend on, which took longer than the query.
pub(crate) fn steady(sql: Connection) -> rusqlite::Result<Connection> {
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(sql)
}

/// Where nothing can be written beside it, the engine refuses a database with a
/// log, since it cannot share the log with others. If there is none, nobody is
/// writing, and the database is read as a file that does not change.
fn connect_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(path, flags).and_then(steady)?;
    let Err(error) = schema::version(&sql) else { return Ok(sql) };
    let code = error.sqlite_error_code();
    let is_refused = matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly));
    let has_log = path.with_extension("db-wal").exists();
    match as_unchanging(path).filter(|_| is_refused && !has_log) {
        Some(uri) => {
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).and_then(steady)
        }
        None => Err(error),
    }
}

/// The address by which the engine reads a file that does not change; none for a
/// path that is no Unicode.
fn as_unchanging(path: &Path) -> Option<String> {
    let mut uri = String::from("file:");
    for letter in path.to_str()?.chars() {
        match letter {
            '%' => uri.push_str("%25"),
            '?' => uri.push_str("%3F"),
            '#' => uri.push_str("%23"),
            other => uri.push(other),
        }
    }
    uri.push_str("?immutable=1");
    Some(uri)
}

/// FULL, because in a WAL less than that loses commits when the power fails.
fn configure(sql: &Connection) -> rusqlite::Result<()> {
    schema::set_page_size(sql)?;
    sql.set_prepared_statement_cache_capacity(32);
    sql.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
    )
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalogue_is_read_as_a_file_that_does_not_change() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("100% mine? #1");
        drop(Catalogue::open(&odd).unwrap());
        let path = odd.join(Layout::CATALOGUE);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let sql = Connection::open_with_flags(as_unchanging(&path).unwrap(), flags).unwrap();
        assert_eq!(schema::version(&sql), Ok(schema::CURRENT));
        sql.execute_batch("DELETE FROM photo").unwrap_err();
        // It lays nothing beside the file, which is what it is for.
        let beside = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1);
    }
}
