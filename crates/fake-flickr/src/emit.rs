//! Answers written straight into a string, as XML or as its mechanical translation to JSON.
//!
//! In XML a record is an element, its fields are attributes and its text stands inside; in JSON
//! fields are keys and text is `{"_content": …}`. Fields of a record come before its children.

use std::fmt::Write;

/// The two notations of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    Json,
    Xml,
}

/// An answer being written.
pub(crate) struct Emit {
    out: String,
    notation: Notation,
    /// The open records: their names, and whether anything stands in them yet.
    open: Vec<Open>,
}

struct Open {
    name: &'static str,
    kind: Kind,
    /// JSON: a member was written. XML: the start tag is closed.
    begun: bool,
}

#[derive(PartialEq)]
enum Kind {
    Record,
    /// A JSON array; in XML nothing at all.
    List,
}

impl Emit {
    /// An answer with `stat="ok"`; the closure fills it.
    pub(crate) fn ok(notation: Notation, fill: impl FnOnce(&mut Self)) -> String {
        let mut emit = Self { out: String::with_capacity(1024), notation, open: Vec::new() };
        match notation {
            Notation::Json => {
                emit.out.push('{');
                emit.open.push(Open { name: "", kind: Kind::Record, begun: false });
                fill(&mut emit);
                emit.comma();
                emit.out.push_str("\"stat\":\"ok\"}");
            }
            Notation::Xml => {
                emit.out.push_str(XML_HEAD);
                emit.out.push_str("<rsp stat=\"ok\">\n");
                fill(&mut emit);
                emit.out.push_str("</rsp>\n");
            }
        }
        emit.out
    }

    /// An answer with `stat="fail"`.
    pub(crate) fn fail(notation: Notation, code: u32, message: &str) -> String {
        let mut out = String::new();
        match notation {
            Notation::Json => {
                let _ = write!(out, "{{\"stat\":\"fail\", \"code\":{code}, \"message\":\"");
                json(&mut out, message);
                out.push_str("\"}");
            }
            Notation::Xml => {
                let _ = write!(out, "{XML_HEAD}<rsp stat=\"fail\">\n\t<err code=\"{code}\" msg=\"");
                xml(&mut out, message);
                out.push_str("\" />\n</rsp>\n");
            }
        }
        out
    }

    /// A record: its fields first, then its children.
    pub(crate) fn record(&mut self, name: &'static str, fill: impl FnOnce(&mut Self)) {
        self.begin(name);
        fill(self);
        self.end();
    }

    /// A record with text in it and no fields.
    pub(crate) fn content(&mut self, name: &'static str, text: &str) {
        self.record(name, |emit| emit.text(text));
    }

    /// A record with a number in it, which stays a number in JSON.
    pub(crate) fn count(&mut self, name: &'static str, count: usize) {
        match self.notation {
            Notation::Json => self.record(name, |emit| emit.number("_content", count)),
            Notation::Xml => self.content(name, &count.to_string()),
        }
    }

    /// The text of a record; the last thing written into it.
    pub(crate) fn text(&mut self, text: &str) {
        match self.notation {
            Notation::Json => self.string("_content", text),
            Notation::Xml => {
                let Some(open) = self.open.last_mut() else { return };
                if !text.is_empty() {
                    open.begun = true;
                    self.out.push('>');
                    xml(&mut self.out, text);
                    let _ = writeln!(self.out, "</{}>", open.name);
                }
            }
        }
    }

    /// Records of one name: an array in JSON.
    pub(crate) fn list<T>(
        &mut self,
        name: &'static str,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        if self.notation == Notation::Json {
            self.key(name);
            self.out.push('[');
            self.open.push(Open { name, kind: Kind::List, begun: false });
        }
        for item in items {
            self.begin(name);
            each(self, item);
            self.end();
        }
        if self.notation == Notation::Json {
            self.open.pop();
            self.out.push(']');
        }
    }

    /// A field that is a string in both notations.
    pub(crate) fn string(&mut self, name: &str, value: &str) {
        match self.notation {
            Notation::Json => {
                self.key(name);
                self.out.push('"');
                json(&mut self.out, value);
                self.out.push('"');
            }
            Notation::Xml => {
                let _ = write!(self.out, " {name}=\"");
                xml(&mut self.out, value);
                self.out.push('"');
            }
        }
    }

    /// A field that is a number in JSON.
    pub(crate) fn number(&mut self, name: &str, value: impl std::fmt::Display) {
        match self.notation {
            Notation::Json => {
                self.key(name);
                let _ = write!(self.out, "{value}");
            }
            Notation::Xml => {
                let _ = write!(self.out, " {name}=\"{value}\"");
            }
        }
    }

    /// A field that is a number within a string in JSON.
    pub(crate) fn digits(&mut self, name: &str, value: impl std::fmt::Display) {
        if self.notation == Notation::Json {
            self.key(name);
        } else {
            let _ = write!(self.out, " {name}=");
        }
        let _ = write!(self.out, "\"{value}\"");
    }

    /// A field that is null in JSON and empty in XML.
    pub(crate) fn null(&mut self, name: &str) {
        match self.notation {
            Notation::Json => {
                self.key(name);
                self.out.push_str("null");
            }
            Notation::Xml => self.string(name, ""),
        }
    }

    fn begin(&mut self, name: &'static str) {
        match self.notation {
            Notation::Json => {
                if self.open.last().is_some_and(|open| open.kind == Kind::List) {
                    self.comma();
                } else {
                    self.key(name);
                }
                self.out.push('{');
            }
            Notation::Xml => {
                if let Some(open) = self.open.last_mut()
                    && !open.begun
                {
                    open.begun = true;
                    self.out.push_str(">\n");
                }
                self.indent();
                let _ = write!(self.out, "<{name}");
            }
        }
        self.open.push(Open { name, kind: Kind::Record, begun: false });
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        match self.notation {
            Notation::Json => self.out.push('}'),
            Notation::Xml if !open.begun => self.out.push_str(" />\n"),
            // Text closed its element on its own line.
            Notation::Xml if self.out.ends_with(&format!("</{}>\n", open.name)) => {}
            Notation::Xml => {
                self.indent();
                let _ = writeln!(self.out, "</{}>", open.name);
            }
        }
    }

    /// The site indents by tabs, but not the first element.
    fn indent(&mut self) {
        for _ in 0..self.open.len() {
            self.out.push('\t');
        }
    }

    fn key(&mut self, name: &str) {
        self.comma();
        let _ = write!(self.out, "\"{name}\":");
    }

    fn comma(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        if open.begun {
            self.out.push_str(", ");
        }
        open.begun = true;
    }
}

const XML_HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n";

/// Escapes as the site does: slashes too, and everything that isn't ASCII.
fn json(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' => out.push_str("\\/"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
}

/// Escapes for attributes and text. XML has no way to write most control characters: they go.
fn xml(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#039;"),
            '\n' | '\r' | '\t' => out.push(c),
            c if u32::from(c) < 0x20 || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(notation: Notation) -> String {
        Emit::ok(notation, |emit| {
            emit.record("photos", |emit| {
                emit.number("page", 1);
                emit.digits("total", 2);
                emit.list("photo", ["a/b", "é\"'"], |emit, title| {
                    emit.string("title", title);
                    emit.content("description", if title == "a/b" { "" } else { "x<y" });
                });
                emit.list("none", [0; 0], |_, _| {});
            });
        })
    }

    #[test]
    fn json_is_written_as_recorded() {
        let expected = r#"{"photos":{"page":1, "total":"2", "photo":[{"title":"a\/b", "description":{"_content":""}}, {"title":"\u00e9\"'", "description":{"_content":"x<y"}}], "none":[]}, "stat":"ok"}"#;
        assert_eq!(sample(Notation::Json), expected);
    }

    #[test]
    fn xml_is_written_as_recorded() {
        let expected = "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<rsp stat=\"ok\">\n\
            <photos page=\"1\" total=\"2\">\n\
            \t<photo title=\"a/b\">\n\t\t<description />\n\t</photo>\n\
            \t<photo title=\"é&quot;&#039;\">\n\t\t<description>x&lt;y</description>\n\t</photo>\n\
            </photos>\n</rsp>\n";
        assert_eq!(sample(Notation::Xml), expected);
    }
}
