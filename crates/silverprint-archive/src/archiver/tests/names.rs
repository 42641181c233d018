//! What files are called: once and for all, and never what may be anybody else's.

use super::*;

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
