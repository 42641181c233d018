//! Polite, patient HTTP: one gate per host, and bodies that are whole.

mod client;

pub use client::{BuildError, Client, Policy};
