//! Plain pages as browsers read them: their structure, and what hostile words,
//! paths and addresses cannot do to it.

use crate::outline::Outline;
use crate::shelf::{Memory, heading, make, row};
use proptest::prelude::*;
use silverprint_core::PhotoId;
use silverprint_sheet::{ContactSheet, Heading, Picture, Row, Thumb};

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</bdi></p></figcaption></figure></main><script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    "x onerror=alert(1)",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<svg/onload=alert(1)>",
    "<svg><script xlink:href=data:,alert(1) />",
    "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
    "<iframe src=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example)}</style>",
    "<plaintext>",
    "<textarea>",
    "<!--",
    "-->",
    "--!><script>alert(1)</script>",
    "<![CDATA[",
    "]]><script>alert(1)</script>",
    "<?php phpinfo() ?>",
    "{{ 7 * 7 }} {% include \"page.html\" %} {# x #}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "&quot; onload=&quot;alert(1)",
    "&",
    "&amp",
    "<",
    "\"",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\u{202e}gpj.exe\u{2066}",
    "\u{0}\u{1}\u{8}\u{1b}[31m\u{7f}\u{9b}",
    "<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
    "\u{feff}\u{ff1c}script\u{ff1e}",
    "a\r\n\r\n<b>b</b>\u{2028}c",
    "../../../../etc/passwd",
    "..\\..\\x",
    "%00%2e%2e%2f",
];

/// The plain pages of a sheet of so many photos, the newest first.
fn pages(n_photos: u64) -> Vec<Outline> {
    let mut shelf = Memory::default();
    make(&mut shelf, heading(), (1..=n_photos).map(row));
    plain_pages(&shelf).rev().map(Outline::of).collect()
}

fn plain_pages(shelf: &Memory) -> impl DoubleEndedIterator<Item = &str> {
    let pages = shelf.files.keys().filter(|path| path.starts_with("sheet/plain/"));
    pages.map(|path| shelf.text(path))
}

fn page_of(row: Row) -> Outline {
    let mut shelf = Memory::default();
    make(&mut shelf, heading(), [row]);
    Outline::of(shelf.text("sheet/plain/00000.html"))
}

/// What a reader without scripts finds in `index.html` besides.
fn without_scripts(index: &str) -> String {
    let blocks = index.split("<noscript>").skip(1);
    blocks.map(|block| block.split_once("</noscript>").expect("each ends").0).collect()
}

#[test]
fn a_sheet_of_files_counts_up_and_leads_out_of_its_folder() {
    let heading = || Heading { photostream_url: String::new(), ..heading() };
    let row = |number: u64| Row {
        picture: Some(Picture {
            path: format!("../Pictures/caf%E9%20{number}.jpg"),
            ..Picture::default()
        }),
        flickr_url: String::new(),
        ..row(number)
    };
    let make = |rows: Vec<Row>| {
        let mut shelf = Memory::default();
        let mut sheet = ContactSheet::of_files(heading(), rows.len() as u64, &mut shelf);
        for row in rows {
            sheet.add(row).unwrap();
        }
        sheet.finish().unwrap();
        shelf
    };
    let shelf = make((1..=501).map(row).collect());
    let pages: Vec<&str> = plain_pages(&shelf).collect();
    let last = Outline::of(pages[1]);
    let link = last.classed("print").next().unwrap();
    assert_eq!(link.get("href"), Some("../../../Pictures/caf%E9%20501.jpg"));
    for (page, number) in pages.iter().zip([1, 501]) {
        let number = format!("<span class=\"number\">{number}</span>");
        assert!(page.contains(&number), "{page}");
        assert!(page.contains("in the order of their paths"), "{page}");
        assert!(!page.contains("Flickr"), "{page}");
    }
    let index = without_scripts(shelf.text("index.html"));
    assert!(index.contains("href=\"../Pictures/caf%E9%201.jpg\""), "{index}");
    // A path that leads up is what is wanted here.
    let is_path = |text: &str| text.starts_with("../..") || text.starts_with("%00");
    for hostile in HOSTILE.iter().filter(|text| !is_path(text)) {
        let picture = Some(Picture { path: (*hostile).to_owned(), ..Picture::default() });
        let shelf = make(vec![Row { picture, ..row(1) }]);
        let page = Outline::of(shelf.text("sheet/plain/00000.html"));
        assert_eq!(page.classed("print").next().unwrap().get("href"), None);
        let part = &shelf.call("sheet/parts/00000.js", "part")[1][0];
        assert_eq!(part.get("picture"), None, "{hostile:?}");
    }
}

#[test]
fn plain_pages_hold_every_photo_once() {
    let pages = pages(1_203);
    let counts: Vec<usize> = pages.iter().map(|page| page.named("figure").count()).collect();
    assert_eq!(counts, [203, 500, 500]);
    let titles: Vec<&str> =
        pages.iter().map(|page| page.named("title").next().unwrap().text.as_str()).collect();
    assert_eq!(titles[1], "ConFoo – contact sheet, frames 501 to 1000");
    let numbers = pages.iter().flat_map(|page| {
        let figures = page.named("figure").map(|figure| figure.get("id").unwrap().to_owned());
        let numbers = page.classed("number").filter(|element| element.name == "span");
        figures.zip(numbers.map(|number| number.text.clone()))
    });
    let expected = (1..=1_203).rev().map(|number| (format!("photo-{number}"), number.to_string()));
    assert!(numbers.eq(expected));
}

#[test]
fn without_scripts_the_index_shows_the_newest_and_leads_to_all() {
    let mut shelf = Memory::default();
    make(&mut shelf, heading(), (1..=1_203).map(row));
    let index = Outline::of(&without_scripts(shelf.text("index.html")));
    assert_eq!(index.named("figure").count(), 203);
    let mut seen: Vec<String> = Vec::new();
    let mut at = index;
    loop {
        seen.extend(at.named("figure").map(|figure| figure.get("id").unwrap().to_owned()));
        let Some(next) = at.named("a").find(|link| link.get("rel") == Some("next")) else { break };
        let href = next.get("href").unwrap().trim_start_matches("../").to_owned();
        at = Outline::of(shelf.text(&href));
    }
    assert!(seen.into_iter().eq((1..=1_203).rev().map(|number| format!("photo-{number}"))));
}

#[test]
fn every_local_address_is_found_from_the_page_it_is_on() {
    let mut shelf = Memory::default();
    make(&mut shelf, heading(), (1..=1_203).map(row));
    let mut pages: Vec<(&str, &str)> = plain_pages(&shelf).map(|page| ("../../", page)).collect();
    let index = without_scripts(shelf.text("index.html"));
    pages.push(("", &index));
    for (root, page) in pages {
        for address in Outline::of(page).addresses() {
            if address.starts_with("https://") {
                continue;
            }
            let path = address.strip_prefix(root).unwrap();
            let is_picture = path.starts_with("photos/") || path.starts_with("thumbs/");
            assert!(is_picture || shelf.files.contains_key(path), "{address}");
        }
    }
}

#[test]
fn every_asset_that_the_index_names_is_there() {
    let mut shelf = Memory::default();
    make(&mut shelf, heading(), (1..=3).map(row));
    let index = shelf.text("index.html");
    let named = index.split('"').filter(|text| text.starts_with("sheet/"));
    let named: Vec<&str> = named.filter(|path| !path.starts_with("sheet/plain/")).collect();
    assert!(named.contains(&"sheet/sheet.css"), "{index}");
    for path in named {
        assert!(shelf.files.contains_key(path), "{path}");
    }
}

#[test]
fn a_photo_is_a_print_with_its_caption() {
    let page = page_of(Row { posted: row(1).posted, ..row(53) });
    let print = page.classed("print").next().unwrap();
    assert_eq!((print.name.as_str(), print.get("href")), ("a", Some("../../photos/53.jpg")));
    let img = page.named("img").next().unwrap();
    let attribute = |name| img.get(name).unwrap();
    assert_eq!(attribute("src"), "../../thumbs/53.jpg");
    assert_eq!(attribute("alt"), "Photo number 53");
    assert_eq!((attribute("width"), attribute("height")), ("120", "120"));
    assert_eq!((attribute("loading"), attribute("decoding")), ("lazy", "async"));
    let time = page.named("time").next().unwrap();
    assert_eq!(time.text, "2 Nov 2013");
    assert_eq!(time.get("datetime"), Some("2013-11-02T10:00:00Z"));
    assert_eq!(
        time.get("title"),
        Some("Uploaded 2013-11-02T10:00:00Z · Taken 2013-11-01 18:03:11")
    );
    let link = |text: &str| page.named("a").find(|a| a.text == text).unwrap().get("href");
    assert_eq!(link("Flickr"), Some("https://www.flickr.com/photos/confoo/53/"));
    assert_eq!(link("CC BY 2.0"), Some("https://creativecommons.org/licenses/by/2.0/"));
}

#[test]
fn what_is_lacking_is_said() {
    let missing = Row {
        picture: None,
        thumb: None,
        note: Some("gone: Flickr answers 404".to_owned()),
        ..row(1)
    };
    let page = page_of(missing);
    assert_eq!(page.classed("missing").count(), 1);
    assert_eq!(page.named("img").count(), 0);
    assert!(page.classed("print").all(|print| print.name == "div"));
    assert!(page.named("bdi").any(|bdi| bdi.text == "gone: Flickr answers 404"));

    let page = page_of(Row { thumb: None, ..row(1) });
    assert_eq!(page.classed("missing").count(), 0);
    assert!(page.named("bdi").any(|bdi| bdi.text == "no thumbnail"));

    let page = page_of(Row { note: Some("deleted upstream".to_owned()), ..row(1) });
    assert_eq!((page.named("img").count(), page.classed("note").count()), (1, 1));

    let page = page_of(Row { is_video: true, title: String::new(), posted: None, ..row(1) });
    assert_eq!((page.classed("video").count(), page.classed("untitled").count()), (1, 1));
    assert_eq!(page.named("time").next().unwrap().text, "1 Nov 2013");
}

#[test]
fn no_page_may_load_anything_from_elsewhere() {
    let mut shelf = Memory::default();
    make(&mut shelf, heading(), (1..=3).map(row));
    let plain = Outline::of(shelf.text("sheet/plain/00000.html"));
    let policy = plain.named("meta").find_map(|meta| {
        meta.get("http-equiv").filter(|name| *name == "Content-Security-Policy")?;
        meta.get("content")
    });
    assert!(policy.unwrap().starts_with("default-src 'none'; "));
    assert!(!policy.unwrap().contains("script-src"), "a plain page has none");
    let index = shelf.text("index.html");
    assert!(index.contains("content=\"default-src 'none'; script-src 'self' file:; "), "{index}");
    for page in [shelf.text("sheet/plain/00000.html"), index] {
        assert!(!page.contains("unsafe-"), "{page}");
        assert!(!page.contains(" style=") && !page.contains("<style"), "{page}");
    }
}

#[test]
fn hostile_words_stay_words() {
    let harmless = page_of(Row { note: Some("x".to_owned()), ..row(1) });
    for words in HOSTILE {
        let words = (*words).to_owned();
        let page = page_of(Row {
            title: words.clone(),
            taken: Some(words.clone()),
            note: Some(words.clone()),
            ..row(1)
        });
        assert_eq!(page.shape(), harmless.shape(), "{words:?}");
        assert_nothing_hidden(&page);
    }
}

#[test]
fn hostile_headings_stay_words() {
    for words in HOSTILE {
        let heading = Heading {
            name: (*words).to_owned(),
            screen_name: (*words).to_owned(),
            photostream_url: (*words).to_owned(),
            remarks: vec![(*words).to_owned()],
            made_on: (*words).to_owned(),
            version: (*words).to_owned(),
            ..heading()
        };
        let mut shelf = Memory::default();
        make(&mut shelf, heading, [row(1)]);
        let plain = Outline::of(shelf.text("sheet/plain/00000.html"));
        assert_nothing_hidden(&plain);
        let index = shelf.text("index.html");
        assert_nothing_hidden(&Outline::of(&without_scripts(index)));
        let scripts = index.matches("<script").count();
        let ours = ["<script src=\"sheet/", "<script defer src=\"sheet/"];
        let ours: usize = ours.iter().map(|ours| index.matches(ours).count()).sum();
        assert_eq!(scripts, ours, "{words:?}");
    }
}

#[test]
fn hostile_paths_and_addresses_lead_nowhere() {
    for words in HOSTILE {
        let page = page_of(Row {
            picture: Some(Picture { path: (*words).to_owned(), ..Picture::default() }),
            stream: Some((*words).to_owned()),
            thumb: Some(Thumb { path: (*words).to_owned(), ..Thumb::default() }),
            flickr_url: (*words).to_owned(),
            license: None,
            ..row(1)
        });
        assert_addresses_are_harmless(&page);
    }
}

fn assert_nothing_hidden(page: &Outline) {
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    for element in &page.0 {
        let mut texts = element.attributes.values().chain([&element.text]);
        assert!(!texts.any(|text| text.contains(hidden)), "{element:?}");
    }
}

/// Web pages, or files under the folder: no other scheme, no way up.
fn assert_addresses_are_harmless(page: &Outline) {
    let base = url::Url::parse("file:///archive/sheet/plain/00000.html").unwrap();
    for address in page.addresses() {
        let url = base.join(address).unwrap();
        let is_web = matches!(url.scheme(), "http" | "https") && url.username().is_empty();
        let is_ours = url.scheme() == "file" && url.path().starts_with("/archive/");
        assert!(is_web || is_ours, "{address}");
    }
}

proptest! {
    /// Outline::of panics on anything that is not ours.
    #[test]
    fn any_row_makes_a_sound_page(
        title in ".{0,400}",
        taken in proptest::option::of(any::<String>()),
        note in proptest::option::of(any::<String>()),
        picture in proptest::option::of("[^\r\n]{0,40}|([.]{1,2}[/\\\\]){0,3}[a-z%:]{0,9}"),
        flickr_url in "(https?|javascript|data|file|ftp|HTTPS)?:?/{0,3}[ -~]{0,40}",
        posted in any::<Option<i64>>(),
        license in any::<Option<u8>>(),
        id in any::<u64>(),
    ) {
        let row = Row {
            id: PhotoId::new(id),
            title,
            taken,
            note,
            thumb: picture.clone().map(|path| Thumb { path, ..Thumb::default() }),
            picture: picture.map(|path| Picture { path, ..Picture::default() }),
            flickr_url,
            posted,
            license,
            ..row(1)
        };
        let page = page_of(row);
        prop_assert_eq!(page.named("figure").count(), 1);
        assert_nothing_hidden(&page);
        assert_addresses_are_harmless(&page);
    }

    #[test]
    fn words_come_through_as_they_are(title in "[a-zA-Z0-9<>&\"'`{}%#;/-]{1,60}") {
        let page = page_of(Row { title: title.clone(), ..row(1) });
        let caption = page.named("img").next().unwrap().get("alt").unwrap();
        prop_assert_eq!(caption, title);
    }
}
