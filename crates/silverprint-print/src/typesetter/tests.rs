//! Titles in cells.

use super::*;
use crate::testing::{hostile, with_test_fonts};
use proptest::prelude::*;

/// Sums of many lengths differ in their last bits.
const NEARLY: f32 = 0.001;

fn line(fonts: Fonts, text: &str) -> Line {
    Typesetter::new(fonts).fit(text, 1.0, 1000.0)
}

/// What each glyph says, from the left.
fn said(line: &Line) -> Vec<&str> {
    let glyphs = line.pieces.iter().flat_map(|piece| &piece.glyphs);
    glyphs.map(|glyph| line.said_by(glyph)).collect()
}

#[test]
fn the_bundled_font_has_latin_greek_and_cyrillic() {
    let mut typesetter = Typesetter::new(Fonts::Bundled);
    for text in ["Crème brûlée, Łódź", "Καλημέρα ἀρχή", "Привіт, світе", "№ 12A · “…”", "Việt Nam"]
    {
        let line = typesetter.fit(text, 1.0, 1000.0);
        assert!(line.pieces.iter().all(|piece| !piece.is_boxes), "{text}");
        assert_eq!(said(&line).concat(), text);
        assert!(line.width > 3.0 && !line.is_from_right, "{text}: {}", line.width);
    }
    assert_eq!(typesetter.lacking().count(), 0);
}

#[test]
fn what_has_no_room_is_cut_to_an_ellipsis() {
    let mut typesetter = Typesetter::new(Fonts::Bundled);
    let whole = typesetter.fit("A walk in the snow", 6.0, 200.0);
    assert_eq!(whole.text, "A walk in the snow");
    let cut = typesetter.fit("A walk in the snow", 6.0, 40.0);
    assert!(cut.text.starts_with("A walk") && cut.text.ends_with('…'), "{}", cut.text);
    assert!(cut.width * 6.0 <= 40.0 && cut.width * 6.0 > 30.0, "{}", cut.width);
    assert!(!cut.text.contains(" …"), "{}", cut.text);
    assert_eq!(typesetter.fit("A walk", 6.0, 6.5).text, "…");
    assert_eq!(typesetter.fit("A walk", 6.0, 1.0), Line::default());
}

#[test]
fn a_letter_without_a_font_is_a_box_and_said_to_be_lacking() {
    let mut typesetter = Typesetter::new(Fonts::Bundled);
    let line = typesetter.fit("ab ไทย", 1.0, 1000.0);
    let boxes = line.pieces.iter().find(|piece| piece.is_boxes).expect("it is lacking");
    assert!(boxes.glyphs.iter().all(|glyph| glyph.id == 0 && glyph.advance > 0.0));
    let lacking: Vec<&str> = typesetter.lacking().map(|it| it.writing.as_str()).collect();
    assert_eq!(lacking, ["Thai"]);
    assert_eq!(said(&line).concat(), "ab ไทย");
}

#[test]
fn arabic_is_joined_and_runs_from_the_right() {
    let line = line(with_test_fonts(), "سلام");
    assert!(line.is_from_right);
    // Four letters, of which two are one sign; the first stands at the right.
    assert_eq!(said(&line), ["م", "لا", "س"]);
}

#[test]
fn directions_stand_in_one_line_as_they_are_read() {
    let mixed = line(with_test_fonts(), "abc سلام 123 def");
    assert!(!mixed.is_from_right);
    let seen = said(&mixed).concat();
    assert_eq!(seen, "abc 123 ملاس def");
    let from_right = line(with_test_fonts(), "سلام abc");
    assert!(from_right.is_from_right);
    assert_eq!(said(&from_right).concat(), "abc ملاس");
}

#[test]
fn an_ellipsis_of_arabic_stands_at_the_left() {
    let mut typesetter = Typesetter::new(with_test_fonts());
    let whole = typesetter.fit("سلام مكتبة", 1.0, 1000.0);
    let cut = typesetter.fit("سلام مكتبة", 1.0, whole.width - 0.3);
    assert!(cut.is_from_right);
    assert_eq!(said(&cut).first().copied(), Some("…"));
    assert!(cut.width <= whole.width - 0.3);
}

#[test]
fn devanagari_is_reordered() {
    let line = line(with_test_fonts(), "हि");
    // The vowel is written before its consonant, and is one cluster with it.
    let glyphs = &line.pieces[0].glyphs;
    assert_eq!(glyphs.len(), 2);
    assert!(glyphs.iter().all(|glyph| line.said_by(glyph) == "हि"));
    let vowel = glyphs[0].id;
    let alone = self::line(with_test_fonts(), "ह");
    assert_ne!(alone.pieces[0].glyphs[0].id, vowel);
}

#[test]
fn each_script_has_its_font() {
    let mut typesetter = Typesetter::new(with_test_fonts());
    let line = typesetter.fit("Tokyo 夜の東京", 1.0, 1000.0);
    let mut names: Vec<&str> =
        line.pieces.iter().map(|piece| typesetter.face(piece.face).name.as_str()).collect();
    names.dedup();
    assert_eq!(names, ["NotoSans-Regular", "NotoSansCJKjp-Regular"]);
    assert_eq!(typesetter.lacking().count(), 0);
}

#[test]
fn hostile_titles_stay_in_their_room() {
    for fonts in [Fonts::Bundled, with_test_fonts()] {
        let mut typesetter = Typesetter::new(fonts);
        for title in hostile() {
            for room in [0.0, 3.0, 40.0, 80.0, 500.0] {
                let line = typesetter.fit(&title, 6.5, room);
                assert!(line.width * 6.5 <= room + NEARLY, "{title:?} in {room}: {}", line.width);
                assert!(!line.text.contains(char::is_control), "{title:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 300,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_text_is_wider_than_its_room(
        text in "(\\PC|[a-z ]|[\u{590}-\u{6ff}]|[\u{900}-\u{97f}]|\u{301}|\u{200d}|[\u{1f300}-\u{1f6ff}]){0,60}",
        size in 1.0_f32..20.0,
        room in 0.0_f32..200.0,
    ) {
        let mut typesetter = Typesetter::new(with_test_fonts());
        let line = typesetter.fit(&text, size, room);
        prop_assert!(line.width * size <= room + NEARLY, "{text:?}: {}", line.width * size);
        for glyph in line.pieces.iter().flat_map(|piece| &piece.glyphs) {
            prop_assert!(line.text.get(glyph.from..glyph.to).is_some(), "{text:?}: {glyph:?}");
        }
    }
}
