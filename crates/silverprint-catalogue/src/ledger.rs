//! Lines to rows and back: the only place that knows how a [`Line`] lies in
//! the tables. Works inside the transaction of its caller.

use crate::line::{About, Line};
use crate::{Digest, File, State};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::value::RawValue;
use silverprint_core::{Camera, Failure, Geo, Identity, Media, Nsid, PhotoId, Taken};

/// The columns that [`about`] reads, in its order.
macro_rules! about_columns {
    () => {
        "owner, title, description, media, posted, taken, granularity, taken_unknown, license, \
         views, fingerprint, owner_name, tags, last_update, latitude, longitude, accuracy, \
         can_download"
    };
}
pub(crate) use about_columns;

/// How many they are.
pub(crate) const N_ABOUT: usize = 18;

/// What decides whether a listed photo is news.
pub(crate) struct Mark {
    pub(crate) fingerprint: Identity,
    pub(crate) deleted: bool,
}

/// What is known of a photo at a glance, without its listing.
pub(crate) fn mark(sql: &Connection, id: PhotoId) -> rusqlite::Result<Option<Mark>> {
    let query = "SELECT fingerprint, deleted_at IS NOT NULL FROM photo WHERE id = ?1";
    let read = |row: &Row<'_>| Ok(Mark { fingerprint: identity(row, 0)?, deleted: row.get(1)? });
    sql.prepare_cached(query)?.query_one([bits(id.get())], read).optional()
}

/// All that is known of a photo.
pub(crate) fn load(sql: &Connection, id: PhotoId) -> rusqlite::Result<Option<Line>> {
    const QUERY: &str = concat!(
        "SELECT ",
        about_columns!(),
        ", state, at, deleted_at, defect, camera, listing FROM photo WHERE id = ?1"
    );
    let read = |row: &Row<'_>| {
        let mut line = Line::bare(id, about(row, 0)?, listing(row, N_ABOUT + 5)?);
        line.state = row.get(N_ABOUT)?;
        line.at = row.get(N_ABOUT + 1)?;
        line.deleted_at = row.get(N_ABOUT + 2)?;
        line.defect = row.get(N_ABOUT + 3)?;
        line.camera = camera(row, N_ABOUT + 4)?;
        Ok(line)
    };
    let found = sql.prepare_cached(QUERY)?.query_one([bits(id.get())], read).optional()?;
    let Some(mut line) = found else { return Ok(None) };
    line.files = files(sql, id)?;
    if line.state == State::Failed {
        line.failure = last_failure(sql, id)?.map(|(_, failure)| failure);
    }
    Ok(Some(line))
}

/// Makes the photo's rows say what the line says. Fails where a path is
/// another photo's.
pub(crate) fn store(sql: &Connection, line: &Line) -> rusqlite::Result<()> {
    store_photo(sql, line)?;
    store_files(sql, line)
}

/// Like [`store`], for a line from photos.jsonl: the later line wins a path
/// that two photos lay claim to.
pub(crate) fn restore(sql: &Connection, line: &Line) -> rusqlite::Result<()> {
    for file in &line.files {
        let delete = "DELETE FROM file WHERE path = ?1";
        sql.prepare_cached(delete)?.execute([&file.path])?;
    }
    store(sql, line)?;
    match &line.failure {
        Some(failure) => attempt(sql, line.id, failure, line.at.unwrap_or_default()),
        None => Ok(()),
    }
}

/// Keeps an attempt that failed: once, however often lines tell of it.
pub(crate) fn attempt(
    sql: &Connection,
    id: PhotoId,
    failure: &Failure,
    at: i64,
) -> rusqlite::Result<()> {
    if last_failure(sql, id)?.is_some_and(|last| last == (at, failure.clone())) {
        return Ok(());
    }
    let Failure { kind, reason, url, attempts } = failure;
    let insert = "INSERT INTO attempt (photo, at, kind, reason, url, attempts) \
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let mut insert = sql.prepare_cached(insert)?;
    insert.execute(params![bits(id.get()), at, kind, reason, url, attempts])?;
    Ok(())
}

/// A photo's files, by role and version.
pub(crate) fn files(sql: &Connection, id: PhotoId) -> rusqlite::Result<Vec<File>> {
    const QUERY: &str = "SELECT role, version, path, sha256, bytes, rendition, identity, width, \
         height FROM file WHERE photo = ?1 ORDER BY role, version";
    let read = |row: &Row<'_>| {
        Ok(File {
            role: row.get(0)?,
            version: row.get(1)?,
            path: row.get(2)?,
            sha256: row.get::<_, Digest>(3)?,
            bytes: unsigned(row, 4)?,
            rendition: row.get(5)?,
            identity: identity(row, 6)?,
            width: row.get(7)?,
            height: row.get(8)?,
        })
    };
    sql.prepare_cached(QUERY)?.query_map([bits(id.get())], read)?.collect()
}

/// The last attempt that failed, and when.
pub(crate) fn last_failure(
    sql: &Connection,
    id: PhotoId,
) -> rusqlite::Result<Option<(i64, Failure)>> {
    const QUERY: &str = "SELECT at, kind, reason, url, attempts FROM attempt WHERE photo = ?1 \
         ORDER BY id DESC LIMIT 1";
    let read = |row: &Row<'_>| {
        let [kind, reason, url] = [row.get(1)?, row.get(2)?, row.get(3)?];
        Ok((row.get(0)?, Failure { kind, reason, url, attempts: row.get(4)? }))
    };
    sql.prepare_cached(QUERY)?.query_one([bits(id.get())], read).optional()
}

/// Reads the columns [`ABOUT`], from column `first` on.
pub(crate) fn about(row: &Row<'_>, first: usize) -> rusqlite::Result<About> {
    let [owner, media] = [first, first + 3];
    let taken: Option<String> = row.get(first + 5)?;
    let granularity = row.get::<_, Option<u8>>(first + 6)?.unwrap_or_default();
    let unknown = row.get::<_, Option<bool>>(first + 7)?.unwrap_or_default();
    Ok(About {
        owner: row.get::<_, String>(owner)?.parse::<Nsid>().map_err(|e| unfit(owner, e))?,
        owner_name: row.get(first + 11)?,
        title: row.get(first + 1)?,
        description: row.get(first + 2)?,
        tags: row.get(first + 12)?,
        media: match row.get_ref(media)?.as_str()? {
            "photo" => Media::Photo,
            "video" => Media::Video,
            _ => return Err(unfit(media, FromSqlError::InvalidType)),
        },
        posted: row.get(first + 4)?,
        taken: taken.map(|text| Taken { text, granularity, unknown }),
        last_update: row.get(first + 13)?,
        license: row.get(first + 8)?,
        geo: geo(row, first + 14)?,
        views: row.get::<_, Option<i64>>(first + 9)?.map(i64::cast_unsigned),
        can_download: row.get(first + 17)?,
        fingerprint: identity(row, first + 10)?,
    })
}

/// Reads a place, which has three columns.
fn geo(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Geo>> {
    let (latitude, longitude): (Option<f64>, Option<f64>) = (row.get(first)?, row.get(first + 1)?);
    let (Some(latitude), Some(longitude)) = (latitude, longitude) else { return Ok(None) };
    let accuracy = row.get::<_, Option<u8>>(first + 2)?.unwrap_or_default();
    Ok(Some(Geo { latitude, longitude, accuracy }))
}

/// Reads what is known of the camera.
pub(crate) fn camera(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Camera>> {
    let Some(json) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    serde_json::from_str(&json).map(Some).map_err(|error| unfit(column, error))
}

/// Reads a listing.
pub(crate) fn listing(row: &Row<'_>, column: usize) -> rusqlite::Result<Box<RawValue>> {
    RawValue::from_string(row.get(column)?).map_err(|error| unfit(column, error))
}

/// Reads an unsigned number.
pub(crate) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get(column).map(i64::cast_unsigned)
}

/// Reads a photo's id.
pub(crate) fn photo_id(row: &Row<'_>, column: usize) -> rusqlite::Result<PhotoId> {
    unsigned(row, column).map(PhotoId::new)
}

/// Reads an identity.
pub(crate) fn identity(row: &Row<'_>, column: usize) -> rusqlite::Result<Identity> {
    unsigned(row, column).map(Identity)
}

/// An unsigned number as a column keeps it.
pub(crate) const fn bits(number: u64) -> i64 {
    number.cast_signed()
}

fn store_photo(sql: &Connection, line: &Line) -> rusqlite::Result<()> {
    const UPSERT: &str = "INSERT INTO photo (id, owner, title, description, media, posted, taken, \
         granularity, taken_unknown, license, views, fingerprint, state, at, deleted_at, defect, \
         listing, owner_name, tags, last_update, latitude, longitude, accuracy, can_download, \
         camera) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
         ?19, ?20, ?21, ?22, ?23, ?24, ?25) \
         ON CONFLICT (id) DO UPDATE SET owner = ?2, title = ?3, description = ?4, media = ?5, \
         posted = ?6, taken = ?7, granularity = ?8, taken_unknown = ?9, license = ?10, \
         views = ?11, fingerprint = ?12, state = ?13, at = ?14, deleted_at = ?15, defect = ?16, \
         listing = ?17, owner_name = ?18, tags = ?19, last_update = ?20, latitude = ?21, \
         longitude = ?22, accuracy = ?23, can_download = ?24, camera = ?25";
    let about = &line.photo;
    let taken = about.taken.as_ref();
    let media = match about.media {
        Media::Photo => "photo",
        Media::Video => "video",
    };
    sql.prepare_cached(UPSERT)?.execute(params![
        bits(line.id.get()),
        about.owner.as_str(),
        about.title,
        about.description,
        media,
        about.posted,
        taken.map(|taken| &taken.text),
        taken.map(|taken| taken.granularity),
        taken.map(|taken| taken.unknown),
        about.license,
        about.views.map(bits),
        bits(about.fingerprint.0),
        line.state,
        line.at,
        line.deleted_at,
        line.defect,
        line.listing.get(),
        about.owner_name,
        about.tags,
        about.last_update,
        about.geo.map(|geo| geo.latitude),
        about.geo.map(|geo| geo.longitude),
        about.geo.map(|geo| geo.accuracy),
        about.can_download,
        line.camera.as_ref().map(json),
    ])?;
    Ok(())
}

fn json(camera: &Camera) -> String {
    serde_json::to_string(camera).expect("it is plain fields")
}

fn store_files(sql: &Connection, line: &Line) -> rusqlite::Result<()> {
    const INSERT: &str = "INSERT INTO file (photo, role, version, path, sha256, bytes, rendition, \
         identity, width, height) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let id = bits(line.id.get());
    sql.prepare_cached("DELETE FROM file WHERE photo = ?1")?.execute([id])?;
    let mut insert = sql.prepare_cached(INSERT)?;
    for file in &line.files {
        insert.execute(params![
            id,
            file.role,
            file.version,
            file.path,
            file.sha256,
            bits(file.bytes),
            file.rendition,
            bits(file.identity.0),
            file.width,
            file.height,
        ])?;
    }
    Ok(())
}

fn unfit<E: std::error::Error + Send + Sync + 'static>(column: usize, error: E) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
