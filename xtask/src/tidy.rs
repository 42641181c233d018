//! The longest files and functions, to look at before they grow on: a report,
//! never a gate. Rust files are measured by their lines as rustfmt leaves
//! them, without their test modules.

use crate::Failure;
use std::fs;
use std::path::{Path, PathBuf};

const N_SHOWN: usize = 15;

/// A file or a function, by its length in lines.
struct Measured {
    lines: usize,
    place: String,
}

/// Prints the longest.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let (mut files, mut functions) = (Vec::new(), Vec::new());
    for path in sources(root)? {
        let text = read(&path)?;
        let code: Vec<&str> = text.lines().take_while(|line| *line != "#[cfg(test)]").collect();
        let place = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let in_file = functions_in(&code);
        functions.extend(in_file.into_iter().map(|(name, lines)| {
            let place = format!("{place}: {name}");
            Measured { lines, place }
        }));
        files.push(Measured { lines: code.len(), place });
    }
    print_longest("files", files);
    print_longest("functions", functions);
    Ok(())
}

fn print_longest(what: &str, mut measured: Vec<Measured>) {
    measured.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.place.cmp(&b.place)));
    let tenth = measured.get(measured.len() / 10).map_or(0, |longest| longest.lines);
    println!("{} {what}; one in ten has {tenth} lines or more. The longest:", measured.len());
    for Measured { lines, place } in measured.iter().take(N_SHOWN) {
        println!("{lines:5}  {place}");
    }
}

/// Names and lengths of functions. In formatted code a function ends at the
/// first brace that stands where the function began, and a trait's, which has
/// no body, at a semicolon.
fn functions_in(code: &[&str]) -> Vec<(String, usize)> {
    let mut functions = Vec::new();
    for (idx, line) in code.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = &line[..line.len() - line.trim_start().len()];
        let ends = |rest: &str| rest == "}" || (rest.starts_with(')') && rest.ends_with(';'));
        let is_end = |line: &&str| line.strip_prefix(indent).is_some_and(ends);
        let body = &code[idx..];
        let one_line = line.ends_with('}') || line.ends_with(';');
        let length = if one_line { Some(1) } else { body.iter().position(is_end).map(|at| at + 1) };
        functions.extend(length.map(|length| (name.to_owned(), length)));
    }
    functions
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let mut words = before.split_whitespace();
    let is_item = words.all(|word| {
        matches!(word, "pub" | "async" | "const" | "unsafe" | "extern") || word.starts_with("pub(")
    });
    let name = after.split(['(', '<']).next()?;
    (is_item && !name.is_empty()).then_some(name)
}

fn sources(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders =
        ["crates", "fuzz/src", "fuzz/targets", "xtask"].map(|name| root.join(name)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[expect(clippy::disallowed_methods, reason = "our own sources; nothing waits for this thread")]
fn read(path: &Path) -> Result<String, Failure> {
    Ok(fs::read_to_string(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_measured_from_head_to_brace() {
        let code = "\
pub(crate) fn long<T>(
    x: T,
) {
    if x {
    }
}
impl X {
    async fn inner() {
        1
    }
    fn short() {}
    fn declared(
        x: T,
    ) -> X;
}
// a fn in a comment";
        let lines: Vec<&str> = code.lines().collect();
        let expected = [("long", 6), ("inner", 3), ("short", 1), ("declared", 3)];
        let expected = expected.map(|(name, lines)| (name.to_owned(), lines));
        assert_eq!(functions_in(&lines), expected);
    }
}
