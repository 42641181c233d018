//! One file for each command: from what was typed to what is done.

pub(crate) mod demo;
pub(crate) mod manual;
pub(crate) mod sync;
