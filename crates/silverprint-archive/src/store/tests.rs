//! Names given, names kept, and what must never be overwritten.

use super::*;
use std::fs::OpenOptions;

fn put(path: &str, text: &str) -> Put {
    let content = Content::Made(text.as_bytes().to_vec());
    let over = Over::Older;
    Put { path: path.to_owned(), content, modified: None, keep_old_as: None, over }
}

fn text(folder: &Path, path: &str) -> String {
    let mut text = String::new();
    File::open(folder.join(path)).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn files_get_their_last_name_and_the_old_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::open(folder.path()).unwrap();
    let day = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_381_061_206);
    let first = Put { modified: Some(day), ..put("photos/7.jpg", "one") };
    store.put(vec![first, put("thumbs/7.jpg", "small")]).await.unwrap();
    assert_eq!(fs::metadata(folder.path().join("photos/7.jpg")).unwrap().modified().unwrap(), day);

    let second = Put {
        keep_old_as: Some(("photos/7.jpg".to_owned(), "photos/7.v1.jpg".to_owned())),
        ..put("photos/7.jpg", "two")
    };
    store.put(vec![second]).await.unwrap();
    assert_eq!(text(folder.path(), "photos/7.jpg"), "two");
    assert_eq!(text(folder.path(), "photos/7.v1.jpg"), "one");
    assert_eq!(fs::read_dir(folder.path().join(Layout::INCOMING)).unwrap().count(), 0);
    assert_eq!(store.find("7", &["png", "jpg"]).await.as_deref(), Some("photos/7.jpg"));
}

#[tokio::test]
async fn names_wait_for_their_sync_whatever_became_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::open(folder.path()).unwrap();
    store.put(vec![put("photos/2013/7.jpg", "one"), put("thumbs/7.jpg", "s")]).await.unwrap();
    assert_eq!(store.directories.unsynced(), ["photos", "photos/2013", "thumbs"]);
    store.sync_names().unwrap();
    assert!(store.directories.unsynced().is_empty());
    // The second has no place; the first has its name.
    fs::create_dir(folder.path().join("thumbs/8.jpg")).unwrap();
    store.put(vec![put("photos/8.jpg", "two"), put("thumbs/8.jpg", "s")]).await.unwrap_err();
    assert!(folder.path().join("photos/8.jpg").exists());
    assert_eq!(store.directories.unsynced(), ["photos", "thumbs"]);
}

#[tokio::test]
async fn files_go_into_directories_of_their_own_and_never_through_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::open(folder.path()).unwrap();
    store.put(vec![put("photos/2013/10/a 7.jpg", "one"), put("thumbs/7.jpg", "s")]).await.unwrap();
    assert_eq!(text(folder.path(), "photos/2013/10/a 7.jpg"), "one");
    #[cfg(unix)]
    {
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("photos/2014")).unwrap();
        let error = store.put(vec![put("photos/2014/8.jpg", "x")]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotADirectory);
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn a_spilled_body_is_put_without_a_copy_or_vanishes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::open(folder.path()).unwrap();
    let mut spilled = store.spill().await.unwrap();
    for part in ["ab", "cd"] {
        spilled = store.append(spilled, Bytes::from_static(part.as_bytes())).await.unwrap();
    }
    let kept = Put { content: Content::Spilled(spilled), ..put("photos/8.jpg", "") };
    store.put(vec![kept]).await.unwrap();
    assert_eq!(text(folder.path(), "photos/8.jpg"), "abcd");
    drop(store.spill().await.unwrap());
    assert_eq!(fs::read_dir(folder.path().join(Layout::INCOMING)).unwrap().count(), 0);
}

#[tokio::test]
async fn what_is_kept_is_never_overwritten_and_versions_are_no_orphans() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::open(folder.path()).unwrap();
    for (path, bytes) in [("photos/7.v1.jpg", "first"), ("photos/7.jpg", "second")] {
        store.put(vec![put(path, bytes)]).await.unwrap();
    }
    let third = Put {
        keep_old_as: Some(("photos/7.jpg".to_owned(), "photos/7.v1.jpg".to_owned())),
        ..put("photos/7.jpg", "third")
    };
    store.put(vec![third]).await.unwrap_err();
    assert_eq!(text(folder.path(), "photos/7.v1.jpg"), "first");
    assert_eq!(text(folder.path(), "photos/7.jpg"), "second");
    store.put(vec![put("photos/8.v1.png", "old")]).await.unwrap();
    assert_eq!(store.find("8", &["jpg", "png"]).await, None);
    let kept = store.find_replaced("8", 1, &["jpg", "png"]).await;
    assert_eq!(kept.as_deref(), Some("photos/8.v1.png"));
}

#[tokio::test]
async fn what_may_be_put_over_nothing_is_put_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::open(folder.path()).unwrap();
    let new = |text| Put { over: Over::Nothing, ..put("photos/a 7.jpg", text) };
    store.put(vec![new("one"), put("thumbs/7.jpg", "small")]).await.unwrap();
    let error = store.put(vec![new("two"), put("thumbs/7.jpg", "other")]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(text(folder.path(), "photos/a 7.jpg"), "one");
    assert_eq!(text(folder.path(), "thumbs/7.jpg"), "small");
    let there = Content::There(folder.path().join("photos/a 7.jpg"));
    store.put(vec![Put { content: there, ..new("") }]).await.unwrap();
    let there = Content::There(folder.path().join("photos/a 7.jpg"));
    let renamed = Put { content: there, over: Over::Nothing, ..put("photos/a 7.png", "") };
    store.put(vec![renamed]).await.unwrap();
    assert_eq!(text(folder.path(), "photos/a 7.png"), "one");
    assert_eq!(store.find("a 7", &["jpg"]).await, None);
    fs::create_dir(folder.path().join("photos/a 7.jpg")).unwrap();
    let error = store.put(vec![new("two")]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
}

/// On a disk that is always full, where the system has one.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_comes_out_as_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::open(folder.path()).unwrap();
    let file = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let spilled = Spilled { file, path: folder.path().join(".silverprint/incoming/x") };
    let appended = store.append(spilled, Bytes::from_static(b"x")).await;
    assert_eq!(appended.unwrap_err().kind(), io::ErrorKind::StorageFull);
}

#[test]
fn a_folder_is_worked_on_by_one_and_never_through_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let first = Folder::open(folder.path()).unwrap();
    match Folder::open(folder.path()) {
        Err(FolderError::InUse { pid, .. }) => assert_eq!(pid, Some(std::process::id())),
        other => panic!("{other:?}"),
    }
    drop(first);
    drop(Folder::open(folder.path()).unwrap());

    #[cfg(unix)]
    {
        let planted = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), planted.path().join("photos")).unwrap();
        assert!(matches!(Folder::open(planted.path()), Err(FolderError::NotOurs { .. })));
    }
}
