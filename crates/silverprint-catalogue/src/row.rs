//! What is read out of the catalogue, row by row: for the contact sheet, the
//! list, SHA256SUMS and failed.csv. Memory stays flat however many rows.

use crate::error::Context;
use crate::ledger::{self, N_ABOUT, about, about_columns, photo_id, unsigned};
use crate::line::{About, picture};
use crate::{Catalogue, CatalogueError, Digest, File, Role, State};
use rusqlite::{Connection, OptionalExtension, Row};
use silverprint_core::{Camera, Credit, Failure, Geo, Media, Nsid, PhotoId, Receipt, Taken};

/// A photo, as the contact sheet and the list want it.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoRow {
    /// Its number.
    pub id: PhotoId,
    /// Whose it is.
    pub owner: Nsid,
    /// The owner's screen name, where a listing said it; may hold anything.
    pub owner_name: Option<String>,
    /// The owner's words; may hold anything.
    pub title: String,
    /// The owner's words; may hold anything, HTML included.
    pub description: String,
    /// Space-separated, as Flickr normalises them.
    pub tags: String,
    /// Picture or video.
    pub media: Media,
    /// When it was uploaded: seconds since 1970, UTC.
    pub posted: Option<i64>,
    /// When it was taken.
    pub taken: Option<Taken>,
    /// Flickr's licence number.
    pub license: Option<u8>,
    /// When Flickr had last touched anything of it: seconds since 1970, UTC.
    pub last_update: Option<i64>,
    /// Where it was taken, as its owner placed it.
    pub geo: Option<Geo>,
    /// Whether its owner lets visitors download it.
    pub can_download: Option<bool>,
    /// How often it had been viewed when the listing last changed.
    pub views: Option<u64>,
    /// How far the archive is with it.
    pub state: State,
    /// What is wrong with the picture at the source.
    pub defect: Option<String>,
    /// What the picture's own bytes say of how it was taken.
    pub camera: Option<Camera>,
    /// When it was seen to be no longer in the photostream.
    pub deleted_at: Option<i64>,
    /// The current picture; of a video its still.
    pub picture: Option<File>,
    /// The stream of a video.
    pub video: Option<File>,
    /// The thumbnail.
    pub thumbnail: Option<File>,
    /// Why it failed, if it is failed now.
    pub failure: Option<Failure>,
    /// When that was: seconds since 1970, UTC.
    pub failed_at: Option<i64>,
}

impl PhotoRow {
    /// What credits the photo, and knows its page.
    pub fn credit(&self) -> Credit<'_> {
        Credit {
            id: self.id,
            title: &self.title,
            owner_name: self.owner_name.as_deref(),
            owner: self.owner.as_str(),
            media: self.media,
            license: self.license,
        }
    }
}

/// A file that should be in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Whose it is.
    pub photo: PhotoId,
    /// What it is to the photo.
    pub role: Role,
    /// Which version.
    pub version: u32,
    /// Where it lies: relative to the folder, with `/`.
    pub path: String,
    /// What its bytes are.
    pub sha256: Digest,
    /// How many they are.
    pub bytes: u64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The size's label of a picture; the spec of a thumbnail, as text.
    pub rendition: String,
}

/// A photo that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureRow {
    /// Which.
    pub id: PhotoId,
    /// When it was last tried: seconds since 1970, UTC.
    pub at: i64,
    /// Why.
    pub failure: Failure,
}

/// How many of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// All photos that were ever listed.
    pub photos: u64,
    /// Those whose turn is to come.
    pub pending: u64,
    /// Those that are done.
    pub done: u64,
    /// Those that are missing for a named reason.
    pub failed: u64,
    /// Of all photos, those no longer in the photostream.
    pub deleted_upstream: u64,
    /// Of the done, those whose picture is damaged at the source.
    pub defective: u64,
    /// Of all photos, the videos.
    pub videos: u64,
    /// Files under `photos/` and `thumbs/`.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A place in the order of uploads; what has no date comes before all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    posted: Option<i64>,
    id: i64,
}

impl Place {
    /// Before all.
    pub const BEGINNING: Self = Self { posted: None, id: i64::MIN };
}

/// So many photos are read before anything is done with them.
const AT_A_TIME: u32 = 500;

macro_rules! photos {
    () => {
        concat!("SELECT ", about_columns!(), ", id, state, defect, deleted_at, camera FROM photo ")
    };
}

impl Catalogue {
    /// Hands over every photo, the newest upload first. An error of the
    /// callback ends it and comes out.
    pub fn for_each_photo<E: From<CatalogueError>>(
        &self,
        f: impl FnMut(PhotoRow) -> Result<(), E>,
    ) -> Result<(), E> {
        const QUERY: &str = concat!(photos!(), "ORDER BY posted DESC, id DESC");
        self.for_each("read the photos", QUERY, |row| photo_row(&self.sql, row), f)
    }

    /// The same, the oldest upload first; what has no date comes before all. Some
    /// hundred are read at a time: while one reads, the write-ahead log of who
    /// writes meanwhile could only grow, by gigabytes in a long archive. So what is
    /// written meanwhile may be among them, or not.
    pub fn for_each_photo_from_oldest<E: From<CatalogueError>>(
        &self,
        f: impl FnMut(PhotoRow) -> Result<(), E>,
    ) -> Result<(), E> {
        self.for_each_photo_from(Place::BEGINNING, f)
    }

    /// The same, from a place on.
    pub fn for_each_photo_from<E: From<CatalogueError>>(
        &self,
        place: Place,
        mut f: impl FnMut(PhotoRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut after = Some(place);
        while let Some(place) = after.take() {
            for photo in self.photos_after(place)? {
                after = Some(Place { posted: photo.posted, id: ledger::bits(photo.id.get()) });
                f(photo)?;
            }
        }
        Ok(())
    }

    /// Where the oldest upload is now: what is older may come still.
    pub fn oldest(&self) -> Result<Place, CatalogueError> {
        let query = "SELECT posted, id FROM photo ORDER BY posted, id LIMIT 1";
        let read = |row: &Row<'_>| {
            // The id before, for the oldest is to come as well.
            Ok(Place { posted: row.get(0)?, id: row.get::<_, i64>(1)?.saturating_sub(1) })
        };
        let oldest = self.sql.query_one(query, [], read).optional();
        Ok(oldest.context("look for the oldest photo", &self.path)?.unwrap_or(Place::BEGINNING))
    }

    /// The next photos in the order of their uploads, as many as are read at a time.
    fn photos_after(&self, place: Place) -> Result<Vec<PhotoRow>, CatalogueError> {
        const UNDATED: &str =
            concat!(photos!(), "WHERE posted IS NULL AND id > ?2 ORDER BY id LIMIT ?3");
        const DATED: &str =
            concat!(photos!(), "WHERE (posted, id) > (?1, ?2) ORDER BY posted, id LIMIT ?3");
        let Place { posted, id } = place;
        let read = |query: &str, posted: i64, id: i64| {
            let mut statement = self.sql.prepare_cached(query)?;
            let rows =
                statement.query_map((posted, id, AT_A_TIME), |row| photo_row(&self.sql, row));
            rows?.collect::<rusqlite::Result<Vec<_>>>()
        };
        let photos = match posted {
            Some(posted) => read(DATED, posted, id),
            None => read(UNDATED, 0, id).and_then(|undated| {
                if undated.is_empty() { read(DATED, i64::MIN, i64::MIN) } else { Ok(undated) }
            }),
        };
        photos.context("read the photos", &self.path)
    }

    /// Hands over every file, older versions too, ordered by the bytes of the
    /// path: the lines of SHA256SUMS.
    pub fn for_each_file<E: From<CatalogueError>>(
        &self,
        f: impl FnMut(FileRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let query = "SELECT photo, role, version, path, sha256, bytes, width, height, \
             rendition FROM file ORDER BY path";
        let read = |row: &Row<'_>| {
            Ok(FileRow {
                photo: photo_id(row, 0)?,
                role: row.get(1)?,
                version: row.get(2)?,
                path: row.get(3)?,
                sha256: row.get(4)?,
                bytes: unsigned(row, 5)?,
                width: row.get(6)?,
                height: row.get(7)?,
                rendition: row.get(8)?,
            })
        };
        self.for_each("read the files", query, read, f)
    }

    /// Hands over every photo that is missing now, with its last attempt: the
    /// lines of failed.csv. What is no longer in the photostream is not
    /// announced, so it is not missing; unless it was there, and is damaged now.
    pub fn for_each_failure<E: From<CatalogueError>>(
        &self,
        f: impl FnMut(FailureRow) -> Result<(), E>,
    ) -> Result<(), E> {
        const QUERY: &str = "SELECT photo.id, attempt.at, kind, reason, url, attempts FROM photo \
             JOIN attempt ON attempt.id = \
             (SELECT max(last.id) FROM attempt AS last WHERE last.photo = photo.id) \
             WHERE photo.state = 'failed' AND (photo.deleted_at IS NULL OR kind = 'damaged') ORDER BY photo.id";
        let read = |row: &Row<'_>| {
            let [kind, reason, url] = [row.get(2)?, row.get(3)?, row.get(4)?];
            let failure = Failure { kind, reason, url, attempts: row.get(5)? };
            Ok(FailureRow { id: photo_id(row, 0)?, at: row.get(1)?, failure })
        };
        self.for_each("read the failures", QUERY, read, f)
    }

    /// Whether a row names the file at that path (relative to the folder, with `/`).
    pub fn names(&self, path: &str) -> Result<bool, CatalogueError> {
        let query = "SELECT EXISTS (SELECT 1 FROM file WHERE path = ?1)";
        let mut names = self.sql.prepare_cached(query).context("look for a file", &self.path)?;
        names.query_one([path], |row| row.get(0)).context("look for a file", &self.path)
    }

    /// What the last run came to. None where no run came to its end, or the
    /// catalogue was rebuilt since.
    pub fn last_receipt(&self) -> Result<Option<Receipt>, CatalogueError> {
        let query = "SELECT receipt FROM run ORDER BY id DESC LIMIT 1";
        let receipt = self.sql.query_one(query, [], |row| row.get::<_, String>(0)).optional();
        let receipt = receipt.context("read the last receipt", &self.path)?;
        Ok(receipt.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Whose photos they are, if there are any: a folder holds one account.
    pub fn owner(&self) -> Result<Option<Nsid>, CatalogueError> {
        let read = |row: &Row<'_>| row.get::<_, String>(0);
        let owner = self.sql.query_row("SELECT owner FROM photo LIMIT 1", [], read).optional();
        let owner = owner.context("read whose photos they are", &self.path)?;
        Ok(owner.and_then(|owner| owner.parse().ok()))
    }

    /// The screen name of whose they are, where a listing said it.
    pub fn owner_name(&self) -> Result<Option<String>, CatalogueError> {
        let query = "SELECT owner_name FROM photo WHERE owner_name IS NOT NULL LIMIT 1";
        let name = self.sql.query_row(query, [], |row| row.get(0)).optional();
        name.context("read whose photos they are", &self.path)
    }

    /// How many of what there are.
    pub fn counts(&self) -> Result<Counts, CatalogueError> {
        const PHOTOS: &str = "SELECT count(*), count(*) FILTER (WHERE state = 'pending'), \
             count(*) FILTER (WHERE state = 'saved'), count(*) FILTER (WHERE state = 'failed'), \
             count(deleted_at), count(*) FILTER (WHERE state = 'saved' AND defect IS NOT NULL), \
             (SELECT count(*) FROM photo WHERE media = 'video') FROM photo";
        let photos = |row: &Row<'_>| {
            Ok(Counts {
                photos: unsigned(row, 0)?,
                pending: unsigned(row, 1)?,
                done: unsigned(row, 2)?,
                failed: unsigned(row, 3)?,
                deleted_upstream: unsigned(row, 4)?,
                defective: unsigned(row, 5)?,
                videos: unsigned(row, 6)?,
                ..Counts::default()
            })
        };
        let attempt = "count the photos";
        let counts = self.sql.query_one(PHOTOS, [], photos).context(attempt, &self.path)?;
        let files = |row: &Row<'_>| Ok((unsigned(row, 0)?, unsigned(row, 1)?));
        let query = "SELECT count(*), ifnull(sum(bytes), 0) FROM file";
        let (files, bytes) = self.sql.query_one(query, [], files).context(attempt, &self.path)?;
        Ok(Counts { files, bytes, ..counts })
    }

    fn for_each<T, E: From<CatalogueError>>(
        &self,
        attempt: &'static str,
        query: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        mut f: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.sql.prepare(query).context(attempt, &self.path)?;
        let mut rows = statement.query([]).context(attempt, &self.path)?;
        while let Some(row) = rows.next().context(attempt, &self.path)? {
            f(read(row).context(attempt, &self.path)?)?;
        }
        Ok(())
    }
}

fn photo_row(sql: &Connection, row: &Row<'_>) -> rusqlite::Result<PhotoRow> {
    let About {
        owner,
        owner_name,
        title,
        description,
        tags,
        media,
        posted,
        taken,
        last_update,
        license,
        geo,
        views,
        can_download,
        ..
    } = about(row, 0)?;
    let id = photo_id(row, N_ABOUT)?;
    let state = row.get(N_ABOUT + 1)?;
    let files = ledger::files(sql, id)?;
    let of = |role: Role| files.iter().filter(move |file| file.role == role);
    let failure = if state == State::Failed { ledger::last_failure(sql, id)? } else { None };
    let (failed_at, failure) = failure.unzip();
    Ok(PhotoRow {
        id,
        owner,
        owner_name,
        title,
        description,
        tags,
        media,
        posted,
        taken,
        license,
        last_update,
        geo,
        can_download,
        views,
        state,
        defect: row.get(N_ABOUT + 2)?,
        camera: ledger::camera(row, N_ABOUT + 4)?,
        deleted_at: row.get(N_ABOUT + 3)?,
        picture: picture(&files).cloned(),
        video: of(Role::Video).max_by_key(|file| file.version).cloned(),
        thumbnail: of(Role::Thumbnail).next().cloned(),
        failure,
        failed_at,
    })
}
