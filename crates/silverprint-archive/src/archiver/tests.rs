//! Whole runs over a source in memory: what can be shown only from the outside.

mod untouched;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_video_is_its_still_and_its_stream_and_a_replaced_one_keeps_both() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (video(1), video(2));
    let (receipt, opened) = run_video(order(folder.path()), &first).await;
    assert_eq!((receipt.saved, receipt.streams, receipt.only_stills, opened.len()), (1, 1, 0, 2));
    assert_eq!(is_sound(folder.path()), ["photos/7.jpg", "photos/7.mp4", "thumbs/7.jpg"]);
    assert_eq!(bytes(folder.path(), "photos/7.mp4"), first.body.clone().unwrap());
    let (receipt, opened) = run_video(order(folder.path()), &first).await;
    assert_eq!((receipt.already, receipt.streams, opened.len()), (1, 0, 0));

    let (receipt, _) = run_video(order(folder.path()), &second).await;
    assert_eq!((receipt.replaced, receipt.streams), (1, 1));
    let there = is_sound(folder.path());
    let expected =
        ["photos/7.jpg", "photos/7.mp4", "photos/7.v1.jpg", "photos/7.v1.mp4", "thumbs/7.jpg"];
    assert_eq!(there, expected);
    assert_eq!(bytes(folder.path(), "photos/7.v1.mp4"), first.body.unwrap());
    assert_eq!(bytes(folder.path(), "photos/7.mp4"), second.body.clone().unwrap());
    let (receipt, opened) = run_video(order(folder.path()), &second).await;
    assert_eq!((receipt.already, opened.len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_cannot_be_had_fails_the_photo_keeps_the_still_and_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let (good, lost) = (video(1), Video { body: None, ..video(1) });
    let (receipt, _) = run_video(order(folder.path()), &lost).await;
    assert_eq!((receipt.failures(), receipt.saved, receipt.streams), (1, 0, 0));
    assert_eq!(is_sound(folder.path()), ["photos/7.jpg", "thumbs/7.jpg"]);
    let failed = String::from_utf8(bytes(folder.path(), "failed.csv")).unwrap();
    assert!(failed.contains("its stream could not be had, only its still"), "{failed}");
    assert!(!failed.contains("signed"), "{failed}");

    let (receipt, opened) = run_video(order(folder.path()), &lost).await;
    assert_eq!((receipt.failures(), opened.len()), (1, 1), "the still is not fetched again");
    let (receipt, opened) = run_video(order(folder.path()), &good).await;
    assert_eq!((receipt.saved, receipt.streams, opened.len()), (1, 1, 1));
    assert_eq!(is_sound(folder.path()), ["photos/7.jpg", "photos/7.mp4", "thumbs/7.jpg"]);
    assert!(!folder.path().join("failed.csv").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_still_is_enough_where_no_stream_is_known_or_wanted_until_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let (good, unknown) = (video(1), Video { stream: None, ..video(1) });
    let stills = || Order { full: false, ..order(folder.path()) };
    let (receipt, _) = run_video(stills(), &unknown).await;
    assert_eq!((receipt.saved, receipt.only_stills, receipt.failures()), (1, 1, 0));
    let (receipt, opened) = run_video(stills(), &unknown).await;
    assert_eq!((receipt.already, receipt.only_stills, opened.len()), (1, 1, 0));
    let mut unwanted = stills();
    unwanted.wanted.videos = Videos::StillsOnly;
    let (receipt, _) = run_video(unwanted, &good).await;
    assert_eq!((receipt.already, receipt.only_stills, receipt.streams), (1, 0, 0));
    // Through a source that knows it, without a word that all be listed.
    let (receipt, opened) = run_video(stills(), &good).await;
    assert_eq!((receipt.saved, receipt.streams, opened.len()), (1, 1, 1));
    is_sound(folder.path());
    let (receipt, _) = run_video(stills(), &good).await;
    assert_eq!((receipt.already, receipt.listing), (1, ListingKind::Quick));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_without_streams_neither_forgets_a_failed_one_nor_calls_a_still_all() {
    let folder = tempfile::tempdir().unwrap();
    let (good, lost) = (video(1), Video { body: None, ..video(1) });
    let quick = || Order { full: false, ..order(folder.path()) };
    run_video(quick(), &lost).await;
    let failed = bytes(folder.path(), "failed.csv");
    let mut smaller = order(folder.path());
    smaller.wanted.thumbnail.width = 32.try_into().unwrap();
    for order in [quick(), order(folder.path()), smaller] {
        let (receipt, opened) = run_page(order, &lost).await;
        assert_eq!((receipt.failed.get("gone"), opened.len()), (Some(&1), 0));
        assert_eq!((receipt.streams_not_shown, receipt.is_partial()), (0, true));
        assert_eq!(bytes(folder.path(), "failed.csv"), failed);
    }
    // A new picture of it is another video, of which nothing is known yet.
    let (receipt, _) = run_page(quick(), &video(2)).await;
    assert_eq!((receipt.failures(), receipt.streams_not_shown), (0, 1));
    assert!(receipt.is_partial());
    let (receipt, _) = run_page(quick(), &video(2)).await;
    assert_eq!((receipt.already, receipt.streams_not_shown), (1, 1), "it is said each time");
    let (receipt, opened) = run_video(quick(), &video(2)).await;
    assert_eq!((receipt.streams, opened.len(), receipt.is_partial()), (1, 1, false));

    // The same where other streams are there already.
    let mut second = good.photo.clone();
    second.id = PhotoId::new(8);
    let second = Video { photo: second, ..video(1) };
    let (receipt, _) = run_page(quick(), &second).await;
    assert_eq!(receipt.streams_not_shown, 1);
    let (receipt, opened) = run_video(quick(), &second).await;
    assert_eq!((receipt.streams, opened.len()), (1, 1));
    is_sound(folder.path());
    let mut stills = order(folder.path());
    stills.wanted.videos = Videos::StillsOnly;
    assert!(!run_page(stills, &second).await.0.is_partial(), "no stream is wanted");
}

/// What was done in the folder before the kill, given the new stream.
type Cut = fn(&Path, &[u8]);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_video_that_was_killed_before_a_row_loses_no_version_and_no_stream_comes_twice() {
    let (first, second) = (video(1), video(2));
    let states: [(&str, Cut); 3] = [
        ("nothing", |_, _| {}),
        ("the second name is given", |photos, _| {
            std::fs::hard_link(photos.join("7.mp4"), photos.join("7.v1.mp4")).unwrap();
        }),
        ("the new stream is in its place", |photos, new| {
            std::fs::rename(photos.join("7.mp4"), photos.join("7.v1.mp4")).unwrap();
            std::fs::write(photos.join("7.mp4"), new).unwrap();
        }),
    ];
    for (what, killed) in states {
        let folder = tempfile::tempdir().unwrap();
        run_video(order(folder.path()), &first).await;
        killed(&folder.path().join("photos"), second.body.as_ref().unwrap());
        let (receipt, _) = run_video(order(folder.path()), &second).await;
        assert_eq!((receipt.replaced, receipt.streams), (1, 1), "{what}");
        assert_eq!(is_sound(folder.path()).len(), 5, "{what}");
        assert_eq!(bytes(folder.path(), "photos/7.v1.mp4"), *first.body.as_ref().unwrap());
        assert_eq!(bytes(folder.path(), "photos/7.mp4"), *second.body.as_ref().unwrap());
    }
    // Killed after the rename and before any row: it is there, and taken in.
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("photos")).unwrap();
    std::fs::write(folder.path().join("photos/7.jpg"), &first.still).unwrap();
    std::fs::write(folder.path().join("photos/7.mp4"), first.body.as_ref().unwrap()).unwrap();
    let (receipt, opened) = run_video(order(folder.path()), &first).await;
    assert_eq!((receipt.adopted, receipt.streams, opened.len()), (1, 0, 0));
    assert_eq!(is_sound(folder.path()), ["photos/7.jpg", "photos/7.mp4", "thumbs/7.jpg"]);
}

/// A page does not tell videos from photos.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_video_that_was_taken_for_a_photo_is_one_picture_all_the_same() {
    let videos = [video(1), video(2)];
    let as_photo = |n: usize, edge: Size| {
        let mut taken = videos[n].clone();
        taken.photo.media = Media::Photo;
        taken.stream = None;
        taken.photo.renditions[0].size = edge;
        taken
    };
    for (first, then) in [
        (as_photo(0, Size::Large1024), videos[0].clone()),
        (videos[0].clone(), as_photo(0, Size::Original)),
        (as_photo(0, Size::Original), videos[1].clone()),
        (videos[0].clone(), as_photo(1, Size::Original)),
    ] {
        let folder = tempfile::tempdir().unwrap();
        run_video(order(folder.path()), &first).await;
        let what = format!("{:?} then {:?}", first.photo.media, then.photo.media);
        for _ in 0..2 {
            run_video(order(folder.path()), &then).await;
            is_sound(folder.path());
        }
        let still = bytes(folder.path(), "photos/7.jpg");
        assert!(still == then.still, "{what}: the still is the last one");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_made_once_and_stays_whatever_changes() {
    let folder = tempfile::tempdir().unwrap();
    let named = |template: &str| Order { name: template.parse().unwrap(), ..order(folder.path()) };
    let taken = Taken { text: "2013-10-06 12:06:46".to_owned(), granularity: 0, unknown: false };
    let titled = |n: u8, title: &str| {
        let video = video(n);
        let photo = Photo { title: title.to_owned(), taken: Some(taken.clone()), ..video.photo };
        Video { photo, ..video }
    };
    let template = "{taken:%Y}/{title} {id}";
    run_video(named(template), &titled(1, "../One")).await;
    let first = ["photos/2013/One 7.jpg", "photos/2013/One 7.mp4", "thumbs/7.jpg"];
    assert_eq!(is_sound(folder.path()), first);
    // A title that changes moves nothing, nor does another template.
    let (receipt, opened) = run_video(named(template), &titled(1, "Two")).await;
    assert_eq!((receipt.already, opened.len()), (1, 0));
    assert_eq!(is_sound(folder.path()), first);
    let (receipt, _) = run_video(named("{id}"), &titled(2, "Three")).await;
    assert_eq!(receipt.replaced, 1);
    let expected = [
        "photos/2013/One 7.jpg",
        "photos/2013/One 7.mp4",
        "photos/2013/One 7.v1.jpg",
        "photos/2013/One 7.v1.mp4",
        "thumbs/7.jpg",
    ];
    assert_eq!(is_sound(folder.path()), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_a_killed_run_left_under_a_template_are_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let first = Video { photo: Photo { title: "One".to_owned(), ..video(1).photo }, ..video(1) };
    std::fs::create_dir_all(folder.path().join("photos/One")).unwrap();
    std::fs::write(folder.path().join("photos/One/7.jpg"), &first.still).unwrap();
    std::fs::write(folder.path().join("photos/One/7.mp4"), first.body.as_ref().unwrap()).unwrap();
    let order = Order { name: "{title}/{id}".parse().unwrap(), ..order(folder.path()) };
    let (receipt, opened) = run_video(order, &first).await;
    assert_eq!((receipt.adopted, opened.len()), (1, 0));
    assert_eq!(is_sound(folder.path()), ["photos/One/7.jpg", "photos/One/7.mp4", "thumbs/7.jpg"]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_where_a_directory_goes_fails_the_photo_and_leads_nowhere() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir(folder.path().join("photos")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("photos/untitled")).unwrap();
    let order = Order { name: "{title}/{id}".parse().unwrap(), ..order(folder.path()) };
    let (receipt, _) = run_video(order, &video(1)).await;
    assert_eq!(receipt.failed.get("no place"), Some(&1));
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_in_a_files_place_fails_the_photo_and_not_the_run() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("photos/7.jpg")).unwrap();
    for _ in 0..2 {
        let (receipt, _) = run_video(order(folder.path()), &video(1)).await;
        assert_eq!(receipt.failed.get("no place"), Some(&1));
    }
    std::fs::remove_dir(folder.path().join("photos/7.jpg")).unwrap();
    let (receipt, _) = run_video(order(folder.path()), &video(1)).await;
    assert_eq!((receipt.saved, receipt.failures()), (1, 0));
    is_sound(folder.path());
}

/// Archives photos of these ids and titles, by that template.
async fn run_titled(
    folder: &Path,
    template: &str,
    listed: &[(u64, &str, &Rendition, &[u8])],
) -> Receipt {
    let titled = |(id, title, rendition, _): &(u64, &str, &Rendition, &[u8])| {
        let photo = photo(*id, vec![(*rendition).clone()]);
        Photo { title: (*title).to_owned(), ..photo }
    };
    let photos: Vec<_> = listed.iter().map(titled).collect();
    let total = photos.len() as u64;
    let mut source = Scripted::new(move |_, _| {
        Answer::Page(Page { photos: photos.clone(), ..page([], 1, total) })
    });
    for (_, _, rendition, bytes) in listed {
        source.pictures.insert(rendition.url.to_string(), bytes.to_vec());
    }
    let order = Order { name: template.parse().unwrap(), ..order(folder) };
    run_source(order, source).await.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_templates_that_make_one_name_give_each_photo_its_own() {
    let ((old, width, height), (new, wide, high)) = (jpeg(0), jpeg(1));
    let first = rendition(Size::Original, width, height, "a");
    let second = rendition(Size::Original, wide, high, "b");
    // The second is the same to a disk that knows no case.
    for (before, own, title) in [("70", "50 70=70", "50"), ("A 70", "50 a 70=70", "50 a")] {
        let folder = tempfile::tempdir().unwrap();
        let photos = folder.path().join("photos");
        let (fifty, seventy) = ((50, before, &first, &*old), (70, title, &second, &*new));
        assert_eq!(run_titled(folder.path(), "{id} {title}", &[fifty]).await.saved, 1);
        let both = [seventy, fifty];
        let receipt = run_titled(folder.path(), "{title} {id}", &both).await;
        assert_eq!((receipt.saved, receipt.already, receipt.failures()), (1, 1, 0));
        is_sound(folder.path());
        assert_eq!(std::fs::read(photos.join(format!("50 {before}.jpg"))).unwrap(), old);
        assert_eq!(std::fs::read(photos.join(format!("{own}.jpg"))).unwrap(), new);
        let receipt = run_titled(folder.path(), "{title} {id}", &both).await;
        assert_eq!((receipt.already, receipt.failures()), (2, 0));
        is_sound(folder.path());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_a_photo_that_is_unfinished_are_not_taken_in_as_anothers() {
    let folder = tempfile::tempdir().unwrap();
    let lost = Video { body: None, ..video(1) };
    let named = |template: &str| Order { name: template.parse().unwrap(), ..order(folder.path()) };
    let title = |title: &str, photo: &Photo| Photo { title: title.to_owned(), ..photo.clone() };
    let seven = Video { photo: title("70", &lost.photo), ..lost.clone() };
    let (receipt, _) = run_video(named("{id} {title}"), &seven).await;
    assert_eq!(receipt.failures(), 1);
    // As large, so that only the name can tell them apart.
    let mut seventy = title("7", &lost.photo);
    seventy.id = PhotoId::new(70);
    let seventy = Video { photo: seventy, ..video(1) };
    let (receipt, _) = run_video(named("{title} {id}"), &seventy).await;
    assert_eq!((receipt.saved, receipt.adopted), (1, 0));
    let there = is_sound(folder.path());
    let expected = [
        "photos/7 70.jpg",
        "photos/7 70=70.jpg",
        "photos/7 70=70.mp4",
        "thumbs/7.jpg",
        "thumbs/70.jpg",
    ];
    assert_eq!(there, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_nobody_knows_is_never_written_over_where_it_may_be_anybodys() {
    let (bytes, width, height) = jpeg(0);
    let first = rendition(Size::Original, width, height, "a");
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    std::fs::create_dir_all(photos.join("x 8.jpg")).unwrap();
    std::fs::write(photos.join("x 7.jpg"), "whose?").unwrap();
    let listed = [(7, "x", &first, &*bytes), (8, "x", &first, &*bytes)];
    let receipt = run_titled(folder.path(), "{title} {id}", &listed).await;
    assert_eq!((receipt.saved, receipt.failed.get("no place")), (1, Some(&1)));
    assert_eq!(std::fs::read(photos.join("x 7.jpg")).unwrap(), b"whose?");
    assert_eq!(std::fs::read(photos.join("x 7=7.jpg")).unwrap(), bytes);
    assert!(photos.join("x 8.jpg").is_dir());
}
