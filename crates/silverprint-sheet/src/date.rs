//! Dates as people read them, next to how machines do.

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;

/// A date for a `<time>` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Date {
    /// For people: `2 Nov 2013`.
    pub(crate) text: String,
    /// For the `datetime` attribute.
    pub(crate) machine: String,
}

impl Date {
    /// The day of an upload, in UTC; none for a moment outside the years that
    /// a calendar has.
    pub(crate) fn posted(seconds: i64) -> Option<Self> {
        let moment = Offset::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
        let machine = format!("{}Z", moment.strftime("%Y-%m-%dT%H:%M:%S"));
        Some(Self { text: day(moment.date()), machine })
    }

    /// The day in a text that begins with `YYYY-MM-DD`; none where month or
    /// day is `00`, which Flickr writes for what nobody knows.
    pub(crate) fn in_text(text: &str) -> Option<Self> {
        let date: civil::Date = text.get(..10)?.parse().ok()?;
        Some(Self { text: day(date), machine: date.to_string() })
    }
}

fn day(date: civil::Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_have_a_day_or_none() {
        let check = |seconds, text: &str, machine: &str| {
            let date = Date::posted(seconds).unwrap();
            assert_eq!((date.text.as_str(), date.machine.as_str()), (text, machine));
        };
        check(0, "1 Jan 1970", "1970-01-01T00:00:00Z");
        check(1_383_386_400, "2 Nov 2013", "2013-11-02T10:00:00Z");
        check(-1, "31 Dec 1969", "1969-12-31T23:59:59Z");
        assert_eq!(Date::posted(i64::MAX), None);
        assert_eq!(Date::posted(i64::MIN), None);
    }

    #[test]
    fn texts_have_a_day_or_none() {
        let text = |text| Date::in_text(text).map(|date| date.text);
        assert_eq!(text("2013-11-02 10:00:00").as_deref(), Some("2 Nov 2013"));
        assert_eq!(text("2026-03-01").as_deref(), Some("1 Mar 2026"));
        for bad in ["2013-00-00 00:00:00", "2013", "", "ünïcödé text", "<script>alert(1)"] {
            assert_eq!(text(bad), None, "{bad:?}");
        }
    }
}
