use super::*;
use crate::testing;
use sha2::{Digest as _, Sha256};
use silverprint_catalogue::{Digest, Entry, Role, Saved};
use silverprint_core::{Identity, Layout, PhotoId, Size};
use silverprint_thumb::{ThumbnailSpec, Thumbnailer};
use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::sync::Mutex;

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
    write_sums(&writer.finish().unwrap(), root);
}

/// SHA256SUMS, as a run leaves it.
fn write_sums(catalogue: &Catalogue, root: &Path) {
    let mut sums = String::new();
    let line = |file: silverprint_catalogue::FileRow| {
        writeln!(sums, "{}  {}", file.sha256, file.path).unwrap();
        Ok::<_, CatalogueError>(())
    };
    catalogue.for_each_file(line).unwrap();
    fs::write(root.join(Layout::SUMS), sums).unwrap();
}

fn order(root: &Path, scope: Scope) -> VerifyOrder {
    let jobs = NonZeroUsize::new(3).unwrap();
    VerifyOrder { folder: root.to_owned(), jobs, scope, by: By::TheCatalogue, repair: None }
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
    check_by(order(root, Scope::Everything)).await
}

async fn check_by(order: VerifyOrder) -> (Verified, Arc<Heard>) {
    let heard = Arc::new(Heard::default());
    let (_stopper, stop) = crate::Stopper::new();
    let inspector = Arc::<Heard>::clone(&heard);
    (verify(order, inspector, stop).await.unwrap(), heard)
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
    write_sums(&writer.finish().unwrap(), root);
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
    let order = || order(folder.path(), Scope::Everything);
    let silent = || Arc::new(Heard::default());
    let missing = verify(order(), silent(), stop.clone()).await.unwrap_err();
    let is_missing = matches!(missing, VerifyError::Catalogue(CatalogueError::Missing { .. }));
    assert!(is_missing, "{missing}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    archive(folder.path(), 3);
    let held = Folder::open(folder.path()).unwrap();
    let in_use = verify(order(), silent(), stop.clone()).await.unwrap_err();
    assert!(matches!(in_use, VerifyError::Folder(FolderError::InUse { .. })), "{in_use}");
    drop(held);

    stopper.stop();
    let ended = verify(order(), silent(), stop).await.unwrap();
    assert!(ended.interrupted && !ended.is_sound(), "{ended:?}");
    assert_eq!(ended.files, 0);
}

/// One that ends itself when so many files were checked.
struct Impatient {
    left: Mutex<u32>,
    stopper: crate::Stopper,
}

impl Inspector for Impatient {
    fn checked(&self, _: u64) {
        let mut left = self.left.lock().unwrap();
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.stopper.stop();
        }
    }
}

#[tokio::test]
async fn since_last_goes_on_and_looks_again_at_what_is_new_or_was_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 200);
    let (stopper, stop) = crate::Stopper::new();
    let impatient = Arc::new(Impatient { left: Mutex::new(50), stopper });
    let part = verify(order(root, Scope::Everything), impatient, stop).await.unwrap();
    assert!(part.interrupted && (50..400).contains(&part.files), "{part:?}");

    let good = fs::read(root.join("thumbs/99.jpg")).unwrap();
    fs::write(root.join("thumbs/99.jpg"), b"rotten").unwrap();
    let (rest, _) = check_by(order(root, Scope::SinceLast)).await;
    assert_eq!((rest.files, rest.passed_over), (400 - part.files, part.files));
    assert_eq!(rest.damage(), 1);

    // What was damaged has no note, and a file that was fetched anew is a new one.
    let (again, heard) = check_by(order(root, Scope::SinceLast)).await;
    assert_eq!((again.files, again.passed_over), (1, 399));
    assert_eq!(heard.found(), [(FindingKind::WrongLength, "thumbs/99.jpg".to_owned())]);
    fs::write(root.join("thumbs/99.jpg"), &good).unwrap();
    let (picture, width, height) = testing::jpeg(1);
    fs::write(root.join("photos/7.jpg"), &picture).unwrap();
    let writer = Catalogue::open(root).unwrap().0.write().unwrap();
    let files = vec![file(Role::Original, "photos/7.jpg".into(), &picture, (width, height))];
    record(&writer, 7, files);
    write_sums(&writer.finish().unwrap(), root);
    let (new, _) = check_by(order(root, Scope::SinceLast)).await;
    assert_eq!((new.files, new.passed_over, new.damage()), (2, 398, 0));

    // That it is not read again does not mean that it is not looked for.
    fs::remove_file(root.join("photos/8.jpg")).unwrap();
    fs::write(root.join("photos/9.jpg"), &picture[..picture.len() / 2]).unwrap();
    fs::rename(root.join("photos/10.jpg"), root.join("photos/moved.jpg")).unwrap();
    fs::create_dir(root.join("photos/10.jpg")).unwrap();
    let (gone, heard) = check_by(order(root, Scope::SinceLast)).await;
    assert_eq!((gone.files, gone.passed_over, gone.damage()), (3, 397, 3));
    let found = [
        (FindingKind::NotAFile, "photos/10.jpg"),
        (FindingKind::Missing, "photos/8.jpg"),
        (FindingKind::WrongLength, "photos/9.jpg"),
        (FindingKind::Stray, "photos/moved.jpg"),
    ];
    assert_eq!(heard.found(), found.map(|(kind, path)| (kind, path.to_owned())));
    fs::remove_dir(root.join("photos/10.jpg")).unwrap();
    fs::rename(root.join("photos/moved.jpg"), root.join("photos/10.jpg")).unwrap();
    for id in [8, 9] {
        fs::copy(root.join("photos/10.jpg"), root.join(format!("photos/{id}.jpg"))).unwrap();
    }

    // A disk rots without a sign: only a check of everything sees it.
    let mut rotten = picture;
    rotten[100] ^= 1;
    fs::write(root.join("photos/7.jpg"), rotten).unwrap();
    assert!(check_by(order(root, Scope::SinceLast)).await.0.is_sound());
    assert_eq!(check(root).await.0.damage(), 1);

    // Notes that are lost, or no notes, cost time and nothing else.
    fs::write(root.join(Layout::VERIFIED), "no database".repeat(1000)).unwrap();
    let (all, _) = check_by(order(root, Scope::SinceLast)).await;
    assert_eq!((all.files, all.passed_over), (400, 0));
}

#[tokio::test]
async fn lists_that_say_something_else_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 5);
    let sums = fs::read_to_string(root.join(Layout::SUMS)).unwrap();
    let lines = fs::read_to_string(root.join(Layout::RECORD)).unwrap();
    let found = async |sums: &str, lines: &str| {
        fs::write(root.join(Layout::SUMS), sums).unwrap();
        fs::write(root.join(Layout::RECORD), lines).unwrap();
        let (_, heard) = check(root).await;
        let found = heard.found.lock().unwrap();
        let path = |it: &Finding| (it.kind, it.path.clone(), it.photo.map(PhotoId::get));
        found.iter().map(path).collect::<Vec<_>>()
    };
    let disagrees = |path: &str, id| (FindingKind::Disagrees, path.to_owned(), id);
    assert_eq!(found(&sums, &lines).await, []);
    let wrong = sums.replacen('a', "b", 1);
    for sums in [&wrong, &sums[1..], &format!("{sums}x\n"), ""] {
        assert_eq!(found(sums, &lines).await, [disagrees(Layout::SUMS, None)], "{sums}");
    }
    // A line that is no line any more, one that tells of another sum, one of
    // nobody; what is appended later says it all again.
    let record = |id| disagrees(Layout::RECORD, Some(id));
    let third = lines.lines().nth(2).unwrap().to_owned();
    assert!(third.contains("\"id\":\"3\""), "{third}");
    let torn = lines.replace(&third, &third.replace("\"state\"", "\"st!te\""));
    assert_eq!(found(&sums, &torn).await, [record(3)]);
    let sum = third.split("\"sha256\":\"").nth(1).unwrap()[..64].to_owned();
    let other = lines.replace(&third, &third.replacen(&sum, &"0".repeat(64), 1));
    assert_eq!(found(&sums, &other).await, [record(3)]);
    let nobodys = third.replace("\"id\":\"3\"", "\"id\":\"8\"");
    assert_eq!(found(&sums, &lines.replace(&third, &nobodys)).await, [record(3), record(8)]);

    fs::remove_file(root.join(Layout::SUMS)).unwrap();
    fs::remove_file(root.join(Layout::RECORD)).unwrap();
    let (verified, heard) = check(root).await;
    let missing = |path: &str| (FindingKind::Missing, path.to_owned());
    assert_eq!(heard.found(), [missing(Layout::SUMS), missing(Layout::RECORD)]);
    assert_eq!(verified.damage(), 2);
}

#[tokio::test]
async fn what_a_killed_run_left_in_our_corner_is_named_and_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 1);
    fs::create_dir_all(root.join(Layout::INCOMING)).unwrap();
    fs::write(root.join(Layout::INCOMING).join("7.part"), "half").unwrap();
    let (verified, heard) = check(root).await;
    let path = format!("{}/7.part", Layout::INCOMING);
    assert_eq!(heard.found(), [(FindingKind::Leftover, path)]);
    assert!(verified.is_sound());
}

/// Hears notes.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Reporter for Notes {
    fn note(&self, message: &str) {
        self.0.lock().unwrap().push(message.to_owned());
    }
}

/// Checks all and repairs it, by a source that has nothing.
async fn repair_by(root: &Path, by: By) -> (Verified, Arc<Heard>, Vec<String>) {
    let notes = Arc::new(Notes::default());
    let source = testing::Scripted::new(|_, _| testing::Answer::Never);
    let reporter = Arc::<Notes>::clone(&notes);
    let version = "0".to_owned();
    let repair = Some(Repair { source: Arc::new(source), reporter, version });
    let (verified, heard) =
        check_by(VerifyOrder { by, repair, ..order(root, Scope::Everything) }).await;
    let notes = std::mem::take(&mut *notes.0.lock().unwrap());
    (verified, heard, notes)
}

#[tokio::test]
async fn a_line_that_cannot_be_read_is_not_repaired_away() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 4);
    let sums = fs::read_to_string(root.join(Layout::SUMS)).unwrap();
    let lines = fs::read_to_string(root.join(Layout::RECORD)).unwrap();
    let spoilt = lines.replace("\"id\":\"3\",", "\"id\":\"3\"!");
    assert_ne!(spoilt, lines);
    fs::write(root.join(Layout::RECORD), &spoilt).unwrap();
    fs::remove_file(root.join(Layout::CATALOGUE)).unwrap();
    let (verified, heard, notes) = repair_by(root, By::TheRecord).await;
    assert_eq!(verified.rebuilt.as_ref().map(|it| (it.photos, it.unreadable)), Some((3, 1)));
    assert!(!verified.is_sound(), "{verified:?}");
    assert!(heard.found().contains(&(FindingKind::Stray, "photos/3.jpg".to_owned())));
    assert_eq!(fs::read_to_string(root.join(Layout::SUMS)).unwrap(), sums);
    assert_eq!(fs::read_to_string(root.join(Layout::RECORD)).unwrap(), spoilt);
    assert!(notes.iter().any(|note| note.contains("SHA256SUMS")), "{notes:?}");
    // Whoever wants that gets it.
    let (verified, ..) = repair_by(root, By::TheCatalogue).await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(fs::read_to_string(root.join(Layout::SUMS)).unwrap().lines().count(), 6);
}

#[tokio::test]
async fn a_photo_that_came_back_from_elsewhere_is_damaged_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 3);
    let good = fs::read(root.join("photos/2.jpg")).unwrap();
    let failed = || {
        let mut failed = Vec::new();
        let keep = |row: silverprint_catalogue::FailureRow| {
            failed.push(row.id.get());
            Ok::<_, CatalogueError>(())
        };
        Catalogue::open_read_only(root).unwrap().for_each_failure(keep).unwrap();
        failed
    };
    fs::write(root.join("photos/2.jpg"), &good[1..]).unwrap();
    let (verified, ..) = repair_by(root, By::TheCatalogue).await;
    assert_eq!((verified.unrepaired, failed()), (1, vec![2]));
    assert!(root.join(Layout::FAILED).exists());
    // Of another length, or other bytes: the same as before.
    let (verified, ..) = repair_by(root, By::TheCatalogue).await;
    assert_eq!((verified.unrepaired, failed()), (1, vec![2]));
    fs::write(root.join("photos/2.jpg"), &good).unwrap();
    let (verified, _, notes) = repair_by(root, By::TheCatalogue).await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(failed(), Vec::<u64>::new());
    assert!(!root.join(Layout::FAILED).exists());
    assert!(notes[0].contains("photo 2 "), "{notes:?}");
}

/// A run was killed between photos.jsonl and its commit: its files are what is
/// to be checked, and what the rows of before say of them is no damage.
#[tokio::test]
async fn what_only_photos_jsonl_knows_is_taken_in_before_it_is_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 3);
    let older = fs::read(root.join(Layout::CATALOGUE)).unwrap();
    let (picture, width, height) = testing::jpeg(1);
    fs::write(root.join("photos/2.jpg"), &picture).unwrap();
    let writer = Catalogue::open(root).unwrap().0.write().unwrap();
    let files = vec![file(Role::Original, "photos/2.jpg".into(), &picture, (width, height))];
    record(&writer, 2, files);
    drop(writer.finish().unwrap());
    fs::write(root.join(Layout::CATALOGUE), older).unwrap();
    let (verified, heard, _) = repair_by(root, By::TheCatalogue).await;
    let sums = (FindingKind::Disagrees, Layout::SUMS.to_owned());
    assert_eq!(heard.found(), [sums], "the sums are of before");
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(fs::read(root.join("photos/2.jpg")).unwrap(), picture);
    assert!(check(root).await.0.is_sound());
}

#[cfg(unix)]
#[tokio::test]
async fn our_own_corner_behind_a_link_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    archive(root, 1);
    let elsewhere = tempfile::tempdir().unwrap();
    let corner = elsewhere.path().join("corner");
    fs::rename(root.join(Layout::PRIVATE), &corner).unwrap();
    std::os::unix::fs::symlink(&corner, root.join(Layout::PRIVATE)).unwrap();
    let there = || {
        let names = fs::read_dir(&corner).unwrap().map(|it| it.unwrap().file_name());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let before = there();
    for by in [By::TheCatalogue, By::TheRecord] {
        let (_stopper, stop) = crate::Stopper::new();
        let order = VerifyOrder { by, ..order(root, Scope::Everything) };
        let refused = verify(order, Arc::new(Heard::default()), stop).await.unwrap_err();
        let is_named = matches!(refused, VerifyError::Folder(FolderError::NotOurs { .. }));
        assert!(is_named, "{refused}");
    }
    assert_eq!(there(), before);
}
