//! What was tried for one address so far, and what comes next.

use crate::host::Host;
use crate::policy::Policy;
use crate::resume::{RESUME_AT_LEAST, is_worth_it};
use crate::trouble::Trouble;
use silverprint_core::{FetchError, Kept};
use std::time::Duration;

/// Something that is not there is asked for this often, for passing 404s occur.
const MISSING_ATTEMPTS: u32 = 2;
/// One address may be refused this often while its host serves others.
const MOST_REFUSALS: u32 = 10;
/// A host to which no connection comes about for so long is out of reach.
const DEAD_AFTER: Duration = Duration::from_mins(1);

/// What was tried for one address so far.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    pub(crate) attempts: u32,
    failures: u32,
    missing: u32,
    /// Refusals between which the host served others.
    refusals: u32,
    /// Good answers of the host when it last refused this address.
    good_before: Option<u64>,
    /// The most bytes that were kept after any attempt.
    furthest: u64,
    /// The last attempt got further than all before it.
    progressed: bool,
    /// A rest did not fit: parts are not asked for any more.
    only_whole: bool,
}

impl Tries {
    /// What the next attempt goes on from, of what is kept.
    pub(crate) fn goes_on_from(&self, kept: Option<Kept>) -> Option<Kept> {
        kept.filter(|kept| !self.only_whole && is_worth_it(kept))
    }

    /// An attempt ended, and this is kept now.
    ///
    /// The number of attempts is bounded so that nobody goes on for ever with a
    /// host that never gives a whole body. One that brings new bytes each time
    /// does give it, only in pieces: a long video on a bad line. So an attempt
    /// that got at least [`RESUME_AT_LEAST`] further than any before it counts
    /// as the first failure again. It ends all the same: a body has a length,
    /// and what is fetched a second time is no new ground.
    pub(crate) fn reached(&mut self, kept: Option<&Kept>) {
        let bytes = kept.map_or(0, |kept| kept.bytes);
        self.progressed = bytes >= self.furthest.saturating_add(RESUME_AT_LEAST);
        if self.progressed {
            self.furthest = bytes;
            self.failures = 0;
        }
    }

    /// The wait before the next attempt, with the cause; or the end.
    pub(crate) fn next(
        &mut self,
        trouble: Trouble,
        host: Option<&Host>,
        policy: &Policy,
    ) -> Result<(String, Duration), FetchError> {
        let attempts = self.attempts;
        match trouble {
            Trouble::Refused { reason, .. } => {
                let given_up = host.is_some_and(|host| self.is_refused_for_good(host, policy));
                if given_up {
                    let message = format!("{reason}, {attempts} times");
                    return Err(FetchError::Passing { message, attempts });
                }
                // The gate itself makes it wait.
                Ok((reason, Duration::ZERO))
            }
            Trouble::Missing(message) => {
                self.missing += 1;
                if self.missing >= MISSING_ATTEMPTS || !host.is_some_and(Host::pay_for_retry) {
                    return Err(FetchError::Gone { message, attempts });
                }
                Ok((message, policy.backoff.delay(self.missing)))
            }
            Trouble::Expired(message) => {
                self.failures += 1;
                if self.failures >= policy.attempts || !self.pays(host) {
                    return Err(FetchError::Gone { message, attempts });
                }
                Ok((message, policy.backoff.delay(self.failures)))
            }
            Trouble::Unfit(message) => {
                self.only_whole = true;
                Ok((message, Duration::ZERO))
            }
            Trouble::Passing(message) => self.failed(message, host, policy),
            Trouble::Unreachable(message) => {
                self.failures += 1;
                // Many addresses share the few attempts that a dead line gets:
                // their patience is the host's, not each its own.
                let is_dead = host.is_some_and(|host| host.refusing_for() > DEAD_AFTER);
                if self.failures >= policy.attempts || is_dead {
                    let host = host.map_or(String::new(), |host| host.name().to_owned());
                    return Err(FetchError::Unreachable { host, message, attempts });
                }
                Ok((message, Duration::ZERO))
            }
            Trouble::Forbidden { host, message } => Err(FetchError::Forbidden { host, message }),
            Trouble::Local(error) => Err(FetchError::Local(error)),
        }
    }

    fn failed(
        &mut self,
        message: String,
        host: Option<&Host>,
        policy: &Policy,
    ) -> Result<(String, Duration), FetchError> {
        let attempts = self.attempts;
        self.failures += 1;
        if self.failures >= policy.attempts {
            return Err(FetchError::Passing { message, attempts });
        }
        if !self.pays(host) {
            let message = format!("{message} (the host's retry budget is used up)");
            return Err(FetchError::Passing { message, attempts });
        }
        Ok((message, policy.backoff.delay(self.failures)))
    }

    /// Whether the next attempt can be paid for. One that goes on costs the
    /// host nothing a second time, so it is free.
    fn pays(&self, host: Option<&Host>) -> bool {
        self.progressed || host.is_some_and(Host::pay_for_retry)
    }

    /// A refusal costs an address nothing; but one that is refused again and
    /// again while its host serves others, or whose host has refused all for
    /// very long, is given up in this run.
    fn is_refused_for_good(&mut self, host: &Host, policy: &Policy) -> bool {
        let n_good = host.n_good();
        let good_before = self.good_before.replace(n_good);
        self.refusals += u32::from(good_before.is_none_or(|before| n_good > before));
        self.refusals >= MOST_REFUSALS || host.refusing_for() > policy.patience
    }
}
