//! A video's stream on its way in: straight to disk, however short, for no
//! byte of it is needed again; gone on with where it ended early.

use crate::container::{Container, START};
use crate::content::{Content, Spilled};
use crate::download::Means;
use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use sha2::{Digest as _, Sha256};
use silverprint_catalogue::Digest;
use silverprint_core::{Head, Kept, PhotoId, Rejection, Sink, SinkError, Stage};
use std::sync::atomic::Ordering;

/// Flickr takes videos of up to 1 GB (as told at
/// <https://sites.google.com/site/backuptoflickr>; `flickr.people.getLimits` says
/// it to each account). Twice that, for an encoding can be larger than what it
/// was made of.
const LARGEST_STREAM: u64 = 2 << 30;

/// A stream that was accepted.
#[derive(Debug)]
pub(crate) struct AcceptedStream {
    pub(crate) content: Content,
    pub(crate) digest: Digest,
    pub(crate) bytes: u64,
    pub(crate) container: Container,
}

/// The sink for one stream.
pub(crate) struct StreamDownload {
    photo: PhotoId,
    means: Means,
    head: Head,
    /// None before the first attempt, and after one that was wrong.
    body: Option<Spilled>,
    hash: Sha256,
    length: u64,
    /// The first bytes, up to [`START`].
    start: Vec<u8>,
    /// The last body whose end could not be seen. The same bytes from a second
    /// fetch are the source's own: most kinds have no end that can be seen.
    endless: Option<Digest>,
    accepted: Option<AcceptedStream>,
}

impl StreamDownload {
    pub(crate) fn new(photo: PhotoId, means: Means) -> Self {
        Self {
            photo,
            means,
            head: Head::default(),
            body: None,
            hash: Sha256::new(),
            length: 0,
            start: Vec::with_capacity(START),
            endless: None,
            accepted: None,
        }
    }

    /// The stream, once it was accepted.
    pub(crate) fn into_accepted(self) -> Option<AcceptedStream> {
        self.accepted
    }

    async fn begin_or_go_on(&mut self, head: &Head) -> Result<(), SinkError> {
        if head.length.is_some_and(|length| length > LARGEST_STREAM) {
            return Err(too_large());
        }
        let goes_on = head.from > 0 && head.from == self.length && self.body.is_some();
        if !goes_on {
            self.body = None;
            self.hash = Sha256::new();
            self.length = 0;
            self.start.clear();
            self.body = Some(self.means.folder.spill().await?);
        }
        self.head = head.clone();
        Ok(())
    }

    async fn take(&mut self, chunk: Bytes) -> Result<(), SinkError> {
        let spilled = self.body.take().expect("a body begins before its bytes come");
        self.length += chunk.len() as u64;
        if self.length > LARGEST_STREAM {
            return Err(too_large());
        }
        self.means.received.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        self.means.reporter.received(chunk.len() as u64);
        if self.start.len() < START {
            let more = chunk.len().min(START - self.start.len());
            self.start.extend_from_slice(&chunk[..more]);
            // No gigabyte of something else is waited for.
            if self.start.len() == START {
                self.container()?;
            }
        }
        self.hash.update(&chunk);
        self.body = Some(self.means.folder.append(spilled, chunk).await?);
        Ok(())
    }

    fn container(&self) -> Result<Container, SinkError> {
        Container::sniff(&self.start).ok_or_else(|| rejected(not_a_video(&self.start)))
    }

    async fn judge(&mut self) -> Result<(), SinkError> {
        let spilled = self.body.take().expect("a body begins before it ends");
        let container = self.container()?;
        let digest = Digest(std::mem::take(&mut self.hash).finalize().into());
        let is_whole = self.head.length.is_some()
            || self.endless == Some(digest)
            || self.means.folder.ends_whole(spilled.path.clone(), container).await?;
        if !is_whole {
            self.endless = Some(digest);
            return Err(rejected("its end cannot be seen, nor its length be told".to_owned()));
        }
        let content = Content::Spilled(spilled);
        self.accepted = Some(AcceptedStream { content, digest, bytes: self.length, container });
        Ok(())
    }
}

impl Sink for StreamDownload {
    fn photo(&self) -> Option<PhotoId> {
        Some(self.photo)
    }

    fn kept(&self) -> Option<Kept> {
        self.body.as_ref()?;
        self.head.kept(self.length)
    }

    fn waits(&mut self) {
        self.means.watch.reach(self.photo, Stage::Gate);
    }

    fn sent(&mut self) {
        self.means.watch.reach(self.photo, Stage::Answer);
    }

    fn begin<'a>(&'a mut self, head: &'a Head) -> BoxFuture<'a, Result<(), SinkError>> {
        self.means.watch.reach(self.photo, Stage::Body);
        self.begin_or_go_on(head).boxed()
    }

    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), SinkError>> {
        self.take(chunk).boxed()
    }

    fn accept(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        let came = self.length.saturating_sub(self.head.from);
        self.means.watch.arrive(self.photo, Stage::Disk, came);
        self.judge().boxed()
    }
}

fn not_a_video(start: &[u8]) -> String {
    match start {
        [] => "an empty body".to_owned(),
        _ if start.trim_ascii_start().starts_with(b"<") => {
            "a page of text instead of a video".to_owned()
        }
        _ => format!("no video: it begins with {}", start[..start.len().min(16)].escape_ascii()),
    }
}

fn rejected(message: String) -> SinkError {
    Rejection(message).into()
}

fn too_large() -> SinkError {
    SinkError::Gone(format!("a stream of more than {} GiB", LARGEST_STREAM >> 30))
}

#[cfg(test)]
mod tests;
