//! A file for each fault, or family of faults.

pub(crate) mod api;
pub(crate) mod cap;
pub(crate) mod clock;
pub(crate) mod disk;
pub(crate) mod interrupt;
pub(crate) mod kill;
pub(crate) mod million;
pub(crate) mod moving;
pub(crate) mod power;
pub(crate) mod rot;
pub(crate) mod slow;
pub(crate) mod storms;
pub(crate) mod two;
pub(crate) mod wire;
