//! What a browser says of a page: see measure.mjs and weigh.mjs beside the browser's tests.

use crate::Failure;
use crate::command::output;
use crate::sheet::Place;
use serde_json::Value;
use std::path::Path;

/// A sheet of ours, opened, scrolled, jumped about in and searched. Times are milliseconds.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) paint: f64,
    /// When every frame of the window has its print.
    pub(super) drawn: f64,
    pub(super) kilobytes: f64,
    pub(super) frame_p50: f64,
    pub(super) frame_p95: f64,
    pub(super) blank: f64,
    pub(super) blank_p50: f64,
    /// MB of all renderers.
    pub(super) memory: f64,
    pub(super) answer: f64,
    pub(super) whole_answer: f64,
    pub(super) next_answer: f64,
}

impl Page {
    pub(super) fn measure(place: &Place, folder: &Path, rounds: usize) -> Result<Self, Failure> {
        let mut node = place.node(&["measure.mjs"]);
        node.arg(folder).arg(rounds.to_string());
        let said: Value = serde_json::from_str(&output(node)?)?;
        let number = |name: &str| number(&said, name);
        // All of it at that speed, or the frames mean nothing; a short wall ends before.
        println!("scrolled {:.0} px", number("scrolled")?);
        Ok(Self {
            paint: number("paint")?,
            drawn: number("drawn")?,
            kilobytes: said["bytes"]["bytes"].as_f64().ok_or("no bytes were counted")? / 1e3,
            frame_p50: number("frame_p50")?,
            frame_p95: number("frame_p95")?,
            blank: number("blank")?,
            blank_p50: number("blank_p50")?,
            memory: number("memory")?,
            answer: number("answer")?,
            whole_answer: number("whole_answer")?,
            next_answer: number("next_answer")?,
        })
    }
}

/// A page of anybody's, opened.
#[derive(Debug)]
pub(super) struct Weight {
    pub(super) megabytes: f64,
    pub(super) files: f64,
    /// Milliseconds until the first paint.
    pub(super) paint: f64,
}

impl Weight {
    pub(super) fn of(place: &Place, page: &Path) -> Result<Self, Failure> {
        let mut node = place.node(&["weigh.mjs"]);
        node.arg(page);
        let said: Value = serde_json::from_str(&output(node)?)?;
        Ok(Self {
            megabytes: number(&said, "bytes")? / 1e6,
            files: number(&said, "files")?,
            paint: number(&said, "paint")?,
        })
    }
}

fn number(said: &Value, name: &str) -> Result<f64, Failure> {
    Ok(said[name].as_f64().ok_or_else(|| format!("the browser says no {name}: {said}"))?)
}
