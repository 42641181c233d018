//! What was tried for one address so far, and what comes next.

use crate::host::Host;
use crate::policy::Policy;
use crate::resume::{RESUME_AT_LEAST, is_worth_it};
use crate::trouble::Trouble;
use silverprint_core::{FetchError, Kept, Reporter};
use std::time::Duration;

/// Something that is not there is asked for this often, for passing 404s occur.
const MISSING_ATTEMPTS: u32 = 2;
/// One address may be refused this often while its host serves others.
const MOST_REFUSALS: u32 = 10;
/// Refused so often while its host served others, it is the address: from then
/// on it counts also when nobody else is there to be served.
const SURELY_ITS_OWN: u32 = 3;
/// A host to which no connection comes about for so long is out of reach.
const DEAD_AFTER: Duration = Duration::from_mins(1);

/// What was tried for one address so far.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    pub(crate) attempts: u32,
    failures: u32,
    missing: u32,
    /// All refusals in a row; each makes it wait longer.
    refused: u32,
    /// Refusals between which the host served others.
    refusals: u32,
    /// Good answers of the host when this address last had none.
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
        reporter: &dyn Reporter,
    ) -> Result<(String, Duration), FetchError> {
        let attempts = self.attempts;
        match trouble {
            Trouble::Refused { reason, .. } => self.was_refused(reason, host, policy),
            Trouble::Missing(message) => {
                self.missing += 1;
                // One more costs the host little, and nobody is called gone for
                // the trouble that others had there.
                if self.missing >= MISSING_ATTEMPTS || host.is_none() {
                    return Err(FetchError::Gone { message, attempts });
                }
                Ok((message, policy.backoff.delay(self.missing)))
            }
            Trouble::Expired(message) => {
                self.failures += 1;
                match host.filter(|_| self.failures < policy.attempts) {
                    Some(host) => self.pay(message, host, policy, reporter),
                    None => Err(FetchError::Gone { message, attempts }),
                }
            }
            Trouble::Unfit(message) => {
                self.only_whole = true;
                Ok((message, Duration::ZERO))
            }
            Trouble::Passing(message) => self.failed(message, host, policy, reporter),
            Trouble::Unreachable(message) => {
                self.failures += 1;
                // Many addresses share the few attempts that a dead line gets:
                // their patience is the host's, not each its own.
                let is_dead = host.is_some_and(|host| host.unreachable_for() > DEAD_AFTER);
                if self.failures >= policy.attempts || is_dead {
                    let host = host.map_or(String::new(), |host| host.name().to_owned());
                    return Err(FetchError::Unreachable { host, message, attempts });
                }
                // The gate does not pause for one that is alone.
                Ok((message, policy.backoff.delay(self.failures)))
            }
            // It was turned away at the gate: this was no attempt.
            Trouble::GivenUp(message) => {
                Err(FetchError::Passing { message, attempts: attempts.saturating_sub(1) })
            }
            Trouble::Forbidden { host, message } => Err(FetchError::Forbidden { host, message }),
            Trouble::Local(error) => Err(FetchError::Local(error)),
        }
    }

    /// A refusal costs an address nothing; but one that is refused again and
    /// again while its host serves others, or whose host has refused all for
    /// very long, is given up in this run. The gate makes it wait as long as
    /// the host is paused; where it is not, for it serves others, it waits alone.
    fn was_refused(
        &mut self,
        reason: String,
        host: Option<&Host>,
        policy: &Policy,
    ) -> Result<(String, Duration), FetchError> {
        let attempts = self.attempts;
        self.refused += 1;
        let is_its_own = host.is_some_and(|host| self.others_were_served(host));
        if let Some(host) = host.filter(|_| is_its_own && self.refused > 1) {
            host.clear_of_limits();
        }
        let is_sure = self.refusals >= SURELY_ITS_OWN;
        self.refusals += u32::from(is_its_own || is_sure);
        let is_out_of_patience = host.is_some_and(|host| host.verdict().is_some());
        if self.refusals >= MOST_REFUSALS || is_out_of_patience {
            let message = format!("{reason}, {attempts} times");
            return Err(FetchError::Passing { message, attempts });
        }
        Ok((reason, policy.backoff.delay(self.refused)))
    }

    /// A failure is the address's own, unless its host has used up its retries
    /// and serves nobody: then all wait for the host, and it costs them nothing.
    fn failed(
        &mut self,
        message: String,
        host: Option<&Host>,
        policy: &Policy,
        reporter: &dyn Reporter,
    ) -> Result<(String, Duration), FetchError> {
        let attempts = self.attempts;
        let passing = |message| Err(FetchError::Passing { message, attempts });
        let Some(host) = host else { return passing(message) };
        let is_the_hosts = !self.others_were_served(host) && !host.has_budget();
        self.failures += u32::from(!is_the_hosts);
        if self.failures >= policy.attempts {
            return passing(message);
        }
        self.pay(message, host, policy, reporter)
    }

    /// The host pays for another attempt; where it has nothing left to pay with,
    /// all wait. One that goes on costs it nothing a second time.
    fn pay(
        &self,
        message: String,
        host: &Host,
        policy: &Policy,
        reporter: &dyn Reporter,
    ) -> Result<(String, Duration), FetchError> {
        if !self.progressed && !host.pay_for_retry() {
            host.wait_for_retry(&message, reporter);
            if let Some(message) = host.verdict() {
                return Err(FetchError::Passing { message, attempts: self.attempts });
            }
        }
        Ok((message, policy.backoff.delay(self.failures)))
    }

    /// Whether the host gave good answers since this address last had none.
    fn others_were_served(&mut self, host: &Host) -> bool {
        let n_good = host.n_good();
        self.good_before.replace(n_good).is_none_or(|before| n_good > before)
    }
}

#[cfg(test)]
mod tests;
