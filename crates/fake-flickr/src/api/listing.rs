//! The methods that list the photostream.

use std::collections::HashSet;
use std::sync::PoisonError;

use super::people::{account, named};
use super::{Call, Failure};
use crate::emit::{Emit, Notation};
use crate::forge::Forgery;
use crate::photo::{About, Media, Photo};
use crate::rendition::Label;
use crate::seed::{fraction, join};
use crate::setup::Account;
use crate::title;
use crate::world::Shared;

/// The site lists no further than this page.
const LAST_PAGE: u32 = 10_000;

/// Which page of which photos a call asks for.
struct Page {
    number: u32,
    size: u32,
    /// How many photos there are in all.
    total: usize,
    /// The position of the first of them in the stream.
    first: usize,
}

impl Page {
    /// The positions of this page's photos.
    fn positions(&self) -> std::ops::Range<usize> {
        let start = ((self.number - 1) as usize * self.size as usize).min(self.total);
        let end = (start + self.size as usize).min(self.total);
        self.first + start..self.first + end
    }
}

/// `flickr.people.getPublicPhotos`: knows no window of dates.
pub(super) fn public_photos(
    shared: &Shared,
    call: &Call,
    notation: Notation,
) -> Result<String, Failure> {
    listing(shared, call, notation, (None, None))
}

/// `flickr.people.getPhotos`: the same photos for who isn't signed in, and a window of dates.
pub(super) fn photos(shared: &Shared, call: &Call, notation: Notation) -> Result<String, Failure> {
    let window = (call.number("min_upload_date"), call.number("max_upload_date"));
    listing(shared, call, notation, window)
}

fn listing(
    shared: &Shared,
    call: &Call,
    notation: Notation,
    (min, max): (Option<i64>, Option<i64>),
) -> Result<String, Failure> {
    named(shared, call)?;
    match account(shared) {
        Account::Denied => return Err(Failure::new(2, "Permission denied")),
        Account::Deleted => return Err(Failure::user_not_found()),
        Account::Open | Account::Unknown => {}
    }
    let stream = shared.stream.read().unwrap_or_else(PoisonError::into_inner);
    let (total, first) = stream.window(min, max);
    let size = match call.number::<u32>("per_page") {
        None | Some(0) => 100,
        Some(size) => size.min(500),
    };
    let asked = call.number("page").unwrap_or(1).clamp(1, LAST_PAGE);
    let page = Page { number: number(shared, asked, total, size), size, total, first };
    let served = {
        let mut state = shared.api.lock().unwrap_or_else(PoisonError::into_inner);
        let served = state.pages.entry(page.number).or_default();
        *served += 1;
        *served
    };
    let positions = positions(shared, &page, served);
    let photos: Vec<Photo> = positions.into_iter().filter_map(|at| stream.at(at)).collect();
    drop(stream);
    let extras = Extras::new(call.get("extras").unwrap_or_default(), call.required("user_id")?);
    let body = written(shared, notation, &page, &photos, &extras);
    if served == 1 {
        shared.follow_script(page.number);
    }
    Ok(body)
}

/// The number of the page that is listed where this one is asked for.
fn number(shared: &Shared, asked: u32, total: usize, size: u32) -> u32 {
    let last = u32::try_from(total.div_ceil(size as usize)).unwrap_or(LAST_PAGE).max(1);
    if asked <= last || !shared.config.paging.clamped {
        return asked;
    }
    shared.counters.clamped_page();
    last
}

/// The positions that are listed on a page, with what is wrong with it.
fn positions(shared: &Shared, page: &Page, served: u32) -> Vec<usize> {
    let paging = shared.config.paging;
    let range = page.positions();
    let before = range.start.checked_sub(1).filter(|&before| before >= page.first);
    let mut positions: Vec<usize> = range.collect();
    let hash = join(shared.config.stream.seed ^ 0x9a9e, u64::from(page.number));
    let at = fraction(hash);
    if at < paging.short && (served == 1 || paging.lasting) {
        shared.counters.short_page();
        for n in 1..=1 + join(hash, 0) % 3 {
            if positions.len() > 1 {
                let missing = join(hash, n) % positions.len() as u64;
                positions.remove(usize::try_from(missing).unwrap_or(0));
            }
        }
    } else if at < paging.short + paging.repeated
        && served == 1
        && let Some(before) = before
    {
        shared.counters.repeating_page();
        positions.insert(0, before);
    }
    positions
}

fn written(
    shared: &Shared,
    notation: Notation,
    page: &Page,
    photos: &[Photo],
    extras: &Extras,
) -> String {
    Emit::ok(notation, |emit| {
        emit.record("photos", |emit| {
            emit.number("page", page.number);
            emit.number("pages", page.total.div_ceil(page.size as usize));
            emit.number("perpage", page.size);
            // Recorded as a string and as a number; a client must take both.
            if page.number % 2 == 1 {
                emit.digits("total", page.total);
            } else {
                emit.number("total", page.total);
            }
            emit.list("photo", photos, |emit, photo| entry(emit, shared, photo, extras));
        });
    })
}

/// What a call wants to know of each photo.
struct Extras {
    /// Whose they are: the account's, or the other's.
    owner: String,
    names: HashSet<String>,
    labels: Vec<Label>,
}

impl Extras {
    fn new(list: &str, owner: &str) -> Self {
        let names: HashSet<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
        let labels = Label::ALL.into_iter().filter(|label| names.contains(label.extra())).collect();
        Self { owner: owner.to_owned(), names, labels }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

fn entry(emit: &mut Emit, shared: &Shared, photo: &Photo, extras: &Extras) {
    let forged = shared.forgeries.of(photo.id);
    let title = || title::title(&shared.config.stream, photo);
    emit.digits("id", photo.id);
    emit.string("owner", &extras.owner);
    emit.string("secret", &secret(photo, Label::M));
    emit.digits("server", photo.server());
    emit.number("farm", farm(photo));
    emit.string("title", &forged.title.clone().unwrap_or_else(title));
    emit.number("ispublic", 1);
    emit.number("isfriend", 0);
    emit.number("isfamily", 0);
    facts(emit, shared, photo, extras);
    if extras.has("geo") {
        geo(emit, photo);
    }
    if extras.has("tags") {
        emit.string("tags", &forged.tags.clone().unwrap_or_else(|| title::tags(photo).join(" ")));
    }
    if extras.has("machine_tags") {
        emit.string("machine_tags", "");
    }
    if extras.has("views") {
        emit.digits("views", photo.views());
    }
    if extras.has("media") {
        emit.string("media", photo.media.name());
        emit.string("media_status", "ready");
    }
    if extras.has("path_alias") {
        match shared.config.stream.alias.as_str() {
            "" => emit.null("pathalias"),
            alias => emit.string("pathalias", alias),
        }
    }
    urls(emit, shared, photo, &extras.labels, &forged);
    if extras.has("description") {
        let description = forged.description.unwrap_or_else(|| title::description(photo));
        emit.content("description", &description);
    }
}

fn facts(emit: &mut Emit, shared: &Shared, photo: &Photo, extras: &Extras) {
    if extras.has("license") {
        emit.digits("license", photo.license());
    }
    if extras.has("safety_level") {
        emit.digits("safety_level", 0);
    }
    if extras.has("date_upload") {
        emit.digits("dateupload", photo.posted);
    }
    if extras.has("date_taken") {
        let (taken, granularity) = photo.taken();
        emit.string("datetaken", &taken);
        emit.digits("datetakengranularity", granularity);
        emit.digits("datetakenunknown", u8::from(photo.hash(About::Taken).is_multiple_of(50)));
    }
    if extras.has("owner_name") {
        emit.string("ownername", &shared.config.stream.username);
    }
    if extras.has("realname") {
        emit.string("realname", "Nobody in Particular");
    }
    if extras.has("icon_server") {
        emit.digits("iconserver", 65_535);
        emit.number("iconfarm", 66);
    }
    if extras.has("count_views") {
        emit.digits("count_views", photo.views());
    }
    if extras.has("count_comments") {
        emit.digits("count_comments", photo.views() / 400);
    }
    if extras.has("count_faves") {
        emit.digits("count_faves", photo.views() / 90);
    }
    site(emit, shared, photo, extras);
    if extras.has("original_format") && photo.original_offered {
        emit.string("originalsecret", &secret(photo, Label::O));
        emit.string("originalformat", photo.original.extension());
    }
    if extras.has("last_update") {
        emit.digits("lastupdate", last_update(photo));
    }
}

/// What only the site's own script asks for; nobody documents it.
fn site(emit: &mut Emit, shared: &Shared, photo: &Photo, extras: &Extras) {
    if extras.has("can_download") {
        emit.number("can_download", u8::from(photo.downloadable));
    }
    if extras.has("ispro") {
        emit.number("ispro", shared.config.stream.plan.is_pro());
    }
}

/// Edits move the date; so did whatever people did in the days after the upload.
pub(super) fn last_update(photo: &Photo) -> i64 {
    let later = i64::try_from(photo.hash(About::Views) % 400_000).unwrap_or(0);
    photo.posted + later + 60 * i64::from(photo.version + photo.retitled)
}

pub(crate) fn secret(photo: &Photo, label: Label) -> String {
    format!("{:010x}", photo.secret(label))
}

pub(super) fn farm(photo: &Photo) -> u64 {
    if photo.server() == 65_535 { 66 } else { 1 + photo.server() % 9 }
}

fn geo(emit: &mut Emit, photo: &Photo) {
    let Some(geo) = photo.geo() else {
        for field in ["latitude", "longitude", "accuracy", "context"] {
            emit.number(field, 0);
        }
        return;
    };
    emit.number("latitude", format_args!("{:.6}", geo.latitude));
    emit.number("longitude", format_args!("{:.6}", geo.longitude));
    emit.digits("accuracy", geo.accuracy);
    emit.number("context", 0);
    emit.string("place_id", &format!("{:015x}", photo.hash(About::Geo) >> 4));
    emit.digits("woeid", photo.hash(About::Geo) % 1_000_000);
    for field in ["geo_is_family", "geo_is_friend", "geo_is_contact"] {
        emit.number(field, 0);
    }
    emit.number("geo_is_public", 1);
}

/// The renditions. Some dimensions are numbers and some are strings, as recorded; half of the
/// videos have empty ones.
fn urls(emit: &mut Emit, shared: &Shared, photo: &Photo, labels: &[Label], forged: &Forgery) {
    let unmeasured = photo.media == Media::Video && photo.hash(About::Media) & 1 == 0;
    for &label in labels {
        let Some((width, height)) = photo.listed_dimensions(label) else { continue };
        let (width, height) = forged.size.unwrap_or((width, height));
        let url = forged.url.clone().unwrap_or_else(|| shared.url(photo, label));
        emit.string(label.extra(), &url);
        if unmeasured && !label.is_square() {
            emit.string(label.height(), "");
            emit.string(label.width(), "");
            continue;
        }
        match label {
            Label::Sq => {
                emit.number(label.height(), height);
                emit.number(label.width(), width);
                continue;
            }
            Label::N | Label::C | Label::H | Label::K => emit.number(label.height(), height),
            _ => emit.digits(label.height(), height),
        }
        emit.digits(label.width(), width);
    }
}
