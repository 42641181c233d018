//! A photo of the catalogue as a row of the sheet.

use silverprint_catalogue::{File, PhotoRow, State};
use silverprint_core::{Account, Camera, Media};
use silverprint_sheet::{Picture, Row, Thumb};

pub(super) fn row(photo: PhotoRow, account: &Account) -> Row {
    let credit = Some(photo.credit().to_string());
    let failure = photo.failure.map(|failure| failure.reason);
    let note = match photo.state {
        State::Failed => failure.or(Some("missing".to_owned())),
        State::Pending => Some("not fetched yet".to_owned()),
        State::Done => photo.defect.map(|defect| format!("damaged at the source: {defect}")),
    };
    let deleted = photo.deleted_at.map(|_| "no longer in the photostream".to_owned());
    Row {
        id: photo.id,
        title: photo.title,
        description: photo.description,
        tags: photo.tags,
        posted: photo.posted,
        taken: photo.taken.filter(|taken| !taken.unknown).map(|taken| taken.text),
        license: photo.license,
        views: photo.views,
        place: photo.geo.map(|geo| (geo.latitude, geo.longitude)),
        camera: photo.camera.as_ref().map(camera).unwrap_or_default(),
        is_video: photo.media == Media::Video,
        picture: photo.picture.map(picture),
        stream: photo.video.map(|file| file.path),
        thumb: photo.thumbnail.map(thumb),
        flickr_url: format!("https://www.flickr.com/photos/{}/{}/", account.path_name(), photo.id),
        credit,
        note: note.or(deleted),
    }
}

fn picture(file: File) -> Picture {
    Picture {
        is_original: file.rendition.eq_ignore_ascii_case("original"),
        path: file.path,
        bytes: file.bytes,
        width: file.width,
        height: file.height,
        sha256: file.sha256.to_string(),
        rendition: file.rendition,
    }
}

fn thumb(file: File) -> Thumb {
    Thumb {
        stamp: file.sha256.to_string(),
        path: file.path,
        width: file.width,
        height: file.height,
    }
}

/// The camera, the lens, and how they were set, each on a line.
fn camera(camera: &Camera) -> Vec<String> {
    let body = match (&camera.make, &camera.model) {
        // Most makers put their name into the model's.
        (Some(make), Some(model)) if !starts_with(model, make) => Some(format!("{make} {model}")),
        (_, Some(model)) => Some(model.clone()),
        (make, None) => make.clone(),
    };
    let settings = [
        camera.exposure_text().map(|seconds| format!("{seconds} s")),
        camera.aperture.map(|aperture| format!("f/{aperture}")),
        camera.iso.map(|iso| format!("ISO {iso}")),
        camera.focal_length.map(|length| format!("{length} mm")),
        camera.flash.filter(|&fired| fired).map(|_| "flash".to_owned()),
    ];
    let settings: Vec<String> = settings.into_iter().flatten().collect();
    let settings = (!settings.is_empty()).then(|| settings.join(" · "));
    [body, camera.lens.clone(), settings].into_iter().flatten().collect()
}

fn starts_with(model: &str, make: &str) -> bool {
    let first = |text: &str| text.split_whitespace().next().map(str::to_lowercase);
    first(model) == first(make)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_is_named_once() {
        let text = |text: &str| Some(text.to_owned());
        let set = Camera {
            make: text("NIKON CORPORATION"),
            model: text("NIKON D90"),
            exposure: Some(0.004),
            aperture: Some(5.6),
            iso: Some(200),
            focal_length: Some(50.0),
            flash: Some(false),
            ..Camera::default()
        };
        assert_eq!(camera(&set), ["NIKON D90", "1/250 s · f/5.6 · ISO 200 · 50 mm"]);
        let other = Camera { make: text("Apple"), model: text("iPhone 5"), ..Camera::default() };
        assert_eq!(camera(&other), ["Apple iPhone 5"]);
        assert!(camera(&Camera::default()).is_empty());
    }
}
