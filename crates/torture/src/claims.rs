//! What a folder says that it has, held against what lies there. Nothing is
//! mended meanwhile: the catalogue is read in a copy.

use crate::folder::{Folder, sha256};
use anyhow::{Context, Result, ensure};
use rusqlite::{Connection, ErrorCode};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Photos that the catalogue calls saved.
pub(crate) struct Claims {
    pub(crate) saved: BTreeSet<u64>,
    /// Whether there is a catalogue to go by, and not one to make again.
    pub(crate) has_catalogue: bool,
}

/// That every file of a photo that the catalogue calls saved is there, whole.
pub(crate) fn of_catalogue(folder: &Folder, copy: &Path) -> Result<Claims> {
    let rows = match copied(folder, copy)?.map(|catalogue| rows(&catalogue)) {
        None => None,
        Some(Ok(rows)) => Some(rows),
        Some(Err(error)) if is_to_be_made_again(&error) => None,
        Some(Err(error)) => return Err(error).context("the catalogue"),
    };
    let _ = fs::remove_dir_all(copy);
    let has_catalogue = rows.is_some();
    let mut saved = BTreeSet::new();
    for (id, path, bytes, sum) in rows.unwrap_or_default() {
        is_whole(folder, &path, bytes.cast_unsigned(), &sum).context("called saved")?;
        saved.insert(id.cast_unsigned());
    }
    Ok(Claims { saved, has_catalogue })
}

/// That every file of a photo that photos.jsonl calls saved is there, whole. Only
/// while no run has begun to write over them.
pub(crate) fn of_record(folder: &Folder) -> Result<()> {
    let Ok(text) = fs::read(folder.at("photos.jsonl")) else { return Ok(()) };
    let lines = text.split(|byte| *byte == b'\n');
    // A torn line, or one of zeros, says nothing.
    let lines = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let last: BTreeMap<String, Value> = lines.map(|line| (line["id"].to_string(), line)).collect();
    for line in last.values().filter(|line| line["state"] == "saved") {
        for file in line["files"].as_array().context("a line has no files")? {
            let text = |name: &str| file[name].as_str().context("a line lacks a field");
            let bytes = file["bytes"].as_u64().context("a line has no length")?;
            is_whole(folder, text("path")?, bytes, text("sha256")?)
                .context("in photos.jsonl as saved")?;
        }
    }
    Ok(())
}

/// That SHA256SUMS is there, whole and true. Only of a run that had ended. Says
/// how many files it names.
pub(crate) fn of_sums(folder: &Folder) -> Result<usize> {
    let text = fs::read_to_string(folder.at("SHA256SUMS")).context("SHA256SUMS")?;
    ensure!(text.is_empty() || text.ends_with('\n'), "SHA256SUMS ends within a line");
    for line in text.lines() {
        let (sum, path) = line.split_once("  ").context("SHA256SUMS has a torn line")?;
        let content = fs::read(folder.at(path)).with_context(|| path.to_owned())?;
        ensure!(sha256(&content) == sum, "{path} is not as SHA256SUMS has it");
    }
    Ok(text.lines().count())
}

fn is_whole(folder: &Folder, path: &str, bytes: u64, sum: &str) -> Result<()> {
    let content = fs::read(folder.at(path)).with_context(|| path.to_owned())?;
    let length = content.len() as u64;
    ensure!(length == bytes, "{path} has {length} bytes of {bytes}");
    ensure!(sha256(&content) == sum, "{path} holds something else");
    Ok(())
}

/// The catalogue with its log, elsewhere: who opens it goes on writing in it.
fn copied(folder: &Folder, copy: &Path) -> Result<Option<Connection>> {
    if !folder.at(".silverprint/catalogue.db").exists() {
        return Ok(None);
    }
    fs::create_dir_all(copy)?;
    for name in ["catalogue.db", "catalogue.db-wal"] {
        let from = folder.at(".silverprint").join(name);
        if from.exists() {
            fs::copy(from, copy.join(name))?;
        }
    }
    Ok(Some(Connection::open(copy.join("catalogue.db"))?))
}

type Row = (i64, String, i64, String);

fn rows(catalogue: &Connection) -> rusqlite::Result<Vec<Row>> {
    const QUERY: &str = "SELECT photo.id, path, bytes, lower(hex(sha256)) FROM photo \
         JOIN file ON file.photo = photo.id WHERE state = 'saved'";
    let said: String = catalogue.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if said != "ok" {
        return Err(rusqlite::Error::InvalidQuery);
    }
    let mut query = catalogue.prepare(QUERY)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    query.query_map([], read)?.collect()
}

/// Whether it is damaged, or so new that it has no tables: the program makes
/// another one.
fn is_to_be_made_again(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    let is_damaged = matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
    let is_blank = error.to_string().contains("no such table");
    is_damaged || is_blank || matches!(error, rusqlite::Error::InvalidQuery)
}
