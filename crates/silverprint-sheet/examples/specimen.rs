//! Writes a made-up contact sheet of 1,203 photos into a folder's sub-folder,
//! and an overview that links it, to look at while working on the templates:
//! `cargo run -p silverprint-sheet --example specimen -- DIR`, then open
//! `DIR/index.html`.
#![expect(clippy::disallowed_methods, reason = "a specimen may be half written")]

use jpeg_encoder::{ColorType, Encoder};
use silverprint_core::PhotoId;
use silverprint_sheet::{Archived, ContactSheet, Heading, Overview, Row};
use std::error::Error;
use std::fs;
use std::path::Path;

const N_PHOTOS: u64 = 1_203;
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

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: specimen DIR")?;
    let above = Path::new(&folder);
    let folder = &above.join("confoo");
    for part in ["sheet", "photos", "thumbs"] {
        fs::create_dir_all(folder.join(part))?;
    }
    for asset in ContactSheet::assets() {
        fs::write(folder.join(asset.path), asset.bytes)?;
    }
    let rows = (0..N_PHOTOS).map(|idx| row(folder, idx)).collect::<Result<Vec<_>, _>>()?;
    let mut sheet = ContactSheet::new(heading(), N_PHOTOS);
    for rows in rows.chunks(ContactSheet::PER_PAGE) {
        let page = sheet.page(rows)?;
        fs::write(folder.join(page.path), page.html)?;
    }
    fs::write(above.join("index.html"), overview(&rows).page()?)?;
    Ok(())
}

fn overview(rows: &[Row]) -> Overview {
    let whole = Archived {
        folder: "confoo".to_owned(),
        screen_name: "ConFoo Conference".to_owned(),
        saved: N_PHOTOS - 61,
        missing: 61,
        videos: 41,
        thumbs: rows.iter().filter_map(|row| row.thumb.clone()).collect(),
        note: None,
    };
    let other = Archived {
        screen_name: "Somebody \u{202e}else <b>".to_owned(),
        missing: 0,
        ..whole.clone()
    };
    let note = Some("its catalogue cannot be read: file is not a database".to_owned());
    let unread = Archived { folder: "12345678@N00".to_owned(), note, ..Archived::default() };
    Overview {
        archives: vec![whole, other, unread],
        stylesheet: Some("confoo/sheet/sheet.css".to_owned()),
        made_on: "2026-03-01".to_owned(),
        version: "0.1.0".to_owned(),
    }
}

fn heading() -> Heading {
    Heading {
        name: "confoo".to_owned(),
        screen_name: "ConFoo Conference".to_owned(),
        photostream_url: "https://www.flickr.com/photos/confoo/".to_owned(),
        announced: N_PHOTOS,
        saved: N_PHOTOS - 61,
        missing: 61,
        videos: 41,
        remarks: vec!["23 pictures are not the original: Flickr gave no larger one.".to_owned()],
        made_on: "2026-03-01".to_owned(),
        version: "0.1.0".to_owned(),
    }
}

fn row(folder: &Path, idx: u64) -> Result<Row, Box<dyn Error>> {
    let id = PhotoId::new(8_500_000_000 - idx * 977);
    let is_missing = idx % 20 == 7;
    let (width, height) = if idx % 31 == 5 { (120, 80) } else { (120, 120) };
    let thumb = format!("thumbs/{id}.jpg");
    let picture = format!("photos/{id}.jpg");
    if !is_missing {
        print(folder.join(&thumb), idx, width, height)?;
        print(folder.join(&picture), idx, 1024, 768)?;
    }
    Ok(Row {
        id,
        title: TITLES[usize::try_from(idx)? % TITLES.len()].to_owned(),
        posted: Some(1_383_386_400 - i64::try_from(idx)? * 40_000),
        taken: Some("2013-02-27 18:03:11".to_owned()),
        license: u8::try_from(idx % 18).ok(),
        is_video: idx % 29 == 3,
        picture: (!is_missing).then_some(picture),
        thumb: (!is_missing && idx % 37 != 8).then_some(thumb),
        thumb_width: u32::from(width),
        thumb_height: u32::from(height),
        flickr_url: format!("https://www.flickr.com/photos/confoo/{id}/"),
        note: note(idx).map(str::to_owned),
    })
}

fn note(idx: u64) -> Option<&'static str> {
    match idx {
        _ if idx % 40 == 7 => Some("gone: Flickr answers 404 Not Found"),
        _ if idx % 40 == 27 => Some("passing: connection reset, tried 5 times"),
        _ if idx % 33 == 11 => Some("defective at the source"),
        _ => None,
    }
}

/// A grey picture with a little light in it.
fn print(path: impl AsRef<Path>, seed: u64, w: u16, h: u16) -> Result<(), Box<dyn Error>> {
    let (width, height) = (u64::from(w), u64::from(h));
    let mut grey = Vec::with_capacity(usize::from(w) * usize::from(h));
    for y in 0..height {
        for x in 0..width {
            let (x, y) = (x * 120 / width, y * 120 / height);
            let sun = (x.abs_diff(20 + seed * 37 % 80).pow(2) + y.abs_diff(30).pow(2)) / 12;
            let hill = if y > 70 + (x * (seed % 5)) / 12 { 70 } else { 0 };
            grey.push(u8::try_from((235 - sun.min(150) - hill - seed * 13 % 15).min(255))?);
        }
    }
    Encoder::new_file(path, 85)?.encode(&grey, w, h, ColorType::Luma)?;
    Ok(())
}
