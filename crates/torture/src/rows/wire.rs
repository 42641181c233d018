//! Rows 1 to 6: what goes wrong between a picture's host and the program.
//!
//! Each row is one run over one stream in which a share of the photos meets the
//! row's faults; what passes must leave no trace, what lasts must be named.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::{accounts_for_all, count};
use anyhow::{Result, ensure};
use fake_flickr::{Fault, Faults, Hits, Label, Server, Times};

/// Row 1: 1 %, each kind, once, twice and three times.
pub(crate) fn errors(ground: &Ground) -> Result<String> {
    let kinds = [500, 502, 503].map(Fault::Status);
    let times = [Times::Once, Times::N(2), Times::N(3)];
    let faults = times
        .into_iter()
        .fold(Faults::none(), |faults, times| faults.and(&kinds, 0.01 / 3.0, times));
    passing(ground, faults)
}

/// Row 2: 1 %.
pub(crate) fn resets(ground: &Ground) -> Result<String> {
    passing(ground, once(&[Fault::ResetHeader, Fault::ResetBody], 0.01))
}

/// Row 3: 0.5 % each.
pub(crate) fn cuts(ground: &Ground) -> Result<String> {
    passing(ground, once(&[Fault::ShortBody, Fault::OpenChunk, Fault::CutClose], 0.015))
}

/// Row 4: 0.5 %.
pub(crate) fn others(ground: &Ground) -> Result<String> {
    let kinds = [Fault::Html, Fault::PlaceholderRedirect, Fault::Placeholder, Fault::Empty];
    passing(ground, once(&kinds, 0.005))
}

fn once(kinds: &[Fault], share: f64) -> Faults {
    Faults::none().and(kinds, share, Times::Once)
}

/// Faults that pass: everything is there at the end.
fn passing(ground: &Ground, faults: Faults) -> Result<String> {
    let server = struck(ground, faults)?;
    let wanted = Wanted::of(&server)?;
    let hits = archive(ground, &server, &wanted, &[0])?;
    Ok(figures(&server, &hits))
}

/// Row 5: 0.5 % pass, 0.5 % last. What lasts is the source's own: kept byte for
/// byte, called defective, and asked for no more than twice.
pub(crate) fn corrupt(ground: &Ground) -> Result<String> {
    let kinds = [Fault::CorruptStructure, Fault::CorruptScan];
    let faults = once(&kinds, 0.005).and(&kinds, 0.005, Times::Forever);
    let server = struck(ground, faults)?;
    let mut wanted = Wanted::of(&server)?;
    let lasting = lasting(&server);
    for &(id, fault) in &lasting {
        let mut bytes = server.rendition_bytes(id, Label::O).unwrap_or_default();
        fault.damage(&mut bytes);
        wanted = wanted.damaged(id, &bytes)?;
    }
    let hits = archive(ground, &server, &wanted, &[0])?;
    is_tried_at_most_twice(&hits, &lasting)?;
    Ok(format!("{}, {} kept as defective at the source", figures(&server, &hits), lasting.len()))
}

/// Row 6: 0.5 %. Named, exit 3, tried at most twice; and they come once the
/// server is well again.
pub(crate) fn gone(ground: &Ground) -> Result<String> {
    let kinds = [403, 404, 410].map(Fault::Status);
    let server = struck(ground, Faults::none().and(&kinds, 0.005, Times::Forever))?;
    let lasting = lasting(&server);
    let whole = Wanted::of(&server)?;
    let wanted = whole.clone().without(lasting.iter().map(|(id, _)| *id));
    let hits = archive(ground, &server, &wanted, &[3])?;
    is_tried_at_most_twice(&hits, &lasting)?;
    for &(id, fault) in &lasting {
        server.fault(id, fault, Times::N(0));
    }
    let folder = ground.folder("archive");
    ground.sync(&server, &folder).run()?.has_code(&[0])?;
    folder.holds(&whole)?;
    let back = lasting.len();
    Ok(format!("{}, {back} named in failed.csv, all come when back", figures(&server, &hits)))
}

fn struck(ground: &Ground, faults: Faults) -> Result<Server> {
    let mut config = ground.stream();
    config.faults = faults.seeded(ground.seed);
    serve(config)
}

/// The photos whose faults last.
fn lasting(server: &Server) -> Vec<(u64, Fault)> {
    let fault = |id| server.fault_of(id).filter(|(_, times)| *times == Times::Forever);
    let photos = server.truth();
    photos.iter().filter_map(|photo| Some((photo.id, fault(photo.id)?.0))).collect()
}

/// One run, judged; and one more, which has nothing to do.
fn archive(ground: &Ground, server: &Server, wanted: &Wanted, codes: &[i32]) -> Result<Hits> {
    let folder = ground.folder("archive");
    let ended = ground.sync(server, &folder).run()?;
    ended.has_code(codes)?;
    let hits = server.hits();
    let receipt = ended.receipt()?;
    accounts_for_all(&receipt)?;
    ensure!(count(&receipt, "unexplained")? == 0, "unexplained: {receipt}");
    folder.holds(wanted)?;
    ground.rests(server, &folder, wanted)?;
    Ok(hits)
}

fn is_tried_at_most_twice(hits: &Hits, lasting: &[(u64, Fault)]) -> Result<()> {
    for (id, fault) in lasting {
        let tried = hits.of_photo(*id);
        ensure!((1..=2).contains(&tried), "{id} ({fault:?}) was asked for {tried} times");
    }
    Ok(())
}

fn figures(server: &Server, hits: &Hits) -> String {
    let photos = server.truth();
    let struck = photos.iter().filter(|photo| server.fault_of(photo.id).is_some()).count();
    let again = hits.images.saturating_sub(photos.len() as u64);
    format!("{} photos, {struck} struck, {again} requests again", photos.len())
}
