//! A description as plain text. Flickr lets owners write a little HTML; the
//! sheet shows its words, and where its links lead.

use html5gum::{HtmlString, StartTag, Token, Tokenizer};
use silverprint_core::one_line;
use std::fmt::Write as _;

/// What comes after is left out.
const LONGEST: usize = 20_000;
/// Longer lines are cut.
const LONGEST_LINE: usize = 5_000;

/// The text of a description, its lines kept.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut links: Vec<Link> = Vec::new();
    for Ok(token) in Tokenizer::new(html) {
        if text.len() > LONGEST {
            break;
        }
        match token {
            Token::String(string) => text.push_str(&String::from_utf8_lossy(&string.value)),
            Token::StartTag(tag) if is_block(&tag.name) => text.push('\n'),
            Token::StartTag(tag) if tag.name.as_slice() == b"a" => {
                links.push(Link { begins: text.len(), href: href(&tag) });
            }
            Token::EndTag(tag) if is_block(&tag.name) => text.push('\n'),
            Token::EndTag(tag) if tag.name.as_slice() == b"a" => {
                links.pop().into_iter().for_each(|link| link.end(&mut text));
            }
            _ => {}
        }
    }
    tidy(&text)
}

/// A link that is open.
struct Link {
    /// Where its words begin.
    begins: usize,
    href: Option<String>,
}

impl Link {
    /// Says where it leads, unless its words do.
    fn end(self, text: &mut String) {
        let Some(href) = self.href else { return };
        if text[self.begins..].trim() != href {
            let _ = write!(text, " ({href})");
        }
    }
}

fn href(tag: &StartTag<()>) -> Option<String> {
    let href = tag.attributes.get(b"href".as_slice())?;
    let href = String::from_utf8_lossy(&href.value).into_owned();
    href.starts_with("http").then_some(href)
}

fn is_block(name: &HtmlString) -> bool {
    matches!(name.as_slice(), b"br" | b"p" | b"div" | b"li" | b"ul" | b"ol" | b"blockquote")
}

/// Lines without what hides or turns text, at most one empty one after another.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut left = LONGEST;
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let line = one_line(line, LONGEST_LINE.min(left));
        left = left.saturating_sub(line.chars().count());
        let is_empty = line.is_empty();
        if !(is_empty && (tidy.is_empty() || tidy.ends_with("\n\n"))) {
            tidy.push_str(&line);
            tidy.push('\n');
        }
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_and_links_say_where_they_lead() {
        let check = |html: &str, expected: &str| assert_eq!(plain(html), expected, "{html:?}");
        check("", "");
        check("Tom &amp; Jerry, 2 < 3", "Tom & Jerry, 2 < 3");
        check("one\n\n\n\ntwo<br/>three", "one\n\ntwo\nthree");
        check("<b>bold</b> <i>and</i> not", "bold and not");
        check(
            "by <a href=\"https://a.example/\" rel=\"nofollow\">Ann</a>",
            "by Ann (https://a.example/)",
        );
        check("<a href=\"https://a.example/\">https://a.example/</a>", "https://a.example/");
        check("<a href=\"javascript:alert(1)\">x</a></a></a>", "x");
        check("<script>alert(1)</script>", "alert(1)");
        check("\u{202e}gpj.exe\u{0}", "gpj.exe");
        check("<", "<");
    }

    #[test]
    fn no_description_is_endless() {
        assert!(plain(&"x".repeat(1_000_000)).chars().count() <= LONGEST + 1);
        assert!(plain(&"<a href=http://x>".repeat(100_000)).is_empty());
    }
}
