//! Pages as browsers read them: their structure, and what hostile words,
//! paths and addresses cannot do to it.

mod outline;

use outline::Outline;
use proptest::prelude::*;
use silverprint_core::PhotoId;
use silverprint_sheet::{ContactSheet, Heading, PageFile, Row, SheetError};

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

fn heading() -> Heading {
    Heading {
        name: "confoo".to_owned(),
        screen_name: "ConFoo".to_owned(),
        photostream_url: "https://www.flickr.com/photos/confoo/".to_owned(),
        announced: 7_845,
        saved: 7_840,
        missing: 5,
        videos: 1,
        remarks: vec!["2 pictures are not the original.".to_owned()],
        made_on: "2026-03-01".to_owned(),
        version: "0.1.0".to_owned(),
    }
}

fn row(number: u64) -> Row {
    Row {
        id: PhotoId::new(number),
        title: format!("Photo number {number}"),
        posted: Some(1_383_386_400),
        taken: Some("2013-11-01 18:03:11".to_owned()),
        license: Some(4),
        is_video: false,
        picture: Some(format!("photos/{number}.jpg")),
        thumb: Some(format!("thumbs/{number}.jpg")),
        thumb_width: 120,
        thumb_height: 120,
        flickr_url: format!("https://www.flickr.com/photos/confoo/{number}/"),
        note: None,
    }
}

fn rows(n_photos: u64) -> Vec<Row> {
    (1..=n_photos).rev().map(row).collect()
}

fn pages(n_photos: u64) -> Vec<PageFile> {
    let mut sheet = ContactSheet::new(heading(), n_photos);
    let rows = rows(n_photos);
    rows.chunks(ContactSheet::PER_PAGE).map(|rows| sheet.page(rows).unwrap()).collect()
}

fn page_of(row: Row) -> Outline {
    Outline::of(&ContactSheet::new(heading(), 1).page(&[row]).unwrap().html)
}

#[test]
fn a_sheet_of_files_counts_up_and_leads_out_of_its_folder() {
    let heading = Heading { photostream_url: String::new(), ..heading() };
    let mut sheet = ContactSheet::of_files(heading, 501);
    let row = |number| Row {
        picture: Some(format!("../Pictures/caf%E9%20{number}.jpg")),
        flickr_url: String::new(),
        ..row(number)
    };
    let rows: Vec<Row> = (1..=501).map(row).collect();
    let pages: Vec<_> = rows.chunks(500).map(|rows| sheet.page(rows).unwrap()).collect();
    let last = Outline::of(&pages[1].html);
    let link = last.classed("print").next().unwrap();
    assert_eq!(link.get("href"), Some("../../Pictures/caf%E9%20501.jpg"));
    for (page, number) in pages.iter().zip([1, 501]) {
        let number = format!("<span class=\"number\">{number}</span>");
        assert!(page.html.contains(&number), "{}", page.html);
        assert!(page.html.contains("in the order of their paths"), "{}", page.html);
        assert!(!page.html.contains("Flickr"), "{}", page.html);
    }
    // A path that leads up is what is wanted here.
    let is_path = |text: &str| text.starts_with("../..") || text.starts_with("%00");
    for hostile in HOSTILE.iter().filter(|text| !is_path(text)) {
        let hostile = Row { picture: Some((*hostile).to_owned()), ..rows[0].clone() };
        let mut sheet = ContactSheet::of_files(self::heading(), 1);
        let page = Outline::of(&sheet.page(&[hostile]).unwrap().html);
        assert_eq!(page.classed("print").next().unwrap().get("href"), None);
    }
}

#[test]
fn a_sheet_is_an_index_and_further_pages() {
    let pages = pages(1_203);
    let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(paths, ["index.html", "sheet/page-2.html", "sheet/page-3.html"]);
    let outlines: Vec<Outline> = pages.iter().map(|page| Outline::of(&page.html)).collect();
    let counts: Vec<usize> =
        outlines.iter().map(|outline| outline.named("figure").count()).collect();
    assert_eq!(counts, [500, 500, 203]);
    let titles: Vec<&str> =
        outlines.iter().map(|o| o.named("title").next().unwrap().text.as_str()).collect();
    assert_eq!(titles[1], "ConFoo – contact sheet, page 2 of 3");
    // The oldest photo has frame 1.
    let numbers = outlines.iter().flat_map(|outline| {
        let figures = outline.named("figure").map(|figure| figure.get("id").unwrap());
        let numbers = outline.classed("number").filter(|element| element.name == "span");
        figures.zip(numbers.map(|number| number.text.as_str()))
    });
    let numbers: Vec<(&str, &str)> = numbers.collect();
    assert_eq!(numbers[0], ("photo-1203", "1203"));
    assert_eq!(numbers[1202], ("photo-1", "1"));
}

#[test]
fn every_local_address_is_found_from_the_page_it_is_on() {
    let pages = pages(1_203);
    let mut known: Vec<String> = pages.iter().map(|page| page.path.clone()).collect();
    known.extend(ContactSheet::assets().iter().map(|asset| asset.path.to_owned()));
    for page in &pages {
        let root = if page.path == "index.html" { "" } else { "../" };
        for address in Outline::of(&page.html).addresses() {
            if address.starts_with("https://") {
                continue;
            }
            let path = address.strip_prefix(root).unwrap();
            let is_picture = path.starts_with("photos/") || path.starts_with("thumbs/");
            assert!(is_picture || known.iter().any(|known| known == path), "{address}");
        }
    }
}

#[test]
fn a_page_links_to_its_neighbours() {
    let second = Outline::of(&pages(2_001)[1].html);
    let links: Vec<(&str, &str)> = second
        .named("a")
        .filter(|link| !link.get("href").unwrap().starts_with("https:"))
        .filter(|link| link.get("class") != Some("print"))
        .map(|link| (link.text.as_str(), link.get("href").unwrap()))
        .collect();
    let expected = [
        ("First", "../index.html"),
        ("Previous", "../index.html"),
        ("1", "../index.html"),
        ("3", "../sheet/page-3.html"),
        ("4", "../sheet/page-4.html"),
        ("5", "../sheet/page-5.html"),
        ("Next", "../sheet/page-3.html"),
        ("Last", "../sheet/page-5.html"),
    ];
    assert_eq!(links, [expected, expected].concat());
    let here = second.named("b").find(|number| number.get("aria-current") == Some("page"));
    assert_eq!(here.unwrap().text, "2");
    assert_eq!(Outline::of(&pages(500)[0].html).named("nav").count(), 0);
}

#[test]
fn a_photo_is_a_print_with_its_caption() {
    let page = page_of(row(53));
    let print = page.classed("print").next().unwrap();
    assert_eq!((print.name.as_str(), print.get("href")), ("a", Some("photos/53.jpg")));
    let img = page.named("img").next().unwrap();
    let attribute = |name| img.get(name).unwrap();
    assert_eq!(attribute("src"), "thumbs/53.jpg");
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
fn the_receipt_is_on_every_page() {
    for page in pages(501) {
        let page = Outline::of(&page.html);
        let counts: Vec<&str> =
            page.named("b").filter(|b| b.get("class").is_none()).map(|b| b.text.as_str()).collect();
        assert_eq!(counts, ["7,845", "7,840", "5", "1"]);
        assert_eq!(page.classed("lacking").count(), 1);
        assert_eq!(page.classed("remark").count(), 1);
        let policy = page.named("meta").find_map(|meta| {
            meta.get("http-equiv").filter(|name| *name == "Content-Security-Policy")?;
            meta.get("content")
        });
        assert!(policy.unwrap().starts_with("default-src 'none'; "));
        assert!(!policy.unwrap().contains("unsafe"));
    }
}

#[test]
fn an_empty_photostream_has_a_page() {
    let page = ContactSheet::new(heading(), 0).page(&[]).unwrap();
    assert_eq!(page.path, "index.html");
    assert_eq!(Outline::of(&page.html).classed("empty").count(), 1);
}

#[test]
fn rows_that_do_not_add_up_are_refused() {
    let mut sheet = ContactSheet::new(heading(), 501);
    let rows = rows(501);
    let short = sheet.page(&rows[..499]).unwrap_err();
    assert!(
        matches!(short, SheetError::WrongNumberOfRows { page: 1, expected: 500, given: 499 }),
        "{short}"
    );
    assert!(sheet.page(&rows).is_err());
    // A refusal changes nothing.
    assert_eq!(sheet.page(&rows[..500]).unwrap().path, "index.html");
    assert_eq!(sheet.page(&rows[500..]).unwrap().path, "sheet/page-2.html");
    assert!(matches!(sheet.page(&[]), Err(SheetError::NoMorePages { last: 2 })));
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
        let page = ContactSheet::new(heading, 0).page(&[]).unwrap();
        let page = Outline::of(&page.html);
        assert_nothing_hidden(&page);
        assert_eq!(page.named("a").count(), 0, "{words:?} is no address");
    }
}

#[test]
fn hostile_paths_and_addresses_lead_nowhere() {
    for words in HOSTILE {
        let page = page_of(Row {
            picture: Some((*words).to_owned()),
            thumb: Some((*words).to_owned()),
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
    let base = url::Url::parse("file:///archive/index.html").unwrap();
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
            thumb: picture.clone(),
            picture,
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
