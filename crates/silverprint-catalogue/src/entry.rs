//! What the writer is told: one entry for each thing learned or done.

use crate::File;
use crate::file::Role;
use async_channel::Sender;
use serde::{Deserialize, Serialize};
use silverprint_core::{Camera, Failure, Photo, PhotoId, Receipt};

/// One thing learned or done. Times are seconds since 1970, UTC.
#[derive(Debug)]
pub enum Entry {
    /// A photo is in the listing. A new one is pending; a known one takes the
    /// listing over if it changed, and is no longer deleted upstream.
    Listed(Photo),
    /// Files of a photo that are known are about to be written over: until it
    /// is saved again, what is in the folder may be the old or the new.
    Reopened(PhotoId),
    /// What the run wanted of a photo is in the folder.
    Saved(Saved),
    /// Files of a photo are in the folder, and more is to come: a video's still
    /// before its stream. Until that is saved or has failed, it is pending.
    SavedInPart(Saved),
    /// What the run wanted of a photo could not be had. A picture that is
    /// there, an older or a smaller one, stays.
    Failed {
        /// Which.
        photo: Photo,
        /// Why.
        failure: Failure,
        /// When.
        at: i64,
    },
    /// Files of a photo are not as they were stored, and could not be had again.
    /// Nothing was learned of its listing.
    Damaged {
        /// Which; an unknown one is passed over.
        id: PhotoId,
        /// What is wrong, and why it stays so; its kind is [`crate::DAMAGED`].
        failure: Failure,
        /// When.
        at: i64,
    },
    /// All files of a photo are as they were stored, again: one that was failed
    /// for its damage is done.
    Mended {
        /// Which; an unknown one is passed over.
        id: PhotoId,
        /// Its thumbnail, where that came out otherwise than it was.
        thumbnail: Option<File>,
        /// When.
        at: i64,
    },
    /// Photos that the catalogue knows and a whole listing does not. Their
    /// files are kept.
    DeletedUpstream {
        /// Which; unknown ones are passed over.
        ids: Vec<PhotoId>,
        /// When that was seen.
        at: i64,
    },
    /// A full listing was read to its end.
    Listing(LastListing),
    /// A run is over.
    Run {
        /// What it came to.
        receipt: Receipt,
        /// When it began.
        started: i64,
        /// When it ended.
        ended: i64,
    },
    /// Commit all that was recorded so far, now, and say so.
    Settle(Sender<()>),
    /// Say which files of a photo there are, after all that was recorded so far.
    Files(PhotoId, Sender<Vec<File>>),
    /// Say why a photo failed last, after all that was recorded so far.
    LastFailure(PhotoId, Sender<Option<Failure>>),
    /// Say whether files under `photos/` of that stem are another photo's than
    /// this one's, or could come to be.
    IsAnothers(String, PhotoId, Sender<bool>),
}

/// A photo whose files are in the folder, synced and under their last names.
#[derive(Debug)]
pub struct Saved {
    /// As listed.
    pub photo: Photo,
    /// The files that are new, or written anew. One with the role and version
    /// of a known file takes its place; a thumbnail takes the place of all
    /// thumbnails of the photo. Known files that are not named stay.
    pub files: Vec<File>,
    /// Older files of the photo that were renamed, to make room for these.
    pub moved: Vec<Moved>,
    /// What is wrong with the picture at the source, if something is. Counts
    /// when `files` has a picture; for a thumbnail alone, `None` leaves what
    /// is known of the picture as it is.
    pub defect: Option<String>,
    /// What the picture's own bytes say of how it was taken. Like a defect, it
    /// counts when `files` has a picture; for a thumbnail alone, `None` leaves
    /// what is known.
    pub camera: Option<Camera>,
    /// When.
    pub at: i64,
}

/// A known file that lies elsewhere now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which file of the photo.
    pub role: Role,
    /// Which version of it.
    pub version: u32,
    /// Where it lies now: relative to the folder, with `/`.
    pub path: String,
}

/// The last full listing that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastListing {
    /// When: seconds since 1970, UTC.
    pub at: i64,
    /// How many photos the site announced.
    pub total: u64,
    /// Whether everything announced was in it.
    pub complete: bool,
    /// What the run wanted of each photo, as text: who wants something else
    /// cannot lean on this listing.
    pub wanted: String,
}
