//! The main job, end to end: the program as its users run it, against a
//! photostream on loopback that misbehaves on demand.
//!
//! `program` runs it, `folder` looks at what it leaves; the other modules are
//! the promises, a noun each. Nothing here is timed, and nothing sleeps: a test
//! waits for what the program says, and a program that says nothing for long
//! is killed and fails its test.

#![expect(clippy::disallowed_methods, reason = "tests may block")]

mod addresses;
mod archive;
mod bombs;
mod browser;
mod doors;
mod errors;
mod faults;
mod folder;
mod interrupt;
mod kill;
mod login;
mod logs;
mod look;
mod manual;
mod paper;
#[cfg(unix)]
mod plants;
mod program;
mod proxy;
mod rebuild;
mod secrets;
mod serve;
mod settings;
mod several;
mod simul;
mod site;
mod sizes;
mod terminal;
mod thumbs;
mod timing;
mod updates;
mod verify;
mod videos;
