//! Where a body goes while it comes, and who says whether it is good.

use bytes::Bytes;
use futures_util::future::BoxFuture;

/// What is known of a body before its first byte.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Length`, where the host sent one.
    pub length: Option<u64>,
}

/// Takes one body, attempt by attempt, and judges it. The client retries what
/// the sink rejects: only the sink knows what a whole picture looks like.
pub trait Sink: Send {
    /// Whether the body of an answer with that status is wanted. API answers
    /// with 400 and 401 say in their body what is wrong; pictures come with 200.
    fn takes(&self, status: u16) -> bool {
        status == 200
    }

    /// A new attempt begins; what an earlier one left is to be forgotten.
    fn begin<'a>(&'a mut self, head: &'a Head) -> BoxFuture<'a, Result<(), SinkError>>;

    /// The next bytes.
    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), SinkError>>;

    /// The body ended as HTTP ends one (its length came, or its last chunk).
    /// Is it what was wanted?
    fn accept(&mut self) -> BoxFuture<'_, Result<(), SinkError>>;
}

/// What a sink says no with.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The bytes are wrong: worth another attempt.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The bytes say that the picture is not to be had: no attempt helps.
    #[error("{0}")]
    Gone(String),
    /// Our own side failed, such as a full disk: the run is over.
    #[error(transparent)]
    Local(#[from] std::io::Error),
}

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Rejection(pub String);

/// Why a rendition could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The host says that it is not there, or not for us.
    #[error("{message}")]
    Gone {
        /// What the host said.
        message: String,
        /// How often it was asked.
        attempts: u32,
    },
    /// Trouble that passes, but had not after all retries.
    #[error("{message}")]
    Passing {
        /// The last cause.
        message: String,
        /// How often it was asked.
        attempts: u32,
    },
    /// Connections to the host fail altogether.
    #[error("cannot reach {host}: {message}")]
    Unreachable {
        /// Which.
        host: String,
        /// The last cause.
        message: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The address is none that we may ask.
    #[error("refused to ask {host}: {message}")]
    Forbidden {
        /// Which.
        host: String,
        /// Why.
        message: String,
    },
    /// Our own side failed.
    #[error(transparent)]
    Local(#[from] std::io::Error),
}

impl FetchError {
    /// How often the host was asked.
    pub fn attempts(&self) -> u32 {
        match self {
            Self::Gone { attempts, .. }
            | Self::Passing { attempts, .. }
            | Self::Unreachable { attempts, .. } => *attempts,
            Self::Forbidden { .. } | Self::Local(_) => 0,
        }
    }
}
