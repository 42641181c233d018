//! One turn of one tool: its steps one after the other, timed and watched, and what it left, judged.

use super::place::Place;
use super::stream::Stream;
use super::tool::Tool;
use super::watch;
use crate::Failure;
use crate::bench::rig::children_cpu;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Instant;

/// What a turn came to.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) seconds: f64,
    pub(super) cpu: f64,
    /// Bytes of memory.
    pub(super) peak: u64,
    /// How each step that failed ended.
    pub(super) trouble: Option<String>,
    pub(super) tally: Tally,
}

/// How many photos are as they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    /// With both.
    pub(super) right: u64,
    /// With the very bytes that the server has.
    pub(super) pictures: u64,
    /// With a thumbnail of 120×120 that shows it, in whatever colours.
    pub(super) thumbnails: u64,
    /// Of these, in grey.
    pub(super) grey: u64,
}

/// Has a tool do the job, into a folder of its own.
pub(super) fn take(tool: &Tool, place: &Place, stream: &Stream) -> Result<(Turn, String), Failure> {
    let folder = place.new_folder()?;
    let steps = (tool.steps)(place, stream, &folder);
    let typed: Vec<String> =
        steps.iter().map(|step| place.as_typed(step, stream, &folder)).collect();
    let log = place.log(tool.short)?;
    let (mut peak, mut trouble) = (0, None);
    let (began, cpu) = (Instant::now(), children_cpu()?);
    for mut step in steps {
        step.stdout(log.try_clone()?).stderr(log.try_clone()?);
        let (status, held) = watched(step)?;
        peak = peak.max(held);
        trouble = trouble.or_else(|| (!status.success()).then(|| status.to_string()));
    }
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), children_cpu()? - cpu);
    let tally = Tally::of(tool, place, stream, &folder)?;
    let turn = Turn { seconds, cpu, peak, trouble, tally };
    println!("  {:18} {turn:?}", tool.short);
    Ok((turn, typed.join(" && ")))
}

fn watched(mut step: Command) -> Result<(ExitStatus, u64), Failure> {
    let name = step.get_program().to_string_lossy().into_owned();
    let mut child = step.spawn().map_err(|error| format!("cannot start {name}: {error}"))?;
    let watch = watch::memory(child.id());
    let status = child.wait()?;
    Ok((status, watch.end()?))
}

impl Tally {
    fn of(tool: &Tool, place: &Place, stream: &Stream, folder: &Path) -> Result<Self, Failure> {
        let said = place.judge(stream, folder, tool.thumbs)?;
        println!("  {:18} {said}", "");
        Self::read(&said)
    }

    fn read(said: &Value) -> Result<Self, Failure> {
        let number = |name: &str| {
            let number = said[name].as_u64();
            number.ok_or_else(|| format!("the judge counted no {name}: {said}"))
        };
        Ok(Self {
            right: number("right")?,
            pictures: number("pictures")?,
            thumbnails: number("thumbnails")?,
            grey: number("grey")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_is_read_whole_or_not_at_all() {
        let said = |text: &str| Tally::read(&serde_json::from_str(text).unwrap());
        let whole = said(r#"{"right":1,"pictures":2,"thumbnails":3,"grey":1,"worst":null}"#);
        let expected = Tally { right: 1, pictures: 2, thumbnails: 3, grey: 1 };
        assert_eq!(whole.unwrap(), expected);
        assert!(said(r#"{"right":1,"pictures":2}"#).is_err());
    }
}
