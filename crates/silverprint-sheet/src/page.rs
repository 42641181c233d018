//! What the template of a page is filled with.

use crate::date::Date;
use crate::frame::Frame;
use crate::heading::Heading;
use crate::link;
use crate::navigation::{Navigation, Step};
use crate::subject::Subject;
use askama::Template;

/// One page of the sheet; `templates/page.html` is the page itself.
#[derive(Template)]
#[template(path = "page.html")]
pub(crate) struct Page<'a> {
    pub(crate) subject: Subject,
    pub(crate) heading: &'a Heading,
    pub(crate) frames: &'a [Frame],
    pub(crate) navigation: &'a Navigation,
    /// The way to the archive's folder.
    pub(crate) root: &'static str,
    pub(crate) photostream: Option<String>,
    pub(crate) made_on: Option<Date>,
}

impl<'a> Page<'a> {
    /// A page of the frames, under its heading.
    pub(crate) fn new(
        subject: Subject,
        heading: &'a Heading,
        frames: &'a [Frame],
        navigation: &'a Navigation,
        root: &'static str,
    ) -> Self {
        Self {
            subject,
            heading,
            frames,
            navigation,
            root,
            photostream: link::to_web(&heading.photostream_url),
            made_on: Date::in_text(&heading.made_on),
        }
    }
}
