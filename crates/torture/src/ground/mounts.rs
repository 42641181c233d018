//! Disks in memory that a run left mounted which was itself killed.

use anyhow::{Context, Result, ensure};
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Unmounts what is mounted below a folder, the innermost first.
pub(crate) fn take_away(folder: &Path) -> Result<()> {
    let folder = folder.canonicalize().context("what was left of another run")?;
    let Ok(mounts) = fs::read_to_string("/proc/self/mounts") else { return Ok(()) };
    let places = mounts.lines().filter_map(|line| line.split(' ').nth(1)).map(unescaped);
    let below: Vec<PathBuf> = places.filter(|place| place.starts_with(&folder)).collect();
    for place in below.iter().rev() {
        let done = Command::new("umount").arg("--lazy").arg(place).status().context("umount")?;
        ensure!(done.success(), "{} is still mounted", place.display());
    }
    Ok(())
}

/// Blanks and the like stand there as `\040`.
fn unescaped(word: &str) -> PathBuf {
    let mut bytes = Vec::new();
    let mut rest = word.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..3).filter(|_| first == b'\\');
        let code = code.and_then(|code| u8::from_str_radix(str::from_utf8(code).ok()?, 8).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &after[3..] } else { after };
    }
    PathBuf::from(OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::unescaped;
    use std::path::Path;

    #[test]
    fn blanks_in_the_names_of_mounts_are_read() {
        assert_eq!(unescaped(r"/a\040b/\134c"), Path::new(r"/a b/\c"));
        assert_eq!(unescaped(r"/a\04"), Path::new(r"/a\04"));
    }
}
