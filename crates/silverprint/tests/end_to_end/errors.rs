//! When it cannot go on it says what, why, and what to do; the exit code
//! tells programs the same.

use crate::folder::{Folder, truth};
use crate::program::{Line, Program};
use crate::site::{Nobody, ids, serve, tiny};
use fake_flickr::{Account, ApiFault, Change, Config, Fault, Key, Step, Times};
use std::fs;

const KEY: &str = "SILVERPRINT_FLICKR_KEY";

#[test]
fn without_a_key_it_says_where_to_get_one() {
    let server = serve(tiny(31, 1));
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path());
    let unset = sync().args("--access key").without(KEY).run();
    let empty = sync().args("--access key").env(KEY, " ").run();
    for ended in [unset, empty] {
        ended.with(4).explains("no API key", "silverprint login --key");
    }
    assert_eq!(server.hits().api_total(), 0);
    assert!(!folder.path().exists(), "nothing was begun");
}

#[test]
fn a_key_that_is_none_or_is_refused_is_named_as_the_cause() {
    let server = serve(Config { key: Key::Only("a".repeat(32)), ..tiny(32, 1) });
    let folder = Folder::new();
    let sync = |key: &str| Program::sync(&server, &folder.path()).env(KEY, key).run().with(4);
    sync(&"b".repeat(32)).explains("the API key was refused", "SILVERPRINT_FLICKR_KEY");
    sync("not a key!").explains("neither a letter nor a digit", "SILVERPRINT_FLICKR_KEY");
}

#[test]
fn a_key_revoked_in_the_middle_ends_the_run_and_a_good_one_goes_on() {
    let mut config = tiny(33, 600);
    config.script = vec![Step { after_page: 1, change: Change::RevokeKey }];
    let stopped = serve(config);
    let folder = Folder::new();
    Program::sync(&stopped, &folder.path())
        .run()
        .with(4)
        .explains("the API key was refused (list page", "SILVERPRINT_FLICKR_KEY")
        .says("run the same command again");
    let there = folder.pictures();
    assert_eq!(there.len(), 500, "what was listed was saved all the same");
    folder.check_itself();
    drop(stopped);

    // The same stream, with the key as good as new.
    let server = serve(tiny(33, 600));
    Program::sync(&server, &folder.path()).run().with(0);
    assert_eq!(server.hits().images, 100, "only the rest is fetched");
    folder.check_holds(&truth(&server));
}

#[test]
fn an_account_that_is_not_there_or_not_for_us_is_told_apart_from_trouble() {
    let check = |account: Account, error: &str, hint: &str| {
        let server = serve(Config { account, ..tiny(34, 1) });
        let folder = Folder::new();
        let ended = Program::sync(&server, &folder.path()).run();
        ended.with(4).explains(error, hint);
        assert_eq!(server.hits().images, 0);
    };
    let address = "https://www.flickr.com/photos/NAME/";
    check(Account::Unknown, "there is no account silverprint-fake", address);
    check(Account::Deleted, "there is no account silverprint-fake", address);
    check(Account::Denied, "no permission", "the owner");
}

#[test]
fn an_account_deleted_between_two_runs_costs_nothing_that_is_there() {
    let server = serve(tiny(35, 5));
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path()).run();
    sync().with(0);
    let truth = truth(&server);
    server.set_account(Account::Deleted);
    sync().with(4).explains("there is no account", "https://");
    folder.check_holds(&truth);
}

#[test]
fn an_api_that_stays_unavailable_is_trouble_that_passes() {
    let server = serve(tiny(36, 1));
    for _ in 0..30 {
        server.api_fault(ApiFault::Code(105));
    }
    let folder = Folder::new();
    Program::sync(&server, &folder.path())
        .run()
        .with(5)
        .explains("unavailable", "run the same command again");
}

#[test]
fn without_a_network_it_says_so() {
    let server = serve(tiny(37, 1));
    let nobody = Nobody::new();
    let folder = Folder::new();
    Program::sync(&server, &folder.path())
        .env("SILVERPRINT_FLICKR_URL", format!("http://{}", nobody.address()))
        .run()
        .with(5)
        .explains(&format!("cannot reach {}", nobody.address()), "check the network");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let server = serve(tiny(38, 1));
    let around = tempfile::tempdir().unwrap();
    let file = around.path().join("a file");
    fs::write(&file, "not a folder").unwrap();
    let check = |folder: &std::path::Path| {
        Program::sync(&server, folder).run().with(7).explains("a file", "--to");
        assert_eq!(fs::read_to_string(&file).unwrap(), "not a folder");
    };
    check(&file);
    check(&file.join("below"));
    assert_eq!(server.hits().images, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn where_no_folder_can_be_made_another_is_asked_for() {
    let server = serve(tiny(42, 1));
    let ended = Program::sync(&server, std::path::Path::new("/proc/nowhere")).run();
    ended.with(7).explains("/proc/nowhere", "give another one with --to");
}

/// What is wrong with the network is wrong for all.
#[test]
fn of_several_none_is_tried_where_nobody_can_be_reached() {
    let around = tempfile::tempdir().unwrap();
    let sync = Program::new(&["sync", "one", "two", "three", "--to"]).arg(around.path());
    let ended = sync.env(KEY, "a".repeat(32)).run().with(5);
    let errors = ended.stderr.lines().filter(|line| line.starts_with("error: "));
    assert_eq!(errors.count(), 1, "{}", ended.stderr);
    ended.says("1 could not be archived, 2 not begun");
}

#[test]
fn a_folder_in_use_is_left_alone_and_its_user_named() {
    let server = serve(tiny(39, 30));
    // As long as this one is not answered the first goes on.
    let slow = ids(&server)[0];
    server.fault(slow, Fault::StallHeader, Times::Forever);
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path()).args("--json --stall 3600");
    let mut first = sync().start();
    first.until_saved(10);
    let hits = server.hits().images;
    sync()
        .run()
        .with(11)
        .explains(&format!("in use by another silverprint (process {})", first.pid()), "--to");
    assert!(server.hits().images - hits <= 20, "the second fetched nothing");
    first.kill();
    server.fault(slow, Fault::StallHeader, Times::N(0));
    sync().run().with(0);
    folder.check_holds(&truth(&server));
}

#[test]
fn what_was_typed_wrong_is_a_usage_error_and_names_the_argument() {
    let check = |args: &str, named: &str| {
        let args: Vec<_> = args.split_whitespace().collect();
        Program::new(&args).env(KEY, "a".repeat(32)).run().with(2).says("error: ").says(named);
    };
    check("sync", "<TARGET>");
    check("sync confoo --size huge", "--size");
    check("sync confoo --thumb 0x0", "--thumb");
    check("sync confoo --since yesterday", "--since");
    check("sync confoo --connections 0", "--connections");
    check("sync confoo --rate=-1", "--rate");
    check("sync confoo --quiet --verbose", "--verbose");
    check("sync ../confoo", "<TARGET>");
    check("sync confoo --since 2020-01-02 --until 2020-01-01", "--since is after --until");
    check("sync confoo --flickr-url nowhere", "--flickr-url");
    check("archive confoo", "archive");
}

/// The key in the arguments would be seen by everybody on the machine.
#[test]
fn there_is_no_argument_for_the_key() {
    let help = Program::new(&["sync", "--help"]).run().with(0);
    assert!(!help.stdout.contains("--key"), "{}", help.stdout);
    Program::new(&["sync", "confoo", "--key", "x"]).run().with(2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_run_cleanly_and_with_room_it_goes_on() {
    let server = serve(tiny(40, 500));
    let disk = match disk::Disk::mount("3m") {
        Ok(disk) => disk,
        Err(error) if std::env::var_os("CI").is_some_and(|ci| ci == "true") => {
            panic!("CI must be able to mount a tmpfs: {error}")
        }
        // Without the right to mount there is no small disk to fill.
        Err(_) => return,
    };
    let folder = disk.path().join("archive");
    let sync = || Program::sync(&server, &folder);
    sync().run().with(7).explains("cannot ", "make room, then run the same command again");
    let truth = truth(&server);
    let whole = |path: &str| fs::read(folder.join(path)).ok().map(|it| crate::folder::sha256(&it));
    let there = truth.values().filter(|(path, sha256)| match whole(path) {
        Some(found) => {
            assert_eq!(found, *sha256, "{path}");
            true
        }
        None => false,
    });
    let there = there.count() as u64;
    assert!((1..500).contains(&there), "{there} fit");

    disk.grow("64m").unwrap();
    server.reset_hits();
    sync().run().with(0);
    assert_eq!(server.hits().images, 500 - there);
    for (path, sha256) in truth.values() {
        assert_eq!(whole(path).as_ref(), Some(sha256), "{path}");
    }
    let incoming = fs::read_dir(folder.join(".silverprint/incoming")).unwrap().count();
    assert_eq!(incoming, 0, "what did not fit is cleared away");
}

/// A disk small enough to fill.
#[cfg(target_os = "linux")]
pub(crate) mod disk {
    use rustix::mount::{MountFlags, UnmountFlags, mount, mount_remount, unmount};
    use std::ffi::CString;
    use std::io;
    use std::path::Path;
    use tempfile::TempDir;

    pub(crate) struct Disk(TempDir);

    impl Disk {
        pub(crate) fn mount(size: &str) -> io::Result<Self> {
            let at = tempfile::tempdir()?;
            mount(
                "tmpfs",
                at.path(),
                "tmpfs",
                MountFlags::empty(),
                Some(options(size).as_c_str()),
            )?;
            Ok(Self(at))
        }

        pub(crate) fn grow(&self, size: &str) -> io::Result<()> {
            let options = options(size);
            Ok(mount_remount(self.0.path(), MountFlags::empty(), options.as_c_str())?)
        }

        pub(crate) fn path(&self) -> &Path {
            self.0.path()
        }
    }

    fn options(size: &str) -> CString {
        CString::new(format!("size={size}")).expect("it has no zero in it")
    }

    impl Drop for Disk {
        fn drop(&mut self) {
            // Also when a process still has a file open in it.
            let _ = unmount(self.0.path(), UnmountFlags::DETACH);
        }
    }
}

/// The reader of stdout may leave early (`| head`): the archive is made anyway.
#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_does_not_stop_the_archive() {
    let server = serve(tiny(41, 60));
    let folder = Folder::new();
    let mut run = Program::sync(&server, &folder.path()).arg("--json").start();
    run.until(|line| matches!(line, Line::Out(_)));
    run.stop_listening().with(0);
    folder.check_holds(&truth(&server));
}
