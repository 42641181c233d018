//! A page as a browser's tokenizer reads it, held against a list of what a
//! page may consist of.

use html5gum::{Token, Tokenizer};
use std::collections::BTreeMap;

/// Every element of a page with the attributes it may have.
const ALLOWED: [(&str, &[&str]); 23] = [
    ("html", &["lang"]),
    ("head", &[]),
    ("meta", &["charset", "http-equiv", "content", "name"]),
    ("title", &[]),
    ("link", &["rel", "href"]),
    ("body", &["class"]),
    ("header", &[]),
    ("h1", &[]),
    ("bdi", &[]),
    ("p", &["class", "title"]),
    ("a", &["href", "rel", "class", "aria-label"]),
    ("ul", &["class"]),
    ("li", &["class"]),
    ("b", &["class", "aria-current", "aria-label"]),
    ("nav", &["aria-label"]),
    ("span", &["class", "aria-hidden"]),
    ("main", &["class"]),
    ("figure", &["id", "class"]),
    ("div", &["class"]),
    ("img", &["src", "width", "height", "alt", "loading", "decoding"]),
    ("figcaption", &[]),
    ("time", &["datetime", "title"]),
    ("footer", &[]),
];
const VOID: [&str; 3] = ["meta", "link", "img"];

/// An element with its attributes and the text directly in it, unescaped.
#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) text: String,
}

/// The elements of a page in the order of their start tags.
#[derive(Debug)]
pub(crate) struct Outline(pub(crate) Vec<Element>);

impl Outline {
    /// Reads a page. Panics where the page has a parse error, an element or
    /// attribute off the list, or tags that do not pair.
    pub(crate) fn of(html: &str) -> Self {
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for Ok(token) in Tokenizer::new(html) {
            match token {
                Token::StartTag(tag) => {
                    let attributes = tag.attributes.iter();
                    let attributes =
                        attributes.map(|(name, value)| (text(name), text(&value.value))).collect();
                    let element =
                        Element { name: text(&tag.name), attributes, text: String::new() };
                    assert_allowed(&element);
                    if !VOID.contains(&element.name.as_str()) {
                        open.push(elements.len());
                    }
                    elements.push(element);
                }
                Token::EndTag(tag) => {
                    let opened = open.pop().expect("an end tag has a start tag");
                    assert_eq!(elements[opened].name, text(&tag.name), "tags pair");
                }
                Token::String(string) => match open.last() {
                    Some(&element) => elements[element].text.push_str(&text(&string.value)),
                    None => assert!(text(&string.value).trim().is_empty()),
                },
                Token::Doctype(_) => assert!(elements.is_empty()),
                Token::Comment(comment) => panic!("a comment: {comment:?}"),
                Token::Error(error) => panic!("the page has a parse error: {error:?}"),
            }
        }
        assert!(open.is_empty(), "all tags are closed");
        Self(elements)
    }

    /// All elements of a name.
    pub(crate) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.0.iter().filter(move |element| element.name == name)
    }

    /// All elements of a class.
    pub(crate) fn classed<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Element> {
        self.0.iter().filter(move |element| {
            element.get("class").is_some_and(|classes| classes.split(' ').any(|c| c == class))
        })
    }

    /// Everything that is linked to or shown.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|element| element.get("href").or(element.get("src")))
    }

    /// Names and attribute names, for pages that differ in words only.
    pub(crate) fn shape(&self) -> Vec<(&str, Vec<&str>)> {
        self.0.iter().map(|element| (element.name.as_str(), keys(element))).collect()
    }
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }
}

fn keys(element: &Element) -> Vec<&str> {
    element.attributes.keys().map(String::as_str).collect()
}

fn assert_allowed(element: &Element) {
    let allowed = ALLOWED.iter().find(|(name, _)| *name == element.name);
    let (name, attributes) = allowed.unwrap_or_else(|| panic!("<{}> is not ours", element.name));
    for attribute in element.attributes.keys() {
        assert!(attributes.contains(&attribute.as_str()), "<{name} {attribute}> is not ours");
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("a page is UTF-8")
}
