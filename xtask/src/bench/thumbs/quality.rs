//! How far our thumbnails are from those of the whole picture, before encoding.

use super::kind::KINDS;
use super::place::Place;
use super::rival::Process;
use crate::Failure;
use crate::bench::report::Report;
use crate::command::output;
use serde_json::Value;

/// What `bench/thumbs/quality.py` found, a value for each kind.
#[derive(Debug)]
pub(super) struct Quality(Vec<Found>);

#[derive(Debug)]
struct Found {
    pictures: u64,
    mean: f64,
    worst: f64,
}

pub(super) fn measure(place: &Place) -> Result<Quality, Failure> {
    let thumbnails = place.empty_folder("lossless")?;
    let mut ours = place.pinned(place.cores(), &place.clock());
    ours.arg(place.pictures()).arg("120x120 cover grey png");
    let mut ours = Process::start(ours)?;
    ours.answer()?;
    for kind in &KINDS {
        let folder = place.empty_folder(&format!("lossless/{}", kind.name))?;
        ours.ask(&format!("load {} {}", kind.name, folder.display()))?;
    }
    let mut judge = place.python("bench/thumbs/quality.py");
    judge.arg("psnr").arg(place.pictures()).arg(thumbnails);
    let lines = output(judge)?;
    let lines = lines.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let found = KINDS.iter().map(|kind| {
        let line = lines.iter().find(|line| line["kind"] == kind.name);
        found(line.ok_or_else(|| format!("nothing was judged of {}", kind.name))?)
    });
    Ok(Quality(found.collect::<Result<_, Failure>>()?))
}

fn found(line: &Value) -> Result<Found, Failure> {
    let number = |name: &str| line[name].as_f64().ok_or_else(|| format!("no {name}: {line}"));
    let pictures = line["pictures"].as_u64().ok_or("no number of pictures")?;
    Ok(Found { pictures, mean: number("mean")?, worst: number("worst")? })
}

impl Quality {
    pub(super) fn table(&self) -> Report {
        let mut table = Report::new(&["PSNR of ours, dB", "pictures", "mean", "worst"]);
        for (kind, Found { pictures, mean, worst }) in KINDS.iter().zip(&self.0) {
            table.row(vec![
                kind.title.to_owned(),
                pictures.to_string(),
                format!("{mean:.1}"),
                format!("{worst:.1}"),
            ]);
        }
        table
    }

    /// The mean over all large pictures, in dB.
    #[expect(clippy::cast_precision_loss, reason = "a few dozen pictures")]
    pub(super) fn mean(&self) -> f64 {
        let pictures: u64 = self.large().map(|found| found.pictures).sum();
        let sum: f64 = self.large().map(|found| found.mean * found.pictures as f64).sum();
        sum / pictures as f64
    }

    /// The worst of all large pictures, in dB.
    pub(super) fn worst(&self) -> f64 {
        self.large().map(|found| found.worst).fold(f64::INFINITY, f64::min)
    }

    fn large(&self) -> impl Iterator<Item = &Found> {
        KINDS.iter().zip(&self.0).filter(|(kind, _)| kind.is_large).map(|(_, found)| found)
    }
}
