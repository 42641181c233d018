//! How soon there is something to see: from the start of `sync` until the sheet on the disk, which
//! is made while it runs, shows a hundred prints.

use super::{Extent, Figure, Measured};
use crate::Failure;
use crate::bench::job::cell::{Kind, Setting};
use crate::bench::job::place::Place;
use crate::bench::job::stream;
use crate::bench::job::tool::CONNECTIONS;
use crate::bench::report::read;
use crate::bench::rig::{FakeFlickr, median};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

const PHOTOS: usize = 1_000;
const PRINTS: usize = 100;
const LATENCY_MS: u32 = 50;
/// Written last of a sheet's files.
const LEDGER: &str = ".silverprint/sheet.txt";
const TIMES: usize = 5;
const EVERY: Duration = Duration::from_millis(3);

pub(super) fn measure(place: &Place, extent: Extent) -> Measured {
    let prints = if extent == Extent::Whole { PRINTS } else { 20 };
    let mut figures = Vec::new();
    for (kind, what, most) in [(Kind::Copies, "copies", 1.0), (Kind::Originals, "originals", 2.5)] {
        let photos = extent.photos(PHOTOS);
        let setting = Setting { kind, photos, latency: LATENCY_MS, bandwidth: None };
        let server = stream::serve(place, setting)?;
        let times = if extent == Extent::Whole { TIMES } else { 1 };
        let seconds = (0..times).map(|_| first(place, &server, kind, prints));
        let seconds = median(seconds.collect::<Result<Vec<_>, _>>()?);
        figures.push(Figure {
            what: format!("the first {prints} thumbnails on the sheet, {what} at {LATENCY_MS} ms"),
            bound: format!("≤ {most:.1} s"),
            measured: format!("{seconds:.2} s"),
            is_kept: seconds <= most,
        });
    }
    let remark = "On the sheet: the files of the contact sheet lie there, whole, and name so many \
                  photos with a print; counted from the start of the program."
        .to_owned();
    Ok((figures, remark))
}

/// One run, which ends as soon as it is seen.
fn first(place: &Place, server: &FakeFlickr, kind: Kind, prints: usize) -> Result<f64, Failure> {
    let folder = place.new_folder()?;
    let mut sync =
        place.rig.silverprint(&["sync", &server.alias, "--quiet", "--size", kind.size()]);
    sync.args(["--connections", &CONNECTIONS.to_string(), "--flickr-url", &server.base, "--to"]);
    let began = Instant::now();
    let mut child = sync.arg(&folder).spawn()?;
    let seen = wait_for(&mut child, &folder, prints).map(|()| began.elapsed().as_secs_f64());
    // It may have ended by itself.
    let _ = child.kill();
    child.wait()?;
    seen
}

#[expect(clippy::disallowed_methods, reason = "a folder tells nobody that it changes")]
fn wait_for(child: &mut Child, folder: &Path, prints: usize) -> Result<(), Failure> {
    let ledger = folder.join(LEDGER);
    let mut known = String::new();
    loop {
        let is_over = child.try_wait()?.is_some();
        let now = read(&ledger).unwrap_or_default();
        if now != known {
            if n_prints(folder)? >= prints {
                return Ok(());
            }
            known = now;
        }
        if is_over {
            return Err(format!("no sheet has {prints} prints, and the run is over").into());
        }
        thread::sleep(EVERY);
    }
}

/// How many photos of the sheet have a print.
fn n_prints(folder: &Path) -> Result<usize, Failure> {
    let mut prints = 0;
    for part in fs::read_dir(folder.join("sheet/parts"))? {
        prints += of_part(&read(&part?.path())?)?;
    }
    Ok(prints)
}

/// The same of a part, which is a call: `silverprint.part(NUMBER,[ENTRIES])`.
fn of_part(script: &str) -> Result<usize, Failure> {
    let arguments = script.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')'));
    let (arguments, _) = arguments.ok_or("a part of the sheet is no call")?;
    let arguments: Value = serde_json::from_str(&format!("[{arguments}]"))?;
    let entries = arguments[1].as_array().ok_or("a part of the sheet has no entries")?;
    let is_print = |entry: &&Value| {
        let lacks = |name: &str| entry[name] == Value::Bool(true);
        entry.is_object() && !lacks("noPrint") && !lacks("missing")
    };
    Ok(entries.iter().filter(is_print).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_without_a_print_do_not_count() {
        let part = "silverprint.part(3,[null,{\"id\":\"1\"},{\"id\":\"2\",\"noPrint\":true},\
                    {\"id\":\"3\",\"missing\":true,\"title\":\"a (b)\"},{\"id\":\"4\"}]);\n";
        assert_eq!(of_part(part).unwrap(), 2);
        assert!(of_part("nothing").is_err());
    }
}
