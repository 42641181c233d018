//! Photos and files to test with, and a look at the tables themselves.

#![allow(dead_code, reason = "each test program uses its part; one uses all, so `expect` fails")]

use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::value::RawValue;
use silverprint_catalogue::{
    Catalogue, CatalogueError, Digest, Entry, File, Known, PhotoRow, Role, Saved,
};
use silverprint_core::{Failure, Identity, Layout, Photo, PhotoId, Rendition, Size, Taken};
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

pub(crate) const AT: i64 = 1_700_000_000;

/// A photo with that id and title; a larger id was posted later.
pub(crate) fn photo(id: u64, title: &str) -> Photo {
    let url = format!("https://live.staticflickr.com/65535/{id}_abcdef_o.jpg");
    let quoted = serde_json::to_string(title).unwrap();
    let listing = format!(r#"{{"id":"{id}","title":{quoted},"url_o":"{url}","views":"7"}}"#);
    let listing = RawValue::from_string(listing).unwrap();
    Photo {
        title: title.into(),
        description: "by <b>me</b>".into(),
        tags: "chess simul".into(),
        posted: Some(AT + i64::try_from(id % 100_000).unwrap()),
        taken: Some(Taken { text: "2017-03-08 09:10:11".into(), granularity: 4, unknown: false }),
        license: Some(4),
        views: Some(7),
        renditions: vec![Rendition {
            size: Size::Original,
            url: url.parse().unwrap(),
            width: Some(400),
            height: Some(300),
        }],
        ..Photo::bare(PhotoId::new(id), "12345678@N00".parse().unwrap(), listing)
    }
}

/// The bytes that a file of a photo has in the folder.
pub(crate) fn content(id: u64, role: Role, version: u32) -> Vec<u8> {
    format!("{id} {} {version}", role.as_str()).into_bytes()
}

/// The picture of a photo.
pub(crate) fn picture(id: u64, version: u32) -> File {
    File {
        role: Role::Original,
        version,
        path: format!("photos/{id}.jpg"),
        sha256: Digest([u8::try_from(id % 251).unwrap(); 32]),
        bytes: content(id, Role::Original, version).len() as u64,
        rendition: "original".into(),
        identity: Identity(u64::MAX - id),
        width: 300,
        height: 400,
    }
}

/// The thumbnail of a photo.
pub(crate) fn thumbnail(id: u64, spec: &str, extension: &str) -> File {
    File {
        role: Role::Thumbnail,
        version: 1,
        path: format!("thumbs/{id}.{extension}"),
        bytes: content(id, Role::Thumbnail, 1).len() as u64,
        rendition: spec.into(),
        width: 120,
        height: 120,
        ..picture(id, 1)
    }
}

/// A photo, saved with picture and thumbnail.
pub(crate) fn saved(id: u64, title: &str) -> Entry {
    let files = vec![picture(id, 1), thumbnail(id, "120x120 cover grey jpg", "jpg")];
    let photo = photo(id, title);
    Entry::Saved(Saved { photo, files, moved: Vec::new(), defect: None, camera: None, at: AT })
}

/// A photo that failed.
pub(crate) fn failed(id: u64, reason: &str) -> Entry {
    let failure = Failure {
        kind: "gone".into(),
        reason: reason.into(),
        url: format!("https://live.staticflickr.com/65535/{id}_abcdef_o.jpg"),
        attempts: 2,
    };
    Entry::Failed { photo: photo(id, "lost"), failure, at: AT }
}

/// Opens the folder's catalogue, writes the entries, and gives it back.
pub(crate) fn write(folder: &Path, entries: impl IntoIterator<Item = Entry>) -> Catalogue {
    let (catalogue, _) = Catalogue::open(folder).unwrap();
    write_on(catalogue, entries)
}

pub(crate) fn write_on(
    catalogue: Catalogue,
    entries: impl IntoIterator<Item = Entry>,
) -> Catalogue {
    let writer = catalogue.write().unwrap();
    let recorder = writer.recorder();
    for entry in entries {
        recorder.record_blocking(entry).unwrap();
    }
    writer.finish().unwrap()
}

/// Puts every file into the folder that the catalogue says is there.
pub(crate) fn lay_files(folder: &Path, catalogue: &Catalogue) {
    for part in [Layout::PHOTOS, Layout::THUMBS] {
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    let lay = |row: silverprint_catalogue::FileRow| {
        put(&folder.join(&row.path), &content(row.photo.get(), row.role, row.version));
        Ok::<_, CatalogueError>(())
    };
    catalogue.for_each_file(lay).unwrap();
}

pub(crate) fn put(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

pub(crate) fn append(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

pub(crate) fn get(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    fs::File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// The lines of photos.jsonl, each of which must be JSON.
pub(crate) fn record(folder: &Path) -> Vec<serde_json::Value> {
    let text = String::from_utf8(get(&folder.join(Layout::RECORD))).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every row of the tables that a rebuild must give again.
pub(crate) fn dump(folder: &Path) -> Vec<Vec<Value>> {
    let sql = Connection::open(folder.join(Layout::CATALOGUE)).unwrap();
    let mut rows = query(&sql, "SELECT * FROM photo ORDER BY id");
    rows.extend(query(&sql, "SELECT * FROM file ORDER BY photo, role, version"));
    rows
}

/// Every attempt that failed, in order.
pub(crate) fn attempts(folder: &Path) -> Vec<Vec<Value>> {
    let sql = Connection::open(folder.join(Layout::CATALOGUE)).unwrap();
    query(&sql, "SELECT photo, at, kind, reason, url, attempts FROM attempt ORDER BY photo, id")
}

pub(crate) fn query(sql: &Connection, query: &str) -> Vec<Vec<Value>> {
    let mut statement = sql.prepare(query).unwrap();
    let columns = statement.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    statement.query_map([], read).unwrap().map(Result::unwrap).collect()
}

pub(crate) fn lose_catalogue(folder: &Path) {
    fs::remove_dir_all(folder.join(Layout::PRIVATE)).unwrap();
}

/// Every photo, the newest first.
pub(crate) fn rows(catalogue: &Catalogue) -> Vec<PhotoRow> {
    let mut rows = Vec::new();
    let push = |row| {
        rows.push(row);
        Ok::<_, CatalogueError>(())
    };
    catalogue.for_each_photo(push).unwrap();
    rows
}

/// What a snapshot says of a photo.
pub(crate) fn known(catalogue: &Catalogue, id: u64) -> Known {
    catalogue.snapshot().unwrap().photos[&PhotoId::new(id)]
}
