use super::*;
use crate::testing;
use sha2::{Digest as _, Sha256};
use silverprint_catalogue::{Digest, Entry, Saved};
use silverprint_core::{Identity, Layout, Size};
use silverprint_thumb::{ThumbnailSpec, Thumbnailer};
use std::fs;
use std::io::Cursor;

/// Writes down what it hears.
#[derive(Default)]
struct Heard {
    begun: Mutex<(u64, u64)>,
    checked: Mutex<(u64, u64)>,
    found: Mutex<Vec<Finding>>,
}

impl Inspector for Heard {
    fn begun(&self, files: u64, bytes: u64) {
        *self.begun.lock().unwrap() = (files, bytes);
    }

    fn checked(&self, bytes: u64) {
        let mut checked = self.checked.lock().unwrap();
        *checked = (checked.0 + 1, checked.1 + bytes);
    }

    fn found(&self, finding: &Finding) {
        self.found.lock().unwrap().push(finding.clone());
    }
}

impl Heard {
    /// What was found, ordered by path.
    fn found(&self) -> Vec<(FindingKind, String)> {
        let found = self.found.lock().unwrap();
        let mut found: Vec<_> = found.iter().map(|it| (it.kind, it.path.clone())).collect();
        found.sort_by(|a, b| a.1.cmp(&b.1));
        found
    }
}

/// A folder with so many photos, each with picture and thumbnail.
fn archive(root: &Path, photos: u64) {
    let (picture, width, height) = testing::jpeg(0);
    let spec = ThumbnailSpec::default();
    let thumbnail = Thumbnailer::new(spec).thumbnail(Cursor::new(&picture)).unwrap().bytes;
    for part in [Layout::PHOTOS, Layout::THUMBS] {
        fs::create_dir_all(root.join(part)).unwrap();
    }
    let (catalogue, _) = Catalogue::open(root).unwrap();
    let writer = catalogue.write().unwrap();
    for id in 1..=photos {
        let (photo, small) = (format!("photos/{id}.jpg"), format!("thumbs/{id}.jpg"));
        fs::write(root.join(&photo), &picture).unwrap();
        fs::write(root.join(&small), &thumbnail).unwrap();
        let sides = (spec.width.get(), spec.height.get());
        let files = vec![
            file(Role::Original, photo, &picture, (width, height)),
            file(Role::Thumbnail, small, &thumbnail, sides),
        ];
        record(&writer, id, files);
    }
    writer.finish().unwrap();
}

fn file(role: Role, path: String, bytes: &[u8], sides: (u32, u32)) -> silverprint_catalogue::File {
    silverprint_catalogue::File {
        role,
        version: 1,
        path,
        sha256: Digest(Sha256::digest(bytes).into()),
        bytes: bytes.len() as u64,
        rendition: Size::Original.to_string(),
        identity: Identity(1),
        width: sides.0,
        height: sides.1,
    }
}

fn record(
    writer: &silverprint_catalogue::Writer,
    id: u64,
    files: Vec<silverprint_catalogue::File>,
) {
    let (photo, moved) = (testing::photo(id, Vec::new()), Vec::new());
    let saved = Saved { photo, files, moved, defect: None, camera: None, at: 1 };
    writer.recorder().record_blocking(Entry::Saved(saved)).unwrap();
}

async fn check(root: &Path) -> (Verified, Arc<Heard>) {
    let heard = Arc::new(Heard::default());
    let (_stopper, stop) = crate::Stopper::new();
    let inspector = Arc::<Heard>::clone(&heard);
    let jobs = NonZeroUsize::new(3).unwrap();
    (verify(root, jobs, inspector, stop).await.unwrap(), heard)
}

#[tokio::test]
async fn a_sound_folder_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path(), 20);
    let (verified, heard) = check(folder.path()).await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!((verified.files, verified.thumbnails), (40, 20));
    assert_eq!(*heard.begun.lock().unwrap(), (40, verified.bytes));
    assert_eq!(*heard.checked.lock().unwrap(), (40, verified.bytes));
    assert_eq!(heard.found(), []);
}

#[tokio::test]
async fn each_damage_is_found_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 12);
    fs::remove_file(root.join("photos/1.jpg")).unwrap();
    let flipped = |path: &str| {
        let mut bytes = fs::read(root.join(path)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(root.join(path), bytes).unwrap();
    };
    flipped("photos/2.jpg");
    flipped("thumbs/3.jpg");
    fs::write(root.join("photos/4.jpg"), b"short").unwrap();
    fs::remove_file(root.join("photos/5.jpg")).unwrap();
    fs::create_dir(root.join("photos/5.jpg")).unwrap();
    fs::write(root.join("photos/notes.txt"), b"mine").unwrap();
    fs::create_dir_all(root.join("thumbs/a/b")).unwrap();
    fs::write(root.join("thumbs/a/b/c"), b"mine").unwrap();
    let (verified, heard) = check(root).await;
    let expected = [
        (FindingKind::Missing, "photos/1.jpg"),
        (FindingKind::WrongBytes, "photos/2.jpg"),
        (FindingKind::WrongLength, "photos/4.jpg"),
        (FindingKind::NotAFile, "photos/5.jpg"),
        (FindingKind::Stray, "photos/notes.txt"),
        (FindingKind::WrongBytes, "thumbs/3.jpg"),
        (FindingKind::Stray, "thumbs/a/b/c"),
    ];
    assert_eq!(heard.found(), expected.map(|(kind, path)| (kind, path.to_owned())));
    assert_eq!((verified.damage(), verified.strays(), verified.is_sound()), (5, 2, false));
    assert_eq!(verified.files, 24);
}

/// Sums that agree do not make a thumbnail: it is decoded, and measured.
#[tokio::test]
async fn a_thumbnail_must_decode_and_have_its_dimensions() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 1);
    let good = fs::read(root.join("thumbs/1.jpg")).unwrap();
    let writer = Catalogue::open(root).unwrap().0.write().unwrap();
    let cut = &good[..good.len() / 2];
    for (id, bytes, side) in [(2, b"no picture".as_slice(), 120), (3, cut, 120), (4, &good, 240)] {
        let path = format!("thumbs/{id}.jpg");
        fs::write(root.join(&path), bytes).unwrap();
        record(&writer, id, vec![file(Role::Thumbnail, path, bytes, (side, side))]);
    }
    writer.finish().unwrap();
    let (_, heard) = check(root).await;
    let expected = [
        (FindingKind::Undrawable, "thumbs/2.jpg"),
        (FindingKind::Undrawable, "thumbs/3.jpg"),
        (FindingKind::WrongDimensions, "thumbs/4.jpg"),
    ];
    assert_eq!(heard.found(), expected.map(|(kind, path)| (kind, path.to_owned())));
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 2);
    let elsewhere = tempfile::tempdir().unwrap();
    fs::rename(root.join("photos/1.jpg"), elsewhere.path().join("1.jpg")).unwrap();
    symlink(elsewhere.path().join("1.jpg"), root.join("photos/1.jpg")).unwrap();
    symlink(elsewhere.path(), root.join("photos/away")).unwrap();
    fs::rename(root.join("thumbs"), elsewhere.path().join("thumbs")).unwrap();
    symlink(elsewhere.path().join("thumbs"), root.join("thumbs")).unwrap();
    let (_, heard) = check(root).await;
    let expected = [
        (FindingKind::NotAFile, "photos/1.jpg"),
        (FindingKind::Stray, "photos/away"),
        (FindingKind::Stray, "thumbs"),
        (FindingKind::NotAFile, "thumbs/1.jpg"),
        (FindingKind::NotAFile, "thumbs/2.jpg"),
    ];
    assert_eq!(heard.found(), expected.map(|(kind, path)| (kind, path.to_owned())));
}

#[tokio::test]
async fn a_folder_in_use_or_without_a_catalogue_is_not_checked() {
    let folder = tempfile::tempdir().unwrap();
    let (stopper, stop) = crate::Stopper::new();
    let one = NonZeroUsize::MIN;
    let silent = || Arc::new(Heard::default());
    let missing = verify(folder.path(), one, silent(), stop.clone()).await.unwrap_err();
    let is_missing = matches!(missing, VerifyError::Catalogue(CatalogueError::Missing { .. }));
    assert!(is_missing, "{missing}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    archive(folder.path(), 3);
    let held = store::Folder::open(folder.path()).unwrap();
    let in_use = verify(folder.path(), one, silent(), stop.clone()).await.unwrap_err();
    assert!(matches!(in_use, VerifyError::Folder(FolderError::InUse { .. })), "{in_use}");
    drop(held);

    stopper.stop();
    let ended = verify(folder.path(), one, silent(), stop).await.unwrap();
    assert!(ended.interrupted && !ended.is_sound(), "{ended:?}");
    assert_eq!(ended.files, 0);
}
