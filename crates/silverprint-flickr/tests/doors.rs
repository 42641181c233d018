//! The three doors to one photostream, served by `fake-flickr`: what each lists,
//! what it asks for on the way, and what it says when it must not or cannot.

use fake_flickr::{
    Account as Fate, ApiFault, Config, PageShape, Pages, PastEnd, Server, SiteKeys, StreamConfig,
};
use silverprint_core::{Account, Media, Page, Photo, Silent, Source, SourceError, Window};
use silverprint_flickr::{Base, Door, connect, read_photo};
use silverprint_http::{Backoff, Client, MayAsk, Policy};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

fn serve(photos: u32, pages: Pages) -> Server {
    Server::start(Config { pages, ..Config::new(StreamConfig::new(5, photos)) }).unwrap()
}

fn open(server: &Server, door: Door) -> Arc<dyn Source> {
    let base = Base::at(&server.base().parse().unwrap()).unwrap();
    let asked = base.clone();
    let may_ask = move |url: &Url| asked.may_ask(url).map_err(|no| no.to_string());
    let policy = Policy {
        loopback: true,
        attempts: 3,
        backoff: Backoff { first: Duration::from_millis(1), longest: Duration::from_millis(2) },
        ..Policy::new("silverprint test".to_owned(), MayAsk::new(may_ask))
    };
    connect(door, base, Client::new(policy, Arc::new(Silent)).unwrap())
}

fn own(server: &Server) -> Door {
    Door::Key(server.key().parse().unwrap())
}

async fn resolved(source: &dyn Source, server: &Server) -> Account {
    source.resolve(&server.alias().parse().unwrap()).await.unwrap()
}

/// Every page in turn, up to the last that is announced.
async fn pages(source: &dyn Source, account: &Account, window: Window) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    loop {
        let number = u32::try_from(pages.len() + 1).unwrap();
        assert!(number < 100, "it goes on and on");
        pages.push(source.page(account, window, number).await.unwrap());
        if number >= pages.last().unwrap().pages {
            return pages;
        }
    }
}

async fn listed(source: &dyn Source, server: &Server) -> (Vec<Photo>, u64) {
    let account = resolved(source, server).await;
    let pages = pages(source, &account, Window::default()).await;
    assert!(pages.iter().all(|page| page.total == pages[0].total && page.rejects.is_empty()));
    let total = pages[0].total;
    (pages.into_iter().flat_map(|page| page.photos).collect(), total)
}

fn ids(photos: &[Photo]) -> Vec<u64> {
    photos.iter().map(|photo| photo.id.get()).collect()
}

fn true_ids(server: &Server) -> Vec<u64> {
    server.truth().iter().map(|photo| photo.id).collect()
}

#[tokio::test]
async fn all_doors_list_the_same_where_pages_show_everything() {
    for shape in [PageShape::Flat, PageShape::Wrapped] {
        for past_end in [PastEnd::Redirect, PastEnd::RepeatLast] {
            let server = serve(130, Pages { shape, past_end, ..Pages::complete() });
            let (by_key, _) = listed(&*open(&server, own(&server)), &server).await;
            assert_eq!(ids(&by_key), true_ids(&server));
            for door in [Door::Site, Door::Page] {
                let (photos, total) = listed(&*open(&server, door), &server).await;
                assert_eq!((ids(&photos), total), (ids(&by_key), 130));
            }
        }
    }
}

#[tokio::test]
async fn a_page_says_of_a_photo_what_the_api_says() {
    for shape in [PageShape::Flat, PageShape::Wrapped] {
        let server = serve(75, Pages { shape, ..Pages::complete() });
        let (by_key, _) = listed(&*open(&server, own(&server)), &server).await;
        let (by_page, _) = listed(&*open(&server, Door::Page), &server).await;
        assert_eq!(by_page.len(), by_key.len());
        for (page, key) in by_page.iter().zip(&by_key) {
            assert_eq!((page.id, &page.owner, &page.title), (key.id, &key.owner, &key.title));
            assert_eq!(page.description, key.description);
            assert_eq!(
                (page.media, page.license, page.posted),
                (key.media, key.license, key.posted)
            );
            // A page does not say how exactly the date is known.
            let text = |photo: &Photo| photo.taken.as_ref().map(|taken| taken.text.clone());
            assert_eq!((text(page), page.views), (text(key), key.views));
            assert_eq!(page.can_download, key.can_download);
            // A page has no sizes that were never made, and says so of no video.
            for file in &page.renditions {
                let same = key.renditions.iter().find(|other| other.size == file.size).unwrap();
                assert_eq!(file.url, same.url);
            }
            let again = read_photo(&page.listing, None).unwrap();
            assert_eq!(again.fingerprint(), page.fingerprint());
            assert!(page.listing.get().contains(r#""via":"page""#));
            assert!(!key.listing.get().contains(r#""via""#));
        }
        assert!(by_page.iter().any(|photo| photo.media == Media::Video));
    }
}

#[tokio::test]
async fn pages_that_show_a_quarter_say_exactly_what_is_missing() {
    for past_end in [PastEnd::Redirect, PastEnd::RepeatLast] {
        let server = serve(618, Pages { past_end, ..Pages::default() });
        let (photos, total) = listed(&*open(&server, Door::Page), &server).await;
        // Six pages of 100 show 25 each, the seventh all of its 18.
        assert_eq!((photos.len(), total), (168, 618));
        let truth = true_ids(&server);
        let shown: Vec<_> =
            truth.chunks(100).flat_map(|page| &page[..page.len().min(25)]).collect();
        assert_eq!(ids(&photos).iter().collect::<Vec<_>>(), shown);
        // Nothing past the end had to be asked for, nothing was asked twice.
        assert_eq!((server.hits().pages, server.hits().api_total()), (7, 0));
    }
}

#[tokio::test]
async fn the_end_is_found_where_no_page_tells_it() {
    for past_end in [PastEnd::Redirect, PastEnd::RepeatLast] {
        // The last page stands for 30 photos and shows 25: it does not know its end.
        let server = serve(130, Pages { past_end, ..Pages::default() });
        let source = open(&server, Door::Page);
        let account = resolved(&*source, &server).await;
        let pages = pages(&*source, &account, Window::default()).await;
        let shown: Vec<_> = pages.iter().map(|page| page.photos.len()).collect();
        assert_eq!(shown, [25, 25, 0]);
        assert!(pages.iter().all(|page| page.total == 130));
    }
}

#[tokio::test]
async fn a_second_listing_reads_the_first_page_again() {
    let server = serve(40, Pages::complete());
    let source = open(&server, Door::Page);
    let account = resolved(&*source, &server).await;
    assert_eq!(server.hits().pages, 1);
    let first = source.page(&account, Window::default(), 1).await.unwrap();
    assert_eq!(server.hits().pages, 1);
    let newest = server.upload(1)[0];
    let again = source.page(&account, Window::default(), 1).await.unwrap();
    assert_eq!(server.hits().pages, 2);
    assert_eq!((first.total, again.total), (40, 41));
    assert_eq!(again.photos[0].id.get(), newest);
    // What was pushed over the border is news to nobody and shows the movement.
    let second = source.page(&account, Window::default(), 2).await.unwrap();
    assert_eq!(second.photos.len(), 16);
}

#[tokio::test]
async fn a_window_leaves_out_what_is_shown_and_outside() {
    let server = serve(60, Pages::complete());
    let truth = server.truth();
    let window = Window { since: Some(truth[40].posted), until: Some(truth[10].posted) };
    let source = open(&server, Door::Page);
    let account = resolved(&*source, &server).await;
    let pages = pages(&*source, &account, window).await;
    let inside = |posted: i64| (truth[40].posted..=truth[10].posted).contains(&posted);
    let expected: Vec<_> =
        truth.iter().filter(|photo| inside(photo.posted)).map(|photo| photo.id).collect();
    let photos: Vec<_> = pages.iter().flat_map(|page| page.photos.clone()).collect();
    assert_eq!(ids(&photos), expected);
    let outside: u64 = pages.iter().map(|page| page.outside).sum();
    assert_eq!(outside + expected.len() as u64, 60);
}

#[tokio::test]
async fn accounts_are_told_by_their_page() {
    let server = serve(30, Pages::complete());
    let source = open(&server, Door::Page);
    for typed in [server.alias(), server.alias().to_uppercase(), server.nsid()] {
        let account = source.resolve(&typed.parse().unwrap()).await.unwrap();
        assert_eq!(account.nsid.as_str(), server.nsid());
        assert_eq!(account.path_name(), server.alias());
        assert_eq!(account.is_pro, Some(false));
    }
    let nobody = source.resolve(&"somebody-else".parse().unwrap()).await;
    assert!(matches!(nobody, Err(SourceError::NoSuchAccount { .. })), "{nobody:?}");
    server.set_account(Fate::Deleted);
    let deleted = source.resolve(&server.alias().parse().unwrap()).await;
    assert!(matches!(deleted, Err(SourceError::NoSuchAccount { .. })), "{deleted:?}");
    server.set_account(Fate::Denied);
    let (photos, total) = listed(&*source, &server).await;
    assert_eq!((photos.len(), total), (0, 0));
}

#[tokio::test]
async fn pages_come_through_passing_trouble() {
    let server = serve(30, Pages::complete());
    let source = open(&server, Door::Page);
    for fault in [ApiFault::BadJson, ApiFault::Status(500)] {
        server.page_fault(fault);
        let account = resolved(&*source, &server).await;
        assert_eq!(account.nsid.as_str(), server.nsid());
    }
    for _ in 0..3 {
        server.page_fault(ApiFault::BadJson);
    }
    let lasting = source.resolve(&server.alias().parse().unwrap()).await;
    assert!(matches!(lasting, Err(SourceError::Passing { attempts: 3, .. })), "{lasting:?}");
}

#[tokio::test]
async fn pages_that_programs_are_asked_not_to_read_are_not_read() {
    let server = serve(30, Pages { robots: Pages::ROBOTS_AWAY.to_owned(), ..Pages::default() });
    for door in [Door::Page, Door::Site] {
        let refused = open(&server, door).resolve(&server.alias().parse().unwrap()).await;
        let Err(SourceError::Disallowed { rules, .. }) = &refused else { panic!("{refused:?}") };
        assert_eq!(*rules, format!("{}/robots.txt", server.base()));
    }
    assert_eq!((server.hits().pages, server.hits().api_total()), (0, 0));
    // The API is no page.
    let (photos, _) = listed(&*open(&server, own(&server)), &server).await;
    assert_eq!(photos.len(), 30);
}

#[tokio::test]
async fn the_sites_key_takes_one_page_for_many_calls() {
    let server = serve(1200, Pages::default());
    let (photos, total) = listed(&*open(&server, Door::Site), &server).await;
    assert_eq!((photos.len(), total), (1200, 1200));
    assert_eq!((server.hits().pages, server.hits().api_total()), (1, 5));
}

#[tokio::test]
async fn a_key_of_the_sites_that_is_spent_is_renewed() {
    let site_keys = SiteKeys { calls: Some(2), ..SiteKeys::default() };
    let server = serve(1200, Pages { site_keys, ..Pages::default() });
    let (photos, _) = listed(&*open(&server, Door::Site), &server).await;
    assert_eq!(ids(&photos), true_ids(&server));
    // Five calls: two with each key, and one with each that showed it was spent.
    assert_eq!((server.hits().pages, server.hits().api_total()), (3, 7));
}

#[tokio::test]
async fn many_calls_that_see_a_key_expire_renew_it_once() {
    let site_keys = SiteKeys { calls: Some(2), ..SiteKeys::default() };
    let server = serve(1200, Pages { site_keys, ..Pages::default() });
    let source = open(&server, Door::Site);
    let account = resolved(&*source, &server).await;
    assert_eq!(server.hits().pages, 1);
    let page = |number| source.page(&account, Window::default(), number);
    let (first, second) = tokio::join!(page(1), page(2));
    assert_eq!((first.unwrap().photos.len(), second.unwrap().photos.len()), (500, 500));
    assert_eq!(server.hits().pages, 2);
}

#[tokio::test]
async fn a_fresh_key_of_the_sites_that_is_refused_is_the_end() {
    let server = serve(30, Pages::default());
    server.revoke_key();
    let refused = open(&server, Door::Site).resolve(&server.alias().parse().unwrap()).await;
    let Err(SourceError::BadKey { attempt, .. }) = &refused else { panic!("{refused:?}") };
    assert!(attempt.ends_with("with the key of the site's own pages"), "{attempt}");
    assert_eq!((server.hits().pages, server.hits().api_total()), (2, 2));
}

#[tokio::test]
async fn a_key_of_ones_own_that_is_refused_is_replaced_by_nothing() {
    let server = serve(30, Pages::default());
    let source = open(&server, own(&server));
    let account = resolved(&*source, &server).await;
    server.revoke_key();
    let refused = source.page(&account, Window::default(), 1).await;
    assert!(matches!(refused, Err(SourceError::BadKey { .. })), "{refused:?}");
    assert_eq!((server.hits().pages, server.hits().api_total()), (0, 3));
}
