//! Times as people read them, and where an axis is marked.

use std::time::Duration;

/// Steps between the marks of an axis of time, in milliseconds.
const STEPS: [u64; 27] = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1000,
    2000,
    5000,
    10_000,
    15_000,
    30_000,
    60_000,
    2 * 60_000,
    5 * 60_000,
    10 * 60_000,
    15 * 60_000,
    30 * 60_000,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    24 * HOUR,
];
const HOUR: u64 = 3_600_000;

/// The marks of an axis over so long a time: 0, and at most so many more, evenly.
pub(crate) fn marks(span: Duration, most: u64) -> Vec<Duration> {
    let span = u64::try_from(span.as_millis()).expect("no exhibition lasts that long");
    let step = step(span, most.max(1));
    (0..=span / step).map(|mark| Duration::from_millis(mark * step)).collect()
}

fn step(span: u64, most: u64) -> u64 {
    let is_wide = |step: &u64| span / step <= most;
    // After the last of them whole days, as many as it takes.
    STEPS.into_iter().find(is_wide).unwrap_or_else(|| (span / most + 1).next_multiple_of(24 * HOUR))
}

/// As on a clock: `12:00:00`, and `0:00:00.250` where seconds are not whole.
pub(crate) fn face(time: Duration) -> String {
    let (seconds, millis) = (time.as_secs(), time.subsec_millis());
    let face = format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if millis == 0 { face } else { format!("{face}.{millis:03}") }
}

/// In words: `12 h`, `2 min 30 s`, `1.5 s`, `250 ms`, `0 s`.
pub(crate) fn words(time: Duration) -> String {
    let (seconds, millis) = (time.as_secs(), time.subsec_millis());
    if seconds == 0 && millis > 0 {
        return format!("{millis} ms");
    }
    let mut parts = Vec::new();
    for (number, unit) in [(seconds / 3600, "h"), (seconds / 60 % 60, "min")] {
        if number > 0 {
            parts.push(format!("{number} {unit}"));
        }
    }
    if !(seconds.is_multiple_of(60) && millis == 0) || parts.is_empty() {
        let fraction = format!("{millis:03}");
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        parts.push(format!("{}{point}{fraction} s", seconds % 60));
    }
    parts.join(" ")
}

/// No more exact than anyone wants to hear of so long a time.
pub(crate) fn rough(time: Duration) -> Duration {
    let to = match time.as_secs() {
        0..10 => return time,
        10..600 => 1000,
        _ => 60_000,
    };
    let millis = (time.as_millis() + to / 2) / to * to;
    Duration::from_millis(u64::try_from(millis).expect("no exhibition lasts that long"))
}

/// A space at which no line is broken; it is shown as any other.
pub(crate) const UNBROKEN: char = '\u{a0}';

/// The lines of a text, none with more letters unless by a single word.
pub(crate) fn lines(text: &str, letters: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > letters {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.iter().map(|line| line.replace(UNBROKEN, " ")).collect()
}

/// With its thousands apart: `100,000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 board`, `24 boards`.
pub(crate) fn counted(number: impl Into<u64>, what: &str) -> String {
    let number = number.into();
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `13th`.
pub(crate) fn ordinal(number: u32) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{}{ending}", grouped(number.into()))
}

/// `12×`, `1.0×`: as exact as it says anything.
pub(crate) fn times(factor: f64) -> String {
    let tenths = (factor * 10.0).round() / 10.0;
    if tenths >= 10.0 && tenths.fract() == 0.0 {
        format!("{tenths:.0}×")
    } else {
        format!("{tenths:.1}×")
    }
}

/// `100 %`, which is all and nothing less, as `0 %` is nothing at all.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        _ if percent > 99.5 && percent < 100.0 => "99 %".to_owned(),
        _ if percent > 0.0 && percent < 0.5 => "< 1 %".to_owned(),
        _ => format!("{percent:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let check = |millis: u64, clock: &str, said: &str| {
            let time = Duration::from_millis(millis);
            assert_eq!((face(time).as_str(), words(time).as_str()), (clock, said), "{millis}");
        };
        check(0, "0:00:00", "0 s");
        check(250, "0:00:00.250", "250 ms");
        check(1500, "0:00:01.500", "1.5 s");
        check(55_000, "0:00:55", "55 s");
        check(60_000, "0:01:00", "1 min");
        check(150_000, "0:02:30", "2 min 30 s");
        check(3_600_000, "1:00:00", "1 h");
        check(3_655_000, "1:00:55", "1 h 55 s");
        check(43_200_000, "12:00:00", "12 h");
        check(360_000_000, "100:00:00", "100 h");
    }

    #[test]
    fn an_axis_is_marked_evenly_and_not_too_often() {
        let check = |seconds: u64, most: u64, expected: &[u64]| {
            let marks = marks(Duration::from_secs(seconds), most);
            assert_eq!(marks.iter().map(Duration::as_secs).collect::<Vec<_>>(), expected);
        };
        check(43_200, 6, &[0, 7200, 14_400, 21_600, 28_800, 36_000, 43_200]);
        check(400, 7, &[0, 60, 120, 180, 240, 300, 360]);
        check(0, 5, &[0]);
        check(100 * 86_400, 2, &[0, 51 * 86_400]);
    }

    #[test]
    fn numbers_are_said_as_people_say_them() {
        for (number, said) in
            [(1, "1st"), (2, "2nd"), (12, "12th"), (13, "13th"), (23, "23rd"), (1111, "1,111th")]
        {
            assert_eq!(ordinal(number), said);
        }
        assert_eq!([times(12.0), times(1.03), times(9.96)], ["12×", "1.0×", "10×"]);
        assert_eq!(
            [percent(1.0), percent(0.999), percent(1.0 / 12.0), percent(0.001)],
            ["100 %", "99 %", "8 %", "< 1 %"]
        );
        assert_eq!(
            [counted(1_u32, "board"), counted(100_000_u32, "board")],
            ["1 board", "100,000 boards"]
        );
    }
}
