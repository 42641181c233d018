//! Numbers to look at: how large, how quick to start, how new a glibc. They
//! are printed and never judged: they depend on the machine.

use super::release::Release;
use crate::Failure;
use crate::command::{output, program, succeeds};
use std::fs;
use std::path::Path;
use std::time::Instant;

const N_RUNS: usize = 20;

/// Prints them.
pub(super) fn print(products: &[&Path], release: &Release) -> Result<(), Failure> {
    let binary = release.binary();
    for file in [&binary.as_path()].into_iter().chain(products) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        #[expect(clippy::cast_precision_loss, reason = "megabytes, to one digit")]
        let megabytes = fs::metadata(file)?.len() as f64 / 1e6;
        println!("{megabytes:6.1} MB  {name}");
    }
    println!("{:6.1} ms  until `silverprint --help` ends", start_up(release));
    match newest_glibc(&output(program(
        "objdump",
        &["-T", &binary.to_string_lossy()],
        &release.root,
    ))?) {
        Some((major, minor)) => println!("it needs glibc {major}.{minor} or newer"),
        None => println!("it needs no glibc"),
    }
    println!("all in {}", release.products().display());
    Ok(())
}

/// The median in milliseconds.
fn start_up(release: &Release) -> f64 {
    let mut times: Vec<f64> = (0..N_RUNS)
        .map(|_| {
            let begun = Instant::now();
            succeeds(program(release.binary(), &["--help"], &release.root));
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The newest version among the symbols' (`GLIBC_2.34`; `GLIBC_PRIVATE` has
/// none).
fn newest_glibc(symbols: &str) -> Option<(u32, u32)> {
    let versions = symbols.split("GLIBC_").skip(1);
    let parsed = versions.filter_map(|text| {
        let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
        let mut numbers = text[..end.unwrap_or(text.len())].split('.');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    });
    parsed.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let symbols = "DF *UND* (GLIBC_2.34) x\nDF *UND* (GLIBC_2.4) y\n(GLIBC_2.2.5) z\n";
        assert_eq!(newest_glibc(symbols), Some((2, 34)));
        assert_eq!(newest_glibc("(GLIBC_PRIVATE) x\n(GLIBC_2.4)"), Some((2, 4)));
        assert_eq!(newest_glibc("GLIBC_"), None);
        assert_eq!(newest_glibc(""), None);
    }
}
