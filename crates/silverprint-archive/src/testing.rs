//! What the tests of this crate share: photos made by hand, and a source that
//! lists what a script says.

use crate::budget::ByteBudget;
use crate::cpu::CpuPool;
use crate::download::Means;
use crate::store::Folder;
use crate::watch::Watch;
use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt as _};
use serde_json::value::RawValue;
use silverprint_core::{
    Account, AccountRef, FetchError, Head, Page, Photo, PhotoId, Reject, Rendition, Shows, Silent,
    Sink, SinkError, Size, Source, SourceError, Stream, Waiting, Window,
};
use silverprint_thumb::ThumbnailSpec;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use url::Url;

pub(crate) fn account() -> Account {
    Account {
        nsid: nsid(),
        alias: None,
        username: "Somebody".to_owned(),
        is_pro: None,
        counted: None,
    }
}

fn nsid() -> silverprint_core::Nsid {
    "12345678@N00".parse().unwrap()
}

/// A rendition; `secret` stands for the picture.
pub(crate) fn rendition(size: Size, width: u32, height: u32, secret: &str) -> Rendition {
    let url = format!("https://live.staticflickr.com/1/7_{secret}_{}.jpg", size.label());
    Rendition { size, url: url.parse().unwrap(), width: Some(width), height: Some(height) }
}

pub(crate) fn photo(id: u64, renditions: Vec<Rendition>) -> Photo {
    let listing = RawValue::from_string("{}".to_owned()).unwrap();
    Photo { renditions, ..Photo::bare(PhotoId::new(id), nsid(), listing) }
}

/// A page of photos without renditions.
pub(crate) fn page(ids: impl IntoIterator<Item = u64>, pages: u32, total: u64) -> Page {
    let photos = ids.into_iter().map(|id| photo(id, Vec::new())).collect();
    Page { photos, pages, total, ..Page::default() }
}

pub(crate) fn reject(id: u64) -> Reject {
    Reject { id: Some(PhotoId::new(id)), reason: "nonsense".to_owned() }
}

/// What a script answers to a call.
pub(crate) enum Answer {
    Page(Page),
    Fails,
    Never,
}

type Script = dyn FnMut(u32, usize) -> Answer + Send;

/// Lists what its script says to a page's number and the number of the answer,
/// from 1 on.
pub(crate) struct Scripted {
    script: Mutex<Box<Script>>,
    shows: Shows,
    latency: Duration,
    book: Mutex<Book>,
    /// The bodies that there are, by address.
    pub(crate) pictures: HashMap<String, Vec<u8>>,
    /// What the source says of each video's stream; of others it knows none.
    pub(crate) streams: HashMap<PhotoId, Vec<Stream>>,
    /// A host that says nothing.
    pub(crate) hangs: Option<&'static str>,
    /// The addresses that were asked for.
    pub(crate) opened: Mutex<Vec<String>>,
    /// The host that is paused.
    waiting: Option<Waiting>,
    /// Whether the first page comes with the account.
    is_asked_for_both: bool,
}

/// What was asked so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Book {
    pub(crate) calls: usize,
    pub(crate) answers: usize,
    pub(crate) under_way: usize,
    pub(crate) most: usize,
}

impl Scripted {
    pub(crate) fn new(script: impl FnMut(u32, usize) -> Answer + Send + 'static) -> Self {
        let latency = Duration::from_millis(200);
        Self {
            script: Mutex::new(Box::new(script)),
            shows: Shows::All,
            latency,
            book: Mutex::default(),
            pictures: HashMap::new(),
            streams: HashMap::new(),
            hangs: None,
            opened: Mutex::default(),
            waiting: None,
            is_asked_for_both: false,
        }
    }

    /// A stream of these photos, changed after some answer by `change`.
    pub(crate) fn stream(
        page_size: u32,
        mut ids: Vec<u64>,
        mut change: impl FnMut(usize, &mut Vec<u64>) + Send + 'static,
    ) -> Self {
        Self::new(move |number, call| {
            let size = page_size as usize;
            let start = (number as usize - 1) * size;
            let shown: Vec<u64> = ids.iter().skip(start).take(size).copied().collect();
            let pages = u32::try_from(ids.len().div_ceil(size)).unwrap();
            let page = page(shown, pages, ids.len() as u64);
            change(call, &mut ids);
            Answer::Page(page)
        })
    }

    /// The same, from a source that never shows all it announces.
    pub(crate) fn at_first_glance(self) -> Self {
        Self { shows: Shows::FirstGlance, ..self }
    }

    /// The same, from a source that waits for a host.
    pub(crate) fn that_waits(self, waiting: Waiting) -> Self {
        Self { waiting: Some(waiting), ..self }
    }

    /// The same, from a source that says at once who it is and what the first page shows.
    pub(crate) fn asked_for_both(self) -> Self {
        Self { is_asked_for_both: true, ..self }
    }

    pub(crate) fn book(&self) -> Book {
        *self.book.lock().unwrap()
    }
}

impl Source for Scripted {
    fn resolve<'a>(&'a self, _: &'a AccountRef) -> BoxFuture<'a, Result<Account, SourceError>> {
        async { Ok(account()) }.boxed()
    }

    fn begin<'a>(
        &'a self,
        _: &'a AccountRef,
        window: Window,
    ) -> BoxFuture<'a, Result<(Account, Option<Page>), SourceError>> {
        async move {
            let account = account();
            let both = self.is_asked_for_both;
            let first = if both { Some(self.page(&account, window, 1).await?) } else { None };
            Ok((account, first))
        }
        .boxed()
    }

    fn page<'a>(
        &'a self,
        _: &'a Account,
        _: Window,
        number: u32,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        async move {
            {
                let mut book = self.book.lock().unwrap();
                book.calls += 1;
                book.under_way += 1;
                book.most = book.most.max(book.under_way);
            }
            tokio::time::sleep(self.latency).await;
            let call = {
                let mut book = self.book.lock().unwrap();
                book.under_way -= 1;
                book.answers += 1;
                book.answers
            };
            let answer = (self.script.lock().unwrap())(number, call);
            match answer {
                Answer::Page(page) => Ok(page),
                Answer::Fails => Err(SourceError::Passing {
                    attempt: format!("list page {number}"),
                    attempts: 6,
                    message: "500".to_owned(),
                }),
                Answer::Never => std::future::pending().await,
            }
        }
        .boxed()
    }

    fn shows(&self) -> Shows {
        self.shows
    }

    fn reread(&self, _: &RawValue) -> Result<Photo, Reject> {
        Err(reject(0))
    }

    fn streams<'a>(&'a self, video: &'a Photo) -> BoxFuture<'a, Result<Vec<Stream>, FetchError>> {
        let found = self.streams.get(&video.id).cloned();
        std::future::ready(Ok(found.unwrap_or_default())).boxed()
    }

    fn open<'a>(
        &'a self,
        url: &'a Url,
        sink: &'a mut dyn Sink,
    ) -> BoxFuture<'a, Result<u32, FetchError>> {
        async move {
            self.opened.lock().unwrap().push(url.path().to_owned());
            if self.hangs.is_some_and(|host| url.host_str() == Some(host)) {
                std::future::pending::<()>().await;
            }
            let Some(bytes) = self.pictures.get(url.as_str()) else {
                return Err(FetchError::Gone { message: "404".to_owned(), attempts: 2 });
            };
            let accepted = body(sink, Some(bytes.len() as u64), bytes).await;
            accepted
                .map(|()| 1)
                .map_err(|error| FetchError::Passing { message: error.to_string(), attempts: 1 })
        }
        .boxed()
    }

    fn waiting(&self) -> Option<Waiting> {
        self.waiting.clone()
    }
}

/// Sends a body into a sink, in chunks as they come from a socket.
pub(crate) async fn body(
    sink: &mut dyn Sink,
    length: Option<u64>,
    bytes: &[u8],
) -> Result<(), SinkError> {
    sink.begin(&Head { status: 200, length, ..Head::default() }).await?;
    for chunk in bytes.chunks(64 << 10) {
        sink.write(Bytes::copy_from_slice(chunk)).await?;
    }
    sink.accept().await
}

/// What downloads share, with so much memory; and the folder, which is to be
/// kept.
pub(crate) fn means(memory: usize) -> (Means, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let means = Means {
        budget: ByteBudget::new(memory),
        cpu: CpuPool::new(NonZeroUsize::MIN, ThumbnailSpec::default()).unwrap(),
        folder: Arc::new(Folder::open(folder.path()).unwrap()),
        reporter: Arc::new(Silent),
        received: Arc::default(),
        watch: Arc::new(Watch::new(NonZeroUsize::MIN, None)),
    };
    (means, folder)
}

/// An MP4 that plays nothing; another one for each `n`.
pub(crate) fn mp4(n: u8, length: u32) -> Vec<u8> {
    let mut file = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    file.extend((length + 8).to_be_bytes());
    file.extend(b"mdat");
    file.extend((0..length).map(|at| n.wrapping_add(u8::try_from(at % 251).unwrap())));
    file
}

/// A JPEG of about 6 kB, and its sides; another one for each `n`.
pub(crate) fn jpeg(n: usize) -> (Vec<u8>, u32, u32) {
    let config = fake_flickr::Config::new(fake_flickr::StreamConfig::tiny(5, 4));
    let server = fake_flickr::Server::start(config).unwrap();
    let photo = &server.truth()[n];
    let original = photo.rendition(fake_flickr::Label::O).unwrap();
    let bytes = server.rendition_bytes(photo.id, fake_flickr::Label::O).unwrap();
    (bytes, original.width, original.height)
}
