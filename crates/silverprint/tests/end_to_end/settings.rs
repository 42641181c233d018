//! Options in the config file and in the environment, as the user meets them.

use crate::folder::{Folder, truth};
use crate::program::Program;
use crate::site::{serve, tiny};
use fake_flickr::{Config, Key};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const KEY: &str = "SILVERPRINT_FLICKR_KEY";

/// A home with a config file.
struct Home(TempDir);

impl Home {
    fn new(config: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir(home.0.path().join("silverprint")).unwrap();
        fs::write(home.config(), config).unwrap();
        home.open_to(0o600);
        home
    }

    fn config(&self) -> PathBuf {
        self.0.path().join("silverprint/config.toml")
    }

    #[cfg(unix)]
    fn open_to(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.config(), fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(not(unix))]
    fn open_to(&self, _mode: u32) {}
}

#[test]
fn arguments_beat_the_environment_and_the_environment_beats_the_file() {
    let server = serve(tiny(71, 10));
    let home = Home::new("limit = 7\n[sync]\nlimit = 5\n");
    let saved = |program: Program| {
        let folder = Folder::new();
        let target = server.alias();
        let ended = program
            .arg(target)
            .arg("--json")
            .arg("--to")
            .arg(folder.path())
            .env("XDG_CONFIG_HOME", home.0.path())
            .env(KEY, server.key())
            .env("SILVERPRINT_FLICKR_URL", server.base())
            .run()
            .with(0);
        ended.receipt()["saved"].as_u64().unwrap()
    };
    let sync = || Program::new(&["sync"]);
    assert_eq!(saved(sync()), 5);
    assert_eq!(saved(sync().env("SILVERPRINT_LIMIT", "3")), 3);
    assert_eq!(saved(sync().env("SILVERPRINT_LIMIT", "")), 5);
    assert_eq!(saved(sync().env("SILVERPRINT_LIMIT", "3").args("--limit 2")), 2);
    let other = home.0.path().join("other.toml");
    fs::write(&other, "limit = 4").unwrap();
    assert_eq!(saved(sync().env("SILVERPRINT_CONFIG", &other)), 4);
    let named = sync().arg("--config").arg(&other).env("SILVERPRINT_CONFIG", "/nowhere");
    assert_eq!(saved(named), 4);
}

#[test]
fn what_is_wrong_in_the_file_is_named_and_help_is_had_all_the_same() {
    let home = Home::new("conections = 3\n");
    let run = |args: &[&str]| Program::new(args).env("XDG_CONFIG_HOME", home.0.path()).run();
    let path = home.config().display().to_string();
    run(&["sync", "confoo"]).with(2).explains(&path, "connections");
    assert!(run(&["sync", "--help"]).with(0).stdout.contains("--connections"));
    run(&["man"]).with(0);
    run(&["completions", "bash"]).with(0);
    fs::write(home.config(), "connections = 'many'\n").unwrap();
    run(&["sync", "confoo"]).with(2).says("connections = \"many\"");
    run(&["sync", "confoo", "--config", "/nowhere/config.toml"])
        .with(2)
        .says("cannot read the config file /nowhere/config.toml")
        .says(if cfg!(windows) { "os error" } else { "No such file or directory" });
    Program::new(&["sync", "confoo"])
        .env("SILVERPRINT_RATE", "fast")
        .run()
        .with(2)
        .says("SILVERPRINT_RATE=\"fast\"");
}

#[test]
fn a_bad_value_keeps_nothing_from_its_work_that_does_not_take_it() {
    let run = |args: &[&str], text: &str| {
        let home = Home::new(text);
        let program = Program::new(args).env("XDG_CONFIG_HOME", home.0.path());
        program.env("SILVERPRINT_FLICKR_URL", "nonsense").directory(home.0.path()).run()
    };
    run(&["sync", "confoo"], "").with(2).says("SILVERPRINT_FLICKR_URL");
    run(&["login", "--key"], "").with(2).says("SILVERPRINT_FLICKR_URL");
    // These come as far as the catalogue that is not there.
    run(&["list"], "since = 'x'").with(2).says("there is no catalogue");
    run(&["list"], "jobs = 'x'").with(2).says("there is no catalogue");
    run(&["verify"], "jobs = 'x'").with(2).says("jobs = \"x\"");
    run(&["logout"], "since = 'x'").with(0).says("no key to remove");
    // What no command takes is everybody's, but for those that can do without.
    run(&["list"], "conections = 3").with(2).explains("conections", "connections");
    run(&["logout"], "conections = 3").with(0).says("no settings are used").says("conections");
    run(&["logout"], "key =").with(0).says("no settings are used");
    let of_key = Home::new("key = 5");
    let sync = Program::new(&["sync", "confoo"]).env("XDG_CONFIG_HOME", of_key.0.path());
    sync.run().with(2).says("key: expected a text, not integer");
    run(&["list"], "sync = 5").with(2).says("sync: expected a section");
}

#[test]
fn the_key_may_stand_in_the_file_if_nobody_else_can_read_it() {
    let key = "0123456789abcdef".repeat(2);
    let server = serve(Config { key: Key::Only(key.clone()), ..tiny(72, 3) });
    let home = Home::new(&format!("key = '{key}'\n"));
    let folder = Folder::new();
    let sync = || {
        Program::sync(&server, &folder.path()).without(KEY).env("XDG_CONFIG_HOME", home.0.path())
    };
    if cfg!(unix) {
        home.open_to(0o640);
        sync().run().with(4).explains("others can read it", "chmod 600");
        assert_eq!(server.hits().api_total(), 0);
        home.open_to(0o600);
    }
    sync().run().with(0);
    folder.check_holds(&truth(&server));
    // The environment comes first; and what is refused is refused.
    sync().env(KEY, "f".repeat(32)).run().with(4).explains("refused", "login --key");
}

#[test]
fn a_broken_line_with_the_key_is_not_shown() {
    let home = Home::new("size = 1024\nkey = 'ca9a4e0ca9a4e0beef\n");
    let ended = Program::new(&["sync", "confoo"]).env("XDG_CONFIG_HOME", home.0.path()).run();
    let ended = ended.with(2).says("config.toml, line 2");
    assert!(!ended.stderr.contains("ca9a4e0"), "{}", ended.stderr);
}

#[test]
fn a_file_of_certificates_must_hold_some() {
    let server = serve(tiny(73, 1));
    let around = tempfile::tempdir().unwrap();
    let (file, folder) = (around.path().join("ca.pem"), Folder::new());
    let sync = || Program::sync(&server, &folder.path()).arg("--ca-file").arg(&file);
    sync().run().with(2).says("--ca-file: cannot read");
    fs::write(&file, "no certificate").unwrap();
    sync().run().with(2).says("--ca-file: ").says("holds no certificate");
}

#[test]
fn another_flickr_that_is_none_is_named() {
    let server = serve(tiny(74, 1));
    let folder = Folder::new();
    let elsewhere = format!("{}/elsewhere", server.base().trim_end_matches('/'));
    let sync = Program::sync(&server, &folder.path()).args("--flickr-url").arg(&elsewhere);
    let ended = sync.run();
    assert_ne!(ended.code, Some(0));
    ended.says(&format!("Flickr is looked for at {elsewhere} (--flickr-url"));
}
