//! Measurements that anyone can run again: `cargo xtask bench NAME` builds what
//! it needs for release, runs it (most of it against a fake-flickr of its own on
//! loopback), prints a table, and writes it into its section of bench/README.md.

mod build;
mod cores;
mod faults;
mod http2;
mod job;
mod level;
mod listing;
mod memory;
mod plot;
mod report;
pub(crate) mod rig;
mod sheet;
mod sync;
mod thumbs;

use crate::Failure;
use report::{Machine, Report};
use std::path::Path;

/// One measurement.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Path) -> Result<Report, Failure>,
}

const BENCHES: [Bench; 10] = [
    Bench {
        name: "memory",
        about: "the most memory that a sync holds, by the length of the stream",
        run: memory::run,
    },
    Bench { name: "listing", about: "calls and time to list 100,000 photos", run: listing::run },
    Bench {
        name: "http2",
        about: "HTTP/1.1 on several connections against HTTP/2",
        run: http2::run,
    },
    Bench {
        name: "level",
        about: "how many connections a run finds by itself, over time",
        run: level::run,
    },
    Bench { name: "sync", about: "the whole job, and the job when nothing is new", run: sync::run },
    Bench {
        name: "build",
        about: "the program from nothing into an empty target",
        run: build::run,
    },
    Bench { name: "thumbs", about: "thumbnails against those of everybody else", run: thumbs::run },
    Bench {
        name: "sheet",
        about: "the contact sheet: made, opened, scrolled, searched, by the number of photos",
        run: sheet::run,
    },
    Bench {
        name: "galleries",
        about: "thumbnails and a page of a folder, against makers of galleries",
        run: sheet::run_galleries,
    },
    Bench {
        name: "faults",
        about: "a photostream with faults, against those who download from lists",
        run: faults::run,
    },
];

/// The one that takes words of its own.
const JOB: &str = "  job       the whole job against whatever one would use instead, in less than an hour: \
                   [--figures | PART] [--quick]\n";

/// Runs the measurement of that name.
pub(crate) fn run(name: &str, root: &Path) -> Result<(), Failure> {
    let bench = BENCHES.iter().find(|bench| bench.name == name);
    let bench = bench.ok_or_else(|| format!("no such measurement: {name}\n\n{}", list()))?;
    // Before anything runs: what others do on the machine shows in its load.
    let machine = Machine::look(root)?;
    let report = (bench.run)(root)?;
    println!("\n{report}{machine}");
    report::write(&root.join("bench/README.md"), bench.name, &format!("{report}{machine}"))
}

/// Runs the race of the whole job, or what of it is named.
pub(crate) fn run_job(words: &[&str], root: &Path) -> Result<(), Failure> {
    let asked = job::Asked::read(words)?;
    let machine = Machine::look(root)?;
    for job::Section { name, report } in job::run(&asked, root)? {
        println!("\n{report}{machine}");
        if asked.is_to_be_written() {
            report::write(&root.join("bench/README.md"), name, &format!("{report}{machine}"))?;
        }
    }
    Ok(())
}

/// Their names, a line each.
pub(crate) fn list() -> String {
    let line = |bench: &Bench| format!("  {:9} {}\n", bench.name, bench.about);
    format!("cargo xtask bench NAME\n\n{}{JOB}", BENCHES.iter().map(line).collect::<String>())
}
