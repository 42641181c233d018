//! Little that claims to be much: pictures on disk and from the wire, and answers
//! that never end. Whatever becomes of it, the program takes no more memory than
//! it says.

mod answers;
mod pictures;

use crate::folder::Folder;
use crate::program::{Ended, Program};
use crate::site::{ids, serve, tiny};
use fake_flickr::Forgery;
use pictures::Bomb;
use std::fs;
use std::time::Duration;

/// What the program may have in memory.
const MOST: u64 = 512 << 20;

/// The peak resident set of a process as the kernel keeps it; none once it has ended.
fn peak(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

/// Runs it to its end, and says how much memory it had.
fn measured(program: Program) -> (Ended, u64) {
    let run = program.start();
    let pid = run.pid();
    // At once: a short run may be over before a thread of ours has its turn.
    let mut most = peak(pid).unwrap_or_default();
    let watch = std::thread::spawn(move || {
        while let Some(peak) = peak(pid) {
            most = peak;
            // The kernel keeps the peak: nothing is missed but what is the very last.
            std::thread::sleep(Duration::from_millis(1));
        }
        most
    });
    let ended = run.end();
    (ended, watch.join().unwrap())
}

#[track_caller]
fn assert_small(what: &str, peak: u64) {
    assert!(peak > 0, "{what}: the kernel says nothing");
    assert!(peak <= MOST, "{what}: {} MiB", peak >> 20);
}

#[test]
fn there_are_two_hundred_of_them() {
    assert!(pictures::all().len() + answers::ALL.len() >= 200);
}

#[test]
fn pictures_on_disk_take_no_more_memory_than_is_there_for_them() {
    let around = tempfile::tempdir().unwrap();
    fs::create_dir(around.path().join("in")).unwrap();
    let bombs = pictures::all();
    for (n, bomb) in bombs.iter().enumerate() {
        let name = format!("{n:03} {}.{}", bomb.name, bomb.extension);
        fs::write(around.path().join("in").join(name), &bomb.bytes).unwrap();
    }
    let thumbs = Program::new(&["thumbs", "--json"]).arg(around.path().join("in"));
    let (ended, peak) = measured(thumbs.arg("--to").arg(around.path().join("out")));
    assert!(matches!(ended.code, Some(0 | 3)), "{:?}: {}", ended.code, ended.stderr);
    assert_small("pictures on disk", peak);
    let receipt = ended.receipt();
    let count = |what: &str| receipt[what].as_u64().unwrap();
    let looked_at = usize::try_from(count("made") + count("failed")).unwrap();
    assert_eq!(looked_at, bombs.len(), "each was taken for a picture: {receipt}");
}

#[test]
fn pictures_from_the_wire_take_no_more_memory_than_is_there_for_them() {
    let bombs = pictures::all();
    let server = serve(tiny(161, u32::try_from(bombs.len()).unwrap()));
    for (id, bomb) in ids(&server).into_iter().zip(bombs) {
        let Bomb { extension, size, bytes, .. } = bomb;
        // The listing tells the same lie, so that it is not found out by that.
        let url = Some(format!("{}/1/{id}_0_o.{extension}", server.image_hosts()[0]));
        let body = Some(bytes.into());
        server.forge(id, Forgery { url, size: Some(size), body, ..Forgery::default() });
    }
    let folder = Folder::new();
    let (ended, peak) = measured(Program::sync(&server, &folder.path()).arg("--json"));
    assert!(matches!(ended.code, Some(0 | 3)), "{:?}: {}", ended.code, ended.stderr);
    assert_small("pictures from the wire", peak);
    assert_eq!(ended.receipt()["listed"], ids(&server).len());
}

#[test]
fn answers_without_end_take_no_more_memory_than_is_there_for_them() {
    std::thread::scope(|scope| {
        let runs: Vec<_> = answers::ALL
            .iter()
            .map(|(name, answer)| {
                let run = move || {
                    let base = answers::serve(*answer);
                    let folder = Folder::new();
                    let sync = Program::new(&["sync", "somebody", "--stall", "3", "--to"])
                        .arg(folder.path())
                        .env("SILVERPRINT_FLICKR_KEY", "0123456789abcdef0123456789abcdef")
                        .env("SILVERPRINT_FLICKR_URL", base);
                    measured(sync)
                };
                (name, scope.spawn(run))
            })
            .collect();
        for (name, run) in runs {
            let (ended, peak) = run.join().unwrap();
            assert!(
                matches!(ended.code, Some(1..=7)),
                "{name}: {:?}: {}",
                ended.code,
                ended.stderr
            );
            assert!(!ended.stderr.contains("panicked"), "{name}: {}", ended.stderr);
            // A host that does not know where to end may know it later.
            if ["a text without end", "blanks without end", "a page without end"].contains(name) {
                assert_eq!(ended.code, Some(5), "{name}: {}", ended.stderr);
            }
            assert_small(name, peak);
        }
    });
}
