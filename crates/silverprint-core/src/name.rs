//! What a photo's files are called: a template, filled in with the photo's
//! own words, in which nothing can hurt.
//!
//! Titles may hold anything. What becomes of them lies below `photos/` and
//! nowhere else, on Linux, macOS and Windows alike, and no two photos ever get
//! one name: not on a disk that knows no case, and not by a title that looks
//! like another photo's number.

mod component;
mod template;

use crate::Photo;
use component::{LONGEST_COMPONENT, finish, tame};
use std::fmt;
use std::str::FromStr;
use template::{Part, parse};

pub use template::NameError;

/// How files under `photos/` are named: text with fields in it, `/` between
/// folders. `{id}` must be in it; `{title}`, `{posted:%Y-%m}` and
/// `{taken:%Y-%m-%d}` may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate {
    text: String,
    /// The path's components, the last one the file's.
    components: Vec<Vec<Part>>,
}

impl NameTemplate {
    /// Where the photo's files lie: a path below `photos/`, with `/`, without an
    /// extension. Each part has at most 111 bytes, so that a file's name with
    /// its version and extension has 120.
    pub fn stem(&self, photo: &Photo) -> String {
        let components = self.components.iter().map(|parts| component_of(parts, photo));
        components.collect::<Vec<_>>().join("/")
    }
}

/// One component: titles get the room that the rest leaves them.
fn component_of(parts: &[Part], photo: &Photo) -> String {
    let n_titles = parts.iter().filter(|part| matches!(part, Part::Title)).count();
    let fixed = |part: &Part| match part {
        Part::Literal(text) => text.clone(),
        Part::Id => photo.id.to_string(),
        Part::Title => String::new(),
        Part::Date(date) => date.of(photo),
    };
    let taken: usize = parts.iter().map(|part| fixed(part).len()).sum();
    let room = LONGEST_COMPONENT.saturating_sub(taken) / n_titles.max(1);
    let filled = parts.iter().map(|part| match part {
        Part::Title => tame(&photo.title, room),
        part => fixed(part),
    });
    finish(&filled.collect::<String>())
}

/// `{id}`.
impl Default for NameTemplate {
    fn default() -> Self {
        Self { text: "{id}".to_owned(), components: vec![vec![Part::Id]] }
    }
}

impl FromStr for NameTemplate {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Ok(Self { text: text.to_owned(), components: parse(text)? })
    }
}

/// As it was written.
impl fmt::Display for NameTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
