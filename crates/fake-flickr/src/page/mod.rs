//! The site's pages as a signed-out visitor gets them: which page a path means, and what is on it.

mod config;
mod html;
mod models;
mod shape;
mod site_key;

use std::sync::PoisonError;

pub use config::{PageShape, Pages, PastEnd, SiteKeys};
pub(crate) use site_key::{Keyring, Standing};

use crate::api;
use crate::fault::{self, RetryAfter};
use crate::http::{Delivery, Reply};
use crate::photo::Photo;
use crate::setup::{Account, ApiFault};
use crate::video;
use crate::world::Shared;
use html::Place;
use models::Shown;

/// What the path of a page means.
#[derive(Debug, PartialEq, Eq)]
enum Path<'a> {
    /// A page of an account's photostream.
    Stream(&'a str, usize),
    /// A page of the site itself.
    Site(&'static str),
    /// Something that this server has no page for.
    Unknown,
}

/// Reads `/photos/NAME/page3/`.
fn read(path: &str) -> Path<'_> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("prints"), None, None, None) => Path::Site("Prints"),
        (Some("photos"), None, None, None) => Path::Site("Explore"),
        (Some("photos"), Some("tags"), _, None) => Path::Site("Tags"),
        (Some("photos"), Some("search"), _, None) => Path::Site("Search"),
        (Some("photos"), Some(handle), None, None) => Path::Stream(handle, 1),
        (Some("photos"), Some(handle), Some(page), None) => match page.strip_prefix("page") {
            Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                number.parse().map_or(Path::Unknown, |number| Path::Stream(handle, number))
            }
            _ => Path::Unknown,
        },
        _ => Path::Unknown,
    }
}

/// Whether a path is that of a page.
pub(crate) fn is_page(path: &str) -> bool {
    path.split('/')
        .find(|part| !part.is_empty())
        .is_some_and(|top| matches!(top, "photos" | "prints"))
}

/// Answers a request for a page.
pub(crate) fn answer(shared: &Shared, path: &str) -> Reply {
    if let Some(reply) = video::play(shared, path) {
        return reply;
    }
    let number = shared.counters.page();
    let fault = {
        let mut state = shared.api.lock().unwrap_or_else(PoisonError::into_inner);
        state.page_faults.pop_front().or_else(|| api::drawn(shared, 1 << 40 | number))
    };
    let reply = match read(path) {
        Path::Site(title) => Reply::html(200, &html::nobody(shared, title)),
        Path::Stream(handle, number) if is_ours(shared, handle) => stream(shared, number),
        Path::Stream(..) | Path::Unknown => Reply::html(404, &html::missing()),
    };
    let Some(fault) = fault else { return reply };
    shared.counters.fault();
    faulty(fault, reply)
}

/// Whether a handle is the account's, and there is such an account.
fn is_ours(shared: &Shared, handle: &str) -> bool {
    let there = matches!(api::account(shared), Account::Open | Account::Denied);
    there && api::is_handle(shared, handle)
}

fn stream(shared: &Shared, number: usize) -> Reply {
    let pages = &shared.config.pages;
    let announced = pages.announced.max(1) as usize;
    let (photos, total, counted, first, place) = {
        let stream = shared.stream.read().unwrap_or_else(PoisonError::into_inner);
        let total = if api::account(shared) == Account::Denied { 0 } else { stream.len() };
        let of = total.div_ceil(announced).max(1);
        let place = Place { number: number.clamp(1, of), of };
        if number > of && pages.past_end == PastEnd::Redirect {
            return Reply::redirect(&format!("/photos/{}/", shared.handle()));
        }
        let first = (place.number - 1) * announced;
        let shown = announced.min(pages.shown as usize).min(total - first);
        let photos: Vec<Photo> = (first..first + shown).filter_map(|at| stream.at(at)).collect();
        (photos, total, stream.counted(), first, place)
    };
    let end = first + photos.len() == total;
    let shown = Shown { photos, total, counted, start: first == 0, end };
    let reply = Reply::html(200, &html::stream(shared, &shown, place));
    let served = {
        let mut state = shared.api.lock().unwrap_or_else(PoisonError::into_inner);
        let page = u32::try_from(place.number).unwrap_or(u32::MAX);
        let served = state.html_pages.entry(page).or_default();
        *served += 1;
        (*served == 1).then_some(page)
    };
    if let Some(page) = served {
        shared.follow_script(page);
    }
    reply
}

/// What a fault of the API makes of a page.
fn faulty(fault: ApiFault, mut reply: Reply) -> Reply {
    let panda =
        |status| Reply::html(status, "<html><body><h1>Bad, bad panda!</h1></body></html>\n");
    match fault {
        ApiFault::Status(429) => fault::too_many(RetryAfter::Unsaid),
        ApiFault::Status(status) => panda(status),
        // Half a page is not told by its status: its script breaks off.
        ApiFault::BadJson => {
            reply.body = reply.body.slice(0, reply.body.len() / 2);
            reply
        }
        ApiFault::Reset => reply.delivered(Delivery::ResetBefore),
        ApiFault::Stall => reply.delivered(Delivery::StallBefore),
        ApiFault::Code(_) | ApiFault::TrailingComma | ApiFault::OtherNotation => panda(502),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_read() {
        assert_eq!(read("/photos/someone"), Path::Stream("someone", 1));
        assert_eq!(read("/photos/1@N00/"), Path::Stream("1@N00", 1));
        assert_eq!(read("/photos/someone/page12"), Path::Stream("someone", 12));
        assert_eq!(read("/photos/someone/page2/"), Path::Stream("someone", 2));
        assert_eq!(read("/photos/"), Path::Site("Explore"));
        assert_eq!(read("/prints"), Path::Site("Prints"));
        assert_eq!(read("/photos/tags"), Path::Site("Tags"));
        for unknown in ["/photos/someone/albums", "/photos/someone/page", "/photos/a/page1/x"] {
            assert_eq!(read(unknown), Path::Unknown, "{unknown}");
        }
    }

    proptest! {
        #[test]
        fn any_path_is_read_without_panic(path in "/(photos|prints)?/?[ -~é/]{0,60}") {
            read(&path);
            is_page(&path);
        }

        #[test]
        fn page_numbers_are_read(number in any::<u32>()) {
            let path = format!("/photos/x/page{number}");
            prop_assert_eq!(read(&path), Path::Stream("x", number as usize));
        }
    }
}
