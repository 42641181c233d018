//! Every case of the plan, as data.

use super::*;
use crate::testing::{photo, rendition};
use proptest::prelude::*;
use silverprint_catalogue::KnownPicture;
use silverprint_core::{Identity, PhotoId};
use std::num::NonZeroU32;

const ID: u64 = 7;

fn wanted(size: Size) -> Wanted {
    Wanted {
        size,
        keep: Keep::Pictures,
        videos: Videos::Streams,
        thumbnail: ThumbnailSpec::default(),
    }
}

fn thumbs(fit: Fit, width: u32, height: u32) -> Wanted {
    let [width, height] = [width, height].map(|side| NonZeroU32::new(side).unwrap());
    let thumbnail = ThumbnailSpec { width, height, fit, ..ThumbnailSpec::default() };
    Wanted { keep: Keep::Thumbnails, thumbnail, ..wanted(Size::Original) }
}

/// What is known after a step was done, as the pipeline and the catalogue
/// leave it. `drawable` says whether a thumbnail could be made.
fn after(step: &Step, before: &Snapshot, wanted: &Wanted, drawable: bool) -> Snapshot {
    let mut after = before.clone();
    let spec = after.spec_id(&wanted.thumbnail.to_string());
    let id = PhotoId::new(ID);
    let old = before.photos.get(&id).copied();
    let mut known = old.unwrap_or(Known {
        fingerprint: Identity(0),
        picture: None,
        thumb: None,
        has_video: false,
        state: State::Pending,
        deleted_upstream: false,
    });
    match step {
        Step::Nothing | Step::Stream => return after,
        Step::NoRendition => known.state = State::Failed,
        Step::Remake | Step::Fetch(_) => {
            known.state = State::Done;
            if drawable {
                known.thumb = Some(spec);
            }
        }
    }
    if let (Step::Fetch(fetch), Keep::Pictures) = (step, wanted.keep) {
        known.picture = Some(KnownPicture {
            identity: fetch.rendition.identity(),
            longest_edge: fetch.rendition.longest_edge().unwrap_or(1000),
            version: 1,
            size: fetch.rendition.size,
        });
    }
    after.photos.insert(id, known);
    after
}

fn set(snapshot: &mut Snapshot, change: impl FnOnce(&mut Known)) {
    change(snapshot.photos.get_mut(&PhotoId::new(ID)).unwrap());
}

/// The step, in a word.
fn word(step: &Step) -> String {
    match step {
        Step::Nothing => "nothing".to_owned(),
        Step::Remake => "remake".to_owned(),
        Step::Stream => "stream".to_owned(),
        Step::NoRendition => "no rendition".to_owned(),
        Step::Fetch(Fetch { rendition, reason }) => {
            let reason = match reason {
                Reason::New => "new",
                Reason::Larger => "larger",
                Reason::Replaced => "replaced",
            };
            format!("{reason} {}", rendition.size.label())
        }
    }
}

/// A photo of 4000 × 3000 as Flickr lists it, up to some size.
fn listed(secret: &str, largest: Size) -> Photo {
    let sizes = Size::ALL.into_iter().filter(|size| {
        *size <= largest && !matches!(size, Size::Large4096Wide) && size.longest_edge() < Some(4000)
    });
    let renditions = sizes.map(|size| {
        let (width, height) = match size.longest_edge() {
            Some(edge) if size.is_cropped() => (edge, edge),
            edge => (edge.unwrap_or(4000), edge.unwrap_or(4000) * 3 / 4),
        };
        rendition(size, width, height, secret)
    });
    photo(ID, renditions.collect())
}

#[test]
fn the_picture_is_fetched_where_it_is_new_larger_or_replaced_and_only_there() {
    use Size::{Large1024, Large2048, Medium640, Original};
    let full = listed("a", Original);
    let withheld = listed("a", Large1024);
    let replaced = listed("b", Original);
    // First this photo with that wish; then that photo with that wish.
    let check = |first: (&Photo, Size), second: (&Photo, Size), expected: [&str; 2]| {
        let nothing = Snapshot::default();
        let step = plan(first.0, &nothing, &wanted(first.1));
        assert_eq!(word(&step), expected[0]);
        let known = after(&step, &nothing, &wanted(first.1), true);
        assert_eq!(word(&plan(second.0, &known, &wanted(second.1))), expected[1]);
    };
    check((&full, Original), (&full, Original), ["new o", "nothing"]);
    check((&full, Medium640), (&full, Medium640), ["new z", "nothing"]);
    check((&full, Medium640), (&full, Large2048), ["new z", "larger k"]);
    check((&full, Large2048), (&full, Medium640), ["new k", "nothing"]);
    check((&full, Original), (&full, Medium640), ["new o", "nothing"]);
    check((&withheld, Original), (&withheld, Original), ["new l", "nothing"]);
    check((&withheld, Original), (&full, Original), ["new l", "larger o"]);
    check((&full, Original), (&withheld, Original), ["new o", "nothing"]);
    check((&full, Original), (&replaced, Original), ["new o", "replaced o"]);
    check((&full, Medium640), (&replaced, Large2048), ["new z", "replaced k"]);
    check((&full, Medium640), (&replaced, Medium640), ["new z", "replaced z"]);
}

#[test]
fn odd_listings_are_served_too() {
    use Size::{Large1024, Large2048, Original, Square75, Square150};
    let check = |renditions: Vec<Rendition>, size: Size, expected: &str| {
        let step = plan(&photo(ID, renditions), &Snapshot::default(), &wanted(size));
        assert_eq!(word(&step), expected);
    };
    let small = |size| rendition(size, 800, 600, "a");
    // An original that is smaller than the size that is wanted is the largest.
    check(vec![small(Original)], Large1024, "new o");
    check(vec![rendition(Size::Medium640, 640, 480, "a"), small(Original)], Large1024, "new o");
    // Nothing as small as wanted: the smallest there is.
    let large = vec![rendition(Large2048, 2048, 1000, "a"), rendition(Original, 9000, 900, "a")];
    check(large, Size::Small240, "new k");
    // A square crop is no picture while there is another, and better than none.
    let crop = |size: Size| rendition(size, size.longest_edge().unwrap(), 1, "a");
    check(vec![crop(Square150), rendition(Size::Thumb100, 100, 75, "a")], Original, "new t");
    check(vec![crop(Square75), crop(Square150)], Original, "new q");
    check(Vec::new(), Original, "no rendition");
    // Dimensions that are not told.
    let mut untold = small(Original);
    (untold.width, untold.height) = (None, None);
    check(vec![rendition(Large1024, 1024, 768, "a"), untold], Original, "new o");
}

#[test]
fn a_thumbnail_alone_comes_from_the_smallest_rendition_that_covers_it() {
    use Fit::{Contain, Cover, Stretch};
    let check = |wanted: Wanted, expected: &str| {
        let step = plan(&listed("a", Size::Original), &Snapshot::default(), &wanted);
        assert_eq!(word(&step), expected, "{}", wanted.thumbnail);
    };
    check(thumbs(Cover, 120, 120), "new q");
    check(thumbs(Cover, 75, 75), "new sq");
    check(thumbs(Cover, 151, 151), "new s");
    check(thumbs(Cover, 120, 100), "new s");
    check(thumbs(Contain, 120, 120), "new s");
    check(thumbs(Contain, 100, 100), "new t");
    check(thumbs(Contain, 320, 320), "new n");
    check(thumbs(Stretch, 120, 120), "new s");
    check(thumbs(Stretch, 320, 320), "new m");
    check(thumbs(Cover, 4096, 4096), "new o");
    let small = photo(ID, vec![rendition(Size::Original, 50, 40, "a")]);
    let step = plan(&small, &Snapshot::default(), &thumbs(Cover, 120, 120));
    assert_eq!(word(&step), "new o", "there is no larger one");
}

#[test]
fn a_thumbnail_is_made_again_only_where_it_can_be_and_must() {
    let photo = listed("a", Size::Original);
    let pictures = wanted(Size::Original);
    let other = Wanted { thumbnail: "64x64 cover grey png".parse().unwrap(), ..pictures };
    let only = thumbs(Fit::Cover, 120, 120);
    let only_other = Wanted { keep: Keep::Thumbnails, ..other };
    // First wish, whether it could be drawn, second wish, what is done then.
    let check = |first: &Wanted, drawable: bool, second: &Wanted, expected: &str| {
        let nothing = Snapshot::default();
        let known = after(&plan(&photo, &nothing, first), &nothing, first, drawable);
        let step = plan(&photo, &known, second);
        assert_eq!(word(&step), expected, "{first:?}, then {second:?}");
    };
    check(&pictures, true, &other, "remake");
    check(&pictures, true, &only, "nothing");
    check(&pictures, true, &only_other, "remake");
    check(&only, true, &only_other, "new sq");
    check(&only, true, &pictures, "new o");
    check(&pictures, false, &pictures, "nothing");
    check(&pictures, false, &other, "nothing");
    check(&pictures, false, &only, "nothing");
    check(&only, false, &only, "nothing");
    check(&only, false, &pictures, "new o");
}

#[test]
fn what_failed_or_waits_is_begun_and_what_was_deleted_and_is_back_is_not() {
    let photo = listed("a", Size::Original);
    let wanted = wanted(Size::Original);
    let nothing = Snapshot::default();
    let done = after(&plan(&photo, &nothing, &wanted), &nothing, &wanted, true);
    let check = |expected: &str, change: fn(&mut Known)| {
        let mut known = done.clone();
        set(&mut known, change);
        assert_eq!(word(&plan(&photo, &known, &wanted)), expected);
    };
    check("new o", |known| known.state = State::Failed);
    check("new o", |known| known.state = State::Pending);
    check("nothing", |known| known.deleted_upstream = true);
    // A later listing that shows no file takes nothing away.
    let bare = crate::testing::photo(ID, Vec::new());
    assert_eq!(word(&plan(&bare, &done, &wanted)), "nothing");
}

fn some_photo() -> impl Strategy<Value = Photo> {
    let one = |size: Size| {
        (Just(size), proptest::option::weighted(0.6, (1..6000_u32, 1..6000_u32)), 0..3_u8)
    };
    let all: Vec<_> = Size::ALL.into_iter().map(one).collect();
    all.prop_map(|choices| {
        let there = choices.into_iter().filter_map(|(size, sides, secret)| {
            let (width, height) = sides?;
            Some(rendition(size, width, height, ["a", "b", "c"][usize::from(secret)]))
        });
        photo(ID, there.collect())
    })
}

fn some_wish() -> impl Strategy<Value = Wanted> {
    let sizes = proptest::sample::select(Size::ALL.to_vec());
    let fits = proptest::sample::select(vec![Fit::Cover, Fit::Contain, Fit::Stretch]);
    (sizes, any::<bool>(), fits, 1..400_u32, 1..400_u32).prop_map(|(size, keeps, fit, w, h)| {
        let keep = if keeps { Keep::Pictures } else { Keep::Thumbnails };
        Wanted { size, keep, ..thumbs(fit, w, h) }
    })
}

proptest! {
    // Photos are plain data: a failure is shown as it is, no file remembers it.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever came before, what was planned and done needs doing no more.
    #[test]
    fn planning_again_after_doing_what_was_planned_gives_nothing(
        steps in proptest::collection::vec((some_photo(), some_wish()), 1..5),
        drawable in any::<bool>(),
    ) {
        let mut known = Snapshot::default();
        for (photo, wanted) in steps {
            let step = plan(&photo, &known, &wanted);
            known = after(&step, &known, &wanted, drawable);
            let again = plan(&photo, &known, &wanted);
            let is_settled = again == Step::Nothing || step == Step::NoRendition;
            prop_assert!(is_settled, "{}, then {}", word(&step), word(&again));
        }
    }
}

#[test]
fn a_videos_stream_is_fetched_where_it_is_wanted_and_not_there() {
    let video = Photo { media: Media::Video, ..listed("a", Size::Original) };
    let streams = wanted(Size::Original);
    let stills = Wanted { videos: Videos::StillsOnly, ..streams };
    let only_thumbs = Wanted { keep: Keep::Thumbnails, ..streams };
    let nothing = Snapshot::default();
    let first = plan(&video, &nothing, &streams);
    assert_eq!(word(&first), "new o");
    assert!(streams.lacks_stream(&video, None, &first));
    let mut known = after(&first, &nothing, &streams, true);

    // Its still is there, and its stream is not.
    assert_eq!(word(&plan(&video, &known, &streams)), "stream");
    assert_eq!(word(&plan(&video, &known, &stills)), "nothing");
    assert_eq!(word(&plan(&video, &known, &only_thumbs)), "nothing");
    let photo = Photo { media: Media::Photo, ..video.clone() };
    assert_eq!(word(&plan(&photo, &known, &streams)), "nothing");
    // The stream failed: the still is not fetched again.
    set(&mut known, |known| known.state = State::Failed);
    assert_eq!(word(&plan(&video, &known, &streams)), "stream");
    // Killed while it was written over: nothing is believed.
    set(&mut known, |known| known.state = State::Pending);
    assert_eq!(word(&plan(&video, &known, &streams)), "new o");

    set(&mut known, |known| (known.state, known.has_video) = (State::Done, true));
    assert_eq!(word(&plan(&video, &known, &streams)), "nothing");
    let replaced = Photo { media: Media::Video, ..listed("b", Size::Original) };
    let step = plan(&replaced, &known, &streams);
    assert_eq!(word(&step), "replaced o");
    let it = known.photos.get(&PhotoId::new(ID));
    assert!(streams.lacks_stream(&replaced, it, &step), "its stream was replaced as well");
    assert!(!streams.lacks_stream(&video, it, &Step::Remake));
}

#[test]
fn what_was_wanted_tells_streams_from_stills() {
    let streams = wanted(Size::Original);
    let stills = Wanted { videos: Videos::StillsOnly, ..streams };
    assert_ne!(streams.summary(), stills.summary());
}
