//! `silverprint thumbs` on a folder: one core against two.

use super::kind::KINDS;
use super::place::Place;
use crate::Failure;
use crate::bench::rig::median;
use crate::command::{output, program, run, succeeds};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// How often every picture of the first kind is in the folder: start and end of
/// a run must not count.
const COPIES: usize = 10;

/// The seconds of a folder.
#[derive(Debug)]
pub(super) struct Cores {
    pictures: usize,
    one: f64,
    two: f64,
}

/// Measures it, where the command is there and two cores are.
pub(super) fn measure(place: &Place, rounds: usize, root: &Path) -> Result<Option<Cores>, Failure> {
    let has_command = succeeds(program(place.silverprint(), &["thumbs", "--help"], root));
    let &[.., first, second] = place.cores() else { return Ok(None) };
    if !has_command {
        return Ok(None);
    }
    let (folder, pictures) = many(place)?;
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        one.push(seconds(place, &folder, &[second], root)?);
        two.push(seconds(place, &folder, &[first, second], root)?);
    }
    Ok(Some(Cores { pictures, one: median(one), two: median(two) }))
}

/// A folder of many pictures, links to the same few.
fn many(place: &Place) -> Result<(PathBuf, usize), Failure> {
    let folder = place.empty_folder("many")?;
    let mut pictures = 0;
    for path in place.pictures_of(&KINDS[0])? {
        let name =
            path.file_name().ok_or("a picture without a name")?.to_string_lossy().into_owned();
        for copy in 0..COPIES {
            fs::hard_link(&path, folder.join(format!("{copy}_{name}")))?;
            pictures += 1;
        }
    }
    Ok((folder, pictures))
}

fn seconds(place: &Place, folder: &Path, cores: &[usize], root: &Path) -> Result<f64, Failure> {
    let thumbnails = place.empty_folder("thumbnails")?;
    // What others left to write is written first.
    output(program("sync", &[], root))?;
    let mut thumbs = place.pinned(cores, &place.silverprint());
    thumbs.arg("thumbs").arg(folder).arg("--to").arg(thumbnails);
    thumbs.args(["--jobs", &cores.len().to_string()]);
    let began = Instant::now();
    run(thumbs)?;
    Ok(began.elapsed().as_secs_f64())
}

impl Cores {
    pub(super) fn ratio(&self) -> f64 {
        self.one / self.two
    }

    /// What is to be said of it.
    pub(super) fn remark(&self) -> String {
        let Self { pictures, one, two } = self;
        format!(
            "`silverprint thumbs` on a folder of {pictures} pictures of {}: {one:.2} s on one core, {two:.2} s on two.",
            KINDS[0].title
        )
    }
}
