use super::*;
use crate::args::Args;
use clap::CommandFactory;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

fn file(text: &str) -> Result<ConfigFile, SettingError> {
    ConfigFile::parse(Path::new("/etc/config.toml"), text, false)
}

/// What `silverprint COMMAND` has of an option, said in arguments, environment and
/// file.
fn value(
    arguments: &[&str],
    environment: &[(&str, &str)],
    text: &str,
    option: &str,
) -> Result<Option<String>, String> {
    let environment: BTreeMap<_, _> = environment.iter().copied().collect();
    let variable = |name: &str| environment.get(name).map(OsString::from);
    let settings = file(text)
        .and_then(|file| collect(&Args::command(), &file, variable))
        .and_then(|said| {
            let settings = said.settings.clone();
            said.check(arguments[0]).map(|()| settings)
        })
        .map_err(|error| error.to_string())?;
    let parse = |settings: &[Setting]| {
        let command = equip(Args::command(), settings, Flags::WithValue);
        let all = ["silverprint"].into_iter().chain(arguments.iter().copied());
        command.try_get_matches_from(all).map_err(|error| error.to_string())
    };
    let matches = parse(&settings)?;
    let matches = parse(&unbeaten(&Args::command(), &settings, &matches))?;
    let (_, matches) = matches.subcommand().expect("a command was given");
    let raw = matches.get_raw(option).and_then(|mut values| values.next_back());
    Ok(raw.map(|value| value.to_str().unwrap().to_owned()))
}

#[test]
fn arguments_beat_the_environment_and_the_environment_beats_the_file() {
    let variable = [("SILVERPRINT_SIZE", "640")];
    let text = "size = 320";
    let check = |arguments: &[&str], environment: &[_], text, expected: &str| {
        let value = value(arguments, environment, text, "size").unwrap();
        assert_eq!(value.as_deref(), Some(expected));
    };
    check(&["sync", "a", "--size", "1024"], &variable, text, "1024");
    check(&["sync", "a"], &variable, text, "640");
    check(&["sync", "a"], &[], text, "320");
    check(&["sync", "a"], &[], "", "original");
    check(&["sync", "a"], &[("SILVERPRINT_SIZE", "")], text, "320");
    check(&["sync", "a"], &[], "size = 320\n[sync]\nsize = 640", "640");
    check(&["sync", "a"], &[], "size = 320\n[verify]\njobs = 2", "320");
}

#[test]
fn flags_are_turned_on_and_off_again() {
    let check = |arguments: &[&str], environment: &[_], text, expected: &str| {
        let value = value(arguments, environment, text, "thumbs_only").unwrap();
        assert_eq!(value.as_deref(), Some(expected), "{arguments:?} {environment:?} {text}");
    };
    check(&["sync", "a"], &[], "", "false");
    check(&["sync", "a", "--thumbs-only"], &[], "", "true");
    check(&["sync", "--thumbs-only", "a"], &[], "", "true");
    check(&["sync", "a"], &[], "thumbs-only = true", "true");
    check(&["sync", "a"], &[("SILVERPRINT_THUMBS_ONLY", "1")], "", "1");
    check(&["sync", "a"], &[("SILVERPRINT_THUMBS_ONLY", "no")], "thumbs-only = true", "no");
    check(&["sync", "a", "--thumbs-only=no"], &[], "thumbs-only = true", "no");
}

#[test]
fn what_excludes_an_option_beats_it_where_it_is_said_more_strongly() {
    let quiet = |arguments: &[&str], environment: &[_], text| {
        let value = value(arguments, environment, text, "quiet").unwrap();
        let verbose = self::value(arguments, environment, text, "verbose").unwrap();
        (value.unwrap(), verbose.unwrap())
    };
    let pair = |quiet: &str, verbose: &str| (quiet.to_owned(), verbose.to_owned());
    assert_eq!(quiet(&["sync", "a"], &[], "verbose = 2"), pair("false", "2"));
    assert_eq!(quiet(&["sync", "a", "-q"], &[], "verbose = 2").0, "true");
    assert_eq!(quiet(&["sync", "a", "-q"], &[], "verbose = 2").1, "0");
    assert_eq!(quiet(&["sync", "a", "-v"], &[], "quiet = true").0, "false");
    let variable = [("SILVERPRINT_VERBOSE", "2")];
    assert_eq!(quiet(&["sync", "a"], &variable, "quiet = true"), pair("false", "2"));
}

/// A value that each long option of `sync` takes, and how it reads.
fn samples() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        ("access", "site"),
        ("bandwidth", "5M"),
        ("ca-file", "/a/ca.pem"),
        ("connections", "3"),
        ("dry-run", "true"),
        ("fit", "contain"),
        ("flickr-url", "https://flickr.example/"),
        ("full", "true"),
        ("jobs", "3"),
        ("json", "true"),
        ("limit", "3"),
        ("log", "/a/log"),
        ("name", "{taken:%Y}/{id}"),
        ("no-keyring", "true"),
        ("no-videos", "true"),
        ("quiet", "true"),
        ("rate", "3.5"),
        ("sequential", "true"),
        ("since", "2020-01-01"),
        ("size", "1024"),
        ("stall", "30"),
        ("thumb", "200x150"),
        ("thumb-format", "png"),
        ("thumbs-only", "true"),
        ("to", "/a"),
        ("tone", "colour"),
        ("trace", "/a/trace.json"),
        ("until", "2020-01-01"),
        ("verbose", "2"),
    ])
}

/// The long options of a command, with their ids.
fn long_options(command: &str) -> BTreeMap<String, String> {
    let commands = Args::command();
    let command = commands.find_subcommand(command).unwrap();
    command
        .get_arguments()
        .filter_map(|arg| Some((arg.get_long()?.to_owned(), arg.get_id().to_string())))
        .filter(|(long, _)| !["help", "version", "config"].contains(&long.as_str()))
        .collect()
}

#[test]
fn each_long_option_of_thumbs_has_a_variable_and_a_key_but_for_the_folder() {
    let samples = samples();
    for (long, id) in long_options("thumbs") {
        // The same word means the same as for `sync`.
        let sample = samples[long.as_str()];
        let value = |environment: &[_], text: &str| {
            value(&["thumbs", "a"], environment, text, &id).map(|it| it.as_deref() == Some(sample))
        };
        assert_eq!(value(&[], &format!("[thumbs]\n{long} = {sample:?}")), Ok(true), "{long}");
        // A folder for archives is no folder for thumbnails.
        let is_shared = Ok(long != "to");
        assert_eq!(value(&[], &format!("{long} = {sample:?}")), is_shared, "{long}");
        assert_eq!(value(&[(&variable_of(&long), sample)], ""), is_shared, "{long}");
    }
}

#[test]
fn each_long_option_of_sync_has_a_variable_and_a_key() {
    let options = long_options("sync");
    let samples = samples();
    assert!(options.keys().eq(samples.keys()), "{:?}", options.keys());
    for (long, sample) in samples {
        let id = &options[long];
        let is_it = |value: Result<Option<String>, String>| {
            assert_eq!(value.as_ref().map(Option::as_deref), Ok(Some(sample)), "{long}");
        };
        let variable = variable_of(long);
        is_it(value(&["sync", "a"], &[(&variable, sample)], "", id));
        is_it(value(&["sync", "a"], &[], &format!("{long} = {sample:?}"), id));
        is_it(value(&["sync", "a"], &[], &format!("[sync]\n{long} = {sample:?}"), id));
    }
}

#[test]
fn options_of_other_commands_are_said_elsewhere_too_but_for_what_is_said_when_run() {
    let check = |arguments: &[&str], environment: &[_], text, option, expected: Option<&str>| {
        assert_eq!(value(arguments, environment, text, option).unwrap().as_deref(), expected);
    };
    check(&["verify"], &[("SILVERPRINT_JOBS", "2")], "", "jobs", Some("2"));
    check(&["verify"], &[], "[verify]\njobs = 2", "jobs", Some("2"));
    check(&["list"], &[], "[list]\ncsv = true", "csv", Some("true"));
    // A folder for archives is no folder for the demo.
    let to = [("SILVERPRINT_TO", "/archive")];
    check(&["demo"], &to, "to = '/archive'", "to", None);
    check(&["demo"], &[], "[demo]\nto = '/tmp/demo'", "to", Some("/tmp/demo"));
    let error = value(&["login", "--key"], &[], "[login]\nfile = true", "file").unwrap_err();
    assert!(error.contains("file is no option of `silverprint login`"), "{error}");
}

#[test]
fn kinds_of_toml_are_read_as_one_would_type_them() {
    let check = |text, option, expected: &str| {
        assert_eq!(value(&["sync", "a"], &[], text, option).unwrap().as_deref(), Some(expected));
    };
    check("since = 2020-01-01", "since", "2020-01-01");
    check("since = '2020-01-01'", "since", "2020-01-01");
    check("rate = 2.5", "rate", "2.5");
    check("rate = 2", "rate", "2");
    check("thumbs-only = 'yes'", "thumbs_only", "yes");
    let home = std::env::home_dir().unwrap();
    check("to = '~/archive'", "to", home.join("archive").to_str().unwrap());
}

#[test]
fn what_is_wrong_is_said_with_file_key_and_value() {
    let error =
        |environment: &[_], text| value(&["sync", "a"], environment, text, "size").unwrap_err();
    let check = |error: String, words: &[&str]| {
        assert!(words.iter().all(|words| error.contains(words)), "{words:?} in {error}");
    };
    check(error(&[], "size = 'huge'"), &["/etc/config.toml", "size", "\"huge\""]);
    check(error(&[], "connections = 0"), &["/etc/config.toml", "connections", "\"0\"", "zero"]);
    check(error(&[], "[sync]\nrate = 'x'"), &["/etc/config.toml", "[sync] rate", "\"x\""]);
    check(error(&[], "access = 'door'"), &["access", "\"door\"", "key, site, page"]);
    check(error(&[], "full = 'maybe'"), &["full", "\"maybe\""]);
    check(error(&[], "size = [1]"), &["/etc/config.toml", "size", "array"]);
    check(error(&[], "sync = 5"), &["sync", "a section", "integer"]);
    check(error(&[], "[sync]\nsize = {}"), &["/etc/config.toml", "size", "table"]);
    check(error(&[], "size = 1\n\nsize ="), &["/etc/config.toml, line 3: "]);
    check(error(&[("SILVERPRINT_SIZE", "huge")], ""), &["SILVERPRINT_SIZE=\"huge\""]);
}

#[test]
fn an_unknown_key_is_named_with_the_nearest() {
    let hint = |text| {
        let error = file(text).unwrap().check_names(&Args::command()).unwrap_err();
        (error.to_string(), error.hint().unwrap())
    };
    let (error, nearest) = hint("conections = 3");
    assert!(error.contains("/etc/config.toml: conections is no option"), "{error}");
    assert!(nearest.contains("connections"), "{nearest}");
    assert!(hint("thumbs_only = true").1.contains("thumbs-only"));
    assert!(hint("[syn]\nsize = 1").1.contains("sync"));
    assert!(hint("[sync]\nsise = 1").1.contains("size"));
    let (error, _) = hint("[list]\nsize = 1");
    assert!(error.contains("size is no option of `silverprint list`"), "{error}");
    assert!(hint("something-else-entirely = 3").1.contains("--help"));
    // It is none of the command's options.
    assert!(hint("[sync]\nkey = 'x'").0.contains("key"));
    assert!(hint("config = 'x'").0.contains("config"));
}

#[test]
fn help_says_where_a_value_comes_from() {
    let variable = |name: &str| (name == "SILVERPRINT_RATE").then(|| "7".into());
    let file = file("size = 1024\nfull = true").unwrap();
    let settings = collect(&Args::command(), &file, variable).unwrap().settings;
    let mut command = equip(Args::command(), &settings, Flags::Plain);
    let sync = command.find_subcommand_mut("sync").unwrap();
    let help = sync.render_long_help().to_string();
    for words in ["[config.toml, size: 1024]", "[SILVERPRINT_RATE: 7]", "[config.toml, full: true]"]
    {
        assert!(help.contains(words), "{words} in\n{help}");
    }
    assert!(!help.contains("yes|no"), "{help}");
}

#[test]
fn the_config_file_is_found_in_the_arguments() {
    let named = |arguments: &[&str]| {
        let all = ["silverprint"].iter().chain(arguments).map(OsString::from);
        named_in(&all.collect::<Vec<_>>())
    };
    assert_eq!(named(&["sync", "a"]), None);
    assert_eq!(named(&["sync", "--config", "b", "a"]), Some("b".into()));
    assert_eq!(named(&["--config=b", "sync", "a"]), Some("b".into()));
    assert_eq!(named(&["sync", "--", "--config=b"]), None);
    assert_eq!(named(&["sync", "--config"]), None);
}

#[test]
fn clap_finds_no_fault_with_the_commands() {
    Args::command().debug_assert();
    for flags in [Flags::WithValue, Flags::Plain] {
        equip(Args::command(), &[], flags).debug_assert();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_file_is_read_or_refused(text in any::<String>(), key in "[a-z-]{1,12}", value in any::<String>()) {
        for text in [text, format!("{key} = {value}"), format!("[sync]\n{key} = {value:?}")] {
            if let Ok(file) = file(&text) {
                let _ = collect(&Args::command(), &file, |_| None).map_err(|error| error.to_string());
            }
        }
    }
}

#[test]
fn no_panic_about_a_config_file_shows_the_key_in_it() {
    let text = "key = \"canary0000\"\nkeey = \"canary0000\"\n[sync]\napi = \"canary0000\"\n";
    let file = ConfigFile::parse(Path::new("/c"), text, false).unwrap();
    let panicking = std::panic::AssertUnwindSafe(|| panic!("it is there: {file:?}"));
    let payload = std::panic::catch_unwind(panicking).unwrap_err();
    let message = payload.downcast_ref::<String>().expect("a message");
    assert!(message.contains("/c") && !message.contains("canary"), "{message}");
}
