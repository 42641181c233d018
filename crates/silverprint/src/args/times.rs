//! Times as people write them: `5s`, `1.5s`, `250ms`, `1m30s`, `2h`.

use std::time::Duration;

/// Longer than any clock needs to go, and far from where numbers end.
const MOST: f64 = 1e12;

/// Numbers with their units, one after the other, in whole milliseconds.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "a time with its unit (ms, s, m, h): 5s, 1.5s, 250ms, 1m30s".to_owned();
    let is_number = |character: char| character.is_ascii_digit() || character == '.';
    let (mut rest, mut sum) = (text, 0.0);
    while !rest.is_empty() {
        let (number, behind) = rest.split_at(rest.find(|it| !is_number(it)).ok_or_else(wrong)?);
        let (unit, next) = behind.split_at(behind.find(is_number).unwrap_or(behind.len()));
        let number: f64 = number.parse().map_err(|_| wrong())?;
        sum += number * millis(unit).ok_or_else(wrong)?;
        rest = next;
    }
    let whole = sum.round();
    match () {
        () if text.is_empty() || sum > MOST => Err(wrong()),
        // Tenths have no exact form in binary; that is not what is meant.
        () if (sum - whole).abs() > 1e-6 => Err("a time in whole milliseconds".to_owned()),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it lies between 0 and 1e12"
        )]
        () => Ok(Duration::from_millis(whole as u64)),
    }
}

fn millis(unit: &str) -> Option<f64> {
    match unit {
        "ms" => Some(1.0),
        "s" => Some(1e3),
        "m" | "min" => Some(60e3),
        "h" => Some(3600e3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(time(text).ok(), expected.map(Duration::from_millis), "{text}");
        };
        check("5s", Some(5000));
        check("55s", Some(55_000));
        check("0s", Some(0));
        check("250ms", Some(250));
        check("1.5s", Some(1500));
        check("0.1s", Some(100));
        check("1.001s", Some(1001));
        check("1m30s", Some(90_000));
        check("2min", Some(120_000));
        check("1h1ms", Some(3_600_001));
        for wrong in [
            "",
            "5",
            "s",
            "-5s",
            "+5s",
            "5 s",
            "5S",
            "5d",
            "1.2.3s",
            ".s",
            "1e3s",
            "inf",
            "NaN",
            "0.5ms",
            "5s5",
            "999999999999999999999h",
            "5µs",
            "s5",
        ] {
            check(wrong, None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_panics(text in prop_oneof![any::<String>(), "[0-9.smhin]{0,12}"]) {
            let _ = time(&text);
        }

        #[test]
        fn whole_milliseconds_are_exact(millis in 0_u64..100_000_000) {
            prop_assert_eq!(time(&format!("{millis}ms")), Ok(Duration::from_millis(millis)));
            let seconds = format!("{}.{:03}s", millis / 1000, millis % 1000);
            prop_assert_eq!(time(&seconds), Ok(Duration::from_millis(millis)));
        }
    }
}
