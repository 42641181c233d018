//! Which bytes of a file are meant (RFC 9110, section 14): one stretch, as
//! players of videos ask for. Where several are asked for, or nothing that can
//! be understood, it is the whole.

/// What of a file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    Whole,
    /// From a byte on, so many: at least one, and all of them there.
    Part {
        first: u64,
        length: u64,
    },
    /// Nothing that there is.
    Beyond,
}

impl Range {
    /// By the header, of a file that is so long.
    pub(crate) fn of(header: &str, length: u64) -> Self {
        let Some(stretch) = stretch(header) else { return Self::Whole };
        let (first, last) = match stretch {
            ("", "") => return Self::Whole,
            // The last ones, of which there may be fewer.
            ("", count) => match number(count) {
                0 => return Self::Beyond,
                count => (length.saturating_sub(count), u64::MAX),
            },
            (first, "") => (number(first), u64::MAX),
            (first, last) => (number(first), number(last)),
        };
        if first > last {
            return Self::Whole;
        }
        if first >= length {
            return Self::Beyond;
        }
        let last = last.min(length - 1);
        Self::Part { first, length: last - first + 1 }
    }
}

/// `bytes=FIRST-LAST`: digits, of which one side may be left out.
fn stretch(header: &str) -> Option<(&str, &str)> {
    let (unit, stretch) = header.split_once('=')?;
    let (first, last) = stretch.trim().split_once('-')?;
    let is_of_digits = |text: &str| text.bytes().all(|letter| letter.is_ascii_digit());
    let is_meant = unit.trim().eq_ignore_ascii_case("bytes");
    (is_meant && is_of_digits(first) && is_of_digits(last)).then_some((first, last))
}

/// One that is too large for any file is as good as the largest.
fn number(digits: &str) -> u64 {
    digits.parse().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stretches_are_as_the_standard_has_them() {
        let check = |header, expected| assert_eq!(Range::of(header, 10), expected, "{header}");
        let part = |first, length| Range::Part { first, length };
        check("bytes=0-", part(0, 10));
        check("bytes=0-0", part(0, 1));
        check("bytes=3-5", part(3, 3));
        check("Bytes= 3-5 ", part(3, 3));
        check("bytes=9-", part(9, 1));
        check("bytes=5-99", part(5, 5));
        check("bytes=-3", part(7, 3));
        check("bytes=-99", part(0, 10));
        check("bytes=0-99999999999999999999999", part(0, 10));
        for beyond in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999999-"] {
            check(beyond, Range::Beyond);
        }
        let others = ["", "bytes", "bytes=", "bytes=-", "bytes=5-3", "bytes=1-2,4-5", "lines=1-2"];
        for whole in
            others.into_iter().chain(["bytes=+1-2", "bytes=1--2", "bytes=a-b", "bytes=１-"])
        {
            check(whole, Range::Whole);
        }
        assert_eq!(Range::of("bytes=0-", 0), Range::Beyond);
        assert_eq!(Range::of("bytes=-1", 0), Range::Beyond);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Held against bytes that are looked at one by one.
        #[test]
        fn the_bytes_are_those_that_were_asked_for(
            first in prop::option::of(0_u64..40),
            last in prop::option::of(0_u64..40),
            length in 0_u64..30,
        ) {
            let show = |number: Option<u64>| number.map_or(String::new(), |it| it.to_string());
            let header = format!("bytes={}-{}", show(first), show(last));
            let is_meant = |at: &u64| match (first, last) {
                (Some(first), last) => *at >= first && last.is_none_or(|last| *at <= last),
                (None, Some(count)) => *at + count >= length,
                (None, None) => true,
            };
            let is_senseless = first.is_none() && last.is_none() || first.zip(last).is_some_and(|(a, b)| a > b);
            let meant: Vec<u64> = (0..length).filter(is_meant).collect();
            match Range::of(&header, length) {
                Range::Whole => prop_assert!(is_senseless),
                Range::Beyond => prop_assert!(!is_senseless && meant.is_empty()),
                Range::Part { first, length } => {
                    prop_assert!(!is_senseless);
                    prop_assert_eq!((first..first + length).collect::<Vec<_>>(), meant);
                }
            }
        }

        #[test]
        fn whatever_is_asked_for_is_there(
            header in "(bytes=)?[0-9]{0,22}-[0-9]{0,22}|\\PC*",
            length in any::<u64>(),
        ) {
            if let Range::Part { first, length: count } = Range::of(&header, length) {
                prop_assert!(count > 0 && first.checked_add(count).is_some_and(|end| end <= length));
            }
        }
    }
}
