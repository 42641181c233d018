//! The paper, and how many prints stand side by side on it.

use std::fmt;
use std::str::FromStr;

/// A size of paper, upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

impl Paper {
    /// Width and height in points.
    pub(crate) const fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::Letter => (612.0, 792.0),
        }
    }
}

impl fmt::Display for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A4 => "a4",
            Self::Letter => "letter",
        })
    }
}

/// A word that names no paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("paper is a4 or letter")]
pub struct NoPaper;

impl FromStr for Paper {
    type Err = NoPaper;

    fn from_str(text: &str) -> Result<Self, NoPaper> {
        match text.to_ascii_lowercase().as_str() {
            "a4" => Ok(Self::A4),
            "letter" => Ok(Self::Letter),
            _ => Err(NoPaper),
        }
    }
}

/// How many prints stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns(u8);

impl Columns {
    /// With fewer a print is larger than any thumbnail is good for; with more a
    /// date is wider than its print.
    const ALLOWED: std::ops::RangeInclusive<u8> = 2..=10;

    /// As many.
    pub(crate) fn count(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for Columns {
    /// Six, as a strip of film has: with six rows a page is a film of 36, on
    /// either paper, and a thumbnail of 120 pixels is printed at 108 to the inch.
    fn default() -> Self {
        Self(6)
    }
}

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number of columns that no page has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a page has 2 to 10 columns")]
pub struct NoColumns;

impl FromStr for Columns {
    type Err = NoColumns;

    fn from_str(text: &str) -> Result<Self, NoColumns> {
        let columns = text.parse().map_err(|_| NoColumns)?;
        Self::ALLOWED.contains(&columns).then_some(Self(columns)).ok_or(NoColumns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_and_columns_are_read_or_refused() {
        assert_eq!("A4".parse(), Ok(Paper::A4));
        assert_eq!("letter".parse(), Ok(Paper::Letter));
        assert_eq!("a5".parse::<Paper>(), Err(NoPaper));
        assert_eq!("2".parse(), Ok(Columns(2)));
        assert_eq!("10".parse(), Ok(Columns(10)));
        for bad in ["0", "1", "11", "-3", "256", "99999999999999999999", "", "six"] {
            assert_eq!(bad.parse::<Columns>(), Err(NoColumns), "{bad}");
        }
    }
}
