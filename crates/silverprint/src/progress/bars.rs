//! Bars on a terminal: photos, bytes, speed, the time that is left, and what
//! it waits for.

use crate::printable::{self, Printable, cut, say};
use crate::receipt::size;
use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use silverprint_core::grouped;
use silverprint_core::{Account, Failure, ListingKind, Photo, PhotoId, Reporter, Waiting};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Redrawn so often: smooth to the eye, free to the cores.
pub(super) const REDRAW: Duration = Duration::from_millis(100);
/// The cells that the line leaves free: the spinner's, and the last of the
/// terminal, after which some begin another line.
const BESIDE: usize = 3;
/// A terminal that does not say how wide it is.
const USUAL: usize = 80;

/// Two lines at the bottom of the terminal.
pub(crate) struct Bars {
    photos: ProgressBar,
    status: ProgressBar,
    numbers: Arc<Mutex<Numbers>>,
}

/// What the second line is made of, each time it is drawn.
struct Numbers {
    /// When work on this photostream began.
    began: Instant,
    /// Photos to come in all.
    total: u64,
    /// Photos that need nothing any more.
    done: u64,
    bytes: u64,
    saved: u64,
    failed: u64,
    /// What nothing goes to.
    waiting: Option<Pause>,
}

/// A host is left alone.
struct Pause {
    until: Instant,
    host: String,
    reason: String,
}

impl Bars {
    pub(crate) fn new() -> Self {
        let all = MultiProgress::new();
        let photos = all.add(ProgressBar::new(0));
        let style = "{prefix} {wide_bar:.white/black.bright} {human_pos}/{human_len}";
        photos.set_style(
            ProgressStyle::with_template(style).expect("it is well formed").progress_chars("━━─"),
        );
        let numbers = Arc::new(Mutex::new(Numbers::new(Instant::now())));
        let status = all.add(ProgressBar::new_spinner());
        let style = ProgressStyle::with_template("{spinner} {status}").expect("it is well formed");
        // Made as it is drawn: a wait counts down also where nothing else happens.
        let drawn = Arc::clone(&numbers);
        status.set_style(style.with_key(
            "status",
            move |_: &ProgressState, f: &mut dyn fmt::Write| {
                let line = locked(&drawn).line(Instant::now());
                // Writing to a text cannot fail.
                let _ = f.write_str(&cut(&line, room()));
            },
        ));
        status.enable_steady_tick(REDRAW);
        printable::draw(Some(all));
        Self { photos, status, numbers }
    }

    pub(crate) fn end(&self) {
        self.status.finish_and_clear();
        self.photos.finish_and_clear();
        printable::draw(None);
    }

    fn update(&self, change: impl FnOnce(&mut Numbers)) {
        change(&mut locked(&self.numbers));
    }

    /// The bar draws itself, and so nothing may be locked.
    fn done(&self, change: impl FnOnce(&mut Numbers)) {
        self.update(|numbers| {
            numbers.done += 1;
            change(numbers);
        });
        self.photos.inc(1);
    }

    fn total(&self, total: u64) {
        self.update(|numbers| numbers.total = total);
        self.photos.set_length(total);
    }
}

fn locked(numbers: &Mutex<Numbers>) -> MutexGuard<'_, Numbers> {
    numbers.lock().expect("no panic while held")
}

/// The cells that the line has.
pub(super) fn room() -> usize {
    let size = terminal_size::terminal_size_of(std::io::stderr());
    size.map_or(USUAL, |(width, _)| width.0.into()).saturating_sub(BESIDE).max(1)
}

impl Numbers {
    fn new(began: Instant) -> Self {
        Self { began, total: 0, done: 0, bytes: 0, saved: 0, failed: 0, waiting: None }
    }

    /// The line, what matters most first: what has no room is cut off its end.
    fn line(&self, now: Instant) -> String {
        let mut parts = self.pause(now).map_or_else(|| self.pace(now), |pause| vec![pause]);
        if self.failed > 0 {
            parts.push(format!("{} missing", grouped(self.failed)));
        }
        parts.join(" · ")
    }

    /// While it waits, speed and what is left of the time say nothing.
    fn pause(&self, now: Instant) -> Option<String> {
        let Pause { until, host, reason } = self.waiting.as_ref()?;
        let left = until.saturating_duration_since(now);
        let seconds = left.as_secs_f32().ceil();
        (!left.is_zero()).then(|| format!("{reason}: waiting {seconds:.0} s for {host}"))
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a speed for people"
    )]
    fn pace(&self, now: Instant) -> Vec<String> {
        let seconds = now.saturating_duration_since(self.began).as_secs_f64().max(0.001);
        let speed = size((self.bytes as f64 / seconds) as u64);
        let mut parts = vec![size(self.bytes), format!("{speed}/s")];
        let left = self.total.saturating_sub(self.done);
        if self.saved >= 10 && left > 0 {
            let estimate = Duration::from_secs_f64(left as f64 * seconds / self.saved as f64);
            parts.push(format!("about {} left", HumanDuration(estimate)));
        }
        parts
    }

    /// Of several hosts that it waits for, the one that takes longest is named.
    fn wait(&mut self, pause: Pause) {
        if self.waiting.as_ref().is_none_or(|longest| longest.until <= pause.until) {
            self.waiting = Some(pause);
        }
    }
}

impl Reporter for Bars {
    fn started(&self, account: &Account) {
        self.photos.set_prefix(Printable(account.path_name()).to_string());
        // One of several photostreams: the numbers are its own, the hosts are not.
        self.update(|numbers| {
            let waiting = numbers.waiting.take();
            *numbers = Numbers { waiting, ..Numbers::new(Instant::now()) };
        });
        self.photos.set_position(0);
        self.photos.set_length(0);
    }

    fn listed(&self, _listed: u64, announced: u64) {
        self.total(announced);
    }

    fn listing_done(&self, _kind: ListingKind, listed: u64) {
        self.total(listed);
    }

    fn already(&self, _id: PhotoId) {
        self.done(|_| {});
    }

    fn received(&self, bytes: u64) {
        self.update(|numbers| numbers.bytes += bytes);
    }

    fn saved(&self, _photo: &Photo, _path: Option<&str>, _bytes: u64) {
        self.done(|numbers| numbers.saved += 1);
    }

    fn failed(&self, photo: &Photo, failure: &Failure) {
        self.done(|numbers| numbers.failed += 1);
        say(&format!("missing {}: {}", photo.id, failure.reason));
    }

    fn waiting(&self, waiting: &Waiting) {
        let printable = |text: &str| Printable(text).to_string();
        let (host, reason) = (printable(&waiting.host), printable(&waiting.reason));
        let until = Instant::now() + waiting.pause;
        self.update(|numbers| numbers.wait(Pause { until, host, reason }));
    }

    fn note(&self, message: &str) {
        say(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_stands_first_counts_down_and_leaves_no_speed() {
        let began = Instant::now();
        let at = |seconds: u64| began + Duration::from_secs(seconds);
        let busy = Numbers { total: 100, done: 20, saved: 20, ..Numbers::new(began) };
        let busy = Numbers { bytes: 10_000_000, failed: 3, ..busy }.line(at(10));
        assert_eq!(busy, "10.0 MB · 1.0 MB/s · about 40 seconds left · 3 missing");
        let mut numbers = Numbers { bytes: 5000, failed: 1, ..Numbers::new(began) };
        let pause = |seconds, host: &str| Pause {
            until: at(seconds),
            host: host.to_owned(),
            reason: "429 Too Many Requests".to_owned(),
        };
        numbers.wait(pause(10, "live.staticflickr.com"));
        numbers.wait(pause(5, "api.flickr.com"));
        let line = |seconds| numbers.line(at(seconds));
        let waiting = "429 Too Many Requests: waiting 8 s for live.staticflickr.com · 1 missing";
        assert_eq!(line(2), waiting);
        assert!(line(9).contains("waiting 1 s"), "{}", line(9));
        assert_eq!(line(10), "5.0 kB · 500 B/s · 1 missing");
        assert_eq!(cut(waiting, 40 - BESIDE), "429 Too Many Requests: waiting 8 s f…");
    }
}
