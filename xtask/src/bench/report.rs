//! What a measurement came to, as Markdown, and its place in bench/README.md.

use crate::Failure;
use crate::command::{output, program};
use std::fmt;
use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

/// A table, and what is to be said of it.
#[derive(Debug, Default)]
pub(super) struct Report {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    remarks: Vec<String>,
}

impl Report {
    pub(super) fn new(header: &[&str]) -> Self {
        let header = header.iter().map(|name| (*name).to_owned()).collect();
        Self { header, ..Self::default() }
    }

    /// Adds a row, and shows it: some measurements take minutes.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        println!("{}", cells.join("  "));
        self.rows.push(cells);
    }

    pub(super) fn remark(&mut self, remark: String) {
        self.remarks.push(remark);
    }

    /// Another table, below what was said so far, and what is to be said of it.
    pub(super) fn append(&mut self, other: &Self) {
        self.remarks.push(other.to_string().trim_end().to_owned());
    }

    /// A promise, and whether it was kept.
    pub(super) fn promise(&mut self, promise: &str, is_kept: bool) {
        let verdict = if is_kept { "kept" } else { "**not kept**" };
        self.remarks.push(format!("{promise}: {verdict}."));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            let cells = self.rows.iter().chain([&self.header]);
            cells.map(|row| row[column].chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let mut line = |cells: &[String]| {
            // What is measured stands left, numbers right.
            let cells = cells.iter().zip(&widths).enumerate().map(|(n, (cell, width))| {
                if n == 0 { format!("| {cell:width$} ") } else { format!("| {cell:>width$} ") }
            });
            writeln!(f, "{}|", cells.collect::<String>())
        };
        line(&self.header)?;
        let rule = |(n, width): (usize, &usize)| {
            let dashes = "-".repeat((*width).max(3) - usize::from(n > 0));
            if n == 0 { dashes } else { dashes + ":" }
        };
        line(&widths.iter().enumerate().map(rule).collect::<Vec<_>>())?;
        self.rows.iter().try_for_each(|row| line(row))?;
        writeln!(f)?;
        self.remarks.iter().try_for_each(|remark| writeln!(f, "{remark}\n"))
    }
}

/// Where and when it was measured.
#[derive(Debug)]
pub(super) struct Machine {
    model: String,
    cores: usize,
    memory: String,
    load: String,
    date: String,
}

impl Machine {
    pub(super) fn look(root: &Path) -> Result<Self, Failure> {
        let model = value_of(&read(Path::new("/proc/cpuinfo"))?, "model name");
        let memory = value_of(&read(Path::new("/proc/meminfo"))?, "MemTotal");
        let kilobytes: u64 = memory.split_whitespace().next().unwrap_or("").parse().unwrap_or(0);
        let load = read(Path::new("/proc/loadavg"))?;
        Ok(Self {
            model,
            cores: available_parallelism()?.get(),
            memory: format!("{} GiB", (kilobytes + (1 << 19)) >> 20),
            load: load.split_whitespace().next().unwrap_or("unknown").to_owned(),
            date: output(program("date", &["-u", "+%Y-%m-%d"], root))?.trim().to_owned(),
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, cores, memory, load, date } = self;
        writeln!(f, "*{model}, {cores} cores, {memory}; load {load} before it began; {date}.*")
    }
}

/// The value of a `name : value` line, as the kernel writes them.
fn value_of(text: &str, name: &str) -> String {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let line = lines.find(|(key, _)| key.trim() == name);
    line.map_or("unknown".to_owned(), |(_, value)| value.trim().to_owned())
}

/// Puts a text between a section's markers.
#[expect(clippy::disallowed_methods, reason = "our own page, under version control")]
pub(super) fn write(page: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let old = read(page)?;
    let new = replaced(&old, name, text)
        .ok_or_else(|| format!("{} has no section for {name}", page.display()))?;
    Ok(fs::write(page, new)?)
}

fn replaced(page: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{text}\n{end}{after}"))
}

/// The text of a file of ours, or of the kernel's.
#[expect(clippy::disallowed_methods, reason = "a chore waits for its own files")]
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path);
    Ok(text.map_err(|error| format!("cannot read {}: {error}", path.display()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_section_changes() {
        let page = "a\n<!-- x -->\nold\n<!-- end of x -->\nb <!-- y -->\n<!-- end of y -->\n";
        let new = replaced(page, "x", "new\n").unwrap();
        let expected =
            "a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb <!-- y -->\n<!-- end of y -->\n";
        assert_eq!(new, expected);
        assert_eq!(replaced(&new, "x", "new\n").unwrap(), expected, "and again the same");
        assert_eq!(replaced(page, "z", "new"), None);
    }

    #[test]
    fn tables_are_markdown() {
        let mut report = Report::new(&["what", "s"]);
        report.row(vec!["a long name".to_owned(), "1.5".to_owned()]);
        report.promise("At most 2 s", true);
        let expected = "\
| what        |   s |
| ----------- | --: |
| a long name | 1.5 |

At most 2 s: kept.

";
        assert_eq!(report.to_string(), expected);
    }
}
