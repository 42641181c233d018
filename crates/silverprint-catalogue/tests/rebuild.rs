//! The catalogue lost, damaged or behind; the record torn, lost, or not ours.

mod common;

use common::{AT, append, content, dump, failed, get, photo, picture, put, record, saved};
use common::{lay_files, lose_catalogue, thumbnail};
use proptest::prelude::*;
use silverprint_catalogue::{
    Catalogue, CatalogueError, Disagreement, Entry, Moved, Opened, Role, Saved, State,
};
use silverprint_core::{Camera, Geo, Layout, Photo, PhotoId};
use std::fs;
use std::path::Path;

/// A folder in which a bit of everything happened, with its files.
fn archive(folder: &Path) {
    let replaced = Saved {
        photo: photo(1, "replaced\nand \"renamed\" \u{202e}"),
        files: vec![picture(1, 2), thumbnail(1, "120x120", "jpg")],
        moved: vec![Moved { role: Role::Original, version: 1, path: "photos/1.v1.jpg".into() }],
        defect: Some("no end marker".into()),
        camera: None,
        at: AT + 1,
    };
    let mut entries: Vec<_> = (1..=50).map(|id| saved(id, "a title")).collect();
    entries.push(Entry::Saved(replaced));
    entries.push(told_in_full(9));
    entries.extend([failed(60, "404"), failed(61, "410"), saved(61, "after all"), failed(2, "x")]);
    entries.push(saved(u64::MAX, "the largest id"));
    entries.push(Entry::DeletedUpstream { ids: vec![PhotoId::new(7), PhotoId::new(60)], at: AT });
    entries.push(Entry::Listed(photo(8, "renamed")));
    entries.push(Entry::Listed(photo(60, "back again")));
    let catalogue = common::write(folder, entries);
    lay_files(folder, &catalogue);
}

/// A photo of which everything is known, in numbers that are no round ones.
fn told_in_full(id: u64) -> Entry {
    let geo = Some(Geo { latitude: -33.850_123_456_789, longitude: 0.1 + 0.2, accuracy: 16 });
    let photo = Photo {
        owner_name: Some("Ada \u{202e}".into()),
        last_update: Some(AT + 5),
        can_download: Some(true),
        geo,
        ..photo(id, "told in full")
    };
    let camera = Some(Camera { aperture: Some(14.0 / 85.0), iso: Some(400), ..Camera::default() });
    let (files, moved) = (vec![picture(id, 1)], Vec::new());
    Entry::Saved(Saved { photo, files, moved, defect: None, camera, at: AT })
}

fn is_rebuilt(folder: &Path, photos: u64) -> Catalogue {
    let (catalogue, opened) = Catalogue::open(folder).unwrap();
    let expected = Opened::Rebuilt { photos, missing: 0, unreadable: 0, set_aside: None };
    assert_eq!(opened, expected);
    catalogue
}

#[test]
fn a_lost_catalogue_comes_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    let before = dump(folder.path());
    let attempts = common::attempts(folder.path());
    assert_eq!((before.len(), attempts.len()), (53 + 105, 3));
    lose_catalogue(folder.path());
    drop(is_rebuilt(folder.path(), 53));
    assert_eq!(dump(folder.path()), before);
    assert_eq!(common::attempts(folder.path()), attempts);
    assert_eq!(Catalogue::open(folder.path()).unwrap().1, Opened::Existing);

    // An empty file, as a crash in the first moment leaves it, is as good as none.
    lose_catalogue(folder.path());
    fs::create_dir(folder.path().join(Layout::PRIVATE)).unwrap();
    put(&folder.path().join(Layout::CATALOGUE), b"");
    drop(is_rebuilt(folder.path(), 53));
    assert_eq!(dump(folder.path()), before);
}

#[test]
fn a_rebuilt_photo_whose_files_are_gone_is_pending() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    fs::remove_file(folder.path().join("photos/3.jpg")).unwrap();
    put(&folder.path().join("photos/4.jpg"), b"short");
    fs::remove_file(folder.path().join("thumbs/5.jpg")).unwrap();
    fs::remove_file(folder.path().join("photos/1.v1.jpg")).unwrap();
    lose_catalogue(folder.path());
    let (catalogue, opened) = Catalogue::open(folder.path()).unwrap();
    let expected = Opened::Rebuilt { photos: 53, missing: 3, unreadable: 0, set_aside: None };
    assert_eq!(opened, expected);
    let snapshot = catalogue.snapshot().unwrap();
    let of = |id| snapshot.photos[&PhotoId::new(id)];
    for id in [3, 4] {
        assert_eq!((of(id).state, of(id).picture), (State::Pending, None));
        assert!(of(id).thumb.is_some());
    }
    assert_eq!((of(5).state, of(5).thumb), (State::Pending, None));
    assert!(of(5).picture.is_some());
    assert_eq!(of(1).state, State::Done);
    assert_eq!(of(1).picture.unwrap().version, 2);
    // The next run saves it, and record and catalogue agree again.
    let catalogue = common::write_on(catalogue, [3, 4, 5].map(|id| saved(id, "a title")));
    assert_eq!(catalogue.counts().unwrap().pending, 0);
}

/// On demand, the record is taken at its word: what is missing has its row, and
/// can be named and brought back.
#[test]
fn one_that_is_built_on_demand_keeps_the_rows_of_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    let before = dump(folder.path());
    fs::remove_file(folder.path().join("photos/3.jpg")).unwrap();
    put(&folder.path().join("photos/4.jpg"), b"short");
    let path = folder.path().join(Layout::CATALOGUE);
    let whole = get(&path);
    let aside = path.with_file_name("catalogue.db.old-1");
    let (catalogue, opened) = Catalogue::build_again(folder.path()).unwrap();
    drop(catalogue);
    let set_aside = Some(aside.clone());
    assert_eq!(opened, Opened::Rebuilt { photos: 53, missing: 0, unreadable: 0, set_aside });
    assert_eq!(dump(folder.path()), before);
    assert_eq!(get(&aside), whole);

    put(&path, b"no database");
    let damaged = Catalogue::open_existing(folder.path()).unwrap_err();
    assert!(matches!(damaged, CatalogueError::Damaged { .. }), "{damaged}");
    fs::remove_file(&path).unwrap();
    for lost in [Catalogue::open_existing(folder.path()), Catalogue::open_read_only(folder.path())]
    {
        let lost = lost.unwrap_err();
        assert!(matches!(lost, CatalogueError::Lost { .. }) && lost.is_damaged(), "{lost}");
    }
    fs::remove_file(folder.path().join(Layout::RECORD)).unwrap();
    let nothing = Catalogue::build_again(folder.path()).unwrap_err();
    assert!(matches!(nothing, CatalogueError::NoRecord { .. }), "{nothing}");
}

#[test]
fn a_record_that_says_something_else_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    let before = dump(folder.path());
    let path = folder.path().join(Layout::RECORD);
    let disagreeing = |catalogue: &Catalogue| {
        let mut found = Vec::new();
        let push = |it: Disagreement| {
            found.push(it.photo());
            Ok::<_, CatalogueError>(())
        };
        catalogue.for_each_disagreement(folder.path(), push).unwrap();
        found.sort_unstable();
        found
    };
    let look = || Catalogue::open_read_only(folder.path()).unwrap();
    assert_eq!(disagreeing(&look()), []);
    // Torn, and of the same length; of nobody; not even letters.
    let text = String::from_utf8(get(&path)).unwrap();
    let spoilt = text
        .replace("\"id\":\"3\",\"state\"", "\"id\":\"3\",\"stale\"")
        .replace("\"id\":\"15\"", "\"id\":\"99\"");
    assert_eq!(spoilt.len(), text.len());
    let mut spoilt = spoilt.into_bytes();
    spoilt[..20].fill(0xFF);
    put(&path, &spoilt);
    // The first photo has a later line.
    let wrong = [3, 15, 99].map(PhotoId::new);
    assert_eq!(disagreeing(&look()), wrong);
    let mut catalogue = Catalogue::open_existing(folder.path()).unwrap();
    catalogue.mend_record(folder.path(), &wrong).unwrap();
    assert_eq!(disagreeing(&catalogue), []);
    drop(catalogue);
    assert_eq!(Catalogue::open(folder.path()).unwrap().1, Opened::Existing);
    lose_catalogue(folder.path());
    drop(is_rebuilt(folder.path(), 53));
    assert_eq!(dump(folder.path()), before);
}

#[test]
fn a_damaged_catalogue_is_set_aside_and_built_again() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    let before = dump(folder.path());
    let path = folder.path().join(Layout::CATALOGUE);
    let whole = get(&path);

    let mut holed = whole.clone();
    for page in holed.chunks_mut(4096).skip(1) {
        page[..64].fill(0xA5);
    }
    let not_ours = b"this is a letter and no database ".repeat(100);
    for (number, damaged) in [holed, not_ours, whole[..whole.len() / 2].to_vec()].iter().enumerate()
    {
        put(&path, damaged);
        let (catalogue, opened) = Catalogue::open(folder.path()).unwrap();
        drop(catalogue);
        let aside = path.with_file_name(format!("catalogue.db.damaged-{}", number + 1));
        assert_eq!(get(&aside), *damaged);
        let expected =
            Opened::Rebuilt { photos: 53, missing: 0, unreadable: 0, set_aside: Some(aside) };
        assert_eq!(opened, expected);
        assert_eq!(dump(folder.path()), before);
    }
}

#[test]
fn a_catalogue_that_is_behind_catches_up() {
    let folder = tempfile::tempdir().unwrap();
    drop(common::write(folder.path(), (1..=10).map(|id| saved(id, "x"))));
    let [path, record] = [Layout::CATALOGUE, Layout::RECORD].map(|path| folder.path().join(path));
    let older = get(&path);
    drop(common::write(folder.path(), (8..=20).map(|id| saved(id, "y"))));
    let newer = dump(folder.path());
    let lines = get(&record);
    put(&path, &older);
    let (catalogue, opened) = Catalogue::open(folder.path()).unwrap();
    assert_eq!(opened, Opened::Existing);
    drop(catalogue);
    assert_eq!(dump(folder.path()), newer);
    assert_eq!(get(&record), lines);
}

#[test]
fn a_lost_record_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    let before = dump(folder.path());
    fs::remove_file(folder.path().join(Layout::RECORD)).unwrap();
    assert_eq!(Catalogue::open(folder.path()).unwrap().1, Opened::Existing);
    assert_eq!(record(folder.path()).len(), 53);
    lose_catalogue(folder.path());
    drop(is_rebuilt(folder.path(), 53));
    assert_eq!(dump(folder.path()), before);
}

#[test]
fn torn_lines_are_cut_off_and_whole_ones_never_glued() {
    let check = |tail: &[u8], lines: usize| {
        let folder = tempfile::tempdir().unwrap();
        let catalogue = common::write(folder.path(), [saved(1, "x"), saved(2, "y")]);
        lay_files(folder.path(), &catalogue);
        drop(catalogue);
        let path = folder.path().join(Layout::RECORD);
        let whole = get(&path);
        let first = &whole[..=whole.iter().position(|byte| *byte == b'\n').unwrap()];
        put(&path, &[first, tail].concat());
        lose_catalogue(folder.path());
        drop(Catalogue::open(folder.path()).unwrap());
        drop(common::write(folder.path(), [saved(3, "z")]));
        let ids: Vec<_> = record(folder.path())
            .iter()
            .map(|line| line["id"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(ids.len(), lines + 1, "{tail:?}");
        assert_eq!(ids[0].as_deref(), Some("1"));
        assert_eq!(ids[lines].as_deref(), Some("3"));
    };
    check(b"", 1);
    check(b"{", 1);
    check(b"{\"v\":1,\"id\":\"2\",\"sta", 1);
    check(&[0; 9000], 1);
    check(&[&[0; 9000], &b"\"}\n"[..]].concat(), 1);
    check(b"\xff\xfe", 1);
    check(b"{\"v\":2,\"id\":\"2\"}", 2);
}

/// What ends as a line does was not torn by a crash: it is not ours to throw away.
#[test]
fn a_last_line_that_cannot_be_read_stays_and_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    drop(common::write(folder.path(), [saved(1, "x"), saved(2, "y")]));
    let path = folder.path().join(Layout::RECORD);
    let text = String::from_utf8(get(&path)).unwrap();
    let spoilt = text.replace("\"id\":\"2\",", "\"id\":\"2\"!");
    assert_ne!(spoilt, text);
    put(&path, spoilt.as_bytes());
    drop(Catalogue::open(folder.path()).unwrap());
    assert_eq!(get(&path), spoilt.as_bytes());
    let opened = Catalogue::build_again(folder.path()).unwrap().1;
    assert!(matches!(opened, Opened::Rebuilt { photos: 1, unreadable: 1, .. }), "{opened:?}");
    drop(common::write(folder.path(), [saved(3, "z")]));
    assert!(get(&path).starts_with(spoilt.as_bytes()));
}

/// The power failed between lines and their sync: of the pages that they lie in
/// one never came, and a later one did.
#[test]
fn what_power_loss_left_behind_the_last_commit_is_cut_out_and_whole_lines_are_not() {
    let folder = tempfile::tempdir().unwrap();
    drop(common::write(folder.path(), [saved(1, "x")]));
    let path = folder.path().join(Layout::RECORD);
    let line = String::from_utf8(get(&path)).unwrap();
    let of = |id: &str| line.replace("\"1\"", &format!("\"{id}\"")).replace("photos/1", id);
    append(&path, of("2").as_bytes());
    let whole = get(&path);
    let torn = of("3");
    append(&path, &torn.as_bytes()[..20]);
    append(&path, &[0; 4096]);
    append(&path, &torn.as_bytes()[30..]);
    let older = get(&folder.path().join(Layout::CATALOGUE));
    let check = |tail: &str, ids: &[&str]| {
        put(&folder.path().join(Layout::CATALOGUE), &older);
        let before = get(&path);
        append(&path, tail.as_bytes());
        let look = Catalogue::open_read_only(folder.path()).unwrap();
        assert!(look.is_behind(folder.path()).unwrap());
        drop(look);
        let (catalogue, opened) = Catalogue::open(folder.path()).unwrap();
        assert_eq!(opened, Opened::Existing);
        assert_eq!(catalogue.counts().unwrap().photos, ids.len() as u64);
        assert!(!catalogue.is_behind(folder.path()).unwrap());
        drop(catalogue);
        assert!(get(&path).starts_with(&whole));
        let lines = record(folder.path());
        assert!(lines.iter().map(|line| line["id"].as_str().unwrap()).eq(ids.iter().copied()));
        put(&path, &before);
    };
    check("", &["1", "2"]);
    check(&of("4"), &["1", "2", "4"]);
    check(&[of("4"), of("5")].concat(), &["1", "2", "4", "5"]);
    put(&folder.path().join(Layout::CATALOGUE), &older);
    drop(common::write(folder.path(), [saved(5, "y")]));
    assert_eq!(record(folder.path()).len(), 3, "every line is one");
}

#[test]
fn lines_that_lead_out_of_the_folder_are_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    drop(common::write(folder.path(), [saved(1, "x")]));
    let path = folder.path().join(Layout::RECORD);
    let line = String::from_utf8(get(&path)).unwrap();
    for escape in ["../../etc/passwd", "/etc/passwd", "photos/\\n", "photos/../../x", ""] {
        append(&path, line.replace("photos/1.jpg", escape).replace("\"1\"", "\"2\"").as_bytes());
    }
    lose_catalogue(folder.path());
    let (catalogue, opened) = Catalogue::open(folder.path()).unwrap();
    assert!(matches!(opened, Opened::Rebuilt { photos: 1, unreadable: 5, .. }), "{opened:?}");
    assert_eq!(catalogue.counts().unwrap().photos, 1);
}

#[test]
fn a_path_that_two_photos_claim_is_the_later_ones() {
    let folder = tempfile::tempdir().unwrap();
    drop(common::write(folder.path(), [saved(1, "x")]));
    let path = folder.path().join(Layout::RECORD);
    let line = String::from_utf8(get(&path)).unwrap();
    append(&path, line.replace("\"id\":\"1\"", "\"id\":\"2\"").as_bytes());
    for (path, role) in [("photos/1.jpg", Role::Original), ("thumbs/1.jpg", Role::Thumbnail)] {
        fs::create_dir(folder.path().join(path).parent().unwrap()).unwrap();
        put(&folder.path().join(path), &content(1, role, 1));
    }
    lose_catalogue(folder.path());
    let snapshot = Catalogue::open(folder.path()).unwrap().0.snapshot().unwrap();
    assert_eq!(snapshot.photos[&PhotoId::new(1)].state, State::Pending);
    assert_eq!(snapshot.photos[&PhotoId::new(2)].state, State::Done);
}

/// Bytes that are nearly lines: pieces of real ones, cut and changed.
fn near_line(real: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let cut = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>());
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        cut.prop_map(move |(end, place, byte)| {
            let mut line = real.clone();
            let place = place.index(line.len());
            line[place] = byte;
            line.truncate(end.index(line.len() + 1));
            line
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in photos.jsonl: no panic, no error, and the lines
    /// before and after it are read.
    #[test]
    fn arbitrary_bytes_cost_no_good_line(
        noise in proptest::collection::vec(near_line(real_line()), 0..6),
        tail in near_line(real_line()),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let catalogue = common::write(folder.path(), [saved(1, "x")]);
        lay_files(folder.path(), &catalogue);
        drop(catalogue);
        let path = folder.path().join(Layout::RECORD);
        let good = get(&path);
        let second = String::from_utf8(good.clone()).unwrap().replace("/1.jpg", "/2.jpg");
        let second = second.replacen("\"id\":\"1\"", "\"id\":\"2\"", 1);
        let noise = noise.join(&b'\n');
        put(&path, &[&good[..], &noise, b"\n", second.as_bytes(), &tail].concat());
        lose_catalogue(folder.path());
        let (catalogue, opened) = Catalogue::open(folder.path()).unwrap();
        let rebuilt = matches!(opened, Opened::Rebuilt { .. });
        prop_assert!(rebuilt);
        let snapshot = catalogue.snapshot().unwrap();
        prop_assert!(snapshot.photos.contains_key(&PhotoId::new(1)));
        prop_assert!(snapshot.photos.contains_key(&PhotoId::new(2)));
        // What is appended then is a line of its own.
        drop(common::write_on(catalogue, [saved(3, "z")]));
        lose_catalogue(folder.path());
        let snapshot = Catalogue::open(folder.path()).unwrap().0.snapshot().unwrap();
        prop_assert!(snapshot.photos.contains_key(&PhotoId::new(3)));
    }
}

fn real_line() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    drop(common::write(folder.path(), [saved(9, "real")]));
    get(&folder.path().join(Layout::RECORD)).trim_ascii().to_vec()
}
