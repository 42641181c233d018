//! What is written at the end of a whole run: the list of what failed, and the
//! contact sheet.

use super::book::{Picture, Print};
use super::error::LocalError;
use super::receipt::{LocalReceipt, PassedOver};
use super::reference::reference;
use super::root::Roots;
use super::target::Target;
use super::{LocalOrder, name, shown};
use crate::csv::csv_field;
use silverprint_core::{Layout, PhotoId};
use silverprint_sheet::{ContactSheet, Heading, Row, Shelf, Thumb};
use std::io;

/// What failed, and why: only where something did.
pub(super) const FAILED: &str = Layout::FAILED;
/// So many folders are named in the heading.
const NAMED: usize = 3;

/// Writes it.
pub(super) fn close(
    order: &LocalOrder,
    roots: &Roots,
    target: &Target,
    receipt: &LocalReceipt,
    prints: &[Print],
) -> Result<(), LocalError> {
    write_failures(roots, target, prints)?;
    let mut shelf = Shelved(target);
    let heading = heading(order, roots, receipt);
    let mut sheet = ContactSheet::of_files(heading, prints.len() as u64, &mut shelf);
    let frames = Frames { order, roots, target };
    (1_u64..).zip(prints).try_for_each(|(n, print)| sheet.add(frames.row(n, print)))?;
    sheet.finish()
}

/// The folder of the thumbnails as a shelf.
struct Shelved<'a>(&'a Target);

impl Shelf for Shelved<'_> {
    type Error = LocalError;

    fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        self.0.read(path)
    }

    fn length(&mut self, path: &str) -> Option<u64> {
        self.0.found(path).map(|found| found.len())
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), LocalError> {
        self.0.make_folders(path)?;
        self.0.write(path, |out| out.write_all(bytes))
    }

    fn remove(&mut self, path: &str) -> Result<bool, LocalError> {
        self.0.remove(path)
    }
}

/// failed.csv.
fn write_failures(roots: &Roots, target: &Target, prints: &[Print]) -> Result<(), LocalError> {
    let failures = || prints.iter().filter_map(|print| Some((print, print.failure.as_ref()?)));
    if failures().next().is_none() {
        return target.remove(FAILED).map(drop);
    }
    target.write(FAILED, |out| -> io::Result<()> {
        writeln!(out, "path,reason")?;
        for (print, reason) in failures() {
            let path = match &print.picture {
                Picture::Found(place) => shown(&roots.shown(place)),
                Picture::Named(path) => path.to_string(),
            };
            writeln!(out, "{},{}", csv_field(&path), csv_field(reason))?;
        }
        Ok(())
    })
}

fn heading(order: &LocalOrder, roots: &Roots, receipt: &LocalReceipt) -> Heading {
    let remark =
        |(why, count): (&PassedOver, &u64)| format!("{count} passed over: {}", why.as_str());
    Heading {
        name: title(roots),
        screen_name: String::new(),
        photostream_url: String::new(),
        announced: receipt.pictures(),
        saved: receipt.made + receipt.already,
        missing: receipt.failed,
        videos: 0,
        remarks: receipt.passed_over.iter().map(remark).collect(),
        made_on: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        version: order.version.clone(),
        is_running: false,
    }
}

/// What the sheet is of: the names of the first few.
fn title(roots: &Roots) -> String {
    let names: Vec<_> =
        roots.all.iter().take(NAMED).map(|root| root.name.to_string_lossy()).collect();
    let more = roots.all.len() - names.len();
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

/// Makes the rows.
struct Frames<'a> {
    order: &'a LocalOrder,
    roots: &'a Roots,
    target: &'a Target,
}

impl Frames<'_> {
    fn row(&self, number: u64, print: &Print) -> Row {
        let spec = &self.order.thumbnail;
        let (title, picture, thumb) = match &print.picture {
            Picture::Named(path) => (path.to_string(), None, None),
            Picture::Found(place) => {
                let root = &self.roots.all[place.root].name;
                let thumb = name::thumbnail(root, &place.below, spec.encoding.extension());
                (
                    self.roots.title(place),
                    reference(self.target.root(), &self.roots.path(place)),
                    Some(format!("{}/{thumb}", Layout::THUMBS)),
                )
            }
        };
        let thumb = thumb.filter(|_| print.failure.is_none()).map(|path| Thumb {
            stamp: self.target.stamp(&path).unwrap_or_default(),
            path,
            width: spec.width.get(),
            height: spec.height.get(),
        });
        Row {
            title,
            picture: picture.map(|path| silverprint_sheet::Picture { path, ..Default::default() }),
            thumb,
            note: print.failure.as_deref().map(ToOwned::to_owned),
            ..Row::bare(PhotoId::new(number))
        }
    }
}
