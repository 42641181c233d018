//! The line that credits a photo: title, author, source and licence, as
//! Creative Commons recommends it, in plain text.

use crate::{License, Media, PhotoId, text::one_line};
use std::fmt;

/// Longer titles are cut, so that the line stays one.
const LONGEST_TITLE: usize = 200;
/// Longer names likewise.
const LONGEST_NAME: usize = 100;

/// What a credit line is made from. It prints as the line; it is nobody's
/// legal advice.
#[derive(Debug, Clone, Copy)]
pub struct Credit<'a> {
    /// Which photo.
    pub id: PhotoId,
    /// The owner's words; may hold anything.
    pub title: &'a str,
    /// The owner's screen name; may hold anything. Where it is not known, what
    /// stands in the address.
    pub owner_name: Option<&'a str>,
    /// The owner's part of the photo's address. The NSID: an alias can pass to
    /// somebody else.
    pub owner: &'a str,
    /// Photo or video.
    pub media: Media,
    /// Flickr's licence number, where it is known.
    pub license: Option<u8>,
}

impl Credit<'_> {
    /// The photo's page.
    pub fn page(&self) -> String {
        format!("https://www.flickr.com/photos/{}/{}/", self.owner, self.id)
    }

    fn work(&self) -> String {
        match (one_line(self.title, LONGEST_TITLE), self.media) {
            (title, Media::Photo) if title.is_empty() => "Untitled photo".to_owned(),
            (title, Media::Video) if title.is_empty() => "Untitled video".to_owned(),
            (title, _) => format!("“{title}”"),
        }
    }

    fn author(&self) -> String {
        let name = one_line(self.owner_name.unwrap_or_default(), LONGEST_NAME);
        if name.is_empty() { self.owner.to_owned() } else { name }
    }
}

impl fmt::Display for Credit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (work, author) = (self.work(), self.author());
        match (self.license, self.license.and_then(License::of)) {
            (Some(0), _) => write!(f, "{work} © {author}, all rights reserved")?,
            (_, Some(license)) => {
                write!(f, "{work} by {author}, {} ({})", license.terms(), license.url)?;
            }
            // A licence that came after this program was made: its number is
            // all that can be said, and the photo's page says the rest.
            (Some(number), None) => write!(f, "{work} by {author}, Flickr licence {number}")?,
            (None, None) => write!(f, "{work} by {author}, licence unknown")?,
        }
        write!(f, "; {}", self.page())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: Credit<'_> = Credit {
        id: PhotoId::new(8_500_000_007),
        title: "Harbour at dawn",
        owner_name: Some("Ada"),
        owner: "12345678@N00",
        media: Media::Photo,
        license: Some(4),
    };
    const PAGE: &str = "https://www.flickr.com/photos/12345678@N00/8500000007/";

    fn check(credit: Credit<'_>, expected: &str) {
        assert_eq!(credit.to_string(), format!("{expected}; {PAGE}"));
    }

    #[test]
    fn each_kind_of_licence_has_fitting_words() {
        let with = |license| Credit { license, ..PLAIN };
        check(
            with(Some(4)),
            "“Harbour at dawn” by Ada, CC BY 2.0 (https://creativecommons.org/licenses/by/2.0/)",
        );
        check(with(Some(0)), "“Harbour at dawn” © Ada, all rights reserved");
        check(
            with(Some(7)),
            "“Harbour at dawn” by Ada, no known copyright restrictions (https://www.flickr.com/commons/usage/)",
        );
        check(
            with(Some(8)),
            "“Harbour at dawn” by Ada, United States government work (https://www.usa.gov/government-copyright)",
        );
        check(
            with(Some(9)),
            "“Harbour at dawn” by Ada, dedicated to the public domain, CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/)",
        );
        check(
            with(Some(10)),
            "“Harbour at dawn” by Ada, in the public domain (https://creativecommons.org/publicdomain/mark/1.0/)",
        );
        check(with(Some(17)), "“Harbour at dawn” by Ada, Flickr licence 17");
        check(with(None), "“Harbour at dawn” by Ada, licence unknown");
    }

    #[test]
    fn what_has_no_title_or_no_name_is_credited_all_the_same() {
        let reserved = Credit { license: Some(0), ..PLAIN };
        check(
            Credit { title: " \u{202e}\n", ..reserved },
            "Untitled photo © Ada, all rights reserved",
        );
        let video = Credit { title: "", media: Media::Video, ..reserved };
        check(video, "Untitled video © Ada, all rights reserved");
        for owner_name in [None, Some(""), Some("\u{1}")] {
            let unnamed = Credit { owner_name, ..reserved };
            check(unnamed, "“Harbour at dawn” © 12345678@N00, all rights reserved");
        }
    }

    proptest! {
        /// Whatever the words: one line, not endless, with its source.
        #[test]
        fn a_credit_is_one_line_with_its_source(
            title in any::<String>(),
            name in any::<Option<String>>(),
            license in any::<Option<u8>>(),
        ) {
            let credit = Credit { title: &title, owner_name: name.as_deref(), license, ..PLAIN };
            let line = credit.to_string();
            prop_assert!(!line.contains(char::is_control));
            prop_assert!(line.chars().count() < 600);
            let source = format!("; {PAGE}");
            prop_assert!(line.ends_with(&source));
        }
    }
}
