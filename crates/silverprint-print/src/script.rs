//! Scripts: which one a letter is of, and what it is called where no font has it.

use harfrust::{Script, unicode};

/// A kind of writing for which there is no font.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lacking {
    /// What it is called.
    pub writing: String,
    /// Debian's package that has it; none where no usual one does.
    pub package: Option<&'static str>,
}

/// The script of a letter; [`Script::COMMON`] for what all share.
pub(crate) fn of(letter: char) -> Script {
    unicode::script(letter.into())
}

/// Whether a letter takes the script of those beside it.
pub(crate) fn is_shared(script: Script) -> bool {
    [Script::COMMON, Script::INHERITED].contains(&script)
}

const CORE: Option<&str> = Some("fonts-noto-core");
const CJK: Option<&str> = Some("fonts-noto-cjk");

/// What the writing of a letter is called, and what helps.
pub(crate) fn lacking(script: Script) -> Lacking {
    let (writing, package) = match &script.tag().to_be_bytes() {
        b"Hani" => ("Chinese characters", CJK),
        b"Hira" | b"Kana" => ("kana", CJK),
        b"Hang" => ("Hangul", CJK),
        b"Bopo" => ("Bopomofo", CJK),
        b"Zyyy" | b"Zinh" => ("symbols and emoji", Some("fonts-symbola")),
        // Private use, and what Unicode has not given to anybody.
        b"Zzzz" => ("characters without a script", None),
        b"Arab" => ("Arabic", CORE),
        b"Armn" => ("Armenian", CORE),
        b"Beng" => ("Bengali", CORE),
        b"Cans" => ("Canadian syllabics", CORE),
        b"Cher" => ("Cherokee", CORE),
        b"Deva" => ("Devanagari", CORE),
        b"Ethi" => ("Ethiopic", CORE),
        b"Geor" => ("Georgian", CORE),
        b"Gujr" => ("Gujarati", CORE),
        b"Guru" => ("Gurmukhi", CORE),
        b"Hebr" => ("Hebrew", CORE),
        b"Khmr" => ("Khmer", CORE),
        b"Knda" => ("Kannada", CORE),
        b"Laoo" => ("Lao", CORE),
        b"Latn" | b"Grek" | b"Cyrl" => ("rare letters", CORE),
        b"Mlym" => ("Malayalam", CORE),
        b"Mong" => ("Mongolian", CORE),
        b"Mymr" => ("Myanmar", CORE),
        b"Orya" => ("Odia", CORE),
        b"Sinh" => ("Sinhala", CORE),
        b"Syrc" => ("Syriac", CORE),
        b"Taml" => ("Tamil", CORE),
        b"Telu" => ("Telugu", CORE),
        b"Thaa" => ("Thaana", CORE),
        b"Thai" => ("Thai", CORE),
        b"Tibt" => ("Tibetan", CORE),
        _ => return Lacking { writing: format!("script {}", script.tag()), package: CORE },
    };
    Lacking { writing: writing.to_owned(), package }
}

/// Whose forms of Chinese characters a text wants: they are the same characters
/// in Unicode, and are not written alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Han {
    Japanese,
    Korean,
    Traditional,
    Simplified,
}

impl Han {
    /// As the letters beside them tell. A text of nothing else does not say.
    pub(crate) fn of(text: &str) -> Self {
        for letter in text.chars() {
            match of(letter) {
                Script::HIRAGANA | Script::KATAKANA => return Self::Japanese,
                Script::HANGUL => return Self::Korean,
                Script::BOPOMOFO => return Self::Traditional,
                _ => {}
            }
        }
        Self::Simplified
    }

    /// What families that have these forms are called, or begin with: Noto's,
    /// then those of macOS and Windows.
    pub(crate) const fn families(self) -> &'static [&'static str] {
        match self {
            Self::Japanese => &["Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic"],
            Self::Korean => &["Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic", "Malgun"],
            Self::Traditional => {
                &["Noto Sans CJK TC", "Noto Sans TC", "PingFang TC", "Microsoft JhengHei"]
            }
            Self::Simplified => {
                &["Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei"]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_is_told_by_what_stands_beside_it() {
        assert_eq!(Han::of("東京の夜"), Han::Japanese);
        assert_eq!(Han::of("서울의 밤 漢江"), Han::Korean);
        assert_eq!(Han::of("臺北ㄊㄞˊ"), Han::Traditional);
        assert_eq!(Han::of("北京"), Han::Simplified);
    }

    #[test]
    fn what_is_lacking_has_a_name_and_a_remedy() {
        let named = |letter| lacking(of(letter));
        assert_eq!(named('夜').package, Some("fonts-noto-cjk"));
        assert_eq!(named('ш').writing, "rare letters");
        assert_eq!(named('ไ').writing, "Thai");
        assert_eq!(named('\u{1f305}').writing, "symbols and emoji");
        assert_eq!(named('\u{e000}').package, None);
        assert_eq!(named('\u{10900}').writing, "script Phnx");
    }
}
