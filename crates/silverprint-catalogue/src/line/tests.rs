use super::*;
use proptest::prelude::*;
use silverprint_core::Identity;

#[test]
fn paths_stay_inside() {
    for good in ["photos/1.jpg", "thumbs/1.jpg", "photos/a b/ü 1.v2.tif"] {
        assert!(is_inside(good), "{good}");
    }
    for bad in ["", "/etc/passwd", "../1.jpg", "photos/../../1", "a\nb", "a\\..\\b", "./1.jpg"] {
        assert!(!is_inside(bad), "{bad:?}");
    }
}

#[test]
fn a_listing_becomes_one_line_and_stays_the_same_json() {
    let listing = RawValue::from_string("{\n \"a\":\r\n \"x\\ny\"}".into()).unwrap();
    let line = one_line(&listing);
    assert!(!line.get().contains(['\n', '\r']));
    let value = |raw: &RawValue| -> serde_json::Value { serde_json::from_str(raw.get()).unwrap() };
    assert_eq!(value(&line), value(&listing));
}

const OLD: &str = r#"{"v":1,"id":"7","state":"saved","at":1,"photo":{"owner":"12345678@N00","title":"Old","media":"photo","license":4,"fingerprint":"00000000000000ff"},"files":[],"listing":{"id":"7"}}"#;

#[test]
fn a_line_of_the_first_program_is_still_read() {
    let line = Line::parse(OLD.as_bytes()).unwrap();
    assert_eq!(line.photo.tags, "");
    assert_eq!((line.photo.geo, line.photo.owner_name.as_ref(), &line.camera), (None, None, &None));
    // Written again it has its rights, which are not read back.
    let mut written = Vec::new();
    line.write_to(&mut written);
    let json: serde_json::Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(json["rights"]["license"], "CC BY 2.0");
    assert_eq!(json["rights"]["url"], "https://creativecommons.org/licenses/by/2.0/");
    let credit = json["rights"]["credit"].as_str().unwrap();
    assert!(credit.starts_with("“Old” by 12345678@N00, CC BY 2.0 ("), "{credit}");
    assert_eq!(json["listing"]["id"], "7");
    let forged = String::from_utf8(written).unwrap().replace("CC BY 2.0 (", "mine (");
    let again = Line::parse(forged.trim_end().as_bytes()).unwrap();
    assert_eq!(again.rights().credit, line.rights().credit);
}

/// A photo as a listing tells of it, with all its members where `listing` is
/// not from a page.
fn photo(title: &str, listing: &str) -> Photo {
    let listing = RawValue::from_string(listing.to_owned()).unwrap();
    let owner = "12345678@N00".parse().unwrap();
    Photo {
        title: title.to_owned(),
        license: Some(4),
        ..Photo::bare(PhotoId::new(7), owner, listing)
    }
}

fn told_in_full() -> Photo {
    Photo {
        owner_name: Some("Ada".to_owned()),
        description: "words".to_owned(),
        tags: "chess".to_owned(),
        posted: Some(5),
        taken: Some(Taken {
            text: "2013-11-01 18:03:11".to_owned(),
            granularity: 0,
            unknown: false,
        }),
        last_update: Some(9),
        geo: Some(Geo { latitude: -33.8, longitude: 151.2, accuracy: 16 }),
        views: Some(3),
        can_download: Some(true),
        ..photo("full", r#"{"id":"7"}"#)
    }
}

#[test]
fn a_page_adds_to_what_is_known_and_wipes_nothing_out() {
    let mut line = Line::new(&told_in_full());
    let full = line.photo.clone();
    let glance =
        Photo { license: Some(0), views: Some(4), ..photo("renamed", r#"{"via":"page"}"#) };
    assert!(line.listed(&glance), "another door is news");
    let expected = About {
        title: "renamed".to_owned(),
        license: Some(0),
        views: Some(4),
        fingerprint: glance.fingerprint(),
        ..full.clone()
    };
    assert_eq!(line.photo, expected);
    assert_eq!(line.listing.get(), glance.listing.get());
    assert!(!line.listed(&glance), "and the same again is none");

    // A full listing counts for all it says, also where it says nothing.
    let bare = photo("bare", r#"{"id":"7"}"#);
    assert!(line.listed(&bare));
    assert_eq!(line.photo, About::from(&bare));
}

#[test]
fn a_camera_is_the_current_pictures() {
    let file = |role: Role, version: u32| File {
        role,
        version,
        path: format!("{}/{version}", role.as_str()),
        sha256: crate::Digest([1; 32]),
        bytes: 1,
        rendition: String::new(),
        identity: Identity(1),
        width: 1,
        height: 1,
    };
    let saved = |files: Vec<File>, model: Option<&str>| Saved {
        photo: told_in_full(),
        files,
        moved: Vec::new(),
        defect: None,
        camera: model.map(|it| Camera { model: Some(it.to_owned()), ..Camera::default() }),
        at: 1,
    };
    let mut line = Line::new(&told_in_full());
    let mut model_after = |files: Vec<File>, model: Option<&str>| {
        line.saved(saved(files, model));
        line.camera.as_ref().and_then(|camera| camera.model.clone())
    };
    let named = |model: &str| Some(model.to_owned());
    assert_eq!(model_after(vec![file(Role::Original, 1)], Some("Box")), named("Box"));
    assert_eq!(model_after(vec![file(Role::Thumbnail, 1)], None), named("Box"));
    assert_eq!(model_after(vec![file(Role::Video, 1)], None), named("Box"));
    // A thumbnail made again from the picture may be the first to look at it.
    assert_eq!(model_after(vec![file(Role::Thumbnail, 1)], Some("Box 2")), named("Box 2"));
    assert_eq!(model_after(vec![file(Role::Original, 2)], None), None);
}

/// Finite, and such as is written and read without a loss.
fn number() -> impl Strategy<Value = f64> {
    (-1_000_000_i32..1_000_000).prop_map(|thousandths| f64::from(thousandths) / 1000.0)
}

prop_compose! {
    fn about()(
        texts in any::<(String, String, String, Option<String>)>(),
        numbers in any::<(Option<i64>, Option<i64>, Option<u8>, Option<u64>, Option<bool>, u64)>(),
        taken in any::<Option<(String, u8, bool)>>(),
        geo in proptest::option::of((number(), number(), any::<u8>())),
    ) -> About {
        let (title, description, tags, owner_name) = texts;
        let (posted, last_update, license, views, can_download, fingerprint) = numbers;
        About {
            owner: "12345678@N00".parse().unwrap(),
            owner_name,
            title,
            description,
            tags,
            media: Media::Video,
            posted,
            taken: taken.map(|(text, granularity, unknown)| Taken { text, granularity, unknown }),
            last_update,
            license,
            geo: geo.map(|(latitude, longitude, accuracy)| Geo { latitude, longitude, accuracy }),
            views,
            can_download,
            fingerprint: Identity(fingerprint),
        }
    }
}

prop_compose! {
    fn camera()(
        texts in any::<(Option<String>, Option<String>, Option<String>)>(),
        exposure in proptest::option::of(number()),
        numbers in any::<(Option<u32>, Option<bool>)>(),
    ) -> Camera {
        let ((make, model, taken), (iso, flash)) = (texts, numbers);
        Camera { make, model, taken, exposure, iso, flash, ..Camera::default() }
    }
}

proptest! {
    /// What is written is what is read: on one line, whatever the words.
    #[test]
    fn a_line_comes_back_as_it_was(about in about(), camera in proptest::option::of(camera())) {
        let listing = RawValue::from_string("{\"a\":1.50}".to_owned()).unwrap();
        let line = Line { camera, ..Line::bare(PhotoId::new(7), about, listing) };
        let mut written = Vec::new();
        line.write_to(&mut written);
        let first_end = written.iter().position(|byte| *byte == b'\n');
        prop_assert_eq!(first_end, Some(written.len() - 1));
        let read = Line::parse(written.trim_ascii_end());
        prop_assert!(read.is_some());
        let read = read.unwrap();
        prop_assert_eq!(&read.photo, &line.photo);
        prop_assert_eq!(&read.camera, &line.camera);
        prop_assert_eq!(read.listing.get(), line.listing.get());
    }

    /// A line with pieces changed or cut is read or refused, and never panics.
    #[test]
    fn a_changed_line_is_read_or_refused(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        let camera = Some(Camera { exposure: Some(0.008), ..Camera::default() });
        let mut bytes = Vec::new();
        Line { camera, ..Line::new(&told_in_full()) }.write_to(&mut bytes);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(end.index(bytes.len() + 1));
        if let Some(line) = Line::parse(&bytes) {
            line.write_to(&mut Vec::new());
        }
    }
}
