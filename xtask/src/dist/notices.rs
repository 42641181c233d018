//! The licences of the crates that are compiled into the program, and of the font.
//! Most ask that their text goes with every copy.

use super::release::{Release, metadata};
use super::{read, write as write_file};
use crate::Failure;
use crate::command::{cargo, output, program, run};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Beginnings of names of files that hold them, in small letters.
const NAMES: [&str; 5] = ["licen", "copying", "copyright", "notice", "unlicense"];

/// The font that the program prints with, and its licence.
const FONT: (&str, &str) = ("Noto Sans (a font)", "crates/silverprint-print/fonts/OFL.txt");

/// Writes them, each text once, with the crates that it is for.
pub(super) fn write(release: &Release) -> Result<(), Failure> {
    let compiled_in = compiled_in(release)?;
    let metadata = metadata(&release.root, &["--filter-platform", &release.triple])?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut head = String::from("Silverprint holds these crates, under these licences.\n\n");
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // Ours come from no registry.
    for package in packages.filter(|package| package["source"].is_string()) {
        let name = format!("{} {}", text(package, "name")?, text(package, "version")?);
        if compiled_in.contains(&name) {
            writeln!(head, "{name}: {}", package["license"].as_str().unwrap_or("see below"))?;
            for file in files(Path::new(text(package, "manifest_path")?))? {
                texts.entry(read(&file)?).or_default().insert(name.clone());
            }
        }
    }
    let (font, licence) = FONT;
    writeln!(head, "{font}: OFL-1.1")?;
    texts.entry(read(&release.root.join(licence))?).or_default().insert(font.to_owned());
    for (text, names) in texts {
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        write!(head, "\n{:=<72}\n{names}\n\n{}\n", "", text.trim_end())?;
    }
    let file = release.stage().join("THIRD-PARTY.txt");
    write_file(&file, &head)?;
    let mut gzip = program("gzip", &["-9n"], &release.root);
    gzip.arg(file);
    run(gzip)
}

/// The crates in the program, as `name version`: no build scripts' crates, no
/// macros', no tests'.
fn compiled_in(release: &Release) -> Result<BTreeSet<String>, Failure> {
    let args = ["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none"];
    let only = ["--package", "silverprint", "--target", &release.triple, "--format", "{p}"];
    let tree = output(cargo(&[&args[..], &only[..]].concat(), &release.root))?;
    // A line is `name v1.2.3 (where from)`.
    let crates = tree.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some(format!("{} {}", words.next()?, words.next()?.trim_start_matches('v')))
    });
    Ok(crates.collect())
}

fn files(manifest: &Path) -> Result<Vec<PathBuf>, Failure> {
    let folder = manifest.parent().ok_or("a crate's manifest lies in a folder")?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if entry.file_type()?.is_file() && NAMES.iter().any(|begin| name.starts_with(begin)) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn text<'a>(package: &'a Value, field: &str) -> Result<&'a str, Failure> {
    Ok(package[field].as_str().ok_or_else(|| format!("a package without its {field}"))?)
}
