//! Titles and names that talk to the terminal: wherever they are shown, they
//! are shown, and do nothing. What is shown is in `tests/golden`, to the letter.

use crate::folder::Folder;
use crate::program::{Ended, Program};
use crate::site::{ids, serve, tiny};
use fake_flickr::{Config, Fault, Forgery, Server, StreamConfig, Times};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// What clears the screen, moves the cursor, renames the window, fills the
/// clipboard, rings, hides, links elsewhere, or turns the line around.
const TITLES: [&str; 24] = [
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}[2J\u{1b}[H gone",
    "\u{1b}[1A\u{1b}[2K over the line before",
    "\u{1b}]0;window\u{7} title",
    "\u{1b}]52;c;Y2xpcGJvYXJk\u{7} clipboard",
    "\u{1b}]8;;http://evil.example/\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{1b}P$qm\u{1b}\\ device control",
    "\u{1b}[6n \u{1b}[c answers itself",
    "\u{1b}c reset",
    "\u{9b}31m C1 red",
    "\u{9d}0;C1 window\u{9c}",
    "\u{90}C1 device control\u{9c}",
    "\u{85}next line\u{84}index",
    "two\nlines\r\nof three",
    "back\u{8}\u{8}\u{8}\u{8}over",
    "return\rover",
    "bell\u{7} tab\t feed\u{c} delete\u{7f}",
    "nul\u{0}l",
    "invoice\u{202e}gpj.exe",
    "\u{202a}left\u{202c} \u{202b}right\u{202c} \u{202d}left\u{202c}",
    "\u{2066}isolated\u{2069} \u{2067}and\u{2069} \u{2068}again\u{2069}",
    "\u{200e}marks\u{200f} \u{61c}",
    "\u{2028}line\u{2029}paragraph",
    "\u{feff}byte order",
];

/// What a terminal may be sent: no controls but the end of a line, and nothing
/// that turns the direction of writing.
#[track_caller]
fn assert_tame(text: &str) {
    let is_harmful = |letter: char| {
        (letter.is_control() && letter != '\n')
            || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let found: Vec<char> = text.chars().filter(|letter| is_harmful(*letter)).collect();
    assert!(found.is_empty(), "{found:?} in {text:?}");
}

/// What it said, once it is known to be tame.
#[track_caller]
fn said(ended: &Ended) -> String {
    assert_tame(&ended.stdout);
    assert_tame(&ended.stderr);
    format!("{}{}", ended.stdout, ended.stderr)
}

/// The lines that hold one of these words, in an order of their own: photos
/// come as they come.
fn sorted(text: &str, words: &[&str]) -> String {
    let has_one = |line: &&str| words.iter().any(|word| line.contains(word));
    let mut lines: Vec<_> = text.lines().filter(has_one).collect();
    lines.sort_unstable();
    lines.iter().fold(String::new(), |all, line| all + line + "\n")
}

/// Compares with what is kept, or keeps it where `SILVERPRINT_GOLDEN=write`.
#[track_caller]
fn assert_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("SILVERPRINT_GOLDEN").is_some_and(|it| it == "write") {
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(kept == text, "{name} is not as kept; it is now:\n{text}");
}

/// A stream of those titles; every fourth of the photos can never be had.
fn hostile() -> Server {
    let photos = u32::try_from(TITLES.len()).unwrap();
    let username = "\u{1b}[31mRed\u{202e}\nName".to_owned();
    let stream = StreamConfig { username, ..StreamConfig::tiny(171, photos) };
    let server = serve(Config { stream, ..tiny(171, photos) });
    for (n, (id, title)) in ids(&server).into_iter().zip(TITLES).enumerate() {
        let words = Some(title.to_owned());
        let forged = Forgery { title: words.clone(), description: words, ..Forgery::default() };
        server.forge(id, forged);
        if n % 4 == 3 {
            server.fault(id, Fault::Status(404), Times::Forever);
        }
    }
    server
}

#[test]
fn titles_are_shown_and_do_nothing() {
    let server = hostile();
    let folder = Folder::new();
    let mut shown = String::new();
    let mut section = |name: &str, text: &str| write!(shown, "== {name}\n{text}\n").unwrap();
    let sync = || Program::sync(&server, &folder.path()).args("--name").arg("{id} {title}");

    let ended = sync().arg("-v").run().with(3);
    section("sync -v", &sorted(&said(&ended), &["archiving", "saved photos/", "failed "]));
    let list = |args: &str| Program::new(&["list"]).arg(folder.path()).args(args).run().with(0);
    section("list", &said(&list("")));
    // What each line explains after the title is told elsewhere.
    let failed = said(&list("--failed"));
    let titles = failed.lines().filter_map(|line| Some(line.split_once("): ")?.0));
    section("list --failed", &(titles.collect::<Vec<_>>().join(")\n") + ")\n"));
    let _ = said(&list("--json"));
    for path in [".", "photos"] {
        for name in fs::read_dir(folder.at(path)).unwrap() {
            assert_tame(name.unwrap().file_name().to_str().unwrap());
        }
    }
    let names: Vec<_> = folder.files().into_keys().filter(|it| it.starts_with("photos/")).collect();
    section("files", &(names.join("\n") + "\n"));
    assert_golden("titles.txt", &shown);

    // Everything else that is said of them: each attempt, each wait, each event.
    for args in ["-vv --full", "-vvv --full", "--json --full", "--dry-run --full", "-q --full"] {
        let _ = said(&sync().args(args).run());
    }
    let log = folder.path().with_file_name("log");
    let everything = sync().env("SILVERPRINT_LOG", "trace").arg("--log").arg(&log).arg("--full");
    let _ = said(&everything.run().with(3));
    assert_tame(&fs::read_to_string(&log).unwrap());
    let _ = said(&Program::new(&["verify"]).arg(folder.path()).run());
}

/// Names that were typed, or lie on the disk, are shown the same way.
#[cfg(unix)]
#[test]
fn errors_and_file_names_do_nothing_either() {
    const NASTY: &str = "a\u{1b}[2Jb\u{202e}c\nd";
    let server = serve(tiny(172, 2));
    let around = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let program = Program::new(args).directory(around.path());
        let keyed = program.env("SILVERPRINT_FLICKR_KEY", server.key());
        keyed.env("SILVERPRINT_FLICKR_URL", server.base()).run()
    };
    let mut shown = String::new();
    let mut section = |name: &str, ended: &Ended| {
        // The error alone: usage and times are no affair of this test.
        let text = sorted(&said(ended), &["error:", "hint:", "a\\u{1b}"]);
        let text = text.replace(&around.path().display().to_string(), "AROUND");
        write!(shown, "== {name}: {:?}\n{text}\n", ended.code).unwrap();
    };
    section("a target", &run(&["sync", NASTY]));
    section("an address", &run(&["sync", &format!("https://www.flickr.com/photos/{NASTY}/")]));
    section("an option", &run(&["sync", "somebody", &format!("--size={NASTY}")]));
    section("a template", &run(&["sync", "somebody", "--name", NASTY]));
    section("no archive", &run(&["list", NASTY]));
    section("no pictures", &run(&["thumbs", NASTY]));
    section("no config", &run(&["sync", "somebody", "--config", NASTY]));
    fs::create_dir(around.path().join("in")).unwrap();
    fs::write(around.path().join("in").join(format!("{NASTY}.jpg")), "no picture").unwrap();
    section("a broken picture", &run(&["thumbs", "in"]));
    assert_golden("errors.txt", &shown);
    let _ = said(&run(&["thumbs", "in", "-vvv"]));
    let _ = said(&run(&["sync", &server.alias(), "--to", NASTY]));
    let _ = said(&run(&["list", NASTY]));
    let _ = said(&run(&["verify", NASTY]));
}
