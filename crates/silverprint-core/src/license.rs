//! Flickr's licences by number, as its API lists them (2025). A number that
//! is not here stays without a name rather than getting a wrong one.

/// A licence by its short name, with the page that says what it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct License {
    /// As Flickr calls it.
    pub name: &'static str,
    /// Where its text is.
    pub url: &'static str,
}

impl License {
    /// The licence with that number.
    pub fn of(number: u8) -> Option<Self> {
        ALL.get(usize::from(number)).copied()
    }

    /// What it says, as it stands in a line after the author's name. Creative
    /// Commons' names are terms already; the others are headings.
    pub(crate) fn terms(self) -> &'static str {
        match self.name {
            "All Rights Reserved" => "all rights reserved",
            "No known copyright restrictions" => "no known copyright restrictions",
            "United States Government Work" => "United States government work",
            "Public Domain Dedication (CC0)" => "dedicated to the public domain, CC0 1.0",
            "Public Domain Mark" => "in the public domain",
            name => name,
        }
    }
}

const fn license(name: &'static str, url: &'static str) -> License {
    License { name, url }
}

/// The number is the place.
const ALL: [License; 17] = [
    license(
        "All Rights Reserved",
        "https://www.flickrhelp.com/hc/en-us/articles/10710266545556-Using-Flickr-images-shared-by-other-members",
    ),
    license("CC BY-NC-SA 2.0", "https://creativecommons.org/licenses/by-nc-sa/2.0/"),
    license("CC BY-NC 2.0", "https://creativecommons.org/licenses/by-nc/2.0/"),
    license("CC BY-NC-ND 2.0", "https://creativecommons.org/licenses/by-nc-nd/2.0/"),
    license("CC BY 2.0", "https://creativecommons.org/licenses/by/2.0/"),
    license("CC BY-SA 2.0", "https://creativecommons.org/licenses/by-sa/2.0/"),
    license("CC BY-ND 2.0", "https://creativecommons.org/licenses/by-nd/2.0/"),
    license("No known copyright restrictions", "https://www.flickr.com/commons/usage/"),
    license("United States Government Work", "https://www.usa.gov/government-copyright"),
    license("Public Domain Dedication (CC0)", "https://creativecommons.org/publicdomain/zero/1.0/"),
    license("Public Domain Mark", "https://creativecommons.org/publicdomain/mark/1.0/"),
    license("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    license("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    license("CC BY-ND 4.0", "https://creativecommons.org/licenses/by-nd/4.0/"),
    license("CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
    license("CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
    license("CC BY-NC-ND 4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creative_commons_names_agree_with_their_addresses() {
        for license in ALL.iter().filter(|license| license.name.starts_with("CC ")) {
            let (terms, version) = license.name[3..].split_once(' ').unwrap();
            let terms = terms.to_ascii_lowercase();
            let url = format!("https://creativecommons.org/licenses/{terms}/{version}/");
            assert_eq!(license.url, url);
        }
    }

    #[test]
    fn numbers_are_flickr_s() {
        let name = |number| License::of(number).map(|license| license.name);
        assert_eq!(name(0), Some("All Rights Reserved"));
        assert_eq!(name(1), Some("CC BY-NC-SA 2.0"));
        assert_eq!(name(4), Some("CC BY 2.0"));
        assert_eq!(name(7), Some("No known copyright restrictions"));
        assert_eq!(name(10), Some("Public Domain Mark"));
        assert_eq!(name(16), Some("CC BY-NC-ND 4.0"));
        assert_eq!(name(17), None);
    }
}
