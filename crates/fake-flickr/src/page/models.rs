//! The models that a page's script starts from: `modelExport`.
//!
//! A string `~N` stands for the value that lies at the legend's path N.

use serde_json::{Map, Value, json};

use super::PageShape;
use super::shape::Kind;
use crate::api::secret;
use crate::photo::{Media, Photo};
use crate::rendition::Label;
use crate::title;
use crate::world::Shared;

/// What a page shows of the photostream.
pub(super) struct Shown {
    pub(super) photos: Vec<Photo>,
    /// How many photos there are in all.
    pub(super) total: usize,
    /// How many photos the profile counts.
    pub(super) counted: usize,
    /// Whether the first photo of the stream is among those shown, and whether the last is.
    pub(super) start: bool,
    pub(super) end: bool,
}

/// A page's models: those of the photostream, or none where nobody is there.
pub(super) fn export(shared: &Shared, shown: Option<&Shown>) -> Value {
    let shape = shared.config.pages.shape;
    let (legend, main) = match shown {
        Some(shown) => (legend(shape, shown.photos.len()), main(shared, shown)),
        None => (json!([]), json!({})),
    };
    json!({ "legend": legend, "main": main, "version": "cyclical-json@2.1.3" })
}

/// The owner, then the photos, then their engagements, then their statistics.
fn legend(shape: PageShape, photos: usize) -> Value {
    const LIST: [&str; 4] = ["photostream-models", "0", "photoPageList", "_data"];
    let mut legend = vec![shape.path(&["photostream-models", "0", "owner"])];
    for part in [&[][..], &["engagement"], &["stats"]] {
        for n in 0..photos {
            let n = n.to_string();
            legend.push(shape.path(&[&LIST[..], &[n.as_str()], part].concat()));
        }
    }
    legend.into()
}

fn reference(shape: PageShape, to: usize) -> Value {
    shape.wrap(Kind::Model, format!("~{to}").into())
}

fn main(shared: &Shared, shown: &Shown) -> Value {
    let shape = shared.config.pages.shape;
    let n = shown.photos.len();
    let references =
        |from: usize| -> Value { (from..from + n).map(|to| reference(shape, to)).collect() };
    let models = |models: Vec<Value>| -> Value {
        models.into_iter().map(|model| shape.wrap(Kind::Model, model)).collect()
    };
    let photos = shown.photos.iter().map(|photo| photo_model(shared, photo));
    let photos = photos.map(|photo| shape.wrap(Kind::Model, photo)).collect();
    let first = stream_model(shared, shown, person(shared), &photos, &shared.nsid);
    // The second is the same list once more, by reference.
    let again = format!("{}-undefined", shared.nsid);
    let second = stream_model(shared, shown, "~0".into(), &references(1), &again);
    json!({
        "photostream-models": models(vec![first, second]),
        "photo-models": references(1),
        "person-models": [reference(shape, 0)],
        "photo-engagement-models": references(1 + n),
        "photo-stats-models": references(1 + 2 * n),
        "photo-privacy-models": models(shown.photos.iter().map(privacy).collect()),
        "person-relationship-models": models(vec![about_owner(shared, "person-relationship-models")]),
        "person-profile-models": models(vec![profile(shared, shown.counted)]),
        "person-preferences-models": [],
        "person-groups-models": models(vec![groups(shared)]),
        "person-notifications-models": models(vec![notifications(shared)]),
        "person-contacts-count-models": models(vec![contacts(shared)]),
    })
}

fn stream_model(shared: &Shared, shown: &Shown, owner: Value, photos: &Value, id: &str) -> Value {
    let shape = shared.config.pages.shape;
    let list = json!({
        "_data": photos,
        "fetchedStart": shown.start,
        "fetchedEnd": shown.end,
        "totalItems": shown.total,
    });
    let mut model = about_owner(shared, "photostream-models");
    model["owner"] = shape.wrap(Kind::Model, owner);
    model["photoPageList"] = shape.wrap(Kind::Collection, list);
    // A string here and a number in the list, as recorded.
    model["totalItems"] = shown.total.to_string().into();
    model["id"] = id.into();
    model
}

/// What every model about the owner has.
fn about_owner(shared: &Shared, registry: &str) -> Value {
    let mut model = json!({ "_flickrModelRegistry": registry, "id": shared.nsid });
    if !shared.config.stream.alias.is_empty() {
        model["pathAlias"] = shared.config.stream.alias.as_str().into();
    }
    model
}

fn person(shared: &Shared) -> Value {
    let shape = shared.config.pages.shape;
    let nsid = &shared.nsid;
    let icon = |suffix: &str| {
        format!("{}/65535/buddyicons/{nsid}{suffix}.jpg?1#{nsid}", shared.icon_host())
    };
    let icons = json!({
        "retina": icon("_r"),
        "large": icon("_l"),
        "medium": icon("_m"),
        "small": icon("_s"),
        "default": icon(""),
    });
    let pro = shared.config.stream.plan.is_pro() == 1;
    let subscription = json!({ "isPastDue": false, "isPro": pro, "isClosed": false });
    let mut person = about_owner(shared, "person-models");
    person["username"] = shape.words(&shared.config.stream.username);
    person["realname"] = shape.words("Nobody in Particular");
    person["buddyicon"] = shape.wrap(Kind::Pojo, icons);
    person["isPro"] = pro.into();
    person["isDeleted"] = false.into();
    person["dateCreated"] = shape.wrap(Kind::SerializeFunction, "1235865600".into());
    person["subscription"] = shape.wrap(Kind::Pojo, subscription);
    if shape == PageShape::Wrapped {
        person["segments"] = shape.wrap(Kind::Array, json!([]));
        person["isEligibleForGifts"] = true.into();
        person["eligibleGifts"] = shape.wrap(Kind::Array, json!(["year", "month", "week"]));
        person["newFlow"] = true.into();
    }
    person
}

fn profile(shared: &Shared, counted: usize) -> Value {
    let cover = |size: &str| {
        let nsid = &shared.nsid;
        Value::from(format!("{}/65535/coverphoto/{nsid}_{size}.jpg?1#{nsid}", shared.icon_host()))
    };
    let covers: Map<String, Value> =
        ["h", "l", "s", "t"].into_iter().map(|size| (size.to_owned(), cover(size))).collect();
    json!({
        "_flickrModelRegistry": "person-profile-models",
        "photoCount": counted,
        "coverPhotoUrls": shared.config.pages.shape.wrap(Kind::Pojo, covers.into()),
        "location": "",
        "id": shared.nsid,
    })
}

fn groups(shared: &Shared) -> Value {
    json!({ "_flickrModelRegistry": "person-groups-models", "id": shared.nsid })
}

/// What isn't fetched counts as without end: the largest number there is, as recorded.
fn notifications(shared: &Shared) -> Value {
    let list = json!({
        "_data": [],
        "fetchedStart": false,
        "fetchedEnd": false,
        "totalItems": f64::MAX,
    });
    json!({
        "_flickrModelRegistry": "person-notifications-models",
        "id": shared.nsid,
        "notifications": shared.config.pages.shape.wrap(Kind::Collection, list),
    })
}

fn contacts(shared: &Shared) -> Value {
    let mut model = about_owner(shared, "person-contacts-count-models");
    model["followerCount"] = 12.into();
    model["followingCount"] = 7.into();
    model
}

fn photo_model(shared: &Shared, photo: &Photo) -> Value {
    let shape = shared.config.pages.shape;
    let mut model = json!({
        "_flickrModelRegistry": "photo-models",
        "title": shape.words(&title::title(&shared.config.stream, photo)),
        "license": photo.license(),
        "sizes": shape.wrap(Kind::Pojo, sizes(shared, photo)),
        "canComment": false,
        "canPublicComment": true,
        "rotation": 0,
        "owner": reference(shape, 0),
        "engagement": shape.wrap(Kind::Model, engagement(shared, photo)),
        "secret": secret(photo, Label::M),
        "canAddMeta": false,
        "safetyLevel": 0,
        "stats": shape.wrap(Kind::Model, stats(shape, photo)),
        "id": photo.id.to_string(),
    });
    // The recorded pages lack what is empty.
    let description = title::description(photo);
    if !description.is_empty() {
        model["description"] = shape.words(&description);
    }
    if let Some((width, height)) = photo.listed_dimensions(Label::O) {
        model["oWidth"] = width.into();
        model["oHeight"] = height.into();
    }
    if photo.media == Media::Video {
        model["isVideo"] = true.into();
    }
    model
}

fn sizes(shared: &Shared, photo: &Photo) -> Value {
    let shape = shared.config.pages.shape;
    let mut sizes = Map::new();
    for (label, _) in photo.renditions() {
        let Some((width, height)) = photo.listed_dimensions(label) else { continue };
        let url = shared.url(photo, label);
        // Without a scheme, so that a page's own is taken.
        let url = url.split_once(':').map_or(url.as_str(), |(_, rest)| rest);
        let mut size = json!({ "displayUrl": url, "width": width, "height": height, "url": url });
        if shape == PageShape::Flat {
            size["key"] = label.name().into();
        }
        sizes.insert(label.name().to_owned(), shape.wrap(Kind::Pojo, size));
    }
    sizes.into()
}

fn engagement(shared: &Shared, photo: &Photo) -> Value {
    let shape = shared.config.pages.shape;
    let mut model = json!({
        "_flickrModelRegistry": "photo-engagement-models",
        "ownerNsid": shared.nsid,
        "faveCount": photo.views() / 90,
        "canShare": true,
        "canDownload": photo.downloadable,
        "viewCount": photo.views(),
        "id": photo.id.to_string(),
    });
    if shape == PageShape::Wrapped {
        let reaction = |id: &str, count: u64| {
            let seen =
                json!({ "id": id, "count": count, "didViewerReact": false, "canReact": true });
            shape.wrap(Kind::Pojo, seen)
        };
        let both = json!({ "like": reaction("like", 5), "someOtherReaction": reaction("someOtherReaction", 3) });
        model["reactions"] = shape.wrap(Kind::Pojo, both);
    }
    model
}

fn stats(shape: PageShape, photo: &Photo) -> Value {
    let (taken, _) = photo.taken();
    json!({
        "_flickrModelRegistry": "photo-stats-models",
        "dateTaken": shape.words(&taken),
        "datePosted": photo.posted.to_string(),
        "id": photo.id.to_string(),
    })
}

fn privacy(photo: &Photo) -> Value {
    json!({
        "_flickrModelRegistry": "photo-privacy-models",
        "isPublic": true,
        "permAddMeta": 2,
        "permComment": 3,
        "id": photo.id.to_string(),
    })
}
