//! An account, and the ways in which people name one.

use crate::{IdError, Nsid, PathAlias};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use url::{Host, Url};

/// The owner of a photostream, as resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The permanent id.
    pub nsid: Nsid,
    /// The name in the web address; many accounts never chose one.
    pub alias: Option<PathAlias>,
    /// The screen name; it can change.
    pub username: String,
    /// Whether the account is paid for, where the site says it. Of one that is
    /// not, sizes above 1024 pixels are withheld from others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// How many photos its profile counts, where the site says it: more than it
    /// lists where some are private, or not marked safe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<u64>,
}

impl Account {
    /// The last part of the photostream's address: the alias, else the NSID.
    pub fn path_name(&self) -> &str {
        self.alias.as_ref().map_or(self.nsid.as_str(), PathAlias::as_str)
    }
}

/// An account as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRef {
    /// The permanent id: needs no look-up.
    Nsid(Nsid),
    /// The name in the web address.
    Alias(PathAlias),
}

/// A target that names no photostream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Neither a URL nor an alias nor an NSID.
    #[error("{text:?} names no photostream: {source}")]
    NotAnAccount {
        /// As typed.
        text: String,
        /// What it was taken for last.
        source: IdError,
    },
    /// A URL, but not one of a photostream.
    #[error("{url} is not the address of a photostream (https://www.flickr.com/photos/NAME/)")]
    NotAPhotostream {
        /// As typed.
        url: String,
    },
    /// Only a part of somebody's photos: all of them is more than was asked for.
    #[error(
        "{url} is an album or a selection, which cannot be archived by itself: name the photostream (https://www.flickr.com/photos/{name}/)"
    )]
    NotAll {
        /// As typed.
        url: String,
        /// Whose.
        name: String,
    },
}

impl FromStr for AccountRef {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        let name = if text.contains("://") { name_in_url(text)? } else { text.to_owned() };
        if let Ok(nsid) = name.parse() {
            return Ok(Self::Nsid(nsid));
        }
        let not_an_account = |source| TargetError::NotAnAccount { text: text.to_owned(), source };
        name.parse().map(Self::Alias).map_err(not_an_account)
    }
}

impl fmt::Display for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nsid(nsid) => nsid.fmt(f),
            Self::Alias(alias) => alias.fmt(f),
        }
    }
}

/// `NAME` of `https://…/photos/NAME/…` (or `/people/NAME/`). Nothing is ever
/// fetched from the address that was typed; its host tells only whether
/// Flickr's accounts are meant.
fn name_in_url(text: &str) -> Result<String, TargetError> {
    let not_a_photostream = || TargetError::NotAPhotostream { url: text.to_owned() };
    let url = Url::parse(text).ok().filter(is_flickrs).ok_or_else(not_a_photostream)?;
    let mut segments = url.path_segments().ok_or_else(not_a_photostream)?;
    let (top, name) = (segments.next(), segments.next().filter(|name| !name.is_empty()));
    let (Some("photos" | "people"), Some(name)) = (top, name) else {
        return Err(not_a_photostream());
    };
    let name = name.replace("%40", "@");
    match segments.next() {
        Some("sets" | "albums" | "galleries" | "favorites" | "groups" | "archives" | "tags") => {
            Err(TargetError::NotAll { url: text.to_owned(), name })
        }
        _ => Ok(name),
    }
}

/// Flickr's hosts, and this very machine, where a fake one may be.
fn is_flickrs(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => {
            matches!(host, "flickr.com" | "localhost") || host.ends_with(".flickr.com")
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_aliases_and_nsids_are_told_apart() {
        let check = |text: &str, expected: &str| {
            let named: AccountRef = text.parse().unwrap();
            assert_eq!(named.to_string(), expected, "{text}");
        };
        check("https://www.flickr.com/photos/ConFoo/", "confoo");
        check("http://flickr.com/photos/confoo/page2", "confoo");
        check("https://www.flickr.com/photos/12345678@N00/", "12345678@N00");
        check("https://m.flickr.com/photos/confoo/53687483515/in/photostream/", "confoo");
        check("http://127.0.0.1:4000/photos/confoo/", "confoo");
        check("https://www.flickr.com/people/12345678%40N00", "12345678@N00");
        check("confoo", "confoo");
        check("12345678@N00", "12345678@N00");
        for bad in [
            "",
            "https://www.flickr.com/",
            "https://www.flickr.com/photos/",
            "a b",
            "https://www.flickr.com/photos/tags/",
            "mailto://x",
            "https://example.org/photos/confoo/",
            "https://flickr.com.example.org/photos/confoo/",
            "https://www.flickr.com/photos/confoo/sets/7215/",
            "https://www.flickr.com/photos/confoo/albums/",
        ] {
            assert!(bad.parse::<AccountRef>().is_err(), "{bad:?}");
        }
    }
}
