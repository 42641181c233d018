//! What the wall needs before anything else: how many frames there are, in which
//! months, and what the receipt says.

use crate::columns::{self, MARKED, MISSING, ORIGINAL, PER_COLUMNS, VIDEO};
use crate::heading::{Heading, Tally};
use crate::link;
use crate::part::PER_PART;
use crate::row::Row;
use crate::script::Call;
use crate::strip::PER_STRIP;
use crate::subject::Subject;
use crate::text;
use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Serialize;
use silverprint_core::License;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// So many reasons have a line of their own, with so many frames.
const MOST_REASONS: usize = 20;
const MOST_FRAMES: usize = 20;

/// What is counted while rows go by, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Census {
    /// Runs of one month, oldest first; empty where no date is known.
    months: Vec<(String, u64)>,
    licenses: BTreeMap<i16, u64>,
    videos: u64,
    originals: u64,
    missing: u64,
    marked: u64,
    reasons: BTreeMap<String, Reason>,
}

/// Why frames are missing.
#[derive(Debug, Default)]
struct Reason {
    count: u64,
    frames: Vec<u64>,
}

impl Census {
    pub(crate) fn count(&mut self, frame: u64, row: &Row) {
        let month = row.posted.and_then(month).unwrap_or_default();
        match self.months.last_mut() {
            Some((last, count)) if *last == month => *count += 1,
            _ => self.months.push((month, 1)),
        }
        *self.licenses.entry(row.license.map_or(-1, i16::from)).or_default() += 1;
        let kind = columns::kind(row);
        let has = |bit: u8| u64::from(kind & bit != 0);
        self.videos += has(VIDEO);
        self.originals += has(ORIGINAL);
        self.missing += has(MISSING);
        self.marked += has(MARKED);
        if row.picture.is_none() {
            self.count_missing(frame, row.note.as_deref().unwrap_or("missing"));
        }
    }

    fn count_missing(&mut self, frame: u64, why: &str) {
        let why = text::clean(why);
        let is_known = self.reasons.contains_key(&why);
        let why = if is_known || self.reasons.len() < MOST_REASONS { why } else { "other".into() };
        let reason = self.reasons.entry(why).or_default();
        reason.count += 1;
        if reason.frames.len() < MOST_FRAMES {
            reason.frames.push(frame);
        }
    }
}

fn month(posted: i64) -> Option<String> {
    let moment = Offset::UTC.to_datetime(Timestamp::from_second(posted).ok()?);
    Some(moment.strftime("%Y-%m").to_string())
}

/// `sheet/head.js`, whose shape docs/SHEET.md gives.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head<'a> {
    subject: Subject,
    name: &'a str,
    screen_name: &'a str,
    url: Option<String>,
    made_on: &'a str,
    version: &'a str,
    running: bool,
    frames: u64,
    first: u64,
    per_part: usize,
    per_strip: usize,
    per_columns: usize,
    print: (u32, u32),
    strips: bool,
    months: Vec<&'a (String, u64)>,
    licenses: Vec<(i16, u64, Option<&'static str>, Option<&'static str>)>,
    videos: u64,
    originals: u64,
    missing: u64,
    marked: u64,
    receipt: Vec<Tally>,
    remarks: &'a [String],
    reasons: Vec<Why<'a>>,
}

#[derive(Serialize)]
struct Why<'a> {
    reason: &'a str,
    count: u64,
    frames: &'a [u64],
}

/// Of which sheet it is the head.
pub(crate) struct About<'a> {
    pub(crate) subject: Subject,
    pub(crate) heading: &'a Heading,
    pub(crate) frames: u64,
    pub(crate) first: u64,
    pub(crate) print: (u32, u32),
    pub(crate) has_strips: bool,
}

impl<'a> Head<'a> {
    pub(crate) fn new(about: &About<'a>, census: &'a Census) -> Self {
        let heading = about.heading;
        Self {
            subject: about.subject,
            name: &heading.name,
            screen_name: &heading.screen_name,
            url: link::to_web(&heading.photostream_url),
            made_on: &heading.made_on,
            version: &heading.version,
            running: heading.is_running,
            frames: about.frames,
            first: about.first,
            per_part: PER_PART,
            per_strip: PER_STRIP,
            per_columns: PER_COLUMNS,
            print: about.print,
            strips: about.has_strips,
            months: match about.subject {
                Subject::Photostream => census.months.iter().rev().collect(),
                Subject::Files => Vec::new(),
            },
            licenses: census
                .licenses
                .iter()
                .map(|(&number, &count)| license(number, count))
                .collect(),
            videos: census.videos,
            originals: census.originals,
            missing: census.missing,
            marked: census.marked,
            receipt: heading.receipt(about.subject),
            remarks: &heading.remarks,
            reasons: reasons(census),
        }
    }

    pub(crate) fn script(&self) -> Vec<u8> {
        Call::to("head").with(self).into_bytes()
    }
}

fn license(number: i16, count: u64) -> (i16, u64, Option<&'static str>, Option<&'static str>) {
    let license = u8::try_from(number).ok().and_then(License::of);
    (number, count, license.map(|it| it.name), license.map(|it| it.url))
}

/// The commonest first.
fn reasons<'a>(census: &'a Census) -> Vec<Why<'a>> {
    let why = |(reason, found): (&'a String, &'a Reason)| Why {
        reason,
        count: found.count,
        frames: &found.frames,
    };
    let mut reasons: Vec<_> = census.reasons.iter().map(why).collect();
    reasons.sort_by_key(|why| Reverse(why.count));
    reasons
}
