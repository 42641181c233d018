//! A proxy of the environment. Variables belong to a whole process, so each
//! case is this program again, with variables of its own.

mod support;

use silverprint_http::Policy;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::Command;
use support::{Recording, Scripted, Trap, client, hasty};

/// Runs one of the `#[ignore]`d cases below; its output where it fails.
fn again(case: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    for name in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.args(["--exact", case, "--ignored"]).envs(variables.iter().copied());
    let output = command.output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}{err}");
}

/// Accepts one connection, hears its first line, and hangs up.
fn first_line(proxy: TcpListener) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let (stream, _) = proxy.accept().unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line
    })
}

#[test]
fn a_proxy_in_ones_own_network_is_used_and_is_told_the_name() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    // By name, as they are mostly set: it resolves to no public address.
    let address = format!("http://localhost:{}", proxy.local_addr().unwrap().port());
    let heard = first_line(proxy);
    again("asks_flickr", &[("HTTPS_PROXY", &address)]);
    assert_eq!(heard.join().unwrap().trim(), "CONNECT live.staticflickr.com:443 HTTP/1.1");
}

#[tokio::test]
#[ignore = "run by another test, with a proxy in its environment"]
async fn asks_flickr() {
    let (client, _) = client(Policy { loopback: false, attempts: 1, ..hasty() });
    let url = "https://live.staticflickr.com/1.jpg".parse().unwrap();
    client.get(&url, &mut Recording::default()).await.unwrap_err();
}

#[test]
fn a_proxy_opens_no_way_around_the_checks_of_addresses() {
    let (proxy, trap) = (Trap::set(), Trap::set());
    let address = format!("http://localhost:{}", proxy.port());
    let aim = trap.port().to_string();
    again("asks_numbers", &[("ALL_PROXY", &address), ("TRAP", &aim)]);
    assert!(!proxy.was_touched() && !trap.was_touched());
}

#[tokio::test]
#[ignore = "run by another test, with a proxy in its environment"]
async fn asks_numbers() {
    let trap = std::env::var("TRAP").unwrap();
    for host in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "169.254.169.254"] {
        let (client, _) = client(Policy { loopback: false, attempts: 1, ..hasty() });
        let url = format!("http://{host}:{trap}/").parse().unwrap();
        let ended = client.get(&url, &mut Recording::default()).await;
        let is_refused = matches!(ended, Err(silverprint_core::FetchError::Forbidden { .. }));
        assert!(is_refused, "{host}: {ended:?}");
    }
}

#[test]
fn the_loopback_is_asked_directly() {
    let proxy = Trap::set();
    let address = format!("http://localhost:{}", proxy.port());
    again("asks_the_loopback", &[("ALL_PROXY", &address)]);
    assert!(!proxy.was_touched());
}

#[tokio::test]
#[ignore = "run by another test, with a proxy in its environment"]
async fn asks_the_loopback() {
    let server = Scripted::answering(|_, _| ("200 OK".to_owned(), "good".to_owned()));
    let (client, _) = client(hasty());
    client.get(&server.url("/"), &mut Recording::of(b"good".to_vec())).await.unwrap();
}
