//! The tables, from nothing to now. Migrations are only ever appended: what a
//! folder holds may come from any earlier version of the program.

use crate::CatalogueError;
use crate::error::Context;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Ids and identities are unsigned; the database's integers are not, so they hold
/// the same 64 bits.
///
/// What came later is filled when a listing says it, or a picture is looked at
/// again: an old row is no wrong one. `camera` is JSON, since nothing is ever
/// searched by it.
///
/// `photo_known` covers what a snapshot reads, which is a fortieth of the rows
/// with their listings; it begins with the state, so it also finds what is
/// unfinished. With `photo_video`, which is short, it is all that a count reads.
/// A row of `file` is one of a photo's, hence no row number.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE photo (
        id INTEGER PRIMARY KEY,
        owner TEXT NOT NULL,
        title TEXT NOT NULL,
        description TEXT NOT NULL,
        media TEXT NOT NULL CHECK (media IN ('photo', 'video')),
        posted INTEGER,
        taken TEXT,
        granularity INTEGER,
        taken_unknown INTEGER,
        license INTEGER,
        views INTEGER,
        fingerprint INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'saved', 'failed')),
        at INTEGER,
        deleted_at INTEGER,
        defect TEXT,
        listing TEXT NOT NULL
    ) STRICT;
    CREATE INDEX photo_posted ON photo (posted);
    CREATE INDEX photo_known ON photo (state, id, fingerprint, deleted_at, defect);

    CREATE TABLE file (
        photo INTEGER NOT NULL REFERENCES photo (id),
        role TEXT NOT NULL CHECK (role IN ('original', 'still', 'video', 'thumbnail')),
        version INTEGER NOT NULL,
        path TEXT NOT NULL UNIQUE,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        bytes INTEGER NOT NULL,
        rendition TEXT NOT NULL,
        identity INTEGER NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        PRIMARY KEY (photo, role, version)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE attempt (
        id INTEGER PRIMARY KEY,
        photo INTEGER NOT NULL REFERENCES photo (id),
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        url TEXT NOT NULL,
        attempts INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX attempt_photo ON attempt (photo, id);

    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        started INTEGER NOT NULL,
        ended INTEGER NOT NULL,
        receipt TEXT NOT NULL
    ) STRICT;

    CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
",
    "
    ALTER TABLE photo ADD COLUMN owner_name TEXT;
    ALTER TABLE photo ADD COLUMN tags TEXT NOT NULL DEFAULT '';
    ALTER TABLE photo ADD COLUMN last_update INTEGER;
    ALTER TABLE photo ADD COLUMN latitude REAL;
    ALTER TABLE photo ADD COLUMN longitude REAL;
    ALTER TABLE photo ADD COLUMN accuracy INTEGER;
    ALTER TABLE photo ADD COLUMN can_download INTEGER;
    ALTER TABLE photo ADD COLUMN camera TEXT;
",
    "
    CREATE INDEX photo_video ON photo (id) WHERE media = 'video';
",
];

/// Shows the tables of the first schema as those of the second, to who may not
/// migrate them. A view that only the connection has goes before a table.
const FIRST_AS_SECOND: &str = "
    CREATE TEMP VIEW photo AS SELECT *, NULL AS owner_name, '' AS tags, NULL AS last_update,
        NULL AS latitude, NULL AS longitude, NULL AS accuracy, NULL AS can_download,
        NULL AS camera FROM main.photo;
";

/// The schema that this program writes.
pub(crate) const CURRENT: u32 = {
    assert!(MIGRATIONS.len() < 1000);
    #[expect(clippy::cast_possible_truncation, reason = "asserted just above")]
    let current = MIGRATIONS.len() as u32;
    current
};

/// For a database that has no tables yet. A listing takes a kilobyte or two:
/// on pages of 8 KiB the catalogue is a third smaller than on the usual 4.
pub(crate) fn set_page_size(sql: &Connection) -> rusqlite::Result<()> {
    sql.pragma_update(None, "page_size", 8192)
}

/// The schema that a database has; 0 for an empty one.
pub(crate) fn version(sql: &Connection) -> rusqlite::Result<u32> {
    sql.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the schema to [`CURRENT`], all of it or nothing.
pub(crate) fn migrate(sql: &mut Connection, path: &Path) -> Result<(), CatalogueError> {
    let found = check_version(sql, path)?;
    if found == CURRENT {
        return Ok(());
    }
    let attempt = "set up the tables";
    let migrate = |sql: &mut Connection| {
        let change = sql.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        // Read again: another process may have been faster.
        let done = version(&change)? as usize;
        for migration in MIGRATIONS.iter().skip(done) {
            change.execute_batch(migration)?;
        }
        change.pragma_update(None, "user_version", CURRENT)?;
        change.commit()
    };
    migrate(sql).context(attempt, path)
}

/// Makes an older catalogue that is only read look like a current one.
pub(crate) fn look_current(sql: &Connection, found: u32) -> rusqlite::Result<()> {
    if found == 1 { sql.execute_batch(FIRST_AS_SECOND) } else { Ok(()) }
}

/// The schema's version, if this program knows it.
pub(crate) fn check_version(sql: &Connection, path: &Path) -> Result<u32, CatalogueError> {
    let found = version(sql).context("read the schema's version", path)?;
    if found > CURRENT {
        return Err(CatalogueError::TooNew { path: path.to_owned(), found, known: CURRENT });
    }
    Ok(found)
}
