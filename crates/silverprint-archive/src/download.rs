//! A picture on its way in: takes the body as it comes, hashes it, and says
//! whether it is the picture that was wanted.

use crate::budget::{ByteBudget, Held};
use crate::content::{Content, MOST_IN_MEMORY, Spilled};
use crate::cpu::CpuPool;
use crate::examine::{Examined, Expected, Picture};
use crate::store::Folder;
use crate::watch::Watch;
use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use sha2::{Digest as _, Sha256};
use silverprint_catalogue::Digest;
use silverprint_core::{Head, Kept, PhotoId, Rejection, Reporter, Sink, SinkError, Stage};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::timeout;

/// Room for a body whose length is not told: most web copies fit in it.
const UNTOLD_LENGTH: usize = 256 << 10;
/// Who gets no memory for so long goes to disk. It must not wait for ever: who
/// holds the memory may be waiting for the place at the host that it holds.
const WAIT_FOR_MEMORY: Duration = Duration::from_secs(1);
/// Flickr takes no larger photo than 200 MB.
const LARGEST_BODY: u64 = 256 << 20;

/// What downloads share.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) budget: ByteBudget,
    pub(crate) cpu: CpuPool,
    pub(crate) folder: Arc<Folder>,
    pub(crate) reporter: Arc<dyn Reporter>,
    /// Bytes of pictures that came over the wire, wrong ones too.
    pub(crate) received: Arc<AtomicU64>,
    pub(crate) watch: Arc<Watch>,
}

/// A picture that was accepted.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) content: Content,
    pub(crate) digest: Digest,
    pub(crate) bytes: u64,
    pub(crate) picture: Picture,
    /// What is wrong with it at the source, if something is.
    pub(crate) defect: Option<String>,
}

/// The sink for one picture.
pub(crate) struct Download {
    photo: PhotoId,
    means: Means,
    expected: Expected,
    head: Head,
    body: Body,
    hash: Sha256,
    length: u64,
    /// The last damaged body. The same bytes from a second fetch are the
    /// source's own.
    damaged: Option<Digest>,
    accepted: Option<Accepted>,
}

enum Body {
    Nothing,
    Held(Held),
    Spilled(Spilled),
}

impl Download {
    pub(crate) fn new(photo: PhotoId, means: Means, expected: Expected) -> Self {
        Self {
            photo,
            means,
            expected,
            head: Head::default(),
            body: Body::Nothing,
            hash: Sha256::new(),
            length: 0,
            damaged: None,
            accepted: None,
        }
    }

    /// The picture, once it was accepted.
    pub(crate) fn into_accepted(self) -> Option<Accepted> {
        self.accepted
    }

    /// Goes on with what is on disk. What is in memory is not kept from attempt
    /// to attempt: others need the room while this one waits for its next.
    async fn begin_or_go_on(&mut self, head: &Head) -> Result<(), SinkError> {
        let is_kept = matches!(self.body, Body::Spilled(_)) && head.from == self.length;
        if head.from == 0 || !is_kept {
            self.begin_anew(head).await?;
        }
        self.expected.length_known = head.length.is_some();
        self.head = head.clone();
        Ok(())
    }

    async fn begin_anew(&mut self, head: &Head) -> Result<(), SinkError> {
        // First give free what an earlier attempt held, then ask for more.
        self.body = Body::Nothing;
        self.hash = Sha256::new();
        self.length = 0;
        self.body = match head.length {
            Some(length) if length > LARGEST_BODY => return Err(too_large()),
            Some(length) if length > MOST_IN_MEMORY => {
                Body::Spilled(self.means.folder.spill().await?)
            }
            length => self.room_for(length).await?,
        };
        Ok(())
    }

    /// Room in memory, or on disk if there is none soon.
    async fn room_for(&self, length: Option<u64>) -> Result<Body, SinkError> {
        let room = length.and_then(|length| usize::try_from(length).ok());
        let reserved = self.means.budget.reserve(room.unwrap_or(UNTOLD_LENGTH));
        match timeout(WAIT_FOR_MEMORY, reserved).await {
            Ok(held) => Ok(Body::Held(held)),
            Err(_) => Ok(Body::Spilled(self.means.folder.spill().await?)),
        }
    }

    async fn take(&mut self, chunk: Bytes) -> Result<(), SinkError> {
        self.length += chunk.len() as u64;
        if self.length > LARGEST_BODY {
            return Err(too_large());
        }
        self.means.received.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        self.means.reporter.received(chunk.len() as u64);
        self.hash.update(&chunk);
        self.body = match std::mem::replace(&mut self.body, Body::Nothing) {
            Body::Held(mut held) => {
                if self.length <= MOST_IN_MEMORY && held.try_extend(&chunk) {
                    Body::Held(held)
                } else {
                    let spilled = self.means.folder.spill().await?;
                    let begun = Bytes::from_owner(held);
                    let spilled = self.means.folder.append(spilled, begun).await?;
                    Body::Spilled(self.means.folder.append(spilled, chunk).await?)
                }
            }
            Body::Spilled(spilled) => {
                Body::Spilled(self.means.folder.append(spilled, chunk).await?)
            }
            Body::Nothing => unreachable!("a body begins before its bytes come"),
        };
        Ok(())
    }

    async fn judge(&mut self) -> Result<(), SinkError> {
        let content = match std::mem::replace(&mut self.body, Body::Nothing) {
            Body::Held(held) => Content::Held(held),
            Body::Spilled(spilled) => Content::Spilled(spilled),
            Body::Nothing => unreachable!("a body begins before it ends"),
        };
        let digest = Digest(std::mem::take(&mut self.hash).finalize().into());
        let expected = Expected { bytes: self.length, ..self.expected.clone() };
        let (content, examined) = self.means.cpu.examine(content, expected).await;
        let (picture, defect) = match examined {
            Examined::Good(picture) => (picture, None),
            Examined::Damaged { cause, picture } if self.damaged == Some(digest) => {
                (picture, Some(cause))
            }
            Examined::Damaged { cause, .. } => {
                self.damaged = Some(digest);
                return Err(rejected(format!("damaged: {cause}")));
            }
            Examined::Wrong(message) => return Err(rejected(message)),
            Examined::Panicked => return Err(rejected("the decoder panicked".to_owned())),
            Examined::Placeholder(message) => return Err(SinkError::Gone(message)),
            Examined::Local(error) => return Err(SinkError::Local(error)),
        };
        let bytes = self.length;
        self.accepted = Some(Accepted { content, digest, bytes, picture, defect });
        Ok(())
    }
}

impl Sink for Download {
    fn photo(&self) -> Option<PhotoId> {
        Some(self.photo)
    }

    fn kept(&self) -> Option<Kept> {
        let Body::Spilled(_) = self.body else { return None };
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
        self.means.watch.arrive(self.photo, Stage::Cores, came);
        self.judge().boxed()
    }
}

fn rejected(message: String) -> SinkError {
    Rejection(message).into()
}

fn too_large() -> SinkError {
    rejected(format!("a body of more than {} MiB", LARGEST_BODY >> 20))
}

#[cfg(test)]
mod tests;
