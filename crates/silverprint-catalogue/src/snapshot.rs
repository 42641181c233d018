//! What the planner must know of every photo, and no more: a million photos
//! are held in memory for the whole of a run.

use crate::error::Context;
use crate::ledger::{identity, photo_id};
use crate::{CatalogueError, LastListing, Role, State};
use rusqlite::{Connection, OptionalExtension};
use silverprint_core::{Identity, PhotoId, Size};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::path::Path;

/// The last full listing is under this key.
pub(crate) const LISTING: &str = "listing";

/// The catalogue at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Every photo that the catalogue knows.
    pub photos: HashMap<PhotoId, Known>,
    /// The last full listing that was read to its end, if there ever was one.
    pub listing: Option<LastListing>,
    /// The few different specs that thumbnails were made by.
    specs: Vec<Box<str>>,
}

/// What is known of one photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// [`silverprint_core::Photo::fingerprint`] of the listing that is kept.
    pub fingerprint: Identity,
    /// Its picture, if that is in the folder.
    pub picture: Option<KnownPicture>,
    /// By which spec its thumbnail was made, if it has one.
    pub thumb: Option<SpecId>,
    /// Whether the stream of the video is in the folder that goes with the
    /// current picture.
    pub has_video: bool,
    /// How far the archive is with it.
    pub state: State,
    /// It was in the photostream once, and is no longer.
    pub deleted_upstream: bool,
}

/// The current picture of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownPicture {
    /// What it is known by at the source.
    pub identity: Identity,
    /// Its longest edge in pixels.
    pub longest_edge: u32,
    /// From 1 on; each replacement upstream is one more.
    pub version: u32,
    /// Which size it is.
    pub size: Size,
}

/// Stands for the text of a spec within one [`Snapshot`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpecId(NonZeroU32);

// A million photos within 100 MB, the table's empty places included.
const _: () = assert!(size_of::<(PhotoId, Known)>() <= 48);

impl Snapshot {
    /// The spec by which a photo's thumbnail was made, if it has one.
    pub fn thumb_spec(&self, known: &Known) -> Option<&str> {
        let place = known.thumb?.0.get() as usize - 1;
        self.specs.get(place).map(|spec| &**spec)
    }

    /// What stands for that spec: to make a snapshot by hand.
    pub fn spec_id(&mut self, spec: &str) -> SpecId {
        // There are as many as users had tastes: a search is faster than a table.
        let known = self.specs.iter().position(|known| **known == *spec);
        let place = known.unwrap_or_else(|| {
            self.specs.push(spec.into());
            self.specs.len() - 1
        });
        let number = u32::try_from(place + 1).ok().and_then(NonZeroU32::new);
        SpecId(number.expect("four billion specs do not fit in memory"))
    }

    pub(crate) fn read(sql: &Connection, path: &Path) -> Result<Self, CatalogueError> {
        let attempt = "read what is known";
        // One transaction: one moment.
        let moment = sql.unchecked_transaction().context(attempt, path)?;
        let mut snapshot = Self { listing: read_listing(&moment, path)?, ..Self::default() };
        snapshot.read_photos(&moment).context(attempt, path)?;
        snapshot.read_files(&moment).context(attempt, path)?;
        Ok(snapshot)
    }

    fn read_photos(&mut self, sql: &Connection) -> rusqlite::Result<()> {
        let count: i64 = sql.query_one("SELECT count(*) FROM photo", [], |row| row.get(0))?;
        self.photos.reserve(usize::try_from(count).unwrap_or_default());
        let query = "SELECT id, fingerprint, state, deleted_at IS NOT NULL FROM photo";
        let mut photos = sql.prepare(query)?;
        let mut rows = photos.query([])?;
        while let Some(row) = rows.next()? {
            let known = Known {
                fingerprint: identity(row, 1)?,
                picture: None,
                thumb: None,
                has_video: false,
                state: row.get(2)?,
                deleted_upstream: row.get(3)?,
            };
            self.photos.insert(photo_id(row, 0)?, known);
        }
        Ok(())
    }

    /// Versions come in order, so the last picture of a photo is the current;
    /// and roles do by their words, so videos come last.
    fn read_files(&mut self, sql: &Connection) -> rusqlite::Result<()> {
        const QUERY: &str = "SELECT file.photo, file.role, file.version, file.rendition, \
             file.identity, max(file.width, file.height) FROM file \
             ORDER BY file.photo, file.role, file.version";
        let mut files = sql.prepare(QUERY)?;
        let mut rows = files.query([])?;
        while let Some(row) = rows.next()? {
            let id = photo_id(row, 0)?;
            let rendition = row.get_ref(3)?.as_str()?;
            let version = row.get(2)?;
            match row.get(1)? {
                Role::Thumbnail => {
                    let spec = self.spec_id(rendition);
                    self.photos.entry(id).and_modify(|known| known.thumb = Some(spec));
                    continue;
                }
                Role::Video => {
                    let is_current =
                        |known: &Known| known.picture.is_none_or(|it| it.version <= version);
                    self.photos.entry(id).and_modify(|it| it.has_video |= is_current(it));
                    continue;
                }
                Role::Original | Role::Still => {}
            }
            let picture = KnownPicture {
                identity: identity(row, 4)?,
                longest_edge: row.get(5)?,
                version,
                // A label that only a later version of the program knows:
                // taken for the smallest, it is at worst fetched once more.
                size: rendition.parse().unwrap_or(Size::Square75),
            };
            self.photos.entry(id).and_modify(|known| {
                if known.picture.is_none_or(|older| older.version <= picture.version) {
                    known.picture = Some(picture);
                }
            });
        }
        Ok(())
    }
}

fn read_listing(sql: &Connection, path: &Path) -> Result<Option<LastListing>, CatalogueError> {
    let query = "SELECT value FROM meta WHERE key = ?1";
    let text: Option<String> = sql
        .query_one(query, [LISTING], |row| row.get(0))
        .optional()
        .context("read the last listing", path)?;
    // One that cannot be read is none: then everything is listed again.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
