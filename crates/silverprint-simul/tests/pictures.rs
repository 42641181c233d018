//! The pictures: the same each time, well formed, without scripts, and in no more
//! room than there is.

use proptest::prelude::*;
use silverprint_simul::text::{Ink, Sheet};
use silverprint_simul::{Exhibition, Played, Sweep, Swept, Terms, svg, text};
use std::time::Duration;

fn exhibition(boards: u32, masters: u32, moves: u32, master: u64, opponent: u64) -> Exhibition {
    let (master, opponent) = (Duration::from_millis(master), Duration::from_millis(opponent));
    Exhibition::new(Terms { boards, masters, moves, master, opponent }).unwrap()
}

fn talk() -> Exhibition {
    exhibition(24, 1, 30, 5000, 55_000)
}

fn swept(exhibition: Exhibition, range: &str) -> Swept {
    Swept::new(exhibition, range.parse().unwrap()).unwrap()
}

/// Without what colours it.
fn plain(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').unwrap().1)
}

/// Reads all of it, and says which elements there are.
fn elements(svg: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(svg);
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => return names,
            quick_xml::events::Event::Start(it) | quick_xml::events::Event::Empty(it) => {
                names.push(it.name().as_ref().to_owned());
            }
            _ => {}
        }
    }
}

#[test]
fn the_picture_in_the_docs_is_the_programs_own() {
    let drawn = svg::exhibition(&Played::new(talk()));
    let shown = include_str!("../../../docs/exhibition.svg");
    assert!(drawn == shown, "silverprint simul --svg docs/exhibition.svg");
}

#[test]
fn the_talks_numbers_are_in_every_picture() {
    let played = Played::new(talk());
    let drawn = text::exhibition(&played, Sheet::new(100, Ink::Plain));
    let picture = svg::exhibition(&played);
    for words in ["12:00:00", "1:00:00", "12×", "13th board", "2 min 30 s"] {
        assert!(drawn.contains(words), "{words}: {drawn}");
        assert!(picture.contains(words), "{words}: {picture}");
    }
    // The master's first round is a diagonal of moves.
    let rows = drawn.lines().skip_while(|line| !line.starts_with("Simultaneously,")).skip(1);
    for (place, row) in rows.take(24).enumerate() {
        let cells: Vec<_> = row.chars().skip(3).collect();
        assert_eq!(cells.iter().position(|cell| *cell == '█'), Some(place), "{drawn}");
        assert!(cells[..place].iter().all(|cell| *cell == '·'), "{drawn}");
        assert_eq!(cells[place + 1..place + 12], ['░'; 11], "{drawn}");
        assert_eq!(cells[place + 24], '█', "{drawn}");
    }
}

#[test]
fn the_same_exhibition_has_the_same_picture() {
    for exhibition in [talk(), exhibition(100, 3, 7, 1500, 20_000)] {
        let picture = || svg::exhibition(&Played::new(exhibition));
        assert_eq!(picture(), picture());
        let sweep = || svg::sweep(&swept(exhibition, "1..20"));
        assert_eq!(sweep(), sweep());
    }
}

#[test]
fn pictures_have_words_and_no_scripts() {
    let pictures = [
        svg::exhibition(&Played::new(talk())),
        svg::exhibition(&Played::new(exhibition(1, 1, 1, 1, 0))),
        svg::sweep(&swept(talk(), "1..60")),
        svg::sweep(&swept(talk(), "7..7")),
    ];
    for picture in pictures {
        let elements = elements(&picture);
        assert_eq!(elements[..4], ["svg", "title", "desc", "style"]);
        let known = ["svg", "title", "desc", "style", "rect", "line", "text", "circle", "polyline"];
        assert!(elements.iter().all(|name| known.contains(&name.as_str())), "{elements:?}");
        assert!(picture.contains(r#"role="img" aria-labelledby="simul-title simul-told""#));
        assert!(picture.contains("prefers-color-scheme:dark"));
        assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
    }
}

#[test]
fn a_sweep_has_a_line_for_each_number_of_boards() {
    let swept = swept(talk(), "10..=15");
    let drawn = text::sweep(&swept, Sheet::new(100, Ink::Plain));
    let line =
        |boards: &str| drawn.lines().find(|line| line.trim_start().starts_with(boards)).unwrap();
    for (boards, time, faster, busy) in [
        ("10 ", "0:29:50", "10.1×", "84 %"),
        ("12 ", "0:30:00", "12×", "100 %"),
        ("13 ", "0:32:30", "12×", "100 %"),
        ("15 ", "0:37:30", "12×", "100 %"),
    ] {
        for words in [time, faster, busy] {
            assert!(line(boards).contains(words), "{words}: {}", line(boards));
        }
    }
    assert!(line("13 ").contains('◂') && !line("12 ").contains('◂'), "{drawn}");
}

#[test]
fn ranges_are_read_as_people_write_them() {
    for (text, is_range) in [
        ("1..60", true),
        ("1..=60", true),
        ("5..5", true),
        ("1..1000", true),
        ("1..1001", false),
        ("0..5", false),
        ("5..4", false),
        ("5", false),
        ("1..", false),
        ("..5", false),
        ("1..-5", false),
        ("1...5", false),
    ] {
        assert_eq!(text.parse::<Sweep>().is_ok(), is_range, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_line_is_wider_than_its_terminal(
        (boards, masters, moves) in (1_u32..150, 1_u32..5, 1_u32..9),
        (master, opponent) in (1000_u64..20_000, 0_u64..100_000),
        width in 24_usize..160,
    ) {
        let exhibition = exhibition(boards, masters, moves, master, opponent);
        let played = Played::new(exhibition);
        let swept = swept(exhibition, "1..5");
        let on = |ink| {
            let sheet = Sheet::new(width, ink);
            text::exhibition(&played, sheet) + &text::sweep(&swept, sheet)
        };
        let drawn = on(Ink::Plain);
        prop_assert_eq!(&plain(&on(Ink::Colour)), &drawn, "colour adds nothing but colour");
        for line in drawn.lines() {
            let cells = line.chars().count();
            prop_assert!(cells <= width, "{} of {} cells: {:?}", cells, width, line);
        }
        elements(&svg::exhibition(&played));
        elements(&svg::sweep(&swept));
    }

    #[test]
    fn no_range_panics(text in any::<String>()) {
        let _ = text.parse::<Sweep>();
    }
}
