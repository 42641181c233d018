//! What the paper is told of a photo, and of whose photos they are.

use silverprint_core::one_line;

/// No line on paper holds more.
const LONGEST: usize = 300;

/// One frame of the sheet. Texts may hold anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// The title; empty where there is none.
    pub title: String,
    /// The day as it is printed; empty where it is not known.
    pub day: String,
    /// When it was uploaded: seconds since 1970, UTC.
    pub posted: Option<i64>,
    /// It is a video's still.
    pub is_video: bool,
    /// The thumbnail; none where there is none.
    pub thumb: Option<Thumb>,
    /// What is not there where there is no print.
    pub lack: Lack,
    /// Why that is so; empty where there is nothing to say.
    pub reason: String,
}

/// What a frame without a print has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lack {
    /// There is a picture, and no thumbnail of it that could be printed.
    #[default]
    NoThumbnail,
    /// There is no picture.
    Missing,
}

impl Lack {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::NoThumbnail => "no thumbnail",
            Self::Missing => "missing",
        }
    }
}

/// The thumbnail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thumb {
    /// Where it lies, for the function that reads it.
    pub path: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// What stands over every page, and in the document's properties.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heading {
    /// Whose photos they are; may hold anything.
    pub name: String,
    /// Where they are on the web, to be read.
    pub address: String,
    /// The program with its version.
    pub producer: String,
}

impl Frame {
    /// The frame with every text on one line and of bounded length.
    pub(crate) fn cleaned(self) -> Self {
        let clean = |text: &str| one_line(text, LONGEST);
        Self {
            title: clean(&self.title),
            day: clean(&self.day),
            reason: clean(&self.reason),
            ..self
        }
    }
}

impl Heading {
    /// The heading likewise.
    pub(crate) fn cleaned(self) -> Self {
        let clean = |text: &str| one_line(text, LONGEST);
        Self {
            name: clean(&self.name),
            address: clean(&self.address),
            producer: clean(&self.producer),
        }
    }
}
