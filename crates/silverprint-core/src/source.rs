//! Where photos come from. Flickr is the first source; the seam is here so
//! that another site is another crate and nothing else.

use crate::{Account, AccountRef, FetchError, Gate, Photo, Sink, Waiting};
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;
use std::num::NonZeroU64;
use url::Url;

/// A site with photostreams.
pub trait Source: Send + Sync {
    /// Who that is.
    fn resolve<'a>(
        &'a self,
        account: &'a AccountRef,
    ) -> BoxFuture<'a, Result<Account, SourceError>>;

    /// Who that is, and the first page too where a site can be asked for both at
    /// once. Where the run then cannot begin, the page was asked for in vain.
    fn begin<'a>(
        &'a self,
        account: &'a AccountRef,
        _window: Window,
    ) -> BoxFuture<'a, Result<(Account, Option<Page>), SourceError>> {
        Box::pin(async move { Ok((self.resolve(account).await?, None)) })
    }

    /// The page with that number, from 1 on, newest photos first. A page past
    /// the end is an empty page.
    fn page<'a>(
        &'a self,
        account: &'a Account,
        window: Window,
        number: u32,
    ) -> BoxFuture<'a, Result<Page, SourceError>>;

    /// Whether its pages show all that they announce.
    fn shows(&self) -> Shows;

    /// Reads an entry of a listing again, as the catalogue kept it.
    fn reread(&self, listing: &RawValue) -> Result<Photo, Reject>;

    /// The streams of a video, the best first. None where this source knows of
    /// none.
    fn streams<'a>(&'a self, video: &'a Photo) -> BoxFuture<'a, Result<Vec<Stream>, FetchError>>;

    /// Fetches the rendition or stream at an address of a listing into the
    /// sink, with all retries: on `Ok` the sink has accepted a whole body. Says
    /// how many attempts it took.
    fn open<'a>(
        &'a self,
        url: &'a Url,
        sink: &'a mut dyn Sink,
    ) -> BoxFuture<'a, Result<u32, FetchError>>;

    /// What it waits for now, if it waits for something: of several hosts that
    /// are paused, the one that is so for longest.
    fn waiting(&self) -> Option<Waiting> {
        None
    }

    /// Shows the gates of all hosts that were asked so far.
    fn gates(&self, _show: &mut dyn FnMut(&Gate<'_>)) {}

    /// How many bytes a second come at most over all hosts, where that is set.
    fn bandwidth(&self) -> Option<NonZeroU64> {
        None
    }
}

/// How much of what a listing announces its pages show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// All of it: what is announced and not listed is worth listing again.
    All,
    /// As much as a visitor sees at first; the rest is never in a page, however
    /// often it is asked for.
    FirstGlance,
}

/// One encoding of a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// The site's name for it, such as `HD MP4`.
    pub label: String,
    /// Where it lies; may redirect to an address that is good for a while only.
    pub url: Url,
    /// Width in pixels, where it is told.
    pub width: Option<u32>,
    /// Height in pixels, where it is told.
    pub height: Option<u32>,
}

/// Which part of a photostream, by upload date: seconds since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Not before.
    pub since: Option<i64>,
    /// Not after.
    pub until: Option<i64>,
}

impl Window {
    /// Whether it leaves nothing out.
    pub fn is_whole(self) -> bool {
        self == Self::default()
    }
}

/// One answer of a listing.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The photos in it that could be read.
    pub photos: Vec<Photo>,
    /// The entries that could not be.
    pub rejects: Vec<Reject>,
    /// How many pages the answer announces.
    pub pages: u32,
    /// How many photos the answer announces in all.
    pub total: u64,
    /// How many photos the answer shows that are outside of the window, where
    /// the total counts them too.
    pub outside: u64,
}

/// An entry of a listing that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Its id, if at least that was there.
    pub id: Option<crate::PhotoId>,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a listing fails. Levels are variants: each asks something else of the
/// user.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nobody of that name.
    #[error("there is no account {account}: {message}")]
    NoSuchAccount {
        /// As asked for.
        account: String,
        /// In the site's words.
        message: String,
    },
    /// The account is there and says no.
    #[error("no permission to {attempt}: {message}")]
    NoPermission {
        /// What was tried.
        attempt: String,
        /// In the site's words.
        message: String,
    },
    /// The key is not, or no longer, good.
    #[error("the API key was refused ({attempt}): {message}")]
    BadKey {
        /// What was tried.
        attempt: String,
        /// In the site's words.
        message: String,
    },
    /// The site asks programs not to read the page that would be needed.
    #[error("cannot {attempt}: {rules} asks programs not to read {page}")]
    Disallowed {
        /// What was tried.
        attempt: String,
        /// The address of the file that says so.
        rules: String,
        /// The address of the page.
        page: String,
    },
    /// The site has trouble that passes; all retries are used up.
    #[error("{attempt} failed {attempts} times, the last time with: {message}")]
    Passing {
        /// What was tried.
        attempt: String,
        /// How often.
        attempts: u32,
        /// The last cause.
        message: String,
    },
    /// The host cannot be reached at all.
    #[error("cannot reach {host}: {message}")]
    Unreachable {
        /// Which.
        host: String,
        /// The last cause.
        message: String,
    },
    /// Our own side: no host was asked.
    #[error("cannot {attempt}: {source}")]
    Local {
        /// What was tried.
        attempt: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// An answer that no retry mends: a bug here or a change there.
    #[error("{attempt}: the answer could not be understood: {message}")]
    Malformed {
        /// What was tried.
        attempt: String,
        /// What is wrong with the answer.
        message: String,
    },
}
