//! Our grey at an eighth, held against libjpeg-turbo's, picture by picture: the
//! same bits or no measurement.

use super::kind::KINDS;
use super::place::Place;
use super::rival::Process;
use super::tool::Program;
use crate::Failure;
use crate::command::{output, program};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// How many pictures of all kinds were the same.
#[derive(Debug, Default)]
pub(super) struct Exactness {
    exact: usize,
    left: usize,
    reasons: BTreeSet<String>,
}

/// Compares every picture, and fails where one differs.
pub(super) fn check(place: &Place, root: &Path) -> Result<Exactness, Failure> {
    let mut turbo = Process::start(place.rival(Program::Turbo))?;
    turbo.answer()?;
    let (mut found, mut different) = (Exactness::default(), Vec::new());
    for kind in &KINDS {
        let theirs = place.empty_folder("eighth/libjpeg-turbo")?;
        turbo.ask(&format!("eighth {} {}", kind.name, theirs.display()))?;
        let ours = place.empty_folder("eighth/ours")?;
        let mut eighth = program(place.eighth(), &[], root);
        eighth.arg(&ours).args(place.pictures_of(kind)?);
        for line in output(eighth)?.lines() {
            let (_, reason) = line.split_once(": ").ok_or("an unknown answer of `eighth`")?;
            found.reasons.insert(reason.to_owned());
            found.left += 1;
        }
        for entry in fs::read_dir(&ours)? {
            let name = entry?.file_name();
            if read(&ours.join(&name))? == read(&theirs.join(&name))? {
                found.exact += 1;
            } else {
                different.push(name.to_string_lossy().into_owned());
            }
        }
    }
    if different.is_empty() {
        Ok(found)
    } else {
        Err(format!("not libjpeg-turbo's eighth: {}", different.join(", ")).into())
    }
}

impl Exactness {
    /// What is to be said of it.
    pub(super) fn remark(&self) -> String {
        let Self { exact, left, reasons } = self;
        let all = exact + left;
        let missing = if *left > 0 {
            let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
            format!("; not yet decoded here: {left} ({})", reasons.join("; "))
        } else {
            String::new()
        };
        format!(
            "At an eighth, luma has the same bits as libjpeg-turbo's in {exact} of {all} \
             pictures{missing}."
        )
    }
}

#[expect(clippy::disallowed_methods, reason = "pictures that were just made here")]
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    Ok(fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?)
}
