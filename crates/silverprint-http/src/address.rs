//! Which network addresses a name may resolve to. A name that we may ask can
//! still point into somebody's own network; so the check is made on what it
//! resolved to, and the connection goes to exactly those addresses.
//!
//! Where a proxy is set, it is the one that looks names up, and no check of ours
//! sees what it finds; what is left is that an address is asked by name only, and
//! which names. The proxy itself may be, and mostly is, in the user's own network.

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Resolves names and keeps public addresses only (and loopback where allowed).
#[derive(Debug, Clone)]
pub(crate) struct Resolver<L = System> {
    loopback: bool,
    /// The names of proxies, which may be anywhere.
    proxies: Vec<String>,
    lookup: L,
}

/// Who knows where names lead.
pub(crate) trait Lookup: Clone + Send + Sync + 'static {
    fn lookup(&self, name: &str) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send;
}

/// The system's own resolver.
#[derive(Debug, Clone)]
pub(crate) struct System;

impl Lookup for System {
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

impl Resolver {
    /// For connections to hosts themselves: where loopback is allowed, proxies
    /// are not used.
    pub(crate) fn loopback_too() -> Self {
        Self { loopback: true, proxies: Vec::new(), lookup: System }
    }

    /// For connections to public hosts, through a proxy where the environment
    /// names one. reqwest reads the same variables by the same rules.
    pub(crate) fn public() -> Self {
        let system = Matcher::from_system();
        let anybody = ["http://silverprint.invalid/", "https://silverprint.invalid/"];
        let proxy = |url: &str| system.intercept(&url.parse().ok()?);
        let name = |url: &str| Some(proxy(url)?.uri().host()?.to_owned());
        let proxies = anybody.into_iter().filter_map(name).collect();
        Self { loopback: false, proxies, lookup: System }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{name} resolves to no public address")]
struct NoPublicAddress {
    name: String,
}

impl<L: Lookup> Resolve for Resolver<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let (loopback, lookup) = (self.loopback, self.lookup.clone());
        let is_proxy = self.proxies.iter().any(|proxy| proxy == name.as_str());
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let mut addresses = lookup.lookup(&name).await?;
            addresses.retain(|address| is_proxy || may_connect(address.ip(), loopback));
            if addresses.is_empty() {
                return Err(NoPublicAddress { name }.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Whether a connection to that address may be made.
pub(crate) fn may_connect(ip: IpAddr, loopback: bool) -> bool {
    match ip.to_canonical() {
        ip if ip.is_loopback() => loopback,
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmarking = a == 198 && (b == 18 || b == 19);
    let protocol_assignments = (a, b, c) == (192, 0, 0);
    let reserved = a == 0 || a >= 240;
    !(ip.is_private() || ip.is_link_local() || ip.is_multicast() || ip.is_documentation())
        && !(shared || benchmarking || protocol_assignments || reserved)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    // 2000::/3 is all that is routed; the tunnels in it (Teredo, 6to4) and
    // NAT64 outside of it carry IPv4 addresses that nobody checked.
    let routed = segments[0] & 0xe000 == 0x2000;
    let tunnel = segments[0] == 0x2002 || (segments[0] == 0x2001 && segments[1] < 0x200);
    let documentation = segments[0] == 0x2001 && segments[1] == 0xdb8;
    routed && !tunnel && !documentation
}

#[cfg(test)]
mod tests;
