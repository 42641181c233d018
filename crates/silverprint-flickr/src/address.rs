//! Which addresses of pictures may be asked. Listings come from outside: an
//! address in one could point into the user's own network.

use crate::Base;
use crate::base::{has_userinfo, is_loopback};
use url::{Host, Url};

/// Why an address is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither http nor https.
    #[error("it is not a web address")]
    Scheme,
    /// A name or password in it.
    #[error("there is a name or password in the address")]
    Userinfo,
    /// Not where Flickr keeps pictures.
    #[error("it is not one of Flickr's hosts")]
    Foreign,
    /// Flickr's host, at a door that is not its web server.
    #[error("the port is not that of Flickr's web servers")]
    Port,
    /// Flickr's host, but a redirect leads back to http.
    #[error("it is not encrypted")]
    Unencrypted,
}

impl Base {
    /// Whether an address may be asked at all, the first or one that a redirect
    /// leads to: the API's own and the site's pages, and pictures as
    /// [`picture_address`] has them.
    pub fn may_ask(&self, url: &Url) -> Result<(), Refusal> {
        let ours = [self.endpoint().origin(), self.robots().origin()];
        if ours.contains(&url.origin()) && !has_userinfo(url) {
            return Ok(());
        }
        let asked = picture_address(url, self)?;
        if asked == *url { Ok(()) } else { Err(Refusal::Unencrypted) }
    }
}

/// The address to ask for the picture listed at `url`: Flickr's hosts, over
/// https even where an old listing says http. Where the API itself is on this
/// machine, pictures may be too, as listed.
pub fn picture_address(url: &Url, base: &Base) -> Result<Url, Refusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::Scheme);
    }
    if has_userinfo(url) {
        return Err(Refusal::Userinfo);
    }
    if base.is_loopback() && is_loopback(url) {
        return Ok(url.clone());
    }
    if !is_flickr(url) {
        return Err(Refusal::Foreign);
    }
    // `Url` drops a port that is the scheme's own.
    if url.port().is_some() {
        return Err(Refusal::Port);
    }
    let mut upgraded = url.clone();
    upgraded.set_scheme("https").map_err(|()| Refusal::Scheme)?;
    Ok(upgraded)
}

/// `live.staticflickr.com`, `farm3.static.flickr.com`, `c1.staticflickr.com`…
/// `Url` has lower-cased the name, and made an IP address of whatever is one.
fn is_flickr(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else { return false };
    let below = |domain: &str| {
        name.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.')).is_some_and(|labels| {
            labels.split('.').all(|label| !label.is_empty() && !label.contains('%'))
        })
    };
    below("staticflickr.com") || below("flickr.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &Base, url: &str, expected: Result<&str, Refusal>) {
        let found = picture_address(&url.parse().unwrap(), base);
        assert_eq!(found.as_ref().map(Url::as_str), expected.as_ref().copied(), "{url}");
    }

    fn loopback() -> Base {
        Base::at(&"http://127.0.0.1:4000/".parse().unwrap()).unwrap()
    }

    #[test]
    fn flickrs_hosts_are_asked_over_https() {
        for base in [Base::flickr(), loopback()] {
            for host in [
                "live.staticflickr.com",
                "farm3.staticflickr.com",
                "farm3.static.flickr.com",
                "c1.staticflickr.com",
                "www.flickr.com",
            ] {
                let https = format!("https://{host}/65535/1_a_o.jpg");
                check(&base, &https, Ok(&https));
                check(&base, &https.replace("https:", "http:"), Ok(&https));
                check(&base, &format!("http://{host}:80/65535/1_a_o.jpg"), Ok(&https));
            }
            check(&base, "http://LIVE.StaticFlickr.com/a", Ok("https://live.staticflickr.com/a"));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let base = Base::flickr();
        for url in [
            "https://staticflickr.com.evil.example/1.jpg",
            "https://live.staticflickr.com.evil.example/1.jpg",
            "https://evilstaticflickr.com/1.jpg",
            "https://evil-flickr.com/1.jpg",
            "https://staticflickr.com/1.jpg",
            "https://flickr.com/1.jpg",
            "https://.staticflickr.com/1.jpg",
            "https://a..staticflickr.com/1.jpg",
            "https://live.staticflickr.com./1.jpg",
            "https://live.staticflickr.com%2eevil.example/1.jpg",
            "https://evil.example/live.staticflickr.com/1.jpg",
            "https://evil.example#.staticflickr.com/1.jpg",
            "https://evil.example\\.staticflickr.com/1.jpg",
            "https://live.ѕtaticflickr.com/1.jpg",
            "https://127.0.0.1/1.jpg",
            "https://localhost/1.jpg",
            "https://2130706433/1.jpg",
            "https://0x7f.1/1.jpg",
            "https://[::1]/1.jpg",
            "https://[::ffff:127.0.0.1]/1.jpg",
            "https://169.254.169.254/latest/",
            "https://10.0.0.1/1.jpg",
        ] {
            check(&base, url, Err(Refusal::Foreign));
        }
        let flickr = "live.staticflickr.com/1.jpg";
        check(&base, &format!("ftp://{flickr}"), Err(Refusal::Scheme));
        check(&base, "file:///etc/passwd", Err(Refusal::Scheme));
        check(&base, "data:image/gif;base64,R0lGOD", Err(Refusal::Scheme));
        check(&base, &format!("https://user@{flickr}"), Err(Refusal::Userinfo));
        check(&base, &format!("https://:pw@{flickr}"), Err(Refusal::Userinfo));
        check(&base, "https://live.staticflickr.com@evil.example/", Err(Refusal::Userinfo));
        check(&base, "https://live.staticflickr.com:8443/1.jpg", Err(Refusal::Port));
        check(&base, "https://live.staticflickr.com:22/1.jpg", Err(Refusal::Port));
    }

    #[test]
    fn a_loopback_api_may_list_loopback_pictures_and_nothing_else() {
        let base = loopback();
        for url in ["http://127.0.0.1:4000/p/1.jpg", "http://localhost:5/1", "http://[::1]:5/1"] {
            check(&base, url, Ok(url));
        }
        check(&base, "http://2130706433:4000/1", Ok("http://127.0.0.1:4000/1"));
        for url in [
            "http://[::ffff:127.0.0.1]:4000/1",
            "http://10.0.0.1/1",
            "http://169.254.169.254/",
            "http://localhost.evil.example/",
            "http://localhost./",
        ] {
            check(&base, url, Err(Refusal::Foreign));
        }
        check(&base, "http://u:p@127.0.0.1:4000/1", Err(Refusal::Userinfo));
    }
    #[test]
    fn every_hop_is_checked() {
        let check = |base: &Base, url: &str, expected| {
            assert_eq!(base.may_ask(&url.parse().unwrap()), expected, "{url}");
        };
        let flickr = Base::flickr();
        check(&flickr, "https://api.flickr.com/services/rest/?method=x", Ok(()));
        check(&flickr, "https://www.flickr.com/photos/keeper/", Ok(()));
        check(&flickr, "http://www.flickr.com/robots.txt", Err(Refusal::Unencrypted));
        check(&flickr, "https://live.staticflickr.com/1.jpg", Ok(()));
        check(&flickr, "http://live.staticflickr.com/1.jpg", Err(Refusal::Unencrypted));
        check(&flickr, "https://evil.example/1.jpg", Err(Refusal::Foreign));
        check(&flickr, "http://127.0.0.1/1.jpg", Err(Refusal::Foreign));
        let mirror = Base::at(&"https://mirror.example/".parse().unwrap()).unwrap();
        check(&mirror, "https://mirror.example/services/rest/", Ok(()));
        check(&mirror, "https://mirror.example/photos/keeper/", Ok(()));
        check(&mirror, "https://u@mirror.example/services/rest/", Err(Refusal::Userinfo));
        check(&mirror, "https://mirror.example:8443/services/rest/", Err(Refusal::Foreign));
        check(&loopback(), "http://127.0.0.1:4000/services/rest/", Ok(()));
        check(&loopback(), "http://127.0.0.1:5000/1.jpg", Ok(()));
    }
}
