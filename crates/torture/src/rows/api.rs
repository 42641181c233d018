//! Row 15: the API is unwell: codes 105, 106 and 201, JSON that is none,
//! connections that are reset. What passes is tried again; service unavailable
//! for good ends in exit 5, a key that is revoked in exit 4, both of them when
//! photos have been saved already, and either way the same command goes on later.

use crate::folder::Wanted;
use crate::ground::{Ground, serve};
use crate::program::{Ended, accounts_for_all};
use anyhow::{Context, Result, ensure};
use fake_flickr::{ApiFault, Config, Server};
use std::time::Duration;

/// Each twice, besides a share of all calls.
const PASSING: [ApiFault; 7] = [
    ApiFault::Code(105),
    ApiFault::Code(106),
    ApiFault::Code(201),
    ApiFault::TrailingComma,
    ApiFault::BadJson,
    ApiFault::Status(503),
    ApiFault::Reset,
];
/// A stream has few calls, for a page has 500 photos: of a hundredth of them no
/// run would notice anything.
const SHARE: f64 = 0.2;
/// So many of that share are met at least, or where it has to be quick, in so
/// many runs at most.
const LEAST_MET: (u64, u64) = (5, 2);
const MOST_RUNS: u64 = 20;
/// More than any patience of a run.
const FOR_GOOD: usize = 200;
/// Pages enough that some are to come when the first photo is saved.
const PHOTOS: u32 = 4 * 500;
const LATENCY: Duration = Duration::from_millis(200);

pub(crate) fn run(ground: &Ground<'_>) -> Result<String> {
    let passed = passing(ground)?;
    let unavailable = falls_ill(ground, "unavailable", 5, |server| {
        (0..FOR_GOOD).for_each(|_| server.api_fault(ApiFault::Code(105)));
    })?;
    let revoked = falls_ill(ground, "revoked", 4, Server::revoke_key)?;
    Ok(format!(
        "{passed} faults passed; unavailable after {unavailable} photos: exit 5; \
         revoked after {revoked}: exit 4; both went on later"
    ))
}

/// A share of all calls, and each kind by itself on a small stream.
fn passing(ground: &Ground<'_>) -> Result<u64> {
    let (mut shared, mut runs) = (0, 0);
    while shared < ground.amount(LEAST_MET.0, LEAST_MET.1) {
        ensure!(runs < MOST_RUNS, "{shared} faults were met in {runs} runs");
        let mut config = if runs == 0 { ground.stream() } else { ground.stream_of(600) };
        config.stream.seed += runs;
        config.api_faults = SHARE;
        shared += passes(ground, &format!("shared-{runs}"), config, None)?;
        runs += 1;
    }
    let mut faults = shared;
    for (n, fault) in PASSING.into_iter().enumerate() {
        let name = format!("passing-{n}");
        faults += passes(ground, &name, ground.stream_of(100), Some(fault))?;
    }
    Ok(faults)
}

/// All is there at the end; how many faults were met.
fn passes(ground: &Ground<'_>, name: &str, config: Config, fault: Option<ApiFault>) -> Result<u64> {
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

/// The API falls ill for good when the first photo is saved, and pages are still
/// to come; later it is well again. How many photos were there when the run ended.
fn falls_ill(
    ground: &Ground<'_>,
    name: &str,
    code: i32,
    ill: impl FnOnce(&Server),
) -> Result<usize> {
    let mut config = ground.stream_of(PHOTOS);
    config.latency.api = LATENCY;
    let server = serve(config)?;
    let folder = ground.folder(name);
    let mut running = ground.sync(&server, &folder).start()?;
    ensure!(running.until_saved(1)?, "it ended before its time");
    ill(&server);
    let ended = running.end()?;
    ended.has_code(&[code]).with_context(|| name.to_owned())?;
    says_why(&ended, code)?;
    drop(server);
    goes_on(ground, name)
}

fn says_why(ended: &Ended, code: i32) -> Result<()> {
    ended.says(if code == 4 { "key" } else { "105" })
}

/// Once the server is well, the same command completes the folder, and fetches
/// nothing that was there.
fn goes_on(ground: &Ground<'_>, name: &str) -> Result<usize> {
    let folder = ground.folder(name);
    let stored = folder.stored()?;
    let n_stored = stored.len();
    ensure!(n_stored > 0, "nothing was there to go on from");
    ensure!(n_stored < PHOTOS as usize, "all was there already");
    let server = serve(ground.stream_of(PHOTOS))?;
    ground.sync(&server, &folder).run()?.has_code(&[0])?;
    let hits = server.hits();
    let again = stored.iter().find(|id| hits.of_photo(**id) > 0);
    ensure!(again.is_none(), "{again:?} was there, and was fetched again");
    let wanted = Wanted::of(&server)?;
    folder.holds(&wanted)?;
    ground.rests(&server, &folder, &wanted)?;
    Ok(n_stored)
}
