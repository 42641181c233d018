use super::*;
use silverprint_catalogue::Entry;
use silverprint_core::{Account, Receipt};

/// An archive of somebody, with nothing in it but that a run was made.
fn archive(root: &Path, username: &str) {
    fs::create_dir_all(root.join(Layout::SHEET)).unwrap();
    for asset in Asset::ALL {
        fs::write(root.join(asset.path), asset.bytes).unwrap();
    }
    let writer = Catalogue::open(root).unwrap().0.write().unwrap();
    let account = Account { username: username.to_owned(), ..crate::testing::account() };
    let run = Entry::Run { receipt: Receipt::new(account), started: 1, ended: 2 };
    writer.recorder().record_blocking(run).unwrap();
    writer.finish().unwrap();
}

async fn made(to: &Path) -> Overview {
    overview(to, "0.1.0").await.unwrap()
}

#[tokio::test]
async fn all_archives_side_by_side_are_linked() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path();
    assert_eq!(made(to).await, Overview::NoArchives);
    assert!(!to.join(Layout::INDEX).exists());

    archive(&to.join("ada"), "Ada <b>");
    fs::create_dir(to.join("no archive")).unwrap();
    let path = to.join(Layout::INDEX);
    assert_eq!(made(to).await, Overview::Written { path: path.clone(), archives: 1 });
    archive(&to.join("bob"), "");
    fs::create_dir_all(to.join("torn").join(Layout::PRIVATE)).unwrap();
    fs::write(to.join("torn").join(Layout::CATALOGUE), b"no database".repeat(100)).unwrap();
    // Its own page is written anew.
    assert_eq!(made(to).await, Overview::Written { path: path.clone(), archives: 3 });
    let page = fs::read_to_string(&path).unwrap();
    for part in [
        "href=\"ada/index.html\"",
        "href=\"bob/index.html\"",
        "Ada &#60;b&#62;",
        "cannot be read",
        "/sheet/sheet.css\"",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    let hidden = |entry: io::Result<fs::DirEntry>| {
        entry.unwrap().file_name().to_str().unwrap().starts_with('.')
    };
    assert_eq!(fs::read_dir(to).unwrap().filter_map(|e| hidden(e).then_some(())).count(), 0);
}

#[tokio::test]
async fn a_page_that_is_not_an_overview_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path();
    archive(&to.join("ada"), "Ada");
    let path = to.join(Layout::INDEX);
    fs::write(&path, "<title>my own</title>").unwrap();
    assert_eq!(made(to).await, Overview::NotOurs { path: path.clone() });
    assert_eq!(fs::read_to_string(&path).unwrap(), "<title>my own</title>");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(made(to).await, Overview::NotOurs { path: path.clone() });
    fs::remove_dir(&path).unwrap();
    #[cfg(unix)]
    {
        let victim = to.join("victim");
        fs::write(&victim, silverprint_sheet::Overview::MARKER).unwrap();
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        assert_eq!(made(to).await, Overview::NotOurs { path });
    }
}
