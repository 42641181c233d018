//! Where a body goes while it comes, and who says whether it is good.

use crate::{PhotoId, SourceError};
use bytes::Bytes;
use futures_util::future::BoxFuture;

/// What is known of a body before its first byte.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// How long the whole body is, where the host said so.
    pub length: Option<u64>,
    /// At which byte the body goes on: 0 where it begins at its beginning.
    pub from: u64,
    /// What the host knows these bytes by, where it said so.
    pub tag: Option<StrongTag>,
}

/// A strong `ETag` (RFC 9110, 8.8.3), quotes included: two bodies with the
/// same one are the same, byte for byte. A weak one promises no such thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrongTag(String);

impl StrongTag {
    /// Longer ones are no help, and are kept and sent back for nothing.
    const LONGEST: usize = 256;

    /// Reads the header's value; nothing where it is weak or is no tag.
    pub fn parse(value: &str) -> Option<Self> {
        let value = value.trim_ascii();
        let inner = value.strip_prefix('"')?.strip_suffix('"')?;
        let is_plain = inner.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
        (is_plain && value.len() <= Self::LONGEST).then(|| Self(value.to_owned()))
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The beginning of a body that a sink has kept of an attempt that ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// How many bytes.
    pub bytes: u64,
    /// How long the whole body is, where the host said so.
    pub length: Option<u64>,
    /// What they came with.
    pub tag: StrongTag,
}

impl Head {
    /// What so many first bytes of the body are known by, where the host told it
    /// so surely that a rest can be asked for.
    pub fn kept(&self, bytes: u64) -> Option<Kept> {
        Some(Kept { bytes, length: self.length, tag: self.tag.clone()? })
    }
}

/// Takes one body, attempt by attempt, and judges it. The client retries what
/// the sink rejects: only the sink knows what a whole picture looks like.
pub trait Sink: Send {
    /// Whether the body of an answer with that status is wanted. API answers
    /// with 400 and 401 say in their body what is wrong; pictures come with 200.
    fn takes(&self, status: u16) -> bool {
        status == 200
    }

    /// The photo that the body is for, if it is for one: for those who watch.
    fn photo(&self) -> Option<PhotoId> {
        None
    }

    /// What an earlier attempt left that a host may be asked to go on from. Most
    /// sinks keep nothing, and have every body from its beginning.
    fn kept(&self) -> Option<Kept> {
        None
    }

    /// A request waits at a host's gate, or before it for its next attempt: for
    /// those who watch.
    fn waits(&mut self) {}

    /// It has passed the gate, and is sent.
    fn sent(&mut self) {}

    /// A new attempt begins. At `from` 0 what an earlier one left is to be
    /// forgotten; else the next bytes follow those that are [kept](Self::kept).
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
    /// What the host says of it makes no sense.
    #[error("{message}")]
    Malformed {
        /// What is wrong with it.
        message: String,
        /// How often the host was asked.
        attempts: u32,
    },
    /// The answer would be no whatever was asked for: the key is refused, or the
    /// site asks programs to stay away.
    #[error(transparent)]
    Access(SourceError),
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
            | Self::Malformed { attempts, .. }
            | Self::Unreachable { attempts, .. } => *attempts,
            Self::Forbidden { .. } | Self::Access(_) | Self::Local(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_strong_tags_are_tags() {
        for strong in [r#""abc""#, r#" "5e-1f" "#, r#""""#] {
            assert_eq!(StrongTag::parse(strong).unwrap().as_str(), strong.trim());
        }
        let long = format!("\"{}\"", "x".repeat(300));
        for other in ["", "\"", "abc", r#"W/"abc""#, r#""a"b""#, "\"a b\"", "\"é\"", &long] {
            assert_eq!(StrongTag::parse(other), None, "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_value_is_read_without_panic(value in ".*") {
            if let Some(tag) = StrongTag::parse(&value) {
                prop_assert_eq!(tag.as_str(), value.trim_ascii());
                prop_assert!(!tag.as_str().contains(char::is_control));
            }
        }
    }
}
