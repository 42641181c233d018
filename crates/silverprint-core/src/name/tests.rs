//! Titles that hurt, and templates that do.

use super::*;
use crate::{PhotoId, Taken};
use proptest::prelude::*;
use serde_json::value::RawValue;
use std::path::{Component, Path};
use unicode_normalization::is_nfc;

fn photo(id: u64, title: &str) -> Photo {
    let listing = RawValue::from_string("{}".to_owned()).unwrap();
    let bare = Photo::bare(PhotoId::new(id), "12345678@N00".parse().unwrap(), listing);
    let taken = Taken { text: "2013-10-06 12:06:46".to_owned(), granularity: 0, unknown: false };
    Photo { title: title.to_owned(), posted: Some(1_381_061_206), taken: Some(taken), ..bare }
}

fn stem(template: &str, photo: &Photo) -> String {
    template.parse::<NameTemplate>().unwrap().stem(photo)
}

#[test]
fn fields_are_filled_in() {
    let photo = photo(7, "Röda huset / The red house");
    let check = |template: &str, expected: &str| assert_eq!(stem(template, &photo), expected);
    check("{id}", "7");
    check("{taken:%Y}/{taken:%Y-%m}/{id}", "2013/2013-10/7");
    check("{posted}_{id}", "2013-10-06_7");
    check("{posted:%Y%m%d %H.%M.%S} {id}", "20131006 12.06.46 7");
    check("{title} ({id})", "Röda huset _ The red house (7)");
    check("{title}/{id}", "Röda huset _ The red house/7");
    check("{posted:%Y} {id} {title}", "2013 7 Röda huset _ The red house");
    assert_eq!(NameTemplate::default().stem(&photo), "7");
    assert_eq!(NameTemplate::default(), "{id}".parse().unwrap());
    let text = "{taken:%Y}/{title} {id}";
    assert_eq!(text.parse::<NameTemplate>().unwrap().to_string(), text);
}

#[test]
fn dates_are_as_exact_as_they_are_known() {
    let check = |text: &str, granularity: u8, unknown: bool, expected: &str| {
        let taken = Some(Taken { text: text.to_owned(), granularity, unknown });
        let photo = Photo { taken, posted: None, ..photo(7, "") };
        assert_eq!(stem("{taken:%Y-%m-%d} {id}", &photo), format!("{expected} 7"), "{text}");
        assert_eq!(stem("{posted:%Y}/{id}", &photo), "unknown/7");
    };
    check("2004-06-09 11:12:13", 0, false, "2004-06-09");
    check("2004-06-01 00:00:00", 4, false, "2004-06-00");
    check("2004-01-01 00:00:00", 6, false, "2004-00-00");
    check("1890-01-01 00:00:00", 8, false, "1890-00-00");
    check("2004-06-09 11:12:13", 0, true, "unknown");
    check("0000-00-00 00:00:00", 0, false, "unknown");
    check("../../etc", 0, false, "unknown");
    check("", 0, false, "unknown");
    let posted = |seconds: i64, expected: &str| {
        let photo = Photo { posted: Some(seconds), ..photo(7, "") };
        assert_eq!(stem("{posted:%Y-%m-%d %H.%M.%S} {id}", &photo), format!("{expected} 7"));
    };
    posted(0, "1970-01-01 00.00.00");
    posted(951_782_399, "2000-02-28 23.59.59");
    posted(951_782_400, "2000-02-29 00.00.00");
    posted(-1, "1969-12-31 23.59.59");
    posted(253_402_300_799, "9999-12-31 23.59.59");
    posted(253_402_300_800, "unknown");
    posted(i64::MAX, "unknown");
    posted(i64::MIN, "unknown");
}

#[test]
fn titles_that_hurt_are_harmless() {
    let check = |title: &str, expected: &str| {
        assert_eq!(stem("{title}/{id}", &photo(7, title)), format!("{expected}/7"), "{title:?}");
    };
    check("", "untitled");
    check("../../etc/passwd", "etc_passwd");
    check("..", "untitled");
    check("C:\\Windows\\x", "C_Windows_x");
    check("-rf *", "rf");
    check(".bashrc", "bashrc");
    check("CON", "_CON");
    check("aux.txt", "_aux.txt");
    check("Com¹ .x", "_Com¹ .x");
    check("LPT10", "LPT10");
    check("a\u{202E}gpj.exe", "a_gpj.exe");
    check("\u{1b}[31mred\u{7}", "31mred");
    check("a\0b\r\nc", "a_b_c");
    check("what? <b>\"now\"|*", "what_ _b_now");
    check("dots... ", "dots");
    check("e\u{301}te\u{301}", "été");
    check("\u{3164}\u{115F}", "untitled");
    check("नमस्ते 日本語", "नमस्ते 日本語");
    check(&"ä".repeat(200), &"ä".repeat(55));
}

#[test]
fn bad_templates_say_what_is_wrong() {
    let check = |template: &str, expected: &str| {
        let error = template.parse::<NameTemplate>().unwrap_err().to_string();
        assert!(error.contains(expected), "{template}: {error}");
    };
    check("{name} {id}", "{name} is no field: there are {id}, {title}, {posted");
    check("{id:x}", "{id:x} is no field");
    check("{taken:%B} {id}", "{taken:%B}: of dates there are %Y %m");
    check("{taken:} {id}", "{taken:}: of dates");
    check("{posted:%Y/%m} {id}", "of dates there are");
    check("{id", "has no }");
    check("id}", "no {");
    check("{title}", "{id} must be in it");
    check("", "empty");
    for apart in
        ["{title}{id}", "{id}{posted:%Y}", "{taken:%Y}{id}", "2{id}", "{title}-{id}-{title}"]
    {
        check(apart, "must not touch");
    }
    for empty in ["/{id}", "{id}/", "a//{id}", "../{id}", "./{id}", " /{id}"] {
        check(empty, "is empty, or nothing but dots");
    }
    for (bad, letter) in [("a:{id}", ':'), ("a\\{id}", '\\'), ("a\u{202E}{id}", '\u{202E}')] {
        check(bad, &format!("{letter:?} cannot be"));
    }
    check(&format!("{}{{id}}", "a".repeat(100)), "longer than 110 bytes");
    check(&format!("{}{{id}}", "a/".repeat(8)), "more than 8 parts");
}

const TEMPLATES: [&str; 8] = [
    "{id}",
    "{title} {id}",
    "{id} {title}",
    "{title}/{id}",
    "{taken:%Y}/{posted:%Y-%m}/{title}/{title} - {id}",
    "{posted:%Y-%m-%d}_{id}_{title}",
    "com{id}",
    "{title}.{title}.{id}.{taken:%Y}",
];

/// Titles as anybody, and nobody, would write them.
fn title() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => ".{0,60}",
        2 => "[./\\\\ -]{0,6}(con|AUX|nul|Lpt1|COM³)?[. :*?\"<>|]{0,4}[a-z0-9.]{0,5}",
        2 => "[0-9 _.-]{0,20}",
        1 => "[\u{300}-\u{36f}\u{200b}-\u{202e}\u{fe00}-\u{fe0f}e=<>]{0,40}",
        1 => "[\\x00-\\x20\\x7f-\\x9fa]{0,20}",
        1 => "[\u{1F300}-\u{1F6FF}\u{4e00}-\u{4eff}]{0,150}",
        1 => any::<String>(),
    ]
}

/// What every system agrees on.
fn is_harmless(stem: &str) -> Result<(), TestCaseError> {
    let path = Path::new(stem);
    prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))), "{}", stem);
    prop_assert!(is_nfc(stem), "{:?}", stem);
    for part in stem.split('/') {
        prop_assert!((1..=120 - ".v12.jpeg".len()).contains(&part.len()), "{:?}", part);
        prop_assert!(
            !part.starts_with(['-', '.', ' ']) && !part.ends_with(['.', ' ']),
            "{:?}",
            part
        );
        let bad = |letter: char| {
            letter.is_control()
                || "<>:\"/\\|?*".contains(letter)
                || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        };
        prop_assert!(!part.contains(bad), "{:?}", part);
        let base = part.split('.').next().unwrap().trim_end().to_lowercase();
        let numbered = ["com", "lpt"].iter().any(|device| {
            let number = base.strip_prefix(device);
            number.is_some_and(|number| {
                "0123456789¹²³".contains(number) && number.chars().count() == 1
            })
        });
        prop_assert!(!numbered && !["con", "prn", "aux", "nul"].contains(&&*base), "{:?}", part);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// 100,000 titles, each by one of the templates.
    #[test]
    fn whatever_the_title_the_name_is_harmless(
        title in title(),
        id in 1_u64..,
        template in prop::sample::select(&TEMPLATES[..]),
    ) {
        is_harmless(&stem(template, &photo(id, &title)))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// On a disk that knows no case, too; and whatever the titles have of the
    /// other's number.
    #[test]
    fn two_photos_never_get_one_name(
        (one, other) in (title(), title()),
        (a, b) in (1_u64..200, 1_u64..200),
        same in any::<bool>(),
        posted in proptest::option::of(0_i64..2_000_000_000),
    ) {
        prop_assume!(a != b);
        let other = if same { one.clone() } else { other };
        for (one, other) in [
            (one.clone(), other.clone()),
            (format!("{one} {b}"), one.clone()),
            (one.clone(), format!("{a} {one}")),
        ] {
            let (first, second) = (photo(a, &one), Photo { posted, ..photo(b, &other) });
            for template in TEMPLATES {
                let (first, second) = (stem(template, &first), stem(template, &second));
                prop_assert_ne!(first.to_lowercase(), second.to_lowercase(), "{}", template);
            }
        }
    }

    #[test]
    fn any_text_is_a_template_or_is_refused_and_its_names_are_harmless(
        text in "([a-z0-9 ._/:\\\\-]|\\{id\\}|\\{title\\}|\\{taken:%Y\\}|\\{posted\\}|[{}]|\\PC){0,8}",
        title in title(),
    ) {
        if let Ok(template) = text.parse::<NameTemplate>() {
            let (first, second) = (template.stem(&photo(12, &title)), template.stem(&photo(2, &title)));
            is_harmless(&first)?;
            is_harmless(&second)?;
            prop_assert_ne!(first, second);
        }
    }
}
