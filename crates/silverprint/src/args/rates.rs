//! Numbers a second, as people write them.

use std::num::NonZeroU64;

/// Requests a second.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.001..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("requests a second, from 0.001 to 100000".to_owned()),
    }
}

/// Bytes a second: a number, or one with k, M or G behind it, in powers of ten
/// as networks count.
pub(super) fn bandwidth(text: &str) -> Result<NonZeroU64, String> {
    let wrong = || "bytes a second, from 1k to 100G: 800k, 5M, 1.5M".to_owned();
    let (number, unit) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1e3),
        Some((at, 'M' | 'm')) => (&text[..at], 1e6),
        Some((at, 'G' | 'g')) => (&text[..at], 1e9),
        _ => (text, 1.0),
    };
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = number.parse().ok().filter(|_| is_plain).ok_or_else(wrong)?;
    let bytes = number * unit;
    if !(1e3..=1e11).contains(&bytes) {
        return Err(wrong());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between 1e3 and 1e11"
    )]
    NonZeroU64::new(bytes as u64).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bandwidths_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(bandwidth(text).ok().map(NonZeroU64::get), expected, "{text}");
        };
        check("5M", Some(5_000_000));
        check("1.5M", Some(1_500_000));
        check("800k", Some(800_000));
        check("800K", Some(800_000));
        check("1G", Some(1_000_000_000));
        check("123456", Some(123_456));
        for wrong in
            ["", "M", "0", "1", "-5M", "+5M", "5 M", "5MB", "1e6", "inf", "NaN", "5µ", "9999G"]
        {
            check(wrong, None);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = bandwidth(&text);
            let _ = rate(&text);
        }
    }
}
