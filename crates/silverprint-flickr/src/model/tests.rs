use super::*;
use proptest::prelude::*;
use serde_json::json;
use std::fmt::Write as _;

fn read(export: &Value) -> Result<Models, ModelError> {
    Models::find(&format!("init({{ modelExport: {export}, auth: auth }})"))
}

/// Models whose photostream has these photos.
fn with_photos(legend: &Value, photos: &Value) -> Models {
    let stream = json!({ "photoPageList": { "_data": photos, "totalItems": 7 } });
    read(&json!({ "legend": legend, "main": { "photostream-models": [stream] } })).unwrap()
}

/// The ids of the photos shown; nothing for a reference that leads nowhere.
fn ids(models: &Models) -> Vec<Option<String>> {
    let shown = models.shown().unwrap().unwrap();
    let id = |photo: &Option<Node<'_>>| Some(photo.as_ref()?.member("id")?.text()?.into_owned());
    shown.photos.iter().map(id).collect()
}

fn some(ids: &[&str]) -> Vec<Option<String>> {
    ids.iter().map(|id| Some((*id).to_owned())).collect()
}

#[test]
fn references_lead_through_both_shapes() {
    let legend =
        json!([["photostream-models", "0", "photoPageList", "_data", "0"], ["others", "x"]]);
    let flat = json!({ "photoPageList": { "_data": [{ "id": "1" }, "~0", "~1", null] } });
    let main = json!({ "photostream-models": [flat], "others": { "x": { "id": 2 } } });
    let models = read(&json!({ "legend": legend, "main": main })).unwrap();
    assert_eq!(ids(&models), some(&["1", "1", "2"]));

    let wrap = |data: Value| json!({ "data": data, "exportMetaType": "model" });
    let list = json!({ "_data": [wrap(json!({ "id": "1" })), wrap("~0".into())] });
    let stream = wrap(json!({ "photoPageList": wrap(list) }));
    let path = ["photostream-models", "0", "data", "photoPageList", "data", "_data", "0", "data"];
    let main = json!({ "photostream-models": [stream] });
    let models = read(&json!({ "legend": [path], "main": main })).unwrap();
    assert_eq!(ids(&models), some(&["1", "1"]));
}

#[test]
fn an_album_is_read_where_there_is_no_photostream() {
    let album = |n: u32| json!({ "photoPageList": { "_data": [{ "id": n }], "fetchedEnd": true } });
    let main = json!({ "set-models": [album(1)] });
    let models = read(&json!({ "legend": [], "main": main })).unwrap();
    assert_eq!(ids(&models), some(&["1"]));
    assert!(models.shown().unwrap().unwrap().ended);
    let main = json!({ "set-models": [album(1)], "photostream-models": [album(2)] });
    assert_eq!(ids(&read(&json!({ "legend": [], "main": main })).unwrap()), some(&["2"]));
    // The first of two is empty: the other one is what is shown.
    let empty = json!({ "photoPageList": { "_data": [] } });
    let main = json!({ "photostream-models": [empty, album(3)] });
    assert_eq!(ids(&read(&json!({ "legend": [], "main": main })).unwrap()), some(&["3"]));
    let nobody = read(&json!({ "legend": [], "main": {} })).unwrap();
    assert!(nobody.shown().unwrap().is_none());
}

#[test]
fn words_are_escaped_where_dates_are() {
    let title = |date: &str, title: &str| {
        let photo = json!({ "title": title, "stats": { "dateTaken": date } });
        let models = with_photos(&json!([]), &json!([photo]));
        let shown = models.shown().unwrap().unwrap();
        shown.photos[0].unwrap().member("title").unwrap().text().unwrap().into_owned()
    };
    assert_eq!(title("2020-01-02%2003%3A04%3A05", "%E9%20100%25"), "é 100%");
    assert_eq!(title("2020-01-02 03:04:05", "é 100%25"), "é 100%25");
    assert_eq!(title("2020-01-02 03:04:05", "~~5"), "~5");
    assert_eq!(title("2020-01-02 03:04:05", "~~~"), "~~");
}

#[test]
fn totals_are_read_from_either_place_and_only_if_they_are_numbers() {
    let total = |list: Value, stream: Value| {
        let model = json!({ "photoPageList": { "totalItems": list }, "totalItems": stream });
        let main = json!({ "photostream-models": [model] });
        read(&json!({ "legend": [], "main": main })).unwrap().shown().unwrap().unwrap().total
    };
    assert_eq!(total(json!(618), json!(null)), Some(618));
    assert_eq!(total(json!(null), json!("618")), Some(618));
    // What JavaScript has for "nobody knows".
    assert_eq!(total(json!(f64::MAX), json!(null)), None);
    assert_eq!(total(json!(f64::MAX), json!("618")), Some(618));
    assert_eq!(total(json!(-1), json!(null)), None);
    assert_eq!(total(json!([618]), json!(null)), None);
}

#[test]
fn circles_and_dead_ends_are_survived() {
    let list = ["photostream-models", "0", "photoPageList", "_data"];
    let at = |idx: &str| json!([list[0], list[1], list[2], list[3], idx]);
    let legend = json!([
        at("0"), // itself
        at("2"),
        at("1"), // each other
        [],
        [list[0]],
        list, // everything, and what holds it
        at("99"),
        ["nowhere"],
        [1],
        "x",
        null, // nothing
        vec![list[0]; LONGEST_PATH + 1],
    ]);
    let photos: Vec<_> = (0..20).map(|n| format!("~{n}")).collect();
    let models = with_photos(&legend, &json!(photos));
    let shown = models.shown().unwrap().unwrap();
    assert_eq!(shown.photos.len(), 20);
    // 3, 4 and 5 are values, but none of a photo.
    assert_eq!(shown.photos.iter().flatten().count(), 3);
    assert!(ids(&models).iter().all(Option::is_none));
    assert!(reference(&json!("~99999999999999999999999")).is_none());
}

#[test]
fn a_wrapper_in_a_wrapper_ends_somewhere() {
    let wrapped = |n: usize| {
        let wrap = |data: Value, _| json!({ "data": data, "exportMetaType": "pojo" });
        (0..n).fold(json!({ "id": "1" }), wrap)
    };
    assert_eq!(ids(&with_photos(&json!([]), &json!([wrapped(MOST_HOPS - 1)]))), some(&["1"]));
    assert_eq!(ids(&with_photos(&json!([]), &json!([wrapped(MOST_HOPS)]))), [None]);
}

#[test]
fn size_depth_and_number_are_bounded() {
    let find = |export: &str| Models::find(&format!("modelExport: {export}"));
    let deep = format!("{{\"legend\":[],\"main\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(matches!(find(&deep), Err(ModelError::Shape(_))));
    let wide = format!("{{\"legend\":[],\"main\":[{}0]}}", "{\"\":0},".repeat(MOST_CONTAINERS));
    assert!(matches!(find(&wide), Err(ModelError::TooMany { what: "objects and arrays", .. })));
    let long = format!("{{\"legend\":[],\"main\":\"{}\"}}", "x".repeat(LONGEST));
    assert!(matches!(find(&long), Err(ModelError::TooMany { what: "bytes", .. })));
    for missing in ["", "{", "{}", "{\"legend\":[]", "[]", "null"] {
        assert!(find(missing).is_err(), "{missing}");
    }
}

#[test]
fn a_hundred_thousand_references_are_too_many_photos() {
    let mut references = String::new();
    for _ in 0..100_000 {
        references.push_str("\"~0\",");
    }
    let mut legend = String::new();
    for _ in 0..40_000 {
        write!(legend, "[\"photo\"],").unwrap();
    }
    let export = format!(
        "{{\"legend\":[{legend}[]],\"main\":{{\"photo\":{{\"id\":1}},\"photostream-models\":[{{\"photoPageList\":{{\"_data\":[{references}null]}}}}]}}}}"
    );
    // Found out while it is read: a page may be refused, and costs next to nothing.
    let models = Models::find(&format!("modelExport:{export}")).unwrap();
    let refused = models.shown();
    assert!(matches!(refused, Err(ModelError::TooMany { what: "photos", limit: MOST_PHOTOS })));
}

/// References, wrappers and values of all kinds, in any arrangement.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (0_u32..12).prop_map(|n| format!("~{n}").into()),
        "[~%a-f0-9]{0,6}".prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    let name = prop::sample::select(vec![
        "id",
        "data",
        "exportMetaType",
        "photoPageList",
        "_data",
        "sizes",
        "o",
        "url",
        "stats",
        "owner",
        "photostream-models",
        "set-models",
        "totalItems",
        "title",
        "dateTaken",
    ]);
    leaf.prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..5).prop_map(|members| {
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_models_are_read_without_panic(
        legend in prop::collection::vec(
            prop::collection::vec("photostream-models|photoPageList|_data|data|owner|[0-3]", 0..6), 0..12),
        photos in any_value(),
        main in any_value(),
    ) {
        let legend = json!(legend);
        let mut scopes = vec![main.clone()];
        scopes.push(json!({ "photostream-models": [{ "photoPageList": { "_data": photos } }] }));
        scopes.push(json!({ "photostream-models": photos, "set-models": main }));
        for main in scopes {
            let models = read(&json!({ "legend": legend, "main": main })).unwrap();
            if let Ok(Some(shown)) = models.shown() {
                prop_assert!(shown.photos.len() <= MOST_PHOTOS);
            }
        }
    }
}
