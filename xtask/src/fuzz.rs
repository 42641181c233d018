//! Fuzzing without cargo-fuzz: builds the targets in `fuzz/` on the toolchain
//! that everything is built with, under the address sanitizer and libFuzzer's
//! coverage, and runs them on the corpus that is kept beside them.
//!
//! What a run finds new lies in `target/fuzz/corpus`; `keep` takes the least
//! of it that covers as much into `fuzz/corpus`. What breaks a target lies in
//! `fuzz/artifacts` and is shown again by giving the file to the program.

use crate::command::{self, cargo, output, program, succeeds};
use crate::{Failure, tools};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// A target: what it is of, it says in its own head.
#[derive(Clone, Copy)]
struct Target {
    name: &'static str,
    /// What it is built with, besides our own JPEG decoder.
    feature: Option<&'static str>,
    /// How long it runs in CI, after the kept corpus; not at all where it takes
    /// minutes to build.
    seconds_in_ci: Option<u32>,
    /// No input is longer.
    longest: &'static str,
}

const fn target(name: &'static str, feature: Option<&'static str>) -> Target {
    Target { name, feature, seconds_in_ci: None, longest: "-max_len=65536" }
}

const fn in_ci(seconds: u32, target: Target) -> Target {
    Target { seconds_in_ci: Some(seconds), ..target }
}

const TARGETS: [Target; 11] = [
    in_ci(5, target("jpeg", None)),
    in_ci(5, target("jpeg_against_turbo", None)),
    in_ci(5, target("jpeg_against_zune", None)),
    in_ci(5, target("container", None)),
    in_ci(5, target("config", Some("config"))),
    target("answer", Some("flickr")),
    target("page", Some("flickr")),
    target("record", Some("catalogue")),
    Target { longest: "-max_len=262144", ..target("catalogue", Some("catalogue")) },
    target("header", Some("thumb")),
    target("thumbnail", Some("thumb")),
];

const SECONDS_BY_HAND: u32 = 600;

/// As cargo-fuzz passes them. The sanitizer and its options are of the compiler
/// that we have, but it gives them only to those who say that they may change.
const FLAGS: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0 \
    --cfg fuzzing -Zsanitizer=address";

/// libFuzzer's own words for: no input takes longer, or more memory; no single
/// allocation is larger than the decoders' own limit.
const LIMITS: [&str; 3] = ["-timeout=20", "-rss_limit_mb=1024", "-malloc_limit_mb=256"];

/// Those that are built soon, for a short while.
pub(crate) fn run_all(root: &Path) -> Result<(), Failure> {
    let short = || TARGETS.iter().filter_map(|target| Some((target, target.seconds_in_ci?)));
    let features: Vec<_> = short().filter_map(|(target, _)| target.feature).collect();
    let fuzzer = Fuzzer::build(&features, root)?;
    short().try_for_each(|(target, seconds)| fuzzer.run(target, seconds))
}

/// One target, for so many seconds, or ten minutes.
pub(crate) fn run_one(target: &str, seconds: Option<&str>, root: &Path) -> Result<(), Failure> {
    let target = known(target)?;
    let seconds = seconds.map_or(Ok(SECONDS_BY_HAND), str::parse::<u32>);
    let seconds = seconds.map_err(|_| "seconds are a number")?;
    Fuzzer::build(target.feature.as_slice(), root)?.run(target, seconds)
}

/// Takes what the runs of a target found into the corpus that is kept.
pub(crate) fn keep(target: &str, root: &Path) -> Result<(), Failure> {
    let target = known(target)?;
    Fuzzer::build(target.feature.as_slice(), root)?.keep(target)
}

fn known(name: &str) -> Result<&'static Target, Failure> {
    let unknown = || format!("no such target: {name}; see fuzz/targets");
    Ok(TARGETS.iter().find(|target| target.name == name).ok_or_else(unknown)?)
}

/// The built programs.
struct Fuzzer<'a> {
    root: &'a Path,
    programs: PathBuf,
    /// Corpora that grow.
    found: PathBuf,
}

impl<'a> Fuzzer<'a> {
    fn build(features: &[&str], root: &'a Path) -> Result<Self, Failure> {
        check_compiler(root)?;
        let triple = triple(root)?;
        let folder = command::target(root)?.join("fuzz");
        let folder_name = folder.to_str().ok_or("the target directory is no text")?;
        let args = ["build", "--manifest-path", "fuzz/Cargo.toml", "--release", "--locked"];
        let into = ["--target", &triple, "--target-dir", folder_name];
        let mut build = cargo(&[&args[..], &into].concat(), root);
        build.arg("--features").arg(features.join(","));
        // Unstable flags; and none of the user's own beside them.
        build.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS);
        build.env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
        command::run(build)?;
        let programs = folder.join(&triple).join("release");
        Ok(Self { root, programs, found: folder.join("corpus") })
    }

    fn run(&self, target: &Target, seconds: u32) -> Result<(), Failure> {
        let (found, kept) = (self.found.join(target.name), self.kept(target));
        let artifacts = self.root.join("fuzz/artifacts").join(target.name);
        for folder in [&found, &kept, &artifacts] {
            fs::create_dir_all(folder)?;
        }
        let prefix = format!("-artifact_prefix={}/", artifacts.display());
        let time = format!("-max_total_time={seconds}");
        let own = [target.longest, &time, &prefix, "-print_final_stats=1", "-verbosity=0"];
        let mut run = program(self.programs.join(target.name), &LIMITS, self.root);
        if target.feature == Some("thumb") {
            // One of everybody's decoders works in threads, and comes back before
            // they have ended: what those still hold would count as leaked.
            run.arg("-detect_leaks=0");
        }
        run.args(own).args([found, kept]);
        // The sanitizer holds freed memory back; less of it than by default.
        run.env("ASAN_OPTIONS", "quarantine_size_mb=64");
        command::run(run).map_err(|cause| format!("{cause}; see {}", artifacts.display()).into())
    }

    fn keep(&self, target: &Target) -> Result<(), Failure> {
        let (found, kept) = (self.found.join(target.name), self.kept(target));
        let mut merge = program(self.programs.join(target.name), &LIMITS, self.root);
        // By what is reached at all, not by how often: a tenth of the files.
        merge.args([target.longest, "-set_cover_merge=1", "-use_counters=0"]).args([kept, found]);
        command::run(merge)
    }

    fn kept(&self, target: &Target) -> PathBuf {
        self.root.join("fuzz/corpus").join(target.name)
    }
}

/// libFuzzer is C++, and compiled with the targets. Without a compiler for that,
/// Debian's is fetched.
fn check_compiler(root: &Path) -> Result<(), Failure> {
    let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    if succeeds(program(&compiler, &["--version"], root)) {
        return Ok(());
    }
    println!("no C++ compiler ({compiler}) for libFuzzer: fetching Debian's g++");
    tools::install(&["g++"], root)
}

/// What the compiler compiles for: with it named, build scripts and macros are
/// spared the sanitizer.
fn triple(root: &Path) -> Result<String, Failure> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let about = output(program(rustc, &["-vV"], root))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc does not say its host")?.to_owned())
}
