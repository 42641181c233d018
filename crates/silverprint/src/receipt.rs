//! The receipt, for people: every announced photo is in one of its lines.

use crate::args::Output;
use crate::printable::say;
use crate::report;
use silverprint_archive::Report;
use silverprint_core::{ListingKind, Receipt, Withheld, grouped};
use std::path::Path;

/// What several receipts come to.
#[derive(Debug, Default)]
pub(crate) struct Total {
    /// Photostreams that were archived, be it in part.
    pub(crate) archived: u64,
    /// Photostreams that could not be.
    pub(crate) failed: u64,
    /// Photostreams whose turn did not come.
    pub(crate) not_begun: u64,
    saved: u64,
    already: u64,
    missing: u64,
    left: u64,
}

impl Total {
    pub(crate) fn add(&mut self, receipt: &Receipt) {
        self.archived += 1;
        self.saved += receipt.saved;
        self.already += receipt.already + receipt.adopted + receipt.remade;
        self.missing += receipt.failures() + receipt.unreadable;
        self.missing += receipt.unexplained + hidden(receipt);
        self.left += receipt.left;
    }

    /// The line for all.
    pub(crate) fn line(&self) -> String {
        let archived = match self.archived {
            1 => "1 photostream".to_owned(),
            n => format!("{} photostreams", grouped(n)),
        };
        let mut parts = vec![
            format!("{archived}: {} saved", grouped(self.saved)),
            format!("{} there already", grouped(self.already)),
        ];
        let mut count = |number: u64, what: &str| {
            if number > 0 {
                parts.push(format!("{} {what}", grouped(number)));
            }
        };
        count(self.missing, "missing");
        count(self.left, "left for another run");
        count(self.failed, "could not be archived");
        count(self.not_begun, "not begun");
        parts.join(", ")
    }
}

/// Prints the receipt on stderr.
pub(crate) fn print(report: &Report, is_dry: bool) {
    for line in lines(report, is_dry) {
        say(&line);
    }
}

/// What explains an exit code that is not 0, where no receipt is printed: with
/// the ways past it for those who want to hear more than errors.
pub(crate) fn print_lack(report: &Report, output: &Output) {
    if let Some(line) = lack(&report.receipt, &report.folder) {
        say(&line);
    }
    if hidden(&report.receipt) > 0 && !output.quiet {
        for line in TO_GET_ALL {
            say(line);
        }
    }
}

fn lack(receipt: &Receipt, folder: &Path) -> Option<String> {
    let unlisted = receipt.unexplained + receipt.unreadable;
    let number = receipt.failures() + unlisted + hidden(receipt);
    let mut why = Vec::new();
    if receipt.failures() > 0 {
        why.push(format!(
            "{} in {}",
            grouped(receipt.failures()),
            folder.join("failed.csv").display()
        ));
    }
    if hidden(receipt) > 0 {
        let not_shown = grouped(hidden(receipt));
        why.push(format!(
            "{not_shown} not shown to a visitor of the page (--access key or site gets them)"
        ));
    }
    if unlisted > 0 {
        why.push(format!("{} announced and not in the listing", grouped(unlisted)));
    }
    let name = receipt.account.path_name();
    (number > 0).then(|| format!("error: {name}: {} missing: {}", grouped(number), why.join(", ")))
}

fn lines(report: &Report, is_dry: bool) -> Vec<String> {
    let receipt = &report.receipt;
    let mut lines = vec![heading(report)];
    let mut count = |number: u64, what: &str| {
        if number > 0 {
            lines.push(format!("  {:>9}  {what}", grouped(number)));
        }
    };
    count(receipt.saved, &saved(receipt));
    count(receipt.already, "there already");
    count(receipt.adopted, "found in the folder and taken in");
    count(receipt.remade, "thumbnails made again");
    count(receipt.replaced, "of the saved replaced upstream: the old files are kept as .vN");
    for (why, number) in not_original(receipt) {
        count(number, &format!("of the saved are not originals: {why}"));
    }
    count(receipt.videos, "of the listed are videos");
    count(receipt.streams, "streams of videos fetched");
    count(receipt.only_stills, "videos with their still only: no stream is known");
    count(receipt.defective, "damaged at the source: kept as they are");
    count(receipt.deleted_upstream, "no longer in the photostream: kept");
    let not_public =
        "more in the profile's count: private, or not marked safe, so not listed to us";
    count(receipt.not_public, not_public);
    for (kind, number) in &receipt.failed {
        count(*number, &format!("missing: {}", explained(kind)));
    }
    count(receipt.unreadable, "entries of the listing that could not be read");
    count(receipt.unexplained, "announced, but not in Flickr's listing");
    count(receipt.not_shown, "announced, but not shown to a visitor of the page");
    let still_only = "videos with their still only: a visitor of the page is shown no streams";
    count(receipt.streams_not_shown, still_only);
    if is_dry {
        lines.push(format!(
            "  {:>9}  would be fetched (nothing was: --dry-run)",
            grouped(receipt.left)
        ));
        return lines;
    }
    count(receipt.left, "left for another run");
    lines.push(closing(report));
    lines.extend(report::lines(receipt));
    lines.extend(going_on(report));
    lines
}

fn heading(report: &Report) -> String {
    let receipt = &report.receipt;
    let account = &receipt.account;
    let how = match receipt.listing {
        ListingKind::Quick => "nothing new on the first page, so nothing else was listed",
        ListingKind::Full => "every page listed",
        ListingKind::Part if is_cut(report) => "not to its end",
        ListingKind::Part => "a part, as asked for",
    };
    format!(
        "{} ({}): {} announced, {} listed ({how})",
        account.path_name(),
        account.username,
        grouped(receipt.announced),
        grouped(receipt.listed),
    )
}

/// Why pictures are not the original, with their numbers.
fn not_original(receipt: &Receipt) -> Vec<(&'static str, u64)> {
    let because = &receipt.not_original_because;
    let of = |why| because.get(&why).copied().unwrap_or(0);
    let (no_download, free) = (of(Withheld::NoDownload), of(Withheld::FreeAccount));
    let unsaid = receipt.not_original.saturating_sub(no_download + free);
    vec![
        ("their owner lets nobody download them", no_download),
        ("of a free account others get 1024 pixels at most", free),
        ("the largest that Flickr gives", unsaid),
    ]
}

fn saved(receipt: &Receipt) -> String {
    let speed = rate(receipt.bytes, receipt.seconds);
    format!("saved ({}{speed})", size(receipt.bytes))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a speed for people"
)]
pub(crate) fn rate(bytes: u64, seconds: f64) -> String {
    if seconds < 0.05 {
        String::new()
    } else {
        format!(", {}/s", size((bytes as f64 / seconds) as u64))
    }
}

fn explained(kind: &str) -> &str {
    match kind {
        "gone" => "Flickr says that they are gone, or not for us",
        "passing" => "trouble that had not passed after all retries",
        "unreachable" => "the host could not be reached",
        "forbidden" => "an address that is not Flickr's",
        "not understood" => "an answer that could not be understood",
        "no rendition" => "Flickr lists no file",
        "no place" => "something else lies where they go",
        "damaged" => "damaged in the folder, and not to be had again",
        other => other,
    }
}

fn closing(report: &Report) -> String {
    let sheet = report.folder.join("index.html");
    format!("in {:.1} s; open {}", report.receipt.seconds, sheet.display())
}

/// Whether it ended before its end.
fn is_cut(report: &Report) -> bool {
    report.receipt.interrupted || report.cut_short.is_some()
}

/// How to go on, where something is left to do.
fn going_on(report: &Report) -> Vec<String> {
    let receipt = &report.receipt;
    let say = |text: &str| vec![text.to_owned()];
    if is_cut(report) || receipt.left > 0 {
        return say("not all done: run the same command again, it goes on where it ended");
    }
    let mut lines = Vec::new();
    if receipt.failures() > 0 {
        let list = report.folder.join("failed.csv");
        let list = list.display();
        lines.push(format!(
            "what is missing, and why: {list}; run the same command again to try those"
        ));
    } else if receipt.unexplained + receipt.unreadable > 0 {
        lines = say("Flickr announces more than it lists: try again later with --full");
    }
    if hidden(receipt) > 0 {
        lines.extend(TO_GET_ALL.map(ToOwned::to_owned));
    }
    lines
}

/// What a page does not show its visitors: photos, and the streams of videos.
fn hidden(receipt: &Receipt) -> u64 {
    receipt.not_shown + receipt.streams_not_shown
}

/// The two ways past the page that shows visitors the newest photos only.
const TO_GET_ALL: [&str; 3] = [
    "to get them all, one of:",
    "  an API key of your own, which Flickr gives to Pro members only: silverprint login --key, then the same with --access key",
    "  --access site: with the key that Flickr gives to its own pages, not to programs; whether that is fine with you is for you to say",
];

/// `1.2 GB`, in powers of ten as disks and networks count.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)];
    match UNITS.into_iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{:.1} {name}", bytes as f64 / unit as f64),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_for_all_counts_those_that_were_not_begun() {
        let total = Total { archived: 1, failed: 1, not_begun: 3, saved: 5, ..Total::default() };
        let line = total.line();
        assert_eq!(
            line,
            "1 photostream: 5 saved, 0 there already, 1 could not be archived, 3 not begun"
        );
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(1_500), "1.5 kB");
        assert_eq!(size(2_340_000_000), "2.3 GB");
    }
}
