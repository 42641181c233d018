//! Which files a verification has found good, so that one that was stopped goes
//! on where it was, and the next one looks only at what is new.
//!
//! It is a database of its own: a check writes nothing into the catalogue, and
//! nothing is lost with it but time. A file counts as checked by what it is to
//! its photo and the start of its sum: one that was fetched anew is a new one.

use crate::catalogue::{refuse_links, steady};
use crate::error::Context;
use crate::{CatalogueError, FileRow, ledger};
use rusqlite::{Connection, OptionalExtension, params};
use silverprint_core::Layout;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// So many files are noted at once: what a killed check looks at again.
const GROUP: usize = 4096;

const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS checked (
        photo INTEGER NOT NULL,
        role TEXT NOT NULL,
        version INTEGER NOT NULL,
        sum INTEGER NOT NULL,
        PRIMARY KEY (photo, role, version)
    ) STRICT, WITHOUT ROWID;
";

/// The files that were found good since a verification was last begun anew.
#[derive(Debug)]
pub struct Checked {
    path: PathBuf,
    sql: Connection,
    waiting: Vec<Mark>,
}

type Mark = (i64, &'static str, u32, i64);

impl Checked {
    /// Begins anew: no file counts as checked.
    pub fn begin(folder: &Path) -> Result<Self, CatalogueError> {
        let path = folder.join(Layout::VERIFIED);
        refuse_links(&path)?;
        for tail in ["-wal", "-shm", ""] {
            let mut part = path.clone().into_os_string();
            part.push(tail);
            match fs::remove_file(&part) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).context("remove", &path);
                }
                _ => {}
            }
        }
        Self::open(path)
    }

    /// Goes on; begins anew where nothing was begun, or what was noted cannot be
    /// read.
    pub fn go_on(folder: &Path) -> Result<Self, CatalogueError> {
        let path = folder.join(Layout::VERIFIED);
        refuse_links(&path)?;
        match Self::open(path) {
            Err(error) if error.is_damaged() => Self::begin(folder),
            opened => opened,
        }
    }

    fn open(path: PathBuf) -> Result<Self, CatalogueError> {
        let attempt = "open the list of checked files";
        let sql = Connection::open(&path).and_then(steady).context(attempt, &path)?;
        sql.execute_batch(TABLES).context(attempt, &path)?;
        Ok(Self { path, sql, waiting: Vec::with_capacity(GROUP) })
    }

    /// Whether a file was found good already.
    pub fn holds(&self, file: &FileRow) -> Result<bool, CatalogueError> {
        let attempt = "look for a checked file";
        let query = "SELECT sum FROM checked WHERE photo = ?1 AND role = ?2 AND version = ?3";
        let (photo, role, version, sum) = mark(file);
        let mut known = self.sql.prepare_cached(query).context(attempt, &self.path)?;
        let known = known.query_one((photo, role, version), |row| row.get::<_, i64>(0)).optional();
        Ok(known.context(attempt, &self.path)? == Some(sum))
    }

    /// Notes that a file is good.
    pub fn add(&mut self, file: &FileRow) -> Result<(), CatalogueError> {
        self.waiting.push(mark(file));
        if self.waiting.len() < GROUP { Ok(()) } else { self.flush() }
    }

    /// Writes what was noted.
    pub fn flush(&mut self) -> Result<(), CatalogueError> {
        let attempt = "note checked files";
        let upsert = "INSERT OR REPLACE INTO checked (photo, role, version, sum) \
             VALUES (?1, ?2, ?3, ?4)";
        let change = self.sql.transaction().context(attempt, &self.path)?;
        for (photo, role, version, sum) in self.waiting.drain(..) {
            let mut upsert = change.prepare_cached(upsert).context(attempt, &self.path)?;
            upsert.execute(params![photo, role, version, sum]).context(attempt, &self.path)?;
        }
        change.commit().context(attempt, &self.path)
    }
}

fn mark(file: &FileRow) -> Mark {
    let start = file.sha256.0.first_chunk().expect("a sum has 32 bytes");
    let sum = i64::from_be_bytes(*start);
    (ledger::bits(file.photo.get()), file.role.as_str(), file.version, sum)
}
