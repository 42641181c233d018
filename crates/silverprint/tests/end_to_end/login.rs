//! The user's key, kept and removed; and a keyring that is dead.

use crate::folder::{Folder, truth};
use crate::program::{Ended, Program};
use crate::site::{serve, tiny};
use fake_flickr::{Config, Key, Server};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const CANARY: &str = "ca9a4e0ca9a4e0ca9a4e0ca9a4e0beef";

/// Somebody with a home of their own, and a Flickr that knows them by the canary.
struct Somebody {
    home: TempDir,
    server: Server,
}

impl Somebody {
    fn new(seed: u64) -> Self {
        let server = serve(Config { key: Key::Only(CANARY.to_owned()), ..tiny(seed, 3) });
        Self { home: tempfile::tempdir().unwrap(), server }
    }

    fn key_file(&self) -> PathBuf {
        self.home.path().join("silverprint/key")
    }

    fn program(&self, args: &[&str]) -> Program {
        Program::new(args)
            .env("XDG_CONFIG_HOME", self.home.path())
            .env("SILVERPRINT_FLICKR_URL", self.server.base())
    }

    fn login(&self, key: &str) -> Ended {
        let ended = self.program(&["login", "--key"]).stdin(key).run();
        assert!(!ended.stdout.contains(CANARY) && !ended.stderr.contains(CANARY), "{ended:?}");
        ended
    }

    fn sync(&self, folder: &Folder) -> Program {
        self.program(&["sync", &self.server.alias(), "--to"]).arg(folder.path())
    }
}

#[test]
fn a_key_is_kept_used_and_removed() {
    let me = Somebody::new(81);
    let folder = Folder::new();
    me.login(&format!("{CANARY}\n")).with(0).says("key is kept in");
    let text = fs::read_to_string(me.key_file()).unwrap();
    assert_eq!(text.trim(), CANARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(me.key_file()).unwrap().permissions().mode() & 0o777, 0o600);
    }
    me.sync(&folder).run().with(0);
    folder.check_holds(&truth(&me.server));
    me.program(&["logout"]).run().with(0).says("removed from");
    assert!(!me.key_file().exists());
    me.program(&["logout"]).run().with(0).says("no key to remove");
    let ended = me.sync(&folder).args("--access key").run().with(4);
    ended.explains("no API key", "silverprint login --key");
}

#[test]
fn a_key_that_is_none_or_is_refused_is_not_kept() {
    let me = Somebody::new(82);
    me.login("\n").with(4).explains("empty", "");
    me.login("not a key!\n").with(4).explains("neither a letter nor a digit", "");
    me.login(&"b".repeat(32)).with(4).explains("refused", "not its secret");
    assert!(!me.key_file().exists());
    assert!(me.server.hits().api_total() > 0, "Flickr was asked");
    me.server.reset_hits();
    me.program(&["login", "--key", "--no-check"]).stdin(&"b".repeat(32)).run().with(0);
    assert_eq!(me.server.hits().api_total(), 0);
    assert!(me.key_file().exists());
}

#[test]
fn a_key_in_the_config_file_comes_before_and_that_is_said() {
    let me = Somebody::new(87);
    let config = me.home.path().join("silverprint/config.toml");
    fs::create_dir(config.parent().unwrap()).unwrap();
    fs::write(&config, format!("key = '{}'", "a".repeat(32))).unwrap();
    me.login(CANARY).with(0).says("key is kept in").says("config.toml, and comes before it");
    me.program(&["logout"]).run().with(0).says("removed from").says("config.toml, and stays there");
}

#[test]
fn a_key_that_cannot_be_checked_is_kept_and_that_is_said() {
    let me = Somebody::new(83);
    let login =
        me.program(&["login", "--key"]).env("SILVERPRINT_FLICKR_URL", "http://127.0.0.1:9/");
    login.stdin(CANARY).run().with(0).says("could not be checked");
    assert!(me.key_file().exists());
}

#[test]
fn the_key_is_no_argument() {
    let me = Somebody::new(84);
    me.program(&["login"]).stdin(CANARY).run().with(2).says("--key");
    me.program(&["login", "--key", CANARY]).run().with(2);
    me.program(&["login", &format!("--key={CANARY}")]).run().with(2);
    assert!(!me.key_file().exists());
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let me = Somebody::new(85);
    me.login(CANARY).with(0);
    fs::set_permissions(me.key_file(), fs::Permissions::from_mode(0o644)).unwrap();
    let folder = Folder::new();
    me.sync(&folder).run().with(4).explains("others can read it", "chmod 600");
}

/// The session's bus is there and says nothing, as that of a hung desktop does.
#[cfg(target_os = "linux")]
#[test]
fn a_dead_keyring_keeps_nobody() {
    use std::os::unix::net::UnixListener;
    let me = Somebody::new(86);
    let socket = me.home.path().join("bus");
    let _never_accepts = UnixListener::bind(&socket).unwrap();
    let bus = format!("unix:path={}", socket.display());
    let with_bus = |program: Program| {
        program.without("SILVERPRINT_NO_KEYRING").env("DBUS_SESSION_BUS_ADDRESS", &bus)
    };
    let folder = Folder::new();
    let ended = with_bus(me.sync(&folder).args("--access key")).run().with(4);
    ended.explains("the keyring did not answer in 5 s", "login --key --file");
    // Login falls back to the file, and the file is found before the keyring.
    let login = me.program(&["login", "--key"]).stdin(CANARY);
    with_bus(login).run().with(0).says("not in the keyring").says("silverprint/key");
    with_bus(me.sync(&folder)).run().with(0);
    folder.check_holds(&truth(&me.server));
}
