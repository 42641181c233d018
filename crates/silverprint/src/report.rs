//! What a run says of its own speed: how long the same work takes one photo
//! after the other, and what it was that it waited for.

use crate::receipt::size;
use silverprint_core::{Bound, Receipt, Timing};

/// The lines, where something was fetched.
pub(crate) fn lines(receipt: &Receipt) -> Vec<String> {
    let Some(timing) = &receipt.timing else { return Vec::new() };
    let Some(alone) = timing.one_after_the_other else { return Vec::new() };
    vec![claim(alone, receipt.seconds, timing), figures(timing)]
}

fn claim(alone: f64, seconds: f64, timing: &Timing) -> String {
    let mut line = format!("one after the other {}; this run {}", time(alone), time(seconds));
    if seconds > 0.0 {
        line = format!("{line}, {}", times(alone / seconds));
    }
    if let Some((bound, share)) = timing.mostly() {
        line = format!("{line}; bounded by {} for {} of it", words(bound), percent(share));
    }
    line
}

fn figures(timing: &Timing) -> String {
    let photos = timing.photos_a_second;
    let photos = if photos < 9.95 { format!("{photos:.1}") } else { format!("{photos:.0}") };
    let mut parts = vec![format!("{photos} photos/s")];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bytes a second, to two digits"
    )]
    parts.push(format!("{}/s", size(timing.bytes_a_second as u64)));
    if let Some(cores) = timing.cores {
        parts.push(format!("{cores:.1} cores"));
    }
    let others = timing.shares().skip(1).filter(|(_, share)| *share >= 0.005);
    let others: Vec<_> =
        others.map(|(bound, share)| format!("{} {}", words(bound), percent(share))).collect();
    let mut line = parts.join(", ");
    if !others.is_empty() {
        line = format!("{line}; else by {}", others.join(", "));
    }
    line
}

fn words(bound: Bound) -> &'static str {
    match bound {
        Bound::Listing => "the listing",
        Bound::Wire => "the wire",
        Bound::Limit => "the host's limit",
        Bound::Cores => "the cores",
        Bound::Disk => "the disk",
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn times(factor: f64) -> String {
    if factor < 9.95 { format!("{factor:.1}×") } else { format!("{factor:.0}×") }
}

/// `17.9 s`, `4 min 02 s`, `2 h 13 min`.
fn time(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no run takes so long"
    )]
    let whole = seconds.round() as u64;
    match whole {
        _ if seconds < 59.95 => format!("{seconds:.1} s"),
        ..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use silverprint_core::Account;

    #[test]
    fn the_claim_and_its_figures_are_said() {
        let nsid = "12345678@N00".parse().unwrap();
        let account =
            Account { nsid, alias: None, username: String::new(), is_pro: None, counted: None };
        let timing = Timing {
            bound: [(Bound::Limit, 171.82), (Bound::Cores, 60.18), (Bound::Wire, 10.0)].into(),
            photos_a_second: 497.3,
            bytes_a_second: 10_100_000.0,
            cpu_seconds: Some(290.4),
            cores: Some(1.2),
            one_after_the_other: Some(7_980.0),
            heartbeat_p999_ms: 2.0,
        };
        let receipt =
            Receipt { seconds: 242.0, timing: Some(timing), ..Receipt::new(account.clone()) };
        assert_eq!(
            lines(&receipt),
            [
                "one after the other 2 h 13 min; this run 4 min 02 s, 33×; bounded by the host's limit for 71 % of it",
                "497 photos/s, 10.1 MB/s, 1.2 cores; else by the cores 25 %, the wire 4 %",
            ]
        );
        assert!(lines(&Receipt::new(account)).is_empty());
    }

    #[test]
    fn times_are_readable() {
        let check = |seconds: f64, expected: &str| assert_eq!(time(seconds), expected);
        check(0.04, "0.0 s");
        check(59.94, "59.9 s");
        check(59.96, "1 min 00 s");
        check(3599.4, "59 min 59 s");
        check(3599.6, "1 h 00 min");
        check(7_980.0, "2 h 13 min");
    }
}
