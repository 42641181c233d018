//! The walk and the books, without pictures: whole runs are tested with the program.

use super::root::Roots;
use super::walk::{Found, Walk};
use super::*;
use std::fs::{self, File};
use std::sync::Mutex;

/// A folder with these files in it, all empty.
fn folder_of(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create_new(path).unwrap();
    }
    folder
}

fn walked(roots: &Roots, skipped: &Path) -> Vec<String> {
    let walk = Walk::new(roots, skipped);
    walk.map(|found| match found {
        Found::File(place) => shown(&place.below),
        Found::Passed(place, why) => format!("{}: {why:?}", shown(&place.below)),
        Found::Unreadable(place, error) => format!("{}: {:?}", shown(&place.below), error.kind()),
    })
    .collect()
}

#[cfg(unix)]
#[test]
fn the_walk_is_in_the_order_of_the_names_and_leaves_its_own_folder_out() {
    let folder = folder_of(&["b/2", "b/1", "a", "c", "b.x", ".h/x", "out/thumbs/a", "b/out/x"]);
    std::os::unix::fs::symlink(".", folder.path().join("loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("z")).unwrap();
    let roots = Roots::of(&[folder.path().to_owned()]).unwrap();
    let to = roots.destination(Some(&folder.path().join("out"))).unwrap();
    assert_eq!(
        walked(&roots, &to.path),
        [
            ".h: Hidden",
            "a",
            "b/1",
            "b/2",
            "b/out/x",
            "b.x",
            "c",
            "loop: LinkToFolder",
            "z: NotFound"
        ]
        .map(ToOwned::to_owned)
    );
}

#[test]
fn a_folder_that_goes_while_it_is_walked_is_named() {
    let folder = folder_of(&["a/1", "b/2"]);
    let roots = Roots::of(&[folder.path().to_owned()]).unwrap();
    let mut walk = Walk::new(&roots, Path::new("/elsewhere"));
    assert!(matches!(walk.next(), Some(Found::File(place)) if place.below.ends_with("1")));
    fs::remove_dir_all(folder.path().join("b")).unwrap();
    let next = walk.next();
    assert!(
        matches!(&next, Some(Found::Unreadable(place, _)) if place.below.ends_with("b")),
        "{next:?}"
    );
    assert!(walk.next().is_none());
}

#[derive(Debug, Default)]
struct Heard(Mutex<Vec<String>>);

impl Onlooker for Heard {
    fn counted(&self, files: u64) {
        self.0.lock().unwrap().push(format!("counted {files}"));
    }

    fn passed_over(&self, path: &Path, why: PassedOver) {
        let name = path.file_name().unwrap().to_str().unwrap();
        self.0.lock().unwrap().push(format!("{name} {why:?}"));
    }
}

fn order(folder: &Path) -> LocalOrder {
    LocalOrder {
        paths: vec![folder.to_owned()],
        to: Some(folder.join("out")),
        thumbnail: ThumbnailSpec::default(),
        jobs: NonZeroUsize::new(3).unwrap(),
        dry_run: false,
        version: "0.0.0".to_owned(),
    }
}

#[tokio::test]
async fn every_file_is_in_one_of_the_numbers() {
    let folder = folder_of(&["a", "b/c"]);
    let heard = Arc::new(Heard::default());
    let (_stopper, stop) = crate::Stopper::new();
    let report = local(order(folder.path()), Arc::clone(&heard) as _, stop).await.unwrap();
    assert_eq!(report.receipt.passed_over, [(PassedOver::Empty, 2)].into());
    assert_eq!(report.receipt.pictures(), 0);
    let mut heard = heard.0.lock().unwrap().clone();
    heard.sort();
    assert_eq!(heard, ["a Empty", "c Empty", "counted 2"]);
    assert!(folder.path().join("out/index.html").is_file());
}

#[tokio::test]
async fn a_run_that_is_stopped_before_it_begins_does_nothing_and_says_so() {
    let folder = folder_of(&["a", "b/c"]);
    let (stopper, stop) = crate::Stopper::new();
    stopper.stop();
    let report = local(order(folder.path()), Arc::new(Heard::default()), stop).await.unwrap();
    assert!(report.receipt.interrupted);
    assert!(!folder.path().join("out/index.html").exists());
}
