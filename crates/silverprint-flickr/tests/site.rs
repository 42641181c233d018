//! The site's pages over a real client and a real socket, from a server with
//! whatever answers a test has for each path: rules, refusals, keys, shapes.

use serde_json::value::RawValue;
use silverprint_core::{Photo, PhotoId, Silent, Source, SourceError, Window};
use silverprint_flickr::{Base, Door, connect};
use silverprint_http::{Backoff, Client, MayAsk, Policy};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use url::Url;

const OWN_KEY: &str = "canary0123456789";
const ROBOTS: &str = "/robots.txt";
const STREAM: &str = "/photos/keeper/";

/// Status and body for the path of a page without its query, or for the name of
/// an API's method.
type Answer = Box<dyn Fn(&str) -> (u16, String) + Send>;

/// A server on this machine, until the test's process ends. It remembers whole
/// requests, headers included.
struct Server {
    base: Url,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let book = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &book, &answer);
            }
        });
        Self { base, asked }
    }

    fn open(&self, door: Door) -> Arc<dyn Source> {
        let base = Base::at(&self.base).unwrap();
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

    fn requests(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn paths(&self) -> Vec<String> {
        let path = |request: &String| request.split(' ').nth(1).unwrap().to_owned();
        self.requests().iter().map(path).collect()
    }
}

fn serve(mut stream: TcpStream, book: &Mutex<Vec<String>>, answer: &Answer) {
    let lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let request: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let Some(path) = request.first().and_then(|line| line.split(' ').nth(1)) else { return };
    let name = match path.split_once("?method=") {
        Some((_, query)) => query.split('&').next(),
        None => path.split('?').next(),
    };
    let (status, body) = answer(name.unwrap());
    book.lock().unwrap().push(request.join("\n"));
    let place = if status == 302 { format!("location: {body}\r\n") } else { String::new() };
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{place}connection: close\r\n\r\n",
        body.len()
    );
    // The client may have seen enough before the end.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

/// A page that shows photos with these ids and says nothing of itself.
fn page(total: u32, ids: &[u32]) -> String {
    let photo = |id: &u32| {
        serde_json::json!({
            "id": id.to_string(),
            "owner": "~0",
            "sizes": {"o": {"url": format!("//live.staticflickr.com/1/{id}_a_o.jpg"), "width": 9, "height": 9}},
        })
    };
    let photos: Vec<_> = ids.iter().map(photo).collect();
    let export = serde_json::json!({
        "legend": [["photostream-models", "0", "owner"]],
        "main": {"photostream-models": [{
            "owner": {"id": "12345678@N00", "pathAlias": "Keeper", "username": "The%20Keeper"},
            "photoPageList": {"_data": photos, "totalItems": total},
        }]},
    });
    format!(
        "<html><script class=\"modelExport\">init({{ modelExport: {export}, a: b }})</script></html>"
    )
}

fn with_rules(robots: (u16, &str), total: u32, ids: &'static [u32]) -> Server {
    let robots = (robots.0, robots.1.to_owned());
    Server::start(Box::new(move |path| match path {
        ROBOTS => robots.clone(),
        STREAM => (200, page(total, ids)),
        _ => (404, String::new()),
    }))
}

async fn resolve(source: &dyn Source) -> Result<silverprint_core::Account, SourceError> {
    source.resolve(&"keeper".parse().unwrap()).await
}

#[tokio::test]
async fn the_rules_are_read_once_and_before_any_page() {
    let server = with_rules((200, "User-agent: *\nDisallow: /x\n"), 1, &[7]);
    let source = server.open(Door::Page);
    let account = resolve(&*source).await.unwrap();
    assert_eq!((account.path_name(), &*account.username), ("keeper", "The Keeper"));
    source.page(&account, Window::default(), 1).await.unwrap();
    source.page(&account, Window::default(), 2).await.unwrap();
    assert_eq!(server.paths(), [ROBOTS, STREAM, "/photos/keeper/page2"]);
}

#[tokio::test]
async fn the_rules_for_us_are_obeyed() {
    let ours = "User-agent: *\nAllow: /\n\nUser-agent: silverprint\nDisallow: /photos/keeper\n";
    let server = with_rules((200, ours), 1, &[7]);
    let refused = resolve(&*server.open(Door::Page)).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!(
            "cannot look up keeper: {0}robots.txt asks programs not to read {0}photos/keeper/",
            server.base
        )
    );
    assert_eq!(server.paths(), [ROBOTS]);
    // Only pages may be forbidden one by one: the second is, the first is not.
    let server = with_rules((200, "User-agent: *\nDisallow: /photos/*/page\n"), 50, &[7]);
    let source = server.open(Door::Page);
    let account = resolve(&*source).await.unwrap();
    let second = source.page(&account, Window::default(), 2).await;
    assert!(matches!(second, Err(SourceError::Disallowed { .. })), "{second:?}");
}

/// Before anything is asked there, whether with the door's own page or the key's.
#[tokio::test]
async fn no_redirect_leads_to_a_page_that_the_rules_forbid() {
    let closed = "/closed/keeper/";
    let server = Server::start(Box::new(move |path| match path {
        ROBOTS => (200, "User-agent: *\nDisallow: /closed/\n".to_owned()),
        "/photos/keeper/page2" => (302, "/once/more?then=1".to_owned()),
        "/once/more" | "/photos/" => (302, format!("{closed}?token=5ecret")),
        STREAM => (302, "/photos/12345678@N00/".to_owned()),
        _ => (200, page(50, &[7])),
    }));
    let source = server.open(Door::Page);
    let account = resolve(&*source).await.unwrap();
    let second = source.page(&account, Window::default(), 2).await.unwrap_err();
    let said = |what: &str| {
        let base = server.base.as_str();
        format!("cannot {what}: {base}robots.txt asks programs not to read {base}closed/keeper/")
    };
    assert!(matches!(second, SourceError::Disallowed { .. }), "{second:?}");
    assert_eq!(second.to_string(), said("list page 2 of keeper"));
    let no_key = resolve(&*server.open(Door::Site)).await.unwrap_err();
    assert_eq!(no_key.to_string(), said("read the site's key from its pages"));
    assert!(!server.paths().iter().any(|path| path.starts_with(closed)), "{:?}", server.paths());
}

#[tokio::test]
async fn a_visitor_who_is_led_to_sign_in_has_no_permission() {
    // Flickr's own rules keep programs away from there.
    for rules in ["User-agent: *\nDisallow: /signin\n", ""] {
        let server = Server::start(Box::new(move |path| match path {
            ROBOTS => (200, rules.to_owned()),
            STREAM => (302, "/signin?acf=%2Fphotos%2Fkeeper%2F".to_owned()),
            _ => (200, "<html>Who are you?</html>".to_owned()),
        }));
        let error = resolve(&*server.open(Door::Page)).await.unwrap_err();
        assert!(matches!(error, SourceError::NoPermission { .. }), "{error:?}");
        let said = error.to_string();
        assert!(said.starts_with("no permission to look up keeper: "), "{said}");
        assert!(said.contains("sign-in page"), "{said}");
        assert_eq!(server.paths(), [ROBOTS, STREAM]);
    }
}

#[tokio::test]
async fn no_rules_forbid_nothing_and_rules_out_of_reach_everything() {
    for status in [403, 404, 410] {
        let server = with_rules((status, "User-agent: *\nDisallow: /\n"), 1, &[7]);
        resolve(&*server.open(Door::Page)).await.unwrap();
        assert_eq!(server.paths(), [ROBOTS, STREAM], "{status}");
    }
    let server = with_rules((500, ""), 1, &[7]);
    let error = resolve(&*server.open(Door::Page)).await.unwrap_err();
    let SourceError::Passing { attempt, attempts: 3, .. } = &error else { panic!("{error:?}") };
    assert!(attempt.contains("robots.txt"), "{attempt}");
    assert_eq!(server.paths(), [ROBOTS; 3]);
}

#[tokio::test]
async fn the_site_gets_the_time_between_pages_that_it_asks_for() {
    let server = with_rules((200, "User-agent: *\nCrawl-delay: 0.05\n"), 9, &[7]);
    let source = server.open(Door::Page);
    let began = Instant::now();
    let account = resolve(&*source).await.unwrap();
    for number in 2..5 {
        source.page(&account, Window::default(), number).await.unwrap();
    }
    // Four pages, three times between them; the clock may only be late.
    assert!(began.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_no_is_told_from_nobody() {
    for (status, denied) in [(401, true), (403, true), (404, false), (410, false)] {
        let server = Server::start(Box::new(move |path| match path {
            ROBOTS => (404, String::new()),
            _ => (status, "<html></html>".to_owned()),
        }));
        let error = resolve(&*server.open(Door::Page)).await.unwrap_err();
        match error {
            SourceError::NoPermission { .. } => assert!(denied, "{status}"),
            SourceError::NoSuchAccount { .. } => assert!(!denied, "{status}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_page_of_another_kind_is_said_to_be_one() {
    let other = |html: &'static str| {
        Server::start(Box::new(move |path| match path {
            ROBOTS => (404, String::new()),
            _ => (200, html.to_owned()),
        }))
    };
    let tags = other("<html>modelExport: {\"legend\":[],\"main\":{}} </html>");
    let nobody = resolve(&*tags.open(Door::Page)).await;
    assert!(matches!(nobody, Err(SourceError::NoSuchAccount { .. })), "{nobody:?}");
    let uncounted = other(
        "<html>modelExport: {\"legend\":[],\"main\":{\"photostream-models\":\
         [{\"owner\":{\"id\":\"1@N0\"}}]}} </html>",
    );
    let malformed = resolve(&*uncounted.open(Door::Page)).await;
    assert!(matches!(malformed, Err(SourceError::Malformed { .. })), "{malformed:?}");
    let changed = other("<html>Welcome to the new Flickr</html>");
    let malformed = resolve(&*changed.open(Door::Page)).await;
    assert!(matches!(malformed, Err(SourceError::Malformed { .. })), "{malformed:?}");
    let no_key = resolve(&*changed.open(Door::Site)).await;
    assert!(matches!(no_key, Err(SourceError::Malformed { .. })), "{no_key:?}");
}

/// Pages that say nothing of themselves, past the end of 5 photos: a redirect to
/// the first, the last one again, none.
#[tokio::test]
async fn the_end_shows_in_pages_that_bring_nothing_new() {
    for end in [(302, STREAM.to_owned()), (200, page(9, &[4, 5])), (404, String::new())] {
        let server = Server::start(Box::new(move |path| match path {
            ROBOTS => (404, String::new()),
            STREAM => (200, page(9, &[1, 2, 3])),
            "/photos/keeper/page2" => (200, page(9, &[3, 4, 5])),
            _ => end.clone(),
        }));
        let source = server.open(Door::Page);
        let account = resolve(&*source).await.unwrap();
        let mut found = Vec::new();
        for number in 1..=3 {
            let page = source.page(&account, Window::default(), number).await.unwrap();
            found.push((page.photos.len(), page.pages, page.total));
        }
        // The photo that came twice is left for the listing to see.
        assert_eq!(found, [(3, 2, 9), (3, 3, 9), (0, 3, 9)]);
    }
}

#[tokio::test]
async fn no_key_of_the_users_goes_to_a_page_and_none_of_the_sites_shows() {
    let secret = "5ecret5ecret5ecret";
    let server = Server::start(Box::new(move |path| match path {
        ROBOTS => (404, String::new()),
        "/photos/" => (200, format!("<html>site_key = \"{secret}\";</html>")),
        _ => (200, format!("{{\"stat\":\"fail\",\"code\":100,\"message\":\"Bad {secret}\"}}")),
    }));
    let error = resolve(&*server.open(Door::Site)).await.unwrap_err();
    assert!(matches!(error, SourceError::BadKey { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("5ecret"));
    let asked = server.requests();
    let pages = asked.iter().filter(|request| !request.contains("/services/rest/"));
    assert_eq!(pages.clone().count(), 3, "the rules, and a page for each of two keys");
    assert!(pages.into_iter().all(|request| !request.contains("5ecret")));

    let server = with_rules((404, ""), 1, &[7]);
    let source = server.open(Door::Key(OWN_KEY.parse().unwrap()));
    assert!(source.resolve(&"12345678@N00".parse().unwrap()).await.is_err());
    assert!(server.paths().iter().all(|path| path.starts_with("/services/rest/")));
}

fn video(id: u64) -> Photo {
    let listing = RawValue::from_string("{}".to_owned()).unwrap();
    Photo::bare(PhotoId::new(id), "12345678@N00".parse().unwrap(), listing)
}

const SIZES: &str = "flickr.photos.getSizes";

/// Keys that are numbered, and an API where calls are answered by `call`.
fn with_keys(call: impl Fn(&str, usize) -> String + Send + 'static) -> Server {
    let (given, called) = (AtomicUsize::new(0), AtomicUsize::new(0));
    Server::start(Box::new(move |name| match name {
        ROBOTS => (404, String::new()),
        "/photos/" => {
            let n = given.fetch_add(1, Ordering::SeqCst);
            (200, format!("<html>site_key = \"5ecret{n}\";</html>"))
        }
        method => (200, call(method, called.fetch_add(1, Ordering::SeqCst))),
    }))
}

const BAD_KEY: &str = r#"{"stat":"fail","code":100,"message":"Invalid API Key"}"#;

#[tokio::test]
async fn a_method_that_the_sites_keys_are_refused_for_is_asked_with_two_and_no_more() {
    let server = with_keys(|method, _| match method {
        SIZES => BAD_KEY.to_owned(),
        "flickr.people.getInfo" => {
            r#"{"stat":"ok","person":{"id":"12345678@N00","username":{"_content":"k"}}}"#.to_owned()
        }
        _ => panic!("{method}"),
    });
    let source = server.open(Door::Site);
    let keeper = "12345678@N00".parse().unwrap();
    source.resolve(&keeper).await.unwrap();
    for id in 1..=5 {
        let error = source.streams(&video(id)).await.unwrap_err().to_string();
        assert!(error.contains("with the key of the site's own pages"), "{error}");
        assert!(error.contains("Invalid API Key"), "{error}");
        assert!(error.contains(&format!("the streams of {id}")), "{error}");
    }
    let asked = server.paths();
    let n_sizes = asked.iter().filter(|path| path.contains(SIZES)).count();
    let n_pages = asked.iter().filter(|path| *path == "/photos/").count();
    assert_eq!((n_sizes, n_pages), (2, 2), "{asked:?}");
    // The keys are good for all else.
    source.resolve(&keeper).await.unwrap();
}

#[tokio::test]
async fn a_method_is_not_given_up_for_a_key_that_was_spent() {
    // Every other call has a key that is good no more.
    let server = with_keys(|_, n_called| match n_called % 2 {
        0 => BAD_KEY.to_owned(),
        _ => r#"{"stat":"ok","sizes":{"size":[]}}"#.to_owned(),
    });
    let source = server.open(Door::Site);
    for id in 1..=4 {
        assert_eq!(source.streams(&video(id)).await.unwrap(), []);
    }
    assert_eq!(server.paths().iter().filter(|path| *path == "/photos/").count(), 5);
}
