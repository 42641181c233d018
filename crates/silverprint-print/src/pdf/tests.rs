//! The PDF as a reader of PDFs finds it.

mod reader;

use super::*;
use crate::frame::Lack;
use crate::paper::Paper;
use crate::testing::{frame, hostile, order, pdf_of, read, with_test_fonts};
use reader::Pdf;

fn pdf(frames: &[Frame]) -> (Printed, Pdf) {
    let (printed, bytes) = pdf_of(order(frames.len()), frames, Fonts::Bundled);
    (printed, Pdf::read(bytes))
}

fn frames(count: usize) -> Vec<Frame> {
    (1..=count).map(|number| frame(&format!("Title {number}"))).collect()
}

#[test]
fn thirty_six_frames_are_a_page() {
    for (count, pages) in [(1, 1), (36, 1), (37, 2), (100, 3), (1300, 37)] {
        let (printed, pdf) = pdf(&frames(count));
        assert_eq!((printed.pages, printed.frames), (pages, count as u64));
        assert_eq!(pdf.pages().len() as u64, pages, "{count}");
        let last = pdf.text(pdf.pages().len() - 1);
        assert!(last.contains(&format!("page {pages} of {pages}")), "{last}");
        assert!(last.contains(&format!("Title {count}")), "{last}");
    }
}

#[test]
fn a_sheet_of_nothing_is_a_page_that_says_so() {
    let (printed, pdf) = pdf(&[]);
    assert_eq!((printed.pages, printed.frames), (1, 0));
    assert!(pdf.text(0).contains("no photographs"), "{}", pdf.text(0));
}

#[test]
fn text_can_be_read_in_its_own_letters() {
    let (_, pdf) =
        pdf(&[frame("Καλημέρα κόσμε"), frame("Добрый вечер, Київ"), frame("e\u{301}t\u{e9} fin")]);
    let text = pdf.text(0);
    let expected = [
        "Καλημέρα κόσμε",
        "Добрый вечер, Київ",
        "t\u{e9} fin",
        "Ana Ωραία",
        "2 Nov 2013",
        "frames 1–3",
    ];
    for words in expected {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn fonts_are_embedded_and_cut_to_what_is_used() {
    let (printed, bytes) = pdf_of(
        order(3),
        &[frame("Tokyo 夜の東京"), frame("سلام لا"), frame("हिन्दी")],
        with_test_fonts(),
    );
    assert_eq!(printed.lacking, []);
    let length = bytes.len();
    let pdf = Pdf::read(bytes);
    let names = pdf.values("BaseFont");
    for name in
        ["NotoSans-Regular", "NotoSansCJKjp-Regular", "NotoSansArabic", "NotoSansDevanagari"]
    {
        let is_it = |it: &String| it.as_bytes()[7] == b'+' && it[8..].starts_with(name);
        assert!(names.iter().any(is_it), "{name}: {names:?}");
    }
    assert_eq!(pdf.count("/FontFile2"), 3);
    assert_eq!(pdf.count("/FontFile3"), 1);
    assert_eq!(pdf.count("/CIDFontType0C"), 1);
    assert_eq!(pdf.count("/ToUnicode"), 4);
    let text = pdf.text(0);
    for words in ["Tokyo 夜の東京", "हिन्दी"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    // As it is seen, from the left: readers turn it round.
    assert!(text.contains("لا ملاس"), "{text}");
    assert!(length < 60_000, "the fonts are cut down: {length}");
}

#[test]
fn thumbnails_go_in_as_they_are() {
    let jpeg = read(&frame("").thumb.unwrap()).unwrap();
    let (_, pdf) = pdf(&[frame("one")]);
    let found = pdf.bytes.windows(jpeg.len()).filter(|window| *window == jpeg).count();
    assert_eq!(found, 1);
    assert_eq!(pdf.count("/DCTDecode"), 1);
}

#[test]
fn what_is_missing_has_an_empty_frame_with_its_title_and_the_reason() {
    let gone = Frame {
        thumb: None,
        lack: Lack::Missing,
        reason: "404 Not Found".to_owned(),
        ..frame("Lost in the snow")
    };
    let unread =
        Frame { thumb: Some(Thumb { path: "no".into(), ..Thumb::default() }), ..frame("B") };
    let (_, pdf) = pdf(&[gone, unread, frame("C")]);
    let text = pdf.text(0);
    for words in ["Lost in the snow", "missing", "404 Not Found", "no thumbnail", "B"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(pdf.count("/DCTDecode"), 1);
}

#[test]
fn the_same_frames_make_the_same_bytes() {
    let make = || pdf_of(order(50), &frames(50), with_test_fonts());
    assert_eq!(make(), make());
}

#[test]
fn paper_has_its_size() {
    for (paper, size) in [(Paper::A4, "595.28 841.89"), (Paper::Letter, "612 792")] {
        let order = Order { paper, ..order(1) };
        let (_, bytes) = pdf_of(order, &frames(1), Fonts::Bundled);
        let pdf = Pdf::read(bytes);
        assert_eq!(pdf.count(&format!("/MediaBox[0 0 {size}]")), 1, "{paper}");
    }
}

#[test]
fn columns_change_how_many_are_on_a_page() {
    let pages = |columns: &str| {
        let order = Order { columns: columns.parse().unwrap(), ..order(300) };
        pdf_of(order, &frames(300), Fonts::Bundled).0.pages
    };
    let (few, usual, many) = (pages("2"), pages("6"), pages("10"));
    assert!(few > usual && usual > many, "{few} {usual} {many}");
    assert_eq!(usual, 9);
}

#[test]
fn hostile_titles_are_printed_and_break_nothing() {
    let frames: Vec<Frame> = hostile().iter().map(|title| frame(title)).collect();
    for fonts in [Fonts::Bundled, with_test_fonts()] {
        let mut order = order(frames.len());
        order.heading.name = hostile().concat();
        let (printed, bytes) = pdf_of(order, &frames, fonts);
        assert!(printed.lacking.iter().any(|it| it.writing == "characters without a script"));
        let pdf = Pdf::read(bytes);
        assert_eq!(pdf.pages().len(), 1);
        assert!(pdf.text(0).contains(") Tj ET endstream"), "{}", pdf.text(0));
    }
}

#[test]
fn years_are_an_outline_where_there_are_several() {
    let year = |year: i64| Frame { posted: Some((year - 1970) * 31_556_952), ..frame("x") };
    let (_, one) = pdf(&[year(2013), year(2013)]);
    assert_eq!(one.count("/Outlines"), 0);
    let (_, three) = pdf(&[year(2009), year(2013), year(2013), year(2020)]);
    assert_eq!(three.values("Title").iter().filter(|title| title.starts_with("(20")).count(), 3);
}

#[test]
fn the_document_says_what_it_is_and_of_when() {
    let (_, pdf) = pdf(&[Frame { posted: None, ..frame("x") }, frame("y"), frame("z")]);
    assert_eq!(pdf.count("/Producer(silverprint 1.2.3)"), 1);
    assert_eq!(pdf.count("/CreationDate(D:20131102100000"), 1);
    assert_eq!(pdf.count("/PageLabels"), 1);
    let (_, bytes) =
        pdf_of(order(1), &[Frame { posted: Some(i64::MAX), ..frame("x") }], Fonts::Bundled);
    assert_eq!(Pdf::read(bytes).count("/CreationDate"), 0);
}

#[test]
fn frames_beyond_those_announced_are_left_out() {
    let (printed, bytes) = pdf_of(order(2), &frames(50), Fonts::Bundled);
    assert_eq!((printed.pages, printed.frames), (1, 2));
    let text = Pdf::read(bytes).text(0);
    assert!(text.contains("Title 2") && !text.contains("Title 3"), "{text}");
}
