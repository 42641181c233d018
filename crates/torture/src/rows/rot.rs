//! Row 18: what lies there for years. Bytes flip, files vanish, files are cut:
//! twenty of each, pictures and thumbnails. `verify` names every one of them,
//! `verify --repair` restores them all, and asks for exactly the pictures among
//! them.

use crate::folder::{Folder, Wanted};
use crate::ground::{Ground, serve};
use crate::program::Program;
use anyhow::{Context, Result, ensure};
use fake_flickr::Server;
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What befalls a file.
#[derive(Debug, Clone, Copy)]
enum Rot {
    Flipped,
    Deleted,
    Cut,
}

const KINDS: [Rot; 3] = [Rot::Flipped, Rot::Deleted, Rot::Cut];

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let each = ground.times(20);
    let server = serve(ground.stream())?;
    let wanted = Wanted::of(&server)?;
    let folder = ground.folder("archive");
    ground.sync(&server, &folder).run()?.has_code(&[0])?;
    folder.holds(&wanted)?;

    let rotten = rot(&folder, &wanted, each, &mut Rng::with_seed(ground.seed))?;
    let verify = || ground.run(&["verify"]).arg(folder.path());
    let found = verify().run()?;
    found.has_code(&[3])?;
    for (path, rot) in &rotten {
        ensure!(found.stdout.contains(path.as_str()), "{path} ({rot:?}) is not named");
    }
    let named = found.stdout.lines().filter(|line| line.contains(".jpg")).count();
    ensure!(named == rotten.len(), "{named} are named, {} are rotten", rotten.len());

    server.reset_hits();
    flickr(verify().args(&["--repair"]), &server).run()?.has_code(&[0])?;
    let asked: BTreeSet<u64> = server.hits().by_rendition.keys().map(|(id, _)| *id).collect();
    let pictures = rotten.keys().filter_map(|path| path.strip_prefix("photos/"));
    let pictures = pictures.map(|name| Ok(name.split_once('.').context(".jpg")?.0.parse()?));
    let pictures: BTreeSet<u64> = pictures.collect::<Result<_>>()?;
    ensure!(
        asked == pictures,
        "the repair asked for {} pictures, not {}",
        asked.len(),
        pictures.len()
    );
    verify().run()?.has_code(&[0])?;
    folder.holds(&wanted)?;
    ground.rests(&server, &folder, &wanted)?;
    Ok(format!(
        "{} rotten files named, all restored with {} pictures asked for",
        rotten.len(),
        asked.len()
    ))
}

fn flickr(program: Program, server: &Server) -> Program {
    program.env("SILVERPRINT_FLICKR_KEY", server.key()).env("SILVERPRINT_FLICKR_URL", server.base())
}

/// Lets files rot, half of them pictures and half thumbnails.
fn rot(
    folder: &Folder,
    wanted: &Wanted,
    each: usize,
    rng: &mut Rng,
) -> Result<BTreeMap<String, Rot>> {
    let ids: Vec<u64> = wanted.pictures().keys().copied().collect();
    let mut rotten = BTreeMap::new();
    while rotten.len() < each * KINDS.len() {
        let kind = KINDS[rotten.len() % KINDS.len()];
        let id = ids[rng.usize(..ids.len())];
        let thumb = format!("thumbs/{id}.jpg");
        let path = if rng.bool() { wanted.pictures()[&id].path.clone() } else { thumb };
        if rotten.contains_key(&path) {
            continue;
        }
        befall(folder, &path, kind, rng).with_context(|| path.clone())?;
        rotten.insert(path, kind);
    }
    Ok(rotten)
}

fn befall(folder: &Folder, path: &str, kind: Rot, rng: &mut Rng) -> Result<()> {
    let file = folder.at(path);
    let mut bytes = fs::read(&file)?;
    // As disks do it: the time of the last change stays.
    let modified = fs::metadata(&file)?.modified()?;
    match kind {
        Rot::Deleted => return Ok(fs::remove_file(&file)?),
        Rot::Flipped => {
            let place = rng.usize(..bytes.len());
            bytes[place] ^= 1 << rng.u8(..8);
        }
        Rot::Cut => bytes.truncate(rng.usize(..bytes.len())),
    }
    fs::write(&file, bytes)?;
    Ok(fs::File::options().write(true).open(&file)?.set_modified(modified)?)
}
