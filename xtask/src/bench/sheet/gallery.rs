//! Makers of galleries, over the same folder of pictures, in turns.

use super::grouped;
use super::page::Weight;
use crate::Failure;
use crate::bench::report::Report;
use crate::bench::rig::{Rig, children_cpu, median};
use crate::command::{output, program, succeeds};
use crate::sheet::Place;
use crate::tools;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// How many times faster ours is to be than any other.
const GOAL: f64 = 10.0;
/// The others' packages.
const FOLDER: &str = "bench/sheet";
/// Programs that thumbsup runs, and the Debian packages that have them.
const DEBIAN: [(&str, &str, &str); 2] =
    [("gm", "version", "graphicsmagick"), ("exiftool", "-ver", "libimage-exiftool-perl")];

/// Those who take part. Ours comes first.
const MAKERS: [Maker; 5] = [
    Maker { name: "silverprint thumbs", command: silverprint },
    Maker { name: "thumbsup", command: |place, at| thumbsup(place, at, &[]) },
    Maker { name: "thumbsup, least", command: |place, at| thumbsup(place, at, &LEAST) },
    Maker { name: "sigal", command: |place, at| sigal(place, at, "sigal.conf.py") },
    Maker { name: "sigal, least", command: |place, at| sigal(place, at, "sigal-lean.conf.py") },
];

/// How those are called that make as little as they can.
const LEAST_NAME: &str = ", least";
/// No larger copies, only links to the pictures.
const LEAST: [&str; 4] = ["--photo-preview", "link", "--photo-download", "link"];

#[derive(Debug)]
struct Maker {
    name: &'static str,
    command: fn(&Galleries, &At) -> Command,
}

/// The pictures, and where a gallery of them is made.
#[derive(Debug)]
struct At {
    pictures: PathBuf,
    folder: PathBuf,
}

/// What the makers run in.
#[derive(Debug)]
pub(super) struct Galleries<'a> {
    place: &'a Place,
    rig: &'a Rig,
    root: PathBuf,
    /// The Python that has sigal.
    python: PathBuf,
}

/// What a maker did in all its turns.
#[derive(Debug)]
struct Record {
    name: &'static str,
    command: String,
    seconds: Vec<f64>,
    cpu: Vec<f64>,
    again: Vec<f64>,
    /// MB of all that it made.
    megabytes: f64,
    page: Weight,
}

impl<'a> Galleries<'a> {
    /// Installs what is missing.
    pub(super) fn ready(place: &'a Place, rig: &'a Rig, root: &Path) -> Result<Self, Failure> {
        let is_missing = |tool: &&(&str, &str, &str)| !succeeds(program(tool.0, &[tool.1], root));
        let missing: Vec<&str> = DEBIAN.iter().filter(is_missing).map(|tool| tool.2).collect();
        if !missing.is_empty() {
            tools::install(&missing, root)?;
        }
        tools::thumbsup(&root.join(FOLDER))?;
        let python = tools::galleries(root)?;
        Ok(Self { place, rig, root: root.to_owned(), python })
    }

    /// Has each of them make a gallery, in turns, and looks at its first page.
    pub(super) fn race(&self, photos: u64, rounds: usize) -> Result<Report, Failure> {
        let pictures = self.rig.new_folder("sheet/pictures")?;
        let number = photos.to_string();
        output(self.place.specimen(&pictures, &[&number, "pictures"]))?;
        let mut records: Vec<Record> = Vec::new();
        for round in 0..rounds {
            for (at, maker) in MAKERS.iter().enumerate() {
                let record = self.take_turn(maker, &pictures)?;
                println!("{record:?}");
                if round == 0 {
                    records.push(record);
                } else {
                    records[at].seconds.extend(record.seconds);
                    records[at].cpu.extend(record.cpu);
                    records[at].again.extend(record.again);
                }
            }
        }
        let report = self.report(&records, photos, &pictures)?;
        fs::remove_dir_all(&pictures)?;
        Ok(report)
    }

    fn take_turn(&self, maker: &Maker, pictures: &Path) -> Result<Record, Failure> {
        let folder = self.rig.new_folder("sheet/gallery")?;
        let at = At { pictures: pictures.to_owned(), folder };
        let make = || -> Result<(f64, f64, String), Failure> {
            let command = (maker.command)(self, &at);
            let typed = as_typed(&command, &at, &self.root);
            let (cpu, began) = (children_cpu()?, Instant::now());
            output(command)?;
            Ok((began.elapsed().as_secs_f64(), children_cpu()? - cpu, typed))
        };
        let (seconds, cpu, command) = make()?;
        output(program("sync", &[], &self.root))?;
        let (again, _, _) = make()?;
        let page = Weight::of(self.place, &at.folder.join("index.html"))?;
        let size = output(program("du", &["--summarize", "--bytes"], &at.folder))?;
        let bytes: f64 = size.split_whitespace().next().unwrap_or("").parse()?;
        fs::remove_dir_all(&at.folder)?;
        Ok(Record {
            name: maker.name,
            command,
            seconds: vec![seconds],
            cpu: vec![cpu],
            again: vec![again],
            megabytes: bytes / 1e6,
            page,
        })
    }

    fn report(&self, records: &[Record], photos: u64, pictures: &Path) -> Result<Report, Failure> {
        let [ours, others @ ..] = records else { return Err("nobody took part".into()) };
        let mut report = Report::new(&[
            "maker",
            "s",
            "times ours",
            "CPU s",
            "again, s",
            "made, MB",
            "first page, MB",
            "its files",
            "first paint, ms",
        ]);
        for record in records {
            report.row(record.row(ours.seconds()));
        }
        let first = fs::read_dir(pictures)?.next().ok_or("no pictures")??;
        report.remark(format!(
            "{} pictures of 1024 × 768 and about {} kB in one folder, the same for all, each maker in \
             its turn, rounds: {}; from nothing to a gallery with prints of 120 × 120. Each at \
             its defaults but for the size of sigal's prints; “least”: without the larger copies that \
             thumbsup and sigal make by default (thumbsup then still makes one of 300 px). Silverprint \
             makes none; its pages show the pictures where they lie. First page: what the browser asks \
             for until the page is loaded.",
            grouped(photos),
            first.metadata()?.len() / 1_000,
            ours.seconds.len(),
        ));
        let usual = others.iter().filter(|record| !record.name.ends_with(LEAST_NAME));
        let fastest = usual.map(Record::seconds).fold(f64::INFINITY, f64::min);
        let promise = format!(
            "At least {GOAL:.0} times as fast as the faster of the others at its defaults ({:.1} times)",
            fastest / ours.seconds()
        );
        report.promise(&promise, fastest >= GOAL * ours.seconds());
        let line = |record: &Record| format!("- {}: `{}`", record.name, record.command);
        report.remark(records.iter().map(line).collect::<Vec<_>>().join("\n"));
        report.remark(format!("Versions: {}.", self.versions()?));
        Ok(report)
    }

    fn versions(&self) -> Result<String, Failure> {
        let said = |command| output(command).map(|said| said.trim().to_owned());
        let thumbsup = "require('thumbsup/package.json').version";
        let thumbsup = said(program("node", &["--print", thumbsup], &self.root.join(FOLDER)))?;
        let sigal = "import importlib.metadata as m; print(m.version('sigal'), 'with Pillow', m.version('pillow'))";
        let sigal = said(program(&self.python, &["-c", sigal], &self.root))?;
        let magick = said(program("gm", &["version"], &self.root))?;
        let magick = magick.split_whitespace().nth(1).unwrap_or("unknown").to_owned();
        let ours = said(self.rig.silverprint(&["--version"]))?;
        Ok(format!("{ours}, thumbsup {thumbsup} with GraphicsMagick {magick}, sigal {sigal}"))
    }
}

impl Record {
    fn seconds(&self) -> f64 {
        median(self.seconds.clone())
    }

    fn row(&self, ours: f64) -> Vec<String> {
        vec![
            self.name.to_owned(),
            format!("{:.2}", self.seconds()),
            format!("{:.1}", self.seconds() / ours),
            format!("{:.1}", median(self.cpu.clone())),
            format!("{:.2}", median(self.again.clone())),
            format!("{:.1}", self.megabytes),
            format!("{:.1}", self.page.megabytes),
            format!("{:.0}", self.page.files),
            format!("{:.0}", self.page.paint),
        ]
    }
}

fn silverprint(galleries: &Galleries, at: &At) -> Command {
    let mut command = galleries.rig.silverprint(&["thumbs", "--quiet"]);
    command.arg(&at.pictures).arg("--to").arg(&at.folder);
    command
}

fn thumbsup(galleries: &Galleries, at: &At, more: &[&str]) -> Command {
    let script = galleries.root.join(FOLDER).join("node_modules/.bin/thumbsup");
    let mut command = program(script, &["--input"], &galleries.root);
    command.arg(&at.pictures).arg("--output").arg(&at.folder).args(more);
    command
}

fn sigal(galleries: &Galleries, at: &At, settings: &str) -> Command {
    let script = galleries.python.with_file_name("sigal");
    let mut command = program(script, &["build", "--quiet", "--config"], &galleries.root);
    command.arg(Path::new(FOLDER).join(settings)).arg(&at.pictures).arg(&at.folder);
    command
}

/// A command as one would type it.
fn as_typed(command: &Command, at: &At, root: &Path) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let text = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let name = command.get_program().to_string_lossy();
    let short = Path::new(&*name).file_name().unwrap_or_default().to_string_lossy();
    let text = text.replacen(&*name, &short, 1);
    let text = text.replace(&*at.pictures.to_string_lossy(), "PICTURES");
    let text = text.replace(&*at.folder.to_string_lossy(), "FOLDER");
    text.replace(&*root.to_string_lossy(), ".")
}
