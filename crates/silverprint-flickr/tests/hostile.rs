//! Whatever comes over the wire, nothing panics, and nothing that was cut off
//! passes for whole.

use proptest::prelude::*;
use silverprint_flickr::{Answer, Base, Listing, picture_address, read_photo};
use url::Url;

const SAMPLES: [&str; 5] = [
    include_str!("samples/stream.json"),
    include_str!("samples/stream.xml"),
    "jsonFlickrApi({\"stat\":\"fail\",\"code\":201,\"message\":\"x\"})",
    "<rsp stat=\"fail\"><err code=\"1\" msg=\"x\"/></rsp>",
    "oauth_problem=parameter_absent&oauth_parameters_absent=oauth_token",
];

/// As far as an answer ever goes.
fn read_all(body: Vec<u8>) {
    let Ok(answer) = Answer::read(body) else { return };
    let Ok(listing) = Listing::parse(&answer) else { return };
    for entry in listing.entries {
        if let Ok(photo) = read_photo(entry, None) {
            assert!(!photo.listing.get().contains('\n'));
            assert!(photo.renditions.is_sorted_by_key(|rendition| rendition.size));
        }
    }
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), any::<u8>(), 0_usize..40);
    (prop::sample::select(&SAMPLES[..]), prop::collection::vec(edit, 1..8)).prop_map(
        |(sample, edits)| {
            let mut body = sample.as_bytes().to_vec();
            for (at, byte, n_removed) in edits {
                let at = at.index(body.len() + 1);
                let end = body.len().min(at + n_removed);
                body.splice(at..end, [byte]);
            }
            body
        },
    )
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".*".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("_content|[a-z]{1,3}", inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

const MEMBERS: [&str; 11] = [
    "title",
    "description",
    "tags",
    "media",
    "dateupload",
    "datetaken",
    "license",
    "views",
    "url_o",
    "width_o",
    "lastupdate",
];

proptest! {
    #[test]
    fn arbitrary_bytes_do_not_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        read_all(body);
    }

    #[test]
    fn arbitrary_tags_do_not_panic(body in "(<[/!?]?[a-c&#; ='\"]{0,6}/?>?|&#?x?[0-9a-f]{0,9};|[{}\\[\\]\":,a-c]|[ \n]){0,60}") {
        read_all(body.clone().into_bytes());
        read_all(format!("<rsp stat='ok'>{body}</rsp>").into_bytes());
        read_all(format!("{{\"stat\":\"ok\",\"photos\":{body}}}").into_bytes());
    }

    #[test]
    fn mutated_answers_do_not_panic(body in mutated()) {
        read_all(body);
    }

    #[test]
    fn what_was_cut_off_is_no_answer(sample in 0_usize..2, cut in any::<prop::sample::Index>()) {
        let whole = SAMPLES[sample].trim_end().as_bytes();
        prop_assert!(Answer::read(whole[..cut.index(whole.len())].to_vec()).is_err());
    }

    #[test]
    fn any_text_survives_either_form(title in "[^\\p{Cc}\u{fffe}\u{ffff}]*") {
        let read = |body: String| {
            let answer = Answer::read(body.into_bytes()).unwrap();
            let listing = Listing::parse(&answer).unwrap();
            read_photo(listing.entries[0], None).unwrap().title
        };
        let escaped = |char: char| match char {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '"' => "&quot;".to_owned(),
            // Nobody has to, but anybody may.
            char if u32::from(char).is_multiple_of(3) => format!("&#{};", u32::from(char)),
            char => char.to_string(),
        };
        let xml: Vec<_> = title.chars().map(escaped).collect();
        let xml = xml.concat();
        prop_assert_eq!(&title, &read(format!(
            r#"<rsp stat="ok"><photos pages="1" total="1"><photo id="5" owner="1@N0" title="{xml}"/></photos></rsp>"#
        )));
        prop_assert_eq!(&title, &read(serde_json::json!({
            "stat": "ok",
            "photos": {"pages": 1, "total": 1, "photo": [{"id": "5", "owner": "1@N0", "title": title}]},
        }).to_string()));
    }

    #[test]
    fn no_value_of_a_field_costs_the_photo(name in prop::sample::select(&MEMBERS[..]), value in json_value()) {
        let entry = serde_json::json!({"id": "5", "owner": "1@N0", name: value});
        let raw = serde_json::value::to_raw_value(&entry).unwrap();
        prop_assert!(read_photo(&raw, None).is_ok());
    }

    #[test]
    fn addresses_that_pass_are_flickrs(url in "https?://([a-z@:.%\\\\#?/]|flickr\\.com|staticflickr\\.com|127\\.0\\.0\\.1){1,8}") {
        if let Ok(url) = Url::parse(&url) && let Ok(passed) = picture_address(&url, &Base::flickr()) {
            let host = passed.host_str().unwrap();
            prop_assert!(host.ends_with(".flickr.com") || host.ends_with(".staticflickr.com"));
            prop_assert_eq!(passed.scheme(), "https");
            prop_assert_eq!(passed.port(), None);
            prop_assert_eq!(passed.username(), "");
        }
    }
}
