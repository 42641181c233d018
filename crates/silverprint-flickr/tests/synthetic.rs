//! Look-alikes of Flickr's listings, read as the program reads them.

use serde_json::value::RawValue;
use silverprint_core::{Media, Nsid, Photo, PhotoId, Reject, Size, Taken};
use silverprint_flickr::{Answer, Listing, ListingError, read_photo};

const JSON: &str = include_str!("samples/stream.json");
const XML: &str = include_str!("samples/stream.xml");

fn owner() -> Nsid {
    "12345678@N00".parse().unwrap()
}

fn answer(body: &str) -> Answer {
    Answer::read(body.as_bytes().to_vec()).unwrap()
}

fn read(body: &str) -> (Vec<Photo>, Vec<Reject>) {
    let answer = answer(body);
    let listing = Listing::parse(&answer).unwrap();
    assert_eq!((listing.number, listing.pages, listing.total), (Some(1), 2, 502));
    let mut read = (Vec::new(), Vec::new());
    for entry in listing.entries {
        match read_photo(entry, Some(&owner())) {
            Ok(photo) => read.0.push(photo),
            Err(reject) => read.1.push(reject),
        }
    }
    read
}

fn photo(json: &str) -> Result<Photo, Reject> {
    let raw: &RawValue = serde_json::from_str(json).unwrap();
    read_photo(raw, Some(&owner()))
}

#[test]
fn every_field_of_a_photo_is_read() {
    for body in [JSON, XML] {
        let (photos, _) = read(body);
        let photo = &photos[0];
        assert_eq!(photo.id, PhotoId::new(90_000_000_001));
        assert_eq!(photo.owner, owner());
        assert_eq!(photo.title, "Lighthouse & harbour");
        assert_eq!(photo.description, "By the <b>sea</b>,\nat &quot;noon&quot;");
        assert_eq!(photo.tags, "light house");
        assert_eq!(photo.media, Media::Photo);
        assert_eq!(photo.posted, Some(1_700_000_000));
        assert_eq!(photo.last_update, Some(1_700_000_100));
        assert_eq!(photo.license, Some(4));
        assert_eq!(photo.views, Some(12));
        let text = "2023-11-14 22:13:20".to_owned();
        assert_eq!(photo.taken, Some(Taken { text, granularity: 4, unknown: false }));
        let files: Vec<_> = photo
            .renditions
            .iter()
            .map(|file| (file.size, file.url.path(), file.width, file.height))
            .collect();
        let expected = [
            (Size::Square75, "/65535/90000000001_aa11_s.jpg", Some(75), Some(75)),
            (Size::Medium500, "/65535/90000000001_aa11.jpg", Some(500), Some(375)),
            (Size::Large3072, "/65535/90000000001_cc33_3k.jpg", Some(3072), Some(2304)),
            (Size::Original, "/65535/90000000001_bb22_o.jpg", Some(4000), Some(3000)),
        ];
        assert_eq!(files, expected);
    }
}

#[test]
fn loose_types_and_gaps_are_borne() {
    for body in [JSON, XML] {
        let (photos, _) = read(body);
        let video = &photos[1];
        assert_eq!(video.id, PhotoId::new(90_000_000_002));
        assert_eq!((&*video.title, &*video.description), ("Gulls 🐦 é", ""));
        assert_eq!(video.media, Media::Video);
        assert_eq!(
            (video.posted, video.license, video.views),
            (Some(1_699_999_999), Some(0), Some(7))
        );
        assert!(video.taken.as_ref().unwrap().unknown);
        // The address that is none is dropped; the widths that are "" are unknown.
        assert_eq!(video.renditions.len(), 1);
        assert_eq!((video.renditions[0].width, video.renditions[0].height), (None, None));

        let bare = &photos[2];
        assert_eq!((bare.id, &bare.owner), (PhotoId::new(90_000_000_003), &owner()));
        assert_eq!((&*bare.title, bare.posted, &bare.taken), ("", None, &None));
        assert!(bare.renditions.is_empty());
        assert_eq!(photos.len(), 3);
    }
}

#[test]
fn entries_that_cannot_be_read_are_rejected_one_by_one() {
    for body in [JSON, XML] {
        let (_, rejects) = read(body);
        let ids: Vec<_> = rejects.iter().map(|reject| reject.id).collect();
        assert_eq!(ids, [None, Some(PhotoId::new(90_000_000_005)), None]);
        assert!(rejects[0].reason.starts_with("its id: "), "{}", rejects[0].reason);
        assert!(rejects[1].reason.starts_with("its owner: "), "{}", rejects[1].reason);
    }
    // Half of a surrogate pair: no text, but the id is there.
    let reject = photo(r#"{"title":"\ud83d","id":"5"}"#).unwrap_err();
    assert_eq!(reject.id, Some(PhotoId::new(5)));
}

#[test]
fn the_listing_is_kept_as_it_came() {
    for photo in read(JSON).0 {
        assert!(JSON.contains(photo.listing.get()));
        let again = read_photo(&photo.listing, Some(&owner())).unwrap();
        assert_eq!(again.fingerprint(), photo.fingerprint());
    }
    let split = photo("{\"id\":\"5\",\r\n \"title\":\"a\\nb\"}").unwrap();
    assert_eq!(split.listing.get(), "{\"id\":\"5\",   \"title\":\"a\\nb\"}");
    assert_eq!(split.title, "a\nb");
}

#[test]
fn xml_and_json_are_the_same_photo() {
    for (json, xml) in read(JSON).0.iter().zip(read(XML).0) {
        assert_eq!(json.fingerprint(), xml.fingerprint());
    }
}

#[test]
fn what_is_odd_is_read_as_it_was_meant() {
    let twice = photo(r#"{"id":"5","id":"6","title":"a","title":"b"}"#).unwrap();
    assert_eq!((twice.id, &*twice.title), (PhotoId::new(6), "b"));
    assert_eq!(photo(r#"{"id":"5","datetaken":"0000-00-00 00:00:00"}"#).unwrap().taken, None);
    assert_eq!(photo(r#"{"id":"5","datetaken":""}"#).unwrap().taken, None);
    // An owner that is there and wrong is not overruled.
    assert!(photo(r#"{"id":"5","owner":"x"}"#).is_err());
    // No size has these names.
    let unknown = r#"{"id":"5","url_original":"https://a.b/c","url_4096":"https://a.b/c"}"#;
    assert!(photo(unknown).unwrap().renditions.is_empty());
    // Without an owner of its own an entry needs one from outside.
    let raw: &RawValue = serde_json::from_str(r#"{"id":"5"}"#).unwrap();
    assert!(read_photo(raw, None).is_err());
}

#[test]
fn listings_are_lists_of_none_one_or_many() {
    let check = |photos: &str, expected: usize| {
        let body = format!(r#"{{"photos":{{"page":1,"pages":1,"total":1{photos}}},"stat":"ok"}}"#);
        assert_eq!(Listing::parse(&answer(&body)).unwrap().entries.len(), expected, "{body}");
    };
    check("", 0);
    check(r#","photo":[]"#, 0);
    check(r#","photo":null"#, 0);
    check(r#","photo":{"id":"5"}"#, 1);
    check(r#","photo":[{"id":"5"}]"#, 1);
    check(r#","photo":[{"id":"5"},null]"#, 2);

    let empty =
        answer(r#"<rsp stat="ok"><photos page="1" pages="0" perpage="500" total="0"/></rsp>"#);
    let empty = Listing::parse(&empty).unwrap();
    assert_eq!((empty.entries.len(), empty.pages, empty.total), (0, 0, 0));
    let album = answer(r#"{"photoset":{"pages":1,"total":"1","photo":[{"id":"5"}]},"stat":"ok"}"#);
    assert_eq!(Listing::parse(&album).unwrap().entries.len(), 1);
}

#[test]
fn what_is_no_listing_is_said_to_be_none() {
    let fails = |body: &str| Listing::parse(&answer(body)).unwrap_err();
    assert!(matches!(fails(r#"{"stat":"ok"}"#), ListingError::Shape(_)));
    assert!(matches!(fails(r#"{"photos":7,"stat":"ok"}"#), ListingError::Shape(_)));
    let uncounted = r#"{"photos":{"pages":1,"photo":[]},"stat":"ok"}"#;
    assert!(matches!(fails(uncounted), ListingError::Uncounted { what: "photos" }));
    let uncounted = r#"{"photos":{"total":"","pages":"","photo":[]},"stat":"ok"}"#;
    assert!(matches!(fails(uncounted), ListingError::Uncounted { what: "pages" }));
}
