//! Who draws what becomes of a run's time: each photo's way with its stages,
//! each page of the listing, and how busy hosts are.

use crate::PhotoId;
use std::fmt;
use std::time::Instant;

/// What a photo is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// It looks at what is there, and begins.
    Begun,
    /// It waits at a host's gate, or before it for its next attempt.
    Gate,
    /// Its request is sent, and waits for the head of the answer.
    Answer,
    /// Its bytes come.
    Body,
    /// Its thumbnail is made, or waits for a core.
    Cores,
    /// Its files are stored, and its row is written.
    Disk,
    /// It waits for the commit of its row, where the next photo waits for it.
    Commit,
}

impl Stage {
    /// In the order of a photo's way.
    pub const ALL: [Self; 7] =
        [Self::Begun, Self::Gate, Self::Answer, Self::Body, Self::Cores, Self::Disk, Self::Commit];
}

/// What a span is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A photo's whole way.
    Photo(PhotoId),
    /// A stage of it.
    Stage(PhotoId, Stage),
    /// A page of the listing, by its number.
    Page(u32),
}

/// A time that something took. Those of a photo and its stages share a lane,
/// which nothing else has meanwhile; those of pages have lanes of their own.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Of what.
    pub part: Part,
    /// Lanes are few: a free one is taken again.
    pub lane: u32,
    /// Its beginning.
    pub from: Instant,
    /// Its end.
    pub to: Instant,
    /// Bytes that came in it.
    pub bytes: u64,
}

/// Hears of every span when it has ended. Called from many tasks at once; must
/// not block.
pub trait Tracer: fmt::Debug + Send + Sync {
    /// Something ended.
    fn span(&self, span: &Span);

    /// So many requests are under way at a host.
    fn under_way(&self, host: &str, at: Instant, requests: usize);
}
