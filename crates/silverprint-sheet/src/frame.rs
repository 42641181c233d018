//! One frame of the sheet: a row as the template prints it, with every text
//! cleaned and every address checked.

use crate::date::Date;
use crate::row::Row;
use crate::subject::Subject;
use crate::{link, text};
use silverprint_core::License;
use silverprint_core::PhotoId;

/// A print with its rebate (the number) and its caption.
pub(crate) struct Frame {
    pub(crate) number: u64,
    pub(crate) id: PhotoId,
    pub(crate) title: Option<String>,
    pub(crate) alt: String,
    pub(crate) picture: Option<String>,
    pub(crate) thumb: Option<Thumb>,
    pub(crate) date: Option<Date>,
    pub(crate) dates_in_full: String,
    pub(crate) license: Option<License>,
    pub(crate) page: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) is_video: bool,
}

/// The thumbnail; its size keeps its place while it loads.
pub(crate) struct Thumb {
    pub(crate) src: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Frame {
    /// The frame of a row, for a page that lies under the folder by `root`.
    pub(crate) fn new(number: u64, row: &Row, root: &str, subject: Subject) -> Self {
        let title = text::clean_or_none(&row.title);
        let alt = title.clone().unwrap_or_else(|| format!("Photo {}, untitled", row.id));
        let thumb = row.thumb.as_ref().and_then(|thumb| {
            let src = link::to_file(root, &thumb.path)?;
            Some(Thumb { src, width: thumb.width, height: thumb.height })
        });
        // A click plays a video, where its stream is there.
        let stream = row.stream.as_deref().and_then(|path| link::to_file(root, path));
        let still = row.picture.as_ref().and_then(|it| subject.reference(root, &it.path));
        let taken = row.taken.as_deref().and_then(text::clean_or_none);
        let posted = row.posted.and_then(Date::posted);
        Self {
            number,
            id: row.id,
            title,
            alt,
            picture: stream.or(still),
            thumb,
            dates_in_full: dates_in_full(posted.as_ref(), taken.as_deref()),
            date: posted.or_else(|| Date::in_text(taken.as_deref()?)),
            license: row.license.and_then(License::of),
            page: link::to_web(&row.flickr_url),
            note: row.note.as_deref().and_then(text::clean_or_none),
            is_video: row.is_video,
        }
    }

    /// What stands in a frame without a print.
    pub(crate) fn reason(&self) -> &str {
        let unsaid = if self.picture.is_some() { "no thumbnail" } else { "missing" };
        self.note.as_deref().unwrap_or(unsaid)
    }
}

/// Both dates, for whoever points at the one that is shown.
fn dates_in_full(posted: Option<&Date>, taken: Option<&str>) -> String {
    let posted = posted.map(|date| format!("Uploaded {}", date.machine));
    let taken = taken.map(|text| format!("Taken {text}"));
    let dates: Vec<String> = posted.into_iter().chain(taken).collect();
    dates.join(" · ")
}
