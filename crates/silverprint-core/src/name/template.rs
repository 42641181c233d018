//! A template's text, read: its fields, its dates, and why it is none.

use super::component::{LONGEST_COMPONENT, is_allowed};
use crate::{Photo, Taken};

/// A piece of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Id,
    Title,
    Date(Date),
}

/// A date to be written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Date {
    of: When,
    format: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Posted,
    Taken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Between(char),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says what it means")]
pub enum NameError {
    #[error(
        "{{{field}}} is no field: there are {{id}}, {{title}}, {{posted:%Y-%m-%d}} and {{taken:%Y-%m-%d}}"
    )]
    UnknownField { field: String },
    #[error(
        "{{{field}}}: of dates there are %Y %m %d %H %M %S, with - _ . or a space between them"
    )]
    UnknownDate { field: String },
    #[error("a {{ has no }}, or a }} no {{")]
    Unclosed,
    #[error("{{id}} must be in it: two photos can have the same title and date")]
    NoId,
    #[error(
        "{{id}} must not touch another field or a digit, nor stand between two titles: two photos could get one name"
    )]
    IdNotApart,
    #[error("{0:?} cannot be in a file's name everywhere")]
    Character(char),
    #[error("a part between two / is empty, or nothing but dots")]
    EmptyPart,
    #[error("a part between two / is longer than {} bytes even without a title", LONGEST_COMPONENT)]
    TooLong,
    #[error("more than {} parts with / between them", MOST_COMPONENTS)]
    TooDeep,
}

/// Deeper folders than anybody has: each takes some of the 260 characters that
/// Windows gives a path.
const MOST_COMPONENTS: usize = 8;
/// The digits of the largest id.
const LONGEST_ID: usize = 20;
/// In place of a date that is not known.
const UNKNOWN: &str = "unknown";

pub(super) fn parse(text: &str) -> Result<Vec<Vec<Part>>, NameError> {
    let mut components = vec![Vec::new()];
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}', '/']) {
        literal(&mut components, &rest[..at])?;
        let (sign, after) = rest[at..].split_at(1);
        rest = match sign {
            "/" => {
                components.push(Vec::new());
                after
            }
            "{" => {
                let (field, after) = after.split_once('}').ok_or(NameError::Unclosed)?;
                components.last_mut().expect("there is one").push(read_field(field)?);
                after
            }
            _ => return Err(NameError::Unclosed),
        };
    }
    literal(&mut components, rest)?;
    check(&components)?;
    Ok(components)
}

fn literal(components: &mut [Vec<Part>], text: &str) -> Result<(), NameError> {
    if let Some(bad) = text.chars().find(|letter| !is_allowed(*letter)) {
        return Err(NameError::Character(bad));
    }
    if !text.is_empty() {
        let last = components.last_mut().expect("there is one");
        last.push(Part::Literal(text.to_owned()));
    }
    Ok(())
}

fn read_field(field: &str) -> Result<Part, NameError> {
    let (name, format) = field.split_once(':').unwrap_or((field, "%Y-%m-%d"));
    let of = match name {
        "id" if name == field => return Ok(Part::Id),
        "title" if name == field => return Ok(Part::Title),
        "posted" => When::Posted,
        "taken" => When::Taken,
        _ => return Err(NameError::UnknownField { field: field.chars().take(80).collect() }),
    };
    let format = read_format(format);
    let unknown = || NameError::UnknownDate { field: field.chars().take(80).collect() };
    Ok(Part::Date(Date { of, format: format.ok_or_else(unknown)? }))
}

/// Nothing between the numbers may be a letter or digit: a date must be told
/// from what stands beside it.
fn read_format(format: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        pieces.push(match letter {
            '%' => match letters.next()? {
                'Y' => Piece::Year,
                'm' => Piece::Month,
                'd' => Piece::Day,
                'H' => Piece::Hour,
                'M' => Piece::Minute,
                'S' => Piece::Second,
                _ => return None,
            },
            '-' | '_' | '.' | ' ' => Piece::Between(letter),
            _ => return None,
        });
    }
    pieces.iter().any(|piece| !matches!(piece, Piece::Between(_))).then_some(pieces)
}

fn check(components: &[Vec<Part>]) -> Result<(), NameError> {
    if components.len() > MOST_COMPONENTS {
        return Err(NameError::TooDeep);
    }
    let is_nothing = |parts: &Vec<Part>| {
        let blank = |part: &Part| matches!(part, Part::Literal(text) if text.trim_matches(['.', ' ', '-']).is_empty());
        parts.iter().all(blank)
    };
    if components.iter().any(is_nothing) {
        return Err(NameError::EmptyPart);
    }
    let length = |parts: &Vec<Part>| parts.iter().map(Part::longest).sum::<usize>();
    if components.iter().any(|parts| length(parts) > LONGEST_COMPONENT) {
        return Err(NameError::TooLong);
    }
    if !components.iter().flatten().any(|part| *part == Part::Id) {
        return Err(NameError::NoId);
    }
    if components.iter().any(|parts| tells_id(parts)) { Ok(()) } else { Err(NameError::IdNotApart) }
}

/// Whether the id can be read back from what such a component becomes, for then
/// two photos never share it. What stands before the id, or what stands after
/// it, must be of known shape: text, or dates, which are digits or [`UNKNOWN`].
/// And nothing that touches the id may be a digit.
fn tells_id(parts: &[Part]) -> bool {
    let is_shaped = |part: &Part| matches!(part, Part::Literal(_) | Part::Date(_));
    let ids = parts.iter().enumerate().filter(|(_, part)| **part == Part::Id);
    ids.into_iter().any(|(at, _)| {
        let (before, after) = (&parts[..at], &parts[at + 1..]);
        let is_apart = before.last().is_none_or(Part::ends_apart)
            && after.first().is_none_or(Part::begins_apart);
        is_apart && (before.iter().all(is_shaped) || after.iter().all(is_shaped))
    })
}

impl Part {
    /// How many bytes it takes at most; a title takes what is left.
    fn longest(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::Id => LONGEST_ID,
            Self::Title => 0,
            Self::Date(date) => date.format.len() * 4 + UNKNOWN.len(),
        }
    }

    fn ends_apart(&self) -> bool {
        matches!(self, Self::Literal(text) if !text.ends_with(|letter: char| letter.is_ascii_digit()))
    }

    fn begins_apart(&self) -> bool {
        matches!(self, Self::Literal(text) if !text.starts_with(|letter: char| letter.is_ascii_digit()))
    }
}

impl Date {
    /// Written out; what is not known as exactly is 00.
    pub(super) fn of(&self, photo: &Photo) -> String {
        let fields = match self.of {
            When::Posted => photo.posted.and_then(posted),
            When::Taken => photo.taken.as_ref().and_then(taken),
        };
        let Some([year, month, day, hour, minute, second]) = fields else {
            return UNKNOWN.to_owned();
        };
        let piece = |piece: &Piece| match piece {
            Piece::Year => format!("{year:04}"),
            Piece::Month => format!("{month:02}"),
            Piece::Day => format!("{day:02}"),
            Piece::Hour => format!("{hour:02}"),
            Piece::Minute => format!("{minute:02}"),
            Piece::Second => format!("{second:02}"),
            Piece::Between(letter) => letter.to_string(),
        };
        self.format.iter().map(piece).collect()
    }
}

/// Seconds since 1970 as a date, UTC; years of four digits only.
fn posted(seconds: i64) -> Option<[u32; 6]> {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let [year, month, day] = civil(days)?;
    let second = u32::try_from(second).ok()?;
    Some([year, month, day, second / 3600, second / 60 % 60, second % 60])
}

/// Days since 1970 as year, month and day, by eras of 400 years that begin in
/// March: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn civil(days: i64) -> Option<[u32; 3]> {
    let days = days.checked_add(719_468)?;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let [year, month, day] = [year, month, day].map(|number| u32::try_from(number).ok());
    Some([year.filter(|year| *year <= 9999)?, month?, day?])
}

/// `YYYY-MM-DD HH:MM:SS` with so much of it as the granularity vouches for.
fn taken(taken: &Taken) -> Option<[u32; 6]> {
    let known = match taken.granularity {
        _ if taken.unknown => return None,
        0..4 => 6,
        4..6 => 2,
        _ => 1,
    };
    let mut fields = [0; 6];
    let mut numbers = taken.text.split(['-', ' ', ':', 'T']);
    for (n, field) in fields.iter_mut().enumerate().take(known) {
        let length = if n == 0 { 4 } else { 2 };
        let number = numbers
            .next()
            .filter(|text| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()));
        // A text may be less exact than it says; without a year it is nothing.
        let Some(number) = number.and_then(|text| text.parse().ok()) else { break };
        *field = number;
    }
    (fields[0] > 0).then_some(fields)
}
