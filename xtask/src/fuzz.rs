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

/// The targets of our own decoder: what they are of, each says in its own head.
/// These alone run in CI, since they are built in a minute.
const OF_JPEG: [&str; 3] = ["jpeg", "jpeg_against_turbo", "jpeg_against_zune"];
/// Those with everybody's decoders, which take minutes to build.
const OF_THUMB: [&str; 2] = ["header", "thumbnail"];

/// Seconds that each target runs in CI, after the kept corpus.
const SECONDS_IN_CI: u32 = 20;
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
const LIMITS: [&str; 4] =
    ["-timeout=20", "-rss_limit_mb=1024", "-malloc_limit_mb=256", "-max_len=65536"];

/// The targets of our own decoder for a short while.
pub(crate) fn run_all(root: &Path) -> Result<(), Failure> {
    let fuzzer = Fuzzer::build(&[], root)?;
    OF_JPEG.iter().try_for_each(|target| fuzzer.run(target, SECONDS_IN_CI))
}

/// One target, for so many seconds, or ten minutes.
pub(crate) fn run_one(target: &str, seconds: Option<&str>, root: &Path) -> Result<(), Failure> {
    let target = known(target)?;
    let seconds = seconds.map_or(Ok(SECONDS_BY_HAND), str::parse::<u32>);
    let seconds = seconds.map_err(|_| "seconds are a number")?;
    Fuzzer::build(features(target), root)?.run(target, seconds)
}

/// Takes what the runs of a target found into the corpus that is kept.
pub(crate) fn keep(target: &str, root: &Path) -> Result<(), Failure> {
    let target = known(target)?;
    Fuzzer::build(features(target), root)?.keep(target)
}

fn known(target: &str) -> Result<&'static str, Failure> {
    let mut all = OF_JPEG.iter().chain(&OF_THUMB);
    let unknown = || format!("no such target: {target}; see fuzz/targets");
    Ok(all.find(|known| **known == target).ok_or_else(unknown)?)
}

/// What a target needs to be built with.
fn features(target: &str) -> &'static [&'static str] {
    if OF_THUMB.contains(&target) { &["--features", "thumb"] } else { &[] }
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
        let mut build = cargo(&[&args[..], &into, features].concat(), root);
        // Unstable flags; and none of the user's own beside them.
        build.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS);
        build.env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
        command::run(build)?;
        let programs = folder.join(&triple).join("release");
        Ok(Self { root, programs, found: folder.join("corpus") })
    }

    fn run(&self, target: &str, seconds: u32) -> Result<(), Failure> {
        let (found, kept) = (self.found.join(target), self.kept(target));
        let artifacts = self.root.join("fuzz/artifacts").join(target);
        for folder in [&found, &kept, &artifacts] {
            fs::create_dir_all(folder)?;
        }
        let prefix = format!("-artifact_prefix={}/", artifacts.display());
        let time = format!("-max_total_time={seconds}");
        let own = [&time, &prefix, "-print_final_stats=1", "-verbosity=0"];
        let mut run = program(self.programs.join(target), &LIMITS, self.root);
        run.args(own).args([found, kept]);
        // The sanitizer holds freed memory back; less of it than by default.
        run.env("ASAN_OPTIONS", "quarantine_size_mb=64");
        command::run(run).map_err(|cause| format!("{cause}; see {}", artifacts.display()).into())
    }

    fn keep(&self, target: &str) -> Result<(), Failure> {
        let (found, kept) = (self.found.join(target), self.kept(target));
        let mut merge = program(self.programs.join(target), &LIMITS, self.root);
        // By what is reached at all, not by how often: a tenth of the files.
        merge.args(["-set_cover_merge=1", "-use_counters=0"]).args([kept, found]);
        command::run(merge)
    }

    fn kept(&self, target: &str) -> PathBuf {
        self.root.join("fuzz/corpus").join(target)
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
