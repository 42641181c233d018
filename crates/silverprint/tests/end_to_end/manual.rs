//! Completions and man pages: what packages are made of.

use crate::program::Program;
use std::collections::BTreeSet;
use std::fs;

const COMMANDS: [&str; 12] = [
    "sync",
    "demo",
    "thumbs",
    "list",
    "serve",
    "verify",
    "sheet",
    "simul",
    "login",
    "logout",
    "completions",
    "man",
];

#[test]
fn completions_know_every_command_and_option() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = Program::new(&["completions", shell]).run().with(0);
        assert_eq!(ended.stderr, "");
        for word in COMMANDS.into_iter().chain(["thumbs-only", "access", "no-check"]) {
            assert!(ended.stdout.contains(word), "{word} for {shell}");
        }
        assert!(!ended.stdout.contains("yes|no"), "flags are flags for {shell}");
    }
    Program::new(&["completions", "cmd"]).run().with(2).says("bash");
}

#[test]
fn the_man_page_is_one_and_says_nothing_of_this_machine() {
    let plain = Program::new(&["man"]).run().with(0);
    assert!(plain.stdout.contains(".TH silverprint 1"), "{}", plain.stdout);
    for command in COMMANDS {
        assert!(plain.stdout.contains(&format!("silverprint\\-{command}(1)")), "{command}");
    }
    // Columns stay columns.
    let examples = plain.stdout.split(".SH EXAMPLES").nth(1).unwrap();
    assert!(examples.trim_start().starts_with(".nf\n"), "{examples}");
    assert!(examples.contains("\n  silverprint demo         "), "{examples}");
    assert!(examples.contains("\n.fi"), "{examples}");
    assert!(!plain.stdout.contains("EXTRA"), "{}", plain.stdout);
    let set = Program::new(&["man"]).env("SILVERPRINT_SIZE", "1024").run().with(0);
    assert_eq!(plain.stdout, set.stdout);
}

#[test]
fn each_command_has_a_page_in_a_folder() {
    let around = tempfile::tempdir().unwrap();
    let folder = around.path().join("share/man1");
    for _ in 0..2 {
        let ended = Program::new(&["man", "--dir"]).arg(&folder).run().with(0);
        assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
    }
    let names: BTreeSet<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected = COMMANDS.map(|command| format!("silverprint-{command}.1"));
    let expected: BTreeSet<_> = expected.into_iter().chain(["silverprint.1".to_owned()]).collect();
    assert_eq!(names, expected);
    let sync = fs::read_to_string(folder.join("silverprint-sync.1")).unwrap();
    assert!(sync.contains(".TH silverprint-sync 1"), "{sync}");
    assert!(sync.contains("silverprint sync"), "{sync}");
    assert!(sync.contains("thumbs\\-only"), "{sync}");
}

#[test]
fn each_command_has_help_with_examples() {
    for command in COMMANDS {
        let help = Program::new(&[command, "--help"]).run().with(0).stdout;
        assert!(help.contains("Examples:"), "{help}");
        assert!(help.contains(&format!("silverprint {command}")), "{help}");
    }
}
