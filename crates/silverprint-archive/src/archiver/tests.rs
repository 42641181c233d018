//! Whole runs over a source in memory: what can be shown only from the outside.

mod names;
mod untouched;
mod videos;

use super::*;
use crate::left::Left;
use crate::plan::{Keep, Videos, Wanted};
use crate::stop::Stopper;
use crate::testing::{Answer, Scripted, jpeg, mp4, page, photo, rendition};
use silverprint_catalogue::{Catalogue, CatalogueError};
use silverprint_core::{
    Layout, Media, NameTemplate, PhotoId, Rendition, Silent, Size, Stream, Taken, Window,
};
use silverprint_thumb::ThumbnailSpec;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

fn order(folder: &Path) -> Order {
    Order {
        account: "somebody".parse().unwrap(),
        folder: Some(folder.to_owned()),
        wanted: Wanted {
            size: Size::Original,
            keep: Keep::Pictures,
            videos: Videos::Streams,
            thumbnail: ThumbnailSpec::default(),
        },
        name: NameTemplate::default(),
        window: Window::default(),
        limit: None,
        full: true,
        dry_run: false,
        jobs: NonZeroUsize::MIN,
        turn: Turn::Together,
        tracer: None,
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
    let mut waiting = vec!["photos".to_owned(), "thumbs".to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(folder.join(&directory)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{directory}/{}", entry.file_name().to_str().unwrap());
            let is_directory = entry.file_type().unwrap().is_dir();
            (if is_directory { &mut waiting } else { &mut there }).push(path);
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

/// Counts what is saved.
#[derive(Default)]
struct Saves(tokio::sync::watch::Sender<usize>);

impl Reporter for Saves {
    fn saved(&self, _: &Photo, _: Option<&str>, _: u64) {
        self.0.send_modify(|saved| *saved += 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_says_nothing_holds_no_photos_of_others_up() {
    let (bytes, width, height) = jpeg(0);
    let at = |id: u64, host: &str| {
        let listed = rendition(Size::Original, width, height, &format!("s{id}"));
        let url = listed.url.as_str().replace("live.", host).parse().unwrap();
        photo(id, vec![Rendition { url, ..listed }])
    };
    // The silent host's are listed first, and more than are on their way at once.
    let silent = (1..=400).map(|id| at(id, "silent."));
    let photos: Vec<_> = silent.chain((401..=420).map(|id| at(id, "live."))).collect();
    let urls = photos.iter().map(|photo| (photo.renditions[0].url.to_string(), bytes.clone()));
    let pictures = urls.collect();
    let list = move |_, _| Answer::Page(Page { photos: photos.clone(), ..page([], 1, 420) });
    let mut source = Scripted::new(list);
    (source.pictures, source.hangs) = (pictures, Some("silent.staticflickr.com"));
    let source = Arc::new(source);
    let (folder, counter) = (tempfile::tempdir().unwrap(), Arc::new(Saves::default()));
    let mut saved = counter.0.subscribe();
    let (stopper, stop) = Stopper::new();
    let asked = Arc::clone(&source);
    let running = tokio::spawn(archive(order(folder.path()), source, counter, stop));
    let all_others = saved.wait_for(|saved| *saved == 20);
    let came = tokio::time::timeout(Duration::from_mins(1), all_others).await;
    assert!(came.is_ok(), "{} were asked for", asked.opened.lock().unwrap().len());
    // Who waits for the silent one is not begun when the run is stopped.
    let opened = asked.opened.lock().unwrap().len();
    assert!(opened <= lanes::MOST_OF_A_HOST + 20, "{opened}");
    stopper.stop();
    stopper.stop();
    let report = running.await.unwrap().unwrap();
    assert_eq!((report.receipt.saved, report.receipt.left), (20, 400));
    assert_eq!(asked.opened.lock().unwrap().len(), opened);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_over_pages_announces_what_may_be_in_it() {
    // Two pages of a hundred show 25 each; of the first, 20 are in the window.
    let source = Scripted::new(|number, _| {
        let inside = if number == 1 { 20 } else { 0 };
        Answer::Page(Page { outside: 25 - inside, ..page(1..=inside, 2, 200) })
    });
    let folder = tempfile::tempdir().unwrap();
    let window = Window { since: Some(1), until: None };
    let order = Order { dry_run: true, window, ..order(folder.path()) };
    let (_stopper, stop) = Stopper::new();
    let source = Arc::new(source.at_first_glance());
    let receipt = archive(order, source, Arc::new(Silent), stop).await.unwrap().receipt;
    assert_eq!((receipt.listing, receipt.listed), (ListingKind::Part, 20));
    assert_eq!((receipt.announced, receipt.not_shown, receipt.unexplained), (170, 150, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_far_it_is_is_told_in_the_folder_until_the_run_is_over_however_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(Layout::PROGRESS);
    for dry_run in [false, true] {
        for fails in [None, Some(1), Some(2)] {
            let (progress, is_told) = (path.clone(), !dry_run);
            let source = Scripted::new(move |number, _| {
                // Also while the first page is waited for, if it did not come with the account.
                while is_told && !progress.exists() {
                    std::thread::yield_now();
                }
                assert_eq!(progress.exists(), is_told);
                if fails == Some(number) { Answer::Fails } else { Answer::Page(page(1..11, 2, 20)) }
            });
            let (_stopper, stop) = Stopper::new();
            let order = Order { dry_run, ..order(folder.path()) };
            let ended = archive(order, Arc::new(source), Arc::new(Silent), stop).await;
            let is_whole = ended.is_ok_and(|report| report.cut_short.is_none());
            assert_eq!(is_whole, fails.is_none());
            assert!(!path.exists(), "{dry_run} {fails:?}");
        }
    }
}

/// A stream of three photos in two pages, from a source that shows the first at once.
fn asked_for_both() -> Arc<Scripted> {
    let (_, width, height) = jpeg(0);
    let original = rendition(Size::Original, width, height, "a");
    let mut source = Scripted::new(move |number, _| {
        let ids: &[u64] = if number == 1 { &[3, 2] } else { &[1] };
        let photos = ids.iter().map(|&id| photo(id, vec![original.clone()])).collect();
        Answer::Page(Page { photos, ..page([], 2, 3) })
    });
    let url = rendition(Size::Original, width, height, "a").url.to_string();
    source.pictures.insert(url, jpeg(0).0);
    Arc::new(source.asked_for_both())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_came_with_the_account_is_not_asked_for_again() {
    // One after the other nothing comes beside anything else.
    for (turn, dry_run) in
        [(Turn::Together, false), (Turn::Together, true), (Turn::OneByOne, false)]
    {
        let folder = tempfile::tempdir().unwrap();
        let source = asked_for_both();
        let (_stopper, stop) = Stopper::new();
        let order = Order { dry_run, turn, ..order(folder.path()) };
        let asked = Arc::clone(&source);
        let report = archive(order, source, Arc::new(Silent), stop).await.unwrap();
        let case = format!("{turn:?}, dry run: {dry_run}");
        assert_eq!(report.receipt.listed, 3, "{case}");
        assert_eq!(report.receipt.saved, if dry_run { 0 } else { 3 }, "{case}");
        assert_eq!(asked.book().calls, 2, "{case}");
    }
}

/// What a visitor is shown: two pages of a hundred, 25 of each.
fn at_first_glance(total: u64) -> Arc<Scripted> {
    let shown = move |number: u32, _: usize| {
        let from = (u64::from(number) - 1) * 100 + 1;
        let entries = if total == 0 { 0 } else { 25 };
        Answer::Page(page(from..from + entries, 2, total))
    };
    Arc::new(Scripted::new(shown).at_first_glance())
}

async fn rehearse(source: Arc<Scripted>, order: Order) -> Receipt {
    let (_stopper, stop) = Stopper::new();
    let order = Order { dry_run: true, ..order };
    archive(order, source, Arc::new(Silent), stop).await.unwrap().receipt
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_that_pages_do_not_reach_is_a_shortfall() {
    let folder = tempfile::tempdir().unwrap();
    let check = async |limit, listed, not_shown| {
        let order = Order { limit, ..order(folder.path()) };
        let receipt = rehearse(at_first_glance(200), order).await;
        assert_eq!((receipt.listed, receipt.not_shown), (listed, not_shown), "{limit:?}");
        assert_eq!(receipt.is_partial(), not_shown > 0);
    };
    check(None, 50, 150).await;
    check(Some(100), 50, 50).await;
    check(Some(300), 50, 150).await;
    check(Some(50), 50, 0).await;
    check(Some(30), 30, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_visitor_is_not_shown_is_not_deleted_and_counts_where_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, width, height) = jpeg(0);
    let renditions = |n: u64| {
        let url = format!("https://live.staticflickr.com/1/{n}_a_o.jpg").parse().unwrap();
        let (width, height) = (Some(width), Some(height));
        vec![Rendition { size: Size::Original, url, width, height }]
    };
    let photos: Vec<Photo> = (1..=4).map(|n| photo(n, renditions(n))).collect();
    let with_pictures = |mut source: Scripted| {
        for photo in &photos {
            source.pictures.insert(photo.renditions[0].url.to_string(), bytes.clone());
        }
        source
    };
    let shows = |shown: Vec<Photo>, total| {
        let page = move |_: u32, _: usize| {
            Answer::Page(Page { photos: shown.clone(), ..page([], 1, total) })
        };
        with_pictures(Scripted::new(page))
    };
    let run = async |source: Scripted| {
        let (_stopper, stop) = Stopper::new();
        let report =
            archive(order(folder.path()), Arc::new(source), Arc::new(Silent), stop).await.unwrap();
        assert!(report.cut_short.is_none(), "{:?}", report.cut_short);
        report.receipt
    };
    assert_eq!(run(shows(photos.clone(), 4)).await.saved, 4);
    // A visitor is shown the first two; a fifth was uploaded since.
    let receipt = run(shows(photos[..2].to_vec(), 5).at_first_glance()).await;
    assert_eq!((receipt.already, receipt.not_shown, receipt.accounted_for()), (4, 1, 5));
    let receipt = run(shows(photos[..2].to_vec(), 4).at_first_glance()).await;
    assert_eq!((receipt.already, receipt.not_shown, receipt.is_partial()), (4, 0, false));
    // Nobody is shown anything any more.
    let receipt = run(shows(Vec::new(), 0).at_first_glance()).await;
    assert_eq!(receipt.deleted_upstream, 0);
    assert_eq!(is_sound(folder.path()).len(), 8);
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

/// What was called damaged, and is there again as its row says, comes from
/// nowhere else, whatever title it has now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_has_the_sum_of_its_row_is_not_fetched_for_a_new_title() {
    let (bytes, width, height) = jpeg(0);
    let original = rendition(Size::Original, width, height, "a");
    let folder = tempfile::tempdir().unwrap();
    let titled =
        |title: &str| Photo { title: title.to_owned(), ..photo(7, vec![original.clone()]) };
    let source = |photo: Photo| {
        let list = move |_, _| Answer::Page(Page { photos: vec![photo.clone()], ..page([], 1, 1) });
        let mut source = Scripted::new(list);
        source.pictures.insert(original.url.to_string(), bytes.clone());
        source
    };
    let (receipt, _) = run_source(order(folder.path()), source(titled("old"))).await;
    assert_eq!(receipt.saved, 1);
    let damaged = |title| {
        let failure = silverprint_core::Failure {
            kind: silverprint_catalogue::DAMAGED.to_owned(),
            reason: "rot".to_owned(),
            url: String::new(),
            attempts: 0,
        };
        let writer = Catalogue::open(folder.path()).unwrap().0.write().unwrap();
        let entry = Entry::Damaged { id: PhotoId::new(7), failure, at: 1 };
        writer.recorder().record_blocking(entry).unwrap();
        drop(writer.finish().unwrap());
        source(titled(title))
    };
    let (receipt, opened) = run_source(order(folder.path()), damaged("new")).await;
    assert_eq!((receipt.adopted, receipt.failures(), opened.len()), (1, 0, 0));
    is_sound(folder.path());
    // Other bytes are not.
    std::fs::write(folder.path().join("photos/7.jpg"), &bytes[..bytes.len() - 1]).unwrap();
    let (receipt, opened) = run_source(order(folder.path()), damaged("newer")).await;
    assert_eq!((receipt.saved, receipt.failures(), opened.len()), (1, 0, 1));
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

/// A video as it is listed, with what its source says and has of it.
#[derive(Clone)]
struct Video {
    photo: Photo,
    still: Vec<u8>,
    /// None where the source knows of no stream.
    stream: Option<Stream>,
    /// None where it cannot be had.
    body: Option<Vec<u8>>,
}

/// The `n`th version of video 7.
fn video(n: u8) -> Video {
    let (still, width, height) = jpeg(usize::from(n));
    let original = rendition(Size::Original, width, height, &format!("secret{n}"));
    let photo = Photo { media: Media::Video, ..photo(7, vec![original]) };
    let url = format!("https://www.flickr.com/photos/1@N00/7/play/orig/{n}/?signed=1");
    let stream = Stream {
        label: "Video Original".to_owned(),
        url: url.parse().unwrap(),
        width: Some(640),
        height: None,
    };
    Video { photo, still, stream: Some(stream), body: Some(mp4(n, 9000)) }
}

/// Archives a photostream of that video; what was asked for besides.
async fn run_video(order: Order, video: &Video) -> (Receipt, Vec<String>) {
    run_source(order, source_of(video)).await
}

/// The same by a page that shows no streams.
async fn run_page(order: Order, video: &Video) -> (Receipt, Vec<String>) {
    let video = Video { stream: None, ..video.clone() };
    run_source(order, source_of(&video).at_first_glance()).await
}

fn source_of(video: &Video) -> Scripted {
    let photos = vec![video.photo.clone()];
    let mut source =
        Scripted::new(move |_, _| Answer::Page(Page { photos: photos.clone(), ..page([], 1, 1) }));
    let still = &video.photo.renditions[0];
    source.pictures.insert(still.url.to_string(), video.still.clone());
    if let Some(stream) = &video.stream {
        source.streams.insert(video.photo.id, vec![stream.clone()]);
        if let Some(body) = &video.body {
            source.pictures.insert(stream.url.to_string(), body.clone());
        }
    }
    source
}

async fn run_source(order: Order, source: Scripted) -> (Receipt, Vec<String>) {
    let source = Arc::new(source);
    let (_stopper, stop) = Stopper::new();
    let asked = Arc::clone(&source);
    let report = archive(order, source, Arc::new(Silent), stop).await.unwrap();
    assert!(report.cut_short.is_none(), "{:?}", report.cut_short);
    assert_eq!(report.receipt.accounted_for(), report.receipt.announced, "{:?}", report.receipt);
    let opened = asked.opened.lock().unwrap().clone();
    (report.receipt, opened)
}

fn bytes(folder: &Path, path: &str) -> Vec<u8> {
    std::fs::read(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
