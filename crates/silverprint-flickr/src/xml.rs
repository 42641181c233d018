//! XML answers, translated into the JSON form as Flickr itself does it:
//! attributes become members, text becomes `{"_content": …}`, repeated children
//! become arrays. All values are strings then; a child that stands alone is an
//! object, since XML cannot tell it from an array of one.
//!
//! Bounded, as the sender is not trusted: no document types, no entities but
//! XML's own five and numbers, and limits to depth and number.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// An XML document that is no answer.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// Not well-formed.
    #[error(transparent)]
    Syntax(#[from] quick_xml::Error),
    /// An attribute that is not well-formed, or is there twice.
    #[error(transparent)]
    Attribute(#[from] AttrError),
    /// Answers have none; those who send one want something expanded.
    #[error("there is a document type in it")]
    Doctype,
    /// None that XML itself knows.
    #[error("unknown entity &{0};")]
    Entity(String),
    /// More than any answer has.
    #[error("there are more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// As many as are read.
        limit: usize,
    },
    /// The end came before the end of the document, or something after it.
    #[error("it is not one whole document")]
    NotWhole,
    /// All answers are in `<rsp>`.
    #[error("it is a <{0}>, not an <rsp>")]
    Root(String),
}

/// The deepest recorded answer has five levels.
const DEPTH: usize = 32;
/// A page of 500 photos has about 1,000; an album list a few thousand.
const ELEMENTS: usize = 100_000;
/// A photo with every extra has about 90.
const ATTRIBUTES: usize = 256;

/// The JSON form of an `<rsp>` document.
pub(crate) fn translate(document: &str) -> Result<String, XmlError> {
    let mut translation = Translation::default();
    let mut reader = Reader::from_str(document);
    loop {
        match reader.read_event()? {
            Event::Start(tag) => translation.open(&tag)?,
            Event::Empty(tag) => {
                translation.open(&tag)?;
                translation.close()?;
            }
            Event::End(_) => translation.close()?,
            Event::Text(text) => translation.text(&text.xml10_content()),
            Event::CData(text) => translation.text(&text.xml10_content()),
            Event::GeneralRef(entity) => translation.entity(&entity)?,
            Event::DocType(_) => return Err(XmlError::Doctype),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return translation.finish(),
        }
    }
}

/// The elements that are open, outermost first, and what became of the rest.
#[derive(Default)]
struct Translation {
    open: Vec<Element>,
    root: Option<String>,
    n_elements: usize,
    stray: bool,
}

/// An element while it is read. Its parts are JSON already, so that a document
/// costs about as much memory as it has bytes.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Children>,
}

/// The children of one name: their JSON, with commas between.
struct Children {
    name: String,
    json: String,
    n: usize,
}

impl Translation {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), XmlError> {
        self.n_elements += 1;
        bound("elements", self.n_elements, ELEMENTS)?;
        bound("levels", self.open.len() + 1, DEPTH)?;
        let mut element = Element { name: tag.name().0.to_owned(), ..Element::default() };
        for attribute in tag.attributes() {
            let attribute = attribute?;
            bound("attributes", element.attributes.len() + 1, ATTRIBUTES)?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
            element.attributes.push((attribute.key.0.to_owned(), quoted(&value)));
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) -> Result<(), XmlError> {
        // The reader has checked that names match; what it has not is the root.
        let element = self.open.pop().ok_or(XmlError::NotWhole)?;
        let name = element.name.clone();
        let json = element.into_json();
        match self.open.last_mut() {
            Some(parent) => parent.adopt(name, &json),
            None if self.root.is_some() => Err(XmlError::NotWhole),
            None if name == "rsp" => {
                self.root = Some(json);
                Ok(())
            }
            None => Err(XmlError::Root(name.chars().take(40).collect())),
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None => self.stray |= !text.trim().is_empty(),
        }
    }

    fn entity(&mut self, entity: &BytesRef<'_>) -> Result<(), XmlError> {
        if let Some(char) = entity.resolve_char_ref()? {
            self.text(char.encode_utf8(&mut [0; 4]));
            return Ok(());
        }
        let name = entity.xml10_content();
        let unknown = || XmlError::Entity(name.chars().take(40).collect());
        self.text(resolve_predefined_entity(&name).ok_or_else(unknown)?);
        Ok(())
    }

    fn finish(self) -> Result<String, XmlError> {
        match self.root {
            Some(json) if self.open.is_empty() && !self.stray => Ok(json),
            _ => Err(XmlError::NotWhole),
        }
    }
}

impl Element {
    fn adopt(&mut self, name: String, json: &str) -> Result<(), XmlError> {
        // From the last: children of one name stand together.
        let known = self.children.iter_mut().rev().find(|children| children.name == name);
        if let Some(children) = known {
            children.json.push(',');
            children.json.push_str(json);
            children.n += 1;
            return Ok(());
        }
        bound("names of children", self.children.len() + 1, ATTRIBUTES)?;
        self.children.push(Children { name, json: json.to_owned(), n: 1 });
        Ok(())
    }

    fn into_json(mut self) -> String {
        let bare = self.attributes.is_empty() && self.children.is_empty();
        // Between children there is only white space.
        if bare || !self.text.trim().is_empty() {
            self.attributes.push(("_content".to_owned(), quoted(&self.text)));
        }
        let mut json = String::from("{");
        for (name, value) in &self.attributes {
            // A member can be there once: the child says more than the attribute.
            if !self.children.iter().any(|children| children.name == *name) {
                push_member(&mut json, name, &[value]);
            }
        }
        for Children { name, json: values, n } in &self.children {
            match n {
                1 => push_member(&mut json, name, &[values]),
                _ => push_member(&mut json, name, &["[", values, "]"]),
            }
        }
        json.push('}');
        json
    }
}

fn push_member(json: &mut String, name: &str, value: &[&str]) {
    if json.len() > 1 {
        json.push(',');
    }
    json.push_str(&quoted(name));
    json.push(':');
    json.extend(value.iter().copied());
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text always has a JSON form")
}

fn bound(what: &'static str, n: usize, limit: usize) -> Result<(), XmlError> {
    if n > limit { Err(XmlError::TooMany { what, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &str, expected: &str) {
        assert_eq!(translate(document).unwrap(), expected, "{document}");
    }

    #[test]
    fn documents_are_translated_as_flickr_does_it() {
        check(
            r#"<?xml version="1.0" encoding="utf-8" ?>
            <rsp stat="ok"> <photos page="1"><photo id="1"/><photo id="2"><description>a &amp; &#98;</description></photo></photos> </rsp>
            "#,
            r#"{"stat":"ok","photos":{"page":"1","photo":[{"id":"1"},{"id":"2","description":{"_content":"a & b"}}]}}"#,
        );
        check("<rsp><a/><b></b></rsp>", r#"{"a":{"_content":""},"b":{"_content":""}}"#);
        check("<rsp><a x='1'>t</a></rsp>", r#"{"a":{"x":"1","_content":"t"}}"#);
        check("<rsp><a x='1'/></rsp>", r#"{"a":{"x":"1"}}"#);
        check("<rsp><a><![CDATA[<&>]]>!</a></rsp>", r#"{"a":{"_content":"<&>!"}}"#);
        check(
            "<rsp><a/><b/><a/></rsp>",
            r#"{"a":[{"_content":""},{"_content":""}],"b":{"_content":""}}"#,
        );
        check("<rsp a='\"&quot;\\&#x1F600;'/>", r#"{"a":"\"\"\\😀"}"#);
    }

    #[test]
    fn no_member_is_there_twice() {
        check("<rsp a='1'><a>2</a></rsp>", r#"{"a":{"_content":"2"}}"#);
    }

    #[test]
    fn what_is_not_one_whole_answer_is_refused() {
        for document in [
            "",
            "<rsp>",
            "<rsp><a></rsp>",
            "<rsp/><rsp/>",
            "<rsp/>more",
            "<html/>",
            "<rsp",
            "</rsp>",
            "<rsp a='1' a='2'/>",
            "<rsp a=1/>",
            "<rsp>&nbsp;</rsp>",
            "<rsp a='&x;'/>",
            "<rsp>&#0;</rsp>",
            "<!DOCTYPE rsp [<!ENTITY x 'y'>]><rsp>&x;</rsp>",
        ] {
            assert!(translate(document).is_err(), "{document}");
        }
    }

    #[test]
    fn size_and_depth_are_bounded() {
        let deep = |n: usize| "<a>".repeat(n) + &"</a>".repeat(n);
        assert!(translate(&format!("<rsp>{}</rsp>", deep(DEPTH - 1))).is_ok());
        let too_many = |document: &str| {
            assert!(matches!(translate(document), Err(XmlError::TooMany { .. })));
        };
        too_many(&format!("<rsp>{}</rsp>", deep(DEPTH)));
        too_many(&"<a>".repeat(100_000));
        too_many(&format!("<rsp>{}</rsp>", "<a/>".repeat(ELEMENTS)));
        let numbered = |begin: &str, end: &str| {
            let parts: Vec<_> = (0..=ATTRIBUTES).map(|n| format!("{begin}{n}{end}")).collect();
            parts.concat()
        };
        too_many(&format!("<rsp{}/>", numbered(" a", "=''")));
        too_many(&format!("<rsp>{}</rsp>", numbered("<a", "/>")));
    }
}
