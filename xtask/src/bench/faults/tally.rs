//! What a tool left, held against the truth. A file belongs to the photo whose
//! id its name begins with; img2dataset counts its files, and puts the address
//! into a file beside.

use super::place::Place;
use super::stream::TruePhoto;
use crate::Failure;
use crate::bench::report::read;
use crate::command::output;
use serde_json::Value;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How many photos are there byte for byte, there with other bytes, not there.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) right: usize,
    pub(super) wrong: usize,
    pub(super) missing: usize,
}

impl Tally {
    pub(super) fn of(photos: &[TruePhoto], folder: &Path, place: &Place) -> Result<Self, Failure> {
        let mut files = Vec::new();
        if folder.is_dir() {
            find(folder, &mut files)?;
        }
        let mut kept: HashMap<String, Vec<String>> = HashMap::new();
        for (file, sha256) in hashed(files, place)? {
            kept.entry(id(&file)?).or_default().push(sha256);
        }
        let mut tally = Self { right: 0, wrong: 0, missing: 0 };
        for photo in photos {
            match kept.get(&photo.id) {
                Some(files) if files.contains(&photo.sha256) => tally.right += 1,
                Some(_) => tally.wrong += 1,
                None => tally.missing += 1,
            }
        }
        Ok(tally)
    }
}

/// The pictures in a folder, and below. What a tool marks as a part of one is
/// none: by another extension, or by a file of aria2's beside it.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "jpg") {
            let mut mark = path.clone().into_os_string();
            mark.push(".aria2");
            if !Path::new(&mark).exists() {
                files.push(path);
            }
        }
    }
    Ok(())
}

fn hashed(files: Vec<PathBuf>, place: &Place) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut sha256sum = place.program("sha256sum", &[]);
    sha256sum.args(&files);
    let said = output(sha256sum)?;
    // Without any it reads its input, which is empty, and says so in a line.
    let hashes = said.lines().filter_map(|line| line.split_once(' '));
    Ok(files.into_iter().zip(hashes.map(|(hash, _)| hash.to_owned())).collect())
}

/// The id of the photo that a file is meant to be.
fn id(file: &Path) -> Result<String, Failure> {
    let beside = file.with_extension("json");
    let name = if beside.exists() {
        let about: Value = serde_json::from_str(&read(&beside)?)?;
        let url = about["url"].as_str().ok_or("img2dataset names no url")?;
        url.rsplit('/').next().unwrap_or_default().to_owned()
    } else {
        file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    };
    Ok(name.chars().take_while(char::is_ascii_digit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_belong_to_the_photo_whose_id_they_begin_with() {
        for name in ["40000000042.jpg", "a/40000000042_0123456789_o.jpg"] {
            assert_eq!(id(Path::new(name)).unwrap(), "40000000042", "{name}");
        }
    }
}
