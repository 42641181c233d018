//! What rots is named, and put right: exactly that, and nothing else.

use crate::folder::{Folder, Truth, sha256, truth};
use crate::program::{Ended, Program};
use crate::site::{ids, odd, serve, tiny};
use fake_flickr::{Fault, Server, Times};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// How a file rots.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rot {
    Flip,
    Delete,
    Truncate,
}

const ROTS: [Rot; 3] = [Rot::Flip, Rot::Delete, Rot::Truncate];

pub(crate) fn rot(folder: &Folder, path: &str, rot: Rot) {
    let mut bytes = folder.bytes(path);
    let middle = bytes.len() / 2;
    match rot {
        Rot::Flip => bytes[middle] ^= 1,
        Rot::Truncate => bytes.truncate(middle),
        Rot::Delete => return fs::remove_file(folder.at(path)).unwrap(),
    }
    fs::write(folder.at(path), bytes).unwrap();
}

pub(crate) fn verify(folder: &Folder) -> Program {
    Program::new(&["verify"]).arg(folder.path())
}

/// With the key of a server, and its address.
pub(crate) fn repair(server: &Server, folder: &Folder) -> Program {
    verify(folder)
        .arg("--repair")
        .env("SILVERPRINT_FLICKR_KEY", server.key())
        .env("SILVERPRINT_FLICKR_URL", server.base())
}

fn archived(seed: u64, photos: u32) -> (Server, Folder) {
    let server = serve(tiny(seed, photos));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    server.reset_hits();
    (server, folder)
}

/// The paths of an event.
fn paths(ended: &Ended, event: &str) -> BTreeSet<String> {
    let events = ended.events();
    let of = events.iter().filter(|it| it["event"] == event);
    of.map(|it| it[event]["path"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn check_sound(folder: &Folder, truth: &Truth) {
    let ended = verify(folder).run().with(0);
    assert_eq!(ended.stdout, "");
    folder.check_holds(truth);
}

#[test]
fn of_sixty_that_rotted_all_are_named_and_all_come_back() {
    let (server, folder) = archived(140, 70);
    let ids = ids(&server);
    let mut rotten = BTreeSet::new();
    let mut pictures = BTreeSet::new();
    for (n, id) in ids.iter().take(60).enumerate() {
        let path = if n % 2 == 0 { format!("photos/{id}.jpg") } else { format!("thumbs/{id}.jpg") };
        rot(&folder, &path, ROTS[n / 20]);
        rotten.insert(path);
        if n % 2 == 0 {
            pictures.insert(*id);
        }
    }
    let named = verify(&folder).arg("--json").run().with(3);
    assert_eq!(paths(&named, "finding"), rotten);
    let people = verify(&folder).run().with(3).says("60 not as they were stored").says("--repair");
    assert_eq!(people.stdout.lines().count(), 60);

    let ended = repair(&server, &folder).arg("--json").run().with(0);
    assert_eq!(paths(&ended, "finding"), rotten);
    assert_eq!(paths(&ended, "repaired"), rotten);
    let hits = server.hits();
    let asked: BTreeSet<_> = hits.by_rendition.keys().map(|(id, _)| *id).collect();
    assert_eq!((hits.images, asked), (30, pictures), "exactly the damaged pictures");
    assert_eq!((hits.api_total(), hits.pages), (0, 0), "and nothing was listed");
    check_sound(&folder, &truth(&server));

    server.reset_hits();
    repair(&server, &folder).run().with(0).says("all is as it was stored");
    Program::sync(&server, &folder.path()).run().with(0);
    assert_eq!(server.hits().images, 0);
}

#[test]
fn thumbnails_and_lists_are_made_again_without_a_network_or_a_key() {
    let (server, folder) = archived(141, 6);
    let ids = ids(&server);
    for (id, how) in ids.iter().zip(ROTS) {
        rot(&folder, &format!("thumbs/{id}.jpg"), how);
    }
    rot(&folder, "SHA256SUMS", Rot::Delete);
    rot(&folder, "photos.jsonl", Rot::Truncate);
    let ended = verify(&folder).arg("--repair").run().with(0);
    assert!(ended.stdout.contains("SHA256SUMS: written again"), "{}", ended.stdout);
    check_sound(&folder, &truth(&server));
    fs::remove_file(folder.at("photos.jsonl")).unwrap();
    verify(&folder).arg("--repair").run().with(0);
    check_sound(&folder, &truth(&server));
}

/// Whatever was chosen for a folder is what it has again.
#[test]
fn a_folder_is_put_right_by_its_own_settings() {
    for (seed, options) in [
        (142, "--size 500 --thumb 64x48 --fit contain --tone colour --thumb-format png"),
        (143, "--thumbs-only --thumb-format webp"),
        (144, "--name {title}-{id}"),
    ] {
        let server = serve(odd(seed, 30));
        let folder = Folder::new();
        Program::sync(&server, &folder.path()).args(options).run().with(0);
        let before = folder.files();
        for (n, path) in before.keys().enumerate() {
            if n % 3 == 0 {
                rot(&folder, path, ROTS[n / 3 % 3]);
            }
        }
        server.reset_hits();
        repair(&server, &folder).run().with(0);
        assert_eq!(folder.files(), before, "{options}");
        let hits = server.hits();
        assert!(hits.images <= before.len().div_ceil(3) as u64, "{options}");
        verify(&folder).run().with(0);
        server.reset_hits();
        Program::sync(&server, &folder.path()).args(options).run().with(0);
        assert_eq!((server.hits().images, server.hits().videos), (0, 0), "{options}");
    }
}

#[test]
fn what_cannot_be_had_again_is_named_stays_and_comes_when_it_can() {
    let (server, folder) = archived(145, 8);
    let [gone, other, _, whole, ..] = ids(&server)[..] else { unreachable!() };
    let at = |id: u64| format!("photos/{id}.jpg");
    rot(&folder, &at(gone), Rot::Flip);
    rot(&folder, &at(other), Rot::Flip);
    rot(&folder, &format!("thumbs/{other}.jpg"), Rot::Delete);
    let rotten = [gone, other].map(|id| sha256(&folder.bytes(&at(id))));
    server.fault(gone, Fault::Status(404), Times::Forever);
    // Other bytes, and always the same: the host's picture is another now.
    server.fault(other, Fault::CorruptScan, Times::Forever);
    let ended = repair(&server, &folder).run().with(3).says("3 not as they were stored");
    for words in ["404", "other bytes", "its picture is not there"] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
    let still = [gone, other].map(|id| sha256(&folder.bytes(&at(id))));
    assert_eq!(still, rotten, "what is left of them stays");
    assert!(folder.failed().keys().eq(&BTreeSet::from([gone, other])), "{:?}", folder.failed());
    let list = Program::new(&["list", "--failed"]).arg(folder.path()).run().with(0);
    for id in [gone, other] {
        let line = list.stdout.lines().find(|line| line.starts_with(&id.to_string())).unwrap();
        assert!(line.contains("verify --repair") && line.contains(&at(id)), "{line}");
    }
    assert!(!list.stdout.contains(&whole.to_string()));

    // A sync does not take rotten bytes in, but what Flickr has.
    server.fault(other, Fault::CorruptScan, Times::N(0));
    Program::sync(&server, &folder.path()).run().with(3);
    assert_eq!(sha256(&folder.bytes(&at(gone))), rotten[0]);
    assert!(folder.failed().keys().eq([&gone]), "{:?}", folder.failed());
    server.fault(gone, Fault::Status(404), Times::N(0));
    repair(&server, &folder).run().with(0);
    Program::sync(&server, &folder.path()).run().with(0);
    check_sound(&folder, &truth(&server));
}

#[test]
fn a_picture_that_was_replaced_upstream_is_the_affair_of_a_sync() {
    let (server, folder) = archived(146, 5);
    let id = ids(&server)[2];
    rot(&folder, &format!("photos/{id}.jpg"), Rot::Truncate);
    server.replace(id);
    repair(&server, &folder).run().with(3);
    Program::sync(&server, &folder.path()).run().with(0);
    let named = verify(&folder).arg("--json").run().with(3);
    let old = BTreeSet::from([format!("photos/{id}.v1.jpg")]);
    assert_eq!(paths(&named, "finding"), old, "the new one is whole, what is left of the old kept");
    assert!(!folder.at("failed.csv").exists());
    repair(&server, &folder).run().with(3);
    assert!(!folder.at("failed.csv").exists(), "an older version is not what the photo is");
}

/// What a repair tries again is seen as a sync's is.
#[test]
fn a_repair_shows_what_it_tries_again_and_why() {
    let (server, folder) = archived(152, 3);
    let id = ids(&server)[1];
    let spoil = || {
        rot(&folder, &format!("photos/{id}.jpg"), Rot::Delete);
        server.fault(id, Fault::Status(502), Times::Once);
    };
    let why = format!("attempt 1 of {id} failed, again in ");
    for (option, is_said) in [("", false), ("-v", false), ("-vv", true)] {
        spoil();
        let ended = repair(&server, &folder).args(option).run().with(0);
        assert_eq!(ended.stderr.contains(&why), is_said, "{option}: {}", ended.stderr);
        assert_eq!(ended.stderr.contains("trouble"), is_said, "{option}: {}", ended.stderr);
    }
    spoil();
    let events = repair(&server, &folder).arg("--json").run().with(0).events();
    let again = events.iter().find(|it| it["event"] == "retrying").expect("it is said");
    assert_eq!((&again["id"], &again["attempt"]), (&id.to_string().into(), &1.into()), "{again}");
    assert!(again["reason"].as_str().unwrap().contains("502"), "{again}");
}

#[test]
fn trouble_that_passes_is_told_from_what_lasts() {
    let (server, folder) = archived(147, 5);
    let id = ids(&server)[0];
    rot(&folder, &format!("photos/{id}.jpg"), Rot::Delete);
    let repair = repair(&server, &folder);
    drop(server);
    repair.run().with(5).says("when the host is well");
    verify(&folder).run().with(3);
}

#[test]
fn what_is_not_ours_is_named_and_left_alone() {
    let (server, folder) = archived(148, 4);
    let id = ids(&server)[0];
    let place = format!("photos/{id}.jpg");
    fs::remove_file(folder.at(&place)).unwrap();
    fs::create_dir(folder.at(&place)).unwrap();
    fs::write(folder.at(&place).join("mine.txt"), "mine").unwrap();
    fs::write(folder.at("thumbs/notes.txt"), "mine").unwrap();
    fs::write(folder.at(".silverprint/incoming/7.part"), "half").unwrap();
    let ended = verify(&folder).run().with(3);
    assert!(ended.stdout.contains("incoming/7.part: leftover"), "{}", ended.stdout);
    let ended = repair(&server, &folder).run().with(3);
    for words in ["move that away", "thumbs/notes.txt: stray", "mine.txt: stray"] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
    assert_eq!(folder.text(&format!("{place}/mine.txt")), "mine");
    assert_eq!(folder.text("thumbs/notes.txt"), "mine");
    assert!(!folder.at(".silverprint/incoming/7.part").exists());
    fs::remove_dir_all(folder.at(&place)).unwrap();
    fs::remove_file(folder.at("thumbs/notes.txt")).unwrap();
    repair(&server, &folder).run().with(0);
    check_sound(&folder, &truth(&server));
}

#[cfg(unix)]
#[test]
fn a_repair_that_was_interrupted_goes_on() {
    use crate::program::Line;
    let (server, folder) = archived(149, 20);
    let id = ids(&server)[3];
    rot(&folder, &format!("photos/{id}.jpg"), Rot::Flip);
    server.fault(id, Fault::StallHeader, Times::Forever);
    let mut run = repair(&server, &folder).args("--json --stall 3600").start();
    run.until(|line| matches!(line, Line::Out(text) if text.contains("finding")));
    run.interrupt();
    run.until(|line| matches!(line, Line::Err(text) if text.contains("again to stop at once")));
    run.interrupt();
    run.end().with(130);
    server.fault(id, Fault::StallHeader, Times::N(0));
    let ended = repair(&server, &folder).args("--json --since-last").run().with(0);
    let last: Value = ended.events().pop().unwrap();
    let verified = &last["verified"];
    // Unless the signal came before all were looked at.
    let sum = verified["files"].as_u64().unwrap() + verified["passed_over"].as_u64().unwrap();
    assert_eq!((sum, &verified["repaired"]["fetched"]), (40, &1.into()), "{verified}");
    check_sound(&folder, &truth(&server));
}

#[test]
fn a_folder_in_use_is_not_checked_and_a_dead_ones_lock_is_taken_over() {
    let server = serve(tiny(150, 30));
    let slow = ids(&server)[0];
    server.fault(slow, Fault::StallHeader, Times::Forever);
    let folder = Folder::new();
    let mut first = Program::sync(&server, &folder.path()).args("--json --stall 3600").start();
    first.until_saved(10);
    let holder = format!("in use by another silverprint (process {})", first.pid());
    for second in [
        verify(&folder),
        repair(&server, &folder),
        verify(&folder).arg("--rebuild"),
        Program::sync(&server, &folder.path()),
    ] {
        second.run().with(11).explains(&holder, "wait for it to end");
    }
    first.kill();
    server.fault(slow, Fault::StallHeader, Times::N(0));
    Program::sync(&server, &folder.path()).run().with(0);
    check_sound(&folder, &truth(&server));
}
