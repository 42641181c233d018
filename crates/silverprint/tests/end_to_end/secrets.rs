//! The key is nowhere but in the requests.

use crate::folder::{Folder, every_file};
use crate::program::{Ended, Program};
use crate::site::{odd, serve};
use fake_flickr::{ApiFault, Config, Fault, Faults, Key, Times};
use std::fs;
use std::net::TcpListener;

/// Like no other text in the world, and shaped like a key.
const CANARY: &str = "ca9a4e0ca9a4e0ca9a4e0ca9a4e0beef";

fn assert_nowhere(folder: &Folder, ended: &Ended) {
    assert!(!ended.stdout.contains(CANARY), "on stdout");
    assert!(!ended.stderr.contains(CANARY), "on stderr:\n{}", ended.stderr);
    if !folder.path().exists() {
        return;
    }
    for path in every_file(folder) {
        let bytes = fs::read(&path).unwrap();
        let found = bytes.windows(CANARY.len()).any(|it| it == CANARY.as_bytes());
        assert!(!found, "in {}", path.display());
    }
}

#[test]
fn no_file_and_no_line_holds_the_key_whatever_happens() {
    let server = serve(Config {
        key: Key::Only(CANARY.to_owned()),
        faults: Faults::none()
            .seeded(61)
            .and(&[Fault::ResetBody, Fault::Html, Fault::Empty], 0.1, Times::Once)
            .and(&[Fault::Status(404), Fault::PlaceholderRedirect], 0.1, Times::Forever),
        ..odd(61, 40)
    });
    assert_eq!(server.key(), CANARY);
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path());
    // A fault for each kind of call, and one too many for none.
    for fault in [ApiFault::Reset, ApiFault::BadJson, ApiFault::Status(502), ApiFault::Code(105)] {
        server.api_fault(fault);
    }
    let ended = sync().arg("-vv").run().with(3);
    assert!(ended.stderr.contains("services/rest"), "attempts are shown:\n{}", ended.stderr);
    assert_nowhere(&folder, &ended);
    assert_nowhere(&folder, &sync().args("--json --full").run().with(3));

    server.api_fault(ApiFault::Code(95));
    assert_nowhere(&folder, &sync().arg("-vv").run().with(1));
    server.revoke_key();
    assert_nowhere(&folder, &sync().arg("-vv").run().with(4));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = format!("http://127.0.0.1:{port}");
    let unreachable = sync().arg("-vv").env("SILVERPRINT_FLICKR_URL", &nobody).run().with(5);
    assert_nowhere(&folder, &unreachable);
    let odd_key = format!("{CANARY}!");
    let no_key = sync().arg("-vv").env("SILVERPRINT_FLICKR_KEY", odd_key).run().with(4);
    assert_nowhere(&folder, &no_key);
}

#[test]
fn no_log_at_any_level_holds_the_key() {
    let server = serve(Config {
        key: Key::Only(CANARY.to_owned()),
        faults: Faults::none()
            .seeded(62)
            .and(&[Fault::ResetBody, Fault::Html], 0.2, Times::Once)
            .and(&[Fault::Status(404)], 0.4, Times::Forever),
        ..odd(62, 30)
    });
    let logs = tempfile::tempdir().unwrap();
    let log = logs.path().join("log");
    for level in ["-v", "-vv", "-vvv"] {
        let folder = Folder::new();
        let sync = || Program::sync(&server, &folder.path()).arg(level).arg("--log").arg(&log);
        server.api_fault(ApiFault::Reset);
        assert_nowhere(&folder, &sync().run().with(3));
        server.api_fault(ApiFault::Code(105));
        let everything = sync().env("SILVERPRINT_LOG", "trace").args("--full");
        assert_nowhere(&folder, &everything.run().with(3));
        assert_nowhere(&folder, &sync().args("--json --full").run().with(3));
    }
    let text = fs::read_to_string(&log).unwrap();
    assert!(!text.contains(CANARY), "in the log");
    assert!(text.contains("services/rest"), "attempts are logged:\n{text}");
    assert!(!text.contains("method="), "queries are not:\n{text}");
}

/// What everybody on the machine can see of a process.
#[cfg(target_os = "linux")]
#[test]
fn the_arguments_of_the_process_hold_no_key() {
    let server = serve(Config { key: Key::Only(CANARY.to_owned()), ..odd(63, 5) });
    server.api_fault(ApiFault::Stall);
    let folder = Folder::new();
    let run = Program::sync(&server, &folder.path()).args("--stall 3600").start();
    while server.hits().api_total() == 0 {
        std::thread::yield_now();
    }
    let arguments = fs::read(format!("/proc/{}/cmdline", run.pid())).unwrap();
    assert!(!arguments.is_empty());
    assert!(!String::from_utf8_lossy(&arguments).contains(CANARY));
    run.kill();
}
