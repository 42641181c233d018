//! Writes a made-up archive, as far as the contact sheet needs it, to look at
//! while working on the templates and for tests in a browser:
//! `cargo run -p silverprint-sheet --example specimen -- DIR [N] [hostile|running|pictures]`,
//! then open `DIR/index.html`. The photos share a few dozen pictures and prints,
//! so that a million of them are written in seconds; it prints how many the sheet took.
//! `pictures` in place of a kind writes N files of pictures and nothing else, for makers
//! of thumbnails.
#![expect(clippy::disallowed_methods, reason = "a specimen may be half written")]
#![expect(clippy::print_stdout, reason = "how long the sheet took")]

mod paint;
mod payload;

use silverprint_core::PhotoId;
use silverprint_sheet::{ContactSheet, Heading, Picture, Row, SheetError, Shelf, Thumb};
use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

const TITLES: [&str; 12] = [
    "Opening keynote",
    "",
    "Palais des congrès de Montréal, the stairs to the third floor on the last evening",
    "DSC_0042",
    "Fish & chips <b>not bold</b>",
    "שלום עולם",
    "写真展 2013",
    "Donaudampfschifffahrtsgesellschaftskapitänsmütze",
    "👩‍💻 hack night",
    "\u{202e}gpj.exe",
    "Coffee",
    "Rue Saint-Paul",
];
const WORDS: [&str; 16] = [
    "conference",
    "montréal",
    "winter",
    "keynote",
    "hallway",
    "snow",
    "river",
    "bridge",
    "night",
    "python",
    "crowd",
    "stage",
    "portrait",
    "coffee",
    "old port",
    "last day",
];
/// What every video shows: two seconds of grey, moving.
const FILM: &[u8] = include_bytes!("film.webm");
/// So many different pictures.
const N_PICTURES: u64 = 48;
/// How far grain is from grey at most: a picture of 1024 by 768 has about a quarter of a megabyte.
const GRAIN: f64 = 0.05;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Usual,
    /// Every text and name is a payload.
    Hostile,
    /// As while a sync runs: the newer half is listed.
    Running,
    /// No sheet: files of pictures.
    Pictures,
}

const USAGE: &str = "usage: specimen DIR [N] [hostile|running|pictures]";

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or(USAGE)?;
    let n_photos: u64 = args.next().map_or(Ok(1_203), |n| n.parse())?;
    let kind = match args.next().as_deref() {
        None => Kind::Usual,
        Some("hostile") => Kind::Hostile,
        Some("running") => Kind::Running,
        Some("pictures") => Kind::Pictures,
        Some(_) => return Err(USAGE.into()),
    };
    let mut folder = Folder { root: folder.into(), read: HashMap::new() };
    if kind == Kind::Pictures {
        return write_pictures(&folder, n_photos);
    }
    paint(&folder)?;
    let began = Instant::now();
    write_sheet(&mut folder, n_photos, kind)?;
    println!("{:.3}", began.elapsed().as_secs_f64());
    Ok(())
}

/// What the photos and prints of a sheet share. What is there is not painted again.
fn paint(folder: &Folder) -> Result<(), Box<dyn Error>> {
    if folder.root.join("thumbs/flat.jpg").exists() {
        return Ok(());
    }
    for seed in 0..N_PICTURES {
        folder.put(&format!("photos/{seed}.jpg"), &paint::picture(seed, 1024, 768, 0.0)?)?;
        folder.put(&format!("thumbs/{seed}.jpg"), &paint::print(seed, 120, 120)?)?;
    }
    folder.put("photos/film.webm", FILM)?;
    folder.put("thumbs/flat.jpg", &paint::print(7, 120, 80)?)
}

fn write_sheet(folder: &mut Folder, n_photos: u64, kind: Kind) -> Result<(), Box<dyn Error>> {
    let is_running = kind == Kind::Running;
    let heading = Heading { is_running, ..heading(n_photos) };
    let first = if is_running { n_photos / 2 } else { 1 };
    let mut sheet = ContactSheet::new(heading, n_photos, folder).starting_at(first)?;
    for number in first..=n_photos {
        let row = row(number, n_photos);
        sheet.add(if kind == Kind::Hostile { payload::hostile(row, number) } else { row })?;
    }
    Ok(sheet.finish()?)
}

/// So many files of a few pictures, with grain as a camera's, so that they are as long as photos.
fn write_pictures(folder: &Folder, n_files: u64) -> Result<(), Box<dyn Error>> {
    let painted = (0..N_PICTURES).map(|seed| paint::picture(seed, 1024, 768, GRAIN));
    let painted = painted.collect::<Result<Vec<_>, _>>()?;
    for (number, bytes) in (1..=n_files).zip(painted.iter().cycle()) {
        folder.put(&format!("{number:05}.jpg"), bytes)?;
    }
    Ok(())
}

fn heading(n_photos: u64) -> Heading {
    let missing = (1..=n_photos).filter(|&number| is_missing(number)).count() as u64;
    Heading {
        name: "confoo".to_owned(),
        screen_name: "ConFoo Conference".to_owned(),
        photostream_url: "https://www.flickr.com/photos/confoo/".to_owned(),
        announced: n_photos,
        saved: n_photos - missing,
        missing,
        videos: (1..=n_photos).filter(|&number| is_video(number)).count() as u64,
        remarks: vec!["23 pictures are not the original: Flickr gave no larger one.".to_owned()],
        made_on: "2026-03-01".to_owned(),
        version: "0.1.0".to_owned(),
        is_running: false,
    }
}

const fn is_missing(number: u64) -> bool {
    number % 200 == 7
}

const fn is_video(number: u64) -> bool {
    number % 290 == 3
}

/// The photo of a frame. A conference happens every February, the rest of the
/// year trickles in between.
fn row(number: u64, n_photos: u64) -> Row {
    let id = PhotoId::new(8_000_000_000 + number * 977);
    let seed = number * 31 % N_PICTURES;
    let years = 12 * 365 * 86_400 / n_photos.max(1);
    let posted = 1_330_000_000 + number * years;
    let is_missing = is_missing(number);
    let text = |n: u64| WORDS[usize::try_from((number * 7 + n * 3) % 16).unwrap_or(0)];
    let title = TITLES[usize::try_from(number % 12).unwrap_or(0)];
    let thumb = if number % 310 == 5 { "flat".to_owned() } else { seed.to_string() };
    let picture = Picture {
        path: format!("photos/{seed}.jpg"),
        bytes: 71_234 + number,
        width: 1024,
        height: 768,
        sha256: format!("{number:064x}"),
        rendition: if number % 10 == 4 { "Large 1024" } else { "Original" }.to_owned(),
        is_original: number % 10 != 4,
    };
    let height = if number % 310 == 5 { 80 } else { 120 };
    let thumb = Thumb { path: format!("thumbs/{thumb}.jpg"), width: 120, height, stamp: thumb };
    Row {
        title: if title.is_empty() { String::new() } else { format!("{title} {number}") },
        description: format!(
            "The {} by the {}, as seen from the {}.\nFrame <b>{number}</b> of a made-up stream.",
            text(1),
            text(2),
            text(3)
        ),
        tags: [text(1), text(2), text(5)].map(|tag| tag.replace(' ', "")).join(" "),
        posted: i64::try_from(posted).ok(),
        taken: Some(format!("20{:02}-02-{:02} 18:03:11", 12 + number % 12, 1 + number % 28)),
        license: u8::try_from(number % 18).ok().filter(|&license| license < 17),
        views: Some(number * 7919 % 5_000),
        place: number.is_multiple_of(4).then_some((45.5, -73.55)),
        camera: vec!["Box Camera 120".to_owned(), "1/250 s · f/4 · ISO 200 · 50 mm".to_owned()],
        is_video: is_video(number),
        stream: (is_video(number) && !is_missing).then(|| "photos/film.webm".to_owned()),
        picture: (!is_missing).then_some(picture),
        thumb: (!is_missing).then_some(thumb),
        flickr_url: format!("https://www.flickr.com/photos/confoo/{id}/"),
        credit: Some(format!(
            "“{title}” by ConFoo Conference, CC BY 2.0 (https://creativecommons.org/licenses/by/2.0/)"
        )),
        note: note(number).map(str::to_owned),
        ..Row::bare(id)
    }
}

fn note(number: u64) -> Option<&'static str> {
    match number {
        _ if number % 400 == 7 => Some("gone: Flickr answers 404 Not Found"),
        _ if is_missing(number) => Some("passing: connection reset, tried 5 times"),
        _ if number % 330 == 11 => Some("damaged at the source: ends in the middle"),
        _ => None,
    }
}

/// A folder on the disk. What is read is kept: many photos share a print.
struct Folder {
    root: PathBuf,
    read: HashMap<String, Vec<u8>>,
}

impl Folder {
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().ok_or("no folder")?)?;
        Ok(fs::write(path, bytes)?)
    }
}

/// Any error that there is.
#[derive(Debug)]
struct Failed(Box<dyn Error>);

impl From<SheetError> for Failed {
    fn from(error: SheetError) -> Self {
        Self(error.into())
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Failed {}

impl Shelf for Folder {
    type Error = Failed;

    fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        if path.starts_with("thumbs/") {
            if let Some(known) = self.read.get(path) {
                return Some(known.clone());
            }
            let bytes = fs::read(self.root.join(path)).ok()?;
            self.read.insert(path.to_owned(), bytes.clone());
            return Some(bytes);
        }
        fs::read(self.root.join(path)).ok()
    }

    fn length(&mut self, path: &str) -> Option<u64> {
        Some(fs::metadata(self.root.join(path)).ok()?.len())
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), Failed> {
        self.put(path, bytes).map_err(Failed)
    }

    fn remove(&mut self, path: &str) -> Result<bool, Failed> {
        Ok(fs::remove_file(self.root.join(path)).is_ok())
    }
}
