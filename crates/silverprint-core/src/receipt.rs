//! What a run came to. Whatever was announced is in exactly one of its
//! numbers, so that nothing can be lost without a word.

use crate::{Account, Timing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the photostream was listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingKind {
    /// The first page and the total agreed with the catalogue; nothing else
    /// was asked for.
    Quick,
    /// Every page was read.
    Full,
    /// A part, as asked for by a window or a limit.
    Part,
}

/// Why a photo is missing. The text is for people; the kind counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A short class: `gone`, `passing`, `unreachable`, `forbidden`,
    /// `no rendition`, `not a picture`.
    pub kind: String,
    /// What happened.
    pub reason: String,
    /// The address that was asked last, without its query.
    pub url: String,
    /// How often it was asked.
    pub attempts: u32,
}

/// Why a site gives no original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// The owner lets nobody download it.
    NoDownload,
    /// The owner's account is free: since May 2025 what is larger than 1024
    /// pixels is for its owner only, but for free licences.
    FreeAccount,
    /// The site does not say.
    Unsaid,
}

/// The tally of one run over one photostream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whose photostream.
    pub account: Account,
    /// How it was listed.
    pub listing: ListingKind,
    /// How many photos the site announced.
    pub announced: u64,
    /// How many different photos were listed.
    pub listed: u64,
    /// Announced but not in the listing, after listing again.
    pub unexplained: u64,
    /// Announced by a page that shows only a part of the photostream.
    #[serde(default)]
    pub not_shown: u64,
    /// Entries of the listing that could not be read.
    pub unreadable: u64,
    /// Photos whose picture was fetched and kept.
    pub saved: u64,
    /// Photos that needed nothing.
    pub already: u64,
    /// Photos found in the folder, unknown to the catalogue, and taken in.
    pub adopted: u64,
    /// Photos whose thumbnail was made again from the file that was there.
    pub remade: u64,
    /// Pictures replaced upstream since, fetched again; the old file is kept.
    pub replaced: u64,
    /// Videos among the listed: their stills are kept.
    pub videos: u64,
    /// Streams of videos that were fetched.
    #[serde(default)]
    pub streams: u64,
    /// Videos of which only the still is kept, for the source knows of no stream.
    #[serde(default)]
    pub only_stills: u64,
    /// Videos of which only the still is kept, for the pages that were read show
    /// no streams: another way to the same site may.
    #[serde(default)]
    pub streams_not_shown: u64,
    /// Saved pictures that are not the original: Flickr gave no larger one.
    pub not_original: u64,
    /// The same, by the reason as far as Flickr tells it.
    #[serde(default)]
    pub not_original_because: BTreeMap<Withheld, u64>,
    /// Pictures that are damaged at the source: kept as they are.
    pub defective: u64,
    /// Photos that the profile counts and the listing does not announce to who
    /// is not signed in: private, or not marked safe. They are not missing.
    #[serde(default)]
    pub not_public: u64,
    /// Photos in the folder that are no longer in the photostream: kept.
    pub deleted_upstream: u64,
    /// Photos that are missing, by kind of failure.
    pub failed: BTreeMap<String, u64>,
    /// Photos that a limit or an interruption left for another run.
    pub left: u64,
    /// Bytes of pictures that came over the wire.
    pub bytes: u64,
    /// How long the run took, in seconds.
    pub seconds: f64,
    /// The most memory the process ever held, in bytes, where the system says.
    pub peak_memory: Option<u64>,
    /// The run was interrupted.
    pub interrupted: bool,
    /// Where the time went; none for a rehearsal, and in receipts of old.
    #[serde(default)]
    pub timing: Option<Timing>,
}

impl Receipt {
    /// Nothing counted yet.
    pub fn new(account: Account) -> Self {
        Self {
            account,
            listing: ListingKind::Full,
            announced: 0,
            listed: 0,
            unexplained: 0,
            not_shown: 0,
            unreadable: 0,
            saved: 0,
            already: 0,
            adopted: 0,
            remade: 0,
            replaced: 0,
            videos: 0,
            streams: 0,
            only_stills: 0,
            streams_not_shown: 0,
            not_original: 0,
            not_original_because: BTreeMap::new(),
            defective: 0,
            not_public: 0,
            deleted_upstream: 0,
            failed: BTreeMap::new(),
            left: 0,
            bytes: 0,
            seconds: 0.0,
            peak_memory: None,
            interrupted: false,
            timing: None,
        }
    }

    /// How many photos are missing for a named reason.
    pub fn failures(&self) -> u64 {
        self.failed.values().sum()
    }

    /// How many photos are in one of the numbers above.
    pub fn accounted_for(&self) -> u64 {
        self.saved
            + self.already
            + self.adopted
            + self.remade
            + self.failures()
            + self.lacking_entries()
    }

    /// How much was announced that no entry of the listing tells of.
    pub fn lacking_entries(&self) -> u64 {
        self.unexplained + self.unreadable + self.not_shown
    }

    /// Whether something was announced that no entry of the listing tells of.
    pub fn lacks_entries(&self) -> bool {
        self.lacking_entries() > 0
    }

    /// Whether something that was announced, or its stream, is not there.
    pub fn is_partial(&self) -> bool {
        self.failures() > 0 || self.lacks_entries() || self.streams_not_shown > 0
    }
}
