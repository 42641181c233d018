//! Where the API and the site's pages are: at Flickr's, or at an address that
//! the user named.

use std::net::Ipv6Addr;
use url::{Host, Url};

/// The addresses of the API and of the site's pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    endpoint: Url,
    site: Url,
}

/// An address that no API can be at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// Only the web is asked.
    #[error("{scheme}: is not a web address")]
    Scheme {
        /// What it begins with.
        scheme: String,
    },
    /// A name or password in the address would end up in messages.
    #[error("the address of {host} has a name or password in it")]
    Userinfo {
        /// Which.
        host: String,
    },
    /// The key travels in every request.
    #[error("{host} would get the API key unencrypted; use https")]
    Unencrypted {
        /// Which.
        host: String,
    },
}

impl Base {
    /// Flickr's own.
    pub fn flickr() -> Self {
        let address = |text: &str| text.parse().expect("a constant");
        Self {
            endpoint: address("https://api.flickr.com/services/rest/"),
            site: address("https://www.flickr.com/"),
        }
    }

    /// The API at `url`/services/rest/, the pages at `url`/photos/. Query and
    /// fragment of `url` do not count.
    pub fn at(url: &Url) -> Result<Self, BaseError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BaseError::Scheme { scheme: url.scheme().to_owned() });
        }
        let host = || url.host_str().unwrap_or_default().to_owned();
        if has_userinfo(url) {
            return Err(BaseError::Userinfo { host: host() });
        }
        if url.scheme() == "http" && !is_loopback(url) {
            return Err(BaseError::Unencrypted { host: host() });
        }
        let below = |path: &str| {
            let mut address = url.clone();
            address.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
            address.set_query(None);
            address.set_fragment(None);
            address
        };
        Ok(Self { endpoint: below("services/rest/"), site: below("") })
    }

    /// Whether it is this very machine, by a literal address or `localhost`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.endpoint)
    }

    pub(crate) fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// A page of the site; `path` is relative, such as `photos/confoo/page2`.
    pub(crate) fn page(&self, path: &str) -> Url {
        self.site.join(path).expect("a path of names that were checked")
    }

    /// `https`, or `http` on this very machine.
    pub(crate) fn scheme(&self) -> &str {
        self.site.scheme()
    }

    /// What the site asks of programs, for all of its pages: at its root, as
    /// RFC 9309 has it.
    pub(crate) fn robots(&self) -> Url {
        self.site.join("/robots.txt").expect("a constant path")
    }
}

/// No name is looked up: what a resolver says can change between two questions.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        None => false,
    }
}

pub(crate) fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Result<Base, BaseError> {
        Base::at(&url.parse().unwrap())
    }

    #[test]
    fn the_api_is_below_the_base() {
        let check = |url: &str, expected: &str| {
            assert_eq!(at(url).unwrap().endpoint().as_str(), expected);
        };
        check("http://127.0.0.1:8080", "http://127.0.0.1:8080/services/rest/");
        check("http://localhost/f/", "http://localhost/f/services/rest/");
        check("https://mirror.example/f?x=1#y", "https://mirror.example/f/services/rest/");
        assert!(!Base::flickr().is_loopback());
    }

    #[test]
    fn pages_are_below_the_base_and_their_rules_at_its_root() {
        let check = |base: &Base, page: &str, robots: &str| {
            assert_eq!(base.page("photos/12@N00/page2").as_str(), page);
            assert_eq!(base.robots().as_str(), robots);
        };
        check(
            &Base::flickr(),
            "https://www.flickr.com/photos/12@N00/page2",
            "https://www.flickr.com/robots.txt",
        );
        check(
            &at("http://127.0.0.1:8080/f?x=1#y").unwrap(),
            "http://127.0.0.1:8080/f/photos/12@N00/page2",
            "http://127.0.0.1:8080/robots.txt",
        );
    }

    #[test]
    fn addresses_that_would_leak_are_refused() {
        assert!(matches!(at("http://mirror.example/"), Err(BaseError::Unencrypted { .. })));
        assert!(matches!(at("https://me:pw@mirror.example/"), Err(BaseError::Userinfo { .. })));
        assert!(matches!(at("ftp://127.0.0.1/"), Err(BaseError::Scheme { .. })));
        assert!(matches!(at("mailto:a@b.example"), Err(BaseError::Scheme { .. })));
    }

    #[test]
    fn only_literal_loopback_hosts_are_loopback() {
        let check = |url: &str, expected| assert_eq!(is_loopback(&url.parse().unwrap()), expected);
        for url in ["http://127.0.0.1/", "http://127.9.9.9:1/", "http://[::1]/", "http://LOCALHOST"]
        {
            check(url, true);
        }
        check("http://2130706433/", true); // 127.0.0.1 in decimal, as the URL standard reads it
        for url in [
            "http://[::ffff:127.0.0.1]/",
            "http://localhost.example/",
            "http://127.0.0.1.example/",
            "http://0.0.0.0/",
            "https://api.flickr.com/",
            "data:,",
        ] {
            check(url, false);
        }
    }
}
