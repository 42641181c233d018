use super::*;
use silverprint_catalogue::{Catalogue, CatalogueError, Digest, Entry, Role, Saved};
use silverprint_core::{Camera, Failure, Geo, Identity, Photo, Taken};
use std::path::Path;

fn photo(id: u64, title: &str) -> Photo {
    Photo {
        title: title.to_owned(),
        owner_name: Some("Ada".to_owned()),
        tags: "chess simul".to_owned(),
        posted: Some(1_383_386_400),
        taken: Some(Taken {
            text: "2013-03-01 00:00:00".to_owned(),
            granularity: 4,
            unknown: false,
        }),
        license: Some(4),
        geo: Some(Geo { latitude: -33.8, longitude: 151.2, accuracy: 16 }),
        views: Some(7),
        can_download: Some(true),
        ..crate::testing::photo(id, Vec::new())
    }
}

fn saved(photo: Photo) -> Entry {
    let picture = File {
        role: Role::Original,
        version: 1,
        path: format!("photos/{}.jpg", photo.id),
        sha256: Digest([7; 32]),
        bytes: 3_000_000,
        rendition: "original".to_owned(),
        identity: Identity(1),
        width: 400,
        height: 300,
    };
    let camera =
        Camera { model: Some("Box 7".to_owned()), exposure: Some(0.008), ..Camera::default() };
    let (files, moved) = (vec![picture], Vec::new());
    Entry::Saved(Saved { photo, files, moved, defect: None, camera: Some(camera), at: 1 })
}

fn listed(folder: &Path, entries: Vec<Entry>) -> Vec<Listed> {
    let writer = Catalogue::open(folder).unwrap().0.write().unwrap();
    for entry in entries {
        writer.recorder().record_blocking(entry).unwrap();
    }
    let catalogue = writer.finish().unwrap();
    let mut listed = Vec::new();
    let list = |row: PhotoRow| {
        listed.push(Listed::new(&row));
        Ok::<_, CatalogueError>(())
    };
    catalogue.for_each_photo(list).unwrap();
    listed
}

#[test]
fn a_photo_is_one_flat_object_and_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let listed = listed(folder.path(), vec![saved(photo(7, "=1+1, \"quoted\""))]);
    let json = serde_json::to_value(&listed[0]).unwrap();
    assert!(serde_json::to_string(&listed[0]).unwrap().starts_with("{\"v\":1,\"id\":\"7\","));
    for (name, expected) in [
        ("state", Value::from("saved")),
        ("media", "photo".into()),
        ("posted", "2013-11-02T10:00:00Z".into()),
        ("taken", "2013-03-01 00:00:00".into()),
        ("taken_granularity", 4.into()),
        ("license", 4.into()),
        ("license_name", "CC BY 2.0".into()),
        ("path", "photos/7.jpg".into()),
        ("bytes", 3_000_000.into()),
        ("width", 400.into()),
        ("latitude", (-33.8).into()),
        ("model", "Box 7".into()),
        ("exposure", 0.008.into()),
        ("page", "https://www.flickr.com/photos/12345678@N00/7/".into()),
    ] {
        assert_eq!(json[name], expected, "{name}");
    }
    let credit = json["credit"].as_str().unwrap();
    assert!(credit.starts_with("“=1+1, \"quoted\"” by Ada, CC BY 2.0 ("), "{credit}");
    assert!(json.get("failure").is_none());
    let known = json.as_object().unwrap().keys().filter(|name| *name != "v");
    assert!(known.into_iter().all(|name| Listed::COLUMNS.contains(&name.as_str())));

    let line = listed[0].csv_line();
    assert!(line.starts_with("7,\"'=1+1, \"\"quoted\"\"\",saved,photo,2013-11-02T10:00:00Z,"));
    assert!(line.contains(",-33.8,151.2,16,7,true,"), "{line}");
    assert_eq!(Listed::csv_header().split(',').count(), Listed::COLUMNS.len());
}

#[test]
fn a_failure_says_why_and_when() {
    let folder = tempfile::tempdir().unwrap();
    let failure = Failure {
        kind: "gone".to_owned(),
        reason: "404, \"gone\"".to_owned(),
        url: "https://live.staticflickr.com/1/2_o.jpg".to_owned(),
        attempts: 2,
    };
    let failed = Entry::Failed { photo: crate::testing::photo(9, Vec::new()), failure, at: 0 };
    let listed = listed(folder.path(), vec![failed]);
    let json = serde_json::to_value(&listed[0]).unwrap();
    assert_eq!(json["failure"], "gone");
    assert_eq!(json["failure_attempts"], 2);
    assert_eq!(json["failed_at"], "1970-01-01T00:00:00Z");
    assert_eq!(json.get("path"), None);
    let tail = ",gone,\"404, \"\"gone\"\"\",2,https://live.staticflickr.com/1/2_o.jpg,1970-01-01T00:00:00Z";
    assert!(listed[0].csv_line().ends_with(tail), "{}", listed[0].csv_line());
}

#[test]
fn no_name_is_there_twice() {
    let names: std::collections::HashSet<_> = Listed::COLUMNS.into_iter().collect();
    assert_eq!(names.len(), Listed::COLUMNS.len());
    assert!(!names.contains("v"));
}
