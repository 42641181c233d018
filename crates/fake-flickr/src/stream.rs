//! The photostream: which photos are listed, in which order, and how that changes.
//!
//! A stream keeps four bytes for each listed photo, and what was edited; everything else about a
//! photo follows from the seed, so that a million photos start at once.

use std::collections::HashMap;

use crate::config::StreamConfig;
use crate::photo::{Edit, Fate, Photo, fate_of, ordinal_of};
use crate::seed::{join, mix};

/// Uploads lie between 2009-03-01 and 2026-10-20: the past, whatever the clock says.
const FIRST_UPLOAD: i64 = 1_235_865_600;
const LAST_UPLOAD: i64 = 1_792_454_400;

/// People upload several photos at a sitting.
const SITTING: u32 = 8;

/// A photostream.
#[derive(Debug)]
pub struct Stream {
    config: StreamConfig,
    /// The ordinals of what is listed, the oldest first.
    listed: Vec<u32>,
    edits: HashMap<u32, Edit>,
    /// How many photos are there and listed to nobody who isn't signed in.
    restricted: usize,
    /// How many photos there were when the stream was made, the unlisted ones too.
    made: u32,
    /// The ordinal that the next upload gets.
    next: u32,
}

impl Stream {
    /// The stream that this configuration describes.
    pub fn new(config: StreamConfig) -> Self {
        let mut listed = Vec::with_capacity(config.photos as usize);
        let (mut ordinal, mut restricted) = (0, 0);
        // Shares that hide everything would never fill the stream: the bound ends that.
        let bound = config.photos.saturating_mul(20).saturating_add(100);
        while listed.len() < config.photos as usize && ordinal < bound {
            match fate_of(&config, ordinal) {
                Fate::Public => listed.push(ordinal),
                Fate::Restricted => restricted += 1,
                Fate::Private | Fate::Deleted => {}
            }
            ordinal += 1;
        }
        Self { config, listed, edits: HashMap::new(), restricted, made: ordinal, next: ordinal }
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &StreamConfig {
        &self.config
    }

    /// The account's NSID.
    pub fn nsid(&self) -> String {
        let number = 10_000_000 + mix(self.config.seed) % 189_000_000;
        format!("{number}@N{:02}", mix(self.config.seed ^ 1) % 9)
    }

    /// How many photos are listed.
    pub fn len(&self) -> usize {
        self.listed.len()
    }

    /// How many photos the profile counts: the listed ones, and those marked moderate or restricted.
    pub fn counted(&self) -> usize {
        self.listed.len() + self.restricted
    }

    /// True where nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// The listed photo at a position, 0 being the newest.
    pub fn at(&self, position: usize) -> Option<Photo> {
        let oldest_first = self.listed.len().checked_sub(position + 1)?;
        Some(self.photo(self.listed[oldest_first]))
    }

    /// Every listed photo, the newest first.
    pub fn photos(&self) -> impl Iterator<Item = Photo> + '_ {
        self.listed.iter().rev().map(|&ordinal| self.photo(ordinal))
    }

    /// The listed photo with this id.
    pub fn listed(&self, id: u64) -> Option<Photo> {
        let ordinal = self.listed_ordinal(id)?;
        Some(self.photo(ordinal))
    }

    /// The photo with this id whose pictures can be had by who knows their URL: listed, private or
    /// restricted.
    pub(crate) fn viewable(&self, id: u64) -> Option<Photo> {
        let ordinal = ordinal_of(self.config.seed, id).filter(|&ordinal| ordinal < self.next)?;
        let unlisted = || {
            let fate = fate_of(&self.config, ordinal);
            ordinal < self.made && matches!(fate, Fate::Private | Fate::Restricted)
        };
        (self.listed.binary_search(&ordinal).is_ok() || unlisted()).then(|| self.photo(ordinal))
    }

    /// The private photos, as the stream was made.
    pub fn private(&self) -> impl Iterator<Item = Photo> + '_ {
        self.made_as(Fate::Private)
    }

    /// The photos marked moderate or restricted, as the stream was made.
    pub fn restricted(&self) -> impl Iterator<Item = Photo> + '_ {
        self.made_as(Fate::Restricted)
    }

    /// The photos that were deleted before anybody looked, as the stream was made.
    pub fn deleted(&self) -> impl Iterator<Item = Photo> + '_ {
        self.made_as(Fate::Deleted)
    }

    /// How many photos are listed that were uploaded in this window, and the position of the
    /// newest of them.
    pub(crate) fn window(&self, min: Option<i64>, max: Option<i64>) -> (usize, usize) {
        let from = min.map_or(0, |min| self.listed.partition_point(|&o| self.posted(o) < min));
        let to = max.map_or(self.listed.len(), |max| {
            self.listed.partition_point(|&o| self.posted(o) <= max)
        });
        (to.saturating_sub(from), self.listed.len() - to)
    }

    /// Uploads photos: they become the newest. Returns their ids.
    pub(crate) fn upload(&mut self, n: u32) -> Vec<u64> {
        let first = self.next;
        self.next += n;
        self.listed.extend(first..self.next);
        (first..self.next).map(|ordinal| self.photo(ordinal).id).collect()
    }

    /// Deletes a photo; false where it isn't listed.
    pub(crate) fn delete(&mut self, id: u64) -> bool {
        let Some(ordinal) = self.listed_ordinal(id) else { return false };
        if let Ok(place) = self.listed.binary_search(&ordinal) {
            self.listed.remove(place);
        }
        true
    }

    /// Replaces a photo's picture: new secrets, new bytes, the same id.
    pub(crate) fn replace(&mut self, id: u64) -> bool {
        self.edit(id, |edit| edit.replaced += 1)
    }

    /// Gives a photo another title.
    pub(crate) fn retitle(&mut self, id: u64) -> bool {
        self.edit(id, |edit| edit.retitled += 1)
    }

    fn edit(&mut self, id: u64, change: impl FnOnce(&mut Edit)) -> bool {
        let Some(ordinal) = self.listed_ordinal(id) else { return false };
        change(self.edits.entry(ordinal).or_default());
        true
    }

    fn listed_ordinal(&self, id: u64) -> Option<u32> {
        let ordinal = ordinal_of(self.config.seed, id)?;
        self.listed.binary_search(&ordinal).ok().map(|_| ordinal)
    }

    fn made_as(&self, fate: Fate) -> impl Iterator<Item = Photo> + '_ {
        (0..self.made)
            .filter(move |&ordinal| fate_of(&self.config, ordinal) == fate)
            .map(|ordinal| self.photo(ordinal))
    }

    fn photo(&self, ordinal: u32) -> Photo {
        let edit = self.edits.get(&ordinal).copied().unwrap_or_default();
        Photo::new(&self.config, ordinal, self.posted(ordinal), edit)
    }

    /// When the photo with this ordinal was uploaded: the older the ordinal, the earlier.
    fn posted(&self, ordinal: u32) -> i64 {
        if ordinal >= self.made {
            return LAST_UPLOAD + 60 * i64::from(ordinal - self.made + 1);
        }
        let sittings = i64::from(self.made.div_ceil(SITTING));
        let apart = (LAST_UPLOAD - FIRST_UPLOAD) / sittings.max(1);
        let sitting = ordinal / SITTING;
        let hash = join(self.config.seed ^ 0xda7e, u64::from(sitting)) >> 1;
        let late = i64::try_from(hash).unwrap_or(0) % (apart * 3 / 5).max(1);
        let within = i64::from(ordinal % SITTING) * 5;
        FIRST_UPLOAD + apart * i64::from(sitting) + late + within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_photos_are_as_many_as_asked_and_newest_first() {
        let stream = Stream::new(StreamConfig::new(3, 500));
        let photos: Vec<_> = stream.photos().collect();
        assert_eq!(photos.len(), 500);
        assert!(photos.windows(2).all(|pair| pair[0].id > pair[1].id));
        assert!(photos.windows(2).all(|pair| pair[0].posted > pair[1].posted));
        assert!(stream.private().count() > 0 && stream.deleted().count() > 0);
        let last = photos.last().unwrap();
        assert_eq!(stream.at(499).as_ref(), Some(last));
        assert_eq!(stream.at(500), None);
    }

    #[test]
    fn windows_count_what_was_uploaded_in_them() {
        let stream = Stream::new(StreamConfig::new(3, 200));
        let (newer, older) = (stream.at(49).unwrap(), stream.at(149).unwrap());
        assert_eq!(stream.window(None, None), (200, 0));
        assert_eq!(stream.window(Some(older.posted), Some(newer.posted)), (101, 49));
        assert_eq!(stream.window(Some(i64::MAX), None), (0, 0));
    }

    #[test]
    fn changes_show() {
        let mut stream = Stream::new(StreamConfig::new(3, 10));
        let before = stream.at(0).unwrap();
        let uploaded = stream.upload(2);
        assert_eq!(stream.len(), 12);
        assert_eq!(stream.at(0).unwrap().id, uploaded[1]);
        assert!(stream.replace(before.id));
        let after = stream.listed(before.id).unwrap();
        assert_ne!(after.path(crate::Label::O), before.path(crate::Label::O));
        assert!(stream.delete(before.id) && !stream.delete(before.id));
        assert!(stream.viewable(before.id).is_none() && stream.listed(before.id).is_none());
    }

    #[test]
    fn a_million_photos_start_at_once() {
        let stream = Stream::new(StreamConfig::new(1, 1_000_000));
        assert_eq!(stream.len(), 1_000_000);
        let oldest = stream.at(999_999).unwrap();
        assert!(oldest.posted >= FIRST_UPLOAD);
        assert!(stream.at(0).unwrap().posted <= LAST_UPLOAD + 3600);
    }
}
