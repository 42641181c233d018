//! Addresses that lead elsewhere than to Flickr, in a listing and in redirects:
//! nothing is asked there.
//!
//! The program asks the real hosts by name, through a proxy that is the fake and
//! counts where else it is asked to lead; and a trap listens where the addresses
//! point on this machine. What a name resolves to is checked in silverprint-http.

use crate::folder::Folder;
use crate::program::{Ended, Program};
use crate::site::{ids, serve, tiny};
use fake_flickr::{Config, Forgery, Proxy, Server};
use std::net::TcpListener;

/// Where a trap listens, in the addresses below.
const PORT: &str = "PORT";

/// None of them is Flickr's, however it looks.
const HOSTILE: [&str; 72] = [
    // Clouds tell secrets there.
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/latest/meta-data/1.jpg",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://100.100.100.200/latest/meta-data/",
    // This machine.
    "http://127.0.0.1:PORT/1.jpg",
    "https://127.0.0.1:PORT/1.jpg",
    "http://127.0.0.1/1.jpg",
    "http://127.1:PORT/1.jpg",
    "http://127.9.9.9:PORT/1.jpg",
    "http://localhost:PORT/1.jpg",
    "http://LOCALHOST:PORT/1.jpg",
    "http://localhost.:PORT/1.jpg",
    "http://a.localhost:PORT/1.jpg",
    "http://localhost.localdomain:PORT/1.jpg",
    "http://0.0.0.0:PORT/1.jpg",
    "http://0:PORT/1.jpg",
    "http://[::]:PORT/1.jpg",
    "http://[::1]:PORT/1.jpg",
    "https://[::1]:PORT/1.jpg",
    // The same in other numbers, which the URL standard reads as that address.
    "http://2130706433:PORT/1.jpg",
    "http://0x7f000001:PORT/1.jpg",
    "http://0x7f.1:PORT/1.jpg",
    "http://017700000001:PORT/1.jpg",
    "http://0177.0.0.1:PORT/1.jpg",
    "http://127.0.1:PORT/1.jpg",
    "http://127%2e0%2e0%2e1:PORT/1.jpg",
    "http://①②⑦.⓪.⓪.①:PORT/1.jpg",
    "http://127。0。0。1:PORT/1.jpg",
    // Carried in IPv6: mapped, compatible, translated, tunnelled.
    "http://[::ffff:127.0.0.1]:PORT/1.jpg",
    "http://[::ffff:7f00:1]:PORT/1.jpg",
    "http://[::ffff:169.254.169.254]/1.jpg",
    "http://[::127.0.0.1]:PORT/1.jpg",
    "http://[::ffff:0:127.0.0.1]:PORT/1.jpg",
    "http://[64:ff9b::127.0.0.1]:PORT/1.jpg",
    "http://[64:ff9b::a9fe:a9fe]/1.jpg",
    "http://[64:ff9b:1::7f00:1]:PORT/1.jpg",
    "http://[2002:7f00:1::]:PORT/1.jpg",
    "http://[2001:0:7f00:1::]:PORT/1.jpg",
    // One's own network, and what is nobody's.
    "http://10.0.0.1/1.jpg",
    "http://172.16.0.1/1.jpg",
    "http://192.168.1.1/1.jpg",
    "http://100.64.0.1/1.jpg",
    "http://169.254.1.1/1.jpg",
    "http://[fe80::1]/1.jpg",
    "http://[fc00::1]/1.jpg",
    "http://255.255.255.255/1.jpg",
    "http://224.0.0.1/1.jpg",
    "http://router/1.jpg",
    "http://router.local/1.jpg",
    // A name or password in front.
    "https://live.staticflickr.com@127.0.0.1:PORT/1.jpg",
    "https://live.staticflickr.com:443@127.0.0.1:PORT/1.jpg",
    "https://live.staticflickr.com%2F@127.0.0.1:PORT/1.jpg",
    "https://user:pw@live.staticflickr.com/1.jpg",
    // Flickr's hosts at other doors.
    "https://live.staticflickr.com:PORT/1.jpg",
    "https://live.staticflickr.com:22/1.jpg",
    "https://live.staticflickr.com:8443/1.jpg",
    // Names that look like Flickr's.
    "https://live.staticflickr.com.evil.example/1.jpg",
    "https://livestaticflickr.com/1.jpg",
    "https://evil-flickr.com/1.jpg",
    "https://live.staticflickr.com./1.jpg",
    "https://live.staticflickr.co/1.jpg",
    "https://evil.example/live.staticflickr.com/1.jpg",
    "https://evil.example#.staticflickr.com/1.jpg",
    "https://evil.example?.staticflickr.com/1.jpg",
    "https://evil.example\\.staticflickr.com/1.jpg",
    "https://live.ѕtaticflickr.com/1.jpg",
    "https://xn--live-staticflickr-com.example/1.jpg",
    // No web at all.
    "ftp://live.staticflickr.com/1.jpg",
    "file:///etc/passwd",
    "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
    "gopher://127.0.0.1:PORT/_1.jpg",
];

/// What an explicit loopback base opens: this machine by its own names. None of the rest.
fn is_loopback(address: &str) -> bool {
    let own = ["127.0.0.1", "127.", "localhost:", "LOCALHOST:", "[::1]", "2130706433", "0x7f"];
    let own = own.iter().chain(&["0177.", "017700000001", "①②⑦", "127%2e", "127。"]);
    let rest = address.strip_prefix("http://").or(address.strip_prefix("https://"));
    rest.is_some_and(|rest| own.into_iter().any(|own| rest.starts_with(own)))
}

/// A port at which somebody listens whom nobody may ask.
struct Trap(TcpListener);

impl Trap {
    fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn aimed_at(&self, address: &str) -> String {
        address.replace(PORT, &self.0.local_addr().unwrap().port().to_string())
    }

    #[track_caller]
    fn is_untouched(&self) {
        assert!(self.0.accept().is_err(), "somebody came");
    }
}

/// Gives each photo one of the addresses: in the listing, or behind a redirect.
fn plant(server: &Server, addresses: &[String], how: fn(String) -> Forgery) {
    for (id, address) in ids(server).into_iter().zip(addresses) {
        server.forge(id, how(address.clone()));
    }
}

fn listed(url: String) -> Forgery {
    Forgery { url: Some(url), ..Forgery::default() }
}

fn redirected(to: String) -> Forgery {
    Forgery { redirect: Some(to), ..Forgery::default() }
}

/// A `Location` that is no ASCII is trouble that may pass; an address is not.
#[track_caller]
fn assert_lacks_all(ended: &Ended) {
    assert!(matches!(ended.code, Some(3 | 5)), "{:?}: {}", ended.code, ended.stderr);
}

/// That every photo is named as missing, and not one has a picture.
fn assert_none_came(folder: &Folder, server: &Server) {
    let failed = folder.failed();
    assert_eq!(failed.keys().rev().copied().collect::<Vec<_>>(), ids(server));
    assert!(folder.pictures().is_empty());
}

#[test]
fn far_from_loopback_none_of_them_is_asked() {
    let trap = Trap::set();
    let addresses: Vec<_> = HOSTILE.iter().map(|address| trap.aimed_at(address)).collect();
    let photos = u32::try_from(addresses.len()).unwrap();
    for how in [listed, redirected] {
        let server = serve(Config { proxy: Some(Proxy::default()), ..tiny(141, photos) });
        plant(&server, &addresses, how);
        let ca = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(ca.path(), server.proxy_ca().expect("it is a proxy")).unwrap();
        let folder = Folder::new();
        let target = format!("https://www.flickr.com/photos/{}/", server.alias());
        let ended = Program::new(&["sync", &target, "--to"])
            .arg(folder.path())
            .arg("--ca-file")
            .arg(ca.path())
            .without("SILVERPRINT_FLICKR_URL")
            .without("NO_PROXY")
            .without("no_proxy")
            .env("ALL_PROXY", server.base())
            .env("HTTPS_PROXY", server.base())
            .env("HTTP_PROXY", server.base())
            .env("SILVERPRINT_FLICKR_KEY", server.key())
            .run();
        assert_lacks_all(&ended);
        assert_none_came(&folder, &server);
        assert_eq!(server.hits().strangers, [""; 0], "the proxy was asked to lead elsewhere");
        trap.is_untouched();
    }
}

#[test]
fn from_loopback_only_loopback_is_asked() {
    let trap = Trap::set();
    let others = HOSTILE.iter().filter(|address| !is_loopback(address));
    let addresses: Vec<_> = others.map(|address| trap.aimed_at(address)).collect();
    assert!((45..HOSTILE.len()).contains(&addresses.len()), "{}", addresses.len());
    let photos = u32::try_from(addresses.len()).unwrap();
    for (how, reads_all) in [(listed as fn(String) -> Forgery, true), (redirected, false)] {
        let server = serve(tiny(142, photos));
        plant(&server, &addresses, how);
        let folder = Folder::new();
        // Where the test runs behind a proxy, that is not asked either.
        let sync = Program::sync(&server, &folder.path())
            .env("ALL_PROXY", trap.aimed_at("http://127.0.0.1:PORT"));
        let ended = sync.arg("--json").run();
        assert_lacks_all(&ended);
        assert_none_came(&folder, &server);
        trap.is_untouched();
        // Most of them nobody could reach from here: that they were not tried
        // is what each has to be refused for.
        let is_unread = |address: &&String| !reads_all && !address.is_ascii();
        let unread = addresses.iter().filter(is_unread).count();
        let receipt = ended.receipt();
        let failed = receipt["failed"].as_object().unwrap();
        // What a listing gives and is no address at all, is no rendition.
        let refused = ["forbidden", "no rendition"].map(|kind| failed.get(kind));
        let n_refused: u64 = refused.iter().flatten().filter_map(|it| it.as_u64()).sum();
        assert_eq!(n_refused, (addresses.len() - unread) as u64, "{failed:?}");
        let n_others = failed.len() - refused.iter().flatten().count();
        assert!(unread <= 1 && n_others == unread, "{failed:?}");
    }
}
