//! Names that lead where nobody may be led.

use super::*;
use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

const PUBLIC: [&str; 3] = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "100.63.0.1"];

/// This very machine, its network, what lies around it, and what leads back to them.
const PRIVATE: [&str; 43] = [
    "127.0.0.1",
    "127.8.9.1",
    "127.255.255.254",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "::ffff:192.168.1.1",
    "::ffff:10.0.0.1",
    "169.254.169.254",
    "169.254.0.1",
    "::ffff:169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "0.0.0.0",
    "0.1.2.3",
    "::ffff:0.0.0.0",
    "240.0.0.1",
    "255.255.255.255",
    "224.0.0.1",
    "239.255.255.250",
    "192.0.0.1",
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "198.19.255.255",
    "::",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:1::",
    "2001:db8::1",
];

#[test]
fn private_addresses_are_never_asked() {
    let may = |ip: &str, loopback| may_connect(ip.parse().unwrap(), loopback);
    for ip in PUBLIC {
        assert!(may(ip, false), "{ip}");
    }
    for ip in PRIVATE {
        assert!(!may(ip, false), "{ip}");
    }
    let loosened: Vec<_> = PRIVATE.into_iter().filter(|ip| may(ip, true)).collect();
    let loopback = ["127.0.0.1", "127.8.9.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"];
    assert_eq!(loosened, loopback, "to loopback only, not to the LAN");
}

/// A resolver that says something else each time, and counts how often it was asked.
#[derive(Clone)]
struct Rebinding {
    answers: Arc<Mutex<VecDeque<Vec<SocketAddr>>>>,
}

impl Rebinding {
    fn new(answers: &[&[&str]]) -> Self {
        let addresses =
            |ips: &&[&str]| ips.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect();
        let answers = Arc::new(Mutex::new(answers.iter().map(addresses).collect()));
        Self { answers }
    }

    fn left(&self) -> usize {
        self.answers.lock().unwrap().len()
    }

    fn resolver(&self) -> Resolver<Self> {
        Resolver { loopback: false, proxies: Vec::new(), lookup: self.clone() }
    }
}

impl Lookup for Rebinding {
    async fn lookup(&self, _name: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(self.answers.lock().unwrap().pop_front().expect("it is not asked so often"))
    }
}

async fn resolved(resolver: &Resolver<Rebinding>) -> Option<Vec<String>> {
    let name = "live.staticflickr.com".parse().unwrap();
    let found = resolver.resolve(name).await.ok()?;
    Some(found.map(|address| address.ip().to_string()).collect())
}

#[tokio::test]
async fn a_name_is_checked_each_time_it_is_looked_up() {
    let names = Rebinding::new(&[
        &[PUBLIC[0]],
        &["127.0.0.1", PUBLIC[0], "::ffff:10.0.0.1", PUBLIC[1]],
        &["127.0.0.1"],
        &[],
    ]);
    let resolver = names.resolver();
    assert_eq!(resolved(&resolver).await.unwrap(), [PUBLIC[0]]);
    assert_eq!(resolved(&resolver).await.unwrap(), [PUBLIC[0], PUBLIC[1]]);
    assert_eq!(resolved(&resolver).await, None, "bound to another address since");
    assert_eq!(resolved(&resolver).await, None);
}

/// A client as ours, asked for a port at which this machine listens, by a name
/// that leads to each private address in turn.
#[tokio::test]
async fn no_connection_is_made_to_a_name_that_leads_home() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let url = format!("http://live.staticflickr.com:{}/1.jpg", trap.local_addr().unwrap().port());
    let ask = |resolver: Arc<dyn Resolve>| {
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        client.dns_resolver(resolver).build().unwrap().get(&url).send()
    };
    for ip in PRIVATE {
        let names = Rebinding::new(&[&[ip]]);
        let error = ask(Arc::new(names.resolver())).await.expect_err(ip);
        assert!(format!("{error:?}").contains("NoPublicAddress"), "{ip}: {error:?}");
        assert_eq!(names.left(), 0, "{ip}: the name was looked up");
        assert!(trap.accept().is_err(), "{ip}: somebody came");
    }
    // The trap does catch whoever is let through.
    let names = Rebinding::new(&[&["127.0.0.1"]]);
    let trap = tokio::net::TcpListener::from_std(trap).unwrap();
    tokio::select! {
        ended = ask(Arc::new(Resolver { loopback: true, ..names.resolver() })) => {
            panic!("nobody came, and it ended: {ended:?}");
        }
        came = trap.accept() => assert!(came.is_ok()),
    }
}
