//! How fast the catalogue is, and how much memory a snapshot takes:
//! `cargo run --release -p silverprint-catalogue --example measure -- 100000`

use serde_json::value::RawValue;
use silverprint_catalogue::{
    Catalogue, CatalogueError, Digest, Entry, File, Opened, Recorder, Role, Saved,
};
use silverprint_core::{Identity, Layout, Photo, PhotoId, Rendition, Size};
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::time::{Duration, Instant};

/// The descriptions of real photos come to some hundreds of bytes, the
/// listings with all their addresses to about a kilobyte and a half.
const DESCRIPTION: usize = 200;
const LISTING: usize = 1200;

fn main() -> Result<(), Box<dyn Error>> {
    let photos: u64 = std::env::args().nth(1).map_or(Ok(100_000), |number| number.parse())?;
    let folder = tempfile::tempdir_in(".")?;
    let mut out = std::io::stdout();

    let (catalogue, _) = Catalogue::open(folder.path())?;
    let start = Instant::now();
    let catalogue = write(catalogue, photos)?;
    let seconds = start.elapsed().as_secs_f64();
    let rate = precise(photos) / seconds;
    writeln!(out, "saved {photos} photos in {seconds:.2} s: {rate:.0} a second")?;
    peak(&mut out)?;

    let start = Instant::now();
    relist(catalogue, photos)?;
    writeln!(out, "listed them again, unchanged, in {:?}", start.elapsed())?;

    let path = folder.path().join(Layout::CATALOGUE);
    let sizes =
        [fs::metadata(&path)?.len(), fs::metadata(folder.path().join(Layout::RECORD))?.len()];
    writeln!(out, "catalogue {} MB, photos.jsonl {} MB", sizes[0] >> 20, sizes[1] >> 20)?;

    let start = Instant::now();
    let (catalogue, _) = Catalogue::open(folder.path())?;
    writeln!(out, "opened in {:?}", start.elapsed())?;
    peak(&mut out)?;
    let start = Instant::now();
    let held = memory();
    let snapshot = catalogue.snapshot()?;
    let (took, grown) = (start.elapsed(), memory().saturating_sub(held));
    writeln!(out, "snapshot of {} in {took:?}, {grown} kB", snapshot.photos.len())?;
    drop(snapshot);

    let start = Instant::now();
    let mut bytes = 0;
    catalogue.for_each_photo(|row| {
        bytes += row.title.len();
        Ok::<_, CatalogueError>(())
    })?;
    catalogue.for_each_file(|row| {
        bytes += row.path.len();
        Ok::<_, CatalogueError>(())
    })?;
    writeln!(out, "read all photos and files in {:?} ({bytes} bytes of text)", start.elapsed())?;
    peak(&mut out)?;

    trickle(catalogue, photos)?;
    peak(&mut out)?;
    fs::remove_dir_all(folder.path().join(Layout::PRIVATE))?;
    let start = Instant::now();
    let (_, opened) = Catalogue::open(folder.path())?;
    assert!(matches!(opened, Opened::Rebuilt { .. }), "{opened:?}");
    writeln!(out, "rebuilt in {:?}", start.elapsed())?;
    peak(&mut out)
}

fn peak(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    Ok(writeln!(out, "    (the most memory held so far: {} MB)", status("VmHWM:") >> 10)?)
}

fn write(catalogue: Catalogue, photos: u64) -> Result<Catalogue, Box<dyn Error>> {
    let writer = catalogue.write()?;
    let recorder = writer.recorder();
    for id in (1..=photos).rev() {
        recorder.record_blocking(Entry::Listed(photo(id)))?;
        recorder.record_blocking(saved(id))?;
    }
    Ok(writer.finish()?)
}

fn relist(catalogue: Catalogue, photos: u64) -> Result<(), Box<dyn Error>> {
    let writer = catalogue.write()?;
    let recorder = writer.recorder();
    (1..=photos).try_for_each(|id| recorder.record_blocking(Entry::Listed(photo(id))))?;
    writer.finish()?;
    Ok(())
}

/// 500 entries a second for two seconds, as a fast run brings them.
fn trickle(catalogue: Catalogue, from: u64) -> Result<(), Box<dyn Error>> {
    let writer = catalogue.write()?;
    let recorder: Recorder = writer.recorder();
    let start = Instant::now();
    let mut longest = Duration::ZERO;
    for number in 1..=1000_u32 {
        while start.elapsed() < Duration::from_millis(2) * number {
            std::thread::park_timeout(Duration::from_micros(200));
        }
        let before = Instant::now();
        recorder.record_blocking(saved(from + u64::from(number)))?;
        longest = longest.max(before.elapsed());
    }
    writer.finish()?;
    writeln!(std::io::stdout(), "at 500 a second the longest wait to record was {longest:?}")?;
    Ok(())
}

fn photo(id: u64) -> Photo {
    let url = format!("https://live.staticflickr.com/65535/{id}_abcdef0123_o.jpg");
    let filler = "x".repeat(LISTING);
    let listing = format!(r#"{{"id":"{id}","title":"A photo","url_o":"{url}","and":"{filler}"}}"#);
    let listing = RawValue::from_string(listing).expect("JSON");
    let owner = "12345678@N00".parse().expect("an NSID");
    Photo {
        title: format!("A photo, number {id}"),
        description: "d".repeat(DESCRIPTION),
        posted: i64::try_from(id).ok(),
        license: Some(0),
        views: Some(3),
        renditions: vec![Rendition {
            size: Size::Original,
            url: url.parse().expect("an address"),
            width: Some(4000),
            height: Some(3000),
        }],
        ..Photo::bare(PhotoId::new(50_000_000_000 + id * 1000), owner, listing)
    }
}

fn saved(id: u64) -> Entry {
    let photo = photo(id);
    let picture = File {
        role: Role::Original,
        version: 1,
        path: Layout.photo(&photo.id.to_string(), "jpg"),
        sha256: Digest([7; 32]),
        bytes: 3_000_000,
        rendition: Size::Original.to_string(),
        identity: Identity::of(&photo.title),
        width: 4000,
        height: 3000,
    };
    let thumbnail = File {
        role: Role::Thumbnail,
        path: Layout.thumb(photo.id, "jpg"),
        rendition: "120x120 cover grey jpg".into(),
        ..picture.clone()
    };
    let files = vec![picture, thumbnail];
    Entry::Saved(Saved {
        photo,
        files,
        moved: Vec::new(),
        defect: None,
        camera: None,
        at: 1_700_000_000,
    })
}

fn memory() -> u64 {
    status("VmRSS:")
}

/// A line of the process's own status, in kB; 0 where there is none.
fn status(key: &str) -> u64 {
    let mut text = String::new();
    let read = OpenOptions::new().read(true).open("/proc/self/status");
    let _ = read.and_then(|mut file| file.read_to_string(&mut text));
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a number of photos is far below 2^53")]
fn precise(number: u64) -> f64 {
    number as f64
}
