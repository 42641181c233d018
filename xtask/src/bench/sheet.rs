//! The contact sheet: how long it takes to make, to open, to scroll, to search, and
//! what a tab with it holds, by the number of photos. Beside it, how long other makers
//! of galleries take over the same pictures.

mod gallery;
mod page;

use super::report::Report;
use super::rig::Rig;
use crate::Failure;
use crate::command::output;
use crate::sheet::{Build, Place};
use gallery::Galleries;
use page::Page;
use std::env;
use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::time::Instant;

/// Names another number of rounds: of the browser's, or of the galleries', which take minutes each.
const ROUNDS: &str = "SILVERPRINT_BENCH_ROUNDS";
const USUAL_ROUNDS: usize = 3;
/// Names a largest number of photos: to try whether all is there, not to measure.
const PHOTOS: &str = "SILVERPRINT_BENCH_PHOTOS";

const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Of the archive that is synced for `silverprint sheet`, and of the others' galleries.
const ARCHIVED: u64 = 100_000;
const IN_GALLERIES: u64 = 10_000;

/// A sheet of so many photos.
#[derive(Debug)]
struct Sheet {
    photos: u64,
    /// Seconds to make it from nothing, and again when nothing has changed.
    made: f64,
    unchanged: f64,
    page: Page,
}

pub(super) fn run(root: &Path) -> Result<Report, Failure> {
    let rounds = number(ROUNDS)?.unwrap_or(USUAL_ROUNDS);
    let most = number(PHOTOS)?.unwrap_or(u64::MAX);
    let (place, rig) = (Place::ready(Build::Released, root)?, Rig::build(root)?);
    let mut sheets = Vec::new();
    for photos in SIZES.into_iter().filter(|size| *size <= most.max(SIZES[0])) {
        let sheet = measure(&place, &rig, photos, rounds)?;
        println!("{sheet:?}");
        sheets.push(sheet);
    }
    let archived = archive(&rig, ARCHIVED.min(most))?;
    let mut report = table(&sheets);
    report.remark(HOW.replace("{rounds}", &rounds.to_string()));
    promises(&mut report, &sheets);
    report.remark(archived);
    Ok(report)
}

/// `silverprint thumbs`, and others.
pub(super) fn run_galleries(root: &Path) -> Result<Report, Failure> {
    let rounds = number(ROUNDS)?.unwrap_or(1);
    let photos = number(PHOTOS)?.map_or(IN_GALLERIES, |most: u64| most.min(IN_GALLERIES));
    let (place, rig) = (Place::ready(Build::Released, root)?, Rig::build(root)?);
    Galleries::ready(&place, &rig, root)?.race(photos, rounds)
}

/// Makes a sheet, twice, and looks at it in a browser.
fn measure(place: &Place, rig: &Rig, photos: u64, rounds: usize) -> Result<Sheet, Failure> {
    let folder = rig.new_folder("sheet/specimen")?;
    fs::create_dir_all(&folder)?;
    let seconds = || -> Result<f64, Failure> {
        let said = output(place.specimen(&folder, &[&photos.to_string()]))?;
        Ok(said.trim().parse()?)
    };
    let (made, unchanged) = (seconds()?, seconds()?);
    // What is still to be written is written before the browser comes.
    output(crate::command::program("sync", &[], &folder))?;
    let page = Page::measure(place, &folder, rounds)?;
    fs::remove_dir_all(&folder)?;
    Ok(Sheet { photos, made, unchanged, page })
}

/// `silverprint sheet` over an archive that was synced: as its user waits for it.
fn archive(rig: &Rig, photos: u64) -> Result<String, Failure> {
    let server = rig.serve(&["--profile", "tiny", "--photos", &photos.to_string()])?;
    let folder = rig.new_folder("sheet/archive")?;
    rig.sync(&server, &folder, &[])?.expect("saved", photos)?;
    drop(server);
    let seconds = || -> Result<f64, Failure> {
        let mut sheet = rig.silverprint(&["sheet", "--quiet"]);
        sheet.arg(&folder);
        let began = Instant::now();
        output(sheet)?;
        Ok(began.elapsed().as_secs_f64())
    };
    fs::remove_dir_all(folder.join("sheet"))?;
    fs::remove_file(folder.join(".silverprint/sheet.txt"))?;
    let (made, unchanged) = (seconds()?, seconds()?);
    let paper = printed(rig, &folder)?;
    fs::remove_dir_all(&folder)?;
    let photos = grouped(photos);
    Ok(format!(
        "`silverprint sheet` over an archive of {photos} photos from `fake-flickr`, program, \
         catalogue and all: {made:.2} s from nothing, {unchanged:.2} s when nothing has changed. {paper}"
    ))
}

/// The same archive on paper.
#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn printed(rig: &Rig, folder: &Path) -> Result<String, Failure> {
    let pdf = folder.with_extension("pdf");
    let mut print = rig.silverprint(&["sheet", "--quiet"]);
    print.arg(folder).arg("--pdf").arg(&pdf);
    let began = Instant::now();
    output(print)?;
    let (seconds, bytes) = (began.elapsed().as_secs_f64(), fs::metadata(&pdf)?.len());
    fs::remove_file(&pdf)?;
    Ok(format!("With `--pdf`: {seconds:.1} s, {:.0} MB.", bytes as f64 / 1e6))
}

const HOW: &str = "\
    From `file://`, in Debian's Chromium without a head or a graphics card, in a window of 1280 × 800; \
    {rounds} rounds, each in a fresh browser, with the files in the system's memory. Made: rows to \
    files, of prints that lie on the disk. First paint is the browser's own; prints: every frame of \
    the window has its print. Frames: from one to the next while the wheel scrolls 5,000 px/s for \
    8 s. Blank: until every frame of the window has its print after a jump, the longest of 20 a round. \
    Tab: the proportional set size of all renderer processes, the most after opening, scrolling, \
    jumping and searching. Answer: from the typing of two words, as soon as the prints are there, until \
    the first photos found can be seen; whole: until all are; next: another search then. First open: \
    what is asked for until the prints are there.";

fn table(sheets: &[Sheet]) -> Report {
    let mut report = Report::new(&[
        "photos",
        "made, s",
        "unchanged, s",
        "first paint, ms",
        "prints, ms",
        "frame p50 / p95, ms",
        "blank p50 / longest, ms",
        "tab, MB",
        "answer / whole / next, ms",
        "first open, kB",
    ]);
    for Sheet { photos, made, unchanged, page } in sheets {
        report.row(vec![
            grouped(*photos),
            format!("{made:.2}"),
            format!("{unchanged:.2}"),
            format!("{:.0}", page.paint),
            format!("{:.0}", page.drawn),
            format!("{:.0} / {:.0}", page.frame_p50, page.frame_p95),
            format!("{:.0} / {:.0}", page.blank_p50, page.blank),
            format!("{:.0}", page.memory),
            format!("{:.0} / {:.0} / {:.0}", page.answer, page.whole_answer, page.next_answer),
            format!("{:.0}", page.kilobytes),
        ]);
    }
    report
}

/// What was promised of 100,000 photos, and of a million.
fn promises(report: &mut Report, sheets: &[Sheet]) {
    let of = |photos| sheets.iter().find(move |sheet| sheet.photos == photos);
    if let Some(Sheet { made, page, .. }) = of(100_000) {
        report.promise("100,000: made from nothing in under 10 s", *made < 10.0);
        report.promise("100,000: first paint under 1 s", page.paint < 1_000.0);
        // The screen has 60 a second, and the browser's clock a tenth of a millisecond: two are 33.3 or
        // 33.4 ms.
        report
            .promise("100,000: p95 frame at most 33 ms", (page.frame_p95 * 10.0).round() <= 334.0);
        report.promise("100,000: no blank over 200 ms after a jump", page.blank <= 200.0);
        report.promise("100,000: a tab under 400 MB", page.memory < 400.0);
        report.promise("100,000: first answer under 200 ms", page.answer < 200.0);
    }
    if let Some(Sheet { page, .. }) = of(1_000_000) {
        report.promise("1,000,000: first paint under 3 s", page.paint < 3_000.0);
        report.promise("1,000,000: a jump under 1 s", page.blank < 1_000.0);
    }
}

/// A number that the environment names: one at least.
fn number<T: FromStr + PartialOrd + From<u8>>(name: &str) -> Result<Option<T>, Failure> {
    let Some(named) = env::var_os(name) else { return Ok(None) };
    let number = named.to_str().and_then(|named| named.parse().ok());
    let number = number.filter(|number| *number >= T::from(1));
    Ok(Some(number.ok_or_else(|| format!("{name}={} is no number", named.display()))?))
}

/// As people write numbers: 100,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_have_commas() {
        assert_eq!([0, 999, 1_000, 1_000_000].map(grouped), ["0", "999", "1,000", "1,000,000"]);
    }
}
