//! One file for each command: from what was typed to what is done. `door` and
//! `job` are what `sync` and `demo` share.

pub(crate) mod demo;
mod door;
mod job;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod manual;
pub(crate) mod serve;
pub(crate) mod sheet;
pub(crate) mod simul;
pub(crate) mod sync;
pub(crate) mod thumbs;
pub(crate) mod verify;
