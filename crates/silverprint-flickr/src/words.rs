//! Words as the older pages write them: by JavaScript's `escape`, so that é is
//! `%E9` and € is `%u20AC`. Bytes of UTF-8 are understood as well.

/// The words behind the escapes. What is no escape stays as it is.
pub(crate) fn unescape(text: &str) -> String {
    let mut words = Words::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        words.plain(before);
        rest = after;
        if let Some(byte) = hex(rest, 2) {
            words.byte(u8::try_from(byte).expect("two digits"));
            rest = &rest[2..];
        } else if let Some(unit) = rest.strip_prefix('u').and_then(|digits| hex(digits, 4)) {
            words.unit(unit);
            rest = &rest[5..];
        } else {
            words.plain("%");
        }
    }
    words.plain(rest);
    words.finish()
}

fn hex(digits: &str, n: usize) -> Option<u16> {
    let digits = digits.get(..n)?;
    let all_are = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all_are.then(|| u16::from_str_radix(digits, 16).ok())?
}

/// Text while it is put together. Bytes and halves of characters wait until it
/// is known what they are part of.
#[derive(Default)]
struct Words {
    text: String,
    bytes: Vec<u8>,
    units: Vec<u16>,
}

impl Words {
    fn plain(&mut self, text: &str) {
        if !text.is_empty() {
            self.settle();
            self.text.push_str(text);
        }
    }

    fn byte(&mut self, byte: u8) {
        if !self.units.is_empty() {
            self.settle();
        }
        self.bytes.push(byte);
    }

    fn unit(&mut self, unit: u16) {
        if !self.bytes.is_empty() {
            self.settle();
        }
        self.units.push(unit);
    }

    /// Bytes that are no UTF-8 are Latin-1, whose letters seldom look like it.
    fn settle(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        match std::str::from_utf8(&bytes) {
            Ok(text) => self.text.push_str(text),
            Err(_) => self.text.extend(bytes.into_iter().map(char::from)),
        }
        let units = std::mem::take(&mut self.units);
        self.text.push_str(&String::from_utf16_lossy(&units));
    }

    fn finish(mut self) -> String {
        self.settle();
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    #[test]
    fn words_are_read_as_they_were_meant() {
        let check = |text: &str, expected: &str| assert_eq!(unescape(text), expected, "{text}");
        check("Ca%F1%F3n%20%281%20km%29%0Aa/b+c", "Cañón (1 km)\na/b+c");
        check("%u20AC%20%uD83C%uDF04", "€ 🌄");
        check("caf%C3%A9", "café");
        check("%E9%E8", "éè");
        check("100%25 %7E5", "100% ~5");
        check("%C3%A9%u20AC%E9", "é€é");
        check("half %uD83C end", "half \u{fffd} end");
        for plain in ["", "%", "%%", "100% sure", "%g0", "%u12", "%u12g4", "%é", "%uééé", "%+f"]
        {
            check(plain, plain);
        }
        check("%%41", "%A");
    }

    /// As JavaScript's `escape` does it.
    fn escape(text: &str) -> String {
        let mut escaped = String::new();
        for unit in text.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) if byte.is_ascii_alphanumeric() || b"@*_+-./".contains(&byte) => {
                    escaped.push(char::from(byte));
                }
                Ok(byte) => write!(escaped, "%{byte:02X}").unwrap(),
                Err(_) => write!(escaped, "%u{unit:04X}").unwrap(),
            }
        }
        escaped
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(%u?[0-9a-fA-F]{0,5}|%|.){0,40}") {
            unescape(&text);
        }

        // Of Latin-1, what does not look like UTF-8: here, all but lead bytes.
        #[test]
        fn what_was_escaped_comes_back(text in "([\u{0}-\u{bf}]|[\u{100}-\u{10ffff}]){0,40}") {
            prop_assert_eq!(unescape(&escape(&text)), text);
        }
    }
}
