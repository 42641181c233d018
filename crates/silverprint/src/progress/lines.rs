//! Plain lines on stderr, for logs and pipes.

use crate::printable::say;
use crate::receipt::size;
use silverprint_core::grouped;
use silverprint_core::{Account, Failure, ListingKind, Photo, Reporter, Retrying, Waiting};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A line about how far it is comes at most this often.
const EVERY: Duration = Duration::from_secs(5);

/// Writes lines; with `-v` one for each photo, with `-vv` one for each attempt.
pub(crate) struct Lines {
    verbosity: u8,
    state: Mutex<State>,
}

struct State {
    planned: u64,
    saved: u64,
    bytes: u64,
    last: Instant,
}

impl State {
    /// Of a photostream that begins.
    fn new() -> Self {
        Self { planned: 0, saved: 0, bytes: 0, last: Instant::now() }
    }
}

impl Lines {
    pub(crate) fn new(verbosity: u8) -> Self {
        Self { verbosity, state: Mutex::new(State::new()) }
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().expect("no panic while held");
        change(&mut state);
        if self.verbosity == 0 && state.last.elapsed() >= EVERY {
            state.last = Instant::now();
            let (saved, planned) = (grouped(state.saved), grouped(state.planned));
            say(&format!("saved {saved} of {planned}, {}", size(state.bytes)));
        }
    }
}

impl Reporter for Lines {
    fn started(&self, account: &Account) {
        *self.state.lock().expect("no panic while held") = State::new();
        say(&format!("archiving {} ({})", account.path_name(), account.username));
    }

    fn listed(&self, listed: u64, announced: u64) {
        if self.verbosity > 0 {
            say(&format!("listed {} of {}", grouped(listed), grouped(announced)));
        }
    }

    fn listing_done(&self, kind: ListingKind, listed: u64) {
        if kind != ListingKind::Quick {
            say(&format!("listed {} photos", grouped(listed)));
        }
    }

    fn planned(&self, _photo: &Photo) {
        self.update(|state| state.planned += 1);
    }

    fn received(&self, bytes: u64) {
        self.update(|state| state.bytes += bytes);
    }

    fn saved(&self, photo: &Photo, path: Option<&str>, bytes: u64) {
        self.update(|state| state.saved += 1);
        if self.verbosity > 0 {
            let path = path.unwrap_or("(no file)");
            say(&format!("saved {path}, {}: {}", size(bytes), photo.title));
        }
    }

    fn failed(&self, photo: &Photo, failure: &Failure) {
        say(&format!("failed {} ({} attempts): {}", photo.id, failure.attempts, failure.reason));
    }

    fn retrying(&self, retrying: &Retrying) {
        if self.verbosity > 1 {
            say(&again(retrying));
        }
    }

    fn waiting(&self, waiting: &Waiting) {
        let seconds = waiting.pause.as_secs_f32();
        // Short pauses are the daily bread of a busy host.
        if self.verbosity > 0 || seconds >= 5.0 {
            say(&format!("waiting {seconds:.1} s for {}: {}", waiting.host, waiting.reason));
        }
    }

    fn note(&self, message: &str) {
        say(message);
    }
}

/// What went wrong with one attempt, and when the next one comes.
pub(crate) fn again(retrying: &Retrying) -> String {
    let Retrying { photo, what, attempt, reason, wait } = retrying;
    let of = photo.map_or_else(|| what.clone(), |id| id.to_string());
    let wait = wait.as_secs_f32();
    format!("attempt {attempt} of {of} failed, again in {wait:.1} s: {reason}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use silverprint_core::PhotoId;

    #[test]
    fn a_retry_names_the_photo_the_attempt_the_wait_and_why() {
        let of = |photo| Retrying {
            photo,
            what: "live.staticflickr.com/1/7_a_b.jpg".to_owned(),
            attempt: 2,
            reason: "502 Bad Gateway".to_owned(),
            wait: Duration::from_millis(1240),
        };
        let rest = "failed, again in 1.2 s: 502 Bad Gateway";
        let id = PhotoId::new(7);
        assert_eq!(again(&of(Some(id))), format!("attempt 2 of 7 {rest}"));
        let what = "live.staticflickr.com/1/7_a_b.jpg";
        assert_eq!(again(&of(None)), format!("attempt 2 of {what} {rest}"));
    }
}
