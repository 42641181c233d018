//! What the tests of this crate share.

use crate::fonts::Fonts;
use crate::frame::{Frame, Heading, Thumb};
use crate::paper::{Columns, Paper};
use crate::pdf::PdfSheet;
use crate::picture::tests::{grey, written};
use crate::{Order, Printed};
use image::ImageFormat;

/// Titles as nobody writes them who means well.
pub(crate) fn hostile() -> Vec<String> {
    vec![
        "\0\u{1}\u{1b}[2J\u{7f}\u{9b}".to_owned(),
        "x".repeat(10_000),
        "wide ".repeat(10_000),
        "\u{301}".repeat(500),
        "\u{301}\u{e47}\u{94d}\u{200d}\u{20e3}".to_owned(),
        "a\u{202e}gpj.exe\u{2066}b\u{2029}c".to_owned(),
        ") Tj ET endstream endobj <<(\\".to_owned(),
        "\u{e000}\u{f8ff}\u{10fffd}\u{fffd}".to_owned(),
        "👩\u{200d}👩\u{200d}👧🇨🇦👍🏽\u{fe0f}".to_owned(),
        "\u{64b}".repeat(90) + "abc" + &"\u{5b0}".repeat(90),
        "سلام".repeat(200),
        String::new(),
        " \u{200b}\u{ad} ".to_owned(),
    ]
}

/// The bundled font, and those that lie beside the tests.
pub(crate) fn with_test_fonts() -> Fonts {
    Fonts::In(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fonts").into())
}

pub(crate) fn order(frames: usize) -> Order {
    let heading = Heading {
        name: "Ana Ωραία".to_owned(),
        address: "https://www.flickr.com/photos/ana/".to_owned(),
        producer: "silverprint 1.2.3".to_owned(),
    };
    let (paper, columns) = (Paper::default(), Columns::default());
    Order { heading, frames: frames as u64, paper, columns }
}

/// A frame whose thumbnail [`read`] reads.
pub(crate) fn frame(title: &str) -> Frame {
    Frame {
        title: title.to_owned(),
        day: "2 Nov 2013".to_owned(),
        posted: Some(1_383_386_400),
        thumb: Some(Thumb { path: "7".to_owned(), width: 120, height: 120 }),
        ..Frame::default()
    }
}

/// A grey JPEG in the shade that its path says; nothing for other paths.
pub(crate) fn read(thumb: &Thumb) -> Option<Vec<u8>> {
    let shade = thumb.path.parse().ok()?;
    Some(written(&grey(shade), ImageFormat::Jpeg))
}

pub(crate) fn pdf_of(order: Order, frames: &[Frame], fonts: Fonts) -> (Printed, Vec<u8>) {
    let mut sheet = PdfSheet::new(order, fonts, read, Vec::new()).unwrap();
    for frame in frames {
        sheet.add(frame.clone()).unwrap();
    }
    sheet.finish().unwrap()
}
