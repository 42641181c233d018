//! Row 15: the API is unwell: codes 105, 106 and 201, JSON that is none,
//! connections that are reset. What passes is tried again; service unavailable
//! for good ends in exit 5, a key that is revoked in exit 4, and either way the
//! same command goes on later.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::accounts_for_all;
use anyhow::{Result, ensure};
use fake_flickr::{ApiFault, Config, Server};

/// Each twice, besides 1 % of all calls.
const PASSING: [ApiFault; 7] = [
    ApiFault::Code(105),
    ApiFault::Code(106),
    ApiFault::Code(201),
    ApiFault::TrailingComma,
    ApiFault::BadJson,
    ApiFault::Status(503),
    ApiFault::Reset,
];
/// More than any patience of a run.
const FOR_GOOD: usize = 200;

pub(crate) fn run(ground: &Ground) -> Result<String> {
    let passed = passing(ground)?;
    unavailable(ground)?;
    let calls = revoked(ground)?;
    Ok(format!(
        "{passed} faults passed; unavailable: exit 5; revoked after {calls} calls: exit 4; all resumed"
    ))
}

/// 1 % of all calls of a large stream, and each kind by itself on a small one.
fn passing(ground: &Ground) -> Result<u64> {
    let mut config = ground.stream();
    config.api_faults = 0.01;
    let mut faults = passes(ground, "passing", config, None)?;
    for (n, fault) in PASSING.into_iter().enumerate() {
        let name = format!("passing-{n}");
        faults += passes(ground, &name, ground.stream_of(100), Some(fault))?;
    }
    Ok(faults)
}

/// All is there at the end; how many faults were met.
fn passes(ground: &Ground, name: &str, config: Config, fault: Option<ApiFault>) -> Result<u64> {
    let server = serve(config)?;
    if let Some(fault) = fault {
        server.api_fault(fault);
        server.api_fault(fault);
    }
    let folder = ground.folder(name);
    let ended = ground.sync(&server, &folder).run()?;
    ended.has_code(&[0])?;
    accounts_for_all(&ended.receipt()?)?;
    let faults = server.hits().faults;
    ensure!(fault.is_none() || faults >= 2, "{fault:?} was not met");
    let wanted = Wanted::of(&server)?;
    folder.holds(&wanted)?;
    ground.rests(&server, &folder, &wanted)?;
    Ok(faults)
}

/// Nobody is at home, until somebody is.
fn unavailable(ground: &Ground) -> Result<()> {
    let server = serve(ground.stream_of(600))?;
    for _ in 0..FOR_GOOD {
        server.api_fault(ApiFault::Code(105));
    }
    let folder = ground.folder("unavailable");
    ground.sync(&server, &folder).run()?.has_code(&[5])?;
    goes_on(ground, server, "unavailable")
}

/// The key is revoked while pages are still to come.
fn revoked(ground: &Ground) -> Result<u64> {
    let calls = 4;
    let mut config = ground.stream_of(5 * 500);
    config.revoke_after = Some(calls);
    let server = serve(config)?;
    let folder = ground.folder("revoked");
    let ended = ground.sync(&server, &folder).run()?;
    ended.has_code(&[4])?;
    ended.says("key")?;
    goes_on(ground, server, "revoked")?;
    Ok(calls)
}

/// Once the server is well, the same command completes the folder, and fetches
/// nothing that was there.
fn goes_on(ground: &Ground, unwell: Server, name: &str) -> Result<()> {
    let (photos, stored) = (unwell.truth().len(), ground.folder(name).stored()?);
    drop(unwell);
    let photos = u32::try_from(photos)?;
    let server = serve(ground.stream_of(photos))?;
    let folder = ground.folder(name);
    ground.sync(&server, &folder).run()?.has_code(&[0])?;
    let hits = server.hits();
    let again = stored.iter().find(|id| hits.of_photo(**id) > 0);
    ensure!(again.is_none(), "{again:?} was there, and was fetched again");
    folder.holds(&Wanted::of(&server)?)
}
