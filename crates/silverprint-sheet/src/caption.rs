//! What stands under a print wherever it is shown: the page has more, paper has
//! this.

use crate::date::Date;
use crate::row::Row;
use crate::text;

/// A row in few words, cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// Empty where there is none.
    pub title: String,
    /// The day of its upload, else the one on which it was taken: `2 Nov 2013`.
    /// Empty where neither is known.
    pub day: String,
    /// What is wrong with it; empty where nothing is.
    pub note: String,
}

impl Row {
    /// What stands under its print.
    pub fn caption(&self) -> Caption {
        let clean = |text: &Option<String>| text.as_deref().map(text::clean).unwrap_or_default();
        let date = self.posted.and_then(Date::posted);
        let date = date.or_else(|| Date::in_text(self.taken.as_deref()?));
        Caption {
            title: text::clean(&self.title),
            day: date.map(|date| date.text).unwrap_or_default(),
            note: clean(&self.note),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use silverprint_core::PhotoId;

    #[test]
    fn the_upload_gives_the_day_or_else_the_camera() {
        let row = Row {
            title: " Snow\u{202e}\n ".to_owned(),
            taken: Some("2013-10-31 12:00:00".to_owned()),
            ..Row::bare(PhotoId::new(1))
        };
        let caption = row.caption();
        let expected = ("Snow", "31 Oct 2013", "");
        assert_eq!((&*caption.title, &*caption.day, &*caption.note), expected);
        let row = Row { posted: Some(1_383_386_400), note: Some("gone".into()), ..row };
        assert_eq!((&*row.caption().day, &*row.caption().note), ("2 Nov 2013", "gone"));
    }
}
