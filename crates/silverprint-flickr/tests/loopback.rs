//! The API over a real client and a real socket: what is asked, how often, and
//! what becomes of each answer. The server has one answer a method and counts.

use serde_json::value::RawValue;
use silverprint_core::{
    AccountRef, FetchError, Photo, PhotoId, Silent, Source, SourceError, Window,
};
use silverprint_flickr::{Api, Base};
use silverprint_http::{Backoff, Client, MayAsk, Policy};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;
use url::Url;

const KEY: &str = "canary0123456789";
const LOOKUP: &str = "flickr.urls.lookupUser";
const INFO: &str = "flickr.people.getInfo";
const PUBLIC: &str = "flickr.people.getPublicPhotos";
const WINDOW: &str = "flickr.people.getPhotos";
const SIZES: &str = "flickr.photos.getSizes";

type Query = HashMap<String, String>;

/// A server on this machine, until the test's process ends.
struct Server {
    base: Url,
    asked: Arc<Mutex<Vec<Query>>>,
}

impl Server {
    /// `answer` is given the query and how often the method was asked before;
    /// it gives a status and a body.
    fn start(answer: impl Fn(&Query, usize) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let asked: Arc<Mutex<Vec<Query>>> = Arc::default();
        let book = Arc::clone(&asked);
        std::thread::spawn(move || {
            std::thread::scope(|connections| {
                for stream in listener.incoming() {
                    let (book, answer) = (&book, &answer);
                    connections.spawn(move || serve(stream.unwrap(), book, answer));
                }
            });
        });
        Self { base, asked }
    }

    fn asked(&self) -> Vec<Query> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn api(&self) -> Api {
        let base = Base::at(&self.base).unwrap();
        let decider = base.clone();
        let may_ask = move |url: &Url| decider.may_ask(url).map_err(|no| no.to_string());
        let policy = Policy {
            loopback: true,
            attempts: 3,
            backoff: Backoff { first: Duration::from_millis(1), longest: Duration::from_millis(2) },
            ..Policy::new("silverprint test".to_owned(), MayAsk::new(may_ask))
        };
        let client = Client::new(policy, Arc::new(Silent)).unwrap();
        Api::new(base, KEY.parse().unwrap(), client)
    }
}

fn serve(
    mut stream: TcpStream,
    book: &Mutex<Vec<Query>>,
    answer: &impl Fn(&Query, usize) -> (u16, String),
) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let Some(request) = lines.next() else { return };
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let path = request.split(' ').nth(1).unwrap();
    let url: Url = format!("http://h{path}").parse().unwrap();
    assert_eq!(url.path(), "/services/rest/");
    let query: Query = url.query_pairs().into_owned().collect();
    let before = {
        let mut book = book.lock().unwrap();
        book.push(query.clone());
        book.iter().filter(|other| other["method"] == query["method"]).count() - 1
    };
    let (status, body) = answer(&query, before);
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    // The client may have seen enough before the end.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

fn person(query: &Query, _: usize) -> (u16, String) {
    let body = match &*query["method"] {
        LOOKUP => r#"{"user":{"id":"12345678@N00"},"stat":"ok"}"#,
        INFO => {
            r#"{"person":{"path_alias":"Keeper","username":{"_content":"The Keeper"}},"stat":"ok"}"#
        }
        PUBLIC | WINDOW => include_str!("samples/stream.json"),
        other => panic!("{other}"),
    };
    (200, body.to_owned())
}

#[tokio::test]
async fn an_alias_takes_two_calls_and_an_nsid_one() {
    let server = Server::start(person);
    let api = server.api();
    for (typed, methods) in [("keeper", vec![LOOKUP, INFO]), ("12345678@N00", vec![INFO])] {
        let account: AccountRef = typed.parse().unwrap();
        let account = api.resolve(&account).await.unwrap();
        assert_eq!(account.nsid.as_str(), "12345678@N00");
        assert_eq!(account.path_name(), "keeper");
        assert_eq!(account.username, "The Keeper");
        let asked = server.asked();
        let found: Vec<_> = asked.iter().map(|query| &*query["method"]).collect();
        assert_eq!(found, methods);
        for query in &asked {
            assert_eq!(query["api_key"], KEY);
            assert_eq!(query["format"], "json");
            assert_eq!(query["nojsoncallback"], "1");
        }
        assert_eq!(asked.last().unwrap()["user_id"], "12345678@N00");
        if typed == "keeper" {
            assert_eq!(asked[0]["url"], "https://www.flickr.com/photos/keeper/");
        }
    }
}

#[tokio::test]
async fn who_it_is_and_the_first_page_are_asked_for_at_once() {
    let both = Barrier::new(2);
    let server = Server::start(move |query, before| {
        if query["method"] != LOOKUP {
            both.wait();
        }
        person(query, before)
    });
    let begun = server.api();
    let begun = begun.begin(&"keeper".parse().unwrap(), Window::default()).await;
    let (account, first) = begun.unwrap();
    let first = first.unwrap();
    assert_eq!((account.nsid.as_str(), account.path_name()), ("12345678@N00", "keeper"));
    assert_eq!((first.photos.len(), first.pages, first.total), (3, 2, 502));
    let asked = server.asked();
    let mut methods: Vec<_> = asked.iter().map(|query| &*query["method"]).collect();
    methods.sort_unstable();
    assert_eq!(methods, [INFO, PUBLIC, LOOKUP]);
}

#[tokio::test]
async fn that_an_account_is_gone_says_more_than_that_it_has_no_pages() {
    let fails = |code| {
        let body = format!(r#"{{"stat":"fail","code":{code},"message":"No {code}"}}"#);
        (200, body)
    };
    let check = async |gone: bool, expected: &str| {
        let server = Server::start(move |query, before| match &*query["method"] {
            INFO if gone => fails(5),
            PUBLIC => fails(2),
            _ => person(query, before),
        });
        let api = server.api();
        let error = api.begin(&"keeper".parse().unwrap(), Window::default()).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(true, "No 5").await;
    check(false, "No 2").await;
}

#[tokio::test]
async fn an_account_of_known_id_begins_with_two_calls_and_its_window() {
    let server = Server::start(person);
    let window = Window { since: Some(1), until: Some(2) };
    let api = server.api();
    api.begin(&"12345678@N00".parse().unwrap(), window).await.unwrap();
    let mut asked = server.asked();
    asked.sort_unstable_by_key(|query| query["method"].clone());
    let methods: Vec<_> = asked.iter().map(|query| &*query["method"]).collect();
    assert_eq!(methods, [INFO, WINDOW]);
    assert_eq!(asked[1]["min_upload_date"], "1");
}

#[tokio::test]
async fn a_page_takes_one_call() {
    let server = Server::start(person);
    let api = server.api();
    let account = api.resolve(&"keeper".parse().unwrap()).await.unwrap();
    server.asked();
    let page = api.page(&account, Window::default(), 1).await.unwrap();
    assert_eq!((page.photos.len(), page.rejects.len()), (3, 3));
    assert_eq!((page.pages, page.total), (2, 502));
    let window = Window { since: Some(1), until: Some(2) };
    api.page(&account, window, 1).await.unwrap();
    // The server says page 1 to everything: that is nothing new of page 3.
    let past = api.page(&account, Window::default(), 3).await.unwrap();
    assert_eq!((past.photos.len(), past.pages, past.total), (0, 2, 502));
    let asked = server.asked();
    let methods: Vec<_> = asked.iter().map(|query| &*query["method"]).collect();
    assert_eq!(methods, [PUBLIC, WINDOW, PUBLIC]);
    assert_eq!((&*asked[1]["min_upload_date"], &*asked[1]["max_upload_date"]), ("1", "2"));
    assert_eq!((&*asked[2]["page"], &*asked[2]["per_page"]), ("3", "500"));
}

#[tokio::test]
async fn what_passes_is_asked_again() {
    let server = Server::start(|query, before| match before {
        0 => (200, r#"{"stat":"fail","code":201,"message":"Sorry"},"#.to_owned()),
        1 => (200, "<html>".to_owned()),
        _ => person(query, before),
    });
    let api = server.api();
    api.resolve(&"12345678@N00".parse().unwrap()).await.unwrap();
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn what_lasts_is_an_error_after_one_call() {
    let server = Server::start(|query, _| match &*query["method"] {
        LOOKUP => (200, r#"{"stat":"fail","code":1,"message":"User not found"}"#.to_owned()),
        _ => (200, format!(r#"{{"stat":"fail","code":100,"message":"Invalid API Key ({KEY})"}}"#)),
    });
    let api = server.api();
    let nobody = api.resolve(&"keeper".parse().unwrap()).await.unwrap_err();
    assert_eq!(nobody.to_string(), "there is no account keeper: User not found");
    let bad = api.resolve(&"12345678@N00".parse().unwrap()).await.unwrap_err();
    assert_eq!(
        bad.to_string(),
        "the API key was refused (look up 12345678@N00): Invalid API Key (…)"
    );
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn trouble_that_stays_is_passing_and_shows_no_key() {
    let server = Server::start(|query, _| (200, format!("it broke: {query:?}")));
    let api = server.api();
    let error = api.resolve(&"keeper".parse().unwrap()).await.unwrap_err();
    let SourceError::Passing { attempt, attempts, .. } = &error else { panic!("{error:?}") };
    assert_eq!((&**attempt, *attempts), ("look up keeper", 3));
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[tokio::test]
async fn a_form_that_comes_with_401_is_understood() {
    let server = Server::start(|_, _| (401, "oauth_problem=consumer_key_unknown".to_owned()));
    let api = server.api();
    let error = api.resolve(&"keeper".parse().unwrap()).await.unwrap_err();
    assert!(matches!(error, SourceError::BadKey { .. }), "{error:?}");
}

/// Such as another server than the user meant.
#[tokio::test]
async fn where_there_is_no_api_the_error_says_where_it_was_sought() {
    for (status, said) in [(404, "404 Not Found"), (400, "HTTP 400: ")] {
        let server = Server::start(move |_, _| (status, "<html>Not here".to_owned()));
        let error = server.api().resolve(&"keeper".parse().unwrap()).await.unwrap_err();
        assert!(matches!(error, SourceError::Malformed { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(said), "{text}");
        assert!(text.ends_with(&format!(" at {}services/rest/", server.base)), "{text}");
    }
}

fn video() -> Photo {
    let listing = RawValue::from_string("{}".to_owned()).unwrap();
    Photo::bare(PhotoId::new(7), "12345678@N00".parse().unwrap(), listing)
}

#[tokio::test]
async fn a_videos_stream_takes_one_call() {
    let server = Server::start(|_, before| {
        match before {
        0 => (200, r#"{"stat":"fail","code":105,"message":"Unavailable"}"#.to_owned()),
        _ => (200, r#"{"sizes":{"size":[{"label":"Site MP4","width":"640","height":"","source":"http:\/\/www.flickr.com\/play\/site\/","media":"video"}]},"stat":"ok"}"#.to_owned()),
    }
    });
    let stream = server.api().streams(&video()).await.unwrap().remove(0);
    assert_eq!(
        (&*stream.label, stream.url.as_str()),
        ("Site MP4", "http://www.flickr.com/play/site/")
    );
    assert_eq!((stream.width, stream.height), (Some(640), None));
    let asked = server.asked();
    assert_eq!(asked.len(), 2, "what passes is asked again");
    assert_eq!((&*asked[1]["method"], &*asked[1]["photo_id"]), (SIZES, "7"));
}

#[tokio::test]
async fn a_video_whose_streams_are_not_told_is_gone_and_shows_no_key() {
    let said = async |code: u32| {
        let body = format!(r#"{{"stat":"fail","code":{code},"message":"no, {KEY}"}}"#);
        let server = Server::start(move |_, _| (200, body.clone()));
        let error = server.api().streams(&video()).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        error
    };
    for code in [1, 2] {
        let gone = said(code).await;
        assert!(matches!(gone, FetchError::Gone { attempts: 1, .. }), "{gone:?}");
    }
    // No other video is told of either, and none of it passes.
    let access = said(100).await;
    assert!(matches!(access, FetchError::Access(SourceError::BadKey { .. })), "{access:?}");
    let malformed = said(116).await;
    assert!(matches!(malformed, FetchError::Malformed { attempts: 1, .. }), "{malformed:?}");
    let server = Server::start(|query, _| (200, format!("it broke: {query:?}")));
    let error = server.api().streams(&video()).await.unwrap_err();
    assert!(matches!(error, FetchError::Passing { attempts: 3, .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
}
