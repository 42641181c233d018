//! Going on where a body ended early: what is asked for, and whether what
//! comes back is it (RFC 9110, 14.4 and 13.1.5). Spliced bytes of two bodies
//! look whole to everybody, so whatever does not fit exactly begins again.

use silverprint_core::Kept;

/// What is shorter is fetched again from its beginning: it costs a round trip
/// either way, and one that is whole from one piece needs no trust.
pub(crate) const RESUME_AT_LEAST: u64 = 1 << 20;

/// The value of `Range` that asks for all the rest.
pub(crate) fn range(kept: &Kept) -> String {
    format!("bytes={}-", kept.bytes)
}

/// Whether a kept beginning is worth going on from.
pub(crate) fn is_worth_it(kept: &Kept) -> bool {
    kept.bytes >= RESUME_AT_LEAST && kept.length.is_none_or(|length| kept.bytes < length)
}

/// The length of the whole body, if a part with this `Content-Range` is exactly
/// the rest of what is kept.
pub(crate) fn rest_of(kept: &Kept, content_range: &str) -> Result<u64, String> {
    let unfit =
        || format!("asked for the bytes from {} on, and {content_range:?} came", kept.bytes);
    let Part { first, last, whole } = Part::parse(content_range).ok_or_else(unfit)?;
    let is_the_rest = first == kept.bytes && last.checked_add(1) == Some(whole);
    let is_same_length = kept.length.is_none_or(|length| length == whole);
    if is_the_rest && is_same_length { Ok(whole) } else { Err(unfit()) }
}

/// `bytes FIRST-LAST/WHOLE`, and FIRST ≤ LAST < WHOLE.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    first: u64,
    last: u64,
    whole: u64,
}

impl Part {
    fn parse(value: &str) -> Option<Self> {
        let (span, whole) = value.trim_ascii().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = span.split_once('-')?;
        let part = Self { first: number(first)?, last: number(last)?, whole: number(whole)? };
        (part.first <= part.last && part.last < part.whole).then_some(part)
    }
}

/// Digits only: `parse` would take a sign.
fn number(text: &str) -> Option<u64> {
    let text = text.trim_ascii();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use silverprint_core::StrongTag;

    fn kept(bytes: u64, length: Option<u64>) -> Kept {
        Kept { bytes, length, tag: StrongTag::parse("\"a\"").unwrap() }
    }

    #[test]
    fn only_the_exact_rest_fits() {
        let check = |length: Option<u64>, value: &str, expected: Option<u64>| {
            assert_eq!(rest_of(&kept(4, length), value).ok(), expected, "{value}");
        };
        check(Some(10), "bytes 4-9/10", Some(10));
        check(None, " bytes 4-9/10 ", Some(10));
        for other in [
            "",
            "bytes",
            "bytes 4-9/*",
            "bytes */10",
            "bytes 3-9/10",
            "bytes 5-9/10",
            "bytes 4-8/10",
            "bytes 4-10/10",
            "bytes 4-10/11",
            "bytes +4-9/10",
            "bytes 4-9",
            "bytes 9-4/10",
            "items 4-9/10",
            "bytes 4-18446744073709551615/18446744073709551616",
        ] {
            check(Some(10), other, None);
        }
        check(None, "bytes 4-18446744073709551615/18446744073709551615", None);
    }

    #[test]
    fn little_is_not_gone_on_from() {
        assert!(!is_worth_it(&kept(RESUME_AT_LEAST - 1, None)));
        assert!(is_worth_it(&kept(RESUME_AT_LEAST, None)));
        assert!(!is_worth_it(&kept(RESUME_AT_LEAST, Some(RESUME_AT_LEAST))));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_value_is_read_without_panic(value in ".*") {
            let _ = rest_of(&kept(4, None), &value);
        }

        #[test]
        fn what_fits_is_the_rest(first in 0_u64..40, last in 0_u64..40, whole in 0_u64..40) {
            let fits = rest_of(&kept(4, Some(30)), &format!("bytes {first}-{last}/{whole}"));
            prop_assert_eq!(fits.is_ok(), (first, last, whole) == (4, 29, 30));
        }
    }
}
