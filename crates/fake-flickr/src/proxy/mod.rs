//! The server as an HTTP proxy: CONNECT to the real site's hosts, and to no others.
//!
//! What is reached so is the same server; only the addresses that it tells are the real ones.

mod tls;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::connection::{self, Side};
use crate::world::Shared;
use tls::Authority;

/// Answers CONNECT, with TLS of an authority that is made at the start and kept nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxy {
    /// Where the authority's certificate is written to, in PEM; see also
    /// [`Server::proxy_ca`](crate::Server::proxy_ca).
    pub ca_file: Option<PathBuf>,
}

/// The site as it is seen through tunnels.
pub(crate) struct Tunnels {
    shared: Arc<Shared>,
    acceptor: TlsAcceptor,
    /// The authority's certificate in PEM.
    pub(crate) ca: String,
}

impl Tunnels {
    /// Makes the authority, and writes its certificate where that is wanted.
    pub(crate) fn new(config: &Proxy, shared: Arc<Shared>) -> io::Result<Self> {
        let authority = Authority::new()?;
        if let Some(file) = &config.ca_file {
            #[expect(
                clippy::disallowed_methods,
                reason = "a certificate for those who started us"
            )]
            std::fs::write(file, &authority.pem)?;
        }
        Ok(Self { shared, acceptor: authority.acceptor, ca: authority.pem })
    }
}

/// Answers CONNECT, and what is asked in the tunnel.
pub(crate) async fn tunnel(
    tunnels: Option<&Tunnels>,
    mut stream: TcpStream,
    target: &str,
) -> io::Result<()> {
    let Some((tunnels, side)) = tunnels.zip(side(target)) else {
        if let Some(tunnels) = tunnels {
            tunnels.shared.counters.stranger(target);
        }
        let refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(refusal.as_bytes()).await?;
        return stream.shutdown().await;
    };
    stream.write_all(b"HTTP/1.1 200 Connection Established\r\n\r\n").await?;
    let stream = tunnels.acceptor.accept(stream).await?;
    connection::converse(&tunnels.shared, stream, side).await
}

/// What a host of the real site is to us; `None` for every other host, and for other ports.
fn side(target: &str) -> Option<Side> {
    let (host, port) = target.rsplit_once(':')?;
    if port != "443" {
        return None;
    }
    let host = host.to_ascii_lowercase();
    match host.as_str() {
        "flickr.com" | "www.flickr.com" | "api.flickr.com" | "secure.flickr.com"
        | "m.flickr.com" => Some(Side::Site),
        "live.staticflickr.com" | "staticflickr.com" => Some(Side::Images),
        _ => {
            let (first, domain) = host.split_once('.')?;
            let numbered = ["farm", "c"].iter().any(|kind| {
                first.strip_prefix(kind).is_some_and(|number| {
                    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
                })
            });
            let known = matches!(domain, "staticflickr.com" | "static.flickr.com");
            (numbered && known).then_some(Side::Images)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_sites_hosts_are_reached() {
        for host in ["api.flickr.com", "WWW.flickr.com", "flickr.com"] {
            assert_eq!(side(&format!("{host}:443")), Some(Side::Site), "{host}");
        }
        for host in ["live.staticflickr.com", "farm9.staticflickr.com", "c1.staticflickr.com"] {
            assert_eq!(side(&format!("{host}:443")), Some(Side::Images), "{host}");
        }
        assert_eq!(side("farm3.static.flickr.com:443"), Some(Side::Images));
        for other in [
            "example.org:443",
            "www.flickr.com:80",
            "www.flickr.com",
            "evilflickr.com:443",
            "farm.staticflickr.com:443",
            "farmx.staticflickr.com:443",
            "www.flickr.com.example.org:443",
            ":443",
            "",
        ] {
            assert_eq!(side(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_target_is_read_without_panic(target in "[ -~é:.]{0,60}") {
            side(&target);
        }

        #[test]
        fn no_other_domain_is_reached(host in "[a-z0-9.]{0,20}", top in "[a-z]{2,6}") {
            prop_assume!(top != "com");
            prop_assert_eq!(side(&format!("{host}.{top}:443")), None);
        }
    }
}
