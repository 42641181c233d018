//! The key is nowhere but in the requests.

use crate::folder::{Folder, every_file};
use crate::program::{Ended, Program};
use crate::site::{Nobody, ids, odd, serve, tiny};
use fake_flickr::{ApiFault, Config, Fault, Faults, Forgery, Key, Times};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

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
    let nobody = Nobody::new();
    let url = format!("http://{}", nobody.address());
    let unreachable = sync().arg("-vv").env("SILVERPRINT_FLICKR_URL", url).run().with(5);
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

/// A host that answers all the same to everybody, and keeps what it hears.
struct Eavesdropper {
    base: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Eavesdropper {
    fn answering(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let ear = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let lines: Vec<_> =
                    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                ear.lock().unwrap().push(lines.join("\n"));
                // Who hung up hears nothing.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { base, heard }
    }

    fn redirecting(to: &str) -> Self {
        let rest = "content-length: 0\r\nconnection: close\r\n\r\n";
        Self::answering(format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\n{rest}"))
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// Where a host sends us on, the next one learns neither the key nor who sent us.
fn assert_learnt_nothing(host: &Eavesdropper) {
    for head in host.heard() {
        let head = head.to_lowercase();
        assert!(!head.contains(CANARY), "the key was told: {head}");
        for name in ["referer:", "origin:", "cookie:", "authorization:", "api_key"] {
            assert!(!head.contains(name), "{name} {head}");
        }
    }
}

#[test]
fn an_api_that_sends_us_elsewhere_takes_no_key_along() {
    let elsewhere = Eavesdropper::answering("HTTP/1.1 404 Not Found\r\n\r\n".to_owned());
    let plain = format!("{}/elsewhere", elsewhere.base);
    // One that repeats the key makes it a part of what we might log.
    let repeating = format!("{plain}?api_key={CANARY}&method=x");
    for (to, told) in [(plain, true), (repeating, false)] {
        let api = Eavesdropper::redirecting(&to);
        let folder = Folder::new();
        let log = folder.path().with_file_name("log");
        let run = |level: &str| {
            Program::new(&["sync", "somebody", level, "--to"])
                .arg(folder.path())
                .arg("--log")
                .arg(&log)
                .env("SILVERPRINT_FLICKR_URL", &api.base)
                .env("SILVERPRINT_FLICKR_KEY", CANARY)
                .run()
        };
        for level in ["-q", "-v", "-vv", "-vvv"] {
            let ended = run(level);
            assert_ne!(ended.code, Some(0));
            assert_nowhere(&folder, &ended);
        }
        assert!(!fs::read_to_string(&log).unwrap().contains(CANARY), "in the log");
        assert!(api.heard().iter().all(|head| head.contains(CANARY)), "it is asked with the key");
        if told {
            assert_learnt_nothing(&elsewhere);
        }
    }
}

#[test]
fn a_picture_that_lies_elsewhere_is_asked_for_without_a_word_of_us() {
    let server = serve(Config { key: Key::Only(CANARY.to_owned()), ..tiny(64, 3) });
    let elsewhere = Eavesdropper::answering("HTTP/1.1 404 Not Found\r\n\r\n".to_owned());
    for id in ids(&server) {
        let redirect = Some(format!("{}/{id}.jpg?s=1", elsewhere.base));
        server.forge(id, Forgery { redirect, ..Forgery::default() });
    }
    let folder = Folder::new();
    let ended = Program::sync(&server, &folder.path()).arg("-vvv").run().with(3);
    assert_nowhere(&folder, &ended);
    assert!(!elsewhere.heard().is_empty(), "it was asked");
    assert_learnt_nothing(&elsewhere);
}

/// Nor does anybody read it in what is said of arguments.
#[test]
fn no_option_takes_a_key() {
    for (command, option) in [("sync", "--key"), ("sync", "--api-key"), ("thumbs", "--key")] {
        let folder = Folder::new();
        let ended = Program::new(&[command, "somebody", &format!("{option}={CANARY}")])
            .directory(folder.path().parent().unwrap())
            .run();
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert_nowhere(&folder, &ended);
    }
}
