//! As much of a reader of PDFs as the tests need. It trusts nothing: every object
//! must lie where the table says, and end as it should.

use flate2::read::ZlibDecoder;
use std::collections::BTreeMap;
use std::io::Read as _;

pub(super) struct Pdf {
    pub(super) bytes: Vec<u8>,
    /// Where each object begins and ends, from the first on.
    objects: Vec<(usize, usize)>,
}

/// Glyphs to what they say.
type Says = BTreeMap<u16, String>;

impl Pdf {
    pub(super) fn read(bytes: Vec<u8>) -> Self {
        assert!(bytes.starts_with(b"%PDF-1.7\n") && bytes.ends_with(b"%%EOF\n"));
        let tail = lossy(&bytes[bytes.len() - 40..]);
        let start: usize =
            tail.split("startxref\n").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
        let table = lossy(&bytes[start..]);
        let mut lines = table.lines();
        assert_eq!(lines.next(), Some("xref"));
        let count: usize = lines.next().unwrap().strip_prefix("0 ").unwrap().parse().unwrap();
        assert_eq!(lines.next(), Some("0000000000 65535 f "));
        let places: Vec<usize> =
            lines.by_ref().take(count - 1).map(|line| line[..10].parse().unwrap()).collect();
        assert_eq!(lines.next(), Some("trailer"));
        let mut sorted = places.clone();
        sorted.push(start);
        sorted.sort_unstable();
        let objects: Vec<(usize, usize)> = places
            .iter()
            .map(|&place| (place, sorted[sorted.partition_point(|&it| it <= place)]))
            .collect();
        for (number, &(begin, end)) in (1..).zip(&objects) {
            assert!(bytes[begin..].starts_with(format!("{number} 0 obj").as_bytes()), "{number}");
            assert!(bytes[begin..end].trim_ascii_end().ends_with(b"endobj"), "{number}");
        }
        Self { bytes, objects }
    }

    fn object(&self, number: usize) -> &[u8] {
        let (begin, end) = self.objects[number - 1];
        &self.bytes[begin..end]
    }

    /// What stands before an object's stream, or all of it.
    fn words(&self, number: usize) -> String {
        let object = self.object(number);
        let end = object.windows(6).position(|it| it == b"stream").unwrap_or(object.len());
        lossy(&object[..end])
    }

    fn all_words(&self) -> impl Iterator<Item = String> {
        (1..=self.objects.len()).map(|number| self.words(number))
    }

    /// How often something stands in the objects, their streams aside.
    pub(super) fn count(&self, what: &str) -> usize {
        self.all_words().map(|words| words.matches(what).count()).sum()
    }

    /// The values of a key in all objects.
    pub(super) fn values(&self, key: &str) -> Vec<String> {
        let key = format!("/{key}");
        let value = |words: String| {
            let rest = words.split_once(&key)?.1.trim_start();
            let end = rest[1..].find(['/', '>']).map_or(rest.len(), |end| end + 1);
            Some(rest[..end].trim_end().to_owned())
        };
        self.all_words().filter_map(value).collect()
    }

    /// The number of the object that a key refers to.
    fn reference(words: &str, key: &str) -> Option<usize> {
        let rest = words.split_once(&format!("/{key}"))?.1.trim_start();
        rest.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
    }

    /// The numbers of the pages, in order.
    pub(super) fn pages(&self) -> Vec<usize> {
        let tree = self.all_words().find(|it| it.contains("/Type/Pages")).expect("it has pages");
        let kids = tree.split("/Kids[").nth(1).unwrap().split(']').next().unwrap();
        let kids: Vec<usize> =
            kids.split_whitespace().step_by(3).map(|it| it.parse().unwrap()).collect();
        assert_eq!(Self::reference(&tree, "Count"), Some(kids.len()));
        kids
    }

    /// What is in a stream.
    fn stream(&self, number: usize) -> Vec<u8> {
        let words = self.words(number);
        let length = Self::reference(&words, "Length").expect("a stream has a length");
        let start = words.len() + "stream\n".len();
        let body = &self.object(number)[start..start + length];
        assert!(words.contains("/FlateDecode"), "{words}");
        let mut inflated = Vec::new();
        ZlibDecoder::new(body).read_to_end(&mut inflated).unwrap();
        inflated
    }

    /// The text of a page, a line for each text that was set.
    pub(super) fn text(&self, page: usize) -> String {
        let words = self.words(self.pages()[page]);
        let fonts = words.split("/Font<<").nth(1).unwrap().split(">>").next().unwrap().to_owned();
        let font = |entry: &str| {
            let (name, rest) = entry.split_once(' ')?;
            let number = rest.split(' ').next()?.parse().ok()?;
            let says = Self::reference(&self.words(number), "ToUnicode")?;
            Some((name.to_owned(), says_of(&lossy(&self.stream(says)))))
        };
        let fonts: BTreeMap<String, Says> = fonts.split('/').filter_map(font).collect();
        let contents = Self::reference(&words, "Contents").expect("a page has contents");
        shown(&self.stream(contents), &fonts)
    }
}

fn lossy(bytes: &[u8]) -> String {
    // A byte each, so that places are the same.
    bytes
        .iter()
        .map(|&byte| char::from(byte))
        .map(|it| if it.is_ascii() { it } else { '?' })
        .collect()
}

/// The map of a font: lines as `<0012> <03B1>`.
fn says_of(cmap: &str) -> Says {
    let mut says = Says::new();
    for line in cmap.lines().filter(|line| line.starts_with('<') && line.contains("> <")) {
        let (glyph, text) = line.trim_matches(['<', '>']).split_once("> <").unwrap();
        if text.len() % 4 == 0 && line != "<0000> <FFFF>" {
            says.insert(u16::from_str_radix(glyph, 16).unwrap(), utf16(&unhex(text)));
        }
    }
    says
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16).unwrap()).unwrap();
    text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    String::from_utf16(&units.collect::<Vec<_>>()).unwrap()
}

/// What the operators of a page show. A span says itself what it is.
fn shown(content: &[u8], fonts: &BTreeMap<String, Says>) -> String {
    let mut text = String::new();
    let mut font = &Says::new();
    let mut is_in_span = false;
    let mut words: Vec<String> = Vec::new();
    let mut strings: Vec<Vec<u8>> = Vec::new();
    for token in tokens(content) {
        match token {
            Token::Bytes(bytes) => strings.push(bytes),
            Token::Word(word) => {
                match word.as_str() {
                    "Tf" => font = &fonts[&words[words.len() - 2][1..]],
                    "BDC" => {
                        is_in_span = true;
                        let said = strings.last().unwrap();
                        match said.strip_prefix(&[0xfe, 0xff]) {
                            Some(units) => text.push_str(&utf16(units)),
                            None => text.push_str(&lossy(said)),
                        }
                    }
                    "EMC" => is_in_span = false,
                    "TJ" if !is_in_span => {
                        for glyph in strings.iter().flat_map(|it| it.chunks(2)) {
                            let glyph = u16::from_be_bytes([glyph[0], glyph[1]]);
                            text.push_str(&font[&glyph]);
                        }
                    }
                    "ET" => text.push('\n'),
                    _ => {
                        words.push(word);
                        continue;
                    }
                }
                words.clear();
                strings.clear();
            }
        }
    }
    text
}

enum Token {
    Word(String),
    Bytes(Vec<u8>),
}

fn tokens(content: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = content.get(at) {
        at += 1;
        match byte {
            b'(' => tokens.push(Token::Bytes(literal(content, &mut at))),
            b'<' if content.get(at) != Some(&b'<') && content.get(at - 2) != Some(&b'<') => {
                let end = at + content[at..].iter().position(|&it| it == b'>').unwrap();
                tokens.push(Token::Bytes(unhex(&lossy(&content[at..end]))));
                at = end + 1;
            }
            b' ' | b'\n' | b'[' | b']' | b'<' | b'>' => {}
            _ => {
                let is_end = |it: &u8| b" \n[]<>(".contains(it) || *it == b'/';
                let end = content[at..].iter().position(is_end).map_or(content.len(), |it| at + it);
                tokens.push(Token::Word(lossy(&content[at - 1..end])));
                at = end;
            }
        }
    }
    tokens
}

/// A string in parentheses, whose escapes are undone.
fn literal(content: &[u8], at: &mut usize) -> Vec<u8> {
    let (mut bytes, mut depth) = (Vec::new(), 1);
    loop {
        let byte = content[*at];
        *at += 1;
        match byte {
            b'\\' => {
                let escaped = content[*at];
                *at += 1;
                bytes.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    b'0'..=b'7' => {
                        let octal = lossy(&content[*at - 1..*at + 2]);
                        *at += 2;
                        u8::from_str_radix(&octal, 8).unwrap()
                    }
                    other => other,
                });
                continue;
            }
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return bytes;
        }
        bytes.push(byte);
    }
}
