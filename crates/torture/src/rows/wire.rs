//! Rows 1 to 6: what goes wrong between a picture's host and the program.
//!
//! Each row is one run over the same stream, in which a share of the photos meets
//! the row's faults; what passes must leave no trace, what lasts must be named.

use crate::deal::{Deal, Dealt};
use crate::folder::Wanted;
use crate::ground::{Ground, Plain};
use crate::program::{accounts_for_all, count};
use anyhow::{Result, ensure};
use fake_flickr::{Fault, Hits, Label, Times};

/// Row 1: 1 %, each kind, once, twice and three times.
pub(crate) fn errors(ground: &Ground<'_>) -> Result<String> {
    let kinds = [500, 502, 503].map(Fault::Status);
    let times = [Times::Once, Times::N(2), Times::N(3)];
    passing(ground, &times.map(|times| Deal { kinds: &kinds, share: 0.01 / 3.0, times }))
}

/// Row 2: 1 %.
pub(crate) fn resets(ground: &Ground<'_>) -> Result<String> {
    passing(ground, &[once(&[Fault::ResetHeader, Fault::ResetBody], 0.01)])
}

/// Row 3: 0.5 % each.
pub(crate) fn cuts(ground: &Ground<'_>) -> Result<String> {
    passing(ground, &[once(&[Fault::ShortBody, Fault::OpenChunk, Fault::CutClose], 0.015)])
}

/// Row 4: 0.5 %.
pub(crate) fn others(ground: &Ground<'_>) -> Result<String> {
    let kinds = [Fault::Html, Fault::PlaceholderRedirect, Fault::Placeholder, Fault::Empty];
    passing(ground, &[once(&kinds, 0.005)])
}

fn once(kinds: &[Fault], share: f64) -> Deal<'_> {
    Deal { kinds, share, times: Times::Once }
}

/// Faults that pass: everything is there at the end.
fn passing(ground: &Ground<'_>, all: &[Deal<'_>]) -> Result<String> {
    let plain = ground.plain()?;
    let dealt = Dealt::out(&plain.server, &plain.wanted, all, ground.seed)?;
    let hits = archive(ground, plain, &dealt, &plain.wanted, 0)?;
    Ok(figures(plain, &dealt, &hits))
}

/// Row 5: 0.5 % pass, 0.5 % last. What lasts is the source's own: kept byte for
/// byte, called defective, and asked for no more than twice.
pub(crate) fn corrupt(ground: &Ground<'_>) -> Result<String> {
    let kinds = [Fault::CorruptStructure, Fault::CorruptScan];
    let lasts = Deal { kinds: &kinds, share: 0.005, times: Times::Forever };
    let plain = ground.plain()?;
    let both = [once(&kinds, 0.005), lasts];
    let dealt = Dealt::out(&plain.server, &plain.wanted, &both, ground.seed)?;
    let lasting = dealt.lasting();
    let mut wanted = plain.wanted.clone();
    for &(id, fault) in &lasting {
        let mut bytes = plain.server.rendition_bytes(id, Label::O).unwrap_or_default();
        fault.damage(&mut bytes);
        wanted = wanted.damaged(id, &bytes)?;
    }
    let hits = archive(ground, plain, &dealt, &wanted, 0)?;
    let figures = figures(plain, &dealt, &hits);
    Ok(format!("{figures}, {} kept as defective at the source", lasting.len()))
}

/// Row 6: 0.5 %. Named, exit 3, tried at most twice; and they come once the
/// server is well again.
pub(crate) fn gone(ground: &Ground<'_>) -> Result<String> {
    let kinds = [403, 404, 410].map(Fault::Status);
    let plain = ground.plain()?;
    let lasts = [Deal { kinds: &kinds, share: 0.005, times: Times::Forever }];
    let dealt = Dealt::out(&plain.server, &plain.wanted, &lasts, ground.seed)?;
    let wanted = plain.wanted.clone().without(dealt.lasting().into_iter().map(|(id, _)| id));
    let hits = archive(ground, plain, &dealt, &wanted, 3)?;
    plain.server.heal();
    let folder = ground.folder("archive");
    ground.sync(&plain.server, &folder).run()?.has_code(&[0])?;
    folder.holds(&plain.wanted)?;
    let (figures, back) = (figures(plain, &dealt, &hits), dealt.len());
    Ok(format!("{figures}, {back} named in failed.csv, all come when back"))
}

/// One run, judged; and one more, which has nothing to do.
fn archive(
    ground: &Ground<'_>,
    Plain { server, .. }: &Plain,
    dealt: &Dealt,
    wanted: &Wanted,
    code: i32,
) -> Result<Hits> {
    let folder = ground.folder("archive");
    let ended = ground.sync(server, &folder).run()?;
    ended.has_code(&[code])?;
    let hits = server.hits();
    dealt.were_met(&hits)?;
    let receipt = ended.receipt()?;
    accounts_for_all(&receipt)?;
    ensure!(count(&receipt, "unexplained")? == 0, "unexplained: {receipt}");
    folder.holds(wanted)?;
    ground.rests(server, &folder, wanted)?;
    Ok(hits)
}

fn figures(plain: &Plain, dealt: &Dealt, hits: &Hits) -> String {
    let photos = plain.wanted.pictures().len();
    let again = hits.images.saturating_sub(photos as u64);
    let (struck, faults) = (dealt.len(), hits.faults);
    format!("{photos} photos, {struck} struck by {faults} faults, {again} requests again")
}
