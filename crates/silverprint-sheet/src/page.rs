//! What the templates of pages are filled with: the plain pages, which need no
//! script, and `index.html`, which is the wall, and without scripts the first of
//! the plain ones.

use crate::SheetError;
use crate::frame::Frame;
use crate::heading::Heading;
use crate::link;
use crate::navigation::Navigation;
use crate::part::{PER_PART, Part};
use crate::row::Row;
use crate::subject::Subject;
use askama::Template;

/// A page has to be made again where one of these has changed.
pub(crate) const PLAIN_TEMPLATES: [&str; 3] = [
    include_str!("../templates/plain.html"),
    include_str!("../templates/frames.html"),
    include_str!("../templates/frame.html"),
];

/// `templates/plain.html`: the frames of one part.
#[derive(Template)]
#[template(path = "plain.html")]
pub(crate) struct PlainPage<'a> {
    name: &'a str,
    frames: Vec<Frame>,
    navigation: &'a Navigation,
    subject: Subject,
    root: &'static str,
}

impl<'a> PlainPage<'a> {
    pub(crate) fn new(part: &Part<'a>) -> Self {
        const ROOT: &str = "../../";
        Self {
            name: part.name,
            frames: frames(part.number, part.rows, part.subject, ROOT),
            navigation: part.navigation,
            subject: part.subject,
            root: ROOT,
        }
    }

    pub(crate) fn html(&self) -> Result<String, SheetError> {
        self.render().map_err(|source| SheetError::Template { page: "a plain page", source })
    }

    /// The numbers of the page, the lower one first.
    fn range(&self) -> String {
        let numbers = || self.frames.iter().map(|frame| frame.number);
        match (numbers().min(), numbers().max()) {
            (Some(first), Some(last)) if first < last => format!("frames {first} to {last}"),
            (Some(only), _) => format!("frame {only}"),
            _ => "no frames".to_owned(),
        }
    }
}

/// `templates/index.html`: the wall, which scripts fill.
#[derive(Template)]
#[template(path = "index.html")]
pub(crate) struct Index<'a> {
    pub(crate) subject: Subject,
    pub(crate) heading: &'a Heading,
    /// What it shows without scripts.
    pub(crate) frames: Vec<Frame>,
    pub(crate) navigation: &'a Navigation,
    pub(crate) photostream: Option<String>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(
        subject: Subject,
        heading: &'a Heading,
        shown: (u64, &[Option<Row>]),
        navigation: &'a Navigation,
    ) -> Self {
        let frames = frames(shown.0, shown.1, subject, "");
        let photostream = link::to_web(&heading.photostream_url);
        Self { subject, heading, frames, navigation, photostream }
    }

    pub(crate) fn html(&self) -> Result<String, SheetError> {
        self.render().map_err(|source| SheetError::Template { page: "index.html", source })
    }
}

/// The frames of a part, in the order in which they are looked at.
fn frames(part: u64, rows: &[Option<Row>], subject: Subject, root: &str) -> Vec<Frame> {
    let first = part * PER_PART as u64 + 1;
    let frame = |(number, row): (u64, &Option<Row>)| {
        row.as_ref().map(|row| Frame::new(number, row, root, subject))
    };
    let frames = (first..).zip(rows).filter_map(frame);
    match subject {
        Subject::Photostream => {
            let mut frames: Vec<_> = frames.collect();
            frames.reverse();
            frames
        }
        Subject::Files => frames.collect(),
    }
}
