//! How hosts are to be treated. Plain values: whoever builds a client says
//! them all, and the defaults stand in one place.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How hosts are to be treated.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Sent with every request; names the program and where to reach its people.
    pub user_agent: String,
    /// Which addresses may be asked; consulted at every hop.
    pub may_ask: MayAsk,
    /// Whether host names may resolve to loopback addresses.
    pub loopback: bool,
    /// Certificates in PEM, one file's bytes each: whom to trust besides those
    /// whom the system trusts. There is no way to trust everybody.
    pub extra_roots: Vec<Vec<u8>>,
    /// The most requests under way at one host.
    pub connections: NonZeroUsize,
    /// The most requests a second to one host, if the user set one.
    pub rate: Option<f64>,
    /// The most bytes of bodies a second, over all hosts together, if the user
    /// set that. 0 is no limit.
    pub bandwidth: Option<u64>,
    /// How long to wait before an attempt is repeated.
    pub backoff: Backoff,
    /// When a connection counts as dead.
    pub stall: Stall,
    /// How often one address is tried before it counts as failed.
    pub attempts: u32,
    /// How long a host may go on without one good answer.
    pub patience: Duration,
}

impl Policy {
    /// The polite defaults. 24 connections a host: as many boards as the chess
    /// master of the talk plays, and what four browsers open.
    pub fn new(user_agent: String, may_ask: MayAsk) -> Self {
        Self {
            user_agent,
            may_ask,
            loopback: false,
            extra_roots: Vec::new(),
            connections: const { NonZeroUsize::new(24).unwrap() },
            rate: None,
            bandwidth: None,
            backoff: Backoff::default(),
            stall: Stall::default(),
            attempts: 6,
            patience: Duration::from_mins(15),
        }
    }
}

/// Says whether an address may be asked, and if not, why.
#[derive(Clone)]
pub struct MayAsk(Arc<Decide>);

type Decide = dyn Fn(&Url) -> Result<(), String> + Send + Sync;

impl MayAsk {
    /// From the function that decides.
    pub fn new(decide: impl Fn(&Url) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(decide))
    }

    pub(crate) fn check(&self, url: &Url) -> Result<(), String> {
        (self.0)(url)
    }
}

impl fmt::Debug for MayAsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MayAsk(..)")
    }
}

/// Waiting times that double, each drawn from nothing up to its full length
/// ("full jitter"), so that those who failed together don't come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait is at most this.
    pub first: Duration,
    /// No wait is longer.
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_millis(500), longest: Duration::from_mins(1) }
    }
}

/// A connection is dead when it brings less than `floor` bytes a second for
/// all of `over`, or no head of an answer within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stall {
    /// Bytes a second.
    pub floor: u64,
    /// For how long.
    pub over: Duration,
}

impl Default for Stall {
    fn default() -> Self {
        Self { floor: 1024, over: Duration::from_secs(20) }
    }
}
