//! Photostreams from a script, on a paused clock.

use super::*;
use crate::testing::{Answer, Scripted, account, page, reject};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use tokio::time::Instant;

/// What came out of a listing, besides its own account.
struct Came {
    listed: Result<Listed, SourceError>,
    ids: Vec<u64>,
    notes: Vec<String>,
}

#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Reporter for Notes {
    fn note(&self, message: &str) {
        self.0.lock().unwrap().push(message.to_owned());
    }
}

async fn list(source: &Arc<Scripted>, limit: Option<u64>) -> Came {
    let notes = Arc::new(Notes::default());
    let listing = Listing {
        source: Arc::clone(source) as Arc<dyn Source>,
        account: Arc::new(account()),
        window: Window::default(),
        limit,
        reporter: Arc::clone(&notes) as Arc<dyn Reporter>,
        watch: Arc::new(Watch::new(NonZeroUsize::MIN, None)),
        baton: Baton::of(Turn::Together),
    };
    let (tx, mut rx) = mpsc::channel(1000);
    let first = source.page(&account(), Window::default(), 1).await.unwrap();
    let listing = tokio::spawn(async move { listing.run(first, &tx).await });
    let mut ids = Vec::new();
    while let Some(photo) = rx.recv().await {
        ids.push(photo.id.get());
    }
    let listed = listing.await.unwrap();
    let notes = notes.0.lock().unwrap().clone();
    Came { listed, ids, notes }
}

fn sorted(ids: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut ids: Vec<u64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_photos_take_a_call_a_page_and_the_pages_come_ahead() {
    let start = Instant::now();
    let source = Arc::new(Scripted::stream(500, (1..=100_000).collect(), |_, _| {}));
    let came = list(&source, None).await;
    let listed = came.listed.unwrap();
    assert_eq!(came.ids, (1..=100_000).collect::<Vec<_>>());
    assert!(listed.clean && listed.ended);
    assert_eq!((listed.announced, listed.unexplained()), (100_000, 0));
    let book = source.book();
    assert!((200..=205).contains(&book.calls), "{book:?}");
    assert!((2..=PAGES_AHEAD as usize).contains(&book.most), "{book:?}");
    let ideal = 0.2 * 200.0 / f64::from(PAGES_AHEAD);
    assert!(start.elapsed().as_secs_f64() <= 1.3 * ideal, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_moves_is_listed_again_until_the_set_is_the_truth() {
    type Change = fn(usize, &mut Vec<u64>);
    let cases: [(&str, Change); 5] = [
        ("an upload pushes photos over page borders", |call, ids| {
            if call == 3 {
                ids.insert(0, 9001);
            }
        }),
        ("a deletion hides one", |call, ids| {
            if call == 3 {
                ids.remove(2);
            }
        }),
        ("a deletion behind the reader", |call, ids| {
            if call == 6 {
                ids.remove(0);
            }
        }),
        ("both", |call, ids| {
            if call == 4 {
                ids.remove(35);
                ids.insert(0, 9001);
                ids.insert(0, 9002);
            }
        }),
        ("before the last page", |call, ids| {
            if call == 9 {
                ids.remove(5);
            }
        }),
    ];
    for (what, change) in cases {
        let truth: Arc<Mutex<Vec<u64>>> = Arc::default();
        let shown = Arc::clone(&truth);
        let source = Arc::new(Scripted::stream(10, (1..=100).collect(), move |call, ids| {
            change(call, ids);
            shown.lock().unwrap().clone_from(ids);
        }));
        let came = list(&source, None).await;
        let listed = came.listed.unwrap();
        let truth = sorted(truth.lock().unwrap().clone());
        assert!(listed.clean, "{what}");
        assert_eq!(sorted(listed.seen.iter().map(PhotoId::get)), truth, "{what}");
        let ever =
            sorted(listed.seen.iter().chain(listed.vanished.iter().copied()).map(PhotoId::get));
        assert_eq!(sorted(came.ids), ever, "{what}: each comes once");
        assert_eq!((listed.announced, listed.unexplained()), (truth.len() as u64, 0), "{what}");
        let calls = source.book().calls;
        assert!((11..=31).contains(&calls), "{what}: listed again, {calls} calls");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_never_holds_still_is_left_after_a_bounded_number_of_passes() {
    let source = Arc::new(Scripted::stream(10, (1..=100).collect(), |call, ids| {
        ids.insert(0, 1000 + call as u64);
    }));
    let came = list(&source, None).await;
    let listed = came.listed.unwrap();
    assert!(listed.ended && !listed.clean);
    assert!(source.book().calls < 4 * 20, "{:?}", source.book());
    assert!(came.notes.iter().all(|note| note.contains("changed")), "{:?}", came.notes);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_shows_a_part_is_read_once() {
    // Seven pages of a hundred, of which each shows 25.
    let source = Scripted::new(|number, _| {
        let from = u64::from(number) * 100;
        Answer::Page(page(from..from + 25, 7, 618))
    });
    let source = Arc::new(source.at_first_glance());
    let came = list(&source, None).await;
    let listed = came.listed.unwrap();
    assert!(listed.ended && !listed.clean, "what is not shown is not known to be gone");
    assert_eq!((came.ids.len(), listed.unexplained()), (7 * 25, 618 - 7 * 25));
    assert_eq!((source.book().calls, came.notes.len()), (7, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_shown_outside_of_a_window_is_not_missing() {
    // Of four pages of ten, the second is inside, and half of the third.
    let source = Scripted::new(|number, _| {
        let from = u64::from(number) * 10;
        let inside = match number {
            2 => 10,
            3 => 5,
            _ => 0,
        };
        let page = page(from..from + inside, 4, 40);
        Answer::Page(Page { outside: 10 - inside, ..page })
    });
    let source = Arc::new(source);
    let came = list(&source, None).await;
    let listed = came.listed.unwrap();
    assert!(listed.ended && listed.clean);
    assert_eq!((came.ids.len(), listed.outside, listed.unexplained()), (15, 25, 0));
    assert_eq!(source.book().calls, 4);
}

#[tokio::test(start_paused = true)]
async fn what_is_announced_and_never_shown_is_unexplained_after_two_passes() {
    // Page 2 lacks three photos, however often it is asked for.
    let source = Arc::new(Scripted::new(|number, _| {
        let from = u64::from(number) * 10;
        let shown = if number == 2 { from..from + 7 } else { from..from + 10 };
        Answer::Page(page(shown, 3, 30))
    }));
    let came = list(&source, None).await;
    let listed = came.listed.unwrap();
    assert_eq!((listed.seen.len(), listed.unexplained()), (27, 3));
    assert!(listed.ended && !listed.clean);
    assert_eq!(source.book().calls, 6);
    assert!(came.notes[0].contains("shorter"), "{:?}", came.notes);
}

#[tokio::test(start_paused = true)]
async fn short_and_repeated_pages_that_are_whole_the_next_time_lose_nothing() {
    for (what, wrong) in [("short", 20..27_u64), ("repeated", 19..29_u64)] {
        let mut asked = false;
        let source = Arc::new(Scripted::new(move |number, _| {
            let from = u64::from(number) * 10;
            let is_first = number == 2 && !asked;
            asked |= is_first;
            let shown = if is_first { wrong.clone() } else { from..from + 10 };
            Answer::Page(page(shown, 4, 40))
        }));
        let came = list(&source, None).await;
        let listed = came.listed.unwrap();
        assert!(listed.clean, "{what}");
        assert_eq!(sorted(came.ids), (10..50).collect::<Vec<_>>(), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn odd_totals_end() {
    let check = async |what: &str, answer: fn(u32) -> Page, calls: usize, unexplained: u64| {
        let source = Arc::new(Scripted::new(move |number, _| Answer::Page(answer(number))));
        let listed = list(&source, None).await.listed.unwrap();
        assert!(listed.ended, "{what}");
        assert_eq!((source.book().calls, listed.unexplained()), (calls, unexplained), "{what}");
    };
    check("an empty stream", |_| page([], 0, 0), 1, 0).await;
    check("a total that is too small", |_| page(1..=5, 1, 3), 1, 0).await;
    check("a total without a page", |_| page([], 0, 5), 2, 5).await;
    // Four empty pages a pass are enough; two more were asked for ahead.
    check("pages without end", |_| page([], u32::MAX, 5), 12, 5).await;
}

#[tokio::test(start_paused = true)]
async fn entries_that_cannot_be_read_are_counted_once() {
    let source = Arc::new(Scripted::new(|number, call| {
        let from = u64::from(number) * 10;
        let mut page = page(from..from + 9, 2, 20);
        page.rejects.push(reject(from + 9));
        // The total moves after the first page: everything is read twice.
        page.total += u64::from(call == 1);
        Answer::Page(page)
    }));
    let came = list(&source, None).await;
    let listed = came.listed.unwrap();
    assert!(listed.clean);
    assert_eq!((listed.unreadable, listed.seen.len(), listed.unexplained()), (2, 18, 0));
}

#[tokio::test(start_paused = true)]
async fn an_error_on_a_page_ends_the_listing_with_it() {
    let source = Arc::new(Scripted::new(|number, _| match number {
        5 => Answer::Fails,
        _ => Answer::Page(page(u64::from(number) * 10..u64::from(number) * 10 + 10, 9, 90)),
    }));
    let came = list(&source, None).await;
    assert!(came.listed.unwrap_err().to_string().contains("page 5"));
    assert_eq!(came.ids.len(), 40, "what came before it is not lost");
}

#[tokio::test(start_paused = true)]
async fn a_limit_is_kept_and_asks_for_little_more() {
    let source = Arc::new(Scripted::stream(10, (1..=1000).collect(), |_, _| {}));
    let came = list(&source, Some(25)).await;
    assert_eq!(came.ids, (1..=25).collect::<Vec<_>>());
    assert!(came.listed.unwrap().ended);
    assert!(source.book().calls <= 3 + PAGES_AHEAD as usize, "{:?}", source.book());
}

#[tokio::test(start_paused = true)]
async fn it_ends_early_when_nobody_takes_photos_any_more() {
    let source = Arc::new(Scripted::stream(10, (1..=1000).collect(), |_, _| {}));
    let listing = Listing {
        source: Arc::clone(&source) as Arc<dyn Source>,
        account: Arc::new(account()),
        window: Window::default(),
        limit: None,
        reporter: Arc::new(Notes::default()),
        watch: Arc::new(Watch::new(NonZeroUsize::MIN, None)),
        baton: Baton::of(Turn::Together),
    };
    let (tx, mut rx) = mpsc::channel(1);
    let first = source.page(&account(), Window::default(), 1).await.unwrap();
    let running = tokio::spawn(async move { listing.run(first, &tx).await });
    rx.recv().await.unwrap();
    drop(rx);
    assert!(!running.await.unwrap().unwrap().ended);
    let calls = source.book().calls;
    tokio::time::sleep(std::time::Duration::from_mins(1)).await;
    assert_eq!(source.book().calls, calls, "no page is asked for any more");
}
