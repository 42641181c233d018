//! Methods about one photo.

use std::sync::PoisonError;

use super::listing::{farm, last_update, secret};
use super::{Call, Failure};
use crate::emit::{Emit, Notation};
use crate::photo::{About, Media, Photo};
use crate::rendition::Label;
use crate::title;
use crate::video;
use crate::world::Shared;

/// The photo that `photo_id` names; private, deleted and unknown ones look the same.
fn asked(shared: &Shared, call: &Call) -> Result<Option<Photo>, Failure> {
    let id = call.required("photo_id")?;
    let stream = shared.stream.read().unwrap_or_else(PoisonError::into_inner);
    Ok(id.parse().ok().and_then(|id| stream.listed(id)))
}

pub(super) fn photo(shared: &Shared, call: &Call, notation: Notation) -> Result<String, Failure> {
    let Some(photo) = asked(shared, call)? else {
        let id = call.get("photo_id").unwrap_or_default();
        return Err(Failure::new(1, format!("Photo \"{id}\" not found (invalid ID)")));
    };
    Ok(Emit::ok(notation, |emit| emit.record("photo", |emit| info(emit, shared, &photo))))
}

fn info(emit: &mut Emit, shared: &Shared, photo: &Photo) {
    emit.digits("id", photo.id);
    emit.string("secret", &secret(photo, Label::M));
    emit.digits("server", photo.server());
    emit.number("farm", farm(photo));
    emit.digits("dateuploaded", photo.posted);
    emit.number("isfavorite", 0);
    emit.digits("license", photo.license());
    emit.digits("safety_level", 0);
    emit.number("rotation", 0);
    if photo.original_offered {
        emit.string("originalsecret", &secret(photo, Label::O));
        emit.string("originalformat", photo.original.extension());
    }
    emit.digits("views", photo.views());
    emit.string("media", photo.media.name());
    owner(emit, shared);
    emit.content("title", &title::title(&shared.config.stream, photo));
    emit.content("description", &title::description(photo));
    emit.record("visibility", |emit| flags(emit, &["ispublic"], &["isfriend", "isfamily"]));
    emit.record("dates", |emit| {
        let (taken, granularity) = photo.taken();
        emit.digits("posted", photo.posted);
        emit.string("taken", &taken);
        emit.digits("takengranularity", granularity);
        emit.digits("takenunknown", u8::from(photo.hash(About::Taken).is_multiple_of(50)));
        emit.digits("lastupdate", last_update(photo));
    });
    emit.record("editability", |emit| flags(emit, &[], &["cancomment", "canaddmeta"]));
    emit.record("publiceditability", |emit| flags(emit, &["cancomment"], &["canaddmeta"]));
    emit.record("usage", |emit| {
        emit.number("candownload", u8::from(photo.downloadable));
        flags(emit, &[], &["canblog", "canprint"]);
        flags(emit, &["canshare"], &[]);
    });
    emit.content("comments", &(photo.views() / 400).to_string());
    emit.record("notes", |emit| emit.list("note", [(); 0], |_, ()| {}));
    emit.record("people", |emit| flags(emit, &[], &["haspeople"]));
    tags(emit, shared, photo);
    urls(emit, shared, photo);
    if photo.media == Media::Video {
        emit.record("video", |emit| {
            flags(emit, &["ready"], &["failed", "pending"]);
            emit.digits("duration", video::seconds(photo));
            emit.digits("width", photo.width);
            emit.digits("height", photo.height);
        });
    }
}

fn flags(emit: &mut Emit, set: &[&str], unset: &[&str]) {
    for name in set {
        emit.number(name, 1);
    }
    for name in unset {
        emit.number(name, 0);
    }
}

fn owner(emit: &mut Emit, shared: &Shared) {
    let config = &shared.config.stream;
    emit.record("owner", |emit| {
        emit.string("nsid", &shared.nsid);
        emit.string("username", &config.username);
        emit.string("realname", "Nobody in Particular");
        emit.string("location", "");
        emit.digits("iconserver", 65_535);
        emit.number("iconfarm", 66);
        emit.string("path_alias", &config.alias);
        emit.record("gift", |emit| {
            emit.number("gift_eligible", 1);
            emit.number("new_flow", 1);
            emit.list("eligible_durations", [(); 3], |_, ()| {});
        });
    });
}

fn tags(emit: &mut Emit, shared: &Shared, photo: &Photo) {
    let config = &shared.config.stream;
    emit.record("tags", |emit| {
        emit.list("tag", title::tags(photo).into_iter().enumerate(), |emit, (n, tag)| {
            emit.string("id", &format!("{}-{}-{n}", photo.id % 9_999_991, photo.id));
            emit.string("author", &shared.nsid);
            emit.string("authorname", &config.username);
            emit.string("raw", tag);
            emit.number("machine_tag", 0);
            emit.text(tag);
        });
    });
}

fn urls(emit: &mut Emit, shared: &Shared, photo: &Photo) {
    emit.record("urls", |emit| {
        emit.list("url", [format!("{}/{}/", shared.page(), photo.id)], |emit, url| {
            emit.string("type", "photopage");
            emit.text(&url);
        });
    });
}

pub(super) fn sizes(shared: &Shared, call: &Call, notation: Notation) -> Result<String, Failure> {
    let photo = asked(shared, call)?.ok_or_else(|| Failure::new(1, "Photo not found"))?;
    let page = format!("{}/{}", shared.page(), photo.id);
    let videos = video::streams(shared, &photo);
    Ok(Emit::ok(notation, |emit| {
        emit.record("sizes", |emit| {
            flags(emit, &[], &["canblog", "canprint"]);
            emit.number("candownload", u8::from(photo.downloadable));
            let stills = photo.renditions().map(|(label, _)| Size::Still(label));
            let player = (!videos.is_empty()).then_some(Size::Player);
            let sizes = stills.chain(player).chain(videos.iter().map(Size::Video));
            emit.list("size", sizes, |emit, size| match size {
                Size::Still(label) => still(emit, shared, &photo, label, &page),
                Size::Video(stream) => {
                    emit.string("label", stream.title);
                    emit.string("width", "");
                    emit.string("height", "");
                    emit.string("source", &stream.url);
                    emit.string("url", &format!("{page}/"));
                    emit.string("media", "video");
                }
                Size::Player => {
                    emit.string("label", "Video Player");
                    emit.digits("width", photo.width);
                    emit.digits("height", photo.height);
                    emit.string("source", &video::player(shared, &photo));
                    emit.string("url", &format!("{page}/"));
                    emit.string("media", "video");
                }
            });
        });
    }))
}

enum Size<'a> {
    Still(Label),
    Player,
    Video(&'a video::Stream),
}

fn still(emit: &mut Emit, shared: &Shared, photo: &Photo, label: Label, page: &str) {
    let Some((width, height)) = photo.listed_dimensions(label) else { return };
    emit.string("label", label.title());
    match label {
        Label::Sq => {
            emit.number("width", width);
            emit.number("height", height);
        }
        Label::N | Label::C | Label::H | Label::K => {
            emit.digits("width", width);
            emit.number("height", height);
        }
        _ => {
            emit.digits("width", width);
            emit.digits("height", height);
        }
    }
    emit.string("source", &shared.url(photo, label));
    emit.string("url", &format!("{page}/sizes/{label}/"));
    emit.string("media", "photo");
}

pub(super) fn streams(shared: &Shared, call: &Call, notation: Notation) -> Result<String, Failure> {
    let photo = asked(shared, call)?.filter(|photo| photo.media == Media::Video);
    let photo = photo.ok_or_else(|| Failure::new(1, "Photo not found"))?;
    Ok(Emit::ok(notation, |emit| {
        emit.record("streams", |emit| {
            emit.list("stream", video::streams(shared, &photo), |emit, stream| {
                emit.string("type", stream.kind);
                emit.text(&stream.url);
            });
        });
    }))
}
