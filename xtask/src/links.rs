//! Whether what our Markdown pages point to in the repository is there. The
//! web is not asked: a check that needs it fails on its own some days.

use crate::Failure;
use std::fs;
use std::path::{Path, PathBuf};

/// Checks README.md and its like, at the top, in docs/, in bench/ and in each crate.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let pages = pages(root)?;
    if !pages.iter().any(|page| page == &root.join("README.md")) {
        return Err("there is no README.md".into());
    }
    let mut n_broken = 0;
    for page in &pages {
        let folder = page.parent().unwrap_or(root);
        for target in targets(&read(page)?) {
            if !folder.join(&target).exists() {
                println!("{}: {target} is not there", page.display());
                n_broken += 1;
            }
        }
    }
    match n_broken {
        0 => Ok(()),
        n => Err(format!("{n} broken links").into()),
    }
}

fn pages(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut pages = Vec::new();
    let mut folders = vec![root.to_owned(), root.join("docs"), root.join("bench")];
    folders.extend(entries(&root.join("crates"))?);
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
        pages.extend(entries(folder)?.into_iter().filter(is_page));
    }
    Ok(pages)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder)
        .map_err(|error| format!("cannot list {}: {error}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = entries.collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}

#[expect(clippy::disallowed_methods, reason = "our own pages; nothing waits for this thread")]
fn read(page: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(page);
    Ok(text.map_err(|error| format!("cannot read {}: {error}", page.display()))?)
}

/// The relative targets of links and pictures, Markdown's and HTML's; what
/// stands in code fences is no link.
fn targets(markdown: &str) -> Vec<String> {
    let mut targets = Vec::new();
    let mut in_fence = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        } else if !in_fence {
            for (before, end) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"'), ("]: ", ' ')] {
                let starts = line.match_indices(before).map(|(at, found)| at + found.len());
                let found = starts.map(|start| line[start..].split(end).next().unwrap_or(""));
                targets.extend(found.filter_map(relative));
            }
        }
    }
    targets
}

/// The path of a target that lies in the repository, without its fragment
/// and title.
fn relative(target: &str) -> Option<String> {
    let path = target.split(['#', '?', ' ']).next()?.trim_matches(['<', '>']);
    let is_elsewhere = path.is_empty() || path.contains("://") || path.starts_with("mailto:");
    (!is_elsewhere).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_targets_are_found() {
        let check = |markdown: &str, expected: &[&str]| {
            assert_eq!(targets(markdown), expected, "{markdown}");
        };
        check("see [it](docs/A.md#part) and [that](https://x.example/)", &["docs/A.md"]);
        check("![a sheet](docs/sheet.png \"dark\") [x](#here)", &["docs/sheet.png"]);
        check("<img src=\"docs/a.png\"><a href=\"LICENSE-MIT\">", &["docs/a.png", "LICENSE-MIT"]);
        check("[ref]: CONTRIBUTING.md", &["CONTRIBUTING.md"]);
        check("```\n[x](no)\n```\n[y](yes)", &["yes"]);
        check("[m](mailto:a@b.example) plain (text)", &[]);
    }
}
