//! What cannot be made a thumbnail of is named or counted, and the rest goes on.

use super::studio::{Studio, jpeg, png};
#[cfg(target_os = "linux")]
use crate::errors::disk::Disk;
use std::fs;

#[test]
fn a_damaged_picture_is_named_and_the_rest_goes_on() {
    let studio = Studio::new();
    for n in 0..10 {
        studio.put(&format!("in/{n}.jpg"), &jpeg(400, 300, n));
    }
    let whole = jpeg(400, 300, 3);
    studio.put("in/cut.jpg", &whole[..whole.len() / 2]);
    studio.put("in/head.jpg", &whole[..40]);
    let mut flipped = png(200, 200, 1);
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xFF;
    studio.put("in/flipped.png", &flipped);
    studio.put("in/phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\0");
    let ended = studio.thumbs("in").run().with(3);
    let ended = ended.says("10  thumbnails made").says("4  failed: no thumbnail");
    let ended = ended.says("what failed, and why: in-thumbs/failed.csv");
    for words in [
        "failed in/cut.jpg: a damaged JPEG picture",
        "failed in/head.jpg: a damaged JPEG picture",
        "failed in/flipped.png: a damaged PNG picture",
        "failed in/phone.heic: a HEIF picture: that format cannot be decoded here",
    ] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    assert_eq!(studio.thumbnails("in-thumbs").len(), 10);
    let csv = fs::read_to_string(studio.at("in-thumbs/failed.csv")).unwrap();
    assert_eq!(csv.lines().count(), 5, "{csv}");
    let sheet = studio.sheet("in-thumbs");
    let cut = sheet.iter().find(|print| print.title == "cut.jpg").unwrap();
    assert_eq!(cut.thumb, None);
    assert!(cut.reason.as_ref().unwrap().contains("damaged"), "{cut:?}");
    assert!(cut.picture.as_ref().unwrap().is_file(), "it can be looked at all the same");

    // Mended, it is made, and nothing is said to be missing any more.
    for name in ["cut.jpg", "head.jpg", "flipped.png"] {
        studio.put(&format!("in/{name}"), &whole);
    }
    fs::remove_file(studio.at("in/phone.heic")).unwrap();
    studio.thumbs("in").run().with(0).says("3  thumbnails made").says("10  there already");
    assert!(!studio.at("in-thumbs/failed.csv").exists());
}

#[test]
fn what_is_no_picture_is_passed_over_with_a_count() {
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    studio.put("in/page.jpg", b"<!DOCTYPE html><title>404</title>");
    studio.put("in/notes.txt", b"words");
    studio.put("in/one", b"\xFF");
    studio.put("in/nothing.jpg", b"");
    studio.put("in/.hidden.jpg", &jpeg(200, 200, 1));
    studio.put("in/.git/a.jpg", &jpeg(200, 200, 1));
    let ended = studio.thumbs("in").run().with(0);
    ended
        .says("1 picture found")
        .says("3  passed over: not JPEG, PNG, GIF, WebP or TIFF")
        .says("1  passed over: empty")
        .says("2  passed over: hidden");
    assert_eq!(studio.thumbnails("in-thumbs"), ["in/a.jpg.jpg"]);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_named() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    studio.put("in/closed/b.jpg", &jpeg(200, 200, 1));
    studio.put("in/closed.jpg", &jpeg(200, 200, 1));
    symlink("nowhere", studio.at("in/leads-nowhere.jpg")).unwrap();
    let _socket = UnixListener::bind(studio.at("in/socket")).unwrap();
    let close = |path: &str, mode| {
        fs::set_permissions(studio.at(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    close("in/closed", 0o000);
    close("in/closed.jpg", 0o000);
    // Who may read everything cannot be kept out.
    let is_closed = fs::read(studio.at("in/closed.jpg")).is_err();
    let ended = studio.thumbs("in").run().with(3);
    close("in/closed", 0o755);
    let ended = ended.says("1  passed over: neither file nor folder");
    let ended = ended.says("failed in/leads-nowhere.jpg: cannot read it: ");
    if is_closed {
        ended.says("failed in/closed: cannot read it").says("failed in/closed.jpg: cannot read it");
    } else {
        ended.says("3  thumbnails made");
    }
}

#[test]
fn a_picture_larger_than_is_held_in_memory_is_read_from_the_disk() {
    let studio = Studio::new();
    // Whatever follows the end of a JPEG is none of it.
    let mut large = jpeg(300, 300, 1);
    large.resize(65 << 20, 0);
    studio.put("in/large.jpg", &large);
    studio.thumbs("in").run().with(0);
    assert_eq!(studio.thumbnails("in-thumbs"), ["in/large.jpg.jpg"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_run_and_with_room_it_goes_on() {
    let disk = match Disk::mount("1m") {
        Ok(disk) => disk,
        Err(error) if std::env::var_os("CI").is_some_and(|ci| ci == "true") => {
            panic!("CI must be able to mount a tmpfs: {error}")
        }
        // Without the right to mount there is no small disk to fill.
        Err(_) => return,
    };
    let studio = Studio::new();
    for n in 0..200 {
        studio.put(&format!("in/{n}.jpg"), &jpeg(130, 130, n));
    }
    let to = disk.path().join("out");
    // Thumbnails as large as can be, so that few fit.
    let thumbs = || studio.thumbs("in --thumb-format png --tone colour --json --to").arg(&to);
    thumbs().run().with(7).explains("cannot write", "make room");
    disk.grow("64m").unwrap();
    let receipt = thumbs().run().with(0).receipt();
    assert_eq!(receipt["made"].as_u64().unwrap() + receipt["already"].as_u64().unwrap(), 200);
    assert!(receipt["already"].as_u64() > Some(0), "{receipt}");
}
