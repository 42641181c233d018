//! The released program under `strace`, which hears every call that it makes of
//! the system, and can have one fail or the program die at it. It sees calls that
//! go past the C library too, and needs no change of the program.
//!
//! [`Platter`] makes of such a trace what a disk may hold when the power fails.

mod call;
mod follow;
mod loss;
mod platter;

pub(crate) use call::Call;
pub(crate) use loss::Manner;
pub(crate) use platter::Platter;

use crate::program::{Ended, Program, Running};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Longer than anything that is ever written at once.
const LONGEST: &str = "67108864";

/// Something that a call meets instead of what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inject {
    /// The calls, with commas between.
    pub(crate) calls: &'static str,
    /// Only those that speak of one of these files; of any, where there is none.
    pub(crate) of: Vec<PathBuf>,
    /// As strace has it: `error=EIO`, `signal=KILL`.
    pub(crate) what: &'static str,
    /// The how-manieth of each thread; with `+` behind it, and each that follows.
    pub(crate) when: String,
}

/// Runs a program to its end and hears what it does to files.
pub(crate) fn heard(program: Program, log: &Path) -> Result<(Ended, Vec<Call>)> {
    let calls = format!("trace={}", follow::CALLS);
    let args = ["-f", "--seccomp-bpf", "-xx", "-s", LONGEST, "-e", &calls, "-o"];
    let log_arg = log.to_str().context("the scratch folder has a name in Unicode")?;
    let ended = program.under("strace", &[&args[..], &[log_arg]].concat()).run()?;
    let calls = call::read(&fs::read_to_string(log).context("the trace")?)?;
    fs::remove_file(log)?;
    Ok((ended, calls))
}

/// Starts a program whose calls meet something. What is met stands in the log.
pub(crate) fn meeting(program: Program, inject: &Inject, log: &Path) -> Result<Running> {
    let Inject { calls, of, what, when } = inject;
    let mut args = vec!["-f".to_owned(), "-o".to_owned(), log.display().to_string()];
    // With it strace stops at these calls only, and no signal comes through.
    if !what.starts_with("signal=") {
        args.push("--seccomp-bpf".to_owned());
    }
    args.extend(["-e".to_owned(), format!("trace={calls}")]);
    args.extend(["-e".to_owned(), format!("inject={calls}:{what}:when={when}")]);
    for path in of {
        args.extend(["-P".to_owned(), path.display().to_string()]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    program.under("strace", &args).start()
}

/// Whether a call has met what was injected.
pub(crate) fn was_met(log: &Path) -> Result<bool> {
    let log = fs::read_to_string(log).context("the trace")?;
    Ok(log.contains("(INJECTED)") || log.contains("+++ killed by SIGKILL +++"))
}
