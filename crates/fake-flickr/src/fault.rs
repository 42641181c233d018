//! Faults on demand: which photo meets which, how often, and what that does to an answer.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use crate::http::{Delivery, Framing, Reply};
use crate::seed::{fraction, join};

/// What a 429 says about when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// Nothing, as was seen of the site's image hosts.
    Unsaid,
    /// A number of seconds.
    Seconds(u32),
    /// The date that many seconds ahead.
    Date(u32),
}

/// What can go wrong with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An answer with this status: 500, 502, 503, 403, 404, 410.
    Status(u16),
    /// The connection is reset before the answer.
    ResetHeader,
    /// The connection is reset within the body.
    ResetBody,
    /// The body ends before its Content-Length, by closing.
    ShortBody,
    /// The body is chunked and the last chunk never comes.
    OpenChunk,
    /// The body has no length, ends by closing, and does so too early.
    CutClose,
    /// 429.
    TooMany(RetryAfter),
    /// A page of HTML with status 200.
    Html,
    /// A redirect to `photo_unavailable.gif`.
    PlaceholderRedirect,
    /// That placeholder itself, with status 200.
    Placeholder,
    /// Status 200, and not a byte.
    Empty,
    /// Nothing is answered, until the client goes.
    StallHeader,
    /// Half the body, then silence until the client goes.
    StallBody,
    /// One byte a second.
    Drip,
    /// A picture of the right length whose structure is damaged.
    CorruptStructure,
    /// A picture of the right length whose coded scan is damaged.
    CorruptScan,
}

impl Fault {
    /// What it does to a picture's bytes: nothing, but for those that corrupt it.
    pub fn damage(self, bytes: &mut [u8]) {
        match self {
            Self::CorruptScan => corrupt_scan(bytes),
            Self::CorruptStructure => corrupt_structure(bytes),
            _ => (),
        }
    }
}

/// Every fault that [`Faults::mixed`] deals out, evenly: those that pass, and pass soon.
pub const PASSING: [Fault; 20] = [
    Fault::Status(500),
    Fault::Status(502),
    Fault::Status(503),
    Fault::ResetHeader,
    Fault::ResetBody,
    Fault::ShortBody,
    Fault::OpenChunk,
    Fault::CutClose,
    Fault::TooMany(RetryAfter::Unsaid),
    Fault::TooMany(RetryAfter::Seconds(1)),
    Fault::TooMany(RetryAfter::Date(1)),
    Fault::Html,
    Fault::PlaceholderRedirect,
    Fault::Placeholder,
    Fault::Empty,
    Fault::StallHeader,
    Fault::StallBody,
    Fault::Drip,
    Fault::CorruptStructure,
    Fault::CorruptScan,
];

/// How often a fault happens before the photo is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The first time only.
    Once,
    /// The first so many times.
    N(u32),
    /// Each time, for good.
    Forever,
}

impl Times {
    pub(crate) fn is_over(self, met: u32) -> bool {
        match self {
            Self::Once => met >= 1,
            Self::N(n) => met >= n,
            Self::Forever => false,
        }
    }
}

/// A share of the photos that meets one of some faults.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The faults, dealt out evenly.
    pub faults: Vec<Fault>,
    /// The share of the photos, from 0 to 1.
    pub share: f64,
    /// How often each of them meets it.
    pub times: Times,
}

/// Which photos meet which fault. Shares of several rules don't overlap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// What decides which photos are hit.
    pub seed: u64,
    /// The rules.
    pub rules: Vec<Rule>,
}

impl Faults {
    /// No faults.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every kind of passing fault, evenly, once each, on a fraction of the photos.
    pub fn mixed(seed: u64, fraction: f64) -> Self {
        Self::none().seeded(seed).and(&PASSING, fraction, Times::Once)
    }

    /// The same rules on other photos.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// With another rule.
    #[must_use]
    pub fn and(mut self, faults: &[Fault], share: f64, times: Times) -> Self {
        self.rules.push(Rule { faults: faults.to_vec(), share, times });
        self
    }

    /// The fault that these rules have for a photo.
    pub fn of(&self, id: u64) -> Option<(Fault, Times)> {
        let hash = join(self.seed ^ 0xfa17, id);
        let mut at = fraction(hash);
        for rule in &self.rules {
            if at < rule.share && !rule.faults.is_empty() {
                let which = join(hash, 1) % rule.faults.len() as u64;
                let fault = rule.faults.get(usize::try_from(which).unwrap_or(0))?;
                return Some((*fault, rule.times));
            }
            at -= rule.share;
            if at < 0.0 {
                return None;
            }
        }
        None
    }
}

/// A word that names no fault, or a share that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no fault rule: KIND:SHARE[:TIMES], such as mixed:0.1, status-503:0.02:3 or status-404:0.01:forever"
)]
pub struct UnknownFault(String);

impl FromStr for Faults {
    type Err = UnknownFault;

    /// Rules separated by commas: `mixed:0.1,status-404:0.01:forever`.
    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let mut faults = Self::none();
        for rule in text.split(',').filter(|rule| !rule.is_empty() && *rule != "none") {
            let unknown = || UnknownFault(rule.to_owned());
            let mut parts = rule.split(':');
            let kind = parts.next().unwrap_or_default();
            let share: f64 =
                parts.next().and_then(|share| share.parse().ok()).ok_or_else(unknown)?;
            let times = times(parts.next()).ok_or_else(unknown)?;
            if !(0.0..=1.0).contains(&share) || parts.next().is_some() {
                return Err(unknown());
            }
            faults = match kind {
                "mixed" => faults.and(&PASSING, share, times),
                kind => faults.and(&[named(kind).ok_or_else(unknown)?], share, times),
            };
        }
        Ok(faults)
    }
}

/// How often, in the words of the command line.
pub(crate) fn times(word: Option<&str>) -> Option<Times> {
    match word {
        None | Some("once") => Some(Times::Once),
        Some("forever") => Some(Times::Forever),
        Some(n) => n.parse().ok().map(Times::N),
    }
}

/// The fault that the command line calls so.
pub(crate) fn named(kind: &str) -> Option<Fault> {
    let fault = match kind {
        "reset-header" => Fault::ResetHeader,
        "reset-body" => Fault::ResetBody,
        "short-body" => Fault::ShortBody,
        "open-chunk" => Fault::OpenChunk,
        "cut-close" => Fault::CutClose,
        "429" => Fault::TooMany(RetryAfter::Unsaid),
        "429-seconds" => Fault::TooMany(RetryAfter::Seconds(1)),
        "429-date" => Fault::TooMany(RetryAfter::Date(1)),
        "html" => Fault::Html,
        "placeholder-redirect" => Fault::PlaceholderRedirect,
        "placeholder" => Fault::Placeholder,
        "empty" => Fault::Empty,
        "stall-header" => Fault::StallHeader,
        "stall-body" => Fault::StallBody,
        "drip" => Fault::Drip,
        "corrupt-structure" => Fault::CorruptStructure,
        "corrupt-scan" => Fault::CorruptScan,
        other => {
            let status = other.strip_prefix("status-")?.parse().ok()?;
            return (400..=599).contains(&status).then_some(Fault::Status(status));
        }
    };
    Some(fault)
}

/// The rules, what tests set by hand, and how often each photo met its fault.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) rules: Faults,
    pub(crate) set: HashMap<u64, (Fault, Times)>,
    pub(crate) met: HashMap<u64, u32>,
}

impl Ledger {
    /// The fault that this request for a photo meets, counted.
    pub(crate) fn meet(&mut self, id: u64) -> Option<Fault> {
        let (fault, times) = self.set.get(&id).copied().or_else(|| self.rules.of(id))?;
        let met = self.met.entry(id).or_default();
        if times.is_over(*met) {
            return None;
        }
        *met += 1;
        Some(fault)
    }

    /// Sets a photo's fault, from here on.
    pub(crate) fn set(&mut self, id: u64, fault: Fault, times: Times) {
        self.met.remove(&id);
        self.set.insert(id, (fault, times));
    }

    /// Takes back what was set.
    pub(crate) fn heal(&mut self) {
        for id in std::mem::take(&mut self.set).into_keys() {
            self.met.remove(&id);
        }
    }
}

/// A 429.
pub(crate) fn too_many(after: RetryAfter) -> Reply {
    let reply = Reply::text(429, "Too Many Requests");
    match after {
        RetryAfter::Unsaid => reply,
        RetryAfter::Seconds(seconds) => reply.with("Retry-After", seconds.to_string()),
        RetryAfter::Date(ahead) => {
            let then = SystemTime::now() + Duration::from_secs(u64::from(ahead));
            reply.with("Retry-After", httpdate::fmt_http_date(then))
        }
    }
}

const HTML: &str = "<!DOCTYPE html>\n<html><head><title>Please try again</title></head>\
    <body><h1>Something is not quite right</h1><p>We are looking into it.</p></body></html>\n";

/// What a fault makes of a good answer. `placeholder` is the picture of a photo that is gone.
pub(crate) fn apply(fault: Fault, mut reply: Reply, placeholder: Reply) -> Reply {
    let half = reply.body.len() / 2;
    match fault {
        Fault::Status(status) => Reply::text(status, "The fault that was asked for"),
        Fault::TooMany(after) => too_many(after),
        Fault::Html => Reply::html(200, HTML),
        Fault::PlaceholderRedirect => Reply::redirect("/photo_unavailable.gif"),
        Fault::Placeholder => placeholder,
        Fault::Empty => Reply::new(200, "image/jpeg", Vec::new()),
        Fault::ResetHeader => reply.delivered(Delivery::ResetBefore),
        Fault::ResetBody => reply.delivered(Delivery::ResetAfter(half)),
        Fault::ShortBody => reply.framed(Framing::Length).delivered(Delivery::CutAfter(half)),
        Fault::OpenChunk => reply.framed(Framing::Chunked).delivered(Delivery::CutAfter(half)),
        Fault::CutClose => reply.framed(Framing::Close).delivered(Delivery::CutAfter(half)),
        Fault::StallHeader => reply.delivered(Delivery::StallBefore),
        Fault::StallBody => reply.delivered(Delivery::StallAfter(half)),
        Fault::Drip => reply.delivered(Delivery::Drip),
        Fault::CorruptStructure | Fault::CorruptScan => {
            let mut bytes = reply.body.to_vec();
            fault.damage(&mut bytes);
            reply.body = bytes.into();
            reply
        }
    }
}

/// Breaks the tables or headers that a decoder needs, and leaves the beginning and the end.
fn corrupt_structure(bytes: &mut [u8]) {
    let place = if bytes.starts_with(b"\x89PNG") {
        // The length field of the second chunk.
        Some(33)
    } else if bytes.starts_with(b"GIF8") {
        find(bytes, &[0x2c]).map(|at| at + 5)
    } else {
        // Over the header of the frame, so that no frame begins.
        [0xc0, 0xc1, 0xc2].iter().find_map(|&sof| find(bytes, &[0xff, sof, 0x00])).map(|at| at + 1)
    };
    if let Some(bytes) = place.and_then(|place| bytes.get_mut(place..place + 4)) {
        bytes.copy_from_slice(&[0xee, 0xff, 0xee, 0xff]);
    }
}

/// Breaks the coded data itself: decoders meet what can't stand there.
fn corrupt_scan(bytes: &mut [u8]) {
    let len = bytes.len();
    let start = find(bytes, &[0xff, 0xda]).unwrap_or(0);
    let from = start + (len - start) / 3;
    // Markers of frames and tables within a scan, several times, so that no resynchronisation
    // finds a whole picture again.
    for place in (from..len.saturating_sub(64)).step_by((len / 16).max(64)).take(8) {
        bytes[place..place + 6].copy_from_slice(&[0xff, 0xc3, 0x00, 0x03, 0xff, 0xd8]);
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixed_faults_cover_every_kind_evenly() {
        let faults = Faults::mixed(1, 0.1);
        let met: Vec<_> = (0..50_000).filter_map(|id| faults.of(id)).collect();
        assert!((4_700..5_300).contains(&met.len()), "{}", met.len());
        for kind in PASSING {
            let n = met.iter().filter(|(fault, _)| *fault == kind).count();
            assert!((180..330).contains(&n), "{kind:?} {n}");
        }
    }

    #[test]
    fn rules_are_read() {
        let faults: Faults = "mixed:0.1,status-404:0.01:forever,drip:0.5:3".parse().unwrap();
        assert_eq!(faults.rules.len(), 3);
        assert_eq!(faults.rules[1].faults, [Fault::Status(404)]);
        assert_eq!(faults.rules[1].times, Times::Forever);
        assert_eq!(faults.rules[2].times, Times::N(3));
        assert_eq!("none".parse(), Ok(Faults::none()));
        for bad in
            ["mixed", "mixed:2", "nothing:0.1", "html:0.1:often", "html:0.1:1:1", "status-200:1"]
        {
            assert!(bad.parse::<Faults>().is_err(), "{bad}");
        }
    }

    #[test]
    fn faults_end_after_their_times() {
        let mut ledger = Ledger::default();
        ledger.set(7, Fault::Html, Times::N(2));
        let met: Vec<_> = (0..4).map(|_| ledger.meet(7).is_some()).collect();
        assert_eq!(met, [true, true, false, false]);
        ledger.set(8, Fault::Html, Times::Forever);
        assert!((0..9).all(|_| ledger.meet(8).is_some()));
        assert_eq!(ledger.meet(9), None);
        ledger.heal();
        assert_eq!(ledger.meet(8), None);
    }
}
