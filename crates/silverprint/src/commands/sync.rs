//! `silverprint sync`: photostreams into folders.

use crate::args;
use crate::commands::door;
use crate::commands::job::{self, Job};
use crate::exit::Exit;
use crate::logs;
use crate::settings::ConfigFile;
use anyhow::{Context, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use silverprint_archive::{Keep, Order, Turn, Videos, Wanted};
use silverprint_core::{AccountRef, Window};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;

pub(crate) fn run(args: &args::Sync, config: &ConfigFile) -> anyhow::Result<Exit> {
    let args::Sync { targets, order } = args;
    logs::start(&order.output)?;
    let (orders, around) = orders(targets, order)?;
    let base = door::base(&order.how.flickr)?;
    let policy = door::policy(&order.how.manners, &order.how.flickr)?;
    let door = door::choose(order.access, order.how.keyring, config)?;
    let named = order.how.flickr.flickr_url.clone();
    let (trace, output) = (order.how.measuring.trace.clone(), order.output.clone());
    job::run(Job { orders, around, door, base, named, policy, trace, output })
}

/// An order for each photostream. One goes to `--to`; several go to a folder
/// each below it, which is the second answer, unless nothing is to be written.
fn orders(
    targets: &[AccountRef],
    args: &args::Order,
) -> anyhow::Result<(Vec<Order>, Option<PathBuf>)> {
    if let [target] = targets {
        let folder = args.to.clone().unwrap_or_else(|| folder_of(target).into());
        return Ok((vec![order(target, folder, args)?], None));
    }
    let around = args.to.clone().unwrap_or_else(|| ".".into());
    if around.join(".silverprint").exists() {
        let folder = around.display();
        bail!("{folder} is the folder of one account: several need --to a folder around theirs");
    }
    let mut orders: Vec<Order> = Vec::new();
    for target in targets {
        // Named twice is meant once.
        if !orders.iter().any(|order| order.account == *target) {
            orders.push(order(target, around.join(folder_of(target)), args)?);
        }
    }
    // A rehearsal writes nothing, and so no page over all of them.
    Ok((orders, (!args.how.dry_run).then_some(around)))
}

fn order(target: &AccountRef, folder: PathBuf, args: &args::Order) -> anyhow::Result<Order> {
    let args::Order { what, how, .. } = args;
    Ok(Order {
        account: target.clone(),
        folder: Some(folder),
        wanted: wanted(what),
        name: what.name.clone(),
        window: window(what)?,
        limit: what.limit,
        full: what.full,
        dry_run: how.dry_run,
        jobs: how.jobs.unwrap_or_else(cores),
        turn: turn(&how.measuring),
        // The job draws them all.
        tracer: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// `./ALIAS`, as typed: it stays the same when the account takes an alias.
fn folder_of(target: &AccountRef) -> String {
    let name = target.to_string();
    // A device there, whatever folder it is looked for in.
    if cfg!(windows) && is_device(&name) { format!("{name}_") } else { name }
}

/// Whether Windows takes that name for a device's.
fn is_device(name: &str) -> bool {
    let numbered = |start| {
        let number = name.strip_prefix(start);
        number.is_some_and(|it| it.len() == 1 && it.bytes().all(|digit| digit.is_ascii_digit()))
    };
    ["con", "prn", "aux", "nul"].contains(&name) || numbered("com") || numbered("lpt")
}

fn wanted(what: &args::What) -> Wanted {
    let keep = if what.thumbs_only { Keep::Thumbnails } else { Keep::Pictures };
    let videos = if what.no_videos { Videos::StillsOnly } else { Videos::Streams };
    Wanted { size: what.size, keep, videos, thumbnail: what.thumbnail.spec() }
}

fn window(what: &args::What) -> anyhow::Result<Window> {
    let midnight =
        |day: Date| anyhow::Ok(TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0))?.as_second());
    let since = what.since.map(midnight).transpose().context("--since")?;
    let until = what.until.map(|day| midnight(day.tomorrow()?).map(|next| next - 1));
    let until = until.transpose().context("--until")?;
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        bail!("--since is after --until: no photo fits");
    }
    Ok(Window { since, until })
}

pub(crate) fn turn(measuring: &args::Measuring) -> Turn {
    if measuring.sequential { Turn::OneByOne } else { Turn::Together }
}

pub(crate) fn cores() -> NonZeroUsize {
    available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_from_accounts() {
        for device in ["con", "nul", "com1", "lpt9"] {
            assert!(is_device(device), "{device}");
        }
        for account in ["confoo", "com", "com10", "lptx", "12345678@N00"] {
            assert!(!is_device(account), "{account}");
        }
    }
}
