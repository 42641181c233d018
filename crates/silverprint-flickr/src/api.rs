//! The API as a [`Source`]: accounts, pages of a photostream, pictures.

use crate::attempt::Attempt;
use crate::call::{AnswerSink, Method};
use crate::keys::{Key, Keys, SiteKeys};
use crate::person::{looked_up, read_person};
use crate::picture::open;
use crate::site::Site;
use crate::stream::{best_first, unanswered};
use crate::{Answer, ApiKey, Base, Listing, read_photo};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;
use silverprint_core::{
    Account, AccountRef, FetchError, Gate, Nsid, Page, Photo, Reject, Shows, Sink, Source,
    SourceError, Stream, Waiting, Window,
};
use silverprint_http::Client;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;
use tokio::task::yield_now;
use url::Url;

/// Flickr's API, asked with the user's own key, or with the one of the site's
/// pages where the user chose that by name.
pub struct Api {
    base: Base,
    key: Keys,
    client: Client,
}

/// As many as Flickr gives.
const PAGE_SIZE: u32 = 500;

/// How many entries are read before others get their turn: about a millisecond.
const ENTRIES_A_TURN: usize = 64;

/// Everything that is listed of a photo, so that no photo needs a call of its
/// own. From `url_w` on undocumented, and seen to work.
const EXTRAS: &str = "description,license,date_upload,date_taken,owner_name,original_format,\
    last_update,geo,tags,machine_tags,o_dims,views,media,path_alias,\
    url_sq,url_t,url_s,url_q,url_m,url_n,url_z,url_c,url_l,url_o,\
    url_w,url_h,url_k,url_3k,url_4k,url_5k,url_6k,url_f,\
    safety_level,realname,count_comments,count_faves,can_download";

impl Api {
    /// The API at `base`, asked with the user's own key.
    pub fn new(base: Base, key: ApiKey, client: Client) -> Self {
        Self { base, key: Keys::Own(Arc::new(key)), client }
    }

    /// The API at `base`, asked with the key that the site's pages carry.
    pub fn with_site_key(base: Base, client: Client) -> Self {
        let site = Site::new(base.clone(), client.clone());
        Self { base, key: Keys::Site(Box::new(SiteKeys::new(site))), client }
    }

    /// Calls a method. A key of the site's that is refused is renewed once; the
    /// user's own is what it is.
    async fn call(
        &self,
        method: Method,
        arguments: &[(&str, &str)],
        attempt: &Attempt<'_>,
    ) -> Result<Answer, SourceError> {
        let key = match self.key.current(method).await? {
            Key::Good(key) => key,
            Key::Refused(message) => return Err(self.refused(attempt, message)),
        };
        let answer = self.call_with(&key, method, arguments, attempt).await;
        let Err(SourceError::BadKey { .. }) = answer else { return answer };
        let Some(fresh) = self.key.instead_of(&key, method).await? else { return answer };
        let answer = self.call_with(&fresh, method, arguments, attempt).await;
        let Err(SourceError::BadKey { message, .. }) = answer else { return answer };
        self.key.refused(&fresh, method, &message);
        Err(self.refused(attempt, message))
    }

    /// The key was refused, and so is every other one that can be had.
    fn refused(&self, attempt: &Attempt<'_>, message: String) -> SourceError {
        SourceError::BadKey { attempt: attempt.what.clone() + self.key.whose(), message }
    }

    async fn call_with(
        &self,
        key: &Arc<ApiKey>,
        method: Method,
        arguments: &[(&str, &str)],
        attempt: &Attempt<'_>,
    ) -> Result<Answer, SourceError> {
        let url = method.url(&self.base, key, arguments);
        let mut sink = AnswerSink::new(key, method);
        let fetched = self.client.get(&url, &mut sink).await;
        fetched.map_err(|error| attempt.unanswered(self.located(error)))?;
        match sink.into_outcome() {
            Some(outcome) => {
                let answer = outcome.map_err(|failure| attempt.failed(&failure, method));
                if !matches!(answer, Err(SourceError::BadKey { .. })) {
                    self.key.answered(key, method);
                }
                answer
            }
            None => Err(attempt.malformed("nothing was accepted")),
        }
    }

    /// Where there is no API, which address it was sought at: the user may have
    /// named it. The endpoint has no query.
    fn located(&self, error: FetchError) -> FetchError {
        match error {
            FetchError::Gone { message, attempts } => {
                let message = format!("{message} at {}", self.base.endpoint());
                FetchError::Gone { message, attempts }
            }
            other => other,
        }
    }

    async fn resolve(&self, account: &AccountRef) -> Result<Account, SourceError> {
        let nsid = self.look_up(account).await?;
        self.person(account, &nsid).await
    }

    /// Who it is and what they show need only the id: neither waits for the other.
    async fn begin(
        &self,
        account: &AccountRef,
        window: Window,
    ) -> Result<(Account, Option<Page>), SourceError> {
        let (nsid, name) = (self.look_up(account).await?, account.to_string());
        // An account that is gone has no pages either; that it is gone says more, and
        // then nobody waits for the page.
        let page = async { Ok(self.page((&nsid, &name), window, 1).await) };
        let (person, page) = tokio::try_join!(self.person(account, &nsid), page)?;
        Ok((person, Some(page?)))
    }

    async fn look_up(&self, account: &AccountRef) -> Result<Nsid, SourceError> {
        let alias = match account {
            AccountRef::Nsid(nsid) => return Ok(nsid.clone()),
            AccountRef::Alias(alias) => alias,
        };
        let name = account.to_string();
        let attempt = self.looking_up(&name);
        let url = format!("https://www.flickr.com/photos/{alias}/");
        let answer = self.call(Method::LookupUser, &[("url", &url)], &attempt).await?;
        looked_up(&answer).map_err(|message| attempt.malformed(&message))
    }

    async fn person(&self, account: &AccountRef, nsid: &Nsid) -> Result<Account, SourceError> {
        let name = account.to_string();
        let attempt = self.looking_up(&name);
        let answer = self.call(Method::Info, &[("user_id", nsid.as_str())], &attempt).await?;
        let read = read_person(&answer).map_err(|message| attempt.malformed(&message))?;
        let deleted = || attempt.no_such_account("User deleted");
        read.into_account(account, nsid.clone()).ok_or_else(deleted)
    }

    fn looking_up<'a>(&'a self, name: &'a str) -> Attempt<'a> {
        Attempt { what: format!("look up {name}"), account: name, key: &self.key }
    }

    async fn page(
        &self,
        (nsid, name): (&Nsid, &str),
        window: Window,
        number: u32,
    ) -> Result<Page, SourceError> {
        let attempt = Attempt {
            what: format!("list page {number} of {name}"),
            account: name,
            key: &self.key,
        };
        let (method, arguments) = page_call(nsid, window, number);
        let arguments: Vec<_> = arguments.iter().map(|(key, value)| (*key, &**value)).collect();
        let answer = self.call(method, &arguments, &attempt).await?;
        let malformed = |error: crate::ListingError| attempt.malformed(&error.to_string());
        let mut listing = Listing::parse(&answer).map_err(malformed)?;
        // Asked past its end, a listing may answer with a page that we have.
        if listing.number.is_some_and(|answered| answered != number) {
            listing.entries.clear();
        }
        Ok(read_page(&listing, nsid).await)
    }

    async fn streams(&self, video: &Photo) -> Result<Vec<Stream>, FetchError> {
        let id = video.id.to_string();
        let what = format!("look for the streams of {id}");
        let attempt = Attempt { what, account: video.owner.as_str(), key: &self.key };
        let answer = self.call(Method::Sizes, &[("photo_id", &id)], &attempt).await;
        let answer = answer.map_err(unanswered)?;
        best_first(&answer).map_err(|message| unanswered(attempt.malformed(&message)))
    }
}

impl Source for Api {
    fn resolve<'a>(
        &'a self,
        account: &'a AccountRef,
    ) -> BoxFuture<'a, Result<Account, SourceError>> {
        self.resolve(account).boxed()
    }

    fn begin<'a>(
        &'a self,
        account: &'a AccountRef,
        window: Window,
    ) -> BoxFuture<'a, Result<(Account, Option<Page>), SourceError>> {
        self.begin(account, window).boxed()
    }

    fn page<'a>(
        &'a self,
        account: &'a Account,
        window: Window,
        number: u32,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        self.page((&account.nsid, account.path_name()), window, number).boxed()
    }

    fn shows(&self) -> Shows {
        Shows::All
    }

    fn reread(&self, listing: &RawValue) -> Result<Photo, Reject> {
        read_photo(listing, None)
    }

    fn streams<'a>(&'a self, video: &'a Photo) -> BoxFuture<'a, Result<Vec<Stream>, FetchError>> {
        self.streams(video).boxed()
    }

    fn open<'a>(
        &'a self,
        url: &'a Url,
        sink: &'a mut dyn Sink,
    ) -> BoxFuture<'a, Result<u32, FetchError>> {
        open(&self.base, &self.client, url, sink).boxed()
    }

    fn waiting(&self) -> Option<Waiting> {
        self.client.waiting()
    }

    fn gates(&self, show: &mut dyn FnMut(&Gate<'_>)) {
        self.client.gates(show);
    }

    fn bandwidth(&self) -> Option<NonZeroU64> {
        self.client.bandwidth()
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("base", &self.base)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The method and arguments that list a page. The window's ends belong to it,
/// on both sides.
fn page_call(nsid: &Nsid, window: Window, number: u32) -> (Method, Vec<(&'static str, String)>) {
    let mut arguments = vec![
        ("user_id", nsid.to_string()),
        ("per_page", PAGE_SIZE.to_string()),
        ("page", number.to_string()),
        ("extras", EXTRAS.to_owned()),
    ];
    let ends = [("min_upload_date", window.since), ("max_upload_date", window.until)];
    arguments.extend(ends.into_iter().filter_map(|(key, end)| Some((key, end?.to_string()))));
    let method = if window.is_whole() { Method::PublicPhotos } else { Method::Photos };
    (method, arguments)
}

async fn read_page(listing: &Listing<'_>, owner: &Nsid) -> Page {
    let mut page = Page { pages: listing.pages, total: listing.total, ..Page::default() };
    page.photos.reserve(listing.entries.len());
    for entries in listing.entries.chunks(ENTRIES_A_TURN) {
        for entry in entries {
            match read_photo(entry, Some(owner)) {
                Ok(photo) => page.photos.push(photo),
                Err(reject) => page.rejects.push(reject),
            }
        }
        yield_now().await;
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::task::noop_waker_ref;
    use silverprint_core::Silent;
    use silverprint_http::{MayAsk, Policy};
    use std::pin::pin;
    use std::task::{Context, Poll};

    fn answer(body: &str) -> Answer {
        Answer::read(body.as_bytes().to_vec()).unwrap()
    }

    fn nsid() -> Nsid {
        "12345678@N00".parse().unwrap()
    }

    #[test]
    fn a_window_chooses_the_method() {
        let value = |arguments: &[(&str, String)], wanted: &str| {
            let found = arguments.iter().find(|(key, _)| *key == wanted);
            found.map(|(_, value)| value.clone())
        };
        let (method, whole) = page_call(&nsid(), Window::default(), 3);
        assert_eq!(method, Method::PublicPhotos);
        assert_eq!(value(&whole, "user_id").unwrap(), "12345678@N00");
        assert_eq!(value(&whole, "per_page").unwrap(), "500");
        assert_eq!(value(&whole, "page").unwrap(), "3");
        assert_eq!(value(&whole, "min_upload_date"), None);
        let window = Window { since: None, until: Some(1_700_000_000) };
        let (method, part) = page_call(&nsid(), window, 1);
        assert_eq!(method, Method::Photos);
        assert_eq!(value(&part, "min_upload_date"), None);
        assert_eq!(value(&part, "max_upload_date").unwrap(), "1700000000");
    }

    #[test]
    fn every_size_is_asked_for() {
        let extras: Vec<_> = EXTRAS.split(',').collect();
        for size in silverprint_core::Size::ALL {
            assert!(extras.contains(&&*format!("url_{}", size.label())), "{size}");
        }
        assert!(extras.contains(&"can_download"));
        assert!(!EXTRAS.contains(char::is_whitespace));
    }

    #[test]
    fn a_long_page_is_read_in_turns() {
        let entry = |n: usize| format!(r#"{{"id":"{}"}}"#, n + 1);
        let entries: Vec<_> = (0..=ENTRIES_A_TURN * 2).map(entry).collect();
        let entries = entries.join(",");
        let answer = answer(&format!(
            r#"{{"photos":{{"pages":7,"total":"3333","photo":[{entries},{{}}]}},"stat":"ok"}}"#
        ));
        let listing = Listing::parse(&answer).unwrap();
        let (nsid, mut context) = (nsid(), Context::from_waker(noop_waker_ref()));
        let mut reading = pin!(read_page(&listing, &nsid));
        for _ in 0..3 {
            assert!(reading.poll_unpin(&mut context).is_pending());
        }
        let Poll::Ready(page) = reading.poll_unpin(&mut context) else { panic!("three turns") };
        assert_eq!((page.pages, page.total), (7, 3333));
        assert_eq!((page.photos.len(), page.rejects.len()), (ENTRIES_A_TURN * 2 + 1, 1));
        assert_eq!(page.photos[0].owner, nsid);
    }

    /// What a panic says that is about one of them.
    fn panicking(held: &(dyn fmt::Debug + Sync)) -> String {
        let panicking = std::panic::AssertUnwindSafe(|| panic!("it is there: {held:?}"));
        let payload = std::panic::catch_unwind(panicking).unwrap_err();
        payload.downcast_ref::<String>().expect("a message").clone()
    }

    #[test]
    fn no_panic_about_what_holds_a_key_shows_it() {
        let key = || -> ApiKey { "canary0000".parse().unwrap() };
        let policy = Policy::new("silverprint test".to_owned(), MayAsk::new(|_| Ok(())));
        let client = Client::new(policy, Arc::new(Silent)).unwrap();
        let own = Api::new(Base::flickr(), key(), client.clone());
        let site = Api::with_site_key(Base::flickr(), client);
        let found = crate::found_key::FoundKey::find("site_key = \"canary0000\";");
        let attempt = Attempt { what: "look".to_owned(), account: "keeper", key: &key() };
        let said = "GET http://h/rest/?api_key=canary0000 by canary0000".to_owned();
        let code = |code| crate::Failure { code, message: said.clone() };
        let errors = [1, 2, 100, 105, 116].map(|n| attempt.failed(&code(n), Method::Info));
        let sent = FetchError::Passing { message: said.clone(), attempts: 1 };
        let held: [&(dyn fmt::Debug + Sync); 7] = [
            &key(),
            &found.expect("it stands there"),
            &own,
            &site,
            &errors,
            &attempt.unanswered(sent),
            &"canary 0000".parse::<ApiKey>(),
        ];
        for held in held {
            let message = panicking(held);
            assert!(message.starts_with("it is there: "), "{message}");
            assert!(!message.contains("canary"), "{message}");
        }
    }

    #[test]
    fn foreign_pictures_are_not_asked_for_and_nothing_shows_the_key() {
        let may_ask = |url: &Url| Base::flickr().may_ask(url).map_err(|no| no.to_string());
        let policy = Policy::new("silverprint test".to_owned(), MayAsk::new(may_ask));
        let client = Client::new(policy, Arc::new(Silent)).unwrap();
        let api = Api::new(Base::flickr(), "canary0000".parse().unwrap(), client);
        assert!(!format!("{api:?} {api:#?}").contains("canary"));
        let url = "http://169.254.169.254/latest/?token=1".parse().unwrap();
        let key: ApiKey = "x".parse().unwrap();
        let mut sink = AnswerSink::new(&key, Method::Info);
        let refused = Source::open(&api, &url, &mut sink).now_or_never().unwrap();
        let Err(FetchError::Forbidden { host, message }) = refused else { panic!("{refused:?}") };
        assert_eq!((&*host, &*message), ("169.254.169.254", "it is not one of Flickr's hosts"));
    }
}
