//! Bars on a terminal: photos, bytes, speed, the time that is left, and what
//! it waits for.

use crate::printable::{self, Printable, say};
use crate::receipt::{grouped, size};
use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressStyle};
use silverprint_core::{Account, Failure, ListingKind, Photo, PhotoId, Reporter, Waiting};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Redrawn so often: smooth to the eye, free to the cores.
const REDRAW: Duration = Duration::from_millis(100);

/// Two lines at the bottom of the terminal.
pub(crate) struct Bars {
    photos: ProgressBar,
    status: ProgressBar,
    /// When work on this photostream began.
    began: Mutex<Instant>,
    bytes: AtomicU64,
    saved: AtomicU64,
    failed: AtomicU64,
    /// Until when, and for what, nothing goes to some host.
    waiting: Mutex<Option<(Instant, String)>>,
    last: Mutex<Instant>,
}

impl Bars {
    pub(crate) fn new() -> Self {
        let all = MultiProgress::new();
        let photos = all.add(ProgressBar::new(0));
        let style = "{prefix} {wide_bar:.white/black.bright} {human_pos}/{human_len}";
        photos.set_style(
            ProgressStyle::with_template(style).expect("it is well formed").progress_chars("━━─"),
        );
        let status = all.add(ProgressBar::new_spinner());
        status.set_style(
            ProgressStyle::with_template("{spinner} {wide_msg}").expect("it is well formed"),
        );
        status.enable_steady_tick(REDRAW);
        printable::draw(Some(all));
        Self {
            photos,
            status,
            began: Mutex::new(Instant::now()),
            bytes: AtomicU64::new(0),
            saved: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            waiting: Mutex::new(None),
            last: Mutex::new(Instant::now()),
        }
    }

    pub(crate) fn end(&self) {
        self.status.finish_and_clear();
        self.photos.finish_and_clear();
        printable::draw(None);
    }

    fn redraw(&self) {
        {
            let mut last = self.last.lock().expect("no panic while held");
            if last.elapsed() < REDRAW {
                return;
            }
            *last = Instant::now();
        }
        self.status.set_message(self.status_line());
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a speed for people"
    )]
    fn status_line(&self) -> String {
        let bytes = self.bytes.load(Ordering::Relaxed);
        let saved = self.saved.load(Ordering::Relaxed);
        let began = *self.began.lock().expect("no panic while held");
        let seconds = began.elapsed().as_secs_f64().max(0.001);
        let speed = size((bytes as f64 / seconds) as u64);
        let mut parts = vec![size(bytes), format!("{speed}/s")];
        let left = self.photos.length().unwrap_or(0).saturating_sub(self.photos.position());
        if saved >= 10 && left > 0 {
            let estimate = Duration::from_secs_f64(left as f64 * seconds / saved as f64);
            parts.push(format!("about {} left", HumanDuration(estimate)));
        }
        let failed = self.failed.load(Ordering::Relaxed);
        if failed > 0 {
            parts.push(format!("{} missing", grouped(failed)));
        }
        if let Some((until, reason)) = self.waiting.lock().expect("no panic while held").as_ref() {
            let left = until.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                let seconds = left.as_secs_f32().ceil();
                parts.push(format!("waiting {seconds:.0} s for {reason}"));
            }
        }
        parts.join(" · ")
    }
}

impl Reporter for Bars {
    fn started(&self, account: &Account) {
        self.photos.set_prefix(Printable(account.path_name()).to_string());
        // One of several photostreams: the numbers are its own.
        self.photos.set_position(0);
        self.photos.set_length(0);
        *self.began.lock().expect("no panic while held") = Instant::now();
        for number in [&self.bytes, &self.saved, &self.failed] {
            number.store(0, Ordering::Relaxed);
        }
    }

    fn listed(&self, _listed: u64, announced: u64) {
        self.photos.set_length(announced);
    }

    fn listing_done(&self, _kind: ListingKind, listed: u64) {
        self.photos.set_length(listed);
    }

    fn already(&self, _id: PhotoId) {
        self.photos.inc(1);
        self.redraw();
    }

    fn received(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.redraw();
    }

    fn saved(&self, _photo: &Photo, _path: Option<&str>, _bytes: u64) {
        self.saved.fetch_add(1, Ordering::Relaxed);
        self.photos.inc(1);
        self.redraw();
    }

    fn failed(&self, photo: &Photo, failure: &Failure) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        self.photos.inc(1);
        say(&format!("missing {}: {}", photo.id, failure.reason));
    }

    fn waiting(&self, waiting: &Waiting) {
        let until = Instant::now() + waiting.pause;
        let reason = Printable(&format!("{} ({})", waiting.host, waiting.reason)).to_string();
        *self.waiting.lock().expect("no panic while held") = Some((until, reason));
        self.redraw();
    }

    fn note(&self, message: &str) {
        say(message);
    }
}
