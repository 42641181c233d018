//! The models in a page: `modelExport`, what its script starts from. Written by
//! cyclical-json 2: a string `~N` stands for the value at the legend's path N,
//! and `~~` begins a text that begins with `~`. In newer pages every value that
//! is no plain one is wrapped: `{"data":…,"exportMetaType":…}`.
//!
//! Bounded, as the sender is not trusted: what is read at all, what a reference
//! may lead through, how many photos a page may show.

use crate::script;
use crate::words::unescape;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::str::FromStr;

/// Why a page's models cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Not there, or cut off.
    #[error("the page holds no models")]
    Missing,
    /// JSON of another shape.
    #[error("the page's models cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    /// More than any page has.
    #[error("the page's models have more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// As many as are read.
        limit: usize,
    },
}

/// 100 photos take about 0.4 MB.
const LONGEST: usize = 4 << 20;
/// Objects and arrays: 100 photos have about 4,000. A small object takes a
/// hundred times the memory that it takes in the page.
const MOST_CONTAINERS: usize = 50_000;
/// A page stands for 100 photos at most.
const MOST_PHOTOS: usize = 1000;
/// Photostreams or albums in one page; recorded are two.
const MOST_MODELS: usize = 8;
/// References and wrappers around one value; recorded are two.
const MOST_HOPS: usize = 8;
/// The longest recorded path has nine steps.
const LONGEST_PATH: usize = 32;

/// The models of one page.
#[derive(Debug)]
pub(crate) struct Models {
    legend: Value,
    main: Value,
    escaped: bool,
}

/// A value among them, out of its wrappers and no reference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'a> {
    models: &'a Models,
    value: &'a Value,
}

/// What a page shows of a photostream, or of an album.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    /// The owner's model.
    pub(crate) owner: Option<Node<'a>>,
    /// One for each photo; `None` where a reference leads nowhere.
    pub(crate) photos: Vec<Option<Node<'a>>>,
    /// How many photos there are in all, as the page announces.
    pub(crate) total: Option<u64>,
    /// The page says that its last photo is the last of all.
    pub(crate) ended: bool,
}

impl Models {
    /// Finds and reads them in a page.
    pub(crate) fn find(html: &str) -> Result<Self, ModelError> {
        let mut last = ModelError::Missing;
        for json in script::values(html, "modelExport") {
            match Self::read(json) {
                Ok(models) => return Ok(models),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Reads the text of `modelExport`.
    fn read(json: &RawValue) -> Result<Self, ModelError> {
        #[derive(Deserialize)]
        struct Export {
            legend: Value,
            main: Value,
        }
        let json = json.get();
        bound("bytes", json.len(), LONGEST)?;
        // Those in texts are counted as well: there are few.
        let n_containers = json.bytes().filter(|byte| matches!(byte, b'{' | b'[')).count();
        bound("objects and arrays", n_containers, MOST_CONTAINERS)?;
        let Export { legend, main } = serde_json::from_str(json)?;
        let mut models = Self { legend, main, escaped: false };
        models.escaped = models.is_escaped(json);
        Ok(models)
    }

    /// Whether words are escaped. A date tells: it has a space and colons. Where
    /// there is none, the older of the recorded shapes has escapes.
    fn is_escaped(&self, json: &str) -> bool {
        let Ok(Some(shown)) = self.shown() else { return false };
        match shown.photos.iter().flatten().find_map(|photo| photo.date_as_written()) {
            Some(date) => date.contains('%'),
            None => !json.contains("\"exportMetaType\":"),
        }
    }

    /// What the page shows. `None` where it is the page of no photostream and of
    /// no album.
    pub(crate) fn shown(&self) -> Result<Option<Shown<'_>>, ModelError> {
        let Some(main) = self.settle(&self.main) else { return Ok(None) };
        for name in ["photostream-models", "set-models"] {
            // The page of 2021 has the same photostream twice.
            let models = main.member(name).into_iter().flat_map(Node::items).take(MOST_MODELS);
            let models: Vec<_> = models.flatten().collect();
            let filled = models.iter().find(|model| model.photos().next().is_some());
            if let Some(model) = filled.or(models.first()) {
                return Shown::of(*model).map(Some);
            }
        }
        Ok(None)
    }

    /// A value out of its wrappers, and for a reference what it refers to.
    /// `None` where that leads nowhere, or in circles.
    fn settle<'a>(&'a self, mut value: &'a Value) -> Option<Node<'a>> {
        for _ in 0..MOST_HOPS {
            value = match (unwrapped(value), reference(value)) {
                (Some(inner), _) => inner,
                (None, Some(idx)) => self.referred(idx)?,
                (None, None) => return Some(Node { models: self, value }),
            };
        }
        None
    }

    /// The value at the legend's path.
    fn referred(&self, idx: usize) -> Option<&Value> {
        let path = self.legend.get(idx)?.as_array()?;
        if path.len() > LONGEST_PATH {
            return None;
        }
        path.iter().try_fold(&self.main, |value, step| {
            let step = step.as_str()?;
            match value {
                Value::Array(values) => values.get(step.parse::<usize>().ok()?),
                Value::Object(members) => members.get(step),
                _ => None,
            }
        })
    }
}

impl<'a> Shown<'a> {
    fn of(model: Node<'a>) -> Result<Self, ModelError> {
        let list = model.member("photoPageList");
        let photos: Vec<_> = model.photos().take(MOST_PHOTOS + 1).collect();
        bound("photos", photos.len(), MOST_PHOTOS)?;
        let total = |model: Node<'_>| model.member("totalItems")?.number();
        Ok(Self {
            owner: model.member("owner"),
            photos,
            total: list.and_then(total).or_else(|| total(model)),
            ended: list.and_then(|list| list.member("fetchedEnd")?.answer()).unwrap_or(false),
        })
    }
}

impl<'a> Node<'a> {
    /// A member of an object. Null is not there.
    pub(crate) fn member(self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        self.models.settle(value)
    }

    /// The members of an object.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'a str, Self)> {
        let members = self.value.as_object().into_iter().flatten();
        members.filter_map(move |(name, value)| Some((&**name, self.models.settle(value)?)))
    }

    /// The items of an array. Null stands where something was never fetched.
    fn items(self) -> impl Iterator<Item = Option<Self>> {
        let items = self.value.as_array().into_iter().flatten();
        let present = items.filter(|value| !value.is_null());
        present.map(move |value| self.models.settle(value))
    }

    /// The photos of a photostream's or an album's model.
    fn photos(self) -> impl Iterator<Item = Option<Self>> {
        let photos = self.member("photoPageList").and_then(|list| list.member("_data"));
        photos.into_iter().flat_map(Node::items)
    }

    /// When a photo was taken, as it stands there.
    fn date_as_written(self) -> Option<&'a str> {
        self.member("stats")?.member("dateTaken")?.value.as_str()
    }

    /// As text, if it is a text or a number.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self.value {
            Value::Number(number) => Some(number.to_string().into()),
            Value::String(text) => {
                let text = if text.starts_with("~~") { &text[1..] } else { text };
                let escaped = self.models.escaped && text.contains('%');
                Some(if escaped { unescape(text).into() } else { text.into() })
            }
            _ => None,
        }
    }

    /// As a number, if it is one that fits.
    pub(crate) fn number<N: FromStr>(self) -> Option<N> {
        self.text()?.trim().parse().ok()
    }

    /// As yes or no, if it says either.
    pub(crate) fn answer(self) -> Option<bool> {
        match self.value {
            Value::Bool(yes) => Some(*yes),
            _ => match &*self.text()? {
                "1" => Some(true),
                "0" => Some(false),
                _ => None,
            },
        }
    }
}

/// What is in a wrapper.
fn unwrapped(value: &Value) -> Option<&Value> {
    let members = value.as_object().filter(|members| members.len() == 2)?;
    members.get("exportMetaType")?;
    members.get("data")
}

/// N of `~N`.
fn reference(value: &Value) -> Option<usize> {
    value.as_str()?.strip_prefix('~')?.parse().ok()
}

fn bound(what: &'static str, n: usize, limit: usize) -> Result<(), ModelError> {
    if n > limit { Err(ModelError::TooMany { what, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
