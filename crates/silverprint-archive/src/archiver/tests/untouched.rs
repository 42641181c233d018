//! Runs after one that came to its end: what they make again, and what not.

use super::*;
use std::fs::{self, File};
use std::time::SystemTime;

/// A stream of one photo of which nothing is new after the first run.
async fn again(folder: &Path) -> Receipt {
    with(folder, &[7]).await
}

/// A stream of these photos, all of one picture.
async fn with(folder: &Path, ids: &'static [u64]) -> Receipt {
    let (bytes, width, height) = jpeg(0);
    let original = rendition(Size::Original, width, height, "a");
    let url = original.url.to_string();
    let mut source = Scripted::new(move |_, _| {
        let photos = ids.iter().map(|&id| photo(id, vec![original.clone()])).collect();
        Answer::Page(Page { photos, ..page([], 1, ids.len() as u64) })
    });
    source.pictures.insert(url, bytes);
    run_source(Order { full: false, ..order(folder) }, source).await.0
}

async fn archived() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(again(folder.path()).await.saved, 1);
    folder
}

/// When a file was last written.
fn time(folder: &Path, path: &str) -> SystemTime {
    fs::metadata(folder.join(path)).unwrap().modified().unwrap()
}

/// Elsewhere what was made is looked at each time.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_nothing_new_nothing_that_was_made_is_made_again() {
    let folder = archived().await;
    let times = || [Layout::SUMS, Layout::INDEX].map(|path| time(folder.path(), path));
    let made = times();
    for _ in 0..2 {
        let receipt = again(folder.path()).await;
        assert_eq!((receipt.listing, receipt.already), (ListingKind::Quick, 1));
        assert_eq!(times(), made);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_took_away_is_made_again() {
    let folder = archived().await;
    for path in [Layout::INDEX, Layout::SUMS, "sheet/head.js"] {
        let was = fs::read(folder.path().join(path)).unwrap();
        fs::remove_file(folder.path().join(path)).unwrap();
        assert_eq!(again(folder.path()).await.listing, ListingKind::Quick);
        assert_eq!(bytes(folder.path(), path), was, "{path}");
        is_sound(folder.path());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_opens_the_folder_takes_the_word_of_the_last_run_away() {
    let folder = archived().await;
    assert!(folder.path().join(Layout::LEFT).exists());
    drop(Folder::open(folder.path()).unwrap());
    assert!(!folder.path().join(Layout::LEFT).exists());
    // As after a run that was killed: everything is looked at, and the sums written.
    let made = time(folder.path(), Layout::SUMS);
    again(folder.path()).await;
    assert_ne!(time(folder.path(), Layout::SUMS), made);
    assert!(folder.path().join(Layout::LEFT).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_something_is_new_a_file_that_nobody_knows_is_found_all_the_same() {
    let folder = archived().await;
    fs::copy(folder.path().join("photos/7.jpg"), folder.path().join("photos/8.jpg")).unwrap();
    let receipt = with(folder.path(), &[8, 7]).await;
    assert_eq!((receipt.adopted, receipt.saved, receipt.already), (1, 0, 1));
    is_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_forgets_without_being_written_is_noticed() {
    let folder = archived().await;
    let path = folder.path().join(Layout::CATALOGUE);
    let (mut damaged, then) = (fs::read(&path).unwrap(), time(folder.path(), Layout::CATALOGUE));
    // All pages but the first, which says that it is a database.
    damaged[8192..].fill(0xff);
    fs::write(&path, damaged).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
    assert!(Folder::open(folder.path()).unwrap().left().unwrap().has_catalogue(folder.path()));
    let left = Left::now(folder.path(), "").unwrap();
    fs::write(folder.path().join(Layout::LEFT), left.as_str()).unwrap();

    let receipt = again(folder.path()).await;
    assert_eq!((receipt.already, receipt.saved), (1, 0), "it was built again from photos.jsonl");
    let aside = format!("{}.damaged-1", Layout::CATALOGUE);
    assert!(folder.path().join(aside).exists());
    is_sound(folder.path());
}
