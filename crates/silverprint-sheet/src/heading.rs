//! What stands over every page of a sheet, and under it.

use crate::subject::Subject;
use crate::text;
use serde::Serialize;
use silverprint_core::grouped;

/// Whose contact sheet it is, and what the archive holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The account's name in the web address: its alias, else its NSID.
    pub name: String,
    /// The screen name; may hold anything.
    pub screen_name: String,
    /// The photostream's page; left out of the sheet unless it is http(s).
    pub photostream_url: String,
    /// How many photos Flickr announces.
    pub announced: u64,
    /// How many of them are in the folder.
    pub saved: u64,
    /// How many are missing.
    pub missing: u64,
    /// How many are videos.
    pub videos: u64,
    /// More lines of the receipt, a sentence each.
    pub remarks: Vec<String>,
    /// The date on which the sheet was made, such as `2026-03-01`.
    pub made_on: String,
    /// The program's version, without its name.
    pub version: String,
    /// A run goes on that adds to the sheet.
    pub is_running: bool,
}

impl Heading {
    /// The heading with every text made harmless, as templates print it.
    pub(crate) fn cleaned(self) -> Self {
        Self {
            name: text::clean(&self.name),
            screen_name: text::clean(&self.screen_name),
            remarks: self.remarks.iter().map(|line| text::clean(line)).collect(),
            made_on: text::clean(&self.made_on),
            version: text::clean(&self.version),
            ..self
        }
    }

    /// All that it says but the date, as text: two sheets of the same photos that say
    /// the same are the same.
    pub fn but_the_date(&self) -> String {
        format!("{:?}", Self { made_on: String::new(), ..self.clone() })
    }

    /// What the account is called on the page: the screen name, if it has one.
    pub(crate) fn display_name(&self) -> &str {
        if self.screen_name.is_empty() { &self.name } else { &self.screen_name }
    }

    /// The counts, in the order in which they are read.
    pub(crate) fn receipt(&self, subject: Subject) -> Vec<Tally> {
        let [all, there, lacking] = subject.counts();
        let videos = if self.videos == 1 { "video" } else { "videos" };
        let mut receipt = vec![
            Tally::new(self.announced, all),
            Tally::new(self.saved, there),
            Tally { is_lacking: self.missing > 0, ..Tally::new(self.missing, lacking) },
        ];
        if self.videos > 0 {
            receipt.push(Tally::new(self.videos, videos));
        }
        receipt
    }
}

/// One count of the receipt.
#[derive(Serialize)]
pub(crate) struct Tally {
    pub(crate) what: &'static str,
    count: u64,
    /// It says that the archive is not whole.
    #[serde(rename = "lacking")]
    pub(crate) is_lacking: bool,
}

impl Tally {
    fn new(count: u64, what: &'static str) -> Self {
        Self { what, count, is_lacking: false }
    }

    /// As templates print it.
    pub(crate) fn grouped(&self) -> String {
        grouped(self.count)
    }
}
