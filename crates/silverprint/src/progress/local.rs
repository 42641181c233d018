//! How a run over pictures of the disk is watched: a bar on a terminal, plain
//! lines elsewhere, JSON where it was asked for.

use super::{bars, json};
use crate::args::Output;
use crate::printable::{self, cut, say};
use crate::receipt::size;
use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use serde_json::json;
use silverprint_archive::{Onlooker, PassedOver};
use silverprint_core::grouped;
use std::fmt;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// A line about how far it is comes at most this often.
const EVERY: Duration = Duration::from_secs(5);

/// Hears it all, and shows of it what was asked for.
pub(crate) struct Watch {
    way: Way,
    verbosity: u8,
    is_quiet: bool,
    numbers: Arc<Mutex<Numbers>>,
}

enum Way {
    Silent,
    Json,
    Lines,
    Bars { files: ProgressBar, status: ProgressBar },
}

/// How far it is.
struct Numbers {
    began: Instant,
    /// Files in all, as soon as they are counted.
    files: Option<u64>,
    /// Files that need nothing any more.
    done: u64,
    made: u64,
    failed: u64,
    bytes: u64,
    /// When a line last said it.
    said: Instant,
}

impl Watch {
    pub(crate) fn new(output: &Output) -> Self {
        let numbers = Arc::new(Mutex::new(Numbers::new(Instant::now())));
        let way = if output.json {
            Way::Json
        } else if output.quiet {
            Way::Silent
        } else if output.verbose == 0 && std::io::stderr().is_terminal() {
            drawn(&numbers)
        } else {
            Way::Lines
        };
        Self { way, verbosity: output.verbose, is_quiet: output.quiet, numbers }
    }

    /// Answers Ctrl-C, beside the bars.
    pub(crate) fn say(&self, message: &str) {
        printable::over_echo();
        if !self.is_quiet {
            say(message);
        }
    }

    /// Takes the bars away.
    pub(crate) fn end(&self) {
        if let Way::Bars { files, status } = &self.way {
            status.finish_and_clear();
            files.finish_and_clear();
            printable::draw(None);
        }
    }

    /// One more file is done. The bar draws itself, and so nothing may be locked.
    fn done(&self, change: impl FnOnce(&mut Numbers)) {
        let line = {
            let mut numbers = locked(&self.numbers);
            numbers.done += 1;
            change(&mut numbers);
            let is_due = matches!(self.way, Way::Lines) && self.verbosity == 0;
            if is_due { numbers.line_if_due(Instant::now()) } else { None }
        };
        if let Some(line) = line {
            say(&line);
        }
        if let Way::Bars { files, .. } = &self.way {
            files.inc(1);
        }
    }

    fn say_more(&self, line: impl FnOnce() -> String) {
        if matches!(self.way, Way::Lines) && self.verbosity > 0 {
            say(&line());
        }
    }
}

/// The bar, and under it how fast it is.
fn drawn(numbers: &Arc<Mutex<Numbers>>) -> Way {
    let all = MultiProgress::new();
    // Until the files are counted, a bar would say something that is not so.
    let files = all.add(ProgressBar::no_length());
    files.set_style(style("{prefix} {human_pos} files"));
    let status = all.add(ProgressBar::new_spinner());
    let shown = Arc::clone(numbers);
    let line = move |_: &ProgressState, f: &mut dyn fmt::Write| {
        let line = locked(&shown).line(Instant::now());
        // Writing to a text cannot fail.
        let _ = f.write_str(&cut(&line, bars::room()));
    };
    status.set_style(style("{spinner} {status}").with_key("status", line));
    status.enable_steady_tick(bars::REDRAW);
    printable::draw(Some(all));
    Way::Bars { files, status }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("it is well formed").progress_chars("━━─")
}

fn locked(numbers: &Mutex<Numbers>) -> MutexGuard<'_, Numbers> {
    numbers.lock().expect("no panic while held")
}

impl Numbers {
    fn new(began: Instant) -> Self {
        Self { began, files: None, done: 0, made: 0, failed: 0, bytes: 0, said: began }
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a speed for people"
    )]
    fn line(&self, now: Instant) -> String {
        let seconds = now.saturating_duration_since(self.began).as_secs_f64().max(0.001);
        let speed = (self.made as f64 / seconds) as u64;
        let mut parts =
            vec![format!("{} read", size(self.bytes)), format!("{} a second", grouped(speed))];
        let left = self.files.map_or(0, |files| files.saturating_sub(self.done));
        if self.made >= 10 && left > 0 {
            // What was there already took no time.
            let estimate = Duration::from_secs_f64(left as f64 * seconds / self.made as f64);
            parts.push(format!("about {} left", HumanDuration(estimate)));
        }
        if self.failed > 0 {
            parts.push(format!("{} failed", grouped(self.failed)));
        }
        parts.join(" · ")
    }

    fn line_if_due(&mut self, now: Instant) -> Option<String> {
        if now.saturating_duration_since(self.said) < EVERY {
            return None;
        }
        self.said = now;
        let of = self.files.map_or(String::new(), |files| format!(" of {}", grouped(files)));
        Some(format!("{}{of} files: {}", grouped(self.done), self.line(now)))
    }
}

impl Onlooker for Watch {
    fn begun(&self, to: &Path) {
        match &self.way {
            Way::Json => json::write("started", json!({ "to": to.to_string_lossy() })),
            Way::Bars { files, .. } => {
                let name = to.file_name().unwrap_or(to.as_os_str()).to_string_lossy();
                files.set_prefix(printable::Printable(&name).to_string());
            }
            Way::Silent | Way::Lines => {}
        }
    }

    fn counted(&self, files: u64) {
        locked(&self.numbers).files = Some(files);
        match &self.way {
            Way::Json => json::write("listed", json!({ "files": files })),
            Way::Bars { files: bar, .. } => {
                bar.set_length(files);
                bar.set_style(style(
                    "{prefix} {wide_bar:.white/black.bright} {human_pos}/{human_len}",
                ));
            }
            Way::Silent | Way::Lines => {}
        }
    }

    fn made(&self, picture: &Path, thumbnail: &str, bytes: u64) {
        self.done(|numbers| {
            numbers.made += 1;
            numbers.bytes += bytes;
        });
        if matches!(self.way, Way::Json) {
            let (picture, thumb) = (picture.to_string_lossy(), format!("thumbs/{thumbnail}"));
            json::write("saved", json!({ "picture": picture, "thumb": thumb, "bytes": bytes }));
        }
        self.say_more(|| format!("made {}, {}", picture.display(), size(bytes)));
    }

    fn already(&self, _picture: &Path) {
        self.done(|_| {});
    }

    fn would_make(&self, picture: &Path) {
        self.done(|_| {});
        self.say_more(|| format!("would make {}", picture.display()));
    }

    fn passed_over(&self, path: &Path, why: PassedOver) {
        // Only files are counted.
        if matches!(why, PassedOver::NotAPicture | PassedOver::Empty) {
            self.done(|_| {});
        }
        if matches!(self.way, Way::Json) {
            json::write("passed_over", json!({ "path": path.to_string_lossy(), "why": why }));
        }
        self.say_more(|| format!("passed over {}: {}", path.display(), why.as_str()));
    }

    fn failed(&self, path: &Path, reason: &str) {
        self.done(|numbers| numbers.failed += 1);
        match &self.way {
            Way::Silent => {}
            Way::Json => {
                let picture = path.to_string_lossy();
                json::write("failed", json!({ "picture": picture, "reason": reason }));
            }
            Way::Lines | Way::Bars { .. } => say(&format!("failed {}: {reason}", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_fast_and_how_long() {
        let began = Instant::now();
        let at = |seconds: u64| began + Duration::from_secs(seconds);
        let mut numbers = Numbers { done: 20, made: 20, bytes: 10_000_000, ..Numbers::new(began) };
        assert_eq!(numbers.line(at(10)), "10.0 MB read · 2 a second");
        numbers.files = Some(2020);
        numbers.failed = 1;
        let line = "10.0 MB read · 2 a second · about 17 minutes left · 1 failed";
        assert_eq!(numbers.line(at(10)), line);
        assert_eq!(numbers.line_if_due(at(10)), Some(format!("20 of 2,020 files: {line}")));
        assert_eq!(numbers.line_if_due(at(14)), None);
    }
}
