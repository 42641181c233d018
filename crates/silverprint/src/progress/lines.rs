//! Plain lines on stderr, for logs and pipes.

use crate::printable::say;
use crate::receipt::{grouped, size};
use silverprint_core::{Account, Failure, ListingKind, Photo, Reporter, Waiting};
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

    fn retrying(&self, what: &str, cause: &str, delay: Duration) {
        if self.verbosity > 1 {
            say(&format!("again in {:.1} s: {what}: {cause}", delay.as_secs_f32()));
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
