//! Whole runs over a source in memory: what can be shown only from the outside.

use super::*;
use crate::plan::Keep;
use crate::stop::Stopper;
use crate::testing::{Answer, Scripted, jpeg, page, photo, rendition};
use silverprint_core::{Rendition, Silent, Size};
use silverprint_thumb::ThumbnailSpec;
use std::time::Duration;

fn order(folder: &Path) -> Order {
    Order {
        account: "somebody".parse().unwrap(),
        folder: Some(folder.to_owned()),
        wanted: Wanted {
            size: Size::Original,
            keep: Keep::Pictures,
            thumbnail: ThumbnailSpec::default(),
        },
        window: Window::default(),
        limit: None,
        full: true,
        dry_run: false,
        jobs: NonZeroUsize::MIN,
        version: "0".to_owned(),
    }
}

/// Archives a stream of these renditions of photo 7.
async fn run(folder: &Path, listed: &[(&Rendition, &[u8])]) -> Receipt {
    let renditions: Vec<_> = listed.iter().map(|(rendition, _)| (*rendition).clone()).collect();
    let mut source = Scripted::new(move |_, _| {
        let page = Page { photos: vec![photo(7, renditions.clone())], ..page([], 1, 1) };
        Answer::Page(page)
    });
    for (rendition, bytes) in listed {
        source.pictures.insert(rendition.url.to_string(), bytes.to_vec());
    }
    let (_stopper, stop) = Stopper::new();
    let report = archive(order(folder), Arc::new(source), Arc::new(Silent), stop).await.unwrap();
    assert!(report.cut_short.is_none(), "{:?}", report.cut_short);
    report.receipt
}

/// Every line of SHA256SUMS is true, and every file has one.
fn is_sound(folder: &Path) -> Vec<String> {
    use sha2::{Digest as _, Sha256};
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let mut named = Vec::new();
    for line in sums.lines() {
        let (sum, path) = line.split_once("  ").unwrap();
        let bytes = std::fs::read(folder.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        let digest = silverprint_catalogue::Digest(Sha256::digest(bytes).into());
        assert_eq!(digest.to_string(), sum, "{path}");
        named.push(path.to_owned());
    }
    let mut there = Vec::new();
    for part in ["photos", "thumbs"] {
        for entry in std::fs::read_dir(folder.join(part)).unwrap() {
            there.push(format!("{part}/{}", entry.unwrap().file_name().to_str().unwrap()));
        }
    }
    there.sort_unstable();
    assert_eq!(named, there);
    there
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_stopped_while_the_site_says_nothing() {
    // Which page never comes, and whether it is a rehearsal.
    for (silent, dry_run) in [(1, false), (2, false), (2, true)] {
        let folder = tempfile::tempdir().unwrap();
        let source = Arc::new(Scripted::new(move |number, _| match number {
            number if number >= silent => Answer::Never,
            _ => Answer::Page(page(1..11, 9, 90)),
        }));
        let (stopper, stop) = Stopper::new();
        let order = Order { dry_run, ..order(folder.path()) };
        let asked = Arc::clone(&source);
        let running = tokio::spawn(archive(order, source, Arc::new(Silent), stop));
        while asked.book().calls < silent as usize {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stopper.stop();
        let ended = tokio::time::timeout(Duration::from_mins(1), running).await;
        match ended.expect("it ends").unwrap() {
            Ok(report) => assert!(report.receipt.interrupted),
            Err(error) => assert!(matches!(error, ArchiveError::Interrupted), "{error:?}"),
        }
    }
}

/// What was done in `photos/`, given the new picture, before the kill.
type Killed = fn(&Path, &[u8]);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replacement_that_was_killed_before_its_row_loses_no_version() {
    let ((old, width, height), (new, wide, high)) = (jpeg(0), jpeg(1));
    let first = rendition(Size::Original, width, height, "a");
    let second = rendition(Size::Original, wide, high, "b");
    let states: [(&str, Killed); 3] = [
        ("nothing", |_, _| {}),
        ("the second name is given", |photos, _| {
            std::fs::hard_link(photos.join("7.jpg"), photos.join("7.v1.jpg")).unwrap();
        }),
        ("the new picture is in its place", |photos, new| {
            std::fs::rename(photos.join("7.jpg"), photos.join("7.v1.jpg")).unwrap();
            std::fs::write(photos.join("7.jpg"), new).unwrap();
        }),
    ];
    for (what, killed) in states {
        let folder = tempfile::tempdir().unwrap();
        let photos = folder.path().join("photos");
        assert_eq!(run(folder.path(), &[(&first, &old)]).await.saved, 1);
        killed(&photos, &new);
        let receipt = run(folder.path(), &[(&second, &new)]).await;
        assert_eq!((receipt.saved, receipt.replaced), (1, 1), "{what}");
        let there = is_sound(folder.path());
        assert_eq!(there, ["photos/7.jpg", "photos/7.v1.jpg", "thumbs/7.jpg"], "{what}");
        assert_eq!(std::fs::read(photos.join("7.v1.jpg")).unwrap(), old, "{what}");
        assert_eq!(std::fs::read(photos.join("7.jpg")).unwrap(), new, "{what}");
        let again = run(folder.path(), &[(&second, &new)]).await;
        assert_eq!((again.already, again.saved), (1, 0), "{what}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_read_is_fetched_again_and_ends_no_run() {
    let (bytes, width, height) = jpeg(0);
    let original = rendition(Size::Original, width, height, "a");
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("photos/7.jpg");
    std::fs::create_dir(folder.path().join("photos")).unwrap();
    // A link to itself: nobody can open it.
    std::os::unix::fs::symlink("7.jpg", &picture).unwrap();
    assert_eq!(run(folder.path(), &[(&original, &bytes)]).await.saved, 1);
    assert_eq!(std::fs::read(&picture).unwrap(), bytes);
    is_sound(folder.path());
}

/// A picture as a camera leaves it: the block is a TIFF with the model alone.
fn taken_with_a_box(jpeg: &[u8]) -> Vec<u8> {
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x10\x01\x02\0\x04\0\0\0Box\0\0\0\0\0";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, exif, &jpeg[2..]].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_camera_is_kept_of_what_is_fetched_and_of_what_is_adopted() {
    let (bytes, width, height) = jpeg(0);
    let bytes = taken_with_a_box(&bytes);
    let original = rendition(Size::Original, width, height, "a");
    let folder = tempfile::tempdir().unwrap();
    let model = || {
        let mut model = None;
        let catalogue = Catalogue::open_read_only(folder.path()).unwrap();
        let look = |photo: silverprint_catalogue::PhotoRow| {
            model = photo.camera.and_then(|camera| camera.model);
            Ok::<_, CatalogueError>(())
        };
        catalogue.for_each_photo(look).unwrap();
        model
    };
    assert_eq!(run(folder.path(), &[(&original, &bytes)]).await.saved, 1);
    assert_eq!(model().as_deref(), Some("Box"));
    let record = std::fs::read_to_string(folder.path().join("photos.jsonl")).unwrap();
    assert!(record.contains(r#""camera":{"model":"Box"}"#), "{record}");

    // Without its rows, only the file itself can say it.
    std::fs::remove_dir_all(folder.path().join(".silverprint")).unwrap();
    std::fs::remove_file(folder.path().join("photos.jsonl")).unwrap();
    assert_eq!(run(folder.path(), &[(&original, &bytes)]).await.adopted, 1);
    assert_eq!(model().as_deref(), Some("Box"));
}
