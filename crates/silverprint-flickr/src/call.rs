//! One call of the API: its address, and the sink that judges what comes back.

use crate::key::Clean as _;
use crate::{Answer, AnswerError, ApiKey, Base, Class, Failure};
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use silverprint_core::{Head, Rejection, Sink, SinkError};
use url::Url;

/// The methods that are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Method {
    LookupUser,
    Info,
    PublicPhotos,
    /// The only listing that takes a window of upload dates.
    Photos,
    /// The only method that tells of a video's streams.
    Sizes,
}

impl Method {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LookupUser => "flickr.urls.lookupUser",
            Self::Info => "flickr.people.getInfo",
            Self::PublicPhotos => "flickr.people.getPublicPhotos",
            Self::Photos => "flickr.people.getPhotos",
            Self::Sizes => "flickr.photos.getSizes",
        }
    }

    /// The address to ask. It holds the key: it goes to the client, nowhere else.
    pub(crate) fn url(self, base: &Base, key: &ApiKey, arguments: &[(&str, &str)]) -> Url {
        let mut url = base.endpoint().clone();
        url.query_pairs_mut()
            .append_pair("method", self.name())
            .append_pair("api_key", key.reveal())
            .append_pair("format", "json")
            .append_pair("nojsoncallback", "1")
            .extend_pairs(arguments);
        url
    }
}

/// Takes the body of an answer. Rejected, and so asked for again, is what
/// passes: Flickr's trouble on the inside, and bodies that are no answer.
pub(crate) struct AnswerSink<'a> {
    key: &'a ApiKey,
    method: Method,
    status: u16,
    body: Vec<u8>,
    outcome: Option<Result<Answer, Failure>>,
}

impl<'a> AnswerSink<'a> {
    pub(crate) fn new(key: &'a ApiKey, method: Method) -> Self {
        Self { key, method, status: 0, body: Vec::new(), outcome: None }
    }

    /// What the body said; nothing before one was accepted.
    pub(crate) fn into_outcome(self) -> Option<Result<Answer, Failure>> {
        self.outcome
    }

    fn judge(&mut self) -> Result<(), SinkError> {
        let method = self.method.name();
        match Answer::read(std::mem::take(&mut self.body)) {
            Ok(answer) => self.outcome = Some(Ok(answer)),
            Err(AnswerError::Failed(failure)) if failure.class(method) == Class::Passing => {
                return Err(Rejection(self.key.clean(&failure.to_string())).into());
            }
            Err(AnswerError::Failed(failure)) => self.outcome = Some(Err(failure)),
            Err(AnswerError::Unreadable(what)) if self.status == 200 => {
                return Err(Rejection(self.key.clean(&what.to_string())).into());
            }
            // The host did say no, only not in the API's words: final.
            Err(AnswerError::Unreadable(what)) => {
                let said = self.key.clean(&what.to_string());
                return Err(SinkError::Gone(format!("HTTP {}: {said}", self.status)));
            }
        }
        Ok(())
    }
}

impl Sink for AnswerSink<'_> {
    /// OAuth's faults come with 400 and 401, and say in the body what is wrong.
    fn takes(&self, status: u16) -> bool {
        matches!(status, 200 | 400 | 401)
    }

    fn begin<'a>(&'a mut self, head: &'a Head) -> BoxFuture<'a, Result<(), SinkError>> {
        self.status = head.status;
        self.outcome = None;
        self.body.clear();
        ready(Ok(())).boxed()
    }

    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), SinkError>> {
        if self.body.len() + chunk.len() > Answer::LONGEST {
            let limit = Answer::LONGEST >> 20;
            // No page is so long: it is the host that does not know where to end.
            let endless = Rejection(format!("the answer is longer than {limit} MiB"));
            return ready(Err(endless.into())).boxed();
        }
        self.body.extend_from_slice(&chunk);
        ready(Ok(())).boxed()
    }

    fn accept(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        ready(self.judge()).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ApiKey {
        "canary0000".parse().unwrap()
    }

    /// What the client does with one attempt.
    fn attempt(sink: &mut AnswerSink<'_>, status: u16, body: &str) -> Result<(), SinkError> {
        assert!(sink.takes(status));
        let head = Head { status, ..Head::default() };
        sink.begin(&head).now_or_never().expect("nothing to wait for")?;
        for chunk in body.as_bytes().chunks(7) {
            let chunk = Bytes::copy_from_slice(chunk);
            sink.write(chunk).now_or_never().expect("nothing to wait for")?;
        }
        sink.accept().now_or_never().expect("nothing to wait for")
    }

    #[test]
    fn what_passes_is_rejected_and_then_forgotten() {
        let key = key();
        let mut sink = AnswerSink::new(&key, Method::PublicPhotos);
        for body in [
            r#"{"stat":"fail","code":201,"message":"not canary0000 available"},"#,
            r#"{"stat":"fail","code":0,"message":""}"#,
            r#"<rsp stat="fail"><err code="105" msg="unavailable"/></rsp>"#,
            "<html>",
            r#"{"stat":"ok","photos":{"#,
            "",
        ] {
            let rejected = attempt(&mut sink, 200, body).unwrap_err();
            assert!(matches!(rejected, SinkError::Rejected(_)), "{body}");
            assert!(!rejected.to_string().contains("canary"), "{rejected}");
        }
        attempt(&mut sink, 200, r#"{"stat":"ok"}"#).unwrap();
        assert_eq!(sink.into_outcome().unwrap().unwrap().json(), r#"{"stat":"ok"}"#);
    }

    #[test]
    fn what_lasts_is_accepted() {
        let key = key();
        let mut sink = AnswerSink::new(&key, Method::Info);
        attempt(&mut sink, 200, r#"{"stat":"fail","code":5,"message":"User deleted"}"#).unwrap();
        assert_eq!(sink.into_outcome().unwrap().unwrap_err().code, 5);
        let mut sink = AnswerSink::new(&key, Method::Info);
        attempt(&mut sink, 401, "oauth_problem=consumer_key_unknown").unwrap();
        assert_eq!(sink.into_outcome().unwrap().unwrap_err().code, 100);
    }

    #[test]
    fn a_refusal_in_no_known_words_is_final() {
        let key = key();
        let mut sink = AnswerSink::new(&key, Method::Info);
        let gone = attempt(&mut sink, 400, "<html>canary0000").unwrap_err();
        assert!(matches!(&gone, SinkError::Gone(said) if said.starts_with("HTTP 400: ")));
        assert!(sink.into_outcome().is_none());
    }

    #[test]
    fn no_answer_is_longer_than_it_may_be() {
        let key = key();
        let mut sink = AnswerSink::new(&key, Method::Info);
        let whole = Bytes::from(vec![b' '; Answer::LONGEST]);
        sink.write(whole).now_or_never().unwrap().unwrap();
        let more = sink.write(Bytes::from_static(b" ")).now_or_never().unwrap();
        assert!(matches!(more, Err(SinkError::Rejected(_))), "asked for again, then passing");
    }

    #[test]
    fn a_call_is_an_address_below_the_base() {
        let base = Base::at(&"http://127.0.0.1:9/x".parse().unwrap()).unwrap();
        let url = Method::LookupUser.url(&base, &key(), &[("url", "https://h/photos/a/")]);
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:9/x/services/rest/?method=flickr.urls.lookupUser&api_key=canary0000\
             &format=json&nojsoncallback=1&url=https%3A%2F%2Fh%2Fphotos%2Fa%2F"
        );
    }
}
