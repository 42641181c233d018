//! Links planted in the folder: nothing outside of it is written, cut off, or
//! taken for ours. What can be replaced is; else the run ends and names the link.

use crate::folder::{Folder, truth};
use crate::program::Program;
use crate::site::{ids, serve, tiny};
use fake_flickr::{Label, Server};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Where a planted link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leads {
    /// To somebody's file.
    ToFile,
    /// To somebody's directory.
    ToDirectory,
    /// To a name that is free: whoever follows it makes a file there.
    Nowhere,
}

/// What is to become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// A file of ours takes its place, or nothing where there is none.
    Replaced,
    /// The run ends with an error that names it.
    Refused,
    /// No name of ours: it stays, and leads nobody anywhere.
    Left,
}

use Fate::{Left, Refused, Replaced};
use Leads::{Nowhere, ToDirectory, ToFile};

/// `ID` stands for a photo's.
const PLANTS: [(&str, Leads, Fate); 24] = [
    (".silverprint", ToDirectory, Refused),
    (".silverprint", Nowhere, Refused),
    (".silverprint/incoming", ToDirectory, Refused),
    (".silverprint/incoming/0-0.part", ToFile, Replaced),
    (".silverprint/incoming/0.part", Nowhere, Replaced),
    (".silverprint/lock", ToFile, Refused),
    (".silverprint/lock", Nowhere, Refused),
    (".silverprint/catalogue.db", ToFile, Refused),
    (".silverprint/catalogue.db", Nowhere, Refused),
    (".silverprint/catalogue.db-wal", ToFile, Refused),
    (".silverprint/catalogue.db-shm", Nowhere, Refused),
    ("photos.jsonl", ToFile, Refused),
    ("photos.jsonl", Nowhere, Refused),
    ("photos", ToDirectory, Refused),
    ("thumbs", ToDirectory, Refused),
    ("sheet", ToDirectory, Refused),
    ("photos/ID.jpg", ToFile, Replaced),
    ("photos/ID.jpg", Nowhere, Replaced),
    ("photos/ID.png", ToFile, Left),
    ("thumbs/ID.jpg", ToFile, Replaced),
    ("SHA256SUMS", ToFile, Replaced),
    ("failed.csv", ToFile, Replaced),
    ("index.html", Nowhere, Replaced),
    ("sheet/sheet.css", ToFile, Replaced),
];

/// What lies outside of the archive and is nobody's business.
struct Outside(TempDir);

impl Outside {
    /// The file holds a picture that could be taken for the photo's own.
    fn new(server: &Server, id: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("directory")).unwrap();
        fs::write(folder.path().join("directory/kept"), "kept").unwrap();
        let picture = server.rendition_bytes(id, Label::O).unwrap();
        fs::write(folder.path().join("file"), picture).unwrap();
        Self(folder)
    }

    fn aim(&self, leads: Leads) -> PathBuf {
        self.0.path().join(match leads {
            ToFile => "file",
            ToDirectory => "directory",
            Nowhere => "free",
        })
    }

    /// Everything, with its bytes.
    fn all(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut all, mut folders) = (BTreeMap::new(), vec![self.0.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    all.insert(path, bytes);
                }
            }
        }
        all
    }
}

/// Puts the link in place of whatever lies there.
fn plant(folder: &Folder, path: &str, aim: &Path) {
    let place = folder.at(path);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    match fs::symlink_metadata(&place) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(&place).unwrap(),
        Ok(_) => fs::remove_file(&place).unwrap(),
        Err(_) => {}
    }
    symlink(aim, place).unwrap();
}

#[test]
fn a_planted_link_leads_nobody_out() {
    let server = serve(tiny(151, 3));
    let truth = truth(&server);
    let id = ids(&server)[1];
    for (path, leads, fate) in PLANTS {
        let path = path.replace("ID", &id.to_string());
        for was_there_before in [false, true] {
            let what = format!("{path} {leads:?}, archived before: {was_there_before}");
            let folder = Folder::new();
            if was_there_before {
                Program::sync(&server, &folder.path()).run().with(0);
            }
            let outside = Outside::new(&server, id);
            plant(&folder, &path, &outside.aim(leads));
            let before = outside.all();
            // Everything is looked at again, not only what is new.
            let ended = Program::sync(&server, &folder.path()).args("--full").run();
            assert_eq!(outside.all(), before, "{what}");
            let is_link = fs::symlink_metadata(folder.at(&path)).is_ok_and(|it| it.is_symlink());
            match fate {
                Replaced => {
                    assert_eq!(ended.code, Some(0), "{what}: {}", ended.stderr);
                    // What a row says is there is looked at by `verify`, not by `sync`.
                    let has_row = Path::new(&path).extension().is_some_and(|it| it == "jpg")
                        && was_there_before;
                    assert!(!is_link || has_row, "{what}: the link is still there");
                }
                Left => {
                    assert_eq!(ended.code, Some(0), "{what}: {}", ended.stderr);
                    assert!(is_link, "{what}: it is left as it was");
                }
                Refused => {
                    let named = path.rsplit('/').next().unwrap();
                    assert_eq!(ended.code, Some(7), "{what}: {}", ended.stderr);
                    assert!(ended.stderr.contains(named), "{what}: {}", ended.stderr);
                    assert!(ended.stderr.contains("link"), "{what}: {}", ended.stderr);
                    assert!(is_link, "{what}: it is left as it was");
                }
            }
            if fate == Replaced && !was_there_before {
                folder.check_holds(&truth);
            }
        }
    }
}

/// The folder is the user's to name, by whatever way leads there.
#[test]
fn the_folder_itself_may_be_behind_a_link() {
    let server = serve(tiny(152, 3));
    let around = tempfile::tempdir().unwrap();
    fs::create_dir(around.path().join("disk")).unwrap();
    symlink("disk", around.path().join("named")).unwrap();
    for _ in 0..2 {
        Program::sync(&server, &around.path().join("named/archive")).run().with(0);
    }
    let there = around.path().join("disk/archive");
    assert_eq!(fs::read_dir(there.join("photos")).unwrap().count(), 3);
    let verified = Program::new(&["verify"]).arg(around.path().join("named/archive")).run();
    verified.with(0);
}

/// A link in place of a picture that has its row is found, named and mended.
#[test]
fn a_link_in_place_of_a_stored_picture_is_damage() {
    let server = serve(tiny(153, 3));
    let (folder, id) = (Folder::new(), ids(&server)[0]);
    Program::sync(&server, &folder.path()).run().with(0);
    let outside = Outside::new(&server, id);
    let path = format!("photos/{id}.jpg");
    plant(&folder, &path, &outside.aim(ToFile));
    let before = outside.all();
    let ended = Program::new(&["verify"]).arg(folder.path()).run().with(3);
    assert!(ended.stdout.contains(&path) && ended.stdout.contains("link"), "{}", ended.stdout);
    assert_eq!(outside.all(), before);
}

/// The same for what `verify` writes: its notes, the catalogue and photos.jsonl.
#[test]
fn a_planted_link_leads_no_verification_out() {
    let server = serve(tiny(155, 3));
    let id = ids(&server)[1];
    let repair = ["--repair"].as_slice();
    let rebuild = ["--rebuild"].as_slice();
    for (path, leads, options, code) in [
        (".silverprint/verified.db", ToFile, [].as_slice(), 3),
        (".silverprint/verified.db", Nowhere, &["--since-last"], 3),
        (".silverprint/verified.db-wal", ToFile, &["--since-last"], 3),
        (".silverprint/lock", ToFile, &[], 7),
        (".silverprint/lock", ToFile, repair, 7),
        (".silverprint/catalogue.db", ToFile, repair, 7),
        (".silverprint/catalogue.db-wal", Nowhere, rebuild, 7),
        (".silverprint/catalogue.db.new", ToFile, rebuild, 7),
        (".silverprint/catalogue.db.new", Nowhere, rebuild, 7),
        (".silverprint/incoming", ToDirectory, repair, 7),
        ("photos.jsonl", ToFile, rebuild, 7),
        ("photos.jsonl.new", ToFile, repair, 7),
        ("photos.jsonl.new", Nowhere, repair, 7),
        ("SHA256SUMS", ToFile, repair, 0),
        ("thumbs/ID.jpg", ToFile, repair, 3),
    ] {
        let path = path.replace("ID", &id.to_string());
        let what = format!("{path} {leads:?} {options:?}");
        let folder = Folder::new();
        Program::sync(&server, &folder.path()).run().with(0);
        // Something is to be mended: a thumbnail, and a line.
        fs::write(folder.at(&format!("thumbs/{}.jpg", ids(&server)[0])), "rotten").unwrap();
        let lines = folder.text("photos.jsonl").replacen("\"sha256\":\"", "\"sha256\":\"0", 1);
        fs::write(folder.at("photos.jsonl"), lines).unwrap();
        let outside = Outside::new(&server, id);
        plant(&folder, &path, &outside.aim(leads));
        let before = outside.all();
        let ended = crate::verify::repair(&server, &folder);
        let ended = if options == repair { ended } else { crate::verify::verify(&folder) };
        let others: Vec<_> = options.iter().filter(|it| **it != "--repair").copied().collect();
        let ended = ended.args(&others.join(" ")).run();
        assert_eq!(outside.all(), before, "{what}");
        assert_eq!(ended.code, Some(code), "{what}: {} {}", ended.stdout, ended.stderr);
        if code == 7 {
            assert!(ended.stderr.contains("link"), "{what}: {}", ended.stderr);
        }
    }
}

/// Our own corner, whole, only elsewhere: nothing is written there.
#[test]
fn a_corner_of_ours_that_lies_elsewhere_is_not_used() {
    let server = serve(tiny(156, 2));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let outside = Outside::new(&server, ids(&server)[0]);
    let corner = outside.0.path().join("corner");
    fs::rename(folder.at(".silverprint"), &corner).unwrap();
    symlink(&corner, folder.at(".silverprint")).unwrap();
    let before = outside.all();
    for options in ["", "--since-last", "--repair", "--rebuild"] {
        let ended = crate::verify::verify(&folder).args(options).run().with(7);
        assert!(ended.stderr.contains("link"), "{options}: {}", ended.stderr);
        assert_eq!(outside.all(), before, "{options}");
    }
}

/// The same where thumbnails of local pictures are made.
#[test]
fn a_planted_link_leads_thumbnails_nowhere() {
    let server = serve(tiny(154, 1));
    let id = ids(&server)[0];
    for (path, leads, code) in [
        (".silverprint", ToDirectory, 7),
        (".silverprint/lock", ToFile, 7),
        (".silverprint/thumbs.jsonl", ToFile, 7),
        (".silverprint/thumbs.jsonl", Nowhere, 7),
        (".silverprint/incoming", ToDirectory, 7),
        ("thumbs", ToDirectory, 7),
        ("sheet", ToDirectory, 7),
    ] {
        let around = tempfile::tempdir().unwrap();
        fs::create_dir(around.path().join("in")).unwrap();
        let picture = server.rendition_bytes(id, Label::O).unwrap();
        fs::write(around.path().join("in/a.jpg"), picture).unwrap();
        let run = || {
            let thumbs = Program::new(&["thumbs"]).arg(around.path().join("in"));
            thumbs.arg("--to").arg(around.path().join("out")).run()
        };
        run().with(0);
        let outside = Outside::new(&server, id);
        let place = around.path().join("out").join(path);
        if place.is_dir() {
            fs::remove_dir_all(&place).unwrap();
        } else {
            fs::remove_file(&place).unwrap();
        }
        symlink(outside.aim(leads), &place).unwrap();
        let before = outside.all();
        let ended = run();
        assert_eq!(outside.all(), before, "{path} {leads:?}");
        assert_eq!(ended.code, Some(code), "{path} {leads:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("link"), "{path} {leads:?}: {}", ended.stderr);
    }
}
