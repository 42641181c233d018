//! Videos: a still and a stream each, of which either may be missing for a while.

use super::*;

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
