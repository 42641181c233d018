//! Which files a sheet consists of, what is in them, and which of them are
//! touched when it is made again.

use crate::shelf::{Memory, heading, make, row};
use jpeg_encoder::{ColorType, Encoder};
use proptest::prelude::*;
use serde_json::{Value, json};
use silverprint_core::PhotoId;
use silverprint_sheet::{ContactSheet, Row, SheetError, Thumb};

/// A thumbnail of a grey that tells which it is.
fn print(seed: u64, width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let samples = usize::from(width) * usize::from(height);
    let slope = (0..samples).map(|at| u8::try_from((at as u64 * 7 + seed * 40) % 256).unwrap());
    let grey: Vec<u8> = slope.collect();
    Encoder::new(&mut jpeg, 85).encode(&grey, width, height, ColorType::Luma).unwrap();
    jpeg
}

fn shelf_of_prints(numbers: impl Iterator<Item = u64>) -> Memory {
    let mut shelf = Memory::default();
    let prints = numbers.map(|it| (format!("thumbs/{it}.jpg"), print(it, 120, 120)));
    shelf.files.extend(prints);
    shelf
}

fn decoded(jpeg: &[u8]) -> (Vec<u8>, u16, u16) {
    let mut decoder = jpeg_decoder::Decoder::new(jpeg);
    let samples = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    (samples, info.width, info.height)
}

#[test]
fn frames_are_numbered_from_the_oldest_in_parts_of_five_hundred() {
    let mut shelf = shelf_of_prints(1..=1_203);
    make(&mut shelf, heading(), (1..=1_203).map(row));
    let parts: Vec<_> =
        (0..3).map(|part| shelf.call(&format!("sheet/parts/{part:05}.js"), "part")).collect();
    let lengths: Vec<_> = parts.iter().map(|part| part[1].as_array().unwrap().len()).collect();
    assert_eq!(lengths, [500, 500, 203]);
    assert_eq!(parts[1][0], 1);
    assert_eq!((&parts[0][1][0]["id"], &parts[2][1][202]["id"]), (&json!("1"), &json!("1203")));
    let entry = &parts[0][1][6];
    assert_eq!(entry["title"], "Photo number 7");
    assert_eq!(entry["picture"], "photos/7.jpg");
    assert!(entry.get("thumb").is_none() && entry.get("noPrint").is_none(), "{entry}");
    let texts = shelf.call("sheet/texts/00001.js", "texts");
    assert_eq!((&texts[0], texts[1].as_array().unwrap().len()), (&json!(1), 500));
    assert!(texts[1][6].as_str().unwrap().starts_with("Photo number 507\n"), "{}", texts[1][6]);
    let strips = shelf.files.keys().filter(|path| path.starts_with("sheet/strips/")).count();
    assert_eq!(strips, 25);
    let columns = &shelf.call("sheet/columns/000.js", "columns")[1];
    assert_eq!(columns["kind"].as_array().unwrap().len(), 1_203);
    assert_eq!(columns["posted"][1], 1_383_386_400 + 86_400);
}

#[test]
fn a_strip_shows_its_prints_as_they_are() {
    let mut shelf = shelf_of_prints((1..=60).filter(|&number| number != 3));
    make(&mut shelf, heading(), (1..=60).map(row));
    let (first, width, height) = decoded(&shelf.files["sheet/strips/00000.jpg"]);
    assert_eq!((width, height), (120, 6_000));
    let (second, _, height) = decoded(&shelf.files["sheet/strips/00001.jpg"]);
    assert_eq!(height, 1_200);
    let all = [first, second].concat();
    for (number, shown) in (1_u64..).zip(all.chunks(120 * 120)) {
        match shelf.files.get(&format!("thumbs/{number}.jpg")) {
            Some(print) => assert_eq!(shown, decoded(print).0, "{number}"),
            None => assert!(shown.iter().all(|&grey| grey == 128), "{number}"),
        }
    }
    let part = &shelf.call("sheet/parts/00000.js", "part")[1];
    assert_eq!(part[2]["thumb"], "thumbs/3.jpg", "what cannot be read is a file of its own");
}

#[test]
fn what_does_not_fit_a_strip_stays_apart() {
    let mut color = Vec::new();
    Encoder::new(&mut color, 85).encode(&vec![99; 43_200], 120, 120, ColorType::Rgb).unwrap();
    let mut other_quality = Vec::new();
    Encoder::new(&mut other_quality, 60).encode(&[9; 14_400], 120, 120, ColorType::Luma).unwrap();
    let mut progressive = Vec::new();
    let mut encoder = Encoder::new(&mut progressive, 85);
    encoder.set_progressive(true);
    encoder.encode(&[9; 14_400], 120, 120, ColorType::Luma).unwrap();
    let mut own_tables = Vec::new();
    let mut encoder = Encoder::new(&mut own_tables, 85);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(&[9; 14_400], 120, 120, ColorType::Luma).unwrap();
    let whole = print(1, 120, 120);
    let cut = whole[..whole.len() - 9].to_vec();
    let mut marked = whole.clone();
    let middle = marked.len() - 20;
    marked[middle..middle + 2].copy_from_slice(&[0xff, 0xd0]);
    let apart = [
        color,
        other_quality,
        progressive,
        own_tables,
        cut,
        marked,
        print(5, 120, 80),
        b"\x89PNG\r\n\x1a\n".to_vec(),
        Vec::new(),
        vec![0xff, 0xd8, 0xff],
        [whole.clone(), whole.clone()].concat(),
    ];
    let mut shelf = shelf_of_prints(1..=1);
    for (number, bytes) in (2..).zip(&apart) {
        shelf.files.insert(format!("thumbs/{number}.jpg"), bytes.clone());
    }
    let n_rows = 1 + apart.len() as u64;
    make(&mut shelf, heading(), (1..=n_rows).map(row));
    let part = shelf.call("sheet/parts/00000.js", "part");
    let rows = part[1].as_array().unwrap();
    assert!(rows[0].get("thumb").is_none());
    for (idx, row) in rows.iter().enumerate().skip(1) {
        assert_eq!(row["thumb"], format!("thumbs/{}.jpg", idx + 1), "{idx}");
        assert_eq!(row["size"], json!([120, 120]));
    }
    let head = &shelf.call("sheet/head.js", "head")[0];
    assert_eq!(head["strips"], true);
}

#[test]
fn without_a_strip_the_head_says_so() {
    let mut shelf = Memory::default();
    make(&mut shelf, heading(), (1..=3).map(|it| Row { thumb: None, ..row(it) }));
    assert_eq!(shelf.call("sheet/head.js", "head")[0]["strips"], false);
    assert_eq!(shelf.call("sheet/parts/00000.js", "part")[1][0]["noPrint"], true);
    assert!(!shelf.files.keys().any(|path| path.starts_with("sheet/strips/")));
}

#[test]
fn made_again_a_sheet_touches_only_what_changed() {
    let mut shelf = shelf_of_prints(1..=1_203);
    make(&mut shelf, heading(), (1..=1_203).map(row));
    shelf.touched();
    make(&mut shelf, heading(), (1..=1_203).map(row));
    assert_eq!(shelf.touched(), [""; 0]);

    // Another title.
    let retitled = |it: u64| match it {
        7 => Row { title: "another".to_owned(), ..row(7) },
        _ => row(it),
    };
    make(&mut shelf, heading(), (1..=1_203).map(retitled));
    let touched = shelf.touched();
    assert!(touched.contains(&"sheet/parts/00000.js".to_owned()), "{touched:?}");
    assert!(touched.contains(&"sheet/plain/00000.html".to_owned()), "{touched:?}");
    assert!(!touched.iter().any(|path| path.contains("/00001.") && !path.contains("strips")));
    assert!(!touched.contains(&"sheet/parts/00002.js".to_owned()), "{touched:?}");

    // Another print of the last.
    shelf.files.insert("thumbs/1203.jpg".to_owned(), print(9, 120, 120));
    let reprinted = |it: u64| match it {
        1_203 => {
            let thumb = row(it).thumb.map(|thumb| Thumb { stamp: "2".to_owned(), ..thumb });
            Row { thumb, ..row(it) }
        }
        _ => retitled(it),
    };
    make(&mut shelf, heading(), (1..=1_203).map(reprinted));
    let touched = shelf.touched();
    assert!(touched.contains(&"sheet/strips/00024.jpg".to_owned()), "{touched:?}");
    assert!(!touched.contains(&"sheet/strips/00019.jpg".to_owned()), "{touched:?}");
}

#[test]
fn a_growing_stream_changes_its_last_part() {
    let mut shelf = shelf_of_prints(1..=1_300);
    make(&mut shelf, heading(), (1..=1_203).map(row));
    shelf.touched();
    make(&mut shelf, heading(), (1..=1_300).map(row));
    let touched = shelf.touched();
    let old = ["parts/00000", "parts/00001", "plain/00000", "plain/00001", "strips/00019"];
    for path in &touched {
        assert!(!old.iter().any(|old| path.contains(old)), "{path}");
    }
    assert!(touched.contains(&"sheet/parts/00002.js".to_owned()), "{touched:?}");
}

#[test]
fn what_a_shorter_sheet_lacks_is_removed() {
    let mut shelf = shelf_of_prints(1..=1_203);
    shelf.files.insert("sheet/page-2.html".to_owned(), b"of an older version".to_vec());
    make(&mut shelf, heading(), (1..=1_203).map(row));
    assert!(!shelf.files.contains_key("sheet/page-2.html"));
    make(&mut shelf, heading(), (1..=40).map(row));
    let left: Vec<&str> = shelf
        .files
        .keys()
        .map(String::as_str)
        .filter(|path| {
            ["parts/", "strips/", "plain/", "texts/"].iter().any(|part| path.contains(part))
        })
        .collect();
    let first = ["parts/00000.js", "plain/00000.html", "strips/00000.jpg", "texts/00000.js"];
    assert_eq!(left, first.map(|path| format!("sheet/{path}")));
}

#[test]
fn a_file_that_was_torn_is_written_again() {
    let mut shelf = shelf_of_prints(1..=40);
    make(&mut shelf, heading(), (1..=40).map(row));
    for path in ["sheet/strips/00000.jpg", "sheet/head.js", "index.html", "sheet/sheet.css"] {
        let whole = shelf.files.insert(path.to_owned(), Vec::new()).unwrap();
        make(&mut shelf, heading(), (1..=40).map(row));
        assert_eq!(shelf.files[path], whole, "{path}");
    }
    let whole = shelf.files.remove("sheet/plain/00000.html").unwrap();
    make(&mut shelf, heading(), (1..=40).map(row));
    assert_eq!(shelf.files["sheet/plain/00000.html"], whole);
}

#[test]
fn the_head_counts_months_licences_and_reasons() {
    let mut shelf = Memory::default();
    let rows = (1..=40).map(|number| match number {
        1 => Row { posted: None, license: None, ..row(1) },
        5 | 6 => Row { picture: None, note: Some("gone: 404".to_owned()), ..row(number) },
        7 => Row { picture: None, note: Some("passing".to_owned()), ..row(number) },
        8 => Row { note: Some("deleted".to_owned()), is_video: true, ..row(8) },
        _ => row(number),
    });
    make(&mut shelf, heading(), rows);
    let head = &shelf.call("sheet/head.js", "head")[0];
    assert_eq!(head["months"], json!([["2013-12", 11], ["2013-11", 28], ["", 1]]));
    let by = "https://creativecommons.org/licenses/by/2.0/";
    assert_eq!(head["licenses"], json!([[-1, 1, null, null], [4, 39, "CC BY 2.0", by]]));
    assert_eq!(
        head["reasons"],
        json!([
            {"reason": "gone: 404", "count": 2, "frames": [5, 6]},
            {"reason": "passing", "count": 1, "frames": [7]},
        ])
    );
    let count = |name: &str| head[name].as_u64().unwrap();
    assert_eq!(
        [count("videos"), count("originals"), count("missing"), count("marked")],
        [1, 37, 3, 1]
    );
    assert_eq!(head["receipt"][2], json!({"what": "missing", "count": 5, "lacking": true}));
    assert_eq!([count("frames"), count("first"), count("perPart")], [40, 1, 500]);
}

#[test]
fn a_stream_that_is_still_listed_keeps_its_numbers() {
    let mut shelf = shelf_of_prints(701..=1_203);
    let running = silverprint_sheet::Heading { is_running: true, ..heading() };
    let mut sheet = ContactSheet::new(running, 1_203, &mut shelf).starting_at(701).unwrap();
    (701..=1_203).for_each(|number| sheet.add(row(number)).unwrap());
    sheet.finish().unwrap();
    let head = &shelf.call("sheet/head.js", "head")[0];
    assert_eq!((&head["first"], &head["running"]), (&json!(701), &json!(true)));
    let part = &shelf.call("sheet/parts/00001.js", "part")[1];
    assert_eq!((&part[199], &part[200]["id"]), (&Value::Null, &json!("701")));
    assert!(!shelf.files.contains_key("sheet/parts/00000.js"));
    assert_eq!(
        shelf.call("sheet/columns/000.js", "columns")[1]["kind"].as_array().unwrap().len(),
        1_203
    );

    let last = shelf.files["sheet/parts/00002.js"].clone();
    shelf.touched();
    make(&mut shelf, heading(), (1..=1_203).map(row));
    assert_eq!(shelf.files["sheet/parts/00002.js"], last, "once all are listed");
    assert!(!shelf.touched().contains(&"sheet/parts/00002.js".to_owned()));
}

#[test]
fn rows_that_do_not_add_up_are_refused() {
    let mut shelf = Memory::default();
    let mut sheet = ContactSheet::new(heading(), 2, &mut shelf);
    sheet.add(row(1)).unwrap();
    let short = sheet.finish().unwrap_err();
    assert!(matches!(short, SheetError::WrongNumberOfRows { expected: 2, given: 1 }), "{short}");
    let mut sheet = ContactSheet::new(heading(), 1, &mut shelf);
    sheet.add(row(1)).unwrap();
    assert!(sheet.add(row(2)).is_err());
    assert!(!shelf.files.contains_key("index.html"), "half a sheet is none");
}

#[test]
fn an_empty_photostream_has_a_sheet() {
    let mut shelf = Memory::default();
    make(&mut shelf, heading(), []);
    assert_eq!(shelf.call("sheet/head.js", "head")[0]["frames"], 0);
    assert!(shelf.text("index.html").contains("No photos."));
}

proptest! {
    /// Whatever was written, a script holds it, and nothing ends the script.
    #[test]
    fn any_row_makes_a_sound_script(
        title in any::<String>(),
        description in any::<String>(),
        tags in any::<String>(),
        note in proptest::option::of(any::<String>()),
        place in proptest::option::of((any::<f64>(), any::<f64>())),
        posted in any::<Option<i64>>(),
        taken in proptest::option::of(any::<String>()),
        id in any::<u64>(),
    ) {
        let row = Row { title, description, tags, note, place, posted, taken, ..row(1) };
        let row = Row { id: PhotoId::new(id), ..row };
        let mut shelf = Memory::default();
        make(&mut shelf, heading(), [row]);
        let part = &shelf.call("sheet/parts/00000.js", "part")[1];
        prop_assert_eq!(&part[0]["id"], &json!(id.to_string()));
        for path in ["sheet/parts/00000.js", "sheet/head.js", "sheet/tags.js"] {
            let special = |c| matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}');
            prop_assert!(!shelf.text(path).contains(special), "{}", path);
        }
    }

    /// Bytes of anybody's are a thumbnail or none, and never a panic.
    #[test]
    fn any_bytes_are_a_print_or_none(cut in 0_usize..2_000, at in 0_usize..2_000, byte: u8) {
        let mut bytes = print(3, 120, 120);
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(cut.max(1));
        let mut shelf = shelf_of_prints(2..=2);
        shelf.files.insert("thumbs/1.jpg".to_owned(), bytes);
        make(&mut shelf, heading(), (1..=2).map(row));
        prop_assert!(shelf.files.contains_key("index.html"));
    }
}
