//! One answer of the API, told from its body alone: content types lie. JSON,
//! bare or as a call of `jsonFlickrApi`, XML, and OAuth's form-encoded faults
//! are understood; everything else is [`Unreadable`].

use crate::scalar::Scalar;
use crate::{Failure, XmlError, xml};
use serde::Deserialize;

/// An answer with `stat="ok"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    json: String,
}

/// A body that brings no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The API says no.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// It is not the API that speaks, or it was cut off.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// A body that is no answer of the API: cut off, a proxy's page, garbage.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Nothing there.
    #[error("the answer is empty")]
    Empty,
    /// Error pages of caches and proxies are.
    #[error("the answer is an HTML page")]
    Html,
    /// None of what the API writes.
    #[error("the answer is neither JSON nor XML")]
    Neither,
    /// It began as JSON.
    #[error("the answer is not whole JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Something came after the JSON.
    #[error("something follows the answer")]
    Trailing,
    /// It began as XML.
    #[error("the answer is not whole XML: {0}")]
    Xml(#[from] XmlError),
    /// All answers say whether they are one.
    #[error("the answer does not say whether it is good")]
    NoStat,
}

impl Answer {
    /// Longer bodies are not read. A page of 500 photos has about 1.5 MB.
    pub const LONGEST: usize = 32 << 20;

    /// Reads a body.
    pub fn read(body: Vec<u8>) -> Result<Self, AnswerError> {
        // A broken character in one title must not cost the whole page.
        let text = String::from_utf8(body)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let begin = text.len() - text.trim_start_matches(is_blank).len();
        match text.as_bytes().get(begin) {
            None => Err(Unreadable::Empty.into()),
            Some(b'{') => Self::from_json(text, begin),
            Some(b'<') if is_html(&text[begin..]) => Err(Unreadable::Html.into()),
            Some(b'<') => {
                let json = xml::translate(&text[begin..]).map_err(Unreadable::Xml)?;
                Self::from_json(json, 0)
            }
            Some(_) if text[begin..].starts_with(CALL) => Self::from_json(text, begin + CALL.len()),
            Some(_) => Err(oauth_problem(text[begin..].trim_end())
                .map_or(AnswerError::Unreadable(Unreadable::Neither), AnswerError::Failed)),
        }
    }

    /// The whole answer in the API's JSON form.
    pub fn json(&self) -> &str {
        &self.json
    }

    fn from_json(mut text: String, begin: usize) -> Result<Self, AnswerError> {
        let mut values = serde_json::Deserializer::from_str(&text[begin..]).into_iter();
        let envelope: Envelope<'_> = match values.next() {
            Some(read) => read.map_err(Unreadable::Json)?,
            None => return Err(Unreadable::Empty.into()),
        };
        let end = begin + values.byte_offset();
        envelope.check()?;
        // Seen behind whole objects: the end of the call, and a stray comma.
        let harmless = |char: char| is_blank(char) || matches!(char, ',' | ')' | ';');
        if !text[end..].chars().all(harmless) {
            return Err(Unreadable::Trailing.into());
        }
        text.truncate(end);
        text.drain(..begin);
        Ok(Self { json: text })
    }
}

/// How JSON comes where nobody asked for `nojsoncallback=1`.
const CALL: &str = "jsonFlickrApi(";

/// The longest form that is looked at; the one recorded has 66 bytes.
const LONGEST_FORM: usize = 4096;

/// What says whether an answer is good; the rest is skipped.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    stat: Scalar<'a>,
    #[serde(borrow, default)]
    code: Scalar<'a>,
    #[serde(borrow, default)]
    message: Scalar<'a>,
    /// Where XML keeps the two.
    #[serde(borrow, default)]
    err: Option<Err<'a>>,
}

#[derive(Deserialize)]
struct Err<'a> {
    #[serde(borrow, default)]
    code: Scalar<'a>,
    #[serde(borrow, default)]
    msg: Scalar<'a>,
}

impl Envelope<'_> {
    fn check(self) -> Result<(), AnswerError> {
        match &*self.stat.text() {
            "ok" => return Ok(()),
            "fail" => {}
            _ => return Err(Unreadable::NoStat.into()),
        }
        let (code, message) = match self.err {
            Some(err) => (err.code, err.msg),
            None => (self.code, self.message),
        };
        let code = code.number().unwrap_or(0);
        Err(Failure { code, message: message.text().into_owned() }.into())
    }
}

fn is_blank(char: char) -> bool {
    char.is_whitespace() || char == '\u{feff}'
}

fn is_html(text: &str) -> bool {
    let begins =
        |tag: &str| text.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag));
    begins("<!doctype html") || begins("<html")
}

/// `oauth_problem=parameter_absent&oauth_parameters_absent=oauth_token`. The
/// rest of it is not kept: it may hold signatures.
fn oauth_problem(text: &str) -> Option<Failure> {
    if text.len() > LONGEST_FORM || text.contains(['<', '\n']) {
        return None;
    }
    let mut pairs = url::form_urlencoded::parse(text.as_bytes());
    let (_, problem) = pairs.find(|(key, _)| key == "oauth_problem")?;
    Some(Failure::oauth(&problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Answer, AnswerError> {
        Answer::read(body.as_bytes().to_vec())
    }

    #[test]
    fn answers_are_told_from_the_body() {
        let check = |body: &str, expected: &str| {
            assert_eq!(read(body).unwrap().json(), expected, "{body}");
        };
        let json = r#"{"user":{"id":"1@N0"}, "stat":"ok"}"#;
        check(json, json);
        check(&format!("\u{feff}\n {json}\n"), json);
        check(&format!("jsonFlickrApi({json})"), json);
        check(&format!("jsonFlickrApi({json});\n"), json);
        check(&format!("{json},\n"), json);
        check(r#"<rsp stat="ok"><user id="1@N0"/></rsp>"#, r#"{"stat":"ok","user":{"id":"1@N0"}}"#);
    }

    #[test]
    fn a_broken_character_does_not_cost_the_answer() {
        let answer = Answer::read(b"{\"stat\":\"ok\",\"title\":\"\xff!\"}".to_vec()).unwrap();
        assert_eq!(answer.json(), "{\"stat\":\"ok\",\"title\":\"\u{fffd}!\"}");
    }

    #[test]
    fn failures_are_read_in_every_form() {
        let check = |body: &str, code: u32, message: &str| match read(body) {
            Err(AnswerError::Failed(failure)) => {
                assert_eq!((failure.code, &*failure.message), (code, message), "{body}");
            }
            other => panic!("{body}: {other:?}"),
        };
        check(r#"{"stat":"fail","code":100,"message":"Bad key"}"#, 100, "Bad key");
        check(r#"{"stat":"fail","code":"100","message":"Bad key"},"#, 100, "Bad key");
        check(r#"jsonFlickrApi({"stat":"fail","code":5,"message":"x"})"#, 5, "x");
        check(
            r#"<rsp stat="fail"><err code="201" msg="Sorry &amp; so" /></rsp>"#,
            201,
            "Sorry & so",
        );
        check(r#"{"stat":"fail"}"#, 0, "");
        check("<rsp stat='fail'/>", 0, "");
        check("oauth_problem=signature_invalid", 96, "OAuth: signature_invalid");
        check("oauth_problem=consumer_key_unknown", 100, "OAuth: consumer_key_unknown");
        check("oauth_problem=permission_denied\n", 99, "OAuth: permission_denied");
        check("oauth_problem=parameter_absent&debug_sbs=x", 98, "OAuth: parameter_absent");
    }

    #[test]
    fn everything_else_is_unreadable() {
        for body in [
            "",
            " \n",
            "<!DOCTYPE html><html></html>",
            "<HTML><body>502",
            "upstream connect error",
            "{",
            r#"{"stat":"ok","photos":{"#,
            r#"{"stat":"ok"} {"stat":"ok"}"#,
            r#"{"stat":"ok"}<html>"#,
            r#"{"error":"x"}"#,
            r#"{"stat":"maybe"}"#,
            "[]",
            "null",
            "jsonFlickrApi(",
            "jsonFlickrApi([])",
            r#"<rsp stat="ok"><photos>"#,
            "<rsp/>",
            "<r",
        ] {
            assert!(matches!(read(body), Err(AnswerError::Unreadable(_))), "{body}");
        }
    }

    #[test]
    fn nesting_does_not_exhaust_the_stack() {
        let deep = "[".repeat(1 << 20);
        assert!(read(&format!(r#"{{"x":{deep}"#)).is_err());
        assert!(read(&format!(r#"{{"stat":{deep}"#)).is_err());
        let whole = format!(r#"{{"stat":"ok","x":{deep}{}}}"#, "]".repeat(1 << 20));
        assert!(read(&whole).is_ok());
    }
}
