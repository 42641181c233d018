//! The receipt, for people: every announced photo is in one of its lines.

use crate::printable::say;
use silverprint_archive::Report;
use silverprint_core::{ListingKind, Receipt};

/// Prints the receipt on stderr.
pub(crate) fn print(report: &Report, is_dry: bool) {
    for line in lines(report, is_dry) {
        say(&line);
    }
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
    count(receipt.not_original, "of the saved are not originals: the largest that Flickr gives");
    count(receipt.videos, "videos: their stills");
    count(receipt.defective, "damaged at the source: kept as they are");
    count(receipt.deleted_upstream, "no longer in the photostream: kept");
    for (kind, number) in &receipt.failed {
        count(*number, &format!("missing: {}", explained(kind)));
    }
    count(receipt.unreadable, "entries of the listing that could not be read");
    count(receipt.unexplained, "announced, but not in Flickr's listing");
    if is_dry {
        lines.push(format!(
            "  {:>9}  would be fetched (nothing was: --dry-run)",
            grouped(receipt.left)
        ));
        return lines;
    }
    count(receipt.left, "left for another run");
    lines.push(closing(report));
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
fn rate(bytes: u64, seconds: f64) -> String {
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
        "no rendition" => "Flickr lists no file",
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
fn going_on(report: &Report) -> Option<String> {
    let receipt = &report.receipt;
    if is_cut(report) || receipt.left > 0 {
        return Some(
            "not all done: run the same command again, it goes on where it ended".to_owned(),
        );
    }
    if receipt.failures() == 0 && receipt.is_partial() {
        let try_later = "Flickr announces more than it lists: try again later with --full";
        return Some(try_later.to_owned());
    }
    (receipt.failures() > 0).then(|| {
        let list = report.folder.join("failed.csv");
        format!(
            "what is missing, and why: {}; run the same command again to try those",
            list.display()
        )
    })
}

/// `12,345`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

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
    fn numbers_are_readable() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1000), "1,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(1_500), "1.5 kB");
        assert_eq!(size(2_340_000_000), "2.3 GB");
    }
}
